"""What a whole build makes of a site, and that its parts fit together."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from site_gen.build.pipeline import build
from site_gen.build.work import Options, World
from site_gen.charts import Chart
from site_gen.effects import DiskTree, MemoryTree
from site_gen.setup import theme_root
from site_gen.sidecar import Bundled, Formula, MathResult, PlotResult
from tests.picturing import png
from tests.sites import CONFIG, NOW, article, build_site, messages_of, page_of, paths_of

PIXEL = png(3, 2)

TOKEN_RATE = """
:::{token-rate} deepseek
model: DeepSeek-V3-0324
active parameters: 37B
quantization: 2.42 bit
memory: MEMORY
observed: 4.6 token/s
:::

{token-rate}`deepseek.bandwidth` {token-rate}`deepseek.bytes` {token-rate}`deepseek.bound`
{token-rate}`deepseek.ratio.number`
"""


def figures_with(memory: str) -> list[str]:
    """What the four roles of an article say with this memory."""
    text = TOKEN_RATE.replace("MEMORY", memory)
    built = build_site({"content/articles/a.md": article(text)})
    assert messages_of(built) == ""
    html = page_of(built, "articles/a/index.html")
    return re.findall(r"<data [^>]*>([^<]+)</data>", html.partition("</figure>")[2])


def test_every_kind_of_page_is_made() -> None:
    built = build_site(
        {
            "content/articles/a.md": article(tags="[gpu]", aliases="[/old/]"),
            "content/about.md": "---\ntitle: about\n---\n",
        }
    )
    assert messages_of(built) == ""
    made = {path for path in paths_of(built) if not path.startswith("assets/")}
    assert made >= {
        "404.html",
        "about/index.html",
        "articles/a/index.html",
        "articles/index.html",
        "feed.json",
        "feed.xml",
        "index.html",
        "old/index.html",
        "robots.txt",
        "sitemap.xml",
        "tags/gpu/index.html",
        "tags/index.html",
    }


def test_figures_are_computed_from_the_directive() -> None:
    assert figures_with("12 x DDR5-6000") == [
        "576\N{NO-BREAK SPACE}GB/s",
        "11.19\N{NO-BREAK SPACE}GB",
        "51.46\N{NO-BREAK SPACE}tokens/s",
        "11.2",
    ]


def test_fewer_channels_change_all_that_follows_from_them_and_nothing_else() -> None:
    assert figures_with("8 x DDR5-6000") == [
        "384\N{NO-BREAK SPACE}GB/s",
        "11.19\N{NO-BREAK SPACE}GB",
        "34.31\N{NO-BREAK SPACE}tokens/s",
        "7.46",
    ]


def test_a_figure_can_stand_in_a_title_and_a_description() -> None:
    text = TOKEN_RATE.replace("MEMORY", "12 x DDR5-6000")
    front = {
        "title": '"at most {token-rate}`deepseek.bound`"',
        "description": '"{token-rate}`deepseek.ratio` too slow"',
    }
    html = page_of(build_site({"content/articles/a.md": article(text, **front)}), "feed.json")
    assert '"title": "at most 51.46\N{NO-BREAK SPACE}tokens/s"' in html
    assert '"summary": "11.2\N{NO-BREAK SPACE}times too slow"' in html


def test_stacked_articles_keep_their_anchors_apart() -> None:
    text = "## same\n\n[here](#same) and a note[^1]\n\n[^1]: below\n"
    files = {f"content/articles/{name}.md": article(text) for name in ("a", "b")}
    html = page_of(build_site(files), "index.html")
    anchors = re.findall(r' id="([^"]+)"', html)
    assert len(anchors) == len(set(anchors))
    targets = re.findall(r' href="#([^"]+)"', html)
    assert {"a:same", "b:same", "a:footnote-1", "b:footnote-1"} <= set(targets) <= set(anchors)


def test_headings_are_a_level_deeper_where_articles_are_stacked() -> None:
    built = build_site({"content/articles/a.md": article("## deep")})
    assert '<h3 id="a:deep">deep</h3>' in page_of(built, "index.html")
    assert '<h2 id="deep">deep</h2>' in page_of(built, "articles/a/index.html")


def test_the_front_page_is_cut_into_pages_newest_first() -> None:
    files = {
        f"content/articles/a{day}.md": article(title=f"day {day}", date=f"2025-05-0{day}")
        for day in range(1, 6)
    }
    files["pyproject.toml"] = (
        '[tool.site_gen]\nurl = "https://example.org/"\narticles_per_page = 2\n'
    )
    built = build_site(files)
    shown = {
        path: re.findall(r"day \d", re.sub(r"<title>.*?</title>", "", page_of(built, path)))
        for path in ("index.html", "page/2/index.html", "page/3/index.html")
    }
    assert [sorted(set(days), reverse=True) for days in shown.values()] == [
        ["day 5", "day 4"],
        ["day 3", "day 2"],
        ["day 1"],
    ]


def test_links_to_sources_come_out_as_urls() -> None:
    built = build_site(
        {
            "content/articles/a/index.md": article("[b](../b.md#part) [c](../../c.md) [p](p.png)"),
            "content/articles/b.md": article("## part", slug="bee"),
            "content/c.md": "---\ntitle: c\n---\n",
            "content/articles/a/p.png": PIXEL,
        }
    )
    assert messages_of(built) == ""
    html = page_of(built, "articles/a/index.html")
    for url in ("/articles/bee/#part", "/c/", "/articles/a/p.png"):
        assert f'href="{url}"' in html


def test_a_path_in_the_configured_url_stands_before_every_url() -> None:
    built = build_site(
        {
            "pyproject.toml": '[tool.site_gen]\nurl = "https://example.org/blog/"\n',
            "content/articles/a.md": article("[c](../c.md) $x$"),
            "content/c.md": "---\ntitle: c\n---\n",
        }
    )
    html = page_of(built, "articles/a/index.html")
    local = re.findall(r'(?:href|src)="(/[^"]*)"', html)
    assert local
    assert all(url.startswith("/blog/") for url in local)
    assert "https://example.org/blog/articles/a/" in page_of(built, "feed.xml")


def test_a_picture_gets_the_size_of_the_real_file() -> None:
    built = build_site(
        {"content/articles/a/index.md": article("![p](p.png)"), "content/articles/a/p.png": PIXEL}
    )
    assert re.search(
        r'<img src="/articles/a/p\.3\.[0-9a-f]{10}\.png" alt="p" width="3" height="2">',
        page_of(built, "articles/a/index.html"),
    )


def test_a_download_says_what_the_real_file_is() -> None:
    content = b"x" * 12_345
    built = build_site(
        {
            "content/articles/a/index.md": article(":::{download} m.glb\n:::"),
            "content/articles/a/m.glb": content,
        }
    )
    html = page_of(built, "articles/a/index.html")
    assert ">m.glb<" in html
    assert '<data value="12345">12.3 kB</data>' in html
    assert hashlib.sha256(content).hexdigest() in html


def test_what_no_page_refers_to_is_not_published() -> None:
    built = build_site(
        {"content/articles/a/index.md": article(), "content/articles/a/make.py": "print()"}
    )
    assert "articles/a/make.py" not in paths_of(built)


def test_drafts_and_articles_that_are_not_due_are_left_out_and_counted() -> None:
    files = {
        "content/articles/a.md": article(),
        "content/articles/b.md": article(draft="true"),
        "content/articles/c.md": article(date="2026-01-02"),
    }
    built = build_site(files)
    assert (built.articles, built.drafts, len(built.scheduled)) == (1, 1, 1)
    everything = build_site(files, Options(drafts=True, future=True))
    assert (everything.articles, everything.drafts, len(everything.scheduled)) == (3, 0, 0)


def test_a_mistake_in_a_draft_does_not_stop_the_rest() -> None:
    built = build_site(
        {
            "content/articles/a.md": article(),
            "content/articles/b.md": article("[x](nowhere.md)", draft="true"),
            "content/articles/no-date-yet.md": "---\ntitle: a\ndraft: true\n---\n",
        }
    )
    assert messages_of(built) == ""
    assert built.drafts == 2


def test_wrong_front_matter_does_not_hide_what_is_wrong_in_the_text() -> None:
    macro = '\n  macros:\n    "\\\\mine": "x"'
    text = r"[x](nowhere.md) $\frob$ $\mine$ [b](b.md)"
    built = build_site(
        {
            "content/articles/a.md": article(text, tag="[x]", math=macro),
            "content/articles/b.md": article("[a](a.md)", date="2025-02-30"),
        }
    )
    assert [diagnostic.message for diagnostic in built.diagnostics] == [
        "unknown key `tag`",
        "there is no `nowhere.md`",
        "math: undefined control sequence: \\frob",
        "there is no such date as `2025-02-30`",
    ]


def test_equations_are_numbered_and_referred_to() -> None:
    text = "$$a \\label{eq:a}$$\n\nsee \\eqref{eq:a}"
    html = page_of(build_site({"content/articles/a.md": article(text)}), "articles/a/index.html")
    scrolling = 'tabindex="0" role="group" aria-label="Equation 1"'
    assert f'<div class="equation" {scrolling} id="equation-a">' in html
    assert '<a href="#equation-a" class="eqref">(1)</a>' in html


def test_macros_of_one_page_are_unknown_to_the_next() -> None:
    macro = '\n  macros:\n    "\\\\mine": "x"'
    built = build_site(
        {
            "content/articles/a.md": article(r"$\mine$", math=macro),
            "content/articles/b.md": article(r"$\mine$"),
        }
    )
    assert [diagnostic.span.path for diagnostic in built.diagnostics] == ["content/articles/b.md"]


def test_a_site_without_math_has_neither_its_stylesheet_nor_its_fonts() -> None:
    built = build_site({"content/articles/a.md": article("`x` costs $5 and $10")})
    assert not [path for path in paths_of(built) if "katex" in path]


def test_only_pages_with_math_ask_for_its_stylesheet() -> None:
    files = {"content/articles/a.md": article("$x$"), "content/articles/b.md": article()}
    built = build_site(files)
    assert "katex" in page_of(built, "articles/a/index.html")
    assert "katex" not in page_of(built, "articles/b/index.html")


def test_feeds_have_absolute_urls_and_mathml_alone() -> None:
    text = "[b](b.md) [up](#part) $x$\n\n## part"
    files = {"content/articles/a.md": article(text), "content/articles/b.md": article()}
    feed = page_of(build_site(files), "feed.xml")
    assert "&lt;math" in feed
    assert "katex-html" not in feed
    assert "https://example.org/articles/b/" in feed
    assert "https://example.org/articles/a/#part" in feed
    assert 'href="/' not in feed
    assert 'href="#' not in feed.replace("&quot;", '"')


def test_text_that_looks_like_a_template_is_printed_as_it_is() -> None:
    text = "{{ 7*7 }} and {% raw %}\n\n{% if x %}\n\n{{ site.title }}"
    html = page_of(build_site({"content/articles/a.md": article(text)}), "articles/a/index.html")
    for written in ("{{ 7*7 }} and {% raw %}", "{% if x %}", "{{ site.title }}"):
        assert written in html


def test_a_site_can_replace_one_template_and_keep_the_rest() -> None:
    files = {
        "content/articles/a.md": article("body"),
        "templates/404.html": "nothing here, {{ site.title }}",
    }
    built = build_site(files)
    assert page_of(built, "404.html") == "nothing here, a blog"
    assert "<p>body</p>" in page_of(built, "articles/a/index.html")


def test_the_number_of_processes_changes_nothing() -> None:
    files = {f"content/articles/a{n}.md": article(f"## {n}\n\n$x_{n}$") for n in range(6)}
    files["content/articles/bad.md"] = article("[x](nowhere.md)")
    one, three = (build_site(files, Options(jobs=jobs)) for jobs in (1, 3))
    assert one.diagnostics == three.diagnostics
    assert one.outputs == three.outputs


def test_an_authors_macros_do_not_touch_computed_formulas() -> None:
    macro = CONFIG + '[tool.site_gen.macros]\n"\\\\frac" = "MINE"\n'
    text = "$\\gdef\\cdot{MINE}$\n" + TOKEN_RATE.replace("MEMORY", "12 x DDR5-6000")
    built = build_site({"pyproject.toml": macro, "content/articles/a.md": article(text)})
    figure = page_of(built, "articles/a/index.html").partition("<figure")[2]
    assert "MINE" not in figure


def test_files_of_static_are_linked_by_the_name_that_they_are_published_under() -> None:
    text = "[style](/assets/style.css) [page 3](/doc.pdf#page=3) [hidden](/.well-known/x)"
    built = build_site(
        {
            "content/articles/a.md": article(text),
            "static/assets/style.css": "body {}",
            "static/doc.pdf": "pdf",
            "static/.well-known/x": "x",
            "static/.hidden": "x",
        }
    )
    assert messages_of(built) == ""
    html = page_of(built, "articles/a/index.html")
    style = re.search(r'<a href="(/assets/style\.[0-9a-f]{8}\.css)">', html)
    assert style
    assert {style[1][1:], "doc.pdf", ".well-known/x"} <= set(paths_of(built))
    assert 'href="/doc.pdf#page=3"' in html
    assert ".hidden" not in paths_of(built)


def test_an_alias_in_the_way_is_told_where_it_is_written() -> None:
    built = build_site({"content/articles/a.md": article(aliases="[/articles/a/, /z/, /z/, /]")})
    told = [(str(each.span), each.message.partition(" is ")[0]) for each in built.diagnostics]
    place = "content/articles/a.md:4:10"
    assert told == [(place, "`/`"), (place, "`/articles/a/`"), (place, "`/z/`")]


def test_what_looks_like_a_page_and_can_be_none_is_told() -> None:
    built = build_site(
        {
            "content/index.md": "---\ntitle: a\n---\n",
            "content/a.MD": "---\ntitle: a\n---\n",
            "content/notes/a.md": "---\ntitle: a\n---\n",
        }
    )
    assert [(each.span.path, each.message) for each in built.diagnostics] == [
        ("content/a.MD", "a page's name ends in `.md`"),
        ("content/index.md", "the front page has no source of its own"),
        ("content/notes/a.md", "this is no place for a page"),
    ]


def test_a_configuration_that_is_there_and_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content/a.md").write_text("---\ntitle: a\n---\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").mkdir()
    built = build_site(DiskTree(tmp_path))
    (error,) = [each for each in built.diagnostics if each.severity == "error"]
    assert error.span.path == "pyproject.toml"
    assert error.message.startswith("cannot be read")


def test_a_site_without_math_needs_no_node() -> None:
    class NoNode:
        def render_math(self, formulas: Sequence[Formula]) -> list[MathResult]:
            raise AssertionError(f"asked for {formulas}")

        def rest(self) -> None:
            pass

        def bundle_scripts(self, scripts: Mapping[str, str]) -> Bundled:
            return Bundled(dict(scripts))

        def render_plots(self, charts: Sequence[Chart]) -> list[PlotResult]:
            raise AssertionError(f"asked for {charts}")

    world = World(
        site=MemoryTree({"content/a.md": b"---\ntitle: a\n---\n\nIt costs $5 and $10.\n"}),
        theme=DiskTree(theme_root()),
        katex=MemoryTree({}),
        renderer=NoNode(),
        now=NOW,
    )
    assert "a/index.html" in paths_of(build(world, Options()))
