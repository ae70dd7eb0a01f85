"""A chart's numbers as a table."""

from __future__ import annotations

from site_gen.chart_tables import format_value, table_of
from site_gen.charts import Axis, Band, Bars, Chart, Layer, Line, Points, Rule


def check(chart: Chart, expected: str) -> None:
    """Compare the table's text, cells set apart by ` | `."""
    header, rows = table_of(chart)
    shown = "".join(" | ".join(row).rstrip() + "\n" for row in (header, *rows))
    assert shown.replace("\N{NO-BREAK SPACE}", " ") == expected


def make(*layers: Layer, x: Axis | None = None) -> Chart:
    return Chart("t", "", x or Axis("context", "token"), Axis("rate", "token/s"), layers)


def test_curves_have_a_column_each_and_points_rows_of_their_own() -> None:
    check(
        make(
            Line("ceiling", ((1000, 40), (131072, 10.98765))),
            Band("80 %", ((1000, 20, 30.5),)),
            Points("observed", ((1000, 25.125), (500, 26)), ("one", "two")),
            Rule("reading", y=7),
            Rule("not shown", x=7),
        ),
        "context (token) | name | ceiling (token/s) | 80 % (token/s) | reading (token/s) |"
        " observed (token/s)\n"
        "500 | two |  |  |  | 26\n"
        "1,000 |  | 40 | 20 – 30.5 | 7 |\n"
        "1,000 | one |  |  |  | 25.12\n"
        "131,072 |  | 10.99 |  | 7 |\n",
    )


def test_points_alone_are_a_list() -> None:
    check(
        make(Points("one", ((1, 2),)), Points("two", ((3, 4),), ("name",)), Rule("limit", y=5)),
        "series | name | context (token) | rate (token/s)\n"
        "one |  | 1 | 2\n"
        "two | name | 3 | 4\n"
        "limit |  |  | 5\n",
    )


def test_a_column_that_nothing_is_in_is_left_out() -> None:
    check(
        make(Points("one", ((1, 2),))), "series | context (token) | rate (token/s)\none | 1 | 2\n"
    )


def test_bars_are_a_list_of_categories() -> None:
    chart = Chart(
        "t",
        "",
        Axis("error", notation="percent"),
        Axis("class"),
        (Bars("median", (("GPU", 0.12345), ("CPU", -0.5))), Rule("all", x=0.2)),
    )
    check(chart, "class | error\nGPU | 12.35 %\nCPU | −50 %\nall | 20 %\n")


def test_numbers_have_four_digits_no_exponent_and_all_of_their_whole_part() -> None:
    plain = (0, 1, -2.5, 12345.6, 0.000123456, 999.96, 1e15)
    shown = "0 1 −2.5 12,346 0.0001235 1,000 1,000,000,000,000,000"
    assert [format_value(value) for value in plain] == shown.split()
    short = (999, 1000, 131_072, 8.03e9, 2e12, 3.5e15)
    shown = "999 1k 131.1k 8.03G 2T 3.5P"
    assert [format_value(value, "short") for value in short] == shown.split()
