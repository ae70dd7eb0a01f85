"""Whole sites whose figures are locked: what a build says, what `--locked` refuses, what accepting
mends.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from site_gen.build import documents
from site_gen.build.work import Options
from site_gen.cli import main
from site_gen.lock.changes import accept
from site_gen.lock.writer import format_lock
from tests import computing
from tests.files import read_tree
from tests.sites import CONFIG, article, build_site, messages_of, page_of

HEAD = """\
# Every figure that this site shows. `site-gen accept` writes this file: commit it with the posts.
version = 1
"""
LOCKED_A = """
["content/articles/a.md".fast]
equations = "1"
inputs.width = { text = "4 bits", value = 4.0, unit = "bit" }
figures.rate = { text = "250 tokens/s", value = 250.0, unit = "token/s" }
figures.ratio = { text = "8", value = 8.0 }
"""
URLS = "urls.lock holds 11 URLs and 0 anchors\n"
LOCKED_B = LOCKED_A.replace("a.md", "b.md")
CHANGED_A = """\
content/articles/a.md:6:1: SEVERITYnot as it was locked: fast.rate 250 → 200 tokens/s, \
fast.ratio 8 → 10 because width 4 → 5 bits
6 | :::{rate} fast
  | ^^^^^^^^^^^^^^
hint: if that is meant, run `site-gen accept a`

"""


class Site:
    """A site on disk, and the commands run on it in this process."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self._capsys = capsys

    def write(self, files: Mapping[str, str]) -> None:
        for path, text in files.items():
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_text(text, encoding="utf-8", newline="\n")

    def run(self, *arguments: str) -> tuple[object, str]:
        """The exit code and what was printed."""
        code: object = 0
        try:
            main([arguments[0], "--root", str(self.root), *arguments[1:]])
        except SystemExit as ended:
            code = ended.code
        captured = self._capsys.readouterr()
        return code, captured.out + captured.err

    def lock(self) -> str:
        return (self.root / "values.lock").read_text(encoding="utf-8")

    def give_up_urls(self) -> None:
        """Let articles go, whose figures alone are looked at here."""
        lock = self.root / "urls.lock"
        lock.write_text(re.sub(r"(/articles/./.*)", r"\1 gone: a test", lock.read_text()))

    def left_over(self) -> set[str]:
        """Files at the root that are neither the site's nor its locks."""
        names = {path.name for path in self.root.iterdir()}
        return names - {"content", "pyproject.toml", "values.lock", "urls.lock", "_site", ".cache"}


def computes(width: float, name: str = "fast", **front: str) -> str:
    return article(f":::{{rate}} {name}\nwidth: {width:g}\n:::", **front)


@pytest.fixture
def site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Site]:
    """Two posts, each with the three figures of one calculation, and no lock."""
    monkeypatch.setattr(documents, "make_registry", computing.make_registry)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    monkeypatch.setenv("COLUMNS", "200")
    site = Site(tmp_path, capsys)
    site.write(
        {
            "pyproject.toml": CONFIG,
            "content/articles/a.md": computes(4),
            "content/articles/b.md": computes(4),
        }
    )
    yield site
    assert site.left_over() == set()


def test_figures_that_are_not_locked_are_counted_in_the_report(site: Site) -> None:
    code, printed = site.run("build")
    assert code == 0
    assert printed.startswith("2 articles, ")
    assert printed.endswith(" s; 6 figures are not locked yet (site-gen accept)\n")
    assert printed.count("\n") == 1


def test_accepting_writes_the_lock_and_then_there_is_nothing_to_say(site: Site) -> None:
    assert site.run("accept") == (
        0,
        "a: fast is new (3 figures)\n"
        "b: fast is new (3 figures)\n"
        "values.lock holds 6 figures of 2 posts\n"
        "urls.lock holds 11 URLs and 0 anchors, 11 of them new\n",
    )
    assert site.lock() == HEAD + LOCKED_A + LOCKED_B
    code, printed = site.run("build", "--locked")
    assert code == 0
    assert printed.endswith(" s\n")
    assert site.run("accept") == (0, f"values.lock holds 6 figures of 2 posts\n{URLS}")


