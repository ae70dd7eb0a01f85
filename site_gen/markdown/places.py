"""Where inline tokens stand in the file: markdown-it keeps lines for blocks, nothing for inlines.

Rules that make a token worth speaking of note its offset in the inline text. When all inlines are
parsed, each offset becomes a line and a column: but for its container's marks and blanks in front,
a line of an inline text is the file's, so the two are laid over each other at their ends.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from site_gen.diagnostics import Place, Source
from site_gen.markdown.collector import Collector
from site_gen.markdown.transcript import TAG

_NOTED = (
    "entity",
    "link",
    "image",
    "autolink",
    "span",
    "role",
    "eqref",
    "math_inline",
    "unclosed_math",
    "footnote_ref",
    "unknown_footnote",
    "backticks",
    TAG,
)
_IMAGE_MARK = "!["
_SPANNED = frozenset({"role", "eqref"})
InlineRule = Callable[[StateInline, bool], bool]


def places_plugin(md: MarkdownIt) -> None:
    """Give tokens of noted rules a `meta["place"]`, and formulas `meta["places"]`, one a line.

    What a transcript replaces of a token is in `meta["span"]` and, of links and pictures, in
    `meta["target"]`, as offsets into the file. What it leaves out is in `meta["dropped"]`, which
    rules fill with offsets into the inline text.
    """
    for name in _NOTED:
        index = md.inline.ruler.__find__(name)
        assert index >= 0, name
        rule = md.inline.ruler.__rules__[index].fn
        if name in ("link", "image"):
            rule = _noting_target(rule)
        md.inline.ruler.at(name, _noting_offset(rule))
    md.core.ruler.after("inline", "places", _place_tokens)


def _noting_offset(rule: InlineRule) -> InlineRule:
    def noting(state: StateInline, silent: bool) -> bool:
        start, index = state.pos, len(state.tokens)
        matched = rule(state, silent)
        if matched and not silent and index < len(state.tokens):
            # Words that were pending have become a text token before the rule's own first token.
            index += state.tokens[index].type == "text" and index + 1 < len(state.tokens)
            meta = {**state.tokens[index].meta, "offset": start, "length": state.pos - start}
            state.tokens[index].meta = meta
        return matched

    return noting


def _noting_target(rule: InlineRule) -> InlineRule:
    """A rule for links or pictures that notes where the target stands, or would stand."""

    def noting(state: StateInline, silent: bool) -> bool:
        start, index = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        if not silent:
            is_link = state.src[start] == "["
            index += state.tokens[index].type == "text"
            state.tokens[index].meta |= _find_target(state, start, is_link)
        return True

    return noting


def _find_target(state: StateInline, start: int, is_link: bool) -> dict[str, object]:
    """Offset and length of the target in `[text](target)`, or of what is behind the text."""
    helpers, after = state.md.helpers, 1
    after += helpers.parseLinkLabel(state, start if is_link else start + 1, is_link)
    is_inline = state.src.startswith("(", after) and state.pos > after
    if not is_inline:
        return {"is_inline": False, "target": (after, state.pos - after)}
    place = after + 1
    while state.src[place].isspace():
        place += 1
    end = helpers.parseLinkDestination(state.src, place, state.posMax).pos
    return {"is_inline": True, "target": (place, max(place, end) - place)}


class _InlineText:
    """An inline text laid over the lines of the file that it comes from."""

    def __init__(self, token: Token, previous: Token | None, source: Source) -> None:
        assert token.map is not None
        lines = token.content.split("\n")
        self._source = source
        self._content = token.content
        self._first = token.map[0]
        self._starts = [0]
        for line in lines[:-1]:
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._columns = []
        self._bars: list[int] = []
        if "column" in token.meta:
            self._columns = [token.meta["column"]]
            self._bars = [i for i, character in enumerate(token.content) if character == "|"]
            return
        is_atx = previous is not None and previous.markup.startswith("#")
        for index, text in enumerate(lines):
            line = source.lines[self._first + index]
            if index == len(lines) - 1:
                line = _without_closing(line.rstrip()) if is_atx else line.rstrip()
            self._columns.append(max(0, len(line) - len(text)))

    def place(self, offset: int, length: int) -> Place:
        """The place of so many characters, those of the first line of them."""
        index = bisect_right(self._starts, offset) - 1
        is_last = index + 1 == len(self._starts)
        line_end = len(self._content) if is_last else self._starts[index + 1] - 1
        end = max(offset + 1, min(offset + length, line_end))
        start = offset
        if self._bars:  # in a table's cell `\|` has become `|`
            start, end = (each + bisect_left(self._bars, each) for each in (start, end))
        column = self._columns[index] + start - self._starts[index] + 1
        return Place(self._first + index + 1, column, end - start)

    def span(self, offset: int, length: int) -> tuple[int, int]:
        """Where so many characters start and end in the file."""
        if length == 0:
            end = self.span(offset - 1, 1)[1]
            return end, end
        first, last = self.place(offset, 1), self.place(offset + length - 1, 1)
        start, end = (
            self._source.start(place.line - 1) + place.column - 1 for place in (first, last)
        )
        return start, end + last.length


def _without_closing(line: str) -> str:
    """A heading's line without the `##` that may close it."""
    text = line.rstrip("#")
    return text.rstrip() if text != line and text[-1:] in (" ", "\t") else line


