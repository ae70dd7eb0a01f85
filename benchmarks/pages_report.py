"""What Lighthouse found on pages, as a section of the page and as rows for the terminal."""

from __future__ import annotations

from benchmarks.figures import format_machine, format_table
from benchmarks.pages_results import PageAudits, PagesResults

HEAD = ("", "on a", "scores", "largest paint", "layout shift", "blocked", "bytes", "requests")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
_METHOD = """\
Lighthouse's scores are those for performance, accessibility, best practices and search engines, in
this order, of 100. A page for what is not found is kept out of search engines on purpose, which
costs it the last one. The rest is when the largest part of the first view was there, by how much
the layout shifted (at most 0.1 is good), for how long scripts held up the page, and what was sent.

The site is served by `site_gen serve` from this machine: HTTP/1.1 with gzip, and without TLS.
Lighthouse works out times for a slow phone on a slow network (150 ms there and back, 1.6 Mbit/s)
and for a desktop on a good one (40 ms, 10 Mbit/s). Each page is loaded with an empty cache.
"""


def format_pages(results: PagesResults) -> str:
    """The section in Markdown."""
    about = (
        f"Medians of {len(results.pages[0].audits)} rounds, Lighthouse {results.lighthouse}, "
        f"Chromium {results.browser}; {format_machine(results.machine)}; {results.date}.\n"
    )
    rows = make_rows(results)
    return "\n".join(["## Pages in a browser\n", _METHOD, format_table(HEAD, rows), about])


def make_rows(results: PagesResults) -> list[list[str]]:
    """The cells below `HEAD`, a row for each page and kind of device."""
    return [_make_row(each, results.articles) for each in results.pages]


def _make_row(page: PageAudits, articles: int) -> list[str]:
    scores = [page.median_score(name) for name in CATEGORIES]
    return [
        page.kind if page.site == "blog" else f"{page.kind}, of {articles} articles",
        "phone" if page.form == "mobile" else page.form,
        " ".join(f"{score:.0f}" for score in scores),
        f"{page.median(lambda audit: audit.lcp_ms) / 1000:.2f} s",
        f"{page.median(lambda audit: audit.cls):.3f}",
        f"{page.median(lambda audit: audit.tbt_ms):.0f} ms",
        f"{page.median(lambda audit: audit.bytes) / 1000:.0f} kB",
        f"{page.median(lambda audit: audit.requests):.0f}",
    ]