def test_a_changed_figure_is_a_warning_at_its_directive(site: Site) -> None:
    site.run("accept")
    site.write({"content/articles/a.md": computes(5)})
    code, printed = site.run("build")
    assert code == 0
    assert printed.startswith(CHANGED_A.replace("SEVERITY", "warning: ") + "2 articles, ")


def test_locked_a_changed_figure_is_an_error_and_nothing_is_published(site: Site) -> None:
    site.run("accept")
    site.run("build")
    before = read_tree(site.root / "_site")
    site.write({"content/articles/a.md": computes(5)})
    expected = CHANGED_A.replace("SEVERITY", "") + "1 error: nothing was published\n"
    assert site.run("build", "--locked") == (1, expected)
    assert site.run("check", "--locked") == (1, expected)
    assert read_tree(site.root / "_site") == before


def test_accepting_one_post_leaves_the_other_as_it_was(site: Site) -> None:
    site.run("accept")
    site.write({f"content/articles/{name}.md": computes(5) for name in "ab"})
    expected = (
        "a: fast.rate 250 → 200 tokens/s because width 4 → 5 bits\n"
        "a: fast.ratio 8 → 10 because width 4 → 5 bits\n"
        f"values.lock holds 6 figures of 2 posts\n{URLS}"
    )
    assert site.run("accept", "a") == (0, expected)
    assert site.lock().endswith(LOCKED_B)
    assert "200 tokens/s" in site.lock()
    code, printed = site.run("build")
    assert code == 0
    assert "content/articles/a.md" not in printed
    assert "content/articles/b.md:6:1: warning: " in printed


@pytest.mark.parametrize(
    "name",
    ["a", "content/articles/a.md", "./content/articles/a.md", "/articles/a/", "articles/a"],
)
def test_a_post_is_named_by_its_slug_its_path_or_its_url(site: Site, name: str) -> None:
    code, _ = site.run("accept", name)
    assert code == 0
    assert site.lock() == HEAD + LOCKED_A


def test_an_unknown_post_is_refused_with_the_nearest(site: Site) -> None:
    site.write({"content/articles/riding-crop/index.md": computes(4)})
    assert site.run("accept", "riding-corp") == (
        2,
        "site-gen: no post `riding-corp` is published\nhint: did you mean `riding-crop`?\n",
    )
    assert not (site.root / "values.lock").exists()


def test_a_name_that_two_posts_share_is_refused(site: Site) -> None:
    site.write({"content/a.md": "---\ntitle: a\n---\n"})
    assert site.run("accept", "a") == (
        2,
        "site-gen: `a` names several posts: `content/a.md` and `content/articles/a.md`\n"
        "hint: name it by its path\n",
    )


def test_what_is_not_locked_yet_is_an_error_where_all_must_be_locked(site: Site) -> None:
    site.run("accept", "a")
    assert site.run("check", "--locked") == (
        1,
        "content/articles/b.md:6:1: not as it was locked: fast is new (3 figures)\n"
        "6 | :::{rate} fast\n"
        "  | ^^^^^^^^^^^^^^\n"
        "hint: if that is meant, run `site-gen accept b`\n"
        "\n"
        "1 error: nothing was published\n",
    )


