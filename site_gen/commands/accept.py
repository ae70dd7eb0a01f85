"""`site-gen accept`: what the posts show, and where they are, is what is locked from now on."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NoReturn

import click
import msgspec

from site_gen import paths
from site_gen.build.result import Build, is_good
from site_gen.build.work import Options
from site_gen.commands.building import build_unpublished
from site_gen.commands.site import print_json, read_clock, site_options, site_root
from site_gen.diagnostics import Diagnostic, SiteError, Source, suggest
from site_gen.file_systems import printable
from site_gen.lock import changes
from site_gen.lock.changes import Change
from site_gen.lock.model import Lock
from site_gen.lock.urls import UrlLock, accept_urls
from site_gen.lock.wording import describe_change
from site_gen.lock.writer import format_lock
from site_gen.paths import LOCK_PATH, URLS_PATH
from site_gen.phrases import format_count
from site_gen.publish import write_file
from site_gen.terminal import format_diagnostic, make_console


@click.command("accept")
@site_options
@click.argument("posts", nargs=-1)
def accept(
    root: Path | None,
    drafts: bool,
    future: bool,
    jobs: int | None,
    as_json: bool,
    posts: Sequence[str],
) -> None:
    """Lock the figures of each POST as it shows them now; of all posts where none is named.

    A POST is the path of its source, its slug or its URL path. Every URL and anchor that is
    published is locked as well, but for those of drafts and of articles that are not due.
    """
    site, console = site_root(root), make_console()
    result = build_unpublished(site, Options(drafts, future, jobs), read_clock())
    if not is_good(result):
        _refuse([each for each in result.diagnostics if each.severity == "error"], as_json)
    chosen = _find_posts(posts, result) if posts else _all_posts(result)
    lock = changes.accept(result.lock, result.documents, chosen)
    urls = _accept_urls(result)
    _write(site / LOCK_PATH, format_lock(lock), bool(lock.posts))
    if urls:
        _write(site / URLS_PATH, urls.text, True)
    taken = [change for change in result.changes if change.post in chosen]
    if as_json:
        _report_json(taken, lock, urls)
        return
    for change in taken:
        console.print(_describe(change), markup=False)
    console.print(_count(lock), markup=False)
    console.print(_count_urls(urls), markup=False)


def _refuse(errors: Iterable[Diagnostic], as_json: bool) -> NoReturn:
    """Say what is wrong with the site, and end."""
    errors = list(errors)
    console = make_console()
    for error in errors:
        if as_json:
            print_json({"type": "diagnostic", **msgspec.to_builtins(error)})
        else:
            console.print(format_diagnostic(error), end="\n\n")
    if as_json:
        print_json({"type": "report", "good": False})
    else:
        count = format_count(len(errors), "error")
        console.print(f"{count}: nothing was accepted", markup=False)
    raise SystemExit(1)


def _all_posts(result: Build) -> set[str]:
    """Every post that is published, and every locked one that is no longer there.

    Drafts, and what is not due, keep what was locked.
    """
    gone = {change.post for change in result.changes if not change.calculation}
    return gone | result.index.by_path.keys()


def _find_posts(names: Iterable[str], result: Build) -> set[str]:
    """The paths that are meant; SiteError names the first that is unknown or means several."""
    known = _names(result)
    return {_find_post(name, known) for name in names}


def _find_post(name: str, known: dict[str, set[str]]) -> str:
    found = known.get(_normalize(name), set())
    if not found:
        hint = suggest(_normalize(name), known) or (
            "name it by its path, its slug or its URL; drafts are taken in with `--drafts`"
        )
        raise SiteError(f"no post `{name}` is published", hint)
    if len(found) > 1:
        both = " and ".join(f"`{path}`" for path in sorted(found))
        raise SiteError(f"`{name}` names several posts: {both}", "name it by its path")
    return next(iter(found))


def _names(result: Build) -> dict[str, set[str]]:
    """All that posts can be called by → the paths that it can mean."""
    known: dict[str, set[str]] = {}
    for path in _all_posts(result):
        for name in (path, path.removesuffix("/index.md"), paths.default_slug(path)):
            known.setdefault(name, set()).add(path)
    for path, page in result.index.by_path.items():
        url = page.url.strip("/")
        for name in (url, url.rpartition("/")[2]):
            known.setdefault(name, set()).add(path)
    return known


def _normalize(name: str) -> str:
    text = unicodedata.normalize("NFC", name).replace("\\", "/")
    return text.removeprefix("./").strip("/")


def _write(path: Path, text: str, has_any: bool) -> None:
    """Write a lock where it is not what is there; none where there is nothing to lock."""
    content = text.encode()
    old = path.read_bytes() if path.is_file() else None
    if content != old and (has_any or old is not None):
        write_file(path, content)


class _Urls(msgspec.Struct, frozen=True):
    """A lock of URLs as it will be written."""

    text: str
    urls: int
    anchors: int
    new: int
    """How many of both it did not have."""


def _accept_urls(result: Build) -> _Urls | None:
    """The lock with all that is published; None where drafts, or articles that are not due, are
    taken in, which cannot be told apart from the tags and files that came with them.
    """
    if result.early:
        return None
    source = result.inputs.source(URLS_PATH) if URLS_PATH in result.inputs.stamps else None
    lock, published = UrlLock(source or Source(URLS_PATH, "")), result.list_published()
    text = accept_urls(lock, published)
    addresses = [line.split()[0] for line in text.splitlines() if line.startswith("/")]
    anchors = sum("#" in address for address in addresses)
    new = len(published.keys() - lock.written)
    return _Urls(text, len(addresses) - anchors, anchors, new)


def _describe(change: Change) -> str:
    """One line, e.g. `riding-crop: gpu.bound 51.46 → 48.2 tokens/s because …`."""
    post = f"{paths.default_slug(change.post)}: " if change.calculation else ""
    return printable(post + describe_change(change))


def _count(lock: Lock) -> str:
    """What is locked now, e.g. `values.lock holds 14 figures of 3 posts`."""
    figures = format_count(lock.count, "figure")
    return f"{LOCK_PATH} holds {figures} of {format_count(len(lock.posts), 'post')}"


def _count_urls(urls: _Urls | None) -> str:
    """What is locked now, e.g. `urls.lock holds 24 URLs and 13 anchors, 2 of them new`."""
    if urls is None:
        return f"{URLS_PATH} is as it was: drafts, or articles that are not due, are taken in"
    held = f"{format_count(urls.urls, 'URL')} and {format_count(urls.anchors, 'anchor')}"
    return f"{URLS_PATH} holds {held}" + (f", {urls.new:,} of them new" if urls.new else "")


def _report_json(taken: Iterable[Change], lock: Lock, urls: _Urls | None) -> None:
    for change in taken:
        print_json(
            {
                "type": "accepted",
                "post": change.post,
                "kind": change.kind,
                "calculation": change.calculation,
                "figure": change.figure,
                "message": describe_change(change),
            }
        )
    record = {"type": "report", "good": True, "figures": lock.count, "posts": len(lock.posts)}
    counted = {"urls": urls.urls, "anchors": urls.anchors, "new": urls.new} if urls else {}
    print_json(record | counted)
