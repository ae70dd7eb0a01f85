"""What of a site a host would not take is told before anything is sent, all of it at once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from site_gen.config import Config
from site_gen.deploy.hosts import HOSTS, Upload, check_folder, check_plan, find_problems
from site_gen.deploy.opening import open_target
from site_gen.deploy.plan import Plan
from site_gen.deploy.site import BuiltSite, Needs, open_site
from site_gen.diagnostics import SiteError
from site_gen.model import Output
from site_gen.publish import MemoryPool
from site_gen.publish.publisher import DiskPublisher
from site_gen.targets import FolderSettings, GitSettings, HostName, S3Settings, TargetSettings
from tests.deploy.sites import describe, old_site

NOW = datetime(2025, 5, 22, 18, 30, tzinfo=UTC)


def pages(count: int, ending: str = "html") -> dict[str, int]:
    return {f"articles/{number}/index.{ending}": 1 for number in range(count)}


def check(host: HostName, upload: Upload, *problems: str) -> None:
    """Assert that this is all that a host would not take."""
    assert find_problems(host, upload) == list(problems)


@pytest.mark.parametrize("host", HOSTS)
def test_a_small_site_is_taken_by_each_host(host: HostName) -> None:
    files = {"index.html": 5_000, "_headers": 300, "_redirects": 30}
    check(host, Upload(files, "/*\n  X-One: 1\n", "/a/ /b/ 301\n"))


def test_files_are_counted_without_those_that_the_host_reads() -> None:
    at_most = pages(20_000) | {"_headers": 1, "_redirects": 1}
    check("cloudflare-pages", Upload(at_most))
    problem = "20,001 files, of 20,000 at most"
    check("cloudflare-pages", Upload(at_most | {"one-more.png": 1}), problem)


def test_it_is_told_what_would_leave_files_out() -> None:
    files = pages(10_000) | pages(10_000, "md") | pages(3, "html.br") | pages(2, "md.gz")
    check(
        "cloudflare-pages",
        Upload(files),
        "20,005 files, of 20,000 at most: `transcripts = false` leaves out 10,000, "
        "`compress = []` leaves out 5",
    )


def test_a_file_that_is_too_large_is_named() -> None:
    files = {"a.mp4": 25 * 2**20, "b.mp4": 25 * 2**20 + 1, "c.mp4": 40 * 2**20}
    check(
        "cloudflare-pages",
        Upload(files),
        "`b.mp4` has 25.0 MiB, of 25 MiB at most a file: put it elsewhere, and link to it",
        "`c.mp4` has 40.0 MiB, of 25 MiB at most a file: put it elsewhere, and link to it",
    )


def test_of_many_that_are_too_large_the_rest_is_counted() -> None:
    problems = find_problems("cloudflare-pages", Upload(dict.fromkeys(map(str, range(13)), 2**25)))
    assert len(problems) == 11
    assert problems[-1] == "3 more files of more than 25 MiB"


def test_what_is_not_uploaded_is_told() -> None:
    files = {"functions/index.html": 1, "a/functions/index.html": 1, "a/node_modules/b.js": 1}
    check(
        "cloudflare-pages",
        Upload(files),
        "1 file in `/functions/`, which is not uploaded: "
        "a page needs another `slug`, a file another folder",
        "1 file in `node_modules/`, which is not uploaded: "
        "a page needs another `slug`, a file another folder",
    )


def test_a_site_that_is_too_large_is_weighed() -> None:
    files = {"a.mp4": 600_000_000, "b.mp4": 400_000_000}
    check("github-pages", Upload(files))
    check(
        "github-pages",
        Upload(files | {"index.html": 1_000_000}),
        "1.001 GB in all, of 1 GB at most: the largest file is `a.mp4`, 0.600 GB",
    )


def test_a_folder_is_too_large_by_the_files_that_lie_in_it_itself() -> None:
    many = {f"data/{number}.csv": 1 for number in range(54_000)}
    check("netlify", Upload(pages(60_000) | many))
    check(
        "netlify",
        Upload(many | {"data/more.csv": 1}),
        "54,001 files in `data/`, of 54,000 at most in a folder: divide them",
    )


def test_links_are_named_where_none_may_be() -> None:
    upload = Upload({"index.html": 1}, links=("a", "b/c"))
    check("netlify", upload)
    check(
        "github-pages",
        upload,
        "`a` is a link, and none may be uploaded: put there what it leads to",
        "`b/c` is a link, and none may be uploaded: put there what it leads to",
    )


def test_rules_of_headers_are_counted_and_their_lines_measured() -> None:
    rules = "# all of them\n" + "".join(f"/{number}/*\n  X-One: 1\n\n" for number in range(100))
    check("cloudflare-pages", Upload({}, rules))
    long = "https://example.org/*\n  X-Long: " + "a" * 1_992 + "\n"
    assert len(long.splitlines()[1].strip()) == 2_000
    check(
        "cloudflare-pages",
        Upload({}, rules + long + "  X-Longer: " + "a" * 2_000 + "\n"),
        "_headers: 101 rules, of 100 at most: join those of a folder with `*`",
        "_headers:304: 2,010 characters, of 2,000 at most a line: make it shorter",
    )


def test_redirects_count_as_dynamic_from_the_first_that_is() -> None:
    static = "".join(f"/{number}/ /b/ 301\n" for number in range(2_000))
    dynamic = "".join(f"/{number}/* /b/ 301\n" for number in range(99))
    check("cloudflare-pages", Upload({}, "", f"# ours\n{static}{dynamic}/last/ /b/\n"))
    check(
        "cloudflare-pages",
        Upload({}, "", f"/first/ /b/\n{static}{dynamic}/:year/ /b/ 302\n/last/ /b/\n"),
        "_redirects: 2,001 redirects, of 2,000 at most: "
        "a `static/_redirects` can say many with one `*`",
        "_redirects: 101 redirects from the first `*` on, of 100 at most: "
        "a `static/_redirects` can say many with one `*`",
    )


def test_a_redirect_that_is_left_out_is_named_by_its_line() -> None:
    long = "/a/ /" + "b" * 991 + " 301"
    assert len(long) == 1_000
    check(
        "cloudflare-pages",
        Upload({}, "", f"{long}\n{long}1\n\n/c/ /d/ 301!\n"),
        "_redirects:2: 1,001 characters, of 1,000 at most a line: make it shorter",
        "_redirects:2: `3011` is left out: a line ends in one of 200, 301, 302, 303, 307, 308",
        "_redirects:4: `301!` is left out: a line ends in one of 200, 301, 302, 303, 307, 308",
    )
    check("netlify", Upload({}, "", "/c/ /d/ 301!\n"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A site that was built."""
    pool = MemoryPool()
    site = old_site() | {"functions/index.html": b"math", "_redirects": b"/x/ /b/ 301!\n"}
    files = describe(site)
    for content in site.values():
        pool.add(content)
    outputs = [Output(path, each.sha256, each.size_bytes, "test") for path, each in files.items()]
    DiskPublisher(tmp_path / "_site", ()).publish(outputs, pool)
    return tmp_path / "_site"


