"""What somebody asks about: a name → what of the last build it means."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from site_gen import paths
from site_gen.build.listing import THEME
from site_gen.commands.last_build import LastBuild
from site_gen.diagnostics import SiteError, suggest_nearest
from site_gen.paths import CONFIG_PATH, LOCK_PATH, URLS_PATH

Kind = Literal["document", "output", "copy", "template", "file"]

_OUTPUT_FOLDER = "_site/"


class Subject(msgspec.Struct, frozen=True):
    """Something that the last build knows."""

    kind: Kind
    path: str
    """Of the source or the output; the name of a template."""


def find_subject(last: LastBuild, root: Path, name: str) -> Subject | None:
    """What a path, a URL or a slug means; None where it is none of them.

    SiteError where it means several things.
    """
    path = _normalize(last, root, name)
    for find in (_find_source, _find_slug, _find_output):
        if found := find(last, path):
            return found
    return _find_source(last, f"content/{path}")


def refuse(last: LastBuild, name: str, more: Iterator[str]) -> SiteError:
    """The error that says that a name means nothing; `more` are further names."""
    known = {
        *last.documents,
        *last.outputs,
        *last.copies,
        *last.state.files,
        *(slug for slug, _ in _list_slugs(last)),
        *(f"templates/{template}" for template in list_templates(last)),
        *more,
    }
    hint = suggest_nearest(name.removeprefix("./"), known)
    message = f"the last build knows of no `{name}`"
    return SiteError(message, hint or "name a source, a page, or a figure as in `desktop.bound`")


def list_templates(last: LastBuild) -> list[str]:
    """The names of all templates."""
    start = "template:"
    return [cell.removeprefix(start) for cell in last.state.cells if cell.startswith(start)]


def _normalize(last: LastBuild, root: Path, name: str) -> str:
    """A path from the root or the output folder; one that begins with a slash is a URL's."""
    text = unicodedata.normalize("NFC", name).replace("\\", "/")
    if text.startswith(("http://", "https://")):
        text = urlsplit(text).path
    elif text.startswith(f"{root.as_posix()}/"):
        text = text.removeprefix(f"{root.as_posix()}/")
    base = last.state.config.base_path
    if base.strip("/") and text.startswith(base):
        text = "/" + text.removeprefix(base).lstrip("/")
    return text.removeprefix("./")


def _find_source(last: LastBuild, path: str) -> Subject | None:
    if path in last.documents:
        return Subject("document", path)
    template = path.removeprefix("templates/")
    if template in list_templates(last) and (template != path or template not in last.outputs):
        return Subject("template", template)
    is_file = path in last.state.files or path in (CONFIG_PATH, LOCK_PATH, URLS_PATH)
    if is_file or f"{THEME}{path}" in last.files:
        return Subject("file", path)
    return None


def _find_slug(last: LastBuild, name: str) -> Subject | None:
    named = sorted({each for slug, each in _list_slugs(last) if slug == name})
    if len(named) > 1:
        both = " and ".join(f"`{each}`" for each in named)
        raise SiteError(f"`{name}` names several sources: {both}", "name it by its path")
    return Subject("document", named[0]) if named else None


def _find_output(last: LastBuild, path: str) -> Subject | None:
    """An output by its path, also from the site's root, or its URL, also without its slash."""
    plain = path.removeprefix(_OUTPUT_FOLDER)
    if path.startswith("/"):
        candidates = [paths.output_path(path), paths.output_path(path.rstrip("/") + "/")]
    else:
        candidates = [plain, os.path.join(plain.rstrip("/"), "index.html")]  # noqa: PTH118
    for each in candidates:
        if each in last.outputs:
            return Subject("output", each)
        if each in last.copies:
            return Subject("copy", each)
    return None


def _list_slugs(last: LastBuild) -> Iterator[tuple[str, str]]:
    """Each slug with the source that it may mean: that of its URL, and that of its file."""
    for path, row in last.documents.items():
        yield paths.default_slug(path), path
        if row.summary:
            yield row.summary.url.strip("/").rpartition("/")[2], path
