"""`build --profile`: where the time went, as tables and as JSON."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from site_gen.commands.profile import Profile, Task, describe_profile, print_profile
from tests.commands.running import report_of, run, write_site
from tests.sites import article

STAGES = (("starting", 0.168), ("parsing 3 documents", 0.75), ("saving", 0.002))
TASKS = (
    Task("parsed", "content/articles/a.md", 700_000),
    Task("parsed", "content/articles/b.md", 9_000),
    Task("parsed", "content/about.md", 400),
    Task("article", "articles/a/index.html", 20_000, "article.html"),
    Task("article", "articles/b/index.html", 1_000, "article.html"),
    Task("robots", "robots.txt", 30),
)


def show(profile: Profile, width: int = 100) -> str:
    console = Console(file=StringIO(), width=width, highlight=False)
    print_profile(profile, console)
    file = console.file
    assert isinstance(file, StringIO)
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_site(tmp_path, {"content/articles/a.md": article("some text", description="x")})
    return tmp_path


def test_it_tells_stages_kinds_templates_and_what_was_slowest() -> None:
    assert show(Profile(STAGES, TASKS)) == (
        "\n"
        "stage                  time  share\n"
        "starting             168 ms   18 %\n"
        "parsing 3 documents  750 ms   82 %\n"
        "saving               2.0 ms    0 %\n"
        "all                  920 ms\n"
        "\n"
        "task     count     all  median  95 % below  slowest\n"
        "parsed       3  709 ms  9.0 ms      700 ms   700 ms  content/articles/a.md\n"
        "article      2   21 ms   10 ms       20 ms    20 ms  articles/a/index.html\n"
        "robots       1  0.0 ms  0.0 ms      0.0 ms   0.0 ms  robots.txt\n"
        "\n"
        "template      count    all  median  95 % below\n"
        "article.html      2  21 ms   10 ms       20 ms\n"
        "\n"
        "slowest sources          time\n"
        "content/articles/a.md  700 ms  parsed\n"
        "content/articles/b.md  9.0 ms  parsed\n"
        "content/about.md       0.4 ms  parsed\n"
        "\n"
        "slowest files            time\n"
        "articles/a/index.html   20 ms  article\n"
        "articles/b/index.html  1.0 ms  article\n"
        "robots.txt             0.0 ms  robots"
    )


def test_a_path_is_cut_at_its_beginning_and_no_number_is() -> None:
    task = Task("parsed", f"content/articles/{'a-long-way-' * 9}off/index.md", 5_000)
    lines = show(Profile(STAGES, (task,)), 80).splitlines()
    assert lines[8] == (
        "parsed      1  5.0 ms  5.0 ms      5.0 ms   5.0 ms  …way-a-long-way-off/index.md"
    )


def test_what_was_not_to_do_is_said() -> None:
    assert show(Profile(STAGES[:1], None)) == "nothing was to do: no task has run"
    assert show(Profile(STAGES, ())).endswith("\n\nall was right as it was: no task has run")


def test_machines_get_the_same() -> None:
    described = describe_profile(Profile(STAGES, TASKS))
    assert described["stages"] == [
        {"stage": "starting", "elapsed_ms": 168.0},
        {"stage": "parsing 3 documents", "elapsed_ms": 750.0},
        {"stage": "saving", "elapsed_ms": 2.0},
    ]
    assert described["templates"] == [
        {
            "template": "article.html",
            "count": 2,
            "total_ms": 21.0,
            "median_ms": 10.5,
            "p95_ms": 20.0,
            "slowest_ms": 20.0,
            "slowest": "articles/a/index.html",
        }
    ]


def test_a_build_counts_the_tasks_that_ran_and_no_others(root: Path) -> None:
    first = report_of(run("--root", root, "--profile", "--json"))["profile"]
    assert {each["kind"]: each["count"] for each in first["kinds"]} == {
        "parsed": 1,
        "made ready": 1,
        **dict.fromkeys(
            (
                "archive",
                "article",
                "atom feed",
                "front page",
                "json feed",
                "llms",
                "missing",
                "robots",
                "sitemap",
                "tags",
                "transcript",
            ),
            1,
        ),
    }
    assert all(each["total_ms"] > 0 for each in first["kinds"])
    assert [re.sub(r"\d+ ", "", each["stage"]) for each in first["stages"]] == [
        "starting",
        "reading",
        "parsing documents",
        "setting formulas",
        "following the links of documents",
        "reading static files",
        "making files",
        "saving",
        "publishing files",
    ]
    write_site(root, {"content/articles/a.md": article("other words", description="x")})
    second = report_of(run("--root", root, "--profile", "--json"))["profile"]
    assert {each["kind"]: each["count"] for each in second["kinds"]} == {
        "parsed": 1,
        "made ready": 1,
        "article": 1,
        "front page": 1,
        "json feed": 1,
        "atom feed": 1,
        "transcript": 1,
    }


def test_it_is_printed_after_the_line_of_the_build(root: Path) -> None:
    lines = run("--root", root, "--profile").stderr.splitlines()
    assert lines[0].startswith("1 article, ")
    assert lines[2].split() == ["stage", "time", "share"]
    assert run("--root", root, "--profile").stderr.splitlines()[1:] == [
        "nothing was to do: no task has run"
    ]
