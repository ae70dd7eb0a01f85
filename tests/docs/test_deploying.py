"""docs/deploying.md says what is so: its tables are those of the code, its examples are read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec
import pytest
from markdown_it import MarkdownIt

from site_gen.config import parse_config
from site_gen.deploy.release import RELEASES_OF_ASSETS
from site_gen.diagnostics import Source
from site_gen.paths import slugify
from site_gen.publish.manifest import STATE
from site_gen.targets import (
    FolderSettings,
    GitSettings,
    S3Settings,
    SshSettings,
    TargetSettings,
    parse_targets,
)
from tests.commands.running import run, write_site
from tests.deploy.git.repositories import make_home, set_up_git
from tests.docs.examples import check_fence, codes, read_document, read_fences, read_rows
from tests.sites import CONFIG, article

NAME = "docs/deploying.md"
TEXT = read_document(NAME)
KINDS: dict[str, type[TargetSettings]] = {
    "GitHub Pages, or another branch": GitSettings,
    "S3 and its like": S3Settings,
    "A server of your own": SshSettings,
    "A folder": FolderSettings,
}
COMMON = ("url", "patience_s", "most_deleted")


def section(title: str) -> str:
    """The document's text below a heading."""
    assert f"\n## {title}\n" in TEXT
    return TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def headings(text: str) -> list[str]:
    tokens = MarkdownIt().parse(text)
    return [
        tokens[index + 1].content
        for index, token in enumerate(tokens)
        if token.type == "heading_open"
    ]


def list_defaults(settings: type[TargetSettings]) -> dict[str, object]:
    return {field.name: field.default for field in msgspec.structs.fields(settings)}


def read_settings(title: str) -> dict[str, str]:
    """The settings that a section's table has, each with what it says of its default."""
    rows = read_rows(section(title), "setting")
    return {codes(setting)[0]: default for setting, default, _ in rows}


@pytest.mark.parametrize("title", KINDS)
def test_every_setting_of_a_target_is_in_its_table_with_its_default(title: str) -> None:
    told = read_settings(title)
    known = list_defaults(KINDS[title])
    assert told.keys() == known.keys() - set(COMMON)
    optional = {name: default for name, default in told.items() if default != "required"}
    assert {name: json.loads(codes(default)[0]) for name, default in optional.items()} == {
        name: known[name] for name in optional
    }


@pytest.mark.parametrize("title", KINDS)
def test_what_is_required_is_what_cannot_be_left_out(title: str) -> None:
    kind = KINDS[title].__struct_config__.tag
    source = Source("pyproject.toml", f'[tool.site_gen.deploy.a]\nto = "{kind}"\n')
    _, problems = parse_targets({"a": {"to": kind}}, source, ())
    missing = {codes(problem.message)[1] for problem in problems}
    told = read_settings(title).items()
    assert missing == {name for name, default in told if default == "required"}


def test_settings_of_all_targets_have_their_defaults() -> None:
    told = read_rows(section("All targets"), "setting")
    assert tuple(codes(setting)[0] for setting, _, _ in told) == COMMON
    for settings in (S3Settings, SshSettings, FolderSettings):
        known = list_defaults(settings)
        assert {codes(each)[0]: json.loads(codes(default)[0]) for each, default, _ in told} == {
            name: known[name] for name in COMMON
        }
    (patience,) = [codes(text) for setting, _, text in told if codes(setting) == ["patience_s"]]
    assert patience == [json.dumps(list_defaults(GitSettings)["patience_s"]), "git"]


def test_every_kind_is_in_the_table_of_kinds() -> None:
    told = [codes(kind)[0] for kind, *_ in read_rows(TEXT, "kind")]
    assert told == ["git", "s3", "ssh", "folder"]
    assert set(told) == {settings.__struct_config__.tag for settings in KINDS.values()}


def test_examples_of_configuration_are_good() -> None:
    examples = [fence for fence in read_fences(TEXT) if fence.language == "toml"]
    assert len(examples) == 2
    head = '[tool.site_gen]\nurl = "https://example.org/"\n'
    for example in examples:
        text = example.text if example.text.startswith("[tool.site_gen]") else head + example.text
        config, problems = parse_config(Source("pyproject.toml", text))
        assert problems == []
        assert len(config.deploy) == 1


def test_every_option_of_the_command_is_in_its_table() -> None:
    told = {codes(option)[0].split()[0] for option, _ in read_rows(section("Plans"), "option")}
    shown = run("deploy", "--help").stdout
    known = set(re.findall(r"^ +(?:-\w, )?(--[\w-]+)", shown, re.MULTILINE))
    assert told == known - {"--help"}


def test_a_plan_looks_as_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up_git(tmp_path, monkeypatch)
    home = make_home(tmp_path)
    table = '[tool.site_gen.deploy.production]\nto = "git"\n'
    grip = {"pyproject.toml": CONFIG + table, "content/articles/grip.md": article(title="grip")}
    write_site(home.site, grip)
    assert run("deploy", "--root", home.site).code == 0
    write_site(home.site, {"content/articles/crop.md": article("Text.", title="riding crop")})
    planned = run("deploy", "--dry-run", "--root", home.site).stdout
    (index,) = [i for i, fence in enumerate(read_fences(TEXT)) if fence.role == "plan"]
    shown = read_fences(TEXT)[index].text
    text = f"$ site-gen deploy --dry-run\n{planned}"
    # How large a page is follows from the theme, and with it how wide a column is.
    sizes = re.compile(r"[\d.,]+ (?:[kM]?B|bytes?)\b")
    is_same = sizes.sub("", text).split() == sizes.sub("", shown).split()
    check_fence(NAME, index, shown if is_same else text)


def test_options_that_say_yes_are_those_that_the_command_has() -> None:
    rows = read_rows(section("What needs a yes"), "what")
    assert [codes(row[2])[0] for row in rows] == ["--delete-many", "--replace"]


def test_assets_are_kept_as_long_as_it_says() -> None:
    rows = {what: long for what, long, _ in read_rows(section("What is kept"), "what")}
    words = {2: "two"}
    kept = rows["Assets with a digest in their name that no page names any more"]
    assert kept == f"for {words[RELEASES_OF_ASSETS]} releases"


def test_the_policy_of_a_bucket_is_json_and_hides_what_deployments_keep() -> None:
    (policy,) = [json.loads(fence.text) for fence in read_fences(TEXT) if fence.language == "json"]
    allowed, denied = policy["Statement"]
    assert (allowed["Effect"], denied["Effect"]) == ("Allow", "Deny")
    assert denied["Resource"] == allowed["Resource"].replace("*", f"{STATE}/*")


def test_every_section_is_in_the_list_at_the_top() -> None:
    listed = re.findall(r"\[([^\]]+)\]\(#([\w-]+)\)", TEXT.partition("\n## ")[0])
    titles = [title for title in headings(TEXT)[1:] if f"\n## {title}\n" in TEXT]
    assert listed == [(title, slugify(title)) for title in titles]


def test_links_within_the_documents_lead_somewhere() -> None:
    files = set(re.findall(r"\]\(([\w.]+)(?:#[\w-]+)?\)", TEXT))
    assert files == {"authoring.md", "hosting.md", "nginx.conf"}
    assert all(read_document(f"docs/{name}") for name in files)
    for path, anchor in re.findall(r"\]\(([\w.]*)#([\w-]+)\)", TEXT):
        text = read_document(f"docs/{path}") if path else TEXT
        assert anchor in map(slugify, headings(text)), (path, anchor)
