"""The index that readers search, made by Pagefind in a Node of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from site_gen.sidecar.process import SidecarError, minimal_environment

_SCRIPT = Path(__file__).resolve().parents[1] / "node" / "search.mjs"
_SECONDS = 600.0
"""10,000 articles of 4 kB take a quarter of that on two busy cores."""
_PUBLISHED = ("fragment/", "index/", "pagefind-entry.json", "pagefind.js", "pagefind.", "wasm.")
"""How the names of files begin that a search fetches; the others are ready-made user interfaces."""
_LAST_WORDS_CHARACTERS = 300


class Indexed(msgspec.Struct, frozen=True):
    """A page as it is found."""

    url: str
    """From the front page of the site, e.g. `/articles/riding-crop/`."""
    html: str
    """A whole document; all of it is found."""


class Indexer(Protocol):
    """What makes an index: Pagefind, or a stand-in in tests."""

    def __call__(self, pages: Sequence[Indexed], language: str) -> dict[str, bytes]:
        """The files of an index by name, for pages in a language, such as `en`."""


class _Head(msgspec.Struct, frozen=True):
    """The line before a file."""

    path: str
    size_bytes: int = msgspec.field(name="bytes")


def make_index(
    find_node: Callable[[], Path], modules: Path, pages: Sequence[Indexed], language: str
) -> dict[str, bytes]:
    """The files of an index by name; SidecarError where Pagefind cannot run.

    `modules` holds `node_modules`.
    """
    asked = {"language": language, "pages": pages}
    try:
        done = subprocess.run(
            _command(find_node(), modules.resolve()),
            input=msgspec.json.encode(asked),
            capture_output=True,
            env=minimal_environment(),
            timeout=_SECONDS,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.TimeoutExpired as error:
        raise _fail(f"that takes longer than {_SECONDS:g} s") from error
    except OSError as error:
        raise _fail(f"Node cannot be started: {error.strerror}") from error
    if done.returncode:
        raise _fail(_find_reason(done.stderr.decode("utf-8", "replace")))
    return {path: content for path, content in _take_apart(done.stdout) if _is_published(path)}


def _command(node: Path, modules: Path) -> list[str]:
    return [
        str(node),
        "--permission",
        "--allow-child-process",
        f"--allow-fs-read={modules / 'node_modules'}",
        f"--allow-fs-read={_SCRIPT}",
        "--disable-warning=SecurityWarning",  # of what is allowed here
        str(_SCRIPT),
        str(modules),
    ]


def _take_apart(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Path and content of each file."""
    start = 0
    while start < len(content):
        end = content.index(b"\n", start) + 1
        head = msgspec.json.decode(content[start:end], type=_Head)
        start = end + head.size_bytes
        yield head.path, content[end:start]


def _is_published(path: str) -> bool:
    return path.startswith(_PUBLISHED)


def _find_reason(last_words: str) -> str:
    """What Node says of an error, without its stack."""
    lines = [line for line in last_words.splitlines() if "Error" in line and ":" in line]
    return (lines[0] if lines else " ".join(last_words.split()))[:_LAST_WORDS_CHARACTERS]


def _fail(reason: str) -> SidecarError:
    hint = "run `site-gen setup`; or do without search: `search = false`"
    return SidecarError(f"Pagefind cannot make the search index: {reason}", hint)
