"""The figures of an estimate, as they are read, and whether what they claim is so."""

import math
import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_gen.estimator import readers
from site_gen.estimator.estimate import Estimate, estimate
from site_gen.estimator.figure import Figure
from site_gen.estimator.infer import infer
from site_gen.estimator.inputs import Device, Model, Workload
from site_gen.estimator.show import ceiling_limit_text, estimate_figures
from site_gen.estimator.show_range import inference_figures, limit_text, range_figures
from tests.estimator.estimating import CALIBRATION


def make_estimate(
    memory: str = "12 x DDR5-6000",
    parameters: str = "37B",
    quantization: str = "2.42 bit",
    compute: str | None = None,
) -> Estimate:
    bandwidth = readers.parse_bandwidth(memory)
    device = Device(
        name=memory,
        bandwidth_bytes_per_s=bandwidth.bytes_per_s,
        memory_channels=bandwidth.channels,
        transfers_per_s=bandwidth.transfers_per_s,
        compute_parameters_per_s=None if compute is None else readers.parse_compute(compute),
    )
    model = Model(name="DeepSeek-V3-0324", active_parameters=readers.parse_count(parameters))
    workload = Workload(bits_per_parameter=readers.parse_bits_per_parameter(quantization))
    return estimate(device, model, workload, CALIBRATION)


def by_name(estimate: Estimate, observed: float | None = None) -> dict[str, Figure]:
    shown = estimate_figures(estimate)
    if observed is not None:
        shown += inference_figures(infer(observed, estimate, CALIBRATION))
    return {figure.name: figure for figure in shown}


def check(shown: dict[str, Figure], expected: dict[str, tuple[str, str | None]]) -> None:
    """Compare texts and equations, order included."""
    assert [(f.name, f.text, f.equation_tex) for f in shown.values()] == [
        (name, text, tex) for name, (text, tex) in expected.items()
    ]


def test_the_articles_figures() -> None:
    check(
        by_name(make_estimate(), 4.6),
        {
            "parameters": ("37B", None),
            "quantization": ("2.42 bits", None),
            "channels": ("12 channels", None),
            "speed": ("6 GT/s", None),
            "bandwidth": ("576 GB/s", r"12 \cdot 8 \cdot 6 = 576\ \text{GB/s}"),
            "bytes": ("11.19 GB", r"37 \cdot 10^{9} \cdot 2.42 / 8 = 11.19\ \text{GB}"),
            "bound": ("51.46 tokens/s", r"576 / 11.19 \approx 51.46\ \text{tokens/s}"),
            "observed": ("4.6 tokens/s", None),
            "ratio": ("11.2 times", "51.46 / 4.6 = 11.2"),
            "implied_bandwidth": (
                "51.49 GB/s",
                r"4.6 \cdot 11.19\ \text{GB} \approx 51.49\ \text{GB/s}",
            ),
            "implied_share": ("8.9 %", None),
            "left_over": ("3.25 ms", None),
        },
    )


def test_fewer_channels_change_what_depends_on_them_and_nothing_else() -> None:
    twelve, eight = by_name(make_estimate(), 4.6), by_name(make_estimate("8 x DDR5-6000"), 4.6)
    changed = {name for name in twelve if twelve[name].text != eight[name].text}
    assert changed == {"channels", "bandwidth", "bound", "ratio", "implied_share", "left_over"}
    assert eight["bandwidth"].number_text == "384"
    assert eight["bound"].number_text == "34.31"
    assert eight["ratio"].number_text == "7.46"


def test_a_figure_says_what_it_is_and_how_it_came_about() -> None:
    assert by_name(make_estimate())["bandwidth"] == Figure(
        name="bandwidth",
        part="step",
        label="memory bandwidth",
        value=576e9,
        unit="byte/s",
        text="576 GB/s",
        number_text="576",
        symbolic_tex=r"M = M_c \cdot 8 \cdot M_s",
        equation_tex=r"12 \cdot 8 \cdot 6 = 576\ \text{GB/s}",
        explanation="M = M_c · 8 · M_s = 12 × 8 B × 6 GT/s",
    )


def test_a_bandwidth_that_was_given_has_neither_channels_nor_an_equation() -> None:
    shown = by_name(make_estimate("1792 GB/s"))
    assert list(shown) == ["parameters", "quantization", "bandwidth", "bytes", "bound"]
    assert shown["bandwidth"].text == "1.792 TB/s"
    assert shown["bandwidth"].equation_tex is None


