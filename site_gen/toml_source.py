"""TOML that knows its places: tomllib reads it, and a `Locator` finds where a key or value stands.

The grammar is TOML 1.0, as far as places need it:

    document = { header | pair }
    header   = "[" path "]" | "[[" path "]]"
    pair     = path "=" value
    path     = key { "." key }
    key      = letters, digits, "-" and "_" | basic string | literal string
    value    = string, on one line or more | array | inline table | anything up to "," "]" "}" "#"

Blanks and comments may stand between any two of these, and line breaks within an array.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from typing import Any, Literal

from site_gen.diagnostics import WHOLE, Diagnostic, Place, Source

Part = Literal["key", "value"]
Path = tuple[str | int, ...]
"""Keys from the document down, e.g. `("device", "RTX 4090", "bandwidth")`; of an item of an array,
and of a table under `[[…]]`, its index from 0."""
_Range = tuple[int, int]
"""Offset and length in the text."""

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*'""")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_PLAIN = re.compile(r'"(?!"")[^"\\\n]*"|\'(?!\'\')[^\'\n]*\'')
_SCALAR = re.compile(r"[^,\]}#\n]*[^,\]}#\s]")
_HINTS = (
    (r"Expected '=' after a key", "a pair is `key = value`; a key with blanks is put in quotes"),
    (r"Expected '\]' at the end of a table", 'put a name with blanks in quotes: `[device."A B"]`'),
    (r"Invalid value", 'put text in quotes: `key = "value"`'),
    (r"Illegal character '\\n'", "close the text with a quote on its line"),
    (r"Unescaped '\\'|Invalid hex", "write a backslash twice, or put the text in single quotes"),
    (r"Cannot (overwrite|declare)|Duplicate", "a key and a table may stand only once; remove one"),
    (r"Expected newline", "start a new line after each value"),
    (r"Unclosed array", "close it with `]`"),
    (r"Unclosed inline table", "close it with `}` on the same line"),
)
"""What tomllib says → what can be done about it."""


def parse_toml(source: Source) -> tuple[dict[str, Any], list[Diagnostic]]:
    """The document, and what is wrong in it; an empty document where it is not TOML."""
    try:
        return tomllib.loads(source.text), []
    except tomllib.TOMLDecodeError as error:
        return {}, [_syntax_error(source, str(error))]
    except RecursionError:
        return {}, [source.error("not TOML: nested too deeply")]
    except ValueError:  # Python reads no number of more than 4,300 digits
        return {}, [source.error("not TOML: a number with too many digits")]


def _syntax_error(source: Source, message: str) -> Diagnostic:
    found = _PLACE.search(message)
    line = max([n for n, text in enumerate(source.lines, 1) if text.strip()], default=1)
    column = max(1, len(source.lines[line - 1]))
    if found and found[1]:
        line, column = int(found[1]), int(found[2])
    message = message[: found.start()] if found else message
    hint = next((hint for pattern, hint in _HINTS if re.match(pattern, message)), "")
    message = f"not TOML: {message[0].lower()}{message[1:]}"
    return source.error(message, Place(line, column), hint)


class Locator:
    """Where keys and values of a document that `parse_toml` could read stand.

    Asked for a path that is not there, it answers with the place of the table that it would be in:
    its header, or the key of an inline table; `WHOLE` where there is no such table either. A table
    that has no header of its own stands where one below it is first named.
    """

    def __init__(self, source: Source) -> None:
        self._source = source

    def find(self, path: Path, part: Part = "value") -> Place:
        """The place of a key or of its value; of a table with a header, either is the header."""
        for end in range(len(path), 0, -1):
            if found := self._index.get(path[:end]):
                is_value = part == "value" and end == len(path)
                return self._source.place(*found[1 if is_value else 0])
        return WHOLE

    def find_inside(self, path: Path, offset: int, length: int) -> Place:
        """A part of a text: `offset` and `length` count characters of the value that was read.

        It is the whole value where the text has escapes or more than one line, and nothing more
        can be said.
        """
        value = self._index.get(path, ((0, 0), (0, 0)))[1]
        written = self._source.text[value[0] : value[0] + value[1]]
        if not _PLAIN.fullmatch(written):
            return self.find(path)
        return self._source.place(value[0] + 1 + offset, max(1, length))

    def within(self, *table: str) -> Callable[[str, Part], Place]:
        """A function from a key of that table and a part to its place."""
        return lambda key, part: self.find((*table, key), part)

    @cached_property
    def _index(self) -> dict[Path, tuple[_Range, _Range]]:
        """Path → where its key is and where its value is; made when a place is first asked for."""
        return _Scan(self._source.text).entries


