"""`site-gen check`: what no build fails for, in each form, and with which exit code it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.commands.running import run, write_site
from tests.sarif_rules import find_mistakes
from tests.sites import CONFIG, article

A = "content/articles/a.md"
PAGE = "---\ntitle: about\n---\n\ntext\n"


def check(root: Path, files: dict[str, str], told: str, *options: str) -> None:
    """All that is said of a site but for the lines that count."""
    write_site(root, files)
    done = run("check", "--root", root, *options)
    *shown, counted = done.stderr.split("\n\n")
    assert "\n\n".join(shown) == told
    assert " in " in counted
    assert done.stdout == ""
    assert done.code == 0


def warn(place: str, message: str, line: str, marked: str, hint: str = "") -> str:
    """A warning as it is shown."""
    number = place.split(":")[1]
    column = int(place.split(":")[2])
    caret = f"{' ' * len(number)} | {' ' * (column - 1)}{'^' * len(marked)}"
    shown = f"{place}: warning: {message}\n{number} | {line}\n{caret}"
    return shown + (f"\nhint: {hint}" if hint else "")


def test_a_site_with_nothing_to_say_of_says_nothing(tmp_path: Path) -> None:
    write_site(tmp_path, {A: article("## part\n\n### of it\n\n## another")})
    done = run("check", "--root", tmp_path)
    assert (done.code, done.stdout, done.stderr.count("\n")) == (0, "", 1)
    assert not (tmp_path / "_site").exists()


def test_a_level_that_is_skipped_is_told_at_its_heading(tmp_path: Path) -> None:
    check(
        tmp_path,
        {A: article("## one\n\n#### two\n\nthree\n-----\n\n> #### four")},
        warn(
            f"{A}:8:1",
            "a heading of level 4 follows one of level 2",
            "#### two",
            "#### two",
            "use `###`, or add the one between them",
        )
        + "\n\n"
        + warn(
            f"{A}:13:1",
            "a heading of level 4 follows one of level 2",
            "> #### four",
            "> #### four",
            "use `###`, or add the one between them",
        ),
    )


def test_headings_begin_below_the_title(tmp_path: Path) -> None:
    check(
        tmp_path,
        {A: article("# one\n\n### two")},
        warn(
            f"{A}:6:1",
            "a heading of the first level beside the page's title",
            "# one",
            "# one",
            "begin with `##`",
        )
        + "\n\n"
        + warn(
            f"{A}:8:1",
            "a heading of level 3 follows the page's title",
            "### two",
            "### two",
            "use `##`, or add the one between them",
        ),
    )


def test_a_picture_that_says_nothing_is_told_where_it_stands(tmp_path: Path) -> None:
    check(
        tmp_path,
        {
            A: article("see ![](p.svg) and ![red](p.svg)"),
            "content/articles/p.svg": '<svg width="3" height="2"/>',
        },
        warn(
            f"{A}:6:5",
            "this picture says nothing to those who cannot see it",
            "see ![](p.svg) and ![red](p.svg)",
            "![](p.svg)",
            "say what can be seen: `![a red horse](horse.png)`",
        ),
    )


def test_html_that_is_passed_through_is_looked_at(tmp_path: Path) -> None:
    line = '<i id="part">a</i> <b id="x">b</b> <b id=x>b</b> <img src="/a.png"> <img alt="">'
    check(
        tmp_path,
        {A: article(f"## part\n\n{line}"), "pyproject.toml": CONFIG + "raw_html = true\n"},
        warn(f"{A}:8:4", "the id `part` stands 2 times on this page", line, 'id="part')
        + "\n\n"
        + warn(f"{A}:8:39", "the id `x` stands 2 times on this page", line, "id=x")
        + "\n\n"
        + warn(f"{A}:8:60", "the picture `/a.png` has no `alt`", line, "/a.png", 'add `alt="…"`'),
    )


def test_templates_of_the_site_are_looked_at(tmp_path: Path) -> None:
    html = '<p id="part">{{ article.html }}</p>\n<img src="{{ site.home }}a.png">\n'
    check(
        tmp_path,
        {A: article("## part"), "templates/article.html": html, "templates/old.html": "x"},
        warn(
            "templates/article.html:1:8",
            f"the id `part` is an anchor of `{A}` too",
            '<p id="part">{{ article.html }}</p>',
            "part",
            "choose another, if this template makes that page",
        )
        + "\n\n"
        + warn(
            "templates/article.html:2:1",
            "this picture has no `alt`",
            '<img src="{{ site.home }}a.png">',
            '<img src="{{ site.home }}a.png">',
            'add `alt="…"`',
        )
        + "\n\ntemplates/old.html: warning: no page is made with this template\n"
        "hint: see which there are under “Templates” in docs/authoring.md, or remove it",
    )


def test_a_template_of_the_theme_is_used_where_there_is_a_page_for_it(tmp_path: Path) -> None:
    check(tmp_path, {A: article(), "templates/redirect.html": "{{ target }}"}, "")


def test_a_template_that_another_includes_is_used(tmp_path: Path) -> None:
    check(
        tmp_path,
        {
            A: article(),
            "templates/article.html": "{% include 'piece.html' %}",
            "templates/piece.html": "{{ article.html }}",
        },
        "",
    )


def test_files_that_no_page_shows_are_noted(tmp_path: Path) -> None:
    check(
        tmp_path,
        {
            A: article("[data](data.csv)"),
            "content/articles/data.csv": "1",
            "content/articles/draw.py": "x",
            "content/articles/for-later.txt": "x",
            "content/articles/b.md": article("[x](for-later.txt)", draft="true"),
        },
        "content/articles/draw.py: note: not published, since no page shows or offers it; "
        "that may well be meant",
    )


def test_assets_that_no_page_loads_are_told(tmp_path: Path) -> None:
    check(
        tmp_path,
        {
            A: article("[linked](/assets/linked.txt)"),
            "templates/404.html": '<script src="{{ asset("used.js") }}"></script>',
            "static/assets/used.js": 'import "./parts/named.js"\n',
            "static/assets/parts/named.js": "1\n",
            "static/assets/parts/named.css": "/* named.css */\n",
            "static/assets/linked.txt": "linked",
            "static/assets/style.css": "/* instead of the theme's */\n",
            "static/robots.txt": "not an asset",
        },
        "static/assets/parts/named.css: warning: published, and no page loads it\n"
        'hint: load it in a template with `{{ asset("parts/named.css") }}`, or remove it',
    )


def test_macros_that_no_formula_uses_are_told(tmp_path: Path) -> None:
    macros = "macros = { '\\used' = '\\inner', '\\inner' = 'x', '\\lost' = 'y' }"
    check(
        tmp_path,
        {
            A: article("$\\used$", math="{macros: {'\\half': '2'}}"),
            "pyproject.toml": f"{CONFIG}{macros}\n",
        },
        warn(
            f"{A}:4:7",
            "no formula of this page uses the macro `\\half`",
            "math: {macros: {'\\half': '2'}}",
            "{macros: {'\\half': '2'}}",
        )
        + "\n\n"
        + warn(
            "pyproject.toml:4:48",
            "no formula uses the macro `\\lost`",
            macros,
            "'\\lost'",
        ),
    )


def test_keys_that_change_nothing_are_told(tmp_path: Path) -> None:
    check(
        tmp_path,
        {
            A: article("text", toc="true"),
            "content/about.md": PAGE.replace("---\n\n", "tags: [gpu]\n---\n\n"),
        },
        warn(
            "content/about.md:3:7",
            "tags of a page that is no article are shown nowhere",
            "tags: [gpu]",
            "[gpu]",
        )
        + "\n\n"
        + warn(
            f"{A}:4:6",
            "there are no headings, so there is no table of contents",
            "toc: true",
            "true",
        ),
    )


def test_what_is_found_is_counted_beside_what_was_built(tmp_path: Path) -> None:
    write_site(tmp_path, {A: article("#### x"), "content/draw.py": ""})
    done = run("check", "--root", tmp_path)
    assert done.stderr.endswith(" s\nbeside that, 1 warning and 1 note\n")


def test_what_a_build_fails_for_comes_with_the_rest(tmp_path: Path) -> None:
    write_site(tmp_path, {A: article("#### x\n\n[x](nowhere.md)")})
    done = run("check", "--root", tmp_path)
    assert done.code == 1
    assert [line for line in done.stderr.splitlines() if line.startswith("content/")] == [
        f"{A}:6:1: warning: a heading of level 4 follows the page's title",
        f"{A}:8:1: there is no `nowhere.md`",
    ]
    assert done.stderr.endswith("1 error: nothing was published\nbeside that, 1 warning\n")


@pytest.mark.parametrize(
    ("text", "codes"),
    [("fine", (0, 0, 0)), ("#### x", (0, 1, 0)), ("[x](nowhere.md)", (1, 1, 0))],
)
def test_the_exit_code_says_what_it_was_asked(
    tmp_path: Path, text: str, codes: tuple[int, ...]
) -> None:
    write_site(tmp_path, {A: article(text)})
    ended = tuple(
        run("check", "--root", tmp_path, "--fail-on", bound).code
        for bound in ("error", "warning", "never")
    )
    assert ended == codes


def test_a_note_fails_nothing(tmp_path: Path) -> None:
    write_site(tmp_path, {A: article(), "content/draw.py": ""})
    assert run("check", "--root", tmp_path, "--fail-on", "warning").code == 0


def test_json_lines_name_the_rule(tmp_path: Path) -> None:
    write_site(tmp_path, {A: article("#### x")})
    done = run("check", "--root", tmp_path, "--format", "json")
    diagnostic, report = map(json.loads, done.stdout.splitlines())
    assert (diagnostic["rule"], diagnostic["severity"]) == ("heading-order", "warning")
    assert diagnostic["span"] == {"path": A, "line": 6, "column": 1, "length": 6}
    assert (report["type"], report["good"]) == ("report", True)
    assert (
        done.stdout.splitlines()[0]
        == run("check", "--root", tmp_path, "--json").stdout.split("\n")[0]
    )


def test_sarif_has_a_rule_a_place_and_a_fingerprint_for_each(tmp_path: Path) -> None:
    files = {A: article("#### x\n\n[é](nowhere.md)\n\n[é](nowhere.md)"), "content/a b.py": ""}
    write_site(tmp_path, files)
    done = run("check", "--root", tmp_path, "--format", "sarif")
    log: dict[str, Any] = json.loads(done.stdout)
    assert (done.code, done.stderr) == (1, "")
    assert log["version"] == "2.1.0"
    (made,) = log["runs"]
    rules = [rule["id"] for rule in made["tool"]["driver"]["rules"]]
    assert rules == ["build", "heading-order", "unused-file"]
    assert made["columnKind"] == "unicodeCodePoints"
    results = made["results"]
    assert [each["ruleId"] for each in results] == [
        "unused-file",
        "heading-order",
        "build",
        "build",
    ]
    assert all(rules[each["ruleIndex"]] == each["ruleId"] for each in results)
    assert [each["level"] for each in results] == ["note", "warning", "error", "error"]
    places = [each["locations"][0]["physicalLocation"] for each in results]
    assert places[0] == {"artifactLocation": {"uri": "content/a%20b.py"}}
    assert places[2] == {
        "artifactLocation": {"uri": A},
        "region": {"startLine": 8, "startColumn": 1, "endColumn": 16},
    }
    prints = [each["partialFingerprints"]["mistake/v1"] for each in results]
    assert len(set(prints)) == 4
    assert prints[2].partition(":")[0] == prints[3].partition(":")[0]
    assert results[2]["message"]["text"] == "there is no `nowhere.md`"


@pytest.mark.parametrize(
    "files",
    [
        {A: article("#### x\n\n[é](nowhere.md)\n\n[é](nowhere.md)"), "content/a b%.py": ""},
        {A: article("![](p.png)\n\n$\\frob$"), "content/ä/ö.md": "", "values.lock": "nothing"},
        {"content/articles/c.md": "---\ntitle: [\n---\n", "templates/tag.html": "{% if %}"},
        {A: "\t", "static/assets/a.js": "let = ;", "pyproject.toml": "[tool.site_gen]\nurl = 1"},
        {A: article()},
    ],
    ids=["links", "formulas", "templates", "settings", "all well"],
)
def test_sarif_is_what_its_specification_asks_for(tmp_path: Path, files: dict[str, str]) -> None:
    write_site(tmp_path, files)
    done = run("check", "--root", tmp_path, "--format", "sarif")
    log = json.loads(done.stdout)
    assert find_mistakes(log) == []
    assert bool(log["runs"][0]["results"]) is (files != {A: article()})


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ('"version":"2.1.0"', '"version":"2.1"', "log.version cannot be '2.1'"),
        ('"level":"warning"', '"level":"bad"', "log.runs[0].results[0].level cannot be 'bad'"),
        ('"ruleId"', '"rules"', "log.runs[0].results[0] has `rules`, which no result has"),
        ('"ruleIndex":0', '"ruleIndex":7', "rule 7 is not `heading-order`"),
        ('"startLine":6', '"startLine":0', "region.startLine cannot be 0"),
        ('"endColumn":10', '"endColumn":1', "a region ends before it begins"),
        ('"columnKind":', '"language":', "what columns count is not said"),
        ('"uri":"content', '"uri":"con tent', "artifactLocation.uri cannot be"),
        ('"text":', '"id":', "lacks `text`"),
    ],
)
def test_what_is_no_sarif_is_told_from_it(tmp_path: Path, old: str, new: str, mistake: str) -> None:
    write_site(tmp_path, {A: article("   #### x")})
    done = run("check", "--root", tmp_path, "--format", "sarif")
    text = json.dumps(json.loads(done.stdout), separators=(",", ":"))
    assert old in text
    assert mistake in "\n".join(find_mistakes(json.loads(text.replace(old, new))))


def test_sarif_of_a_site_with_nothing_to_say_of_is_a_log_without_results(tmp_path: Path) -> None:
    write_site(tmp_path, {A: article()})
    log = json.loads(run("check", "--root", tmp_path, "--format", "sarif").stdout)
    assert log["runs"][0]["results"] == []


def test_github_gets_a_line_for_each(tmp_path: Path) -> None:
    write_site(tmp_path, {A: article("#### x"), "content/a,b%.py": ""})
    done = run("check", "--root", tmp_path, "--format", "github")
    assert done.stdout == (
        "::notice title=unused-file,file=content/a%2Cb%25.py::"
        "not published, since no page shows or offers it; that may well be meant\n"
        f"::warning title=heading-order,file={A},line=6,col=1,endColumn=6::"
        "a heading of level 4 follows the page's title%0A"
        "hint: use `##`, or add the one between them\n"
    )
    assert done.stderr.endswith("beside that, 1 warning and 1 note\n")


def test_a_check_that_is_repeated_says_the_same(tmp_path: Path) -> None:
    write_site(tmp_path, {A: article("#### x\n\n![](p.svg)"), "content/articles/p.svg": "<svg/>"})
    first, second = (run("check", "--root", tmp_path, "--json").stdout for _ in range(2))
    assert first.splitlines()[:-1] == second.splitlines()[:-1]
