"""A chart as a directive puts it into a page: its title, the drawing, and its numbers to unfold; in
a transcript its title, what can be seen, and the numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from site_gen.chart_tables import table_of
from site_gen.charts import Chart
from site_gen.markdown.collector import Collector
from site_gen.markdown.scrolling import scrolling
from site_gen.markdown.writing import escape_words, join_blocks, write_table


def render_chart(chart: Chart, collector: Collector, anchor: str = "", about: str = "") -> str:
    """The whole `<figure>`, with a mark where the drawing goes.

    `anchor` is the mark of its `id`, from `collector.hole(Anchor(…))`; empty for none.
    `about` is the HTML that follows the numbers.
    """
    identity = f' id="{anchor}"' if anchor else ""
    return (
        f'<figure class="plot"{identity}>\n<figcaption>{escape(chart.title)}</figcaption>\n'
        f'{collector.plot(chart)}\n<details class="plot-data">\n<summary>the numbers</summary>\n'
        f"{html_table(chart)}</details>\n{about}</figure>\n"
    )


def write_chart(chart: Chart) -> str:
    """The same for a transcript."""
    return join_blocks(write_chart_words(chart), write_table(*table_of(chart)))


def write_chart_words(chart: Chart) -> str:
    """Its title, and what can be seen."""
    return join_blocks(f"**{escape_words(chart.title)}**", escape_words(chart.details))


def html_table(chart: Chart) -> str:
    """The chart's numbers as an HTML table that scrolls in itself where it is too wide."""
    header, rows = table_of(chart)
    body = "".join(_row(row, "td") for row in rows)
    return (
        f'<div class="table"{scrolling("Table")}>\n<table>\n<thead>\n{_row(header, "th")}</thead>\n'
        f"<tbody>\n{body}</tbody>\n</table>\n</div>\n"
    )


def _row(cells: Iterable[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>\n"