class _Scan:
    """One walk over a document, from its first character to its last."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._table: Path = ()
        self._counts: dict[Path, int] = {}
        self._exact: set[Path] = set()
        self.entries: dict[Path, tuple[_Range, _Range]] = {}
        with suppress(RecursionError, ValueError):  # what was found until then is right
            self._walk()

    def _walk(self) -> None:
        self._skip(_BLANK)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                self._read_header()
            else:
                self._read_pair(self._table)
            self._skip(_BLANK)

    def _read_header(self) -> None:
        start = self._at
        brackets = 2 if self._text.startswith("[[", start) else 1
        self._at += brackets
        self._skip(_BLANK)
        path = self._resolve([key for key, _ in self._read_path()])
        self._skip(_BLANK)
        self._at += brackets
        if brackets == 2:
            path = (*path, self._counts.get(path, 0))
            self._counts[path[:-1]] = self._counts.get(path[:-1], 0) + 1
        header = (start, self._at - start)
        self._note(path, header, header)
        for end in range(1, len(path)):
            self.entries.setdefault(path[:end], (header, header))
        self._table = path

    def _resolve(self, keys: list[str]) -> Path:
        """The path of a header, where a key that names an array of tables means its last one."""
        path: Path = ()
        for key in keys:
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
            path = (*path, key)
        return path

    def _read_pair(self, table: Path) -> None:
        path, spans = table, []
        for key, span in self._read_path():
            path = (*path, key)
            spans.append(span)
            self.entries.setdefault(path, (span, span))
        self._skip(_BLANK)
        self._at += 1  # the equals sign
        self._skip(_BLANK)
        start = spans[0][0]
        last = spans[-1]
        value = self._read_value(path)
        self._note(path, (start, last[0] + last[1] - start), value)

    def _read_path(self) -> list[tuple[str, _Range]]:
        """The keys of a dotted path and where each is."""
        keys = []
        while True:
            start = self._at
            written = self._skip(_KEY)
            if not written:
                raise _NotTomlError
            keys.append((_unquote(written), (start, len(written))))
            if not self._skip(_DOT):
                return keys

    def _read_value(self, path: Path) -> _Range:
        start = self._at
        opening = self._text[start : start + 1]
        if opening == "[":
            self._read_items("]", lambda index: self._read_item((*path, index)))
        elif opening == "{":
            self._read_items("}", lambda _: self._read_pair(path))
        elif not self._skip(_STRING if opening in ('"', "'") else _SCALAR):
            raise _NotTomlError
        return start, self._at - start

    def _read_item(self, path: Path) -> None:
        value = self._read_value(path)
        self._note(path, value, value)

    def _read_items(self, closing: str, read: Callable[[int], None]) -> None:
        """What is between two brackets, separated by commas."""
        self._at += 1
        self._skip(_BLANK)
        index = 0
        while not self._text.startswith(closing, self._at):
            read(index)
            index += 1
            self._skip(_BLANK)
            if self._text.startswith(",", self._at):
                self._at += 1
                self._skip(_BLANK)
        self._at += 1

    def _note(self, path: Path, key: _Range, value: _Range) -> None:
        """Keep where a path is said itself; the first time counts."""
        if path not in self._exact:
            self._exact.add(path)
            self.entries[path] = (key, value)

    def _skip(self, pattern: re.Pattern[str]) -> str:
        """Go past what matches here and return it; "" where nothing does."""
        match = pattern.match(self._text, self._at)
        if match is None:
            return ""
        self._at = match.end()
        return match[0]


class _NotTomlError(ValueError):
    """The text is not what tomllib reads."""


def _unquote(written: str) -> str:
    """The key that is meant: without its quotes and escapes."""
    if written[0] == "'":
        return written[1:-1]
    if written[0] == '"' and "\\" in written:
        return str(next(iter(tomllib.loads(f"{written} = 0"))))
    return written.strip('"')
