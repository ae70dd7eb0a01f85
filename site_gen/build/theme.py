"""Static files and made stylesheets: which are published, and under which name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from pathlib import PurePosixPath

import msgspec

from site_gen.build.inputs import Inputs
from site_gen.build.math_fonts import FontRules
from site_gen.build.rows import MadeRow
from site_gen.build.store import Store
from site_gen.config import Config
from site_gen.effects import SourceTree
from site_gen.markdown.fill import View, absolute
from site_gen.markdown.highlight import stylesheet
from site_gen.site.outputs import Slot

FINGERPRINTED = "assets/"
"""Files of `static/` below this folder get a name that changes with their bytes."""


class Copy(msgspec.Struct, frozen=True):
    """An output that is known by its digest before anything is made."""

    slot: Slot
    sha256: str
    size_bytes: int
    load: Callable[[], bytes]
    """Reads it, or makes it once more."""


class Theme(msgspec.Struct, frozen=True):
    """What is published beside the pages, wherever it comes from."""

    copies: tuple[Copy, ...]
    asset_urls: Mapping[str, str]
    """Name in a template's `asset(…)` → URL, `style.css` → `/assets/style.1f2e3d4c.css`."""


class _Maker(msgspec.Struct, frozen=True):
    """What makes assets that are no files."""

    name: str
    made_from: tuple[str, ...]
    """All that decides what they hold."""
    make: Callable[[], dict[str, bytes]]


def collect_theme(
    inputs: Inputs, config: Config, fonts: tuple[str, ...] | None, katex: SourceTree, store: Store
) -> tuple[Theme, dict[str, MadeRow]]:
    """Static files as they are, those of `assets/` and what the build makes by fingerprint.

    `fonts` are the files of KaTeX's fonts that formulas need; None for a site without math. What is
    made is remembered by what it is made from, and made once more when its bytes are wanted.
    """
    plain, named = _collect_static(inputs)
    rows = {}
    for maker in _list_makers(config, fonts, katex):
        row = store.get(MadeRow, maker.name)
        make = cache(maker.make)
        if row is None or row.made_from != maker.made_from:
            row = MadeRow(maker.made_from, _describe(make()))
        rows[maker.name] = row
        for name, (sha256, size_bytes) in row.assets.items():
            named[name] = (sha256, size_bytes, partial(_make_one, make, name))
    urls = {name: fingerprinted_url(name, sha256) for name, (sha256, *_) in named.items()}
    made = (Copy(Slot(urls[name][1:], "asset", name), *of) for name, of in sorted(named.items()))
    view = View(base=config.base_path)
    asset_urls = {name: absolute(url, view) for name, url in urls.items()}
    return Theme((*plain, *made), asset_urls), rows


def static_urls(names: Iterable[str]) -> list[str]:
    """The URLs of static files that keep their name."""
    return [f"/{name}" for name in names if not name.startswith(FINGERPRINTED)]


def static_url(name: str, sha256: str) -> str:
    """Where a file of `static/` is fetched, by its path there."""
    if name.startswith(FINGERPRINTED):
        return fingerprinted_url(name.removeprefix(FINGERPRINTED), sha256)
    return f"/{name}"


def fingerprinted_url(name: str, sha256: str) -> str:
    """E.g. `/assets/style.1f2e3d4c.css`: new bytes have a new URL, so caches need never ask."""
    path = PurePosixPath(name)
    return f"/{FINGERPRINTED}{path.with_name(f'{path.stem}.{sha256[:8]}{path.suffix}')}"


def make_math_assets(fonts: tuple[str, ...], katex: SourceTree) -> dict[str, bytes]:
    """KaTeX's stylesheet with the fonts that formulas use, and these fonts, as assets by name.

    `katex` is the package's `dist` folder.
    """
    files = {f"katex/{name}": katex.read_bytes(f"fonts/{name}") for name in fonts}

    def url_for(name: str) -> str:
        sha256 = hashlib.sha256(files[f"katex/{name}"]).hexdigest()
        return fingerprinted_url(f"katex/{name}", sha256).removeprefix("/assets/")

    css = FontRules(katex.read_bytes("katex.min.css").decode()).cut(fonts, url_for)
    return {"katex.css": css.encode(), **files}


_Named = dict[str, tuple[str, int, Callable[[], bytes]]]


def _collect_static(inputs: Inputs) -> tuple[list[Copy], _Named]:
    plain, named = [], _Named()
    for name, path in sorted(inputs.listing.static.items()):
        if not (sha256 := inputs.sha256(path)):
            continue
        described = (sha256, inputs.size_bytes(path), partial(inputs.read_again, path))
        if name.startswith(FINGERPRINTED):
            named[name.removeprefix(FINGERPRINTED)] = described
        else:
            plain.append(Copy(Slot(name, "static file", f"static/{name}"), *described))
    return plain, named


def _list_makers(
    config: Config, fonts: tuple[str, ...] | None, katex: SourceTree
) -> Iterable[_Maker]:
    styles = (config.highlight_light, config.highlight_dark)
    yield _Maker("highlight", styles, lambda: {"highlight.css": stylesheet(*styles).encode()})
    if fonts is not None:
        yield _Maker("katex", fonts, partial(make_math_assets, fonts, katex))


def _describe(assets: Mapping[str, bytes]) -> dict[str, tuple[str, int]]:
    return {
        name: (hashlib.sha256(content).hexdigest(), len(content))
        for name, content in assets.items()
    }


def _make_one(make: Callable[[], dict[str, bytes]], name: str) -> bytes:
    return make()[name]
