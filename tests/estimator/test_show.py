"""The figures of an estimate, as they are read."""

from hypothesis import given
from hypothesis import strategies as st

from site_gen.estimator import units
from site_gen.estimator.estimate import Device, Estimate, Model, Workload, estimate
from site_gen.estimator.figure import Figure
from site_gen.estimator.show import figures, limit_text


def make_estimate(
    memory: str = "12 x DDR5-6000",
    parameters: str = "37B",
    quantization: str = "2.42 bit",
    compute: str | None = None,
) -> Estimate:
    bandwidth = units.parse_bandwidth(memory)
    device = Device(
        name=bandwidth.text,
        bandwidth_bytes_per_s=bandwidth.bytes_per_s,
        memory_channels=bandwidth.channels,
        transfers_per_s=bandwidth.transfers_per_s,
        compute_parameters_per_s=None if compute is None else units.parse_compute(compute),
    )
    model = Model(name="DeepSeek-V3-0324", active_parameters=units.parse_count(parameters))
    workload = Workload(bits_per_parameter=units.parse_bits_per_parameter(quantization))
    return estimate(device, model, workload)


def by_name(estimate: Estimate, observed: float | None = None) -> dict[str, Figure]:
    return {figure.name: figure for figure in figures(estimate, observed)}


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
        },
    )


def test_fewer_channels_change_what_depends_on_them_and_nothing_else() -> None:
    twelve, eight = by_name(make_estimate(), 4.6), by_name(make_estimate("8 x DDR5-6000"), 4.6)
    changed = {name for name in twelve if twelve[name].text != eight[name].text}
    assert changed == {"channels", "bandwidth", "bound", "ratio"}
    assert eight["bandwidth"].number_text == "384"
    assert eight["bound"].number_text == "34.31"
    assert eight["ratio"].number_text == "7.46"


def test_a_figure_says_what_it_is_and_how_it_came_about() -> None:
    assert by_name(make_estimate())["bandwidth"] == Figure(
        name="bandwidth",
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


def test_one_is_singular() -> None:
    shown = by_name(make_estimate("1 x DDR5-6000", quantization="1 bit"), 1)
    assert [shown[name].text for name in ("quantization", "channels", "observed")] == [
        "1 bit",
        "1 channel",
        "1 token/s",
    ]


def test_the_limit_has_words() -> None:
    assert limit_text("bandwidth") == "memory bandwidth"
    assert limit_text("compute") == "compute"


@given(st.floats(1e3, 1e17))
def test_a_bandwidth_reads_back_from_its_figure(bytes_per_s: float) -> None:
    shown = by_name(make_estimate(f"{bytes_per_s!r} byte/s"))["bandwidth"]
    read = units.parse_bandwidth(shown.text).bytes_per_s
    assert abs(read / bytes_per_s - 1) < 1e-5


@given(st.floats(1, 1e17))
def test_parameters_read_back_from_their_figure(count: float) -> None:
    shown = by_name(make_estimate(parameters=repr(count)))["parameters"]
    assert abs(units.parse_count(shown.text) / count - 1) < 1e-5


@given(st.floats(0.01, 64))
def test_a_quantization_reads_back_from_its_figure(bits: float) -> None:
    shown = by_name(make_estimate(quantization=f"{bits!r} bit"))["quantization"]
    assert abs(units.parse_bits_per_parameter(shown.text) / bits - 1) < 1e-5


@given(st.floats(1e-4, 9e6))
def test_an_observation_reads_back_from_its_figure(tokens_per_s: float) -> None:
    shown = by_name(make_estimate(), tokens_per_s)["observed"]
    assert abs(units.parse_rate(shown.text) / tokens_per_s - 1) < 1e-5
