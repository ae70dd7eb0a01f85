"""What a branch or a folder is given, by who serves it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from site_gen.codings import Coding
from site_gen.config import Config
from site_gen.deploy.hosts import HOSTS
from site_gen.deploy.opening import FOR_HOSTS, open_target
from site_gen.deploy.site import Needs, open_site
from site_gen.deploy.target import Target
from site_gen.diagnostics import SiteError
from site_gen.responses import ASK_FIRST, FOREVER
from site_gen.targets import FolderSettings, GitSettings, HostName
from tests.deploy.git.repositories import Home, git
from tests.deploy.sites import NOW
from tests.sites import CONFIG, article, build_site, publish

FILES = {"pyproject.toml": CONFIG, "content/articles/first/index.md": article()}


def open_it(
    root: Path, settings: GitSettings | FolderSettings, url: str = "https://example.org/"
) -> Target:
    codings: list[Coding] = ["gzip"]
    return open_target("pages", settings, Config(url=url, compress=codings), root)


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://example.org/", "example.org"),
        ("https://www.example.org:8443/", "www.example.org"),
        ("https://www.example.org/blog/", ""),
        ("https://bücher.example/", "xn--bcher-kva.example"),
        ("https://straße.example/", "xn--strae-oqa.example"),
        ("https://me.github.io/blog/", ""),
        ("https://notgithub.io/", "notgithub.io"),
        ("http://127.0.0.1:8080/", ""),
    ],
)
def test_github_pages_is_told_a_domain_of_ones_own(tmp_path: Path, url: str, domain: str) -> None:
    beside = {"CNAME": f"{domain}\n".encode()} if domain else {}
    expected = Needs(without=FOR_HOSTS, beside={".nojekyll": b"", **beside})
    assert open_it(tmp_path, GitSettings(), url).needs == expected
    settings = GitSettings(url=url)
    assert open_it(tmp_path, settings, "https://other.org/").needs == expected
    folder = FolderSettings(path="public", host="github-pages", url=url)
    assert open_it(tmp_path, folder, "https://other.org/").needs == expected


def test_what_is_no_domain_is_told(tmp_path: Path) -> None:
    with pytest.raises(
        SiteError, match=r"`example\.\.org` is no domain that GitHub Pages could be"
    ):
        open_it(tmp_path, GitSettings(url="https://example..org/"))


def test_github_pages_is_given_nothing_for_a_site_that_does_not_know_where_it_is(
    tmp_path: Path,
) -> None:
    with pytest.raises(SiteError, match="the site has no `url`"):
        open_target("pages", GitSettings(), Config(), tmp_path)


def test_other_hosts_are_given_what_they_read(tmp_path: Path) -> None:
    assert open_it(tmp_path, GitSettings(host="netlify")).needs == Needs()
    folder = FolderSettings(path="public", host="netlify")
    assert open_it(tmp_path, folder).needs == Needs()
    own = open_it(tmp_path, GitSettings(host=""))
    assert own.needs == Needs(forms=("gzip",), without=FOR_HOSTS)
    assert own.place == "branch gh-pages of origin"
    assert open_it(tmp_path, FolderSettings(path="public")).needs == own.needs


@pytest.mark.parametrize("host", [*HOSTS, ""])
def test_a_cache_header_is_planned_where_it_is_not_for_the_host_to_say(
    home: Home, host: HostName | Literal[""]
) -> None:
    publish(build_site(FILES), home.site / "_site")
    for settings in (GitSettings(host=host), FolderSettings(path="public", host=host)):
        target = open_it(home.site, settings)
        plan = target.plan(open_site(home.site / "_site", ("gzip",), target.needs), NOW)
        told = {file.cache_control for file in plan.release.files.values()}
        assert told == ({""} if host == "github-pages" else {ASK_FIRST, FOREVER})


def test_a_site_that_was_built_is_on_its_branch_with_what_the_host_needs(home: Home) -> None:
    publish(build_site(FILES), home.site / "_site")
    target = open_it(home.site, GitSettings())
    site = open_site(home.site / "_site", (), target.needs)
    target.carry_out(target.plan(site, NOW), site, lambda _: None)
    published = home.read()
    assert published["CNAME"] == b"example.org\n"
    assert published[".nojekyll"] == b""
    assert published.keys() == site.files.keys()
    assert not FOR_HOSTS & published.keys()
    assert published["index.html"] == (home.site / "_site/index.html").read_bytes()
    assert git(home.site, "status", "--porcelain", "--ignored", ".cache") == "!! .cache/\n"


def test_a_domain_that_the_site_names_itself_comes_first(home: Home) -> None:
    publish(build_site({**FILES, "static/CNAME": "blog.example.org\n"}), home.site / "_site")
    site = open_site(home.site / "_site", (), open_it(home.site, GitSettings()).needs)
    assert site.load("CNAME") == b"blog.example.org\n"