def test_what_is_locked_and_gone_is_told_where_it_stands_in_the_lock(site: Site) -> None:
    site.run("accept")
    site.give_up_urls()
    site.write({"content/articles/a.md": computes(4, "slow")})
    (site.root / "content/articles/b.md").unlink()
    code, printed = site.run("build")
    assert code == 0
    assert printed.startswith(
        "values.lock:4:1: warning: locked, but fast is gone (3 figures)\n"
        '4 | ["content/articles/a.md".fast]\n'
        "  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "hint: if that is meant, run `site-gen accept a`\n"
        "\n"
        "values.lock:10:1: warning: locked, but content/articles/b.md is gone (3 figures)\n"
        '10 | ["content/articles/b.md".fast]\n'
        "   | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "hint: if that is meant, run `site-gen accept`\n"
        "\n"
        "1 article, "
    )
    assert site.run("check", "--locked")[0] == 1
    assert site.run("accept") == (
        0,
        "a: slow is new (3 figures)\n"
        "a: fast is gone (3 figures)\n"
        "content/articles/b.md is gone (3 figures)\n"
        "values.lock holds 3 figures of 1 post\n"
        "urls.lock holds 11 URLs and 0 anchors, 2 of them new\n",
    )
    assert site.lock() == HEAD + LOCKED_A.replace("fast", "slow")


def test_drafts_and_posts_with_errors_keep_what_was_locked(site: Site) -> None:
    site.run("accept")
    site.give_up_urls()
    site.write(
        {
            "content/articles/a.md": computes(5, draft="true"),
            "content/articles/b.md": computes(0),
            "content/articles/c.md": article(),
        }
    )
    code, printed = site.run("build")
    assert (code, printed) == (
        1,
        "content/articles/b.md:7:8: the width is not more than zero\n"
        "7 | width: 0\n"
        "  |        ^\n"
        "\n"
        "1 error: nothing was published\n",
    )
    (site.root / "content/articles/b.md").unlink()
    site.run("accept")
    assert site.lock() == HEAD + LOCKED_A


def test_nothing_is_accepted_from_a_site_with_errors(site: Site) -> None:
    site.run("accept")
    site.write({"content/articles/a.md": computes(5), "content/articles/b.md": computes(0)})
    assert site.run("accept", "a") == (
        1,
        "content/articles/b.md:7:8: the width is not more than zero\n"
        "7 | width: 0\n"
        "  |        ^\n"
        "\n"
        "1 error: nothing was accepted\n",
    )
    assert site.lock() == HEAD + LOCKED_A + LOCKED_B


def test_json_tells_why_nothing_is_accepted(site: Site) -> None:
    site.write({"content/articles/b.md": computes(0)})
    code, printed = site.run("accept", "--json")
    error, report = map(json.loads, printed.splitlines())
    assert code == 1
    assert error["message"] == "the width is not more than zero"
    assert report == {"type": "report", "good": False}


def test_a_damaged_lock_is_told_once_and_stays(site: Site) -> None:
    damaged = HEAD + LOCKED_A.replace("250.0", "fast")
    site.write({"values.lock": damaged})
    told = (
        "values.lock:7:49: not TOML: invalid value\n"
        '7 | figures.rate = { text = "250 tokens/s", value = fast, unit = "token/s" }\n'
        "  |                                                 ^\n"
        "hint: take it back from version control, or remove it and run `site-gen accept`\n"
        "\n"
        "1 error: nothing was "
    )
    assert site.run("build") == (1, told + "published\n")
    assert site.run("accept") == (1, told + "accepted\n")
    assert site.lock() == damaged


def test_what_a_lock_says_cannot_reach_the_terminal(site: Site) -> None:
    site.write({"values.lock": HEAD + LOCKED_A.replace("250 tokens/s", "\\u001b[2J tokens/s")})
    _, printed = site.run("accept", "a")
    assert printed.startswith(
        "a: fast.rate \\x1b[2J → 250 tokens/s because the calculation changed\n"
    )


def test_a_lock_that_cannot_be_read_is_an_error(site: Site) -> None:
    (site.root / "values.lock").mkdir()
    code, printed = site.run("build")
    assert code == 1
    assert printed.startswith("values.lock: cannot be read: ")
    assert printed.endswith("\n\n1 error: nothing was published\n")


