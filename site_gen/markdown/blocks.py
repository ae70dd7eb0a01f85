"""Directives and roles as syntax; what they do is for `site_gen.directives`.

    directive = colons "{" name "}" [ argument ] newline
                { option newline } [ blank line, text ] colons newline
    option    = key ":" value
    role      = "{" name "}" backticks content backticks

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
from mdit_py_plugins.myst_role import myst_role_plugin

from site_gen.diagnostics import Source, suggest
from site_gen.markdown.collector import Collector, Value
from site_gen.model import Place

_HEAD = re.compile(r"\{([A-Za-z][\w-]*)\}[ \t]*(.*?)[ \t]*$")
_OPTION = re.compile(r"([A-Za-z][\w -]*?)[ \t]*:(?:[ \t]+(.*?))?[ \t]*$")
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

    name: str
    place: Place
    """Of the opening colons and the name."""
    argument: Text
    options: Mapping[str, Text]
    """In the order in which they are written."""


@dataclass(frozen=True, slots=True)
class Directive:
    """What a directive's name means."""

    name: str
    run: Callable[[Call, Collector], tuple[str, str]]
    """The HTML before and after the directive's text."""
    options: frozenset[str]
    """Every option it knows."""
    takes_text: bool = False
    """Whether Markdown may follow its options."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure, and which side of it a role asks for."""

    value: Value
    part: Literal["text", "number", "equation"] = "text"


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
        if not _FENCE(state, start, end, silent):
            return False
        if not silent:
            _reparse(state, state.tokens.pop(), registry)
        return True

    md.block.ruler.before(
        "fence", "directive", rule, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )


def role_plugin(md: MarkdownIt) -> None:
    """Parse `` {name}`content` `` into `myst_role` tokens."""
    myst_role_plugin(md)


def _reparse(state: StateBlock, fence: Token, registry: Registry) -> None:
    """Replace the fence that was just read by an open token, its parsed text and a close token."""
    assert fence.map is not None
    collector: Collector = state.env["collector"]
    first, end = fence.map
    head = _line(state, first)
    place = Place(head.place.line, head.place.column, len(head.text))
    closed = end - 1 > first and _line(state, end - 1).text.strip() == fence.markup
    if not closed:
        what = (
            "a directive is never closed" if fence.info.strip() else "nothing is open to be closed"
        )
        hint = f"add a line `{fence.markup}` after it" if fence.info.strip() else ""
        collector.error(what, place, hint)
    last = end - 1 if closed else end
    found = _HEAD.match(fence.info.strip())
    if found is None:
        if closed or fence.info.strip():
            collector.error(
                "a directive is written `:::{name}`", place, "for example `:::{figure}`"
            )
        return
    known = registry.directive(found[1])
    if known is None:
        names = [directive.name for directive in registry.directives]
        collector.error(f"there is no directive `{found[1]}`", place, suggest(found[1], names))
        return
    options, text_start = _read_options(state, first + 1, last, known, collector)
    column = head.place.column + head.text.index("{") + found.start(2)
    argument = Text(found[2], Place(place.line, column, max(1, len(found[2]))))
    token = state.push("directive_open", "div", 1)
    token.map = [first, end]
    token.meta = {"call": Call(known.name, place, argument, options), "directive": known}
    if known.takes_text:
        _parse_text(state, text_start, last)
    state.push("directive_close", "div", -1)
    state.line = end


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
        found = _OPTION.match(line.text)
        if found is None:
            if directive.takes_text and not options:
                return options, number
            hint = "put a blank line before the text" if directive.takes_text else ""
            collector.error("an option is written `key: value`", line.place, hint)
            continue
        key, value = found[1], found[2] or ""
        key_place = Place(line.place.line, line.place.column, len(key))
        if key not in directive.options:
            hint = suggest(key, directive.options)
            collector.error(f"`{directive.name}` has no option `{key}`", key_place, hint)
        elif key in options:
            collector.error(f"`{key}` is given twice", key_place)
        elif not value:
            collector.error(f"`{key}` has no value", key_place)
        else:
            column = line.place.column + found.start(2)
            options[key] = Text(value, Place(line.place.line, column, len(value)))
    return options, end


def _line(state: StateBlock, number: int) -> Text:
    """A line inside its containers: without quote marks and indentation, with its true column."""
    start = state.bMarks[number] + state.tShift[number]
    text = state.src[start : state.eMarks[number]]
    source: Source = state.env["collector"].source
    line, column = source.position(start)
    return Text(text, Place(line, column, max(1, len(text))))
