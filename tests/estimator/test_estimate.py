"""Estimates and comparisons: the article's case, which limit binds, and what never happens."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_gen.estimator.estimate import Estimate, compare, estimate
from site_gen.estimator.inputs import Device, Model, Workload

sizes = st.floats(1e-3, 1e15)


def make_estimate(
    bandwidth: float = 576e9,
    parameters: float = 37e9,
    bits: float = 2.42,
    compute: float | None = None,
) -> Estimate:
    device = Device(name="d", bandwidth_bytes_per_s=bandwidth, compute_parameters_per_s=compute)
    model = Model(name="m", active_parameters=parameters)
    return estimate(device, model, Workload(bits_per_parameter=bits))


def test_the_articles_case() -> None:
    made = make_estimate()
    assert made.bytes_per_token == 11.1925e9
    assert made.bandwidth_bound_tokens_per_s == pytest.approx(51.463, abs=0.0005)
    assert made.compute_bound_tokens_per_s is None
    assert made.ceiling_tokens_per_s == made.bandwidth_bound_tokens_per_s
    assert made.limit == "bandwidth"


def test_slow_compute_is_the_limit() -> None:
    made = make_estimate(compute=370e9)
    assert made.compute_bound_tokens_per_s == 10
    assert made.ceiling_tokens_per_s == 10
    assert made.limit == "compute"


def test_bandwidth_is_the_limit_where_both_bounds_are_equal() -> None:
    assert make_estimate(bandwidth=2e9, parameters=1e9, bits=8, compute=2e9).limit == "bandwidth"


def test_the_articles_observation_is_11_2_times_below_the_ceiling() -> None:
    comparison = compare(make_estimate(), 4.6)
    assert comparison.shortfall_ratio == pytest.approx(11.1876, abs=0.00005)
    assert comparison.share_of_ceiling == pytest.approx(0.0894, abs=0.00005)
    assert comparison.implied_bandwidth_bytes_per_s == pytest.approx(51.4855e9)
    assert not comparison.above_ceiling


def test_an_observation_above_the_ceiling_is_told() -> None:
    comparison = compare(make_estimate(), 60)
    assert comparison.above_ceiling
    assert comparison.shortfall_ratio < 1 < comparison.share_of_ceiling


def test_a_device_cannot_be_changed() -> None:
    device = make_estimate().device
    with pytest.raises(dataclasses.FrozenInstanceError):
        device.bandwidth_bytes_per_s = 1.0  # type: ignore[misc]


@pytest.mark.parametrize("bandwidth", [0, -1, float("nan"), float("inf")])
def test_what_cannot_be_computed_with_breaks_an_invariant(bandwidth: float) -> None:
    with pytest.raises(AssertionError):
        Device(name="d", bandwidth_bytes_per_s=bandwidth)


@given(sizes, sizes, sizes, sizes)
def test_the_ceiling_is_never_above_either_bound(
    bandwidth: float, parameters: float, bits: float, compute: float
) -> None:
    made = make_estimate(bandwidth, parameters, bits, compute)
    assert made.compute_bound_tokens_per_s is not None
    bounds = {
        "bandwidth": made.bandwidth_bound_tokens_per_s,
        "compute": made.compute_bound_tokens_per_s,
    }
    assert made.ceiling_tokens_per_s == min(bounds.values()) == bounds[made.limit]


@given(sizes, sizes, sizes, sizes)
def test_ratio_and_share_are_each_others_reciprocal(
    bandwidth: float, parameters: float, bits: float, observed: float
) -> None:
    comparison = compare(make_estimate(bandwidth, parameters, bits), observed)
    assert comparison.shortfall_ratio * comparison.share_of_ceiling == pytest.approx(1, rel=1e-12)


@given(sizes, sizes, sizes)
def test_observing_the_ceiling_implies_the_devices_bandwidth(
    bandwidth: float, parameters: float, bits: float
) -> None:
    made = make_estimate(bandwidth, parameters, bits)
    implied = compare(made, made.ceiling_tokens_per_s).implied_bandwidth_bytes_per_s
    assert implied == pytest.approx(bandwidth, rel=1e-12)
