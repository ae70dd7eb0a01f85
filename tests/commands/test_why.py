"""`site-gen why`: what is said of sources, pages and figures, and what comes next for them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from site_gen.build.store_folder import open_store
from tests.commands.running import Done, run, write_site
from tests.picturing import png, png_url
from tests.sites import CONFIG, article

RATE = """
:::{token-rate} desktop
model: DeepSeek-V3-0324
active parameters: 37B
quantization: 2.42 bit
memory: 12 x DDR5-6000
:::
"""
PAGES = {
    "content/articles/a.md": article("one", title="first", tags="[gpu]"),
    "content/articles/b.md": article("two [a](a.md)", title="second", date="2025-05-23"),
    "content/about.md": "---\ntitle: about\n---\n\nme\n",
}


def build(root: Path, files: Mapping[str, str] = {}, *options: str) -> None:
    write_site(root, files)
    done = run("--root", root, *options)
    assert done.code == 0, done.stderr


def ask(root: Path, *names: str, columns: int = 100) -> str:
    """What is answered, with `…` for times."""
    done = run("why", "--root", root, *names, columns=columns)
    assert (done.code, done.stderr) == (0, "")
    return re.sub(r"in [\d.,]+ m?s\b", "in …", done.stdout)


def refused(root: Path, *names: str) -> str:
    done: Done = run("why", "--root", root, *names)
    assert (done.code, done.stdout) == (2, "")
    return done.stderr


def outlook(root: Path, name: str) -> str:
    """What the next build is said to do."""
    return ask(root, name, columns=400).partition("  next build  ")[2].strip()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A site of two articles and a page that has just been built."""
    build(tmp_path, PAGES)
    return tmp_path


def test_a_script_that_others_import_is_used_where_they_are(root: Path) -> None:
    scripts = {
        "static/assets/mine.js": 'import "./part.js";\n',
        "static/assets/part.js": "document.title;\n",
        "templates/404.html": '<script type="module" src="{{ asset("mine.js") }}"></script>',
    }
    build(root, scripts)
    assert "pages  404.html\n" in ask(root, "static/assets/part.js")
    write_site(root, {"static/assets/part.js": "document.body;\n"})
    assert outlook(root, "404.html") == "makes it again: the asset mine.js has changed since"


def test_a_compressed_file_is_what_its_output_is(root: Path) -> None:
    config = '[tool.site_gen]\nurl = "https://example.org/"\ncompress = ["brotli"]\n'
    build(root, {"pyproject.toml": config})
    assert ask(root, "articles/a/index.html.br") == (
        "articles/a/index.html.br  articles/a/index.html, compressed for hosts that send it so\n"
        "  next build  makes it again where articles/a/index.html comes to hold something else\n"
    )


def test_a_source_is_told_with_its_tasks_and_what_depends_on_it(root: Path) -> None:
    assert ask(root, "content/articles/a.md") == (
        "content/articles/a.md  the source of an article, at /articles/a/\n"
        "  parsed      by build 1, the last, in …, as it was new\n"
        "  reads       settings  raw_html, timezone\n"
        "  made ready  by build 1, the last, in …, as it was new\n"
        "  used        in full      articles/a/index.html, index.html,"
        " articles/a/index.md, feed.json,\n"
        "                           feed.xml\n"
        "              in lists     articles/b/index.html, articles/index.html,"
        " tags/gpu/index.html, llms.txt\n"
        "              linked from  content/articles/b.md\n"
        "  next build  leaves it as it is: nothing that it reads has changed since\n"
    )


