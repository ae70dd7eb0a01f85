"""Estimates: the article's case, what binds, and what holds of any device, model and workload."""

import dataclasses
import math
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from site_gen.estimator.estimate import Estimate
from site_gen.estimator.inputs import Device, Model, Share, Workload
from tests.estimator.estimating import (
    batches,
    contexts,
    devices,
    make_estimate,
    models,
    workloads,
)

ARTICLE = Device(name="12 x DDR5-6000", device_class="cpu-server", bandwidth_bytes_per_s=576e9)
DEEPSEEK = Model(name="DeepSeek-V3-0324", active_parameters=37e9)
NVIDIA = Device(
    name="RTX 4090",
    device_class="nvidia-consumer",
    bandwidth_bytes_per_s=1008e9,
    peak_flop_per_s=165e12,
    memory_bytes=24e9,
)
LLAMA = Model(
    name="Llama-3.1-8B",
    active_parameters=7.505e9,
    total_parameters=8.03e9,
    layers=32,
    cache_elements_per_token=65536,
)
Q4_K_M = Workload(bits_per_parameter=4.8944, quantization="Q4_K_M")


def estimate_article(compute_parameters_per_s: float | None = None) -> Estimate:
    device = replace(ARTICLE, compute_parameters_per_s=compute_parameters_per_s)
    return make_estimate(device, DEEPSEEK, Workload(bits_per_parameter=2.42))


def assert_monotone(less: Estimate, more: Estimate) -> None:
    """The second is as fast or faster, give or take the rounding of a float."""
    assert more.middle_tokens_per_s >= less.middle_tokens_per_s * (1 - 1e-12)
    assert more.ceiling_tokens_per_s >= less.ceiling_tokens_per_s * (1 - 1e-12)


def test_the_articles_case() -> None:
    made = estimate_article()
    assert made.weight_bytes_per_token == 11.1925e9
    assert made.bandwidth_bound_tokens_per_s == pytest.approx(51.463, abs=0.0005)
    assert made.compute_bound_tokens_per_s is None
    assert made.ceiling_tokens_per_s == made.bandwidth_bound_tokens_per_s
    assert made.ceiling_limit == "bandwidth"


def test_slow_compute_is_the_ceiling() -> None:
    made = estimate_article(compute_parameters_per_s=370e9)
    assert made.compute_bound_tokens_per_s == 10
    assert made.ceiling_tokens_per_s == 10
    assert made.ceiling_limit == "compute"


def test_bandwidth_is_the_ceiling_where_both_bounds_are_equal() -> None:
    device = Device(name="d", bandwidth_bytes_per_s=2e9, compute_parameters_per_s=2e9)
    model = Model(name="m", active_parameters=1e9)
    made = make_estimate(device, model, Workload(bits_per_parameter=8))
    assert made.ceiling_limit == "bandwidth"


def test_a_graphics_card_reads_weights_most_of_the_time() -> None:
    made = make_estimate(NVIDIA, LLAMA, Q4_K_M)
    assert made.limit == "bandwidth"
    assert made.fits
    assert 0.5 < made.middle_tokens_per_s / made.ceiling_tokens_per_s < 0.95


def test_a_small_model_on_much_bandwidth_waits_for_its_layers() -> None:
    device = replace(NVIDIA, bandwidth_bytes_per_s=8e12)
    assert make_estimate(device, LLAMA, Q4_K_M).limit == "layers"


def test_a_processor_with_few_threads_computes_most_of_the_time() -> None:
    workload = Workload(bits_per_parameter=2.42, threads=4, kernel="codebook")
    assert make_estimate(ARTICLE, DEEPSEEK, workload).limit == "compute"


def test_a_fabric_that_is_narrower_than_the_memory_is_what_binds() -> None:
    device = replace(ARTICLE, fabric_bytes_per_s=64e9)
    workload = Workload(bits_per_parameter=16, threads=64)
    assert make_estimate(device, DEEPSEEK, workload).limit == "fabric"


def test_what_does_not_fit_is_told_and_so_is_what_is_not_known() -> None:
    assert make_estimate(NVIDIA, LLAMA, replace(Q4_K_M, context_tokens=200_000)).fits is False
    assert make_estimate(ARTICLE, LLAMA, Q4_K_M).fits is None


