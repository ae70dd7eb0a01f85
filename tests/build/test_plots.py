"""Charts on their way into pages: drawn in one batch, filled in for each view, or errors."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from site_gen.build.store import Store
from site_gen.build.store_folder import open_in_memory
from site_gen.build.typesetter import Typesetter, decode_drawing
from site_gen.charts import Axis, Chart, Drawing, Line
from site_gen.effects import MemoryTree
from site_gen.markdown.blocks import Call, Directive, Registry, Written
from site_gen.markdown.chart_figure import render_chart
from site_gen.markdown.collector import Collector
from site_gen.markdown.fill import Fillings, View, fill
from site_gen.model import Document
from site_gen.sidecar import Bundled, Formula, MathResult, PlotError, PlotResult, RenderedMath
from tests.markdown.rendering import parse_body
from tests.sites import article, build_site, messages_of


def make_chart(title: str) -> Chart:
    return Chart(title, "", Axis("x"), Axis("y"), (Line("l", ((1, 1), (2, 2.5))),))


def run(call: Call, collector: Collector) -> Written:
    return Written(render_chart(make_chart(call.argument.text), collector))


REGISTRY = Registry(directives=(Directive("chart", run, options=frozenset()),), roles=())


class Pen:
    """Draws a chart's title, and refuses those with a word in it."""

    def __init__(self, refused: str = "slow") -> None:
        self.refused = refused
        self.batches: list[list[str]] = []

    def render_math(self, formulas: Sequence[Formula]) -> list[MathResult]:
        return [RenderedMath(b"") for _ in formulas]

    def rest(self) -> None:
        pass

    def bundle_scripts(self, scripts: Mapping[str, str]) -> Bundled:
        return Bundled(dict(scripts))

    def render_plots(self, charts: Sequence[Chart]) -> list[PlotResult]:
        self.batches.append([chart.title for chart in charts])
        return [
            PlotError("took longer than 2 s", "make it simpler")
            if self.refused in chart.title
            else Drawing(f'<svg id="\0wide·title">{chart.title}</svg>', "<svg></svg>", "<ul></ul>")
            for chart in charts
        ]


def parse(*titles: str) -> Document:
    text = "\n\n".join(f":::{{chart}} {title}\n:::" for title in titles)
    document, diagnostics = parse_body(text, registry=REGISTRY)
    assert not diagnostics
    return document


def draw(pen: Pen, store: Store, *titles: str) -> tuple[list[Drawing], list[PlotError | None]]:
    """The drawings of charts with these titles, and what is wrong with each."""
    with Typesetter(store, pen, MemoryTree({})) as typesetter:
        digests, errors = typesetter.draw([make_chart(title) for title in titles])
    contents = store.contents(digests)
    return [decode_drawing(contents[digest]) for digest in digests], errors


def drawn(document: Document) -> Fillings:
    drawings, errors = draw(Pen(), open_in_memory(), *(plot.title for plot in document.plots))
    assert not any(errors)
    return Fillings(plots=drawings)


def test_a_chart_is_a_figure_with_its_numbers() -> None:
    document = parse("one & two")
    assert fill(document, drawn(document), View(anchor_prefix="crop:")) == (
        '<figure class="plot">\n<figcaption>one &amp; two</figcaption>\n'
        '<svg id="plot·crop:1·wide·title">one & two</svg>\n<svg></svg>\n<ul></ul>\n'
        '<details class="plot-data">\n<summary>the numbers</summary>\n'
        '<div class="table" tabindex="0" role="group" aria-label="Table">\n<table>\n<thead>\n'
        "<tr><th>x</th><th>l</th></tr>\n</thead>\n<tbody>\n"
        "<tr><td>1</td><td>1</td></tr>\n<tr><td>2</td><td>2.5</td></tr>\n"
        "</tbody>\n</table>\n</div>\n</details>\n</figure>\n"
    )


def test_equal_charts_of_a_page_have_ids_of_their_own() -> None:
    document = parse("one", "one")
    html = fill(document, drawn(document), View())
    assert re.findall(' id="([^"]*)"', html) == ["plot·1·wide·title", "plot·2·wide·title"]


def test_a_feed_gets_one_drawing() -> None:
    document = parse("one")
    html = fill(document, drawn(document), View(is_bare=True))
    assert html.count("<svg") == 1
    assert '<svg id="plot·1·wide·title">one</svg>\n<ul></ul>\n<details' in html


def test_a_chart_is_drawn_once_whoever_shows_it_and_whenever() -> None:
    pen, store = Pen(), open_in_memory()
    draw(pen, store, "one", "two")
    draw(pen, store, "two", "three", "one")
    draw(pen, store, "three")
    assert pen.batches == [["one", "two"], ["three"]]


def test_a_chart_that_cannot_be_drawn_is_an_error_and_stays_one() -> None:
    store = open_in_memory()
    for _ in range(2):
        drawings, errors = draw(Pen(), store, "one", "slow")
        assert [each.wide == "" for each in drawings] == [False, True]
        assert errors == [None, PlotError("took longer than 2 s", "make it simpler")]


def test_a_chart_that_cannot_be_drawn_is_told_at_its_document() -> None:
    text = (
        ":::{token-rate-chart} one\ndevice: RTX 4090\nmodel: Llama-3.1-8B\nquantization: Q4_K_M\n"
        "sweep: context from 0 to 32K\n:::\n"
    )
    files = {"content/articles/a.md": article(text)}
    told = messages_of(build_site(files, renderer=Pen(refused="")))
    assert told.startswith("content/articles/a.md: the chart `")
    assert told.endswith("`: took longer than 2 s\nhint: make it simpler")
