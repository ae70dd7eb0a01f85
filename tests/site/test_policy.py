"""What pages need, and the policy that allows just that."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_gen.site.policy import find_needs, format_header, format_policy

OUT = "https://example.org"
OF_ALERT = "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"
"""Of `alert(1)`, as `openssl dgst -sha256 -binary | base64` has it."""


@pytest.mark.parametrize(
    ("html", "needs"),
    [
        ("<p>a</p>", ()),
        (f'<a href="{OUT}/">a</a>', ()),
        (f'<link rel="canonical" href="{OUT}/">', ()),
        ('<img src="/a.png"><script src="a.js"></script>', ()),
        (f'<img alt="a > b" src="{OUT}/a.png">', (f"img-src {OUT}",)),
        (f"<IMG SRC='{OUT}:8443/a.png'>", (f"img-src {OUT}:8443",)),
        ('<img src="//example.org/a.png">', ("img-src example.org",)),
        ('<img src="data:image/png;base64,AA==">', ("img-src data:",)),
        (
            f'<source srcset="/a.avif 1x, {OUT}/a.avif 2x" type="image/avif">',
            (f"img-src {OUT}",),
        ),
        (f'<video poster="{OUT}/a.png" src="/a.mp4"></video>', (f"img-src {OUT}",)),
        (f'<iframe src="{OUT}/a?b=1&amp;c=2"></iframe>', (f"frame-src {OUT}",)),
        (f'<link rel="stylesheet" href="{OUT}/a.css">', (f"style-src {OUT}",)),
        (f'<link rel="preload" as="font" href="{OUT}/a.woff2">', (f"font-src {OUT}",)),
        ("<script>alert(1)</script>", (f"script-src {OF_ALERT}",)),
        ('<script type="module">alert(1)</script>', (f"script-src {OF_ALERT}",)),
        ('<script type="application/ld+json">{"a": 1}</script>', ()),
        ("<style>alert(1)</style>", (f"style-src {OF_ALERT}",)),
        ('<p style="alert(1)">', (f"style-src {OF_ALERT}", "style-src 'unsafe-hashes'")),
        (
            "<button onclick=alert&#40;1)>",
            (f"script-src {OF_ALERT}", "script-src 'unsafe-hashes'"),
        ),
        ('<code>&lt;img src="https://example.org/"&gt;</code>', ()),
        ('<code><span class="n">style</span>="a"</code>', ()),
    ],
)
def test_what_a_page_needs(html: str, needs: tuple[str, ...]) -> None:
    assert find_needs(html.encode()) == needs


def test_the_policy_of_a_page_that_needs_nothing_is_its_own_site() -> None:
    assert format_policy((), {}) == (
        "default-src 'self'; base-uri 'self'; form-action 'self'; object-src 'none'"
    )


def test_each_need_adds_to_the_site_itself() -> None:
    needs = ("img-src data:", f"img-src {OUT}", f"object-src {OUT}")
    assert format_policy(needs, {"img-src": ["data:"], "connect-src": [OUT]}) == (
        f"default-src 'self'; base-uri 'self'; connect-src 'self' {OUT}; form-action 'self'; "
        f"img-src 'self' data: {OUT}; object-src {OUT}"
    )


def test_a_header_that_hosts_would_not_take_leaves_it_to_the_pages() -> None:
    needs = [f"img-src https://{number}.example.org" for number in range(200)]
    assert format_header(needs, {}) == "base-uri 'self'; frame-ancestors 'self'"
    assert format_header((), {}).endswith("object-src 'none'; frame-ancestors 'self'")


@given(st.text(alphabet="<>=\"' /abimgsrctyle:onx-\n", max_size=60))
def test_no_page_is_too_odd(html: str) -> None:
    assert all(len(need.split(" ")) == 2 for need in find_needs(html.encode()))