REFUSED = """\
Cloudflare Pages would not take this site as it is:
  1 file in `/functions/`, which is not uploaded: a page needs another `slug`, a file another folder
  _redirects:1: `301!` is left out: a line ends in one of 200, 301, 302, 303, 307, 308"""


def test_a_folder_is_looked_at_as_it_is_uploaded(folder: Path) -> None:
    with pytest.raises(SiteError) as raised:
        check_folder("cloudflare-pages", folder)
    assert raised.value.message == REFUSED
    check_folder("netlify", folder)


def test_what_a_build_needs_is_not_uploaded_and_links_that_others_made_are(folder: Path) -> None:
    (folder / ".site_gen" / "link").symlink_to(folder / "index.html")
    check_folder("github-pages", folder)
    (folder / "a" / "link").symlink_to(folder / "index.html")
    with pytest.raises(SiteError, match="`a/link` is a link"):
        check_folder("github-pages", folder)


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match="cannot be read"):
        check_folder("netlify", tmp_path / "nothing")


def plan_to(settings: FolderSettings, folder: Path, tmp_path: Path) -> tuple[Plan, BuiltSite]:
    site = open_site(folder, (), Needs())
    return open_target("test", settings, Config(), tmp_path).plan(site, NOW), site


def test_a_plan_is_checked_for_the_host_of_its_target(folder: Path, tmp_path: Path) -> None:
    settings = FolderSettings(path="public", host="cloudflare-pages")
    plan, site = plan_to(settings, folder, tmp_path)
    with pytest.raises(SiteError) as raised:
        check_plan(settings, plan, site)
    assert raised.value.message == REFUSED
    check_plan(GitSettings(host="github-pages"), plan, site)


@pytest.mark.parametrize("settings", [FolderSettings(path="x"), GitSettings(host=""), S3Settings()])
def test_a_target_without_a_host_takes_everything(
    settings: TargetSettings, folder: Path, tmp_path: Path
) -> None:
    check_plan(settings, *plan_to(FolderSettings(path="public"), folder, tmp_path))
