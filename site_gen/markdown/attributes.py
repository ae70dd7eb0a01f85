"""Attributes: behind an inline element, behind a span in brackets, on a line above a block.

    attributes = "{" [ blanks ] attribute { blanks attribute } [ blanks ] "}"
    attribute  = "#" name | "." name | key "=" ( bare value | quoted value )

The plugin of mdit-py-plugins is not used: it drops what follows a block's attributes on their line
and what stands between `%` signs in them, and copies the rest of the text at each bracket.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from site_gen.diagnostics import Place
from site_gen.markdown.collector import Collector

ALLOWED = ("id", "class", "title", "lang", "dir", "width", "height")

_ONE = (
    r"(?:#(?P<id>{name})|\.(?P<class>{name})"
    r'|(?P<key>[A-Za-z\d_:-]++)=(?:(?P<bare>[A-Za-z\d_:-]++)|"(?P<quoted>(?:[^"\\]|\\.)*+)"))'
).replace("{name}", r"""[^\s!"#$%&'()*+,./;<=>?@\[\]^`{|}~]++""")
_ATTRIBUTE = re.compile(_ONE, re.DOTALL)
_UNNAMED = re.sub(r"\?P<\w+>", "?:", _ONE)
_ATTRIBUTES = re.compile(rf"\{{[ \t\n]*+{_UNNAMED}(?:[ \t\n]++{_UNNAMED})*+[ \t\n]*+\}}", re.DOTALL)
_ID = re.compile(r"[\w:.-]+")

_AFTER = frozenset({"image", "code_inline", "link_close", "span_close"})
_BLOCKS = frozenset(
    {
        "blockquote_open",
        "bullet_list_open",
        "code_block",
        "dl_open",
        "fence",
        "heading_open",
        "hr",
        "ordered_list_open",
        "paragraph_open",
        "table_open",
    }
)


def attributes_plugin(md: MarkdownIt) -> None:
    """Parse attributes; those that cannot be given are errors at their place."""
    md.inline.ruler.after("link", "span", _span_rule)
    md.inline.ruler.push("attributes", _inline_rule)
    md.block.ruler.before("fence", "attributes", _block_rule)
    md.core.ruler.after("block", "attributes", _give_to_blocks)


def split_attributes(text: str) -> tuple[str, dict[str, str]]:
    """A text without the `{…}` at its end, and the attributes in it; `{}` when it has none."""
    start = text.rfind("{")
    if start < 0 or not _ATTRIBUTES.fullmatch(text, start):
        return text, {}
    return text[:start].rstrip(), _parse(text, start)


def _parse(text: str, start: int) -> dict[str, str]:
    """The attributes that begin at `start`, classes joined by blanks."""
    found: dict[str, str] = {}
    end = _end(text, start, len(text))
    for one in _ATTRIBUTE.finditer(text, start + 1, end - 1):
        if one["key"] is not None:
            name, value = one["key"], one["bare"] or re.sub(r"\\(.)", r"\1", one["quoted"] or "")
        else:
            name, value = ("id", one["id"]) if one["id"] is not None else ("class", one["class"])
        if name == "class" and name in found:
            value = f"{found[name]} {value}"
        found[name] = value
    return found


def _end(text: str, start: int, end: int) -> int:
    """Where the attributes that begin at `start` end, or -1 when none do."""
    found = _ATTRIBUTES.match(text, start, end)
    return found.end() if found else -1


def _problem(name: str, value: str) -> tuple[str, str] | None:
    """What is wrong with an attribute and what can be done, or None."""
    if name not in ALLOWED:
        return f"the attribute `{name}` is not allowed", "allowed: " + ", ".join(ALLOWED)
    if name == "id" and not _ID.fullmatch(value):
        return f"`{value}` cannot be an id", "use letters, digits, `-`, `_`, `:` and `.`"
    return None


