"""Files that pages show or offer: read, given their URL, pictures made into their forms."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from functools import partial

import msgspec
from msgspec.structs import replace

from site_gen import paths
from site_gen.build.forms import find_pictures, form_url
from site_gen.build.inline import Lost
from site_gen.build.inputs import Inputs
from site_gen.build.offered import Offered
from site_gen.build.pictures import is_coded, make_pictures, measure, read_form
from site_gen.build.store import Store
from site_gen.build.theme import Copy, Static, static_url
from site_gen.build.work import Work
from site_gen.model import Asset
from site_gen.paths import FINGERPRINTED
from site_gen.pictures.limits import TELLS_PLACE
from site_gen.renditions import Flaw, Pictured, Rendition
from site_gen.site.outputs import Slot

_FINGERPRINTED = f"static/{FINGERPRINTED}"


class ReadAssets(msgspec.Struct, frozen=True):
    """Files that have been read."""

    by_path: dict[str, Asset]
    made: int
    """How many pictures had to be made into what is published of them."""
    has_lost: bool
    """Whether a process died or hung that made one."""


def read_assets(
    work: Work, offered: Offered, static: Static, old: Mapping[str, Asset]
) -> ReadAssets:
    """These files, but for those that cannot be read, which `work.inputs` tells. `static` are files
    that pages load; `old` are the assets of the last build.
    """
    files = {asset.path: asset for asset in _read_files(offered, work.inputs, static)}
    known = {
        path: old[path] for path, asset in files.items() if _holds(old.get(path), asset, offered)
    }
    shown = {path: asset for path, asset in files.items() if path in offered.pictures}
    coded = {
        asset.sha256: path for path, asset in shown.items() if path not in known and is_coded(path)
    }
    kept = find_pictures(work.store, coded)
    missing = {sha256: path for sha256, path in coded.items() if sha256 not in kept}
    made = make_pictures(work, {each: _locate(path, work.inputs) for each, path in missing.items()})
    pictured = {**kept, **made}
    assets = {}
    for path, asset in files.items():
        if path in known:
            assets[path] = known[path]
        elif path in shown:
            is_download = path in offered.downloads
            found = pictured.get(asset.sha256) if is_coded(path) else _measure(path, work.inputs)
            assets[path] = _show(asset, found, is_download)
        else:
            assets[path] = asset
    has_lost = any(isinstance(each, Lost) for each in made.values())
    return ReadAssets(assets, len(made), has_lost)


def copy_assets(assets: Mapping[str, Asset], inputs: Inputs, store: Store) -> list[Copy]:
    """The outputs that forms of pictures are published as, and files of `content/`; those of
    `static/` always are.
    """
    copies = []
    for path, asset in assets.items():
        if path.startswith("content/") and asset.is_offered:
            slot = Slot(paths.output_path(asset.url), "file", path)
            load = partial(inputs.read_again, path)
            copies.append(Copy(slot, asset.sha256, asset.size_bytes, load))
        for rendition in asset.renditions:
            form = rendition.form
            slot = Slot(paths.output_path(rendition.url), "picture", path)
            load = partial(read_form, store, inputs, _locate(path, inputs), form.sha256)
            copies.append(Copy(slot, form.sha256, form.size_bytes, load))
    return copies


def _read_files(offered: Offered, inputs: Inputs, static: Static) -> Iterator[Asset]:
    """The files as they are published where nobody shows them."""
    for path in offered.paths:
        at, name = _locate(path, inputs), path.removeprefix(_FINGERPRINTED)
        if name != path and name not in static.named:
            continue  # a script that others have in their bundles
        sha256 = inputs.sha256(at) if at in inputs.stamps else ""
        if sha256:
            size_bytes = inputs.size_bytes(at)
            if short := static.named.get(name):
                sha256, size_bytes, _ = short
            url = _find_url(path, sha256, offered.folders)
            yield Asset(path, url, size_bytes, sha256)


def _holds(before: Asset | None, asset: Asset, offered: Offered) -> bool:
    """Whether a file is published as it was; one with flaws is looked at once more."""
    if before is None or (before.sha256, before.url) != (asset.sha256, asset.url) or before.flaws:
        return False
    is_download = asset.path in offered.downloads
    is_shown = before.width is not None
    is_offered = is_download or not before.renditions
    return is_shown == (asset.path in offered.pictures) and before.is_offered == is_offered


def _show(asset: Asset, found: Pictured | Lost | None, is_download: bool) -> Asset:
    """A file that some page shows."""
    assert found, "every picture that is shown has been looked for"
    if isinstance(found, Lost):
        message = f"cannot be made into what is published: {found.reason}"
        return replace(asset, flaws=(Flaw(message, "make it simpler"),))
    is_offered = is_download or not found.forms
    is_published = is_offered or asset.path.startswith("static/")
    name, url = posixpath.basename(asset.path), asset.url
    if asset.path.startswith("static/"):
        url = asset.path.removeprefix("static")
    return replace(
        asset,
        width=found.width,
        height=found.height,
        renditions=tuple(Rendition(form_url(name, url, form), form) for form in found.forms),
        flaws=(*found.flaws, *((TELLS_PLACE,) if found.tells_place and is_published else ())),
        is_offered=is_offered,
    )


def _measure(path: str, inputs: Inputs) -> Pictured:
    return measure(path, inputs.read_again(_locate(path, inputs)))


def _locate(path: str, inputs: Inputs) -> str:
    """A file as inputs know it: one of `static/` may be the theme's."""
    if not path.startswith("static/"):
        return path
    return inputs.listing.static.get(path.removeprefix("static/"), "")


def _find_url(path: str, sha256: str, folders: Mapping[str, tuple[str, str]]) -> str:
    """Where a file is fetched: below the page whose folder it stands in, however deep."""
    if path.startswith("static/"):
        return static_url(path.removeprefix("static/"), sha256)
    folder = posixpath.dirname(path)
    while folder and folder not in folders:
        folder = posixpath.dirname(folder)
    return paths.asset_url(path, *folders[folder]) if folder else "/" + path[len("content/") :]
