"""What a request is answered with, as a host of static files would."""

from __future__ import annotations

import gzip
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_gen.responses import find_content_type
from site_gen.serve.answers import Answer, Asked, answer
from tests.serve.memory import MemoryFiles

LONG = b"<p>a page of some length</p>" * 100
SITE = MemoryFiles(
    {
        "index.html": b"home",
        "404.html": b"not here",
        "articles/crop/index.html": LONG,
        "articles/crop/käse.png": b"picture",
        "assets/style.1f2e3d4c.css": b"p{}",
        "feed.json": b"{}",
        ".well-known/security.txt": b"mail us",
        ".hidden/secret.txt": b"secret",
        "_headers": b"/of-host\n  X-Of-Host: yes\n",
        "_redirects": b"/old/ /articles/crop/ 301\n",
    }
)


def ask(path: str | bytes, home: str = "/", query: bytes = b"", **headers: str) -> Answer:
    """The answer; `_` in the name of a header stands for `-`."""
    raw = path if isinstance(path, bytes) else path.encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return answer(Asked(raw, query, named), SITE, home)


@pytest.mark.parametrize(
    ("path", "status", "shown"),
    [
        ("/", 200, b"home"),
        ("/articles/crop/", 200, LONG),
        ("/articles/crop/index.html", 200, LONG),
        ("/articles/crop/k%C3%A4se.png", 200, b"picture"),
        ("/.well-known/security.txt", 200, b"mail us"),
        ("/nothing/", 404, b"not here"),
        ("/articles/", 404, b"not here"),
        ("/.hidden/secret.txt", 404, b"not here"),
        ("/_headers", 404, b"not here"),
        ("/_redirects", 404, b"not here"),
        ("/articles/../index.html", 404, b"not here"),
        ("/articles/%2e%2e/index.html", 404, b"not here"),
        ("//index.html", 404, b"not here"),
        ("/index.html%00", 404, b"not here"),
        ("/articles\\crop\\index.html", 404, b"not here"),
        (b"/\xff", 404, b"not here"),
        ("*", 404, b"not here"),
    ],
)
def test_a_path_is_a_file_of_the_site_or_nothing(
    path: str | bytes, status: int, shown: bytes
) -> None:
    found = ask(path)
    assert (found.status, found.body) == (status, shown)


@pytest.mark.parametrize(
    ("path", "home", "query", "target"),
    [
        ("/articles/crop", "/", b"", "/articles/crop/"),
        ("/articles/crop", "/", b"a=1&b=%20", "/articles/crop/?a=1&b=%20"),
        ("/blog/articles/crop", "/blog/", b"", "/blog/articles/crop/"),
        ("/", "/blog/", b"", "/blog/"),
    ],
)
def test_a_folder_is_led_to_its_page(path: str, home: str, query: bytes, target: str) -> None:
    found = ask(path, home, query)
    assert found.status in (301, 302)
    assert found.headers == {"location": target}


def test_a_site_below_a_path_is_nowhere_else() -> None:
    assert ask("/blog/", "/blog/").body == b"home"
    assert ask("/articles/crop/", "/blog/").status == 404
    assert ask("/blogs/", "/blog/").status == 404


def test_names_with_a_digest_are_kept_for_ever_and_others_asked_for_again() -> None:
    assert "immutable" in ask("/assets/style.1f2e3d4c.css").headers["cache-control"]
    assert ask("/").headers["cache-control"] == "public, max-age=0, must-revalidate"


def test_what_the_browser_has_is_not_sent_again() -> None:
    first = ask("/articles/crop/", accept_encoding="gzip")
    etag = first.headers["etag"]
    again = ask("/articles/crop/", accept_encoding="gzip", if_none_match=f'"x", W/{etag}')
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", etag)
    # The same page in other bytes is another thing to keep.
    plain = ask("/articles/crop/", if_none_match=etag)
    assert (plain.status, plain.body) == (200, LONG)


def test_a_missing_page_is_missing_also_for_who_has_it() -> None:
    etag = ask("/nothing").headers["etag"]
    assert ask("/nothing", if_none_match=etag).status == 404


