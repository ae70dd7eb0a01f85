"""What hosts of static files take, and what of a site one of them would refuse or leave out.

The limits are those that the hosts have published, as read in November 2026:

- Cloudflare Pages, the Free plan: <https://developers.cloudflare.com/pages/platform/limits/>, the
  length of a redirect: <https://developers.cloudflare.com/pages/configuration/redirects/>, and what
  Wrangler does not upload: `packages/wrangler/src/pages/validate.ts` of `cloudflare/workers-sdk`;
- GitHub Pages: <https://docs.github.com/en/pages/getting-started-with-github-pages/github-pages-limits>,
  and links: <https://github.com/actions/upload-pages-artifact#artifact-validation>;
- Netlify: <https://docs.netlify.com/site-deploys/overview/>.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NoReturn

import msgspec

from site_gen.codings import ENDINGS
from site_gen.deploy.host_files import count_rules, read_redirects
from site_gen.deploy.plan import Plan
from site_gen.deploy.site import BuiltSite
from site_gen.diagnostics import SiteError
from site_gen.file_systems import printable
from site_gen.phrases import format_count
from site_gen.publish.manifest import STATE
from site_gen.site.context import TRANSCRIPT
from site_gen.site.headers import HEADERS
from site_gen.site.redirects import REDIRECTS
from site_gen.targets import FolderSettings, GitSettings, HostName, TargetSettings

_MIB = 2**20
_GB = 10**9
_MOST_NAMED = 10
"""Files that are named before the others of their kind are counted."""


class Limits(msgspec.Struct, frozen=True):
    """What a host takes; 0 where it has published no limit."""

    title: str
    """What it is called."""
    files: int = 0
    """In all, but for `_headers` and `_redirects`."""
    files_in_folder: int = 0
    """In one folder, those in folders below not counted."""
    file_bytes: int = 0
    """A file."""
    site_bytes: int = 0
    """All files together."""
    takes_links: bool = True
    """Whether a link may stand in the place of a file."""
    left_out: tuple[str, ...] = ()
    """Folders that are not uploaded, with all that is in them; `/` begins one that is meant at the
    top alone."""
    header_rules: int = 0
    """Paths in `_headers`."""
    header_characters: int = 0
    """A line of `_headers`."""
    static_redirects: int = 0
    """Lines of `_redirects` before the first one with `*` or `:name`."""
    dynamic_redirects: int = 0
    """That one and all after it."""
    redirect_characters: int = 0
    """A line of `_redirects`."""
    redirect_statuses: tuple[str, ...] = ()
    """What may end a line of `_redirects`; empty where nothing is checked."""


HOSTS: Mapping[HostName, Limits] = {
    "cloudflare-pages": Limits(
        title="Cloudflare Pages",
        files=20_000,
        file_bytes=25 * _MIB,
        left_out=("/functions/", "node_modules/"),
        header_rules=100,
        header_characters=2_000,
        static_redirects=2_000,
        dynamic_redirects=100,
        redirect_characters=1_000,
        redirect_statuses=("200", "301", "302", "303", "307", "308"),
    ),
    "github-pages": Limits(title="GitHub Pages", site_bytes=_GB, takes_links=False),
    "netlify": Limits(title="Netlify", files_in_folder=54_000),
}


class Upload(msgspec.Struct, frozen=True):
    """What a host is given."""

    files: Mapping[str, int]
    """Size in bytes, by path."""
    headers: str = ""
    """The text of `_headers`."""
    redirects: str = ""
    """The text of `_redirects`."""
    links: tuple[str, ...] = ()
    """Paths of what only leads to a file or a folder."""


def check_plan(settings: TargetSettings, plan: Plan, site: BuiltSite) -> None:
    """Return where the host of a target takes all that it would serve after a plan, or where no
    host is known; else SiteError, which tells all that is wrong.
    """
    if isinstance(settings, GitSettings | FolderSettings) and settings.host:
        files = {path: file.size_bytes for path, file in plan.release.files.items()}
        headers, redirects = (_load_text(site, path) for path in (HEADERS, REDIRECTS))
        _refuse_problems(settings.host, Upload(files, headers, redirects))


def check_folder(host: HostName, folder: Path) -> None:
    """Return where a host takes all of a folder but what the next build needs; else SiteError,
    which tells all that is wrong.
    """
    try:
        _refuse_problems(host, _read_folder(folder))
    except OSError as error:
        raise SiteError(f"`{folder.as_posix()}` cannot be read: {error.strerror}") from error


def find_problems(host: HostName, upload: Upload) -> list[str]:
    """What a host would refuse or leave out, a line each: the thing, its number, the limit, and
    what to do.
    """
    limits = HOSTS[host]
    return [
        *_count_files(limits, upload.files),
        *_weigh_files(limits, upload.files),
        *_find_left_out(limits, upload.files),
        *_find_links(limits, upload.links),
        *_check_headers(limits, upload.headers),
        *_check_redirects(limits, upload.redirects),
    ]


def _refuse_problems(host: HostName, upload: Upload) -> None:
    if problems := find_problems(host, upload):
        lines = "".join(f"\n  {problem}" for problem in problems)
        hint = "the limits of each host are in docs/hosting.md"
        raise SiteError(f"{HOSTS[host].title} would not take this site as it is:{lines}", hint)


def _load_text(site: BuiltSite, path: str) -> str:
    return site.load(path).decode("utf-8", "replace") if path in site.files else ""


def _read_folder(folder: Path) -> Upload:
    """All that is in a folder, whether a build has put it there or not."""
    files, links, texts = dict[str, int](), list[str](), dict[str, str]()
    for parent, folders, names in os.walk(folder, onerror=_raise):
        place = Path(parent)
        if place == folder and STATE in folders:
            folders.remove(STATE)
        for name in sorted([*folders, *names]):
            path = place / name
            key = path.relative_to(folder).as_posix()
            if path.is_symlink():
                links.append(key)
            if name in names:
                files[key] = path.stat().st_size
            if key in (HEADERS, REDIRECTS):
                texts[key] = path.read_bytes().decode("utf-8", "replace")
    return Upload(files, texts.get(HEADERS, ""), texts.get(REDIRECTS, ""), tuple(links))


def _raise(error: OSError) -> NoReturn:
    raise error


def _count_files(limits: Limits, files: Mapping[str, int]) -> Iterator[str]:
    counted = [path for path in files if path not in (HEADERS, REDIRECTS)]
    if limits.files and len(counted) > limits.files:
        advice = _advise_fewer(counted)
        yield f"{format_count(len(counted), 'file')}, of {limits.files:,} at most{advice}"
    folders = Counter(path.rpartition("/")[0] for path in files)
    for folder, count in sorted(folders.items()):
        if limits.files_in_folder and count > limits.files_in_folder:
            most = f"of {limits.files_in_folder:,} at most in a folder"
            yield f"{format_count(count, 'file')} in `{printable(folder)}/`, {most}: divide them"


def _advise_fewer(paths: list[str]) -> str:
    """What would leave files out, if anything."""
    transcripts = sum(path.rpartition("/")[2] == TRANSCRIPT for path in paths)
    forms = sum(path.endswith(tuple(ENDINGS.values())) for path in paths)
    advice = []
    if transcripts:
        advice.append(f"`transcripts = false` leaves out {transcripts:,}")
    if forms:
        advice.append(f"`compress = []` leaves out {forms:,}")
    return ": " + ", ".join(advice) if advice else ""


def _weigh_files(limits: Limits, files: Mapping[str, int]) -> Iterator[str]:
    most = limits.file_bytes
    large = [path for path, size in sorted(files.items()) if most and size > most]
    for path in large[:_MOST_NAMED]:
        size = f"{files[path] / _MIB:.1f} MiB"
        advice = "put it elsewhere, and link to it"
        yield f"`{printable(path)}` has {size}, of {most // _MIB} MiB at most a file: {advice}"
    if more := large[_MOST_NAMED:]:
        yield f"{format_count(len(more), 'more file')} of more than {most // _MIB} MiB"
    total = sum(files.values())
    if limits.site_bytes and total > limits.site_bytes:
        most_gb = f"{limits.site_bytes / _GB:g} GB"
        largest = max(files, key=lambda path: (files[path], path))
        advice = f"the largest file is `{printable(largest)}`, {files[largest] / _GB:.3f} GB"
        yield f"{total / _GB:.3f} GB in all, of {most_gb} at most: {advice}"


def _find_left_out(limits: Limits, files: Mapping[str, int]) -> Iterator[str]:
    for folder in limits.left_out:
        if folder.startswith("/"):
            inside = [path for path in files if f"/{path}".startswith(folder)]
        else:
            inside = [path for path in files if f"/{folder}" in f"/{path}"]
        if inside:
            count, advice = (
                format_count(len(inside), "file"),
                "a page needs another `slug`, a file another folder",
            )
            yield f"{count} in `{folder}`, which is not uploaded: {advice}"


def _find_links(limits: Limits, links: tuple[str, ...]) -> Iterator[str]:
    if not limits.takes_links:
        problem = "is a link, and none may be uploaded: put there what it leads to"
        yield from (f"`{printable(path)}` {problem}" for path in links[:_MOST_NAMED])
        if more := links[_MOST_NAMED:]:
            yield format_count(len(more), "more link")


def _check_headers(limits: Limits, text: str) -> Iterator[str]:
    rules = count_rules(text)
    if limits.header_rules and rules > limits.header_rules:
        advice = "join those of a folder with `*`"
        yield f"{HEADERS}: {rules:,} rules, of {limits.header_rules:,} at most: {advice}"
    yield from _find_long_lines(HEADERS, text, limits.header_characters)


def _check_redirects(limits: Limits, text: str) -> Iterator[str]:
    redirects = read_redirects(text)
    first = next((place for place, each in enumerate(redirects) if each.is_dynamic), None)
    static = len(redirects) if first is None else first
    own = f"a `static/{REDIRECTS}` can say many with one `*`"
    for count, most, kind in (
        (static, limits.static_redirects, "redirects"),
        (len(redirects) - static, limits.dynamic_redirects, "redirects from the first `*` on"),
    ):
        if most and count > most:
            yield f"{REDIRECTS}: {count:,} {kind}, of {most:,} at most: {own}"
    yield from _find_long_lines(REDIRECTS, text, limits.redirect_characters)
    for each in redirects:
        if limits.redirect_statuses and each.status not in limits.redirect_statuses:
            known = ", ".join(limits.redirect_statuses)
            status = printable(each.status)
            yield f"{REDIRECTS}:{each.line}: `{status}` is left out: a line ends in one of {known}"


def _find_long_lines(path: str, text: str, most: int) -> Iterator[str]:
    for number, line in enumerate(text.split("\n"), 1):
        if most and len(line.strip()) > most:
            count = format_count(len(line.strip()), "character")
            yield f"{path}:{number}: {count}, of {most:,} at most a line: make it shorter"
