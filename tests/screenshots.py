"""Screenshots of every kind of page, a sheet a kind: `python -m tests.screenshots` makes them anew.

A sheet has three widths side by side, light above dark. The packaged Chromium draws them, with no
font but those of the site and of two packages, so that they are the same on every machine.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from PIL import Image, ImageChops, ImageFilter
from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright

from site_gen.effects import DiskTree
from site_gen.setup import checkout_root, node_root
from tests.browser import Chromium, launching, packaged_chromium
from tests.kinds import BLOG, CODE, COMPUTES, MATH
from tests.server import serving
from tests.sites import build_site, publish

SHEETS = Path(__file__).parent / "sheets"
PAGES = {
    **BLOG,
    "equations": f"{MATH}#one-token-and-again",
    "calculation": f"{MATH}#a-worked-case",
    "listing": f"{CODE}#packing-it",
    "charts": f"{COMPUTES}#predictions",
    "calculator": f"{COMPUTES}#yours",
    "feed": "/feed.xml",
}
"""What is on a sheet, by its name: addresses whose anchor is at the top of the window."""
COMMAND = "python -m tests.screenshots"

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, Scheme] = ("light", "dark")
WIDTHS = (320, 768, 1280)
HEIGHT = 1200
"""Of the window, in CSS pixels as the widths are."""
SCALE = 0.5
"""Pixels of a sheet for one of CSS."""
GAP = 8
"""Pixels between pictures."""
STEP = 5
"""Between the values that a channel has in a sheet; the rest is noise that would not compress."""
LARGEST_NOISE = 8
"""By how much a channel may differ once each pixel is mixed with its neighbours, in 255 steps."""
MOST_PIXELS = 8
"""How many may differ by more: text that moves by one pixel makes hundreds differ."""

_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{chromium}</dir>
  <dir>{katex}</dir>
  <cachedir>{cache}</cachedir>
  <alias binding="same">
    <family>monospace</family>
    <prefer><family>KaTeX_Typewriter</family></prefer>
  </alias>
</fontconfig>
"""
_ARGUMENTS = ("--font-render-hinting=none", "--disable-lcd-text", "--force-color-profile=srgb")
_SEEN = """async () => {
  await document.fonts?.ready;
  const isSeen = (each) => each.getBoundingClientRect().top < innerHeight;
  const seen = [...document.images].filter(isSeen);
  await Promise.all(seen.map((each) => each.decode()));
  // The frame after the next one shows all of it, also where an anchor has moved the window.
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
}"""


def main() -> None:
    """Write all sheets that do not show what is there, and remove those of no page."""
    SHEETS.mkdir(exist_ok=True)
    for path in set(SHEETS.iterdir()) - set(map(path_of, PAGES)):
        path.unlink()
    with TemporaryDirectory() as name:
        publish(build_site(DiskTree(checkout_root())), Path(name) / "_site")
        with (
            sync_playwright() as playwright,
            photographing(playwright, Path(name) / "_site", Path(name)) as camera,
        ):
            for kind in PAGES:
                save_sheet(kind, camera.take(kind))


def save_sheet(kind: str, sheet: Image.Image) -> None:
    """Write a sheet unless the one that is there shows the same."""
    path = path_of(kind)
    if path.exists() and not find_difference(read_sheet(kind), sheet):
        return
    rounded = sheet.point(lambda value: STEP * round(value / STEP))
    rounded.save(path, lossless=True, quality=100, method=4)


def path_of(kind: str) -> Path:
    """Where the sheet of a kind of page lies."""
    return SHEETS / f"{kind.replace(' ', '-')}.webp"


def read_sheet(kind: str) -> Image.Image:
    """The sheet that was agreed on."""
    with Image.open(path_of(kind)) as image:
        return image.convert("RGB")


@dataclass(frozen=True)
class Difference:
    """Where two sheets differ."""

    pixels: int
    """How many do; -1 where the sheets are not of one size."""
    picture: Image.Image
    """What was agreed on, what there is now, and the second with what differs marked."""


