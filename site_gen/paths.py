"""Source path, URL and output path, one from another by arithmetic alone.

Paths are text with forward slashes, relative to the site's root (sources) or to the output folder
(outputs). URLs here start at the site's own root: `/articles/riding-crop/`.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from pathlib import PurePosixPath
from urllib.parse import quote

from site_gen.file_systems import name_problem

CONFIG_PATH = "pyproject.toml"
LOCK_PATH = "values.lock"
URLS_PATH = "urls.lock"
ARTICLES = "content/articles"
DATA = "content/data"
FINGERPRINTED = "assets/"
"""Files of `static/` below this folder get a name that changes with their bytes; so the site has
such a folder as well."""
LIVE_FOLDER = "_site_gen/"
"""Below the home of a site that is being served: what no site has, since none of its files begins
with an underscore of ours."""
LIVE_SCRIPT = f"{LIVE_FOLDER}client.mjs"
"""What each page loads while it is served, and none that is published."""

# What a path component of a URL cannot hold: the URL's own marks, what Windows refuses, and blanks.
_FORBIDDEN_IN_SLUG = re.compile(
    r"[\x00-\x20\x7f-\x9f\s/\\?#%:*\"<>|\[\]\u200b-\u200f\u2028-\u202f\ufeff]"
)
_LONGEST_SLUG_BYTES = 200
_PLAIN_URL = re.compile(r"[A-Za-z0-9/:@!$&'()*+,;=._~-]*")


def slug_problem(slug: str) -> str:
    """What makes this text unfit as one part of a URL, or empty when nothing does."""
    if not slug:
        return "is empty"
    if found := _FORBIDDEN_IN_SLUG.search(slug):
        return f"holds {found[0]!r}"
    if len(slug.encode()) > _LONGEST_SLUG_BYTES:
        return f"is longer than {_LONGEST_SLUG_BYTES} bytes"
    if slug.startswith(".") or slug.endswith("."):
        return "starts or ends with a dot"
    return name_problem(slug)


def slugify(text: str) -> str:
    """Letters, digits, `_` and `-` of a text in lower case; empty when it has none of them."""
    kept = re.sub(r"[^\w\s-]", "", unicodedata.normalize("NFC", text).lower())
    return re.sub(r"[\s-]+", "-", kept).strip("-")


def default_slug(source: str) -> str:
    """The folder's name for an `index.md`, else the file's name without its ending."""
    path = PurePosixPath(source)
    return unicodedata.normalize("NFC", path.parent.name if path.name == "index.md" else path.stem)


def is_article(source: str) -> bool:
    """Whether a source is `content/articles/<slug>.md` or `content/articles/<slug>/index.md`."""
    folder, _, name = source.rpartition("/")
    if name == "index.md":
        folder = folder.rpartition("/")[0]
    return folder == ARTICLES and len(name) > len(".md") and name.endswith(".md")


def is_page(source: str) -> bool:
    """Whether a source path is `content/<slug>.md`."""
    folder, _, name = source.rpartition("/")
    return folder == "content" and len(name) > len(".md") and name.endswith(".md")


def is_data(source: str) -> bool:
    """Whether a source path is `content/data/<name>.toml`, a part of the catalogue."""
    folder, _, name = source.rpartition("/")
    return folder == DATA and len(name) > len(".toml") and name.endswith(".toml")


def page_url(source: str, slug: str) -> str:
    """Where a page with this source path and slug is read, e.g. `/articles/riding-crop/`."""
    return f"/articles/{slug}/" if is_article(source) else f"/{slug}/"


def asset_url(source: str, owner: str, owner_url: str) -> str:
    """Where a file of `content/` is fetched: beside the page whose folder holds it.

    >>> asset_url("content/articles/crop/a/b.png", "content/articles/crop/index.md", "/articles/x/")
    '/articles/x/a/b.png'
    """
    folder = posixpath.dirname(owner)
    if posixpath.basename(owner) == "index.md" and source.startswith(folder + "/"):
        return owner_url + source[len(folder) + 1 :]
    return "/" + source.removeprefix("content/")


def output_path(url: str) -> str:
    """The file behind a URL: `/a/` is `a/index.html`, `/a.xml` is `a.xml`."""
    return url.lstrip("/") + ("index.html" if url.endswith("/") else "")


def fold(path: str) -> str:
    """A form in which two paths are equal when some file system takes them for one file."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def quote_url(url: str) -> str:
    """A URL path with everything percent-encoded that may not stand in a URL."""
    return url if _PLAIN_URL.fullmatch(url) else quote(url, safe="/:@!$&'()*+,;=-._~")


def local_target(source: str, path: str) -> str:
    """The path from the site's root that the path of a link names; empty where it leaves the site.

    What begins with a slash is a URL of the site, which a file of `static/` may answer.

    >>> local_target("content/articles/crop/index.md", "a.png"), local_target("content/a.md", "/b")
    ('content/articles/crop/a.png', 'static/b')
    """
    if path.startswith("/"):
        return "static/" + path.lstrip("/")
    return (resolve(source, path) or "") if path else ""


def resolve(source: str, target: str) -> str | None:
    """The path that a relative target in a source names, or None when it leaves the site's root."""
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
    is_outside = joined.startswith("/") or joined.split("/", 1)[0] == ".."
    return None if is_outside else joined
