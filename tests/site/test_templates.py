"""Templates: which one stands, what they can ask for, and how their mistakes are told."""

import msgspec
import pytest

from site_gen.diagnostics import Source
from site_gen.site.known import Site
from site_gen.site.templates import AssetLink, Templates
from site_gen.terminal import format_diagnostic

SITE = Site(
    "a blog", "", "", "en", "/", (), "/articles/", "/tags/", "", "/feed.xml", "/feed.json", {}
)


ASSETS = {"style.css": AssetLink("/assets/style.1234.css", "sha256-1234")}


class Thing(msgspec.Struct):
    title: str


def render(files: dict[str, str], name: str = "a.html", **context: object) -> str:
    """What a template renders, or what is wrong with it."""
    sources = {name: Source(f"templates/{name}", text) for name, text in files.items()}
    templates = Templates(sources, ASSETS)
    content, diagnostics, _ = templates.render(name, SITE, context)
    return "\n".join(
        [content.decode(), *(format_diagnostic(each).plain for each in diagnostics)]
    ).strip("\n")


def test_values_are_escaped_and_assets_have_their_url() -> None:
    text = "<b>{{ word }}</b> {{ asset('style.css') }} {{ integrity('style.css') }}"
    assert render({"a.html": text}, word="<i>") == (
        "<b>&lt;i&gt;</b> /assets/style.1234.css sha256-1234"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\n{{ wrod }}", "templates/a.html:2: there is no `wrod` here\n2 | {{ wrod }}"),
        (
            "{{ thing.titel }}",
            "templates/a.html:1: a thing has no `titel`; did you mean `title`?\n"
            "1 | {{ thing.titel }}",
        ),
        (
            "\n\n{% if %}",
            "templates/a.html:3: expected an expression, got 'end of statement block'\n"
            "3 | {% if %}",
        ),
        (
            "{{ asset('stile.css') }}",
            "templates/a.html:1: there is no asset `stile.css`\n"
            "1 | {{ asset('stile.css') }}\nhint: did you mean `style.css`?",
        ),
        (
            "{% extends 'bse.html' %}",
            "templates/a.html:1: there is no template `bse.html`\n"
            "1 | {% extends 'bse.html' %}\nhint: did you mean `base.html`?",
        ),
        ("{{ 1 / 0 }}", "templates/a.html:1: division by zero\n1 | {{ 1 / 0 }}"),
        (
            "{{ site }}",
            "templates/a.html:1: this is no text: ask for a part of it\n1 | {{ site }}",
        ),
        ("{{ asset }}", "templates/a.html:1: this is a function: call it\n1 | {{ asset }}"),
        (
            "{{ [3] | map('abs') }}",
            "templates/a.html:1: this is no text: ask for a part of it\n1 | {{ [3] | map('abs') }}",
        ),
        (
            "{{ [1, 2] | random }}",
            "templates/a.html:1: no filter named 'random'\n1 | {{ [1, 2] | random }}",
        ),
        ("{{ lipsum() }}", "templates/a.html:1: there is no `lipsum` here\n1 | {{ lipsum() }}"),
    ],
)
def test_a_mistake_is_told_at_its_line(text: str, expected: str) -> None:
    files = {"a.html": text, "base.html": ""}
    assert render(files, thing=Thing("x")) == expected


def test_a_mistake_in_a_base_template_is_told_there() -> None:
    files = {"a.html": "{% extends 'base.html' %}", "base.html": "\n{{ wrod }}"}
    assert render(files) == "templates/base.html:2: there is no `wrod` here\n2 | {{ wrod }}"


def test_each_page_depends_on_what_a_template_that_it_imports_asks_for() -> None:
    files = {
        "a.html": "{% from 'm.html' import link %}{{ link() }}",
        "m.html": "{% set url = asset('style.css') %}{% macro link() %}{{ url }}{% endmacro %}",
    }
    sources = {name: Source(f"templates/{name}", text) for name, text in files.items()}
    templates = Templates(sources, ASSETS)
    for _ in range(2):
        content, _, reads = templates.render("a.html", SITE, {})
        assert content == b"/assets/style.1234.css"
        assert reads == {"asset:style.css", "template:a.html", "template:m.html"}


def test_a_template_that_names_another_by_an_expression_is_refused() -> None:
    files = {"a.html": "{% set name = 'b.html' %}\n{% include name %}", "b.html": ""}
    assert render(files) == (
        "templates/a.html:2: the name of the template that is included here is computed\n"
        "2 | {% include name %}\n"
        "hint: write it out, so that it is known what a page is made from"
    )


def test_what_a_page_is_made_from_is_told_with_it() -> None:
    files = {
        "a.html": "{% extends 'base.html' %}{% block b %}{{ asset('style.css') }}{% endblock %}",
        "base.html": "{% include 'part.html' %}{% if false %}{{ site.author }}{% endif %}",
        "part.html": "{{ site.title }}",
    }
    sources = {name: Source(f"templates/{name}", text) for name, text in files.items()}
    _, _, reads = Templates(sources, ASSETS).render("a.html", SITE, {})
    assert reads == {
        "site:title",
        "template:a.html",
        "template:base.html",
        "template:part.html",
    }


def test_a_mistake_depends_on_the_names_that_could_have_been_meant() -> None:
    sources = {"a.html": Source("templates/a.html", "{{ asset('stile.css') }}")}
    _, _, reads = Templates(sources, {}).render("a.html", SITE, {})
    assert reads == {"asset:stile.css", "assets", "template:a.html", "templates"}
