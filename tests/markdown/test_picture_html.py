"""A picture as HTML: what a browser may choose from, and what all get."""

from site_gen.markdown.picture_html import render_picture, render_plain_picture
from site_gen.model import Asset
from site_gen.renditions import Form, Rendition

SIZES = 'sizes="min({}px, 100vw - 2.7rem, 31rem + 12.4vw, 38.75rem)"'


def asset(*forms: tuple[str, int]) -> Asset:
    """A picture twice as wide as it is high, with these forms by ending and width."""
    renditions = tuple(
        Rendition(f"/ä&.{width}.{ending}", Form(ending, width, width // 2, "", 1))
        for ending, width in forms
    )
    width = forms[-1][1] if forms else 2
    return Asset("content/p.png", "/p.png", 1, "", width, width // 2, renditions)


def test_a_browser_chooses_a_format_and_a_width() -> None:
    forms = [("avif", 320), ("avif", 640), ("webp", 640), ("jpg", 640)]
    assert render_picture(asset(*forms), "a & b", ' class="c"', "/blog", is_lazy=True) == (
        '<picture><source type="image/avif" srcset="/blog/%C3%A4&amp;.320.avif 320w, '
        f'/blog/%C3%A4&amp;.640.avif 640w" {SIZES.format(640)}>'
        '<source type="image/webp" srcset="/blog/%C3%A4&amp;.640.webp">'
        '<img src="/blog/%C3%A4&amp;.640.jpg" alt="a &amp; b" width="640" height="320" '
        'loading="lazy" decoding="async" class="c"></picture>'
    )


def test_where_there_is_one_form_there_is_nothing_to_choose() -> None:
    expected = '<img src="/%C3%A4&amp;.2.png" alt="a" width="2" height="1">'
    assert render_picture(asset(("png", 2)), "a", "", "", is_lazy=False) == expected
    expected = '<img src="/p.png" alt="a" width="2" height="1">'
    assert render_picture(asset(), "a", "", "", is_lazy=False) == expected


def test_a_width_of_its_own_is_what_a_browser_chooses_by() -> None:
    forms = [("avif", 320), ("avif", 640), ("jpg", 640)]
    html = render_picture(asset(*forms), "a", ' width="200"', "", is_lazy=False)
    assert SIZES.format(200) in html
    assert html.endswith('<img src="/%C3%A4&amp;.640.jpg" alt="a" width="200"></picture>')


def test_where_nothing_is_styled_there_is_one_form_for_all() -> None:
    forms = [("avif", 320), ("avif", 640), ("jpg", 640)]
    assert render_plain_picture(asset(*forms), "a", "", "https://example.org") == (
        '<img src="https://example.org/%C3%A4&amp;.640.jpg" alt="a" width="640" height="320">'
    )
