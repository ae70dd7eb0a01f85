"""Directives as syntax, and what a directive and a role is made of.

    directive = colons "{" name "}" [ argument ] newline
                { option newline } [ blank line, text ] colons newline
    option    = key ":" value

Three colons or more; a directive that holds another has more than the other. The text is parsed
where it stands, in the same state, so that its lines stay the file's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.fence import make_fence_rule
from markdown_it.token import Token

from site_gen.diagnostics import Place, Source
from site_gen.markdown.collector import Collector, Value

Part = Literal["text", "number", "equation"]
_OPENING = re.compile(r"(:{3,})[ \t]*(.?)")
_HEAD = re.compile(r"\{([A-Za-z][\w-]*+)\}(?:[ \t]|$)")
_KEY = re.compile(r"[A-Za-z][\w-]*+(?: [\w-]++)*+")
_UNCLOSED = "unclosed_directives"
_FENCE = make_fence_rule(
    markers=(":",), token_type="directive", exact_match=True, disallow_marker_in_info=()
)


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of a directive's source and where it stands."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Call:
    """One directive as written: `:::{name} argument` and its options."""

    place: Place
    """Of the opening colons and the name."""
    argument: Text
    options: Mapping[str, Text]
    """In the order in which they are written."""
    has_text: bool = False
    """Whether there is any text below its options."""


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in a directive's place; nothing where something is wrong with it."""

    html: str = ""
    """Before the directive's text, with marks, as the next two."""
    closing: str = ""
    """HTML after it."""
    markdown: str = ""
    """What the transcript says, before the text."""


@dataclass(frozen=True, slots=True)
class Directive:
    """What a directive's name means."""

    name: str
    run: Callable[[Call, Collector], Written]
    """What it writes."""
    options: frozenset[str]
    """Every option it knows."""
    takes_text: bool = False
    """Whether Markdown may follow its options."""
    texts: frozenset[str] = frozenset()
    """Those of its options that people read, and that may hold roles for it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure, and which side of it a role asks for."""

    value: Value
    part: Part = "text"


@dataclass(frozen=True, slots=True)
class Role:
    """What a role's name means."""

    name: str
    find: Callable[[str, Place, Collector], Shown | None]
    """What the role's content names, or None after noting an error."""


@dataclass(frozen=True, slots=True)
class Registry:
    """Every directive and role of a site, in one visible place."""

    directives: tuple[Directive, ...] = ()
    roles: tuple[Role, ...] = ()

    def directive(self, name: str) -> Directive | None:
        """The directive with this name, if there is one."""
        return next((one for one in self.directives if one.name == name), None)

    def role(self, name: str) -> Role | None:
        """The role with this name, if there is one."""
        return next((one for one in self.roles if one.name == name), None)


def directive_plugin(md: MarkdownIt, registry: Registry) -> None:
    """Parse `:::{name}` blocks into `directive_open` … `directive_close` around their text."""

    def rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        if not silent and _is_unclosed(state, start):
            return _take_line(state, start)
        if not _FENCE(state, start, end, silent):
            return False
        if not silent:
            _reparse(state, state.tokens.pop(), registry)
        return True

    md.block.ruler.before(
        "fence", "directive", rule, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )


def _is_unclosed(state: StateBlock, number: int) -> bool:
    """Whether this line opens nothing, or what an earlier search has found to be never closed.

    Without that memory a document of openings alone would be searched to its end at each of them.
    """
    found = _OPENING.match(_line(state, number).text)
    if found is None or state.is_code_block(number):
        return False
    first, end = state.env.get(_UNCLOSED, {}).get(len(found[1]), (0, 0))
    return not found[2] or first < number < end


def _take_line(state: StateBlock, number: int) -> bool:
    """Note what is wrong with a line of colons, and go on behind it as if it were not there."""
    collector: Collector = state.env["collector"]
    line = _line(state, number)
    colons, _, info = line.text.partition("{")
    if info:
        colons = colons.strip()
        hint = f"add a line `{colons}` after it; a directive around others has more colons"
        collector.error("the directive is never closed", line.place, hint)
    elif line.text.strip(": \t"):
        message = "a directive is written `:::{name}`"
        collector.error(message, line.place, "for example `:::{figure} picture.png`")
    else:
        collector.error("nothing is open to be closed", line.place)
    state.line = number + 1
    return True


