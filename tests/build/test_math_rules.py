"""The cut stylesheet loads what the whole one loads, and nothing that no formula uses."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from site_gen.build.math_needs import MathNeeds
from site_gen.build.math_rules import MathRules
from site_gen.setup import node_executable, node_root
from site_gen.sidecar import Formula, RenderedMath, Sidecar

KATEX = node_root() / "node_modules" / "katex" / "dist"
STYLESHEET = KATEX.joinpath("katex.min.css").read_text(encoding="utf-8")
RULES = MathRules(STYLESHEET)

ALPHABETS = ("mathbb", "mathcal", "mathfrak", "mathscr", "mathtt", "mathsf", "mathrm", "mathbf")
ACCENTS = ("hat", "widehat", "vec", "bar", "tilde", "overline", "overbrace")
ARROWS = ("to", "mapsto", "Rightarrow", "leadsto", "twoheadrightarrow", "nrightarrow")
OPERATORS = ("sum", "prod", "int", "oint", "bigcup", "coprod", "iint")
VARIED = (
    *(rf"\{alphabet}{{ABCxyz12\Gamma\alpha}}" for alphabet in (*ALPHABETS, "mathit", "bm")),
    *(rf"\text{shape}{{Some text 12}}" for shape in ("bf", "it", "rm", "sf", "tt", "md", "up")),
    *(rf"\textbf{{a \{shape}{{b c}}}}" for shape in ("textit", "textsf", "textrm")),
    *(rf"\boldsymbol{{\{alphabet}{{ABC}}}}" for alphabet in ALPHABETS),
    *(rf"\{operator}_a^b x" for operator in OPERATORS),
    *(rf"\{size}( x \{size}] y" for size in ("big", "Big", "bigg", "Bigg")),
    *(rf"\{accent}{{xyz}}" for accent in ACCENTS),
    *(rf"\{arrow}" for arrow in (*ARROWS, "xrightarrow[a]{b}", "xleftarrow{abc}")),
    r"\left( \frac{\frac{a}{b}}{\frac{c}{\frac{d}{e}}} \right)",
    r"\left\{ \begin{matrix} a \\ b \\ c \\ d \\ e \\ f \\ g \\ h \end{matrix} \right.",
    r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}",
    r"\begin{cases} a & \text{if } b \\ c & \textit{otherwise} \end{cases}",
    r"\sqrt{x}",
    r"\sqrt[3]{\frac{\frac{a}{b}}{\frac{c}{d}}}",
    r"\operatorname{rank} A \lesssim \varnothing \complement \hbar",
    r"\mathsf{\textit{ab}} \textsf{\textit{ab}} \mathbf{\mathit{x}}",
    r"x' \pmb{y} \tag{3}",
    r"\underbrace{a+b}_{\text{two \textbf{bold}}} \Bbbk \ulcorner",
    r"\text{é 漢 ж}",
    r"\mathbb{R} \not= \mathfrak{\bold{A}}",
)


@pytest.fixture(scope="module")
def rendered() -> dict[str, str]:
    """The varied formulas as HTML, by their TeX."""
    with Sidecar(node_executable, node_root()) as sidecar:
        results = sidecar.render_math([Formula(tex, True) for tex in VARIED])
    pages = {}
    for tex, result in zip(VARIED, results, strict=True):
        assert isinstance(result, RenderedMath), (tex, result)
        pages[tex] = result.html
    return pages


def fonts(*fragments: str) -> set[str]:
    """The fonts kept for these fragments, without what all file names share."""
    kept = {name for html in fragments for name in RULES.find(html.encode())}
    return {name.removeprefix("KaTeX_").removesuffix(".woff2") for name in kept}


def span(*nested_classes: str) -> str:
    opened = "".join(f'<span class="{classes}">' for classes in ("katex", *nested_classes))
    return opened + "x" + "</span>" * (len(nested_classes) + 1)


@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        ((), set()),
        (("mord mathnormal",), {"Math-Italic"}),
        (("mord mathbf",), {"Main-Bold"}),
        (
            ("mord text", "mord textbf", "mord textit"),
            {"Main-Bold", "Main-Italic", "Main-BoldItalic"},
        ),
        (("mord textsf textbf",), {"SansSerif-Bold"}),
        (("mord textbf", "mord mathbb"), {"Main-Bold", "AMS-Regular"}),
        (("delimsizing size3",), {"Size3-Regular"}),
        (("delimsizing mult", "delim-size4", ""), {"Size4-Regular"}),
    ],
)
def test_what_rules_make_of_classes_is_kept_beside_the_usual_font(
    classes: tuple[str, ...], expected: set[str]
) -> None:
    assert fonts(span(*classes)) == {"Main-Regular", *expected}


def test_without_a_formula_no_font_is_kept() -> None:
    assert fonts() == set()


def test_the_cut_names_woff2_only_at_the_given_url() -> None:
    needs = MathNeeds(fonts=RULES.find(span().encode()))
    cut = RULES.cut(needs, lambda name: f"/assets/1/{name}")
    assert cut.count("@font-face") == 1
    assert (
        "@font-face{font-display:block;font-family:KaTeX_Main;font-style:normal;font-weight:400;"
        'src:url(/assets/1/KaTeX_Main-Regular.woff2) format("woff2")}'
    ) in cut
    assert "truetype" not in cut


def test_with_every_class_everything_but_fonts_stays() -> None:
    every = " ".join(re.findall(r"\.([a-zA-Z][\w-]*)", STYLESHEET))
    cut = RULES.cut(MathNeeds(classes=RULES.find_classes(span(every).encode())), str)
    rules = [line for line in STYLESHEET.replace("}", "}\n").split("\n") if line]
    others = [rule for rule in rules if not rule.startswith("@font-face")]
    assert "".join(cut.split()) == "".join("".join(others).split())


def test_of_a_rule_stays_what_something_can_meet() -> None:
    needs = MathNeeds(classes=RULES.find_classes(span("mord mathbf", "sqrt", "kh1").encode()))
    assert needs.classes == ("katex", "mathbf", "sqrt")
    cut = RULES.cut(needs, str)
    assert ".katex .mathbf{" in cut
    assert ".katex .sqrt>.root" not in cut
    assert len(cut) < len(STYLESHEET) / 8


MET = """([css, formulas]) => {
    document.head.innerHTML = `<style>${css}</style>`;
    const rules = [...document.styleSheets[0].cssRules].filter(rule => rule.selectorText);
    const selectors = rules.flatMap(rule => rule.selectorText.split(", "));
    return formulas.map(html => {
        document.body.innerHTML = html;
        return selectors.filter(each => document.querySelector(each.replace(/::.*/, "")));
    });
}"""


def test_a_browser_misses_no_rule(browser: Browser, rendered: dict[str, str]) -> None:
    page = browser.new_page()
    for html, met in zip(
        rendered.values(), page.evaluate(MET, [STYLESHEET, [*rendered.values()]]), strict=True
    ):
        cut = RULES.cut(MathNeeds(classes=RULES.find_classes(html.encode())), str)
        kept = page.evaluate(MET, [cut, [html]])[0]
        assert met == kept
        assert len(met) > 5
    page.close()


# A stylesheet made anew has fonts that nobody has asked for yet. Which of them a formula needs, the
# browser has decided when the layout stands, whether they can be loaded or not.
ASKED_FOR = """([css, formulas]) => formulas.map(html => {
    document.head.innerHTML = `<style>${css}</style>`;
    document.body.innerHTML = html;
    document.body.getBoundingClientRect();
    const rules = [...document.styleSheets[0].cssRules];
    const faces = rules.filter(rule => rule instanceof CSSFontFaceRule);
    const sources = faces.map(face => face.style.getPropertyValue("src"));
    return sources.filter((_, number) => [...document.fonts][number].status != "unloaded");
})"""


def test_a_browser_misses_no_font(browser: Browser, rendered: dict[str, str]) -> None:
    # Only the name of a font is in its URL, so that nothing has to be fetched.
    css, count = re.subn(r"src:url\(fonts/KaTeX_([\w-]+)[^;}]*", r"src:url(data:,\1)", STYLESHEET)
    assert count == len(list(KATEX.glob("fonts/*.woff2")))
    page = browser.new_page()
    page.set_content("<!doctype html><title>Fonts</title>")
    asked_for = page.evaluate(ASKED_FOR, [css, list(rendered.values())])
    page.close()
    found = [set(re.findall(r"data:,([\w-]+)", str(sources))) for sources in asked_for]
    for (tex, html), needed in zip(rendered.items(), found, strict=True):
        assert needed, tex
        assert needed <= fonts(html), tex
    assert len(set().union(*found)) > 15


def test_a_formula_in_plain_fonts_does_not_keep_them_all(rendered: dict[str, str]) -> None:
    kept = fonts(rendered[r"\sqrt{x}"])
    assert kept == {"Main-Regular", "Math-Italic"}