def test_terabytes_from_channels_stay_gigabytes_as_in_their_equation() -> None:
    shown = by_name(make_estimate("24 x DDR5-6400"))
    assert shown["bandwidth"].equation_tex == r"24 \cdot 8 \cdot 6.4 = 1228.8\ \text{GB/s}"
    assert shown["bound"].equation_tex == r"1228.8 / 11.19 = 109.8\ \text{tokens/s}"


def test_an_equation_of_unlike_prefixes_has_units() -> None:
    shown = by_name(make_estimate("576 GB/s", "350M", "8 bit"))
    assert shown["bound"].equation_tex == (
        r"576\ \text{GB/s} / 350\ \text{MB} = 1646\ \text{tokens/s}"
    )


def test_compute_adds_its_bound_and_the_ceiling() -> None:
    shown = by_name(make_estimate(compute="400B parameters/s"))
    assert shown["compute"].text == "400B parameters/s"
    assert shown["compute_bound"].equation_tex == r"400 / 37 = 10.81\ \text{tokens/s}"
    assert shown["ceiling"].equation_tex == r"\min(51.46, 10.81) = 10.81\ \text{tokens/s}"
    assert shown["ceiling"].explanation == "T = min(M / Q, C) / P, limited by compute"


def test_counts_of_unlike_size_have_powers_of_ten() -> None:
    shown = by_name(make_estimate(parameters="350M", compute="7B parameters/s"))
    assert shown["compute_bound"].equation_tex == (
        r"7 \cdot 10^{9} / (350 \cdot 10^{6}) = 20\ \text{tokens/s}"
    )


def test_the_ratio_is_to_the_ceiling() -> None:
    shown = by_name(make_estimate(compute="370e9 parameter/s"), 20)
    assert shown["ratio"].text == "0.5 times"
    assert shown["ratio"].equation_tex == "10 / 20 = 0.5"


def test_a_figure_is_given_follows_or_is_read() -> None:
    shown = by_name(make_estimate(compute="400B parameters/s"), 4.6)
    parts = {
        part: [figure.name for figure in shown.values() if figure.part == part]
        for part in ("input", "step", "reading")
    }
    assert parts == {
        "input": ["parameters", "quantization", "channels", "speed", "compute"],
        "step": ["bandwidth", "bytes", "bound", "compute_bound", "ceiling"],
        "reading": ["observed", "ratio", "implied_bandwidth", "implied_share", "left_over"],
    }


@pytest.mark.parametrize("compute", [None, "400B parameters/s"])
def test_the_last_figure_of_an_estimate_is_its_result(compute: str | None) -> None:
    made = make_estimate(compute=compute)
    assert estimate_figures(made)[-1].value == made.ceiling_tokens_per_s


def test_what_the_shown_numbers_do_not_give_is_only_nearly_equal() -> None:
    shown = by_name(make_estimate(parameters="33394212345", quantization="15.15354999 bit"))
    assert shown["bytes"].equation_tex == (
        r"33.3942 \cdot 10^{9} \cdot 15.1535 / 8 \approx 63.26\ \text{GB}"
    )


def test_a_divisor_with_a_power_of_ten_is_in_parentheses() -> None:
    shown = by_name(make_estimate(), 1e-5)
    assert shown["ratio"].equation_tex == r"51.46 / (1 \times 10^{-5}) \approx 5146303"


def test_one_is_singular() -> None:
    shown = by_name(make_estimate("1 x DDR5-6000", quantization="1 bit"), 1)
    assert [shown[name].text for name in ("quantization", "channels", "observed")] == [
        "1 bit",
        "1 channel",
        "1 token/s",
    ]


def test_limits_have_words() -> None:
    assert ceiling_limit_text(make_estimate()) == "memory bandwidth"
    assert ceiling_limit_text(make_estimate(compute="1B parameters/s")) == "compute"
    assert limit_text("layers") == "the fixed cost of layers"


def test_the_middle_of_the_range_is_a_step_part_by_part() -> None:
    low, middle, high = range_figures(make_estimate())
    assert [figure.name for figure in (low, middle, high)] == ["low", "middle", "high"]
    assert low.value < middle.value < high.value
    assert middle.symbolic_tex == r"T = \frac{1}{t_\text{weights} + t_\text{layers}}"
    assert middle.equation_tex is not None
    assert re.fullmatch(
        r"\\frac\{1\}\{\([0-9.]+ \+ [0-9.]+\)\\ \\text\{ms\}\} (=|\\approx) "
        r"[0-9.]+\\ \\text\{tokens/s\}",
        middle.equation_tex,
    )
    assert low.equation_tex is None
    assert low.explanation.endswith("× the calibrated token rate: nine of ten are faster")


