"""The transcript of a document: its text in plain Markdown, for whoever reads no HTML.

It is the author's own text, with something else at exact places (`Collector.edit`), some of which
rules have noted while they parsed:

    role, `\\eqref`        what it says; `\\label` becomes the `\\tag` that it stands for
    directive             what it writes in Markdown, its caption below it
    link, picture         the whole address of what is on this site
    attributes, spans     nothing, and their words
    footnote              an item of a list: CommonMark could take it for the target of a link
    definition            an item of a list
    code                  its title above it, and behind the fence its language alone
    tag                   with a backslash before it, where raw HTML is text

Blank lines in a row become one, and blanks at a text's ends none, so that what cannot be seen makes
no other transcript.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

from site_gen.markdown.collector import Collector, Edit
from site_gen.markdown.highlight import CodeInfo
from site_gen.markdown.writing import escape_words, write_title
from site_gen.model import Href, Segment

TAG = "tag"
"""The `info` of a text that CommonMark would take for a tag."""

_TAG = re.compile(r"<[A-Za-z/!?]")
_VERBATIM = frozenset({"code_block", "fence", "html_block"})
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_TRAILING_BLANKS = re.compile(r"[ \t]+\n\n")
_DEFINITION = re.compile(r"[ \t>]*([:~])[ \t]")
_NOTE = re.compile(r"\[\^[^\]]+\]:[ \t]*")
_NOTE_INDENT = " " * 4


def transcript_plugin(md: MarkdownIt) -> None:
    """Note what cannot be told from the tokens in the end."""
    md.inline.ruler.after("html_inline", TAG, _tag_rule)
    md.core.ruler.before("footnote_tail", "transcript", _edit_footnotes)


def make_transcript(
    tokens: Iterable[Token], env: EnvType, start_line: int, collector: Collector
) -> tuple[Segment, ...]:
    """The transcript of a document that is rendered; its text starts at a line, from 0 on."""
    verbatim: list[tuple[int, int]] = []
    for token in tokens:
        if token.type in _VERBATIM and token.map:
            first, end = token.map
            verbatim.append((first + (token.type == "fence"), end))
            if "info" in token.meta:
                _edit_fence(token, collector)
        elif token.type in ("directive_open", "directive_close"):
            _edit_directive(token, collector)
        elif token.type == "dd_open":
            _edit_definition(token, collector)
        elif token.children:
            _edit_inlines(token.children, collector)
    _drop_targets(env, collector)
    text = "".join(_apply(verbatim, start_line, collector))
    return collector.split_at_holes(text.strip("\n").rstrip() + "\n")


def _tag_rule(state: StateInline, silent: bool) -> bool:
    if state.md.options["html"] or not _TAG.match(state.src, state.pos, state.posMax):
        return False
    if not silent:
        token = state.push("text_special", "", 0)
        token.content = token.markup = "<"
        token.info = TAG
    state.pos += 1
    return True


def _edit_footnotes(state: StateCore) -> None:
    """Make a note an item of a list, of which the rest of the note is as far indented already."""
    collector: Collector = state.env["collector"]
    for token in state.tokens:
        if token.type != "footnote_reference_open":
            continue
        assert token.map is not None
        mark = f"[^{token.meta['label']}]:"
        start = collector.source.start(token.map[0]) + collector.source.lines[token.map[0]].find(
            mark
        )
        end = start + len(mark)
        blank = "" if collector.source.text[end : end + 1].isspace() else " "
        collector.edit(start, end, f"-   {mark[:-1]}{blank}")


def _edit_inlines(children: Iterable[Token], collector: Collector) -> None:
    for child in children:
        if child.type in ("role", "eqref"):
            says = child.meta.get("markdown", child.meta.get("text", ""))
            start, end = child.meta["span"]
            collector.edit(start, end, says)
        elif "target" in child.meta and "reference" in child.meta:
            _edit_target(child, collector)
        if child.type == "image":
            _edit_inlines(child.children or (), collector)


def _edit_target(token: Token, collector: Collector) -> None:
    """Write the address of what is on this site; a target that is defined elsewhere goes here."""
    reference = token.meta["reference"]
    if collector.references[reference].is_outside:
        return
    address = collector.hole(Href(reference))
    if not token.meta["is_inline"]:
        address = f"({address}{write_title(str(token.attrs.get('title', '')))})"
    start, end = token.meta["target"]
    collector.edit(start, end, address)


def _drop_targets(env: EnvType, collector: Collector) -> None:
    """Leave out the definitions of targets that now stand in the links themselves."""
    source = collector.source
    for known in env.get("references", {}).values():
        parts = urlsplit(known["href"])
        if not (parts.scheme or parts.netloc):
            first, end = known["map"]
            start = source.start(first) + source.lines[first].find("[")
            collector.edit(start, source.start(end - 1) + len(source.lines[end - 1]))


def _edit_definition(token: Token, collector: Collector) -> None:
    """Make a definition an item of a list; its token starts there or, later on, at its term."""
    assert token.map is not None
    source, (first, end) = collector.source, token.map
    found = ((line, _DEFINITION.match(source.lines[line])) for line in range(first, end))
    line, mark = next((line, mark) for line, mark in found if mark)
    collector.edit(source.start(line) + mark.start(1), source.start(line) + mark.end(1), "-")


def _edit_directive(token: Token, collector: Collector) -> None:
    """Put what a directive writes in the place of its head; leave out the line that closes it."""
    source, (first, end) = collector.source, token.meta["lines"]
    if first == end:
        return
    line = source.lines[first]
    if token.type == "directive_close":
        start = len(line.rstrip().rstrip(":"))
        collector.edit(source.start(first) + start, source.start(first) + len(line))
        return
    start = token.meta["call"].place.column - 1
    text = _write_block(token.meta["markdown"], line[:start])
    last = source.start(end - 1) + len(source.lines[end - 1])
    collector.edit(source.start(first) + start, last, text)


def _edit_fence(token: Token, collector: Collector) -> None:
    """Put the title of a code above it, and leave out what is for its HTML alone."""
    info: CodeInfo = token.meta["info"]
    if not (info.title or info.marked or info.first_number is not None):
        return
    assert token.map is not None
    line, line_start = collector.source.lines[token.map[0]], collector.source.start(token.map[0])
    start = line.index(token.markup)
    if info.title:
        before = line[:start]
        title = _write_block(f"**{escape_words(info.title)}**", before)
        collector.edit(line_start + start, line_start + start, f"{title}\n{_continue(before)}")
    end = line_start + len(line)
    collector.edit(end - len(token.info), end, info.language)


def _write_block(text: str, before: str) -> str:
    """A block behind what stands before it on its line, with a blank line above and below."""
    prefix = _continue(before)
    block = f"\n{prefix}".join(text.split("\n")) + f"\n{prefix.rstrip()}"
    # A blank line cannot stand between a list's mark and what it marks.
    return block if before.strip(" \t>") else f"\n{prefix}{block}"


def _continue(before: str) -> str:
    """What stands before the further lines of a block, from what does before its first."""
    before = _NOTE.sub(_NOTE_INDENT, before)
    return "".join(each if each in "> \t" else " " for each in before)


def _apply(
    verbatim: Iterable[tuple[int, int]], start_line: int, collector: Collector
) -> Iterator[str]:
    """The text from a line on, with all edits; code stays as it is to the blank, but for a mark
    before its first line.
    """
    source, edits = collector.source, deque(sorted(collector.edits))
    start = source.start(start_line) if start_line < len(source.lines) else len(source.text)
    for first, end in sorted(each for each in verbatim if each[0] < each[1]):
        yield _tidy(_splice(source.text, start, source.start(first), edits))
        start = source.start(end - 1) + len(source.lines[end - 1])
        yield _splice(source.text, source.start(first), start, edits)
    yield _tidy(_splice(source.text, start, len(source.text) + 1, edits))


def _splice(text: str, start: int, end: int, edits: deque[Edit]) -> str:
    """The text between two offsets, with the edits there, which are taken."""
    parts = []
    while edits and edits[0].start < end:
        edit = edits.popleft()
        assert start <= edit.start, f"two edits at one place: {edit}"
        parts += [text[start : edit.start], edit.text]
        start = edit.end
    return "".join([*parts, text[start:end]])


def _tidy(text: str) -> str:
    """The text without blank lines that follow another, and blanks before one."""
    text = _BLANK_LINES.sub("\n\n", text)
    has_trailing = " \n\n" in text or "\t\n\n" in text  # seldom, and quick to find out
    return _TRAILING_BLANKS.sub("\n\n", text) if has_trailing else text
