"""Charts as SVG: the whole text of one, what no drawing may hold, and what survives a hang."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest

from site_gen.charts import Axis, Band, Bars, Chart, Drawing, Layer, Line, Points, Rule
from site_gen.setup import node_executable
from site_gen.sidecar import (
    Formula,
    Limits,
    PlotError,
    PlotResult,
    RenderedMath,
    Sidecar,
    SidecarError,
)

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).with_name("chart.txt")
HOSTILE = "</svg><script>alert(1)</script>\"'&amp; ]]> <!-- ⟦"


@pytest.fixture(scope="module")
def sidecar() -> Iterator[Sidecar]:
    with Sidecar(node_executable, ROOT) as sidecar:
        yield sidecar


def make_chart(*layers: Layer, title: str = "a title", scale: str = "linear") -> Chart:
    assert scale in ("linear", "log")
    x, y = (Axis(label, "token/s", "log" if scale == "log" else "linear") for label in "xy")
    return Chart(title, "What is seen.", x, y, layers)


def make_sweep() -> Chart:
    curve = [(1000 * 2 ** (n / 6), 40 / (1 + n / 20)) for n in range(43)]
    return Chart(
        "rate over context",
        "It falls.",
        Axis("context", "token", "log"),
        Axis("rate", "token/s"),
        (
            Line("ceiling", tuple(curve)),
            Line("expected", tuple((x, 0.7 * y) for x, y in curve)),
            Band("80 % of all cases", tuple((x, 0.6 * y, 0.8 * y) for x, y in curve)),
            Points("observed", ((2000, 25), (8000, 18)), ("one", "two"), is_labelled=True),
        ),
    )


SMALL = Chart(
    "rate over context",
    "It falls.",
    Axis("context", "token", "log"),
    Axis("rate", "token/s"),
    (
        Line("ceiling", ((1_000, 40.0), (100_000, 10.0))),
        Band("80 %", ((1_000, 20.0, 38.0), (100_000, 5.0, 9.5))),
        Points("observed", ((10_000, 12.34567),), ("here",), is_labelled=True),
        Rule("reading", y=7),
    ),
    height=200,
)
SCATTER = make_chart(
    *(Points(f"class {n}", tuple((n + k, n + k) for k in range(1, 9))) for n in range(14)),
    Rule("as predicted", slope=1),
    Rule("± 25 %", slope=1.25),
    Rule("± 25 %", slope=0.75),
    scale="log",
)
BARS = Chart(
    "error by class",
    "",
    Axis("error", notation="percent"),
    Axis("class"),
    (Bars("median", (("one", 0.125), ("two, of which the name is long " * 9, -0.05))),),
)
EVERY_KIND = (SMALL, make_sweep(), SCATTER, BARS)
# Each name is compared with all others, which takes far longer than the limit.
SLOW = make_chart(
    Points("slow", tuple((n, n % 7) for n in range(19_000)), ("name",) * 19_000, is_labelled=True)
)


def draw(sidecar: Sidecar, chart: Chart) -> Drawing:
    return drawing(sidecar.render_plots([chart])[0])


def drawing(result: PlotResult) -> Drawing:
    assert isinstance(result, Drawing), result
    return result


def elements(markup: str) -> list[ElementTree.Element]:
    """Every element, after parsing the markup as strictly as can be."""
    return list(ElementTree.fromstring(markup.replace("\0", "id/")).iter())


def texts(markup: str) -> list[str]:
    return [element.text for element in elements(markup) if element.tag == "text" and element.text]


def test_a_small_chart_in_full(sidecar: Sidecar) -> None:
    drawn = draw(sidecar, SMALL)
    shown = "".join(f"{part}\n" for part in (drawn.narrow, drawn.key))
    shown = shown.replace("\0", "⟦id⟧").replace("><", ">\n<")
    if os.environ.get("REGENERATE"):
        GOLDEN.write_text(shown, encoding="utf-8", newline="\n")
    assert shown == GOLDEN.read_text(encoding="utf-8")


def test_a_drawing_is_the_same_from_run_to_run(sidecar: Sidecar) -> None:
    first = sidecar.render_plots(EVERY_KIND)
    assert sidecar.render_plots(EVERY_KIND[::-1])[::-1] == first
    with Sidecar(node_executable, ROOT) as other:
        assert other.render_plots(EVERY_KIND) == first


def test_equal_charts_are_drawn_once(sidecar: Sidecar) -> None:
    one, other, again = sidecar.render_plots([make_sweep(), SMALL, make_sweep()])
    assert one is again
    assert one != other


def test_no_drawing_holds_what_a_strict_policy_forbids(sidecar: Sidecar) -> None:
    for drawn in map(drawing, sidecar.render_plots(EVERY_KIND)):
        for markup in filter(None, (drawn.wide, drawn.narrow, drawn.key)):
            for element in elements(markup):
                assert element.tag not in ("style", "script", "image", "use", "foreignObject", "a")
                assert not {"style", "href", "clip-path", "font-family"} & set(element.attrib)
                assert not [name for name in element.attrib if name.startswith("on")]
                assert "url(" not in "".join(element.attrib.values())


def test_ids_are_unique_and_name_the_drawing(sidecar: Sidecar) -> None:
    drawn = draw(sidecar, SMALL)
    found = re.findall(r' id="([^"]*)"', drawn.wide + drawn.narrow)
    assert found == [
        "\0wide·title",
        "\0wide·description",
        "\0narrow·title",
        "\0narrow·description",
    ]
    assert 'aria-labelledby="\0wide·title \0wide·description" role="img"' in drawn.wide
    assert 'aria-labelledby="\0wide·title" role="img"' in draw(sidecar, BARS).wide


def test_numbers_in_paths_have_two_decimals_at_most_and_a_sweep_is_small(sidecar: Sidecar) -> None:
    drawn = draw(sidecar, make_sweep())
    assert not re.search(r"\d\.\d{3}|\de-?\d", drawn.wide + drawn.narrow)
    assert len(drawn.wide + drawn.narrow + drawn.key) < 12_000


def test_hostile_texts_stay_texts(sidecar: Sidecar) -> None:
    axis = Axis(HOSTILE, HOSTILE)
    layers: tuple[Layer, ...] = (
        Line(HOSTILE, ((1, 1), (2, 2))),
        Points(HOSTILE + "2", ((1, 1),), (HOSTILE,), is_labelled=True),
    )
    bars = Bars(HOSTILE, ((HOSTILE, 1),))
    for chart in (
        Chart(HOSTILE, HOSTILE, axis, axis, layers),
        Chart(HOSTILE, HOSTILE, axis, axis, (bars, Rule("", x=1))),
    ):
        drawn = draw(sidecar, chart)
        for markup in (drawn.wide, drawn.narrow, drawn.key):
            assert not {"script"} & {element.tag for element in elements(markup)}
            assert "<script" not in markup
            assert "<!--" not in markup
        assert elements(drawn.wide)[1].text == HOSTILE
        assert HOSTILE in unescape(drawn.key)


def test_long_texts_are_wrapped_and_not_cut_off(sidecar: Sidecar) -> None:
    long = "the rate that was measured while nothing else ran on the machine, " * 3
    chart = Chart("t", "", Axis(long), Axis(long), (Line("l", ((1, 1), (2, 2))),))
    drawn = draw(sidecar, chart)
    assert " ".join(texts(drawn.narrow)).count("measured while") == 6
    for text in texts(drawn.narrow):
        assert len(text) < 60


@pytest.mark.parametrize(
    ("axes", "points", "expected"),
    [
        ((Axis("x"), Axis("y")), ((0, 0), (10, 0.3)), "0 0.1 0.2 0.3 0 2 4 6 8 10"),
        ((Axis("x", scale="log"), Axis("y", scale="log")), ((1, 2), (9, 700)), "10 100 1 2 5"),
        (
            (
                Axis("x", scale="log", ticks=(1, 2, 4, 8, 16, 32, 64, 128, 256)),
                Axis("y", notation="short"),
            ),
            ((1, 0), (256, 2.5e6)),
            "0 500k 1M 1.5M 2M 2.5M 1 4 16 64 256",
        ),
    ],
)
def test_ticks_are_round_and_few(
    sidecar: Sidecar,
    axes: tuple[Axis, Axis],
    points: tuple[tuple[float, float], ...],
    expected: str,
) -> None:
    drawn = draw(sidecar, Chart("t", "", *axes, (Line("l", points),)))
    assert texts(drawn.narrow)[:-2] == expected.split()


def test_a_bar_has_its_category_and_its_value(sidecar: Sidecar) -> None:
    shown = texts(draw(sidecar, BARS).narrow)
    assert shown[0] == "one"
    assert shown[-2:] == ["12.5\N{NO-BREAK SPACE}%", "−5\N{NO-BREAK SPACE}%"]


def test_every_layer_of_points_has_a_look_of_its_own(sidecar: Sidecar) -> None:
    swatches = re.findall(r'd="([^"]*)"([^>]*)plot-point', draw(sidecar, SCATTER).key)
    assert len(swatches) == 14
    assert len(set(swatches)) == 12, "the shapes are used up after twelve"


def test_a_chart_that_is_too_large_is_an_error() -> None:
    with Sidecar(lambda: Path("no such node"), ROOT, Limits(points=3)) as sidecar:
        (result,) = sidecar.render_plots([make_chart(Line("l", ((1, 1),) * 4))])
    assert result == PlotError("4 points, more than 3", "show fewer of them")


def test_nothing_to_draw_starts_no_process() -> None:
    with Sidecar(lambda: Path("no such node"), ROOT) as sidecar:
        assert sidecar.render_plots([]) == []
        assert sidecar.pid is None


def test_a_chart_that_takes_too_long_is_an_error_and_the_others_are_not() -> None:
    with Sidecar(node_executable, ROOT, Limits(seconds=2)) as sidecar:
        before, slow, after = sidecar.render_plots([SMALL, SLOW, BARS])
    assert slow == PlotError("took longer than 2 s", "make it shorter or simpler")
    assert "<svg" in drawing(before).wide
    assert "<svg" in drawing(after).wide


def test_a_process_killed_from_outside_is_replaced(sidecar: Sidecar) -> None:
    expected = sidecar.render_plots([SMALL])
    assert sidecar.pid
    os.kill(sidecar.pid, 9)
    assert sidecar.render_plots([SMALL]) == expected


def test_formulas_and_charts_share_a_process(sidecar: Sidecar) -> None:
    sidecar.render_plots([SMALL])
    first = sidecar.pid
    (formula,) = sidecar.render_math([Formula("x", False)])
    assert isinstance(formula, RenderedMath)
    assert "<svg" in draw(sidecar, BARS).wide
    assert sidecar.pid == first


def test_a_missing_plot_says_what_to_do(tmp_path: Path) -> None:
    with Sidecar(node_executable, tmp_path) as sidecar, pytest.raises(SidecarError) as caught:
        sidecar.render_plots([SMALL])
    assert caught.value.message == f"Observable Plot is not in `{tmp_path / 'node_modules'}`"
    assert caught.value.hint == "run `site-gen setup`"