def test_a_page_is_told_with_all_that_it_reads(root: Path) -> None:
    assert ask(root, "/articles/b/") == (
        "articles/b/index.html  an article, made from content/articles/b.md\n"
        "  made        by build 1, the last, in …, as it was new\n"
        "  reads       sources    content/articles/b.md\n"
        "              around it  the articles before and after,"
        " the articles that share tags with it\n"
        "              templates  article.html, base.html, macros.html\n"
        "              assets     style.css\n"
        "              settings   author, base_path, base_url, cards, language, timezone,"
        " transcripts\n"
        "              site       allowed, archive, atom, author, home, json_feed, language, pages"
        " and 3 more\n"
        "  next build  leaves it as it is: nothing that it reads has changed since\n"
    )


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("a", "content/articles/a.md"),
        ("./content/articles/a.md", "content/articles/a.md"),
        ("articles/a.md", "content/articles/a.md"),
        ("{root}/content/articles/a.md", "content/articles/a.md"),
        ("/articles/a/", "articles/a/index.html"),
        ("/articles/a", "articles/a/index.html"),
        ("https://example.org/articles/a/", "articles/a/index.html"),
        ("_site/articles/a/index.html", "articles/a/index.html"),
        ("{root}/_site/articles/a/index.html", "articles/a/index.html"),
        ("articles/a/index.html", "articles/a/index.html"),
        ("_site/articles/a/", "articles/a/index.html"),
        ("/", "index.html"),
        ("404.html", "404.html"),
        ("templates/404.html", "templates/404.html"),
        ("page.html", "templates/page.html"),
        ("static/assets/style.css", "static/assets/style.css"),
        ("favicon.svg", "favicon.svg"),
        ("pyproject.toml", "pyproject.toml"),
    ],
)
def test_things_can_be_called_in_several_ways(root: Path, name: str, path: str) -> None:
    assert ask(root, name.format(root=root)).split("\n")[0].split("  ")[0] == path


def test_what_was_made_again_says_why_and_what_was_not_says_so(root: Path) -> None:
    build(root, {"templates/tag.html": "x"})
    build(root, {"content/articles/a.md": article("other", title="first", tags="[gpu]")})
    told = ask(root, "a", "/articles/a/", "/tags/gpu/", "robots.txt", columns=200).splitlines()
    nothing = "nothing that it reads has changed up to build 3, the last"
    assert [line for line in told if line.startswith(("  parsed", "  made"))] == [
        "  parsed      by build 3, the last, in …, because of its text",
        "  made ready  by build 3, the last, in …, because of its document",
        "  made        by build 3, the last, in …, because of the text of content/articles/a.md",
        "  made        by build 3, the last, in …, because of the articles at /tags/gpu/",
        f"  made        by build 1 in …, as it was new; {nothing}",
    ]


def test_templates_files_and_settings_are_told_with_what_uses_them(root: Path) -> None:
    assert ask(root, "archive.html", "static/favicon.svg", "pyproject.toml") == (
        "templates/archive.html  a template\n"
        "  used        pages  articles/index.html\n"
        "  next build  has nothing to do for it: it has not changed since\n"
        "\n"
        "static/favicon.svg  a file\n"
        "  used        published as  favicon.svg\n"
        "  next build  has nothing to do for it: it has not changed since\n"
        "\n"
        "pyproject.toml  the configuration\n"
        "  used        title        11 files\n"
        "              url          16 files\n"
        "              description  4 files\n"
        "              author       10 files\n"
        "              language     10 files\n"
        "              timezone     13 files\n"
        "              transcripts  4 files\n"
        "              search       8 files\n"
        "              cards        7 files\n"
        "              allowed      8 files\n"
        "              raw_html     3 files\n"
        "  next build  has nothing to do for it: it has not changed since\n"
    )


def test_a_card_is_told_with_what_it_says_and_who_shows_it(root: Path) -> None:
    build(root, {"pyproject.toml": f"{CONFIG}cards = true\n"})
    build(root, {"content/articles/a.md": article("one", title="other", tags="[gpu]")})
    (card,) = (path.name for path in (root / "_site/articles/a").glob("card.*.png"))
    name = f"articles/a/{card}"
    assert ask(root, name) == (
        f"{name}  the card of content/articles/a.md\n"
        "  written     by build 3, the last, in …, because of what lists show of"
        " content/articles/a.md\n"
        "  reads       listed     content/articles/a.md\n"
        "              cards      the figure on that of content/articles/a.md\n"
        "              templates  card.svg\n"
        "              fonts      those of cards\n"
        "              settings   timezone\n"
        "              site       title\n"
        "  used        pages  articles/a/index.html\n"
        "  next build  leaves it as it is: nothing that it reads has changed since\n"
    )
    write_site(root, {"templates/card.svg": "<svg/>"})
    assert outlook(root, name) == "writes it again: the template card.svg has changed since"
    (root / "templates/card.svg").unlink()
    write_site(root, {"content/articles/a.md": article("one", title="third")})
    assert outlook(root, name).startswith("parses content/articles/a.md, which has changed since")
    (site,) = (path.name for path in (root / "_site").glob("card.*.png"))
    assert ask(root, site).startswith(f"{site}  the card of the site\n")
    assert name in ask(root, "a").partition("in lists")[2]


