"""docs/authoring.md says what is so: its examples are built, its tables are compared with the code.

REGENERATE=1 writes what examples give anew; read the difference before it is committed.
"""

import json
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from markdown_it import MarkdownIt

from site_gen.build.work import Options
from site_gen.cards.model import HEIGHT, WIDTH
from site_gen.catalogue import load_catalogue
from site_gen.cli import main
from site_gen.commands.check.findings import RULES
from site_gen.config import Config, parse_config
from site_gen.diagnostics import Source
from site_gen.estimator.figure import Figure
from site_gen.estimator.infer import infer
from site_gen.estimator.inputs import Device, Workload
from site_gen.estimator.readers import parse_bandwidth, parse_compute
from site_gen.estimator.show import estimate_figures
from site_gen.estimator.show_range import inference_figures
from site_gen.lock.urls import UrlLock, accept_urls
from site_gen.markdown.front_matter import Fields
from site_gen.model import CardFigure, Heading
from site_gen.paths import output_path, slugify
from site_gen.setup import theme_root
from site_gen.site.cards import Card
from site_gen.site.context import Body, Entry, Head
from site_gen.site.known import Link, Site
from tests.commands.running import run, write_site
from tests.docs.examples import (
    SOURCE,
    build_example,
    check_fence,
    codes,
    read_document,
    read_examples,
    read_fences,
    read_rows,
    show_body,
)
from tests.estimator.estimating import CALIBRATION, make_estimate
from tests.markdown.rendering import REGISTRY
from tests.picturing import png
from tests.sites import CONFIG, article, build_site, messages_of, page_of, paths_of

NAME = "docs/authoring.md"
TEXT = read_document(NAME)
CATALOGUE, _ = load_catalogue()
EXAMPLES = read_examples(TEXT, "example", "gives")
MISTAKES = read_examples(TEXT, "mistake", "error")
ROWS = {
    first: read_rows(TEXT, first)
    for first in ("file", "key", "option", "figure", "template", "record", "command", "you write")
}


SVG = 'xmlns="http://www.w3.org/2000/svg"'


def first_line(text: str) -> str:
    return next(line for line in text.split("\n") if line.strip("`:-"))


def named(rows: list[list[str]]) -> list[str]:
    """The codes of the first cells."""
    return [code for row in rows for code in codes(row[0])]


def section(title: str) -> str:
    """The document's text below a heading of the second level."""
    return TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize(
    ("text", "answer"), EXAMPLES, ids=[first_line(text) for text, _ in EXAMPLES]
)
def test_an_example_is_built_without_a_word_and_gives_what_is_shown(
    text: str, answer: int | None
) -> None:
    built = build_example(text)
    assert messages_of(built) == ""
    if answer is not None:
        check_fence(NAME, answer, show_body(page_of(built, output_path("/articles/first-post/"))))


@pytest.mark.parametrize(("text", "answer"), MISTAKES)
def test_a_mistake_is_told_as_shown(text: str, answer: int | None) -> None:
    assert answer is not None
    check_fence(NAME, answer, messages_of(build_example(text)))


def test_files_have_the_addresses_that_the_table_says() -> None:
    files = {codes(file)[0]: codes(address)[0] for file, address in ROWS["file"]}
    links = "[data](data.csv) [chart](../../chart.png)"
    contents = {path: article(title=path) for path in files if path.endswith(".md")}
    contents |= dict.fromkeys(files.keys() - contents.keys(), "")
    contents[SOURCE] = article(links)
    built = build_site(contents)
    assert messages_of(built) == ""
    assert {output_path(address) for address in files.values()} <= set(paths_of(built))


