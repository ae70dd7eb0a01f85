"""docs/hosting.md says what is so: its limits are those that are checked, its names those that the
workflows have.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from site_gen.build.work import Options
from site_gen.deploy.hosts import HOSTS, Limits, Upload, find_problems
from site_gen.deploy.workflows import WORKFLOW, make_workflow
from site_gen.site.headers import HEADERS
from site_gen.targets import HostName
from tests.docs.examples import codes, read_document, read_fences, read_rows
from tests.sites import article, build_site, page_of

NAME = "docs/hosting.md"
TEXT = read_document(NAME)
ORDER: tuple[HostName, ...] = ("cloudflare-pages", "github-pages", "netlify")


def number(value: int) -> str:
    return f"{value:,}" if value else "–"


LIMITS: dict[str, Callable[[Limits], str]] = {
    "files": lambda host: number(host.files),
    "files in one folder": lambda host: number(host.files_in_folder),
    "size of a file": lambda host: f"{host.file_bytes // 2**20} MiB" if host.file_bytes else "–",
    "size of the site": lambda host: f"{host.site_bytes // 10**9} GB" if host.site_bytes else "–",
    "links in the place of files": lambda host: "any" if host.takes_links else "none",
    "rules in `_headers`": lambda host: number(host.header_rules),
    "characters in a line of `_headers`": lambda host: number(host.header_characters),
    "lines of `_redirects` without `*` and `:name`": lambda host: number(host.static_redirects),
    "lines of `_redirects` from the first with one on": lambda host: number(host.dynamic_redirects),
    "characters in a line of `_redirects`": lambda host: number(host.redirect_characters),
    "folders that are not uploaded": lambda host: (
        ", ".join(f"`{folder}`" for folder in host.left_out) or "–"
    ),
}


def test_the_limits_are_those_that_are_checked() -> None:
    assert set(ORDER) == set(HOSTS)
    assert read_rows(TEXT, "at most") == [
        [label, *(show(HOSTS[host]) for host in ORDER)] for label, show in LIMITS.items()
    ]


def test_no_limit_is_left_out() -> None:
    shown = set(Limits.__struct_fields__) - {"title", "redirect_statuses"}
    assert len(LIMITS) == len(shown)


def test_a_site_is_refused_as_it_shows() -> None:
    (fence,) = [each for each in read_fences(TEXT) if each.role == "refused"]
    pages = {f"{number}/index.{end}": 1 for number in range(10_000) for end in ("html", "md")}
    files = pages | {"talk.mp4": 41 * 2**20, "a.png": 1, "b.png": 1, "c.png": 1}
    redirects = "/a/ /b/ 301\n" * 6 + "/c/ /d/ 301!\n"
    problems = find_problems("cloudflare-pages", Upload(files, "", redirects))
    assert fence.text.splitlines()[1:] == [f"  {problem}" for problem in problems]


def test_each_name_is_in_a_workflow() -> None:
    workflows = "".join(map(make_workflow, ORDER))
    names = {name for name in codes(TEXT) if re.fullmatch(r"[A-Z]+(_[A-Z]+)+", name)}
    assert names == set(re.findall(r"(?:secrets|vars)\.(\w+)", workflows))
    assert "`production`" in TEXT
    assert "environment: production" in workflows
    assert "BRANCH: main" in workflows
    assert "--production-branch main" in TEXT
    assert WORKFLOW in codes(TEXT)


def test_headers_have_as_many_rules_as_it_says() -> None:
    built = build_site({"content/articles/a.md": article()}, Options())
    rules = [line for line in page_of(built, HEADERS).splitlines() if line.startswith("/")]
    assert len(rules) == 2
    assert "`_headers` has two rules" in TEXT