def test_a_picture_is_told_with_what_is_published_of_it(root: Path) -> None:
    (root / "content/articles/p.png").write_bytes(png(1, 1))
    build(root, {"content/articles/b.md": article("![p](p.png)", title="second")})
    form = png_url("/articles/p.png", 1, 1)
    assert ask(root, "content/articles/p.png").startswith(
        "content/articles/p.png  a file\n"
        f"  used        published as  {form[1:]}\n"
        "              shown by      content/articles/b.md\n"
        "              pages         articles/b/index.html, index.html, articles/b/index.md,"
        " feed.json,\n"
        "                            feed.xml\n"
    )
    assert ask(root, form).startswith(
        f"{form[1:]}  a form of content/articles/p.png that pages show\n"
        "  used        shown by  content/articles/b.md\n"
    )


def test_all_of_them_are_named_where_that_is_asked_for(root: Path) -> None:
    lines = ask(root, "base.html", "--all").splitlines()
    assert lines[1:4] == [
        "  used        pages  404.html",
        "                     about/index.html",
        "                     articles/a/index.html",
    ]


def test_what_has_changed_since_is_told_with_what_the_next_build_will_do(root: Path) -> None:
    write_site(
        root,
        {
            "content/articles/a.md": article("three"),
            "templates/archive.html": "x",
            "pyproject.toml": '[tool.site_gen]\ntitle = "b"\nurl = "https://example.org/"\n',
            "static/favicon.svg": "<svg/>",
        },
    )
    (root / "content/about.md").unlink()
    assert outlook(root, "a") == "parses it: it has changed since"
    assert outlook(root, "about") == "drops what was made of it: it is gone"
    assert outlook(root, "b") == "leaves it as it is: nothing that it reads has changed since"
    assert outlook(root, "archive.html") == "makes what it goes into again: it has changed since"
    assert outlook(root, "pyproject.toml") == "reads it: the setting title has changed since"
    assert outlook(root, "tags/gpu/index.html") == (
        "makes it again: the site's title has changed since"
    )


def test_what_depends_on_how_a_source_comes_out_is_told_as_possible(root: Path) -> None:
    write_site(root, {"content/articles/a.md": article("3"), "content/articles/c.md": article()})
    assert outlook(root, "/articles/a/").splitlines() == [
        "parses content/articles/a.md, which has changed since, and makes this again if it says"
        " other things",
        f"{' ' * 14}makes it again if that changes what it lists: 1 source changed, came or went",
    ]
    assert outlook(root, "tags/gpu/index.html") == (
        "makes it again if that changes what it lists: 2 sources changed, came or went"
    )
    assert outlook(root, "robots.txt").startswith("leaves it as it is")
    assert outlook(root, "404.html").startswith("leaves it as it is")
    write_site(root, {"content/about.md": PAGES["content/about.md"] + "\nand you\n"})
    assert outlook(root, "404.html") == (
        "makes it again if that changes what it lists: 1 source changed, came or went"
    )


def test_a_file_that_stands_in_for_the_theme_is_a_change(root: Path) -> None:
    write_site(root, {"static/assets/style.css": "p {}"})
    told = "makes it again: the asset style.css has changed since"
    assert outlook(root, "/articles/a/") == told
    assert outlook(root, "static/assets/style.css").startswith("makes what it goes into again")


def test_a_file_that_was_touched_where_it_was_published_is_told(root: Path) -> None:
    (root / "_site/robots.txt").write_text("mine")
    assert outlook(root, "robots.txt") == (
        f"makes it again: its file in {root}/_site is not as it was published"
    )


def test_search_is_told_with_what_its_index_follows_from(root: Path) -> None:
    build(root, {"pyproject.toml": f"{CONFIG}search = true\n"})
    page, index = ask(root, "/search/", "/search/pagefind/pagefind.js").split("\n\n")
    assert page.startswith(
        "search/index.html  where readers search\n  made        by build 2, the last,"
    )
    assert index == (
        "search/pagefind/pagefind.js  a file of the index that readers search, pagefind.js\n"
        "  next build  makes it again where a text, a title, a tag or a URL changes that is found"
        " in it\n"
    )


def test_what_is_left_out_says_why(root: Path) -> None:
    build(root, {"content/articles/c.md": article(draft="true")})
    assert ask(root, "c").splitlines()[0] == (
        "content/articles/c.md  the source of an article, which is not published: a draft"
    )