def _place_tokens(state: StateCore) -> None:
    collector: Collector = state.env["collector"]
    previous: Token | None = None
    for token in state.tokens:
        if token.type == "math_block":
            token.meta["places"] = _math_block_places(token, collector.source)
        elif token.map is not None and any(child.meta for child in token.children or ()):
            is_heading = previous is not None and previous.type == "heading_open"
            text = _InlineText(token, previous if is_heading else None, collector.source)
            _place_children(token.children or [], 0, text, collector)
        previous = token


def _place_children(
    children: list[Token], base: int, text: _InlineText, collector: Collector
) -> None:
    """Give each child its place; `base` is where their text starts, since a picture's is a part."""
    for child in children:
        for (message, hint), offset, length in child.meta.get("problems", ()):
            collector.error(message, text.place(base + offset, length), hint)
        for offset, length in child.meta.get("dropped", ()):
            collector.edit(*text.span(base + offset, length))
        if "offset" not in child.meta:
            continue
        offset = base + child.meta["offset"]
        child.meta["place"] = text.place(offset, child.meta["length"])
        _note_spans(child, base, text, collector)
        if child.type.startswith("math_inline"):
            child.meta["places"] = _math_places(child, offset + len(child.markup), text)
        elif child.type == "image":
            _place_children(child.children or [], offset + len(_IMAGE_MARK), text, collector)


def _note_spans(child: Token, base: int, text: _InlineText, collector: Collector) -> None:
    """Find what a transcript replaces of a token, or put a backslash before it."""
    offset, length = base + child.meta["offset"], child.meta["length"]
    if child.type in _SPANNED:
        child.meta["span"] = text.span(offset, length)
    elif "target" in child.meta:
        start, target_length = child.meta["target"]
        child.meta["target"] = text.span(base + start, target_length)
    elif child.info == TAG:
        start, _ = text.span(offset, 1)
        collector.edit(start, start, "\\")


def _math_places(token: Token, offset: int, text: _InlineText) -> tuple[Place, ...]:
    places = []
    for line in token.content.split("\n"):
        places.append(text.place(offset, len(line)))
        offset += len(line) + 1
    return tuple(places)


def _math_block_places(token: Token, source: Source) -> tuple[Place, ...]:
    assert token.map is not None
    texts = token.content.split("\n")
    places = []
    for index, text in enumerate(texts):
        line = source.lines[token.map[0] + index]
        if index == len(texts) - 1:
            line = line.rstrip()[: -len(token.markup)]
        places.append(Place(token.map[0] + index + 1, len(line) - len(text) + 1, max(1, len(text))))
    return tuple(places)
