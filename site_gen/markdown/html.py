# ruff: noqa: ARG002  markdown-it calls each rule with the same four arguments.
"""Tokens to HTML with holes, for markdown-it's renderer interface."""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from html import escape
from typing import Any

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from site_gen.diagnostics import Place
from site_gen.markdown.collector import Collector
from site_gen.markdown.headings import footnote_anchor, footnote_back_anchor, plain_text
from site_gen.markdown.highlight import (
    CodeInfo,
    InfoProblem,
    check_marked,
    parse_info,
    render_code,
)
from site_gen.markdown.math import render_eqref, render_math
from site_gen.markdown.scrolling import scrolling
from site_gen.model import Anchor, HeadingTag, Href, Picture, Styled

Env = MutableMapping[str, Any]

_ALIGN = "text-align:"
_COPY_SCRIPT = "copy.js"
_LINE_NUMBER = re.compile(r'<span class="line-number" data-line="([0-9]+)"></span>')
_UNLIT_HINT = "show less of it, or write `text` behind the fence"


class DocumentRenderer(RendererHTML):
    """Rules for what is ours; everything else is as markdown-it renders it."""

    def render(self, tokens: Sequence[Token], options: OptionsDict, env: Env) -> str:
        """The HTML of a document, with marks where its holes are."""
        for token in tokens:
            if token.attrs:
                _open_anchor(token, env)
            for child in token.children or ():
                if child.attrs:
                    _open_anchor(child, env)
        return super().render(tokens, options, env)

    def renderToken(  # noqa: N802
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env
    ) -> str:
        """A tag as HTML; half of them are at an element's end, where little can be asked."""
        token = tokens[idx]
        if token.nesting >= 0 or token.attrs or token.hidden:
            return super().renderToken(tokens, idx, options, env)
        return f"</{token.tag}>\n" if token.block else f"</{token.tag}>"

    def renderAttrs(self, token: Token) -> str:  # type: ignore[override]  # noqa: N802
        """Attributes as HTML; alignment as a class, since a strict CSP allows no inline styles."""
        if not token.attrs:
            return ""
        return "".join(
            f' class="align-{escape(str(value).removeprefix(_ALIGN))}"'
            if name == "style" and str(value).startswith(_ALIGN)
            else f' {escape(name)}="{escape(str(value))}"'
            for name, value in token.attrItems()
        )

    def heading_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        token = tokens[idx]
        token.tag = _collector(env).hole(HeadingTag(int(token.tag[1])))
        return self.renderToken(tokens, idx, options, env)

    def heading_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        html = self.heading_open(tokens, idx, options, env).rstrip("\n")
        return f"{html}{_collector(env).hole(tokens[idx].meta['link'])}\n"

    def link_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        token, collector = tokens[idx], _collector(env)
        place = token.meta["place"]
        reference = collector.reference(str(token.attrs["href"]), "link", place)
        token.meta["reference"] = reference
        token.attrSet("href", collector.hole(Href(reference)))
        return self.renderToken(tokens, idx, options, env)

    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        token, collector = tokens[idx], _collector(env)
        alt = plain_text(token.children or [])
        rest = Token("image", "img", 0)
        rest.attrs = {k: v for k, v in token.attrs.items() if k not in ("src", "alt", "id")}
        place = token.meta["place"]
        reference = collector.reference(str(token.attrs["src"]), "picture", place)
        token.meta["reference"] = reference
        anchor = str(token.attrs.get("id", ""))
        return collector.hole(Picture(reference, alt, self.renderAttrs(rest), anchor))

    def fence(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        token, collector = tokens[idx], _collector(env)
        info, problems = parse_info(token.info)
        problems += check_marked(info, token.content)
        token.meta["info"] = info
        for problem in problems:
            place = _place_in_info(token, problem, collector)
            collector.error(problem.message, place, problem.hint)
        html, warning = render_code(token.content, info, self.renderAttrs(token))
        if warning:
            collector.warning(warning, _fence_place(token, collector), _UNLIT_HINT)
        collector.script(_COPY_SCRIPT)
        return html if info.first_number is None else _number_lines(html, collector)

    def code_block(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        """Indented code, as a fence without a word behind it."""
        html, _ = render_code(tokens[idx].content, CodeInfo(), self.renderAttrs(tokens[idx]))
        _collector(env).script(_COPY_SCRIPT)
        return html

    def list_item_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        """A list's item; the box of a task says to those who hear the page whether it is done."""
        token = tokens[idx]
        html = self.renderToken(tokens, idx, options, env)
        if "checked" not in token.meta:
            return html
        is_done = token.meta["checked"]
        state = ' checked aria-label="done"' if is_done else ' aria-label="to do"'
        box = Styled(f'<input type="checkbox" disabled{state}>', "☑" if is_done else "☐")
        return f"{html}{_collector(env).hole(box)} "

    def math_block(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        return render_math(tokens[idx], _collector(env))

    math_inline = math_inline_double = math_block

    def eqref(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        return render_eqref(tokens[idx], _collector(env))

    def unclosed_math(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        return escape(tokens[idx].content)

    unknown_footnote = unclosed_math

    def role(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        html: str = tokens[idx].meta.get("html", "")
        return html

    def directive_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        html: str = tokens[idx].meta.get("html", "")
        return html

    directive_close = directive_open

    def table_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        table = self.renderToken(tokens, idx, options, env)
        return f'<div class="table"{scrolling("Table")}>\n{table}'

    def table_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        return self.renderToken(tokens, idx, options, env) + "</div>\n"

    def footnote_ref(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        token, collector = tokens[idx], _collector(env)
        number, again = token.meta["id"] + 1, token.meta.get("subId", 0)
        place = token.meta["place"]
        reference = collector.reference("#" + footnote_anchor(number), "link", place)
        href = collector.hole(Href(reference, stays=True))
        anchor = collector.hole(Anchor(footnote_back_anchor(number, again)))
        return f'<sup class="footnote-ref"><a href="{href}" id="{anchor}">{number}</a></sup>'

    def footnote_block_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        return '<section class="footnotes" aria-label="Footnotes">\n<ol>\n'

    def footnote_block_close(
        self, tokens: Sequence[Token], idx: int, options: Any, env: Env
    ) -> str:
        return "</ol>\n</section>\n"

    def footnote_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        anchor = _collector(env).hole(Anchor(footnote_anchor(tokens[idx].meta["id"] + 1)))
        return f'<li id="{anchor}">'

    def footnote_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        return "</li>\n"

    def footnote_anchor(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        collector = _collector(env)
        number, again = tokens[idx].meta["id"] + 1, tokens[idx].meta.get("subId", 0)
        target = "#" + footnote_back_anchor(number, again)
        reference = collector.reference(target, "link", Place(1, 0))
        href = collector.hole(Href(reference, stays=True))
        label = f"Back to reference {number}" + (f"-{again + 1}" if again else "")
        return f' <a href="{href}" class="footnote-back" aria-label="{label}">↩\ufe0e</a>'


def _open_anchor(token: Token, env: Env) -> None:
    if "id" in token.attrs and token.type != "image":  # whose hole holds the anchor
        token.attrSet("id", _collector(env).hole(Anchor(str(token.attrs["id"]))))


def _number_lines(html: str, collector: Collector) -> str:
    """The code with the numbers of its lines as text where the stylesheet does not write them."""
    width = max((len(found[1]) for found in _LINE_NUMBER.finditer(html)), default=0)

    def number(found: re.Match[str]) -> str:
        return collector.hole(Styled(found[0], f"{found[1]:>{width}}  "))

    return _LINE_NUMBER.sub(number, html)


def _collector(env: Env) -> Collector:
    collector: Collector = env["collector"]
    return collector


def _fence_place(token: Token, collector: Collector) -> Place:
    """The place of a fence's opening line from its marks on."""
    assert token.map is not None
    line = collector.source.lines[token.map[0]].rstrip()
    column = max(0, line.find(token.markup))
    return Place(token.map[0] + 1, column + 1, max(1, len(line) - column))


def _place_in_info(token: Token, problem: InfoProblem, collector: Collector) -> Place:
    """The place of a piece of a fence's info, which ends with the fence's line."""
    assert token.map is not None
    line = collector.source.lines[token.map[0]]
    column = len(line) - len(token.info) + problem.offset
    return Place(token.map[0] + 1, column + 1, max(1, len(problem.text)))