@pytest.mark.parametrize(
    ("accepted", "is_small"),
    [
        ("gzip, deflate, br, zstd", True),
        ("GZIP;q=0.001", True),
        ("*", True),
        ("", False),
        ("br", False),
        ("gzip;q=0, *", False),
        ("gzip;q=0.000", False),
        ("gzip;q=x", False),
    ],
)
def test_long_texts_are_compressed_for_who_takes_that(accepted: str, is_small: bool) -> None:
    found = ask("/articles/crop/", accept_encoding=accepted)
    assert found.headers["vary"] == "Accept-Encoding"
    assert (found.headers.get("content-encoding") == "gzip") is is_small
    assert (gzip.decompress(found.body) if is_small else found.body) == LONG


COMPRESSED = MemoryFiles(
    {
        "index.html": LONG,
        "index.html.br": b"brotli's",
        "index.html.gz": b"gzip's",
        "style.css": LONG,
        "data.json": LONG,
        "data.json.br": b"brotli's",
        "short.css": b"p{}",
    }
)


@pytest.mark.parametrize(
    ("path", "accepted", "coding", "body"),
    [
        ("/", "gzip, br", "br", b"brotli's"),
        ("/", "gzip", "gzip", b"gzip's"),
        ("/", "", None, LONG),
        ("/", "br;q=0, gzip", "gzip", b"gzip's"),
        ("/data.json", "br", "br", b"brotli's"),
        ("/data.json", "gzip", "gzip", gzip.compress(LONG, mtime=0)),
        ("/style.css", "br", None, LONG),
        ("/short.css", "br", None, b"p{}"),
    ],
)
def test_what_was_published_compressed_is_sent_so(
    path: str, accepted: str, coding: str | None, body: bytes
) -> None:
    found = answer(Asked(path.encode(), b"", {"accept-encoding": accepted}), COMPRESSED, "/")
    assert (found.headers.get("content-encoding"), found.body) == (coding, body)
    assert (found.headers.get("vary") == "Accept-Encoding") is (path != "/short.css")


def test_each_form_of_a_file_has_an_etag_of_its_own() -> None:
    found = {
        coding: answer(Asked(b"/", b"", {"accept-encoding": coding}), COMPRESSED, "/")
        for coding in ("br", "gzip", "")
    }
    assert len({each.headers["etag"] for each in found.values()}) == 3
    for coding, first in found.items():
        headers = {"accept-encoding": coding, "if-none-match": first.headers["etag"]}
        assert answer(Asked(b"/", b"", headers), COMPRESSED, "/").status == 304


def test_pictures_and_what_is_short_are_sent_as_they_are() -> None:
    for path in ("/articles/crop/k%C3%A4se.png", "/"):
        assert "content-encoding" not in ask(path, accept_encoding="gzip").headers


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("a/index.html", "text/html; charset=utf-8"),
        ("feed.json", "application/feed+json"),
        ("llms.txt", "text/plain; charset=utf-8"),
        ("articles/x/index.md", "text/markdown; charset=utf-8"),
        ("articles/x/figures.json", "application/json"),
        ("feed.xml", "application/xml"),  # as hosts say; Chromium shows Atom's own type as text
        ("sitemap.xml", "application/xml"),
        ("a.SVG", "image/svg+xml"),
        ("a.unheard-of", "application/octet-stream"),
        ("CNAME", "application/octet-stream"),
    ],
)
def test_types_follow_from_names_alone(path: str, kind: str) -> None:
    assert find_content_type(path) == kind


def test_a_file_that_is_being_replaced_is_not_sent_half() -> None:
    class Busy(MemoryFiles):
        def read(self, path: str) -> bytes | None:  # noqa: ARG002, whatever it is
            return None

    found = answer(Asked(b"/"), Busy({"index.html": b"x"}), "/")
    assert found.status == 503
    assert found.headers["retry-after"] == "1"


@given(st.text(st.characters(codec="utf-8"), max_size=40), st.booleans())
def test_any_path_gives_a_file_of_that_name_or_none(path: str, is_quoted: bool) -> None:
    sent = quote(path) if is_quoted else path
    found = ask("/" + sent)
    shown = {b"not here", *(SITE.files.values())} - {b"secret"}
    assert found.status in (200, 301, 404)
    assert found.status == 301 or found.body in shown
