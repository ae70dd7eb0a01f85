"""A page that tells when it shows which edition of its article."""

import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.open_page import OpenPage
from benchmarks.scenarios import sentence_of

RELOADING = """\
<!doctype html>
<p></p>
<script>
  const edition = Number(sessionStorage.edition ?? 0) + 1;
  sessionStorage.edition = edition;
  document.querySelector("p").textContent = `SENTENCE`;
  if (edition < 3) setTimeout(() => location.reload());
</script>
""".replace("SENTENCE", sentence_of(0).replace("0", "${edition}"))


def test_a_page_tells_when_it_shows_an_edition_also_after_it_was_reloaded(
    tmp_path: Path, serve_folder: Callable[[Path], str], browser: Browser
) -> None:
    (tmp_path / "index.html").write_text(RELOADING, encoding="utf-8")
    before_ms = 1000 * time.time()
    page = OpenPage(browser, serve_folder(tmp_path))
    shown_ms = [page.wait_for_edition(edition, 60) or 0 for edition in (1, 2, 3)]
    after_ms = 1000 * time.time()
    page.close()
    # The page's clock for fractions of a millisecond is blurred a little.
    moments_ms = [before_ms - 1, *shown_ms, after_ms + 1]
    assert moments_ms == sorted(moments_ms)