def test_a_figure_is_told_with_how_it_came_about(root: Path) -> None:
    build(root, {"content/articles/a.md": article(RATE)})
    told = ask(root, "desktop.bound")
    head, _, rest = told.partition("  assumed")
    assert head == (
        "desktop.bound  51.46 tokens/s, token rate with infinite compute\n"
        "  made as    T = M / (P · Q) = 576 GB/s / 11.19 GB\n"
        "  exactly    51.4630332812151 token/s\n"
        "  from       active parameters 37B\n"
        "             quantization 2.42 bits\n"
        "             memory channels 12 channels\n"
        "             memory speed 6 GT/s\n"
    )
    assert rest.startswith("    · such memory goes with a processor, of the class cpu-server\n")
    assert "  looked up  models  DeepSeek-V3\n" in rest
    assert "  locked     no: `site-gen accept` locks it\n" in rest
    assert "  stands in  content/articles/a.md:7, DeepSeek-V3-0324 on 12 × DDR5-6000\n" in rest
    assert ask(root, "a#desktop.bound") == ask(root, "a.bound") == told
    assert ask(root, "content/articles/a.md#desktop.bound") == told


def test_a_figure_is_held_against_the_lock(root: Path) -> None:
    build(root, {"content/articles/a.md": article(RATE)})
    assert run("accept", "--root", root).code == 0
    build(root)
    assert "  locked     51.46 tokens/s, which it still is\n" in ask(root, "desktop.bound")
    build(root, {"content/articles/a.md": article(RATE.replace("2.42", "2.61"))})
    line = "  locked     51.46 tokens/s, so it has changed; `site-gen accept` takes it over\n"
    assert line in ask(root, "desktop.bound")


def test_a_calculation_is_told_with_its_figures(root: Path) -> None:
    build(root, {"content/articles/a.md": article(RATE)})
    assert ask(root, "desktop").splitlines()[:4] == [
        "desktop  a calculation of content/articles/a.md: DeepSeek-V3-0324 on 12 × DDR5-6000",
        "  parameters    37B, active parameters",
        "  quantization  2.42 bits, quantization",
        "  channels      12 channels, memory channels",
    ]


def test_what_is_not_known_is_refused_with_what_may_be_meant(root: Path) -> None:
    assert refused(root, "content/articles/aa.md") == (
        "site-gen: the last build knows of no `content/articles/aa.md`\n"
        "hint: did you mean `content/articles/a.md`?\n"
    )
    build(root, {f"content/articles/{name}.md": article(RATE) for name in "ab"})
    assert refused(root, "desktop.bound") == (
        "site-gen: `desktop` is a calculation of `content/articles/a.md` and"
        " `content/articles/b.md`\n"
        "hint: say which, as in `a#desktop.bound`\n"
    )
    assert refused(root, "a#desktop.bond") == (
        "site-gen: `desktop` has no figure `bond`\nhint: did you mean `bound`?\n"
    )


def test_without_a_build_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    write_site(tmp_path, PAGES)
    assert refused(tmp_path, "a") == (
        f"site-gen: there is no build to look at in {tmp_path / '.cache'}\n"
        "hint: build the site first: `site-gen build`\n"
    )
    with open_store(tmp_path / ".cache", "another's"):
        pass
    assert refused(tmp_path, "a") == (
        "site-gen: the last build is the work of another site_gen\n"
        "hint: build once more; then it is as this one makes it\n"
    )


def test_it_changes_nothing_and_needs_no_lock(root: Path) -> None:
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    first = ask(root, "a")
    with open_store(root / ".cache", "held by a build"):
        pass
    assert first
    for path, content in before.items():
        if ".cache" not in path.parts:
            assert path.read_bytes() == content


def test_machines_get_the_same(root: Path) -> None:
    done = run("why", "--root", root, "--json", "robots.txt")
    answer = json.loads(done.stdout)
    assert answer["steps"][0].pop("elapsed_ms") > 0
    assert answer == {
        "type": "answer",
        "path": "robots.txt",
        "what": "what robots are told",
        "last_build": 1,
        "steps": [
            {
                "task": "made",
                "build": 1,
                "is_last": True,
                "causes": [],
                "reads": [{"label": "settings", "names": ["base_url"]}],
            }
        ],
        "uses": [],
        "outlook": ["leaves it as it is: nothing that it reads has changed since"],
    }
