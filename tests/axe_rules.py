"""Pages as axe takes them; what it leaves undecided about colours is decided here.

axe does not decide on the contrast of a sign that is no word, of text in a drawing, or of text that
a scrolling box cuts off. All of these stand on the nearest ground below them that is painted, since
nothing but shapes lies in between, and names on those have an outline in the colour of the paper.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

from site_gen.setup import node_root

_AXE = node_root() / "node_modules" / "axe-core" / "axe.min.js"
EXPLAINED = {
    # The sign ↩︎ is no word that somebody who commands by voice could read out.
    ("label-content-name-mismatch", ".footnote-back"),
}
"""What axe asks a person to look at, by rule and selector; the reason stands above each."""

_LOOK = Path(__file__).with_suffix(".js")


def find_barriers(page: Page) -> list[str]:
    """What breaks a rule of axe's, and what is left undecided, e.g. `violation label: <input>`."""
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(_LOOK.read_text(encoding="utf-8"), list(EXPLAINED))
    return found
