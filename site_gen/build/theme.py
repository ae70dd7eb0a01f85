"""Static files and made stylesheets: which are published, and under which name."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from importlib import import_module
from pathlib import PurePosixPath

import msgspec

from site_gen.build.inputs import Inputs
from site_gen.build.math_needs import MathNeeds
from site_gen.build.math_rules import MathRules
from site_gen.build.rows import MadeRow, describe_assets
from site_gen.build.scripts import ENDINGS as SCRIPT_ENDINGS
from site_gen.build.scripts import SCRIPTS, Script, collect_scripts
from site_gen.build.store import Store
from site_gen.build.typesetter import Renderer
from site_gen.config import Config
from site_gen.diagnostics import Diagnostic
from site_gen.effects import SourceTree
from site_gen.markdown.fill import View, absolute
from site_gen.markdown.highlight import stylesheet
from site_gen.paths import FINGERPRINTED
from site_gen.site.headers import HEADERS, make_headers
from site_gen.site.outputs import Slot
from site_gen.site.templates import AssetLink

_STYLES = ".css"


class Copy(msgspec.Struct, frozen=True):
    """An output that is known by its digest before anything is made."""

    slot: Slot
    sha256: str
    size_bytes: int
    load: Callable[[], bytes]
    """Reads it, or makes it once more."""


_Named = dict[str, tuple[str, int, Callable[[], bytes]]]
"""Name of an asset → SHA-256, size in bytes, and what reads it or makes it once more."""


class Static(msgspec.Struct, frozen=True):
    """Files of `static/` as they are published."""

    plain: tuple[Copy, ...]
    """Those that keep their name."""
    named: _Named
    """Those whose name changes with their content: stylesheets made shorter, scripts bundled."""
    rows: Mapping[str, MadeRow]
    problems: tuple[Diagnostic, ...]
    """What is wrong in scripts."""


class Theme(msgspec.Struct, frozen=True):
    """What is published beside the pages, wherever it comes from."""

    copies: tuple[Copy, ...]
    asset_links: Mapping[str, AssetLink]
    """By the name in a template's `asset(…)`: that of `style.css` has the URL
    `/assets/style.1f2e3d4c.css`."""
    rows: Mapping[str, MadeRow]
    """What is remembered of those that the build makes."""


class _Maker(msgspec.Struct, frozen=True):
    """What makes assets that are no files."""

    name: str
    made_from: tuple[str, ...]
    """All that decides what they hold."""
    make: Callable[[], dict[str, bytes]]


def collect_static(inputs: Inputs, store: Store, renderer: Renderer) -> Static:
    """The files of `static/` that can be read."""
    plain, read, found = [], _Named(), dict[str, Script]()
    for name, path in sorted(inputs.listing.static.items()):
        if not (sha256 := inputs.sha256(path)):
            continue
        described = (sha256, inputs.size_bytes(path), partial(inputs.read_again, path))
        if name.startswith(FINGERPRINTED) and name.endswith(SCRIPT_ENDINGS):
            script = Script(f"static/{name}", sha256, described[2])
            found[name.removeprefix(FINGERPRINTED)] = script
        elif name.startswith(FINGERPRINTED):
            read[name.removeprefix(FINGERPRINTED)] = described
        else:
            plain.append(Copy(Slot(name, "static file", f"static/{name}"), *described))
    named, rows = _make_all(_list_minifiers(read), store)
    scripts = collect_scripts(found, store, renderer)
    bundled = {
        name: (*described, partial(scripts.load, name))
        for name, described in scripts.row.assets.items()
    }
    rows[SCRIPTS] = scripts.row
    return Static(tuple(plain), {**read, **named, **bundled}, rows, scripts.row.problems)


def collect_theme(
    static: Static, config: Config, needs: MathNeeds | None, katex: SourceTree, store: Store
) -> Theme:
    """Static files, and beside those of `assets/` what the build makes by fingerprint.

    `needs` is what formulas need; None for a site without math.
    """
    made_assets, rows = _make_all(_list_makers(config, needs, katex), store)
    named = {**static.named, **made_assets}
    urls = {name: fingerprinted_url(name, sha256) for name, (sha256, *_) in named.items()}
    made = (Copy(Slot(urls[name][1:], "asset", name), *of) for name, of in sorted(named.items()))
    view = View(base=config.base_path)
    asset_links = {
        name: AssetLink(absolute(url, view), _format_integrity(named[name][0]))
        for name, url in urls.items()
    }
    return Theme((*static.plain, *made), asset_links, {**static.rows, **rows})


def list_headers(inputs: Inputs, config: Config, page_needs: tuple[str, ...]) -> Iterator[Copy]:
    """The file that tells hosts what to send, unless the site has one of its own."""
    if HEADERS not in inputs.listing.static:
        content = make_headers(config, page_needs)
        sha256 = hashlib.sha256(content).hexdigest()
        yield Copy(Slot(HEADERS, "headers", ""), sha256, len(content), lambda: content)


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


def make_math_assets(needs: MathNeeds, katex: SourceTree) -> dict[str, bytes]:
    """KaTeX's stylesheet with what formulas need, and the fonts that they use, as assets by name.

    `katex` is the package's `dist` folder.
    """
    files = {f"katex/{name}": katex.read_bytes(f"fonts/{name}") for name in needs.fonts}

    def url_for(name: str) -> str:
        sha256 = hashlib.sha256(files[f"katex/{name}"]).hexdigest()
        return fingerprinted_url(f"katex/{name}", sha256).removeprefix("/assets/")

    css = MathRules(katex.read_bytes("katex.min.css").decode()).cut(needs, url_for)
    return {"katex.css": css.encode(), **files}


def _make_all(makers: Iterable[_Maker], store: Store) -> tuple[_Named, dict[str, MadeRow]]:
    """The assets that these make, remembered by what they are made from, and made once more when
    their bytes are wanted.
    """
    named, rows = _Named(), {}
    for maker in makers:
        row = store.get(MadeRow, maker.name)
        make = cache(maker.make)
        if row is None or row.made_from != maker.made_from:
            row = MadeRow(maker.made_from, describe_assets(make()))
        rows[maker.name] = row
        for name, (sha256, size_bytes) in row.assets.items():
            named[name] = (sha256, size_bytes, partial(_make_one, make, name))
    return named, rows


def _list_minifiers(named: _Named) -> Iterator[_Maker]:
    """What makes stylesheets shorter that say the same."""
    for name, (sha256, _, load) in named.items():
        if name.endswith(_STYLES):
            yield _Maker(f"{FINGERPRINTED}{name}", (sha256,), partial(_minify, name, load))


def _minify(name: str, load: Callable[[], bytes]) -> dict[str, bytes]:
    # Few builds minify any.
    short = import_module("rcssmin").cssmin(load(), keep_bang_comments=True)
    return {name: bytes(short)}


def _list_makers(config: Config, needs: MathNeeds | None, katex: SourceTree) -> Iterable[_Maker]:
    styles = (config.highlight_light, config.highlight_dark)
    yield _Maker("highlight", styles, partial(_make_highlight, styles))
    if needs is not None:
        made_from = (*needs.fonts, *needs.classes)
        yield _Maker("katex", made_from, partial(make_math_assets, needs, katex))


def _format_integrity(sha256: str) -> str:
    return f"sha256-{b64encode(bytes.fromhex(sha256)).decode()}"


def _make_highlight(styles: tuple[str, str]) -> dict[str, bytes]:
    return _minify("highlight.css", lambda: stylesheet(*styles).encode())


def _make_one(make: Callable[[], dict[str, bytes]], name: str) -> bytes:
    return make()[name]