def find_difference(agreed: Image.Image, found: Image.Image) -> Difference | None:
    """Where sheets differ by more than noise; None where they show the same."""
    if agreed.size != found.size:
        return Difference(-1, stack([agreed, found]))
    soft = (image.filter(ImageFilter.BoxBlur(1)) for image in (agreed, found))
    channels = ImageChops.difference(*soft).split()
    largest = ImageChops.lighter(ImageChops.lighter(*channels[:2]), channels[2])
    mask = largest.point(lambda value: 255 * (value > LARGEST_NOISE))
    pixels = mask.histogram()[255]
    if pixels <= MOST_PIXELS:
        return None
    faint = Image.blend(found, Image.new("RGB", found.size, "white"), 0.6)
    faint.paste((220, 0, 60), mask=mask.filter(ImageFilter.MaxFilter(5)))
    return Difference(pixels, stack([agreed, found, faint]))


def stack(pictures: Sequence[Image.Image]) -> Image.Image:
    """Pictures below each other."""
    height = sum(each.height + GAP for each in pictures) - GAP
    whole = Image.new("RGB", (max(each.width for each in pictures), height), "gray")
    top = 0
    for each in pictures:
        whole.paste(each, (0, top))
        top += each.height + GAP
    return whole


@dataclass(frozen=True)
class Camera:
    """What takes sheets of a site."""

    address: str
    """Where the site is served."""
    windows: Sequence[Sequence[BrowserContext]]
    """For each scheme one of each width."""

    def take(self, kind: str) -> Image.Image:
        """The sheet of a kind of page."""
        return stack([beside([self._shoot(kind, each) for each in row]) for row in self.windows])

    def _shoot(self, kind: str, window: BrowserContext) -> Image.Image:
        page = window.new_page()
        page.goto(self.address + PAGES[kind])
        if PAGES[kind].startswith(COMPUTES):
            page.wait_for_load_state("networkidle")  # what its scripts ask for
        page.evaluate(_SEEN)
        png = page.screenshot(animations="disabled")
        page.close()
        with Image.open(BytesIO(png)) as image:
            return image.convert("RGB")


def beside(pictures: Sequence[Image.Image]) -> Image.Image:
    """Pictures side by side."""
    turned = [each.transpose(Image.Transpose.TRANSPOSE) for each in pictures]
    return stack(turned).transpose(Image.Transpose.TRANSPOSE)


@contextmanager
def photographing(playwright: Playwright, site: Path, work: Path) -> Iterator[Camera]:
    """A camera for a published site; files that it needs are written into a folder."""
    patient = copy_patiently(site, work / "patient")
    with serving(patient) as address, launching(playwright, make_browser(work)) as browser:
        windows = [[open_window(browser, width, scheme) for width in WIDTHS] for scheme in SCHEMES]
        yield Camera(address, windows)


def copy_patiently(site: Path, copy: Path) -> Path:
    """A copy of a site whose text waits for its fonts, however slow the machine is."""
    shutil.copytree(site, copy)
    for path in (*copy.rglob("*.html"), *copy.rglob("*.css")):
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"font-display:\s*\w+", "font-display:block", text)
        path.write_text(re.sub(r' integrity="[^"]*"', "", text), encoding="utf-8")
    return copy


def make_browser(work: Path) -> Chromium:
    """The packaged Chromium, which knows no font of this machine."""
    chromium = packaged_chromium()
    fonts = work / "fonts.conf"
    known = {
        "chromium": Path(chromium.environment["FONTCONFIG_FILE"]).parent / "fonts",
        "katex": node_root() / "node_modules" / "katex" / "dist" / "fonts",
        "cache": work / "fontconfig",
    }
    fonts.write_text(_FONTS.format(**known), encoding="utf-8")
    return replace(
        chromium,
        arguments=(*chromium.arguments, *_ARGUMENTS),
        environment={**chromium.environment, "FONTCONFIG_FILE": str(fonts)},
    )


def open_window(browser: Browser, width: int, scheme: Scheme) -> BrowserContext:
    """A window of a width."""
    return browser.new_context(
        viewport={"width": width, "height": HEIGHT},
        device_scale_factor=SCALE,
        color_scheme=scheme,
        reduced_motion="reduce",
    )


if __name__ == "__main__":
    main()
