"""Sweeps: the values that they take, and the chart and figures that are made of them."""

import re

import pytest

from site_gen.charts import Axis, Band, Line, Points, Rule
from site_gen.directives.facts import Facts
from site_gen.directives.registry import make_registry
from site_gen.directives.token_rate.sweep_range import QUANTITIES, Sweep
from site_gen.lock.model import Lock, LockedCalculation, LockedFigure
from tests.directives.token_rate.charting import chart, compute, draw, layer
from tests.markdown.rendering import messages, parse_body, parse_good, show_holes

CONTEXT = "context from 0 to 32K"


def across(body: str) -> list[float]:
    """The values at which a sweep is computed."""
    return [x for x, _ in layer(draw(body), Line).points]


def test_a_sweep_is_drawn_as_ceiling_range_and_observations() -> None:
    drawn = draw(chart(sweep=CONTEXT, observed="8K = 90 token/s, 16K = 0.0125 s/token"))
    assert [(type(each), each.label) for each in drawn.layers] == [
        (Line, "likely"),
        (Line, "ceiling"),
        (Band, "80 % range"),
        (Points, "observed"),
    ]
    assert drawn.x == Axis("context", "tokens", domain=(0, 32_000))
    assert drawn.y == Axis("token rate", "tokens/s")
    assert layer(drawn, Points).points == ((8_000, 90), (16_000, 80))


def test_it_is_drawn_from_the_figures_that_it_publishes() -> None:
    body = chart(sweep=CONTEXT, observed="8K = 90 token/s")
    drawn, made = draw(body), compute(body)
    values = {figure.name: figure.value for figure in made.figures}
    likely = dict(layer(drawn, Line).points)
    assert likely[8_000] == values["middle_8000"]
    assert layer(drawn, Band).points[0] == (0, values["low_0"], values["high_0"])
    assert [figure.name for figure in made.figures if figure.is_input] == ["observed_8000"]
    assert made.title == "Llama-3.1-8B on RTX 4090, over context"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"sweep": CONTEXT}, "slows from # to # as the context grows from 0 to 32,000 tokens"),
        (
            {"sweep": "batch from 1 to 8"},
            "speeds up from # to # as the batch grows from 1 to 8 sequences",
        ),
        (
            {"sweep": "bits from 2 to 16", "quantization": ""},
            "slows from # to # as a parameter grows from 2 to 16 bits",
        ),
        ({"sweep": "context from 1 to 2"}, "stays at # as the context grows from 1 to 2 tokens"),
    ],
)
def test_its_title_says_what_is_seen(changed: dict[str, str], sentence: str) -> None:
    title = draw(chart(**changed)).title.replace("\N{NO-BREAK SPACE}", " ")
    number = re.compile(r"(from|at) [\d.]+( to [\d.]+)? tokens/s")
    shown = number.sub(lambda found: f"{found[1]} #" + (" to #" if found[2] else ""), title)
    assert shown == f"Llama-3.1-8B on RTX 4090 {sentence}"


def test_a_caption_stands_for_that_and_the_description_keeps_it() -> None:
    drawn = draw(chart(sweep=CONTEXT, caption="Long talks <are> slow", observed="8K = 90 token/s"))
    assert drawn.title == "Long talks <are> slow"
    numbers = re.sub(r"\d+(\.\d+)?(?= tokens/s| to \d| and \d)", "#", drawn.description)
    assert re.sub(r"# (to|and) \d+", r"# \1 #", numbers).replace("\N{NO-BREAK SPACE}", " ") == (
        "Llama-3.1-8B on RTX 4090 slows from # to # tokens/s as the context grows from # to "
        "#,000 tokens. Eight of ten devices are between # and # tokens/s at the beginning, and "
        "between # and # tokens/s at the end. The ceiling stays at # tokens/s. Observed: # "
        "tokens/s at 8,000 tokens."
    )


def test_the_page_has_its_figure_its_numbers_and_where_they_are_from() -> None:
    html = show_holes(parse_good(chart(sweep="batch from 1 to 2", caption="Two & two")))
    assert html.startswith(
        '<figure class="plot" id="⟦id it⟧">\n<figcaption>Two &amp; two</figcaption>\n'
        '⟦plot Two & two⟧\n<details class="plot-data">\n'
    )
    assert re.search(
        r'</details>\n<details class="origin">.*</details>\n</figure>\n$', html, re.DOTALL
    )