def _give(token: Token, attributes: dict[str, str]) -> list[tuple[str, str]]:
    """Set attributes on a token; what is wrong with those that it does not get."""
    problems = []
    for name, value in attributes.items():
        if problem := _problem(name, value):
            problems.append(problem)
        elif name == "class":
            token.attrJoin("class", value)
        else:
            token.attrSet(name, value)
    return problems


def _give_inline(state: StateInline, token: Token, start: int, end: int) -> None:
    token.meta.setdefault("dropped", []).append((start, end - start))
    for problem in _give(token, _parse(state.src, start)):
        token.meta.setdefault("problems", []).append((problem, start, end - start))


def _span_rule(state: StateInline, silent: bool) -> bool:
    """`[text]{.class}`."""
    if state.src[state.pos] != "[":
        return False
    start, maximum = state.pos, state.posMax
    label_end = state.md.helpers.parseLinkLabel(state, start, False)
    end = _end(state.src, label_end + 1, maximum) if label_end >= 0 else -1
    if end < 0:
        return False
    if not silent:
        state.pos, state.posMax = start + 1, label_end
        token = state.push("span_open", "span", 1)
        _give_inline(state, token, label_end + 1, end)
        token.meta["dropped"] += [(start, 1), (label_end, 1)]
        state.md.inline.tokenize(state)
        state.push("span_close", "span", -1)
    state.pos, state.posMax = end, maximum
    return True


def _inline_rule(state: StateInline, silent: bool) -> bool:
    """`` `code`{.class} ``, and the same behind a link, a picture or a span."""
    if silent or state.src[state.pos] != "{" or not state.tokens:
        return False
    if state.tokens[-1].type not in _AFTER or state.pending:
        return False
    end = _end(state.src, state.pos, state.posMax)
    if end < 0:
        return False
    _give_inline(state, _opening(state.tokens), state.pos, end)
    state.pos = end
    return True


def _opening(tokens: list[Token]) -> Token:
    """The token that opens what the last one closes, or that one itself."""
    index = len(tokens) - 1
    if tokens[index].nesting < 0:
        level = tokens[index].level
        index -= 1
        while tokens[index].level != level or tokens[index].nesting < 1:
            index -= 1
    return tokens[index]


def _block_rule(state: StateBlock, start: int, _end_line: int, silent: bool) -> bool:
    """A line with nothing but attributes, for the block below it."""
    position, end = state.bMarks[start] + state.tShift[start], state.eMarks[start]
    if state.is_code_block(start) or not state.src.startswith("{", position, end):
        return False
    if not _ATTRIBUTES.fullmatch(state.src[position:end].rstrip(" \t")):
        return False
    if not silent:
        token = state.push("attributes", "", 0)
        token.map = [start, start + 1]
        token.content = state.src[position:end].rstrip(" \t")
        state.line = start + 1
    return True


def _give_to_blocks(state: StateCore) -> None:
    """Move attributes to the block below them, lower ones over higher ones."""
    collector: Collector = state.env["collector"]
    waiting: list[Token] = []
    kept: list[Token] = []
    for token in state.tokens:
        if token.type == "attributes":
            waiting.append(token)
            continue
        for lines in waiting:
            _give_to_block(lines, token, collector)
        waiting = []
        kept.append(token)
    for lines in waiting:
        _give_to_block(lines, None, collector)
    state.tokens = kept


def _give_to_block(lines: Token, block: Token | None, collector: Collector) -> None:
    assert lines.map is not None
    line = lines.map[0]
    column = collector.source.lines[line].rstrip(" \t").rfind(lines.content) + 1
    place = Place(line + 1, column, len(lines.content))
    start = collector.source.start(line) + column - 1
    collector.edit(start, start + len(lines.content))
    if block is None or block.nesting < 0:
        collector.error("attributes with no block below them", place)
        return
    if block.type not in _BLOCKS or block.hidden:
        hint = "they go to headings, paragraphs, lists, quotes, tables, code and lines"
        collector.error("the block below these attributes cannot have any", place, hint)
        return
    for message, hint in _give(block, _parse(lines.content, 0)):
        collector.error(message, place, hint)