def test_what_is_assumed_is_listed() -> None:
    made = make_estimate(replace(ARTICLE, device_class=""), DEEPSEEK, Q4_K_M)
    assert [each.subject for each in made.assumed] == ["layers", "cache", "class"]
    assert made.assumed[0].text == "DeepSeek-V3-0324 has 61 layers, as models of its size do"


def test_nothing_is_assumed_of_what_is_known() -> None:
    assert make_estimate(NVIDIA, LLAMA, Q4_K_M).assumed == ()


def test_bytes_per_token_are_told_by_part() -> None:
    made = make_estimate(NVIDIA, LLAMA, replace(Q4_K_M, context_tokens=8192))
    assert made.bytes_per_token.always_read == pytest.approx(7.505e9 * 4.8944 / 8)
    assert made.bytes_per_token.routed == 0
    assert made.bytes_per_token.cache == 65536 * 8192 * 2


def test_a_class_without_measurements_has_a_wider_range() -> None:
    known = make_estimate(NVIDIA, LLAMA, Q4_K_M)
    unknown = make_estimate(replace(NVIDIA, device_class=""), LLAMA, Q4_K_M)

    def width(made: Estimate) -> float:
        return math.log(made.middle_tokens_per_s / made.low_tokens_per_s)

    assert width(unknown) > width(known)


def test_devices_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        NVIDIA.name = "another"  # type: ignore[misc]


@given(devices, models, workloads)
def test_a_range_is_in_order_and_never_above_the_ceiling(
    device: Device, model: Model, workload: Workload
) -> None:
    made = make_estimate(device, model, workload)
    assert 0 < made.low_tokens_per_s <= made.middle_tokens_per_s <= made.high_tokens_per_s
    assert made.high_tokens_per_s <= made.ceiling_tokens_per_s


@given(devices, models, workloads, st.floats(1, 100))
def test_more_bandwidth_is_never_slower(
    device: Device, model: Model, workload: Workload, factor: float
) -> None:
    faster = replace(device, bandwidth_bytes_per_s=device.bandwidth_bytes_per_s * factor)
    assert_monotone(make_estimate(device, model, workload), make_estimate(faster, model, workload))


@given(devices, models, workloads, st.floats(1, 16))
def test_more_bits_are_never_faster(
    device: Device, model: Model, workload: Workload, bits: float
) -> None:
    assume(bits >= workload.bits_per_parameter)
    larger = replace(workload, bits_per_parameter=bits)
    assert_monotone(make_estimate(device, model, larger), make_estimate(device, model, workload))


@given(devices, models, workloads, contexts)
def test_more_context_is_never_faster(
    device: Device, model: Model, workload: Workload, more: int
) -> None:
    longer = replace(workload, context_tokens=workload.context_tokens + more)
    assert_monotone(make_estimate(device, model, longer), make_estimate(device, model, workload))


@given(devices, models, workloads, batches)
def test_a_larger_batch_is_never_slower_in_all_and_never_faster_for_each(
    device: Device, model: Model, workload: Workload, more: int
) -> None:
    larger = replace(workload, batch=workload.batch + more)
    small, large = make_estimate(device, model, workload), make_estimate(device, model, larger)
    assert_monotone(small, large)
    assert large.middle_tokens_per_s / larger.batch <= (
        small.middle_tokens_per_s / workload.batch * (1 + 1e-12)
    )


@given(devices, models, workloads)
def test_a_split_over_one_device_is_the_device(
    device: Device, model: Model, workload: Workload
) -> None:
    whole = Share(device=device, always_read=1.0, routed=1.0)
    one, split = (
        make_estimate(device, model, each) for each in (workload, replace(workload, split=(whole,)))
    )
    assert split.middle_tokens_per_s == pytest.approx(one.middle_tokens_per_s, rel=1e-12)
    assert split.ceiling_tokens_per_s == pytest.approx(one.ceiling_tokens_per_s, rel=1e-12)


@given(devices, devices, models, workloads, st.floats(0, 1))
def test_a_split_is_never_faster_than_all_on_the_faster_device(
    one: Device, other: Device, model: Model, workload: Workload, part: float
) -> None:
    share = Share(device=other, always_read=part, routed=part)
    split = make_estimate(one, model, replace(workload, split=(share,)))
    fastest = max(
        make_estimate(device, model, workload).ceiling_tokens_per_s for device in (one, other)
    )
    assert split.ceiling_tokens_per_s <= fastest * (1 + 1e-9)
