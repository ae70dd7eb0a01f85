"""What hosts that read `_redirects` are told of old addresses."""

from __future__ import annotations

from site_gen.site.redirects import REDIRECTS
from tests.sites import CONFIG, article, build_site, messages_of, page_of, paths_of

MOVED = {
    "content/articles/b.md": article(aliases="[/2024/b/, /blog/b/]"),
    "content/articles/a.md": article(aliases="[/caf%C3%A9/]", slug="größe"),
    "content/about.md": "---\ntitle: about\naliases: [/me/]\n---\n",
}


def test_each_alias_has_a_line_in_the_order_of_the_aliases() -> None:
    assert page_of(build_site(MOVED), REDIRECTS) == (
        "/2024/b/ /articles/b/ 301\n"
        "/blog/b/ /articles/b/ 301\n"
        "/caf%C3%A9/ /articles/gr%C3%B6%C3%9Fe/ 301\n"
        "/me/ /about/ 301\n"
    )


def test_the_path_of_the_site_stands_before_both() -> None:
    config = CONFIG.replace("https://example.org/", "https://example.org/my/blog/")
    built = build_site({"pyproject.toml": config, **MOVED})
    assert page_of(built, REDIRECTS).splitlines()[-1] == "/my/blog/me/ /my/blog/about/ 301"


def test_a_page_that_sends_readers_on_stays_for_other_hosts() -> None:
    assert "2024/b/index.html" in paths_of(build_site(MOVED))


def test_a_site_without_aliases_has_no_such_file() -> None:
    assert REDIRECTS not in paths_of(build_site({"content/articles/a.md": article()}))


def test_aliases_of_what_is_not_published_lead_nowhere() -> None:
    draft = article(aliases="[/old/]", draft="true")
    built = build_site({"content/articles/a.md": draft, **MOVED})
    assert "/old/" not in page_of(built, REDIRECTS)


def test_a_file_of_the_site_stands_in_its_place() -> None:
    built = build_site({**MOVED, "static/_redirects": "/x /y 302\n"})
    assert messages_of(built) == ""
    assert page_of(built, REDIRECTS) == "/x /y 302\n"


def test_it_need_not_be_locked() -> None:
    built = build_site({**MOVED, "urls.lock": "# every address\n"})
    assert built.urls is not None
    assert f"/{REDIRECTS}" not in {each.address for each in built.urls.changes.new}
