"""Make the pictures of README.md and docs/authoring.md anew: `python docs/make_pictures.py`.

They show the blog as it is built here, and mistakes as a terminal shows them. To be run when one of
these has changed, in the environment that `python3 build.py test` makes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO, StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from PIL import Image, ImageChops, ImageDraw
from playwright.sync_api import Browser, FloatRect, Page
from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from site_gen.effects import DiskTree
from site_gen.setup import checkout_root
from site_gen.terminal import format_diagnostic
from tests.browser import running_chromium
from tests.docs.examples import build_example, read_document, read_examples
from tests.server import serving
from tests.sites import build_site, publish

Scheme = Literal["light", "dark"]

SCALE = 2
"""Pixels of a picture for one of CSS."""
WIDTH = 600
"""Of the window, in CSS pixels, as are those below."""
GAP = 24
AIR = 28
RADIUS = 12
COLOURS = 255
"""A palette keeps the file small; one place in it is for what is transparent."""

OFFSET = "each.getBoundingClientRect()"
EDGE = (128, 128, 136, 70)

ARTICLE = "/articles/big-llms-are-memory-bound/"
ESTIMATOR = "/estimator/"
TERMINAL = """
<style>
  body {{ margin: 0; background: {background}; color: {foreground} }}
  pre {{ display: inline-block; margin: 0; padding: 24px 28px; font: 14px/1.5 monospace }}
</style>
<pre>{code}</pre>
"""


def main() -> None:
    """Write docs/blog.png, docs/card.png, docs/estimator.png and docs/error.png."""
    folder = Path(__file__).resolve().parent
    save(picture_card(), folder / "card.png")
    with running_chromium() as browser:
        with serving_blog() as address:
            save(picture_blog(browser, address), folder / "blog.png")
            save(picture_estimator(browser, address), folder / "estimator.png")
        save(picture_mistakes(browser), folder / "error.png")


@contextmanager
def serving_blog() -> Iterator[str]:
    """The address of the blog as it is built here."""
    with TemporaryDirectory() as name:
        site = Path(name) / "_site"
        publish(build_site(DiskTree(checkout_root())), site)
        with serving(site) as address:
            yield address


def picture_card() -> Image.Image:
    """The card of an article, smaller and with round corners."""
    built = build_site(DiskTree(checkout_root()))
    folder = ARTICLE.lstrip("/")
    (card,) = [each for each in built.outputs if each.path.startswith(f"{folder}card.")]
    drawn = open_image(built.read(card)).convert("RGB")
    return round_corners(drawn.resize((SCALE * WIDTH, SCALE * WIDTH * drawn.height // drawn.width)))


def picture_blog(browser: Browser, address: str) -> Image.Image:
    """Three pieces of an article: its beginning and an equation by day, its figure by night."""
    with visiting(browser, address + ARTICLE, "light") as page:
        beginning = take(page, ".site-header", ".prose > :first-child")
    with visiting(browser, address + ARTICLE, "light") as page:
        equation = take(page, "#now-with-a-computer-that-exists", "#equation-finite + p")
    with visiting(browser, address + ARTICLE, "dark") as page:
        figure = take(page, "#a-worked-case", ".token-rate")
    return arrange([beginning, equation], [figure])


def picture_estimator(browser: Browser, address: str) -> Image.Image:
    """Three pieces of the estimator's page: its evidence by day, the calculator by night."""
    with visiting(browser, address + ESTIMATOR, "light") as page:
        predictions = take(page, "#predictions", "#predictions")
    with visiting(browser, address + ESTIMATOR, "light") as page:
        classes = take(page, "#classes", "#classes")
    with visiting(browser, address + ESTIMATOR, "dark") as page:
        calculator = take(page, "#yours", "#yours .plot-key")
    return arrange([predictions, classes], [calculator])


def picture_mistakes(browser: Browser) -> Image.Image:
    """The mistakes of docs/authoring.md as a terminal shows them."""
    *_, (text, _) = read_examples(read_document("docs/authoring.md"), "mistake", "error")
    console = Console(record=True, file=StringIO(), width=120, highlight=False)
    told = [format_diagnostic(diagnostic) for diagnostic in build_example(text).diagnostics]
    console.print(Text("\n\n").join(told))
    html = console.export_html(theme=DIMMED_MONOKAI, inline_styles=True, code_format=TERMINAL)
    with open_page(browser, "dark") as page:
        page.set_content(html)
        return round_corners(open_image(page.locator("pre").screenshot()))


def take(page: Page, first: str, last: str) -> Image.Image:
    """A page from one element to another, with a little air above and nothing but air below."""
    page.add_style_tag(content=f"{last} ~ * {{ visibility: hidden }}")
    top = page.locator(first).first.evaluate(f"each => {OFFSET}.top")
    bottom = page.locator(last).first.evaluate(f"each => {OFFSET}.bottom")
    start = max(0, round(top) - AIR)
    clip: FloatRect = {"x": 0, "y": start, "width": WIDTH, "height": round(bottom) + AIR - start}
    return open_image(page.screenshot(full_page=True, clip=clip))


def arrange(*columns: list[Image.Image]) -> Image.Image:
    """The pieces in columns side by side, the lowest pieces made as high as the highest column."""
    gap = SCALE * GAP
    width = SCALE * WIDTH + gap
    height = max(sum(piece.height + gap for piece in column) for column in columns) - gap
    picture = Image.new("RGBA", (len(columns) * width - gap, height))
    for number, column in enumerate(columns):
        top = 0
        for piece in column:
            bottom = height if piece is column[-1] else top + piece.height
            card = Image.new(
                "RGB", (piece.width, bottom - top), piece.convert("RGB").getpixel((0, 0))
            )
            card.paste(piece, (0, 0))
            picture.paste(round_corners(card), (number * width, top))
            top = bottom + gap
    return picture


def round_corners(image: Image.Image) -> Image.Image:
    """The image with round corners, and what is around them transparent."""
    whole = Image.new("L", image.size)
    corner = (0, 0, image.width - 1, image.height - 1)
    ImageDraw.Draw(whole).rounded_rectangle(corner, SCALE * RADIUS, fill=255)
    rounded = image.convert("RGBA")
    line = Image.new("RGBA", image.size)
    ImageDraw.Draw(line).rounded_rectangle(corner, SCALE * RADIUS, outline=EDGE, width=SCALE)
    rounded.alpha_composite(line)
    rounded.putalpha(ImageChops.multiply(rounded.getchannel("A"), whole))
    return rounded


def save(image: Image.Image, path: Path) -> None:
    """Write a PNG with a palette of its own."""
    image.quantize(COLOURS, method=Image.Quantize.FASTOCTREE).save(path, optimize=True)


def open_image(png: bytes) -> Image.Image:
    """The image of a PNG."""
    return Image.open(BytesIO(png))


@contextmanager
def visiting(browser: Browser, url: str, scheme: Scheme) -> Iterator[Page]:
    """A page at this address, its fonts loaded."""
    with open_page(browser, scheme) as page:
        page.goto(url)
        page.evaluate("document.fonts.ready")
        yield page


@contextmanager
def open_page(browser: Browser, scheme: Scheme) -> Iterator[Page]:
    """An empty page in a window of the pictures' width."""
    context = browser.new_context(
        bypass_csp=True,  # to hide what does not belong into a picture
        viewport={"width": WIDTH, "height": 2 * WIDTH},
        device_scale_factor=SCALE,
        color_scheme=scheme,
    )
    yield context.new_page()
    context.close()


if __name__ == "__main__":
    main()
