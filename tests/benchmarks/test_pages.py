"""Pages that Lighthouse has audited: what is saved is read again, and shown by its medians."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Playwright

from benchmarks.lighthouse import Form, Visit, running_lighthouse
from benchmarks.measuring import CommandError
from benchmarks.pages_report import format_pages
from benchmarks.pages_results import PagesResults, read_pages_results, save_pages_results


def page(site: str, form: Form, *lcp_ms: int) -> dict[str, object]:
    """A page whose rounds differ in one time."""
    scores = {"performance": 99, "accessibility": 100, "best-practices": 98, "seo": 97}
    others = {"cls": 0.0123, "tbt_ms": 4, "bytes": 43210, "requests": 7, "scripts": 1}
    audits = [{"scores": scores, "failed": [], "lcp_ms": each, **others} for each in lcp_ms]
    return {"site": site, "kind": "archive", "form": form, "audits": audits}


RESULTS = msgspec.convert(
    {
        "machine": {"cpu": "Kettle 9", "cores": 2, "memory_gib": 24.0, "system": "Debian"},
        "date": "2026-01-01",
        "lighthouse": "13.5.0",
        "browser": "153.0",
        "articles": 300,
        "pages": [
            page("blog", "mobile", 900, 2000, 1000),
            page("corpus", "desktop", 300, 300, 400),
        ],
    },
    PagesResults,
)


def test_the_section_has_a_row_for_each_page_and_device_with_medians() -> None:
    section = format_pages(RESULTS)
    scores = "99 100 98 97"
    phone = f"| archive | phone | {scores} | 1.00 s | 0.012 | 4 ms | 43 kB | 7 |\n"
    desktop = f"| archive, of 300 articles | desktop | {scores} | 0.30 s | 0.012 | 4 ms |"
    assert phone in section
    assert desktop in section
    assert "Medians of 3 rounds, Lighthouse 13.5.0, Chromium 153.0; 2 cores of Kettle 9" in section


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    save_pages_results(RESULTS, tmp_path / "deep" / "pages.json")
    assert read_pages_results(tmp_path / "deep" / "pages.json") == RESULTS
    assert read_pages_results(tmp_path / "none.json") is None


def test_a_page_that_is_not_there_is_an_error(playwright: Playwright) -> None:
    missing = Visit("http://127.0.0.1:1/", "mobile")
    with (
        running_lighthouse(playwright) as lighthouse,
        pytest.raises(CommandError, match=r"127\.0\.0\.1:1"),
    ):
        lighthouse.audit([missing], is_quick=True)
