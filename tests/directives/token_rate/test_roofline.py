"""Rooflines: two roofs, and what is below them."""

import math

import pytest

from site_gen.charts import Line, Points
from tests.directives.token_rate.charting import chart, compute, draw, layer


def test_a_roofline_has_two_roofs_and_points_below_them() -> None:
    drawn = draw(chart(roofline="true"))
    assert [(type(each), each.label) for each in drawn.layers] == [
        (Line, "memory: 1.008 TB/s"),
        (Line, "compute: 165 TFLOP/s"),
        (Points, "likely"),
    ]
    assert drawn.title == "Roofline of Llama-3.1-8B on RTX 4090"
    memory, compute_roof, points = drawn.layers
    assert isinstance(memory, Line)
    assert isinstance(compute_roof, Line)
    assert isinstance(points, Points)
    assert memory.points[1] == compute_roof.points[0] == (165e12 / 1008e9, 165e12)
    assert points.names == ("1 sequence", "8 sequences", "64 sequences", "prefill of 512 tokens")
    for x, y in points.points:
        assert y <= min(165e12, 1008e9 * x)
    assert drawn.description.startswith(
        "Llama-3.1-8B on RTX 4090: the roof rises with 1.008 TB/s to 165 TFLOP/s, where it turns "
        "flat at 164 FLOP/byte. 1 sequence: "
    )
    assert drawn.description.endswith("under the roof of compute.")


def test_an_intensity_is_twice_the_parameters_over_the_bytes() -> None:
    made = compute(chart(roofline="true", quantization="8 bit", batch="3", prompt="1K"))
    values = {figure.name: figure.value for figure in made.figures}
    assert values["intensity_batch-1"] == pytest.approx(2)
    assert values["intensity_batch-3"] == pytest.approx(6)
    assert values["intensity_prefill"] == pytest.approx(2_000)
    assert values["roof_batch-3"] == pytest.approx(3 * values["roof_batch-1"])
    assert values["roof_prefill"] == pytest.approx(165e12 / 2 / values["parameters"])
    assert math.isclose(values["ridge"], values["peak"] / values["bandwidth"])


def test_a_peak_may_be_given_and_several_devices_add_theirs() -> None:
    body = chart(roofline="true", device="", memory="576 GB/s", compute="40e12 parameters/s")
    assert layer(draw(body), Line).label == "memory: 576 GB/s"
    two = draw(chart(roofline="true", device="2 x RTX 4090", tensor_parallel="2"))
    assert [each.label for each in two.layers[:2]] == ["memory: 2.016 TB/s", "compute: 330 TFLOP/s"]
