"""What the parser need not look at closely is what looking would leave as it is."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it.common.normalize_url import normalizeLink

from site_gen.markdown.parser import NORMAL_LINK

PIECES = (
    "http://",
    "https://",
    "a",
    "B",
    "b.c",
    "a.b.c",
    ".",
    "..",
    "/",
    "//",
    "?",
    "#",
    "-",
    "=",
    "1",
)


@settings(max_examples=500)
@given(
    st.from_regex(NORMAL_LINK, fullmatch=True)
    | st.lists(st.sampled_from(PIECES), max_size=8).map("".join)
)
@example("https://example.org/a/b.html?c=d&e=f#g")
@example("../a-post/index.md#xn--a")
def test_a_normal_link_is_as_markdown_it_makes_it(url: str) -> None:
    assert not NORMAL_LINK.fullmatch(url) or normalizeLink(url) == url