@pytest.mark.parametrize(
    ("name", "low", "high", "values"),
    [
        ("context", 0, 32_000, list(range(0, 32_001, 2_000))),
        ("context", 0, 1_000, None),
        ("channels", 1, 12, list(range(1, 13))),
        ("bits", 2, 16, list(range(2, 17))),
        ("batch", 1, 64, [1, 2, 3, 4, 6, 8, 11, 16, 23, 32, 45, 64]),
        (
            "context",
            1_000,
            100_000,
            [
                1000,
                1500,
                2200,
                3200,
                4600,
                6800,
                10_000,
                15_000,
                22_000,
                32_000,
                46_000,
                68_000,
                100_000,
            ],
        ),
        (
            "parameters",
            1e9,
            1e11,
            [
                1e9,
                1.5e9,
                2.2e9,
                3.2e9,
                4.6e9,
                6.8e9,
                1e10,
                1.5e10,
                2.2e10,
                3.2e10,
                4.6e10,
                6.8e10,
                1e11,
            ],
        ),
        ("bits", 2.42, 2.5, None),
        ("context", 0, 12_345, None),
        ("batch", 1, 2, [1, 2]),
    ],
)
def test_values_are_round_and_the_ends_among_them(
    name: str, low: float, high: float, values: list[float] | None
) -> None:
    sweep = Sweep(QUANTITIES[name], low, high)
    made = sweep.values()
    assert made == (values or made)
    assert (made[0], made[-1]) == (low, high)
    assert 9 <= len(made) <= 17 or sweep.quantity.is_whole
    assert len({sweep.words(value) for value in made}) == len(made)


def test_what_was_observed_is_computed_too() -> None:
    assert 8_192 in across(chart(sweep=CONTEXT, observed="8192 = 90 token/s"))


def test_a_wide_sweep_is_drawn_by_factors() -> None:
    drawn = draw(chart(sweep="batch from 1 to 64"))
    assert (drawn.x.scale, drawn.y.scale) == ("log", "log")
    assert drawn.x.ticks == (1, 2, 5, 10, 20, 50)


def test_channels_are_those_of_the_memory() -> None:
    body = chart(sweep="channels from 1 to 12", device="", memory="12 x DDR5-6000")
    ceilings = {name.name: name.value for name in compute(body).figures if "ceiling" in name.name}
    assert ceilings["ceiling_12"] == pytest.approx(12 * ceilings["ceiling_1"])
    assert draw(body).x == Axis("memory channels", "", domain=(1, 12))


def test_parameters_are_those_of_dense_models() -> None:
    made = compute(chart(sweep="parameters from 1B to 10B", model=""))
    assert made.title == "a dense model on RTX 4090, over parameters"
    ceilings = {each.name: each.value for each in made.figures}
    assert ceilings["ceiling_1b"] == pytest.approx(10 * ceilings["ceiling_10b"])
    assert "layers: for each value by itself" in made.assumptions


def test_a_sweep_ends_where_the_memory_is_full() -> None:
    drawn = draw(chart(sweep="parameters from 1B to 100B", model=""))
    full = layer(drawn, Rule)
    assert full.label == "the memory is full"
    # 24 GB at 4.9 bits and a little for the cache.
    assert full.x is not None
    assert 38 < full.x < 40
    assert max(x for x, _ in layer(drawn, Line).points) == 32
    assert drawn.description.endswith("What is beyond 32B parameters does not fit into the memory.")
    assert drawn.x.domain == (1, 100)


def test_roles_and_claims_can_say_its_figures() -> None:
    claim = "middle_8000 > middle_16000 and observed_8000 < ceiling_8000"
    body = chart(sweep=CONTEXT, observed="8K = 90 token/s", claim=claim)
    html = show_holes(parse_good(f"{{token-rate}}`it.observed_8000`\n\n{body}"))
    assert html.startswith('<p><data value="90" title="observed token rate, 8,000 tokens: as obs')


def lock_of(**figures: float) -> Lock:
    """A lock of one calculation, in tokens/s."""
    locked = {
        name: LockedFigure(f"{value:g} tokens/s", value, "token/s")
        for name, value in figures.items()
    }
    return Lock({"content/a.md": {"it": LockedCalculation({}, locked)}})


def test_a_pinned_chart_shows_what_was_locked() -> None:
    lock = lock_of(
        **{
            f"{part}_{x}": 100.0 - x
            for part in ("low", "middle", "high", "ceiling")
            for x in (1, 3)
        }
    )
    registry = make_registry(Facts(lock=lock))
    body = chart(sweep="batch from 1 to 4", pin="true")
    document = parse_good(body, registry=registry)
    (drawn,) = document.plots
    assert layer(drawn, Line).points == ((1, 99), (3, 97))
    assert '<p class="pinned">' in show_holes(document)


@pytest.mark.parametrize("middle", [0.0, -4.0])
def test_a_lock_that_holds_nothing_of_it_is_told(middle: float) -> None:
    lock = lock_of(low_1=1, middle_1=middle, high_1=3, ceiling_1=4)
    body = chart(sweep="batch from 1 to 4", pin="true")
    told = messages(parse_body(body, registry=make_registry(Facts(lock=lock)))[1])
    assert told == (
        "content/a.md:9:6: the figures that are locked are of another sweep\n9 | pin: true\n"
        "  |      ^^^^\nhint: take `pin` out, run `site-gen accept`, and put it in again\n"
    )