def test_a_folder_that_may_not_be_written_is_one_clear_line(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.run("accept")
    site.write({"content/articles/a.md": computes(5)})

    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, "fsync", refuse)
    shown = (site.root / "values.lock").as_posix()
    assert site.run("accept") == (
        2,
        f"site-gen: `{shown}` cannot be written: read-only file system\nhint: it is as it was\n",
    )
    assert site.lock() == HEAD + LOCKED_A + LOCKED_B


def test_a_lock_is_not_written_through_a_link(site: Site) -> None:
    site.write({"content/elsewhere.lock": HEAD})
    (site.root / "values.lock").symlink_to("content/elsewhere.lock")
    code, printed = site.run("accept")
    assert code == 2
    assert printed == (
        "site-gen: `values.lock` is a link, and nothing is written through links\n"
        "hint: put a copy in its place\n"
    )


def test_a_pinned_calculation_is_as_it_was_locked(site: Site) -> None:
    site.run("accept")
    text = computes(5).replace("width: 5", "width: 5\npin: true")
    site.write({"content/articles/a.md": text})
    code, printed = site.run("build", "--locked")
    assert (code, printed.count("\n")) == (0, 1)
    assert site.run("accept") == (0, f"values.lock holds 6 figures of 2 posts\n{URLS}")
    assert site.lock() == HEAD + LOCKED_A + LOCKED_B


def test_what_is_locked_reaches_every_process_that_parses() -> None:
    """The real directive, since what a test puts in its place does not get there."""
    names = [f"content/articles/a{number}.md" for number in range(3)]
    options = (
        ":::{token-rate} desktop\nmodel: a model\nactive parameters: 8B\n"
        "quantization: BITS\nmemory: 2 x DDR5-5600\n:::\n\n{token-rate}`desktop.bound`"
    )
    before = build_site(dict.fromkeys(names, article(options.replace("BITS", "4 bit"))))
    lock = format_lock(accept(before.lock, before.documents, set(names)))
    text = article(options.replace("BITS", "8 bit\npin: true"))
    after = build_site({"values.lock": lock, **dict.fromkeys(names, text)}, Options(jobs=3))
    assert messages_of(after) == ""
    assert after.changes == ()
    for number in range(3):
        html = page_of(after, f"articles/a{number}/index.html")
        assert ">22.4\N{NO-BREAK SPACE}tokens/s</data>" in html


def test_a_site_that_computes_nothing_gets_no_lock(site: Site) -> None:
    site.write({f"content/articles/{name}.md": article() for name in "ab"})
    code, printed = site.run("build", "--locked")
    assert code == 0
    assert printed.endswith(" s\n")
    assert site.run("accept") == (
        0,
        "values.lock holds 0 figures of 0 posts\n"
        "urls.lock holds 9 URLs and 0 anchors, 9 of them new\n",
    )
    assert not (site.root / "values.lock").exists()


def test_json_tells_of_changes_and_of_what_was_accepted(site: Site) -> None:
    site.run("accept", "a")
    site.write({"content/articles/a.md": computes(5)})
    lines = [json.loads(line) for line in site.run("build", "--json")[1].splitlines()]
    assert [line.get("severity") for line in lines] == ["warning", None]
    assert (lines[-1]["good"], lines[-1]["changed"], lines[-1]["unlocked"]) == (True, 2, 3)
    accepted = [json.loads(line) for line in site.run("accept", "--json")[1].splitlines()]
    assert accepted[0] == {
        "type": "accepted",
        "post": "content/articles/a.md",
        "kind": "changed",
        "calculation": "fast",
        "figure": "rate",
        "message": "fast.rate 250 → 200 tokens/s because width 4 → 5 bits",
    }
    assert accepted[-1] == {
        "type": "report",
        "good": True,
        "figures": 6,
        "posts": 2,
        "urls": 11,
        "anchors": 0,
        "new": 0,
    }
