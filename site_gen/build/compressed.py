"""What is kept of the compressed forms of outputs: a row for each content, by its SHA-256.

Nothing but the content decides what is in a row, so it is right whenever it is there. It is saved
while the build runs, and one that is killed has lost little of what it had made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from site_gen.codings import Coding, is_compressible
from site_gen.media_types import find_media_type


class Form(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A content in one coding."""

    sha256: str
    """Empty where nothing is published: it would be no smaller, or is not worth it."""
    size_bytes: int


class CompressedRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What came of a content."""

    forms: dict[Coding, Form]
    """In each coding that was asked for so far."""


Rows = Mapping[str, CompressedRow]
"""By the SHA-256 of contents."""


def may_shrink(path: str) -> bool:
    """Whether an output is of a kind that is compressed."""
    return is_compressible(find_media_type(path))


def find_form(rows: Rows, sha256: str, coding: Coding) -> Form | None:
    """What came of a content in a coding; None where that is not known."""
    row = rows.get(sha256)
    return row.forms.get(coding) if row else None


def list_forms(
    contents: Iterable[tuple[str, str]], codings: Iterable[Coding], rows: Rows
) -> Iterator[tuple[str, Coding, Form]]:
    """The forms that are published of outputs, each with its output's path and its coding;
    `contents` are path and SHA-256 of each output.
    """
    chosen = tuple(codings)
    for path, sha256 in contents:
        if may_shrink(path):
            for coding in chosen:
                form = find_form(rows, sha256, coding)
                if form and form.sha256:
                    yield path, coding, form
