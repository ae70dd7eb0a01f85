"""What a hole becomes depends on the page that shows the body."""

from __future__ import annotations

from site_gen.markdown.fill import AssetTarget, Fillings, View, fill
from site_gen.model import Asset
from tests.markdown.rendering import parse_body

ASSET = Asset("content/p.png", "/p.png", size_bytes=1, sha256="", width=2, height=1)


def test_a_pictures_id_is_an_anchor_with_its_pages_prefix() -> None:
    document, diagnostics = parse_body("![alt](p.png){#pic .c}\n")
    assert not diagnostics
    assert document.anchors == {"pic"}
    view = View(anchor_prefix="crop:", is_below_picture=True)
    html = fill(document, Fillings((AssetTarget(ASSET),)), view)
    assert html == (
        '<p><img src="/p.png" alt="alt" width="2" height="1" loading="lazy" decoding="async" '
        'id="crop:pic" class="c"></p>\n'
    )


def test_a_role_in_a_figures_words_may_name_what_stands_further_down() -> None:
    document, diagnostics = parse_body(
        ":::{figure} p.png\nalt: at {token-rate}`a.bandwidth`\n:::\n\n:::{token-rate} a\nmodel: M\n"
        "active parameters: 37B\nquantization: 2.42 bit\nmemory: 12 x DDR5-6000\n:::\n"
    )
    assert not diagnostics
    formulas = ("",) * len(document.formulas)
    html = fill(document, Fillings((AssetTarget(ASSET),), formulas), View())
    assert ' alt="at 576\N{NO-BREAK SPACE}GB/s" ' in html


def test_a_heading_leads_to_itself_on_the_page_of_its_own_text_alone() -> None:
    document, _ = parse_body("## A & *b*\n\n## !\n\n# #\n")
    link = '<a class="anchor" href="#{}" aria-label="Link to {}"></a>'
    html = fill(document, Fillings(), View(has_heading_links=True))
    assert html == (
        f'<h2 id="a-b">A &amp; <em>b</em></h2>{link.format("a-b", "A &amp; b")}\n'
        f'<h2 id="section">!</h2>{link.format("section", "!")}\n'
        f'<h1 id="section-2"></h1>{link.format("section-2", "this section")}\n'
    )
    for view in (View(anchor_prefix="a:", heading_shift=1), View(own_url="/a/", is_bare=True)):
        assert "anchor" not in fill(document, Fillings(), view)


def test_the_first_picture_of_a_page_does_not_wait() -> None:
    document, _ = parse_body("![a](p.png) and\n\n![a](p.png)\n")
    fillings = Fillings((AssetTarget(ASSET),) * 2)
    shown = '<img src="/p.png" alt="a" width="2" height="1"{}>'
    waiting = shown.format(' loading="lazy" decoding="async"')
    first, second = f"<p>{shown.format('')} and</p>\n", f"<p>{waiting}</p>\n"
    assert fill(document, fillings, View()) == first + second
    below = View(is_below_picture=True)
    assert fill(document, fillings, below) == first.replace(shown.format(""), waiting) + second
    bare = View(base="https://example.org", is_bare=True)
    assert fill(document, fillings, bare) == (first + first.replace(" and", "")).replace(
        "/p.png", "https://example.org/p.png"
    )