def test_every_key_of_front_matter_is_in_its_table_with_a_good_example() -> None:
    assert named(ROWS["key"]) == [field.name for field in msgspec.structs.fields(Fields)]
    computing = next(text for text, _ in EXAMPLES if "{token-rate} deepseek" in text)
    for key, _, example in ROWS["key"]:
        files = {"content/articles/a/photo.png": png(1, 1)}
        source = article(computing, **{codes(key)[0]: codes(example)[0]})
        built = build_site(
            {**files, "content/articles/a/index.md": source}, Options(drafts=True, future=True)
        )
        assert messages_of(built) == ""


def test_dates_can_be_written_as_shown() -> None:
    forms = set(re.findall(r"`(\d{4}-\d\d-\d\d[^`]*)`", TEXT))
    assert len(forms) >= 3
    for form in forms:
        built = build_site({SOURCE: article(date=form)})
        assert (messages_of(built), built.articles) == ("", 1)


def test_every_key_of_the_configuration_is_in_its_table_with_its_default() -> None:
    rows = read_rows(section("Configuration"), "key")
    told = {codes(key)[0]: json.loads(codes(default)[0]) for key, default, _ in rows}
    assert told == msgspec.to_builtins(Config())


def test_an_example_of_configuration_is_good() -> None:
    toml = [fence for fence in read_fences(TEXT) if fence.language == "toml"]
    allowed, compressed, whole = [each for each in toml if "[tool.site_gen]" in each.text]
    assert parse_config(Source("pyproject.toml", whole.text))[1] == []
    config, told = parse_config(Source("pyproject.toml", allowed.text))
    assert config.allowed == {"connect-src": ["https://api.example.org"]}
    assert [each.message.partition(":")[0] for each in told] == ["`url` is not configured"]
    config, told = parse_config(Source("pyproject.toml", compressed.text))
    assert config.compress == ["gzip", "brotli"]
    assert [each.message.partition(":")[0] for each in told] == ["`url` is not configured"]


def test_an_example_of_data_is_good() -> None:
    example, *_ = [fence for fence in read_fences(TEXT) if fence.language == "toml"]
    catalogue, diagnostics = load_catalogue([Source(example.role, example.text)])
    assert diagnostics == []
    assert "my server" in catalogue.devices.by_name


def test_every_directive_and_all_of_its_options_are_explained() -> None:
    for directive in REGISTRY.directives:
        assert f"**`:::{{{directive.name}}}`**" in TEXT
        assert all(f"`{option}`" in TEXT for option in directive.options)
    for role in REGISTRY.roles:
        assert f"{{{role.name}}}`" in TEXT
    assert set(named(ROWS["option"])) == REGISTRY.directive("token-rate").options  # type: ignore[union-attr]


def test_options_are_required_where_the_table_says_so_and_read_as_it_shows() -> None:
    rows = ROWS["option"]
    values = {codes(row[0])[0]: codes(row[3]) for row in rows}
    required = {codes(row[0])[0] for row in rows if row[1] == "required"}
    least = {option: values[option][0] for option in (*required, "memory", "context")}
    given = [least]
    beside = {"tensor parallel": {"class": "nvidia-dc"}}  # processors share no layers
    given += [
        {**least, **beside.get(option, {}), option: value}
        for option, each in values.items()
        for value in each
    ]
    texts = [
        f":::{{token-rate}} n{number}\n" + "".join(f"{k}: {v}\n" for k, v in one.items()) + ":::\n"
        for number, one in enumerate(given)
    ]
    assert messages_of(build_example("\n".join(texts))) == ""
    for option in required:
        shorter = "".join(f"{k}: {v}\n" for k, v in least.items() if k != option)
        built = build_example(f":::{{token-rate}} n\n{shorter}:::\n")
        assert f"`{option}` is missing" in messages_of(built)


def test_every_figure_is_in_the_table_with_what_it_prints() -> None:
    known = known_figures()
    assert sorted(named(ROWS["figure"])) == sorted(known)
    expected = [describe(known[codes(row[0])[0]]) for row in ROWS["figure"]]
    assert ROWS["figure"] == expected


