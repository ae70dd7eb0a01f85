"""Charts on their way into pages: drawn in one batch, filled in for each view, or errors."""

from __future__ import annotations

import re
from collections.abc import Sequence

from site_gen.build.plots import draw_charts
from site_gen.charts import Axis, Chart, Drawing, Line
from site_gen.diagnostics import Source
from site_gen.markdown.blocks import Call, Directive, Registry
from site_gen.markdown.chart_figure import render_chart
from site_gen.markdown.collector import Collector
from site_gen.markdown.fill import Fillings, View, fill
from site_gen.model import Document
from site_gen.sidecar import PlotError, PlotResult
from site_gen.terminal import format_diagnostic
from tests.markdown.rendering import parse_body


def make_chart(title: str) -> Chart:
    return Chart(title, "", Axis("x"), Axis("y"), (Line("l", ((1, 1), (2, 2.5))),))


def run(call: Call, collector: Collector) -> tuple[str, str]:
    return render_chart(make_chart(call.argument.text), collector), ""


REGISTRY = Registry(directives=(Directive("chart", run, options=frozenset()),), roles=())


class Pen:
    """Draws a chart's title, and refuses one."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    def render_plots(self, charts: Sequence[Chart]) -> list[PlotResult]:
        self.batches.append([chart.title for chart in charts])
        return [
            PlotError("took longer than 2 s", "make it simpler")
            if chart.title == "slow"
            else Drawing(f'<svg id="\0wide/title">{chart.title}</svg>', "<svg></svg>", "<ul></ul>")
            for chart in charts
        ]


def parse(*titles: str) -> Document:
    text = "\n\n".join(f":::{{chart}} {title}\n:::" for title in titles)
    document, diagnostics = parse_body(text, registry=REGISTRY)
    assert not diagnostics
    return document


def drawn(document: Document) -> Fillings:
    source = Source(document.path, "")
    drawings, diagnostics = draw_charts([document], {document.path: source}, Pen())
    assert not diagnostics
    return Fillings(plots=drawings[document.path])


def test_a_chart_is_a_figure_with_its_numbers() -> None:
    document = parse("one & two")
    assert fill(document, drawn(document), View(anchor_prefix="crop:")) == (
        '<figure class="plot">\n<figcaption>one &amp; two</figcaption>\n'
        '<svg id="crop:plot/1/wide/title">one & two</svg>\n<svg></svg>\n<ul></ul>\n'
        '<details class="plot-data">\n<summary>the numbers</summary>\n'
        '<div class="table" tabindex="0">\n<table>\n<thead>\n'
        "<tr><th>x</th><th>l</th></tr>\n</thead>\n<tbody>\n"
        "<tr><td>1</td><td>1</td></tr>\n<tr><td>2</td><td>2.5</td></tr>\n"
        "</tbody>\n</table>\n</div>\n</details>\n</figure>\n"
    )


def test_equal_charts_of_a_page_have_ids_of_their_own() -> None:
    document = parse("one", "one")
    html = fill(document, drawn(document), View())
    assert re.findall(' id="([^"]*)"', html) == ["plot/1/wide/title", "plot/2/wide/title"]


def test_a_feed_gets_one_drawing() -> None:
    document = parse("one")
    html = fill(document, drawn(document), View(is_bare=True))
    assert html.count("<svg") == 1
    assert '<svg id="plot/1/wide/title">one</svg>\n<ul></ul>\n<details' in html


def test_all_documents_are_one_batch_and_none_is_no_batch() -> None:
    pen, sources = Pen(), {"content/articles/a.md": Source("content/articles/a.md", "")}
    plain, _ = parse_body("words\n")
    draw_charts([plain], {plain.path: Source(plain.path, "")}, pen)
    assert pen.batches == []
    one = parse("one", "two")
    draw_charts([one, one], sources | {one.path: Source(one.path, "")}, pen)
    assert pen.batches == [["one", "two", "one", "two"]]


def test_a_chart_that_cannot_be_drawn_is_an_error_of_its_document() -> None:
    document = parse("one", "slow")
    source = Source(document.path, "")
    drawings, diagnostics = draw_charts([document], {document.path: source}, Pen())
    assert [each.wide == "" for each in drawings[document.path]] == [False, True]
    assert [format_diagnostic(each).plain for each in diagnostics] == [
        f"{document.path}: the chart `slow`: took longer than 2 s\nhint: make it simpler"
    ]
