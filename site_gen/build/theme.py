"""Static files and made stylesheets: which are published under which name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

import msgspec

from site_gen.config import Config
from site_gen.markdown.fill import View, absolute
from site_gen.markdown.highlight import stylesheet
from site_gen.model import Output

FINGERPRINTED = "assets/"
"""Files of `static/` below this folder get a name that changes with their bytes."""


class StaticFiles(msgspec.Struct, frozen=True):
    """What is published beside the pages."""

    outputs: tuple[Output, ...]
    asset_urls: Mapping[str, str]
    """Name in a template's `asset(…)` → URL, `style.css` → `/assets/style.1f2e3d4c.css`."""


def collect_static(
    static: Mapping[str, bytes], made: Mapping[str, bytes], config: Config
) -> StaticFiles:
    """Static files as they are, but for those of `assets/`, which are published by fingerprint.

    `made` are assets by name that the build itself made; the stylesheet of highlighting is one.
    """
    highlighting = stylesheet(config.highlight_light, config.highlight_dark).encode()
    named = {"highlight.css": highlighting, **made}
    plain = []
    for path, content in sorted(static.items()):
        if path.startswith(FINGERPRINTED):
            named[path.removeprefix(FINGERPRINTED)] = content
        else:
            plain.append(Output(path, content, f"static/{path}"))
    view = View(base=config.base_path)
    urls = {name: fingerprinted_url(name, content) for name, content in named.items()}
    outputs = [Output(urls[name][1:], content, f"asset {name}") for name, content in named.items()]
    return StaticFiles(
        outputs=(*plain, *outputs),
        asset_urls={name: absolute(url, view) for name, url in urls.items()},
    )


def static_urls(names: Iterable[str]) -> list[str]:
    """The URLs of static files that keep their name."""
    return [f"/{name}" for name in names if not name.startswith(FINGERPRINTED)]


def static_url(name: str, content: bytes) -> str:
    """Where a file of `static/` is fetched, by its path there."""
    if name.startswith(FINGERPRINTED):
        return fingerprinted_url(name.removeprefix(FINGERPRINTED), content)
    return f"/{name}"


def fingerprinted_url(name: str, content: bytes) -> str:
    """E.g. `/assets/style.1f2e3d4c.css`: new bytes have a new URL, so caches need never ask."""
    digest = hashlib.sha256(content).hexdigest()[:8]
    path = PurePosixPath(name)
    return f"/{FINGERPRINTED}{path.with_name(f'{path.stem}.{digest}{path.suffix}')}"