def test_every_figure_in_the_table_can_be_asked_for() -> None:
    example = next(text for text, _ in EXAMPLES if "{token-rate} server" in text)
    for name, _, _, _, equation in ROWS["figure"]:
        parts = ("", ".number", ".equation") if equation else ("", ".number")
        asked = " ".join(f"{{token-rate}}`server.{codes(name)[0]}{part}`" for part in parts)
        assert messages_of(build_example(f"{example}\n{asked}\n")) == ""


def test_a_template_of_the_site_s_own_stands_in_for_the_theme_s() -> None:
    templates = {fence.role: fence.text for fence in read_fences(TEXT) if fence.language == "jinja"}
    config = {"pyproject.toml": f"{CONFIG}cards = true\n"}
    built = build_site({SOURCE: article(), **templates, **config})
    assert messages_of(built) == ""
    assert "everything on a blog" in page_of(built, "404.html")
    page = page_of(built, output_path("/articles/first-post/"))
    assert '<meta property="og:image:alt" content="a title">' in page


def test_every_template_is_in_the_table_and_gets_what_it_says() -> None:
    kept = {"base.html", "macros.html"}
    there = {path.name for path in (theme_root() / "templates").iterdir()}
    assert set(named(ROWS["template"])) == there - kept
    assert all(f"`{name}`" in TEXT for name in kept)
    templates = {
        f"templates/{codes(name)[0]}": "".join(
            f"{{{{ '' if {given} }}}}" for given in ["site", "head", *codes(gets)]
        )
        for name, _, gets in ROWS["template"]
    }
    card = templates["templates/card.svg"].replace("{{ '' if head }}", "")
    size = f'width="{WIDTH}" height="{HEIGHT}"'
    templates["templates/card.svg"] = f"<svg {size} {SVG}><title>{card}a</title></svg>"
    files = {
        "content/about.md": article(),
        SOURCE: article(tags="[gpu]", aliases="[/old/]"),
    }
    config = {"pyproject.toml": f"{CONFIG}cards = true\n"}
    assert messages_of(build_site({**files, **templates, **config})) == ""


@pytest.mark.parametrize(
    ("name", "record"),
    [
        ("`site`", Site),
        ("`head`", Head),
        ("`article`", Body),
        ("a card", Card),
        ("the figure of a card", CardFigure),
        ("an entry", Entry),
        ("a link", Link),
        ("a heading of an outline", Heading),
    ],
)
def test_every_field_of_a_record_is_in_its_row(name: str, record: type[msgspec.Struct]) -> None:
    (row,) = [row for row in ROWS["record"] if row[0] == name]
    assert tuple(codes(row[1])) == record.__struct_fields__


def test_every_command_and_option_is_in_its_table(capsys: pytest.CaptureFixture[str]) -> None:
    commands = re.findall(r"^  (\w+)  ", help_of(capsys), re.MULTILINE)
    told = {codes(command)[0]: set(codes(options)) for command, _, options in ROWS["command"]}
    assert told == {
        command: options_in(help_of(capsys, command)) - {"--help"} for command in commands
    }
    explained = {code.split()[0] for code in named(read_rows(section("Commands"), "option"))}
    assert explained == set().union(*told.values(), options_in(help_of(capsys)))


def test_commands_answer_as_shown(tmp_path: Path) -> None:
    (index,) = [i for i, fence in enumerate(read_fences(TEXT)) if fence.role == "answers"]
    shown = read_fences(TEXT)[index].text
    crop = {"title": "riding crop", "tags": "[gpu]"}
    paths = {"about": "content/about.md", "crop": "content/articles/crop.md"}
    steps = [
        {paths["about"]: "---\ntitle: about\n---\n\nMe.\n", paths["crop"]: article("1", **crop)},
        {paths["crop"]: article("2", **crop)},
    ]
    for files in steps:
        write_site(tmp_path, files)
        assert run("--root", tmp_path).code == 0
    write_site(tmp_path, {paths["crop"]: article("3", **crop)})
    made = []
    for line in re.findall(r"^\$ site-gen .*", shown, re.MULTILINE):
        command, *arguments = line.split()[2:]
        made += [line, run(command, "--root", tmp_path, *arguments).stdout]
    text = "\n".join(made)
    # How long something takes is another each time, and with it where lines are broken.
    times = re.compile(r"in [\d.,]+ m?s\b")
    is_same = times.sub("", text).split() == times.sub("", shown).split()
    check_fence(NAME, index, shown if is_same else text)


