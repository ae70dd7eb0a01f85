"""What Lighthouse says of the finished blog, in so far as it does not depend on the machine.

How fast its pages are is measured by `benchmarks.pages`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from benchmarks.lighthouse import Audit, Visit, running_lighthouse
from site_gen.setup import checkout_root
from tests.kinds import CODE, COMPUTES, MATH
from tests.serve.serving import serving_site

FULL_SCORES = {"accessibility": 100, "best-practices": 100, "seo": 100, "agentic-browsing": 100}
REQUESTS = {"/": 12, MATH: 9, CODE: 7, COMPUTES: 14}
"""How many there are at most, by page."""


@pytest.fixture(scope="module")
def audits(playwright: Playwright, published: Path) -> dict[str, Audit]:
    """What Lighthouse finds on a phone, told in one run."""
    with (
        serving_site(checkout_root(), "--output", str(published)) as server,
        running_lighthouse(playwright) as lighthouse,
    ):
        visits = [Visit(server.url.rstrip("/") + url, "mobile") for url in REQUESTS]
        return dict(zip(REQUESTS, lighthouse.audit(visits, is_quick=True), strict=True))


@pytest.mark.parametrize("url", REQUESTS)
def test_nothing_costs_a_page_a_point(audits: dict[str, Audit], url: str) -> None:
    assert audits[url].failed == ()
    assert {name: audits[url].scores[name] for name in FULL_SCORES} == FULL_SCORES


@pytest.mark.parametrize("url", REQUESTS)
def test_a_page_stays_where_it_is_and_asks_for_little(audits: dict[str, Audit], url: str) -> None:
    assert audits[url].cls <= 0.01
    assert audits[url].requests <= REQUESTS[url]
