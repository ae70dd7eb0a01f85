"""The article's numbers, and what must hold of its bound for any numbers."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_gen.estimator.equations import bound as equations

sizes = st.floats(1e-3, 1e15)


def test_37_billion_parameters_of_2_42_bit_are_11_19_gb() -> None:
    assert equations.bytes_per_token(37e9, 2.42) == 11.1925e9


def test_576_gb_per_s_allow_51_46_tokens_per_s() -> None:
    assert round(equations.bandwidth_bound_tokens_per_s(576e9, 37e9, 2.42), 2) == 51.46


def test_the_lower_of_both_bounds_binds() -> None:
    assert equations.bound_tokens_per_s(576e9, 74e9, 37e9, 2.42) == 2
    assert round(equations.bound_tokens_per_s(576e9, math.inf, 37e9, 2.42), 2) == 51.46


@given(sizes, sizes, sizes, sizes)
def test_the_bound_is_the_articles_second_equation(
    bandwidth: float, compute: float, parameters: float, bits: float
) -> None:
    as_written = min(bandwidth / (bits / 8), compute) / parameters
    bound = equations.bound_tokens_per_s(bandwidth, compute, parameters, bits)
    assert bound == pytest.approx(as_written, rel=1e-12)


@given(sizes, sizes, sizes, sizes, st.floats(1, 1e3))
def test_the_bound_rises_with_bandwidth_and_falls_with_parameters_and_bits(
    bandwidth: float, compute: float, parameters: float, bits: float, more: float
) -> None:
    bound = equations.bound_tokens_per_s(bandwidth, compute, parameters, bits)
    assert equations.bound_tokens_per_s(bandwidth * more, compute, parameters, bits) >= bound
    assert equations.bound_tokens_per_s(bandwidth, compute, parameters * more, bits) <= bound
    assert equations.bound_tokens_per_s(bandwidth, compute, parameters, bits * more) <= bound


@given(sizes, sizes, sizes, st.integers(-10, 10))
def test_only_the_proportion_of_bandwidth_to_size_matters(
    bandwidth: float, parameters: float, bits: float, exponent: int
) -> None:
    scale = 2.0**exponent
    bound = equations.bandwidth_bound_tokens_per_s(bandwidth, parameters, bits)
    scaled = equations.bandwidth_bound_tokens_per_s(bandwidth * scale, parameters * scale, bits)
    assert scaled == bound
