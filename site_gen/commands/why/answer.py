"""What `why` answers, before it is text or JSON."""

from __future__ import annotations

import msgspec


class Group(msgspec.Struct, frozen=True):
    """Things of one sort, by name."""

    label: str
    """E.g. `templates`."""
    names: tuple[str, ...]
    """E.g. `article.html`."""


class Step(msgspec.Struct, frozen=True):
    """A task, as it was run last."""

    task: str
    """E.g. `parsed`."""
    build: int
    """Number of the build that ran it."""
    is_last: bool
    """Whether that is the last build."""
    causes: tuple[str, ...]
    """What had changed, in words; empty for what was new."""
    elapsed_ms: float
    reads: tuple[Group, ...]


class Answer(msgspec.Struct, frozen=True):
    """All that is known of a source or an output."""

    path: str
    what: str
    """What it is, e.g. `an article, made from content/articles/a.md`."""
    last_build: int
    steps: tuple[Step, ...] = ()
    """How it came about, in order; none for what is as it is."""
    uses: tuple[Group, ...] = ()
    """Paths of the outputs that depend on it, by how they do."""
    outlook: tuple[str, ...] = ()
    """What the next build will do for it, each a sentence without a full stop."""


class FigureAnswer(msgspec.Struct, frozen=True):
    """All that is known of one number."""

    name: str
    """E.g. `deepseek.bound`."""
    label: str
    """What it is, e.g. `token rate with infinite compute`."""
    text: str
    """With its unit, for people."""
    value: float
    unit: str
    explanation: str
    """How it came about; empty where there is nothing to say."""
    is_input: bool
    is_pinned: bool
    """Whether what is shown is what was locked, whatever would be computed now."""
    locked: str
    """What is locked; empty where it is not."""
    is_as_locked: bool
    calculation: str
    """What the calculation is about, e.g. `DeepSeek-V3-0324 on EPYC 9115`."""
    path: str
    line: int
    given: tuple[str, ...]
    """The inputs of the calculation, e.g. `quantization 2.42 bits`."""
    assumptions: tuple[str, ...]
    looked_up: tuple[Group, ...]
    """The entries of the catalogue that its post asks for."""
    sources: tuple[str, ...]
    """Where values were read that the author did not give."""
    equations: str
    data: str
