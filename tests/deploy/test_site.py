"""The site as a target is to have it, and what is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path

import pytest

from site_gen.codings import Coding, compress
from site_gen.deploy.site import BuiltSite, Needs, SiteFile, open_site
from site_gen.diagnostics import SiteError
from site_gen.paths import LIVE_SCRIPT
from site_gen.publish.manifest import (
    JOURNAL,
    MANIFEST,
    Journal,
    Manifest,
    PublishedFile,
    encode_record,
)

STYLE = b"p { color: red }\n" * 100
SITE = {
    "index.html": b"<p>home",
    "style.css": STYLE,
    "style.css.gz": compress(STYLE, "gzip"),
    "style.css.br": compress(STYLE, "brotli"),
    "data.csv.gz": b"an archive, and no form of anything",
    "_headers": b"/*\n",
}


def publish(folder: Path, site: Mapping[str, bytes]) -> Path:
    files = {
        path: PublishedFile(hashlib.sha256(content).hexdigest(), len(content))
        for path, content in site.items()
    }
    for path, content in [*site.items(), (MANIFEST, encode_record(Manifest(1, files)))]:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def open_with(folder: Path, needs: Needs, codings: Collection[Coding] = ()) -> BuiltSite:
    return open_site(publish(folder, SITE), codings, needs)


def test_a_target_has_what_it_needs(tmp_path: Path) -> None:
    needs = Needs(without=frozenset(("_headers",)), beside={".nojekyll": b"", "index.html": b"no"})
    site = open_with(tmp_path, needs)
    assert list(site.files) == [".nojekyll", *sorted(SITE.keys() - {"_headers"})]
    assert site.load(".nojekyll") == b""
    assert site.load("index.html") == b"<p>home", "what the site has itself comes first"


def test_forms_are_files_where_a_web_server_looks_for_them(tmp_path: Path) -> None:
    codings: tuple[Coding, ...] = ("gzip", "brotli")
    assert set(open_with(tmp_path, Needs(forms=codings), codings).files) == set(SITE)
    site = open_with(tmp_path, Needs(forms=("gzip",)), codings)
    assert set(site.files) == SITE.keys() - {"style.css.br"}
    site = open_with(tmp_path, Needs(), codings)
    assert set(site.files) == SITE.keys() - {"style.css.br", "style.css.gz"}


def test_a_form_is_sent_in_place_of_what_it_is_a_form_of(tmp_path: Path) -> None:
    site = open_with(tmp_path, Needs(coding="gzip"), ("gzip", "brotli"))
    assert set(site.files) == SITE.keys() - {"style.css.br", "style.css.gz"}
    sha256, sent = hashlib.sha256(STYLE).hexdigest(), SITE["style.css.gz"]
    form = ("style.css.gz", hashlib.sha256(sent).hexdigest())
    assert site.files["style.css"] == SiteFile(sha256, len(sent), "gzip", *form)
    assert site.load("style.css") == sent
    assert site.files["index.html"].content_encoding == ""


def test_what_is_no_finished_site_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match=r"` holds no site$"):
        open_site(tmp_path, (), Needs())
    publish(tmp_path, SITE)
    (tmp_path / JOURNAL).write_bytes(encode_record(Journal(1, ["a.txt"])))
    with pytest.raises(SiteError, match=r"` is unfinished$"):
        open_site(tmp_path, (), Needs())
    (tmp_path / JOURNAL).unlink()
    publish(tmp_path, {"a.txt": b"a"})
    with pytest.raises(SiteError, match="has no front page"):
        open_site(tmp_path, (), Needs())


def test_what_was_changed_after_it_was_built_is_refused(tmp_path: Path) -> None:
    site = open_with(tmp_path, Needs())
    site.check(SITE)
    (tmp_path / "index.html").write_bytes(b"<p>graffiti")
    with pytest.raises(SiteError, match=r"`index\.html` was changed since it was built"):
        site.check(SITE)
    (tmp_path / "index.html").unlink()
    with pytest.raises(SiteError, match=r"`index\.html` was changed since it was built"):
        site.check(SITE)


def test_a_form_that_was_changed_is_refused(tmp_path: Path) -> None:
    site = open_with(tmp_path, Needs(coding="gzip"), ["gzip"])
    (tmp_path / "style.css.gz").write_bytes(b"graffiti")
    with pytest.raises(SiteError, match=r"`style\.css` was changed since it was built"):
        site.load("style.css")


def test_pages_that_are_sent_compressed_are_looked_into(tmp_path: Path) -> None:
    page = f'<body><script type="module" src="/{LIVE_SCRIPT}"></script></body>'.encode() * 20
    files = {"index.html": page, "index.html.gz": compress(page, "gzip")}
    site = open_site(publish(tmp_path, files), ["gzip"], Needs(coding="gzip"))
    with pytest.raises(SiteError, match="loads the script that pages have while serving"):
        site.check(["index.html"])


def test_pages_that_reload_themselves_are_refused(tmp_path: Path) -> None:
    page = f'<body><script type="module" src="/blog/{LIVE_SCRIPT}" data-path=""></script></body>'
    site = open_site(publish(tmp_path, {"index.html": page.encode()}), (), Needs())
    with pytest.raises(SiteError, match="loads the script that pages have while serving"):
        site.check(["index.html"])
    told = f"<p>The server adds <code>&lt;script src=&quot;/{LIVE_SCRIPT}&quot;></code>."
    site = open_site(publish(tmp_path, {"index.html": told.encode()}), (), Needs())
    site.check(["index.html"])
