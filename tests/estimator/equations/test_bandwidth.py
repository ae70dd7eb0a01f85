"""What memory and fabric deliver, for the devices that the article and its sources speak of."""

from hypothesis import given
from hypothesis import strategies as st

from site_gen.estimator.equations.bandwidth import (
    fabric_bandwidth_bytes_per_s,
    memory_bandwidth_bytes_per_s,
    usable_bandwidth_bytes_per_s,
)

sizes = st.floats(1e-3, 1e15)


def test_twelve_channels_of_ddr5_6000_give_576_gb_per_s() -> None:
    assert memory_bandwidth_bytes_per_s(6e9, 12) == 576e9


def test_two_chiplets_of_zen_5_read_128_gb_per_s_and_with_wide_links_256() -> None:
    assert fabric_bandwidth_bytes_per_s(2, 32, 2.0e9) == 128e9
    assert fabric_bandwidth_bytes_per_s(2, 64, 2.0e9) == 256e9


def test_the_narrowest_part_of_the_road_decides() -> None:
    assert usable_bandwidth_bytes_per_s(576e9, None, None) == 576e9
    assert usable_bandwidth_bytes_per_s(576e9, 128e9, None) == 128e9
    assert usable_bandwidth_bytes_per_s(64e9, 115.2e9, None) == 64e9


def test_a_measurement_beats_the_arithmetic_of_the_fabric() -> None:
    assert usable_bandwidth_bytes_per_s(307.2e9, 230.4e9, 237e9) == 237e9


@given(sizes, st.none() | sizes, st.none() | sizes)
def test_no_fabric_and_no_measurement_adds_to_the_modules(
    modules: float, fabric: float | None, measured: float | None
) -> None:
    assert usable_bandwidth_bytes_per_s(modules, fabric, measured) <= modules
