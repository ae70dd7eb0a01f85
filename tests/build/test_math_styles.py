"""Formulas without inline styles look as they did with them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from site_gen.build.math_styles import use_classes
from site_gen.setup import node_executable, node_root
from site_gen.sidecar import Formula, RenderedMath, Sidecar
from site_gen.site.math_sheet import format_rules, name_class
from tests.server import serving

FORMULAS = (
    r"x",
    r"\frac{a}{b} + \sqrt[3]{\frac{x}{y}}",
    r"\sum_{i=0}^{n} \binom{n}{i} \ll \hat{x} \widehat{xyz} \overbrace{a+b}^{c}",
    r"\begin{pmatrix} a & b \\ c & d \end{pmatrix} \begin{cases} 1 & x \\ 0 & y \end{cases}",
    r"\begin{array}{|c|r|} \hline a & b \\ \hdashline c & d \\ \hline \end{array}",
    r"\color{#c00} a \textcolor{teal}{b} \colorbox{yellow}{c} \fcolorbox{red}{#eee}{d} \boxed{e}",
    r"\left\{ \int_0^\infty e^{-x^2} \,dx \right\} \xrightarrow[a]{b} \rule{1em}{2ex} \cancel{x}",
    r"\begin{aligned} a &= b \\ &= c \tag{1} \end{aligned}",
    r"\underline{a} \overline{b} \underbrace{c}_{d} \overset{e}{f} \raisebox{1em}{g} \mathbin{:}",
    r"\Huge a \tiny b \phantom{c} \hspace{3em} d \kern-1em \llap{e} \smash{f} \substack{g \\ h}",
)
BOXES = """() => [...document.querySelectorAll(".katex-html *")].map(node => {
    const {x, y, width, height} = node.getBoundingClientRect(), style = getComputedStyle(node);
    return [x, y, width, height, style.color, style.backgroundColor, style.borderTopWidth,
            style.borderTopColor, style.borderRightStyle].join();
})"""


def set_formulas() -> list[bytes]:
    with Sidecar(node_executable, node_root()) as sidecar:
        results = sidecar.render_math([Formula(tex, display=True) for tex in FORMULAS])
    assert all(isinstance(result, RenderedMath) for result in results), results
    return [result.utf8 for result in results if isinstance(result, RenderedMath)]


def test_formulas_without_inline_styles_look_the_same(browser: Browser, tmp_path: Path) -> None:
    before = set_formulas()
    exchanged = list(map(use_classes, before))
    rules = format_rules(sorted({each for _, styles in exchanged for each in styles}))
    dist = node_root() / "node_modules" / "katex" / "dist"
    (tmp_path / "katex.css").write_bytes((dist / "katex.min.css").read_bytes())
    (tmp_path / "rules.css").write_text(rules)
    (tmp_path / "fonts").symlink_to(dist / "fonts")
    links = '<link rel="stylesheet" href="katex.css"><link rel="stylesheet" href="rules.css">'
    strict = """<meta http-equiv="Content-Security-Policy" content="default-src 'self'">"""
    pages = {
        "before.html": b"\n".join(before),
        "after.html": strict.encode() + b"\n".join(html for html, _ in exchanged),
    }
    for name, html in pages.items():
        (tmp_path / name).write_bytes(f"<!doctype html>{links}".encode() + html)
    page = browser.new_page()
    boxes = []
    with serving(tmp_path) as address:
        for name in pages:
            page.goto(f"{address}/{name}")
            page.evaluate("document.fonts.ready")
            boxes.append(page.evaluate(BOXES))
    page.close()
    assert len(boxes[0]) > 300
    assert boxes[0] == boxes[1]
    assert b" style=" not in b"".join(html for html, _ in exchanged)


def test_what_a_style_says_is_kept_and_classes_are_unlike() -> None:
    html = "".join(
        f'<span style="{style}"></span>'
        for style in ("height:1em;top:1em;", "height:-1em;", "top:1.0em", "color:red;", "width:1px")
    )
    shorter, styles = use_classes(html.encode())
    assert styles == ("color:red", "height:-1em", "height:1em", "top:1.0em", "top:1em", "width:1px")
    names = list(map(name_class, styles))
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"k[a-z][\w-]*", name) for name in names)
    assert all(
        f".{name}{{{style}!important}}" in format_rules(styles)
        for name, style in zip(names, styles, strict=True)
    )
    assert shorter.startswith(b'<span class="kh1 kt1"></span><span class="kh-1">')


@pytest.mark.parametrize("style", ["height:1em}p{color:red", "width:url(x)/**/", "a", ""])
def test_no_style_can_be_more_than_a_declaration(style: str) -> None:
    with pytest.raises(ValueError, match="unknown style"):
        name_class(style)
