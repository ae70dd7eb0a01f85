"""The commands as users run them: exit codes, what is printed, and what is left on the disk."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.files import read_tree
from tests.sites import CONFIG, article

CHECKOUT = Path(__file__).parent.parent


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own, at a fixed time."""
    return subprocess.run(
        [sys.executable, "-m", "site_gen", *map(str, arguments)],
        cwd=CHECKOUT,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1767225600", "COLUMNS": "200", **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def write_site(root: Path, files: Mapping[str, str]) -> None:
    for path, text in ({"pyproject.toml": CONFIG} | dict(files)).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8", newline="\n")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A site with one article."""
    write_site(tmp_path, {"content/articles/a.md": article("some text")})
    return tmp_path


def test_build_is_what_happens_when_no_command_is_named(root: Path) -> None:
    done = run("--root", root)
    assert done.returncode == 0
    assert (root / "_site/articles/a/index.html").is_file()


def test_a_good_build_ends_with_one_line_that_counts(root: Path) -> None:
    write_site(
        root,
        {
            "content/articles/b.md": article(draft="true"),
            "content/articles/c.md": article(date="2026-01-01T04:00:00Z"),
        },
    )
    done = run("build", "--root", root)
    files = len(read_tree(root / "_site")) - len(read_tree(root / "_site/.site_gen"))
    start = f"1 article, {files} files, 1 draft and 1 scheduled left out (due in 4 h) in "
    assert done.stderr.startswith(start)
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_content_with_mistakes_ends_with_1_and_leaves_the_old_site_as_it_was(root: Path) -> None:
    run("--root", root)
    before = read_tree(root / "_site")
    write_site(root, {"content/articles/a.md": article("[x](nowhere.md)")})
    done = run("--root", root)
    assert done.returncode == 1
    assert done.stderr == (
        "content/articles/a.md:6:1: there is no `nowhere.md`\n"
        "6 | [x](nowhere.md)\n"
        "  | ^^^^^^^^^^^^^^^\n"
        "\n"
        "1 error: nothing was published\n"
    )
    assert read_tree(root / "_site") == before


def test_a_second_build_writes_nothing_anew(root: Path) -> None:
    run("--root", root)
    before = {path: path.stat().st_mtime_ns for path in (root / "_site").rglob("*.*")}
    run("--root", root)
    assert {path: path.stat().st_mtime_ns for path in (root / "_site").rglob("*.*")} == before


def test_what_is_no_longer_made_is_removed(root: Path) -> None:
    write_site(root, {"content/articles/b.md": article(tags="[gone]")})
    run("--root", root)
    assert (root / "_site/tags/gone/index.html").is_file()
    (root / "content/articles/b.md").unlink()
    run("--root", root)
    assert not (root / "_site/tags/gone").exists()
    assert not (root / "_site/articles/b").exists()


def test_check_finds_the_same_mistakes_and_writes_nothing(root: Path) -> None:
    assert run("check", "--root", root).returncode == 0
    write_site(root, {"content/articles/a.md": article("$\\frob$")})
    done = run("check", "--root", root)
    assert done.returncode == 1
    assert "content/articles/a.md:6:2: math: undefined control sequence: \\frob" in done.stderr
    assert not (root / "_site").exists()


def test_clean_removes_what_was_built_and_nothing_else(root: Path) -> None:
    run("--root", root)
    (root / "_site/notes.txt").write_text("mine")
    done = run("clean", "--root", root)
    assert done.returncode == 0
    assert "1 file not made by site_gen left alone" in done.stderr
    assert read_tree(root / "_site") == {"notes.txt": b"mine"}


def test_json_lines_hold_the_diagnostics_and_then_the_report(root: Path) -> None:
    write_site(root, {"content/articles/b.md": "no front matter\n"})
    done = run("check", "--root", root, "--json")
    diagnostic, report = map(json.loads, done.stdout.splitlines())
    assert done.stderr == ""
    assert diagnostic == {
        "type": "diagnostic",
        "span": {"path": "content/articles/b.md", "line": 1, "column": 1, "length": 1},
        "message": "no front matter: `title` and `date` must be given",
        "hint": "start the file with a line `---`, the keys, and `---`",
        "excerpt": "no front matter",
        "severity": "error",
        "during": "",
    }
    assert report.pop("elapsed_ms") >= 0
    assert report == {
        "type": "report",
        "good": False,
        "articles": 1,
        "pages": 0,
        "files": report["files"],
        "drafts": 0,
        "scheduled": [],
        "changed": 0,
        "unlocked": 0,
        "unlocked_urls": 0,
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["frobnicate"], "No such command 'frobnicate'"),
        (["--jobs", "0"], "Invalid value for '--jobs'"),
        (["--root", "{empty}"], "there is no `content/` in "),
        (["--root", "{root}", "--output", "{root}/content"], "the site cannot be written to"),
    ],
)
def test_wrong_use_ends_with_2_and_says_why(
    root: Path, tmp_path_factory: pytest.TempPathFactory, arguments: list[str], message: str
) -> None:
    empty = tmp_path_factory.mktemp("empty")
    done = run(*(each.format(empty=empty, root=root) for each in arguments))
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_time_that_is_none_is_refused(root: Path) -> None:
    done = run("--root", root, SOURCE_DATE_EPOCH="yesterday")
    assert done.returncode == 2
    assert done.stderr == (
        "site-gen: SOURCE_DATE_EPOCH is `yesterday`\nhint: it must be whole seconds since 1970\n"
    )


def test_json_tells_of_wrong_use_too(tmp_path: Path) -> None:
    done = run("--root", tmp_path, "--json")
    assert done.returncode == 2
    assert done.stderr == ""
    assert json.loads(done.stdout) == {
        "type": "error",
        "message": f"there is no `content/` in {tmp_path}",
        "hint": "give the folder of a site with `--root`",
    }


def test_a_site_without_url_is_built_with_a_warning(root: Path) -> None:
    (root / "pyproject.toml").unlink()
    done = run("--root", root)
    assert done.returncode == 0
    assert done.stderr.startswith("pyproject.toml: warning: `url` is not configured")


def test_surroundings_do_not_show_in_the_output(tmp_path: Path) -> None:
    """Other folders, time zones, locales, hash seeds, file orders, numbers of jobs."""
    names = [f"content/articles/a{number}.md" for number in range(8)]
    surroundings: list[tuple[list[str], list[str], dict[str, str]]] = [
        (names, [], {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "1"}),
        (
            names[::-1],
            ["--jobs", "1"],
            {"TZ": "Asia/Tokyo", "LC_ALL": "POSIX", "PYTHONHASHSEED": "2"},
        ),
        (names[4:] + names[:4], ["--jobs", "3"], {"TZ": "America/New_York", "PYTHONHASHSEED": "3"}),
    ]
    trees = []
    for number, (order, options, environment) in enumerate(surroundings):
        root = tmp_path / f"somewhere {number}" / "site"
        files = {
            name: article(f"## part\n\n$x$ and ü\n\n```python\n{index}\n```", tags="[b, a, ü]")
            for index, name in enumerate(names)
        }
        write_site(root, {name: files[name] for name in order})
        done = run("--root", root, *options, **environment)
        assert done.returncode == 0, done.stderr
        trees.append(read_tree(root / "_site"))
    assert trees[0] == trees[1] == trees[2]