@given(st.floats(1e3, 1e17))
def test_a_bandwidth_reads_back_from_its_figure(bytes_per_s: float) -> None:
    shown = by_name(make_estimate(f"{bytes_per_s!r} byte/s"))["bandwidth"]
    read = readers.parse_bandwidth(shown.text).bytes_per_s
    assert abs(read / bytes_per_s - 1) < 1e-5


@given(st.floats(1, 1e17))
def test_parameters_read_back_from_their_figure(count: float) -> None:
    shown = by_name(make_estimate(parameters=repr(count)))["parameters"]
    assert abs(readers.parse_count(shown.text) / count - 1) < 1e-5


@given(st.floats(0.01, 64))
def test_a_quantization_reads_back_from_its_figure(bits: float) -> None:
    shown = by_name(make_estimate(quantization=f"{bits!r} bit"))["quantization"]
    assert abs(readers.parse_bits_per_parameter(shown.text) / bits - 1) < 1e-5


@given(st.floats(1e-4, 9e6))
def test_an_observation_reads_back_from_its_figure(tokens_per_s: float) -> None:
    shown = by_name(make_estimate(), tokens_per_s)["observed"]
    assert abs(readers.parse_rate(shown.text) / tokens_per_s - 1) < 1e-5


NUMBER = r"[0-9.]+(?: \\times 10\^\{-?[0-9]+\})?"
AMOUNT = re.compile(rf"({NUMBER})\\ \\text\{{([kMGTPE]?)B(?:/s)?\}}")
RESULT = re.compile(rf"(.+) (=|\\approx) ({NUMBER})(?:\\ \\text\{{([kMGTPE]?).+\}})?")
DIGITS = {"bandwidth": 6, "ratio": 3}
MEMORY = st.builds(
    "{} x DDR5-{}".format, st.integers(1, 128), st.integers(3200, 13000)
) | st.builds("{!r} byte/s".format, st.floats(1e3, 1e17))
ESTIMATES = st.builds(
    make_estimate,
    MEMORY,
    st.floats(1, 1e17).map(repr),
    st.builds("{!r} bit".format, st.floats(0.01, 64)),
    st.none() | st.builds("{!r} parameter/s".format, st.floats(1, 1e20)),
)


def evaluate(tex: str) -> Fraction:
    """What an expression gives, exactly; data in bytes where it has a unit."""
    expression = AMOUNT.sub(lambda found: f"({found[1]} * {prefix(found[2])})", tex)
    expression = re.sub(r"\^\{(.+?)\}", r"**(\1)", expression)
    expression = re.sub(r"\\(?:cdot|times)", "*", expression).replace("\\min", "min")
    expression = re.sub(r"[0-9.]+", r"Fraction('\g<0>')", expression)
    return Fraction(eval(expression, {"Fraction": Fraction, "min": min}))


def prefix(letter: str) -> int:
    return int(1000 ** " kMGTPE".index(letter or " "))


def half_of_last_digit(number: Fraction, digits: int) -> Fraction:
    """Half of what the last digit stands for that a number is shown with."""
    exponent = math.floor(math.log10(number))
    shown_digits = max(digits, exponent + 1) if exponent < 7 else digits
    return Fraction(10) ** (exponent - shown_digits + 1) / 2


@given(ESTIMATES, st.floats(1e-6, 1e9))
def test_equal_is_what_the_shown_numbers_give_once_rounded(made: Estimate, observed: float) -> None:
    for figure in by_name(made, observed).values():
        if figure.equation_tex is None:
            continue
        match = RESULT.fullmatch(figure.equation_tex)
        assert match is not None, figure.equation_tex
        given_number = evaluate(match[1]) / unit_of_left_side(figure, match[4])
        shown_number = evaluate(match[3])
        digits = DIGITS.get(figure.name, 4)
        off = abs(given_number - shown_number)
        if match[2] == "=":
            assert off <= half_of_last_digit(given_number, digits), figure.equation_tex
        else:
            finest = min(given_number, shown_number)
            assert off >= half_of_last_digit(finest, digits), figure.equation_tex


def unit_of_left_side(figure: Figure, letter: str | None) -> int:
    """What to divide by for the result's unit: channels times GT/s are GB/s, the rest is bytes."""
    is_data = figure.unit.startswith("byte") and figure.name != "bandwidth"
    return prefix(letter or "") if is_data else 1
