"""`urls.lock`: every URL and every anchor that was ever published, a line each.

    lock    = { line newline }
    line    = address [ blanks "gone:" reason ] | "#" remark | nothing
    address = url [ "#" anchor ]              ; e.g. "/articles/riding-crop/#grip"

URLs start at the site's own root. Blanks, `#`, `%` and what cannot be seen are percent-encoded in
both. Each line stands for itself, in any order and any number of times, so two branches are merged
by keeping the lines of both. What is `gone:` was given up on purpose, a page with all its anchors.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple
from urllib.parse import quote, unquote

import msgspec
from msgspec.structs import replace

from site_gen.diagnostics import Diagnostic, Place, Source

_HEAD = (
    "# Every URL and every anchor that was published: a build that loses one fails, unless its",
    "# line ends in `gone:` and a reason. `site-gen accept` adds new ones: commit this file.",
)
_LINE = re.compile(r"(?P<url>/[^\s#]*)(?:#(?P<anchor>[^\s#]+))?(?:\s+gone:\s*(?P<reason>.*))?")
_MERGE = re.compile(r"(?:<{7}|\|{7}|={7}|>{7})(?: |$)")
_EXAMPLE = "a line is a URL such as `/articles/crop/` or `/articles/crop/#grip`"


class Address(NamedTuple):
    """A URL, or an anchor at one."""

    url: str
    anchor: str
    """Empty for the URL itself."""

    def __str__(self) -> str:
        return f"{self.url}#{self.anchor}" if self.anchor else self.url


class LockedAddress(msgspec.Struct, frozen=True):
    """What a line says."""

    address: Address
    line: int
    """1-based."""
    reason: str = ""
    """Why it was given up; empty where it was not."""


class UrlLock:
    """A lock as it was read."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.written = frozenset(source.lines)
        """Its lines."""

    def read(self, without: Collection[str] = ()) -> tuple[list[LockedAddress], list[Diagnostic]]:
        """What its lines say and what is wrong with them, without those that are just these."""
        entries, diagnostics = [], []
        for line, text in enumerate(self.source.lines, 1):
            if text in without or not text.strip() or text.startswith("#"):
                continue
            if problem := _find_problem(text):
                place = Place(line, 1, max(1, len(text.rstrip())))
                diagnostics.append(self.source.error(problem[0], place, problem[1]))
            else:
                entries.append(_read_line(text, line))
        return entries, diagnostics

    @property
    def remarks(self) -> list[str]:
        """The lines of the user's own that say nothing, in order."""
        lines = self.source.lines
        return [text for text in lines if text.startswith("#") and text not in _HEAD]


class NewAddress(msgspec.Struct, frozen=True):
    """What is published and not locked yet."""

    address: str
    """As it is written."""
    source: str
    """Path of what it is published from; empty for a list."""


class UrlChanges(msgspec.Struct, frozen=True):
    """What is published against what is locked."""

    lost: tuple[LockedAddress, ...] = ()
    """In the order of the lock; of a page that is lost its URL alone."""
    new: tuple[NewAddress, ...] = ()
    """By address."""


def write_address(url: str, anchor: str = "") -> str:
    """How a URL, or an anchor at it, is written; both as browsers show them, without escapes.

    >>> write_address("/café/"), write_address("/a b.png"), write_address("/a/", "100%")
    ('/café/', '/a%20b.png', '/a/#100%25')
    """
    return f"{_escape(url)}#{_escape(anchor)}" if anchor else _escape(url)


def compare_urls(
    lock: UrlLock, published: Mapping[str, str], moved: Mapping[str, str]
) -> tuple[UrlChanges, list[Diagnostic]]:
    """What is lost and what is new, and what is wrong with the lock.

    `published` leads from addresses as they are written to their sources, and `moved` from aliases
    among them to the URLs of their pages: what is there, anchors and files, is at the alias too.
    """
    # Most lines say what is published, so the others alone are taken apart.
    entries, diagnostics = lock.read(without=published)
    missing = [each for each in entries if not _has_moved(each.address, published, moved)]
    given_up = {each.address for each in missing if each.reason}
    gone = {
        each.address.url for each in missing if write_address(each.address.url) not in published
    }
    lost: dict[Address, LockedAddress] = {}
    for each in missing:
        url = each.address.url
        told = Address(url, "") if url in gone else each.address
        whole = {Address(above, "") for above in (url, *_list_above(url))}
        if given_up.isdisjoint({told, *whole}) and gone.isdisjoint(_list_above(url)):
            lost.setdefault(told, replace(each, address=told))
    new = sorted(published.keys() - lock.written)
    found = (NewAddress(address, published[address]) for address in new)
    return UrlChanges(tuple(lost.values()), tuple(found)), diagnostics


def accept_urls(lock: UrlLock, published: Iterable[str]) -> str:
    """The text of the lock that has all that is published besides what it had."""
    lines = {address: address for address in published}
    kept, _ = lock.read(without=lines)
    for entry in sorted(kept, key=lambda each: not each.reason):
        address = write_address(*entry.address)
        lines.setdefault(address, f"{address} gone: {entry.reason}" if entry.reason else address)
    return "\n".join((*_HEAD, *lock.remarks, *(lines[address] for address in sorted(lines)), ""))


def _has_moved(address: Address, published: Mapping[str, str], moved: Mapping[str, str]) -> bool:
    """Whether a page that it was at, or lay beside, is elsewhere by now and has it there."""
    for above in (address.url, *_list_above(address.url)):
        if page := moved.get(write_address(above)):
            rest = address.url.removeprefix(above)
            return page + write_address(rest, address.anchor) in published
    return write_address(*address) in published


def _list_above(url: str) -> list[str]:
    """The URLs of pages that a file may lie beside, the nearest first; none of a page.

    >>> _list_above("/a/b/c.png"), _list_above("/a.png"), _list_above("/a/b/")
    (['/a/b/', '/a/'], [], [])
    """
    folders = [] if url.endswith("/") else url.split("/")[:-1]
    return ["/".join(folders[:end]) + "/" for end in range(len(folders), 1, -1)]


def _read_line(text: str, line: int) -> LockedAddress:
    found = _LINE.fullmatch(text.rstrip())
    assert found, "what is wrong was found before"
    address = Address(unquote(found["url"]), unquote(found["anchor"] or ""))
    return LockedAddress(address, line, (found["reason"] or "").strip())


def _find_problem(text: str) -> tuple[str, str] | None:
    """What is wrong with a line, and what to do; None where it is right."""
    if _MERGE.match(text):
        return "a merge was not finished here", "keep the lines of both sides, and remove this one"
    found = _LINE.fullmatch(text.rstrip())
    if found is None:
        address = text.split(maxsplit=1)[0]
        if _LINE.fullmatch(address):
            hint = "what was given up ends in `gone:` and a reason"
            return f"what stands behind `{address}` means nothing", hint
        return "this is neither a URL of the site nor a remark", _EXAMPLE
    if found["reason"] is not None and not found["reason"].strip():
        return f"`{found['url']}` is given up without a reason", "say it behind `gone:`"
    return None


def _escape(text: str) -> str:
    if text.isprintable() and not (" " in text or "#" in text or "%" in text):
        return text
    return "".join(map(_escape_character, text))


def _escape_character(character: str) -> str:
    if character.isprintable() and character not in " #%":
        return character
    return quote(character, safe="", errors="replace")
