"""Tokens to HTML with holes, for markdown-it's renderer interface."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from site_gen.markdown.collector import Collector
from site_gen.markdown.highlight import parse_info, render_code
from site_gen.markdown.math import render_eqref, render_math
from site_gen.model import Anchor, HeadingTag, Href, Picture, Place

Env = dict[str, Any]


class DocumentRenderer(RendererHTML):
    """Rules for what is ours; everything else is as markdown-it renders it."""

    def renderAttrs(self, token: Token) -> str:  # type: ignore[override]  # noqa: N802
        """Attributes as HTML; alignment as a class, since inline styles would need a CSP exception."""
        attributes = []
        for name, value in token.attrItems():
            if name == "style" and str(value).startswith("text-align:"):
                name, value = "class", f"align-{str(value).removeprefix('text-align:')}"
            attributes.append(f' {escape(name)}="{escape(str(value))}"')
        return "".join(attributes)

    def renderToken(  # noqa: N802
        self, tokens: Sequence[Token], idx: int, options: Any, env: Env
    ) -> str:
        token, collector = tokens[idx], _collector(env)
        if "id" in token.attrs and not str(token.attrs["id"]).startswith("\x00"):
            token.attrSet("id", collector.hole(Anchor(str(token.attrs["id"]))))
        return super().renderToken(tokens, idx, options, env)

    def heading_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        token = tokens[idx]
        token.tag = _collector(env).hole(HeadingTag(int(token.tag[1])))
        return self.renderToken(tokens, idx, options, env)

    def heading_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        return self.heading_open(tokens, idx, options, env)

    def link_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        token, collector = tokens[idx], _collector(env)
        place = token.meta.get("place", Place(1, 0))
        reference = collector.reference(str(token.attrs["href"]), "link", place)
        token.attrSet("href", collector.hole(Href(reference)))
        return self.renderToken(tokens, idx, options, env)

    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        token, collector = tokens[idx], _collector(env)
        alt = self.renderInlineAsText(token.children, options, env)
        rest = Token("image", "img", 0)
        rest.attrs = {k: v for k, v in token.attrs.items() if k not in ("src", "alt")}
        if "id" in rest.attrs:
            rest.attrSet("id", collector.hole(Anchor(str(rest.attrs["id"]))))
        place = token.meta.get("place", Place(1, 0))
        reference = collector.reference(str(token.attrs["src"]), "picture", place)
        return collector.hole(Picture(reference, alt, self.renderAttrs(rest)))

    def fence(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        token, collector = tokens[idx], _collector(env)
        info, problems = parse_info(token.info)
        for problem in problems:
            collector.error(
                problem.message, _find_in_line(token, problem.text, collector), problem.hint
            )
        return render_code(token.content, info)

    def math_block(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        return render_math(tokens[idx], _collector(env))

    math_inline = math_inline_double = math_block

    def eqref(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        return render_eqref(tokens[idx], _collector(env))

    def myst_role(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        html: str = tokens[idx].meta.get("html", "")
        return html

    def directive_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        html: str = tokens[idx].meta.get("html", "")
        return html

    directive_close = directive_open

    def front_matter(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        return ""

    def table_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        return '<div class="table">\n' + self.renderToken(tokens, idx, options, env)

    def table_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        return self.renderToken(tokens, idx, options, env) + "</div>\n"

    def footnote_ref(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        token, collector = tokens[idx], _collector(env)
        number, again = token.meta["id"] + 1, token.meta.get("subId", 0)
        place = token.meta.get("place", Place(1, 0))
        href = collector.hole(Href(collector.reference(f"#footnote-{number}", "link", place)))
        anchor = collector.hole(Anchor(_back_anchor(number, again)))
        return f'<sup class="footnote-ref"><a href="{href}" id="{anchor}">{number}</a></sup>'

    def footnote_block_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        return '<section class="footnotes" aria-label="Footnotes">\n<ol>\n'

    def footnote_block_close(
        self, tokens: Sequence[Token], idx: int, options: Any, env: Env
    ) -> str:
        return "</ol>\n</section>\n"

    def footnote_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        anchor = _collector(env).hole(Anchor(f"footnote-{tokens[idx].meta['id'] + 1}"))
        return f'<li id="{anchor}">'

    def footnote_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        return "</li>\n"

    def footnote_anchor(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        collector = _collector(env)
        number, again = tokens[idx].meta["id"] + 1, tokens[idx].meta.get("subId", 0)
        target = "#" + _back_anchor(number, again)
        href = collector.hole(Href(collector.reference(target, "link", Place(1, 0))))
        label = f"Back to reference {number}" + (f"-{again + 1}" if again else "")
        return f' <a href="{href}" class="footnote-back" aria-label="{label}">↩\ufe0e</a>'


def _back_anchor(number: int, again: int) -> str:
    return f"footnote-ref-{number}" + (f"-{again + 1}" if again else "")


def _collector(env: Env) -> Collector:
    collector: Collector = env["collector"]
    return collector


def _find_in_line(token: Token, text: str, collector: Collector) -> Place:
    assert token.map is not None
    line = token.map[0]
    info_start = collector.source.lines[line].find(token.info)
    column = collector.source.lines[line].find(text, max(info_start, 0))
    return Place(line + 1, column + 1, max(1, len(text)))
