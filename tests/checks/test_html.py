"""Pages as the W3C's checker takes them: nothing to complain of but what KaTeX is known for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.html_rules import find_html_mistakes
from tests.sites import article, build_site, messages_of, publish

WIDE_CELL = "Attribute “width” not allowed on element “mtd”"
IN_A_TOKEN = "not allowed as child of element “m"
COMPOSED = "Text run starts with a composing character"
DECOMPOSED = "Text run is not in Unicode Normalization Form C"
PRIVATE = "Document uses the Unicode Private Use Area"
FOLLOWS = "is a completely-unknown element"
"""Said of what is within an element that was told of."""

EXCEPTIONS = {
    r"\tag": (r"x \tag{3}", {WIDE_CELL}),
    r"\label": (r"\label{eq:one} x", {WIDE_CELL}),
    r"\vec": (r"\vec{v}", {COMPOSED}),
    r"\neq": (r"a \neq b", {PRIVATE}),
    r"\not": (r"a \not= b", {DECOMPOSED, PRIVATE}),
    r"\bmod": (r"a \bmod n", {IN_A_TOKEN}),
    r"\mathop": (r"\mathop{O}", {IN_A_TOKEN}),
    r"\stackrel": (r"\stackrel{!}{=}", {IN_A_TOKEN}),
    r"\overset": (r"\overset{a}{b}", {IN_A_TOKEN}),
    r"\underset": (r"\underset{a}{b}", {IN_A_TOKEN}),
}
"""Macros → a formula, and what the checker finds wrong with it as KaTeX sets it."""
KNOWN = (WIDE_CELL, IN_A_TOKEN, COMPOSED, DECOMPOSED, PRIVATE)

MACROS = {
    "sub- and superscripts": r"x_i^2 {}_a^b X x' x''",
    "fractions": r"\frac{a}{b} \dfrac{a}{b} \tfrac{a}{b} \cfrac{a}{b} \binom{n}{k} {a \over b}",
    "roots": r"\sqrt{x} \sqrt[3]{x}",
    "sums": r"\sum_a^b \prod \int_0^1 \iint \oint \bigcup \lim_{x\to0} \sum\limits_{a}",
    "operators": r"\operatorname{rank} A \operatorname*{argmin}_x \max \log x a \pmod{m} \pod m",
    "delimiters": r"\left( \frac{a}{b} \middle| c \right] \bigl( \biggm| \left\{ x \right.",
    "alphabets": r"\mathbb{R} \mathcal{L} \mathfrak{g} \mathscr{F} \mathtt{y} \mathrm{d} \bm{v}",
    "text": r"\text{if } \textbf{bold \textit{both}} \textsf{a} \texttt{b} \text{\textdegree}",
    "accents": r"\hat{x} \widehat{xy} \bar{x} \tilde{x} \dot{x} \ddot{x} \acute{a} \widecheck{ab}",
    "lines": r"\overline{ab} \underline{ab} \overbrace{ab}^{n} \underbrace{ab} \overrightarrow{A}",
    "arrows": r"\to \mapsto \xrightarrow[a]{b} \xleftrightarrow{abc} \longrightarrow \nrightarrow",
    "matrices": r"\begin{pmatrix} 1 & 2 \\ 3 \end{pmatrix} \begin{smallmatrix} a \end{smallmatrix}",
    "arrays": r"\begin{array}{c|r} a & b \\ \hline c & d \\ \hdashline e & f \end{array}",
    "cases": r"\begin{cases} a & \text{if } b \\ c \end{cases} \begin{rcases} a \\ b \end{rcases}",
    "alignments": r"\begin{aligned} a &= b \\ & \end{aligned} \begin{gathered} a \end{gathered}",
    "stacks": r"\sum_{\substack{a \\ b}} {a \atop b} {a \brace b}",
    "phantoms": r"\phantom{x} \hphantom{x} \vphantom{x} \smash{y} \mathllap{x} \mathclap{x}",
    "boxes": r"\boxed{x} \fbox{x} \cancel{x} \xcancel{x} \text{\sout{x}} \colorbox{red}{x}",
    "colours": r"\textcolor{red}{x} \color{blue} x",
    "sizes": r"\large x \small y \displaystyle z \scriptstyle w",
    "spaces": r"a\,b\;d\quad e\!g \hspace{1em} h \kern2pt i \raisebox{1em}{x} \rule{1em}{2em}",
    "relations": r"a \leqslant b \lesssim c \mathrel{R} d \mathbin{+} e \mathopen( \mathinner{x}",
}


@pytest.fixture(scope="module")
def mistakes(published: Path, published_corpus: Path) -> list[str]:
    """Of the blog and of 300 articles, told in one run: half of it is the checker's start."""
    return find_html_mistakes(published, published_corpus)


def test_the_blog_and_300_articles_are_as_the_standards_have_it(mistakes: list[str]) -> None:
    of_macros = [each for each in mistakes if WIDE_CELL in each]
    assert [each for each in mistakes if each not in of_macros] == []
    assert of_macros  # of a tag in the blog: it has looked


def find_kinds(formulas: Mapping[str, str], folder: Path) -> dict[str, set[str]]:
    """What the checker says of each formula: which of `KNOWN`, else all of it."""
    sources = {
        f"content/articles/{number}.md": article(f"$$\n{tex}\n$$")
        for number, tex in enumerate(formulas.values())
    }
    built = build_site(sources)
    assert messages_of(built) == ""
    publish(built, folder)
    names, found = list(formulas), dict[str, set[str]]()
    for mistake in find_html_mistakes(folder / "articles"):
        kind = next((known for known in KNOWN if known in mistake), mistake)
        if FOLLOWS not in mistake:
            found.setdefault(names[int(mistake.partition("/")[0])], set()).add(kind)
    return found


def test_what_katex_writes_is_as_the_standards_have_it_but_for_known_macros(
    tmp_path: Path,
) -> None:
    formulas = {macro: tex for macro, (tex, _) in EXCEPTIONS.items()} | MACROS
    known = {macro: kinds for macro, (_, kinds) in EXCEPTIONS.items()}
    assert find_kinds(formulas, tmp_path) == known


def test_what_is_wrong_is_told_with_its_place(tmp_path: Path) -> None:
    page = '<!doctype html>\n<html lang="en"><title>a</title>\n<p><ul><svg><g rx="&"/></svg></ul>\n'
    for name in ("one/a page.html", "two/b.html"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(page, encoding="utf-8")
    wrong = "Element “svg” not allowed as child of element “ul” in this context."
    first, second = sorted(find_html_mistakes(tmp_path / "one", tmp_path / "two"))
    assert first.startswith(f"a page.html:3:12: {wrong}")
    assert second.startswith(f"b.html:3:12: {wrong}")