def _reparse(state: StateBlock, fence: Token, registry: Registry) -> None:
    """Replace the fence that was just read by an open token, its parsed text and a close token."""
    assert fence.map is not None
    first, end = fence.map
    if end - 1 == first or _line(state, end - 1).text.strip() != fence.markup:
        state.env.setdefault(_UNCLOSED, {})[len(fence.markup)] = (first, end)
        _take_line(state, first)
        return
    known = _find_directive(state, fence, registry)
    if known is not None:
        _push_directive(state, fence, known)
    state.line = end


def _find_directive(state: StateBlock, fence: Token, registry: Registry) -> Directive | None:
    """The directive that a fence's first line names, or None after noting what is wrong."""
    assert fence.map is not None
    first = fence.map[0]
    found = _HEAD.match(fence.info.strip())
    if found is None:
        _take_line(state, first)
        return None
    known = registry.directive(found[1])
    if known is None:
        collector: Collector = state.env["collector"]
        head = _line(state, first)
        start = head.place.column + head.text.index("{") + 1
        place = Place(head.place.line, start, len(found[1]))
        hint = collector.suggest(found[1], [directive.name for directive in registry.directives])
        collector.error(f"there is no directive `{found[1]}`", place, hint)
    return known


def _push_directive(state: StateBlock, fence: Token, directive: Directive) -> None:
    """Push the open token with the call in it, the parsed text and the close token."""
    assert fence.map is not None
    first, end = fence.map
    head = _line(state, first)
    collector: Collector = state.env["collector"]
    options, text_start = _read_options(state, first + 1, end - 1, directive, collector)
    has_text = any(not state.isEmpty(number) for number in range(text_start, end - 1))
    place = Place(head.place.line, head.place.column, len(head.text.rstrip()))
    call = Call(place, _argument(head, fence.info), options, has_text)
    token = state.push("directive_open", "div", 1)
    token.map = [first, end]
    head_end = text_start if directive.takes_text else end
    token.meta = {"call": call, "directive": directive, "lines": (first, head_end)}
    if directive.takes_text:
        _parse_text(state, text_start, end - 1)
    token = state.push("directive_close", "div", -1)
    token.meta = {"lines": (end - 1, end) if directive.takes_text else (end, end)}


def _argument(head: Text, info: str) -> Text:
    """What follows the name, and where; a place behind it when nothing does."""
    text = info.partition("}")[2].strip()
    column = head.place.column + len(head.text.rstrip()) - len(text)
    return Text(text, Place(head.place.line, column, max(1, len(text))))


def _parse_text(state: StateBlock, start: int, end: int) -> None:
    parent, line_max = state.parentType, state.lineMax
    state.parentType, state.lineMax = "container", end
    state.md.block.tokenize(state, start, end)
    state.parentType, state.lineMax = parent, line_max


def _read_options(
    state: StateBlock, start: int, end: int, directive: Directive, collector: Collector
) -> tuple[dict[str, Text], int]:
    """The options at the directive's top, and the first line after them."""
    options: dict[str, Text] = {}
    for number in range(start, end):
        line = _line(state, number)
        if not line.text.strip():
            if directive.takes_text:
                return options, number + 1
            continue
        key, colon, value = (part.strip() for part in line.text.partition(":"))
        if not colon or not _KEY.fullmatch(key):
            if directive.takes_text and not options:
                return options, number
            hint = "put a blank line before the text" if directive.takes_text else ""
            collector.error("an option is written `key: value`", line.place, hint)
            continue
        key_place = Place(line.place.line, line.place.column, len(key))
        if key not in directive.options:
            hint = collector.suggest(key, directive.options)
            collector.error(f"`{directive.name}` has no option `{key}`", key_place, hint)
        elif key in options:
            collector.error(f"`{key}` is given twice", key_place, "take one of them out")
        elif not value:
            hint = "write it after the colon, or take the option out"
            collector.error(f"`{key}` has no value", key_place, hint)
        else:
            column = line.place.column + len(line.text.rstrip()) - len(value)
            options[key] = Text(value, Place(line.place.line, column, len(value)))
    return options, end


def _line(state: StateBlock, number: int) -> Text:
    """A line inside its containers: without quote marks and indentation, with its true column."""
    start = state.bMarks[number] + state.tShift[number]
    text = state.src[start : state.eMarks[number]]
    source: Source = state.env["collector"].source
    line, column = source.position(start)
    return Text(text, Place(line, column, max(1, len(text))))