def test_what_is_lost_is_told_as_shown() -> None:
    crop, first, second = (
        f"content/articles/{name}" for name in ("riding-crop.md", "first-post.md", "second-post.md")
    )
    before = build_site({crop: article("## The grip"), first: article()})
    lock = accept_urls(UrlLock(Source("urls.lock", "")), before.list_published())
    files = {crop: article("## How to hold it"), second: article(), "urls.lock": lock}
    (index,) = [i for i, fence in enumerate(read_fences(TEXT)) if fence.role == "lost"]
    check_fence(NAME, index, messages_of(build_site(files)))


def test_every_rule_of_check_is_in_a_table() -> None:
    told = re.findall(r"^\| `([a-z-]+)` \| .* \| (?:error|warning|note) \|$", TEXT, re.MULTILINE)
    assert {*told, "build"} == RULES.keys()


def test_links_come_out_where_the_table_says() -> None:
    text = "## Links\n\n" + "\n\n".join(codes(row[0])[0] for row in ROWS["you write"])
    built = build_example(text)
    assert messages_of(built) == ""
    html = page_of(built, output_path("/articles/first-post/"))
    assert re.findall(r'href="([^"]+)"', html) == [
        "#links",  # the heading's own
        "/articles/riding-crop/",
        "/articles/riding-crop/#grip",
        "#links",
        "/articles/first-post/data.csv",
        "/feed.xml",
        "https://katex.org/",
    ]


def test_every_section_is_in_the_list_at_the_top() -> None:
    listed = re.findall(r"\[([^\]]+)\]\(#([\w-]+)\)", TEXT.partition("\n## ")[0])
    tokens = MarkdownIt().parse(TEXT)
    titles = [
        text.content
        for opening, text in pairwise(tokens)
        if opening.type == "heading_open" and opening.tag == "h2"
    ]
    assert listed == [(title, slugify(title)) for title in titles]


def known_figures() -> dict[str, Figure]:
    """The figures of the document's first example and, where it has none, of its second."""
    bandwidth = parse_bandwidth("12 x DDR5-6000")
    known: dict[str, Figure] = {}
    for compute in (parse_compute("180B parameters/s"), None):
        device = Device(
            name="12 x DDR5-6000",
            device_class="cpu-server",
            bandwidth_bytes_per_s=bandwidth.bytes_per_s,
            memory_channels=bandwidth.channels,
            transfers_per_s=bandwidth.transfers_per_s,
            compute_parameters_per_s=compute,
        )
        model = replace(CATALOGUE.find_model("DeepSeek-V3").model, active_parameters=37e9)  # type: ignore[union-attr]
        computed = make_estimate(device, model, Workload(bits_per_parameter=2.42))
        inference = infer(4.6, computed, CALIBRATION)
        shown = estimate_figures(computed) + inference_figures(inference)
        known |= {figure.name: figure for figure in shown}
    return known


def describe(figure: Figure) -> list[str]:
    """A figure's row."""
    tex = f"${figure.equation_tex}$" if figure.equation_tex else ""
    return [f"`{figure.name}`", figure.label, figure.text, figure.number_text, tex]


def help_of(capsys: pytest.CaptureFixture[str], *command: str) -> str:
    main([*command, "--help"])
    return capsys.readouterr().out


def options_in(help_text: str) -> set[str]:
    return set(re.findall(r"^  (?:-\w, )?(--[\w-]+)", help_text, re.MULTILINE))
