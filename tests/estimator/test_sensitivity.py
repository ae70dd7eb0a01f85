"""What the rate depends on, held against estimates with other inputs."""

import math
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from site_gen.estimator.inputs import Device, Model, Share, Workload
from site_gen.estimator.sensitivity import Sensitivity, find_sensitivity
from site_gen.estimator.show_range import sensitivity_text
from tests.estimator.estimating import (
    CALIBRATION,
    devices,
    make_estimate,
    models,
    workloads,
)

RTX_4090 = Device(
    name="RTX 4090",
    device_class="nvidia-consumer",
    bandwidth_bytes_per_s=1008e9,
    peak_flop_per_s=165e12,
)
SERVER = Device(
    name="12 x DDR5-6000", device_class="cpu-server", bandwidth_bytes_per_s=576e9, threads=32
)
LLAMA = Model(
    name="Llama-3.1-8B", active_parameters=7.505e9, layers=32, cache_elements_per_token=65536
)
Q4 = Workload(bits_per_parameter=4.9)
STEP = 1e-3


def sensitivity_of(device: Device, model: Model, workload: Workload) -> Sensitivity:
    return find_sensitivity(make_estimate(device, model, workload), CALIBRATION)


def change_of(
    one: tuple[Device, Model, Workload], other: tuple[Device, Model, Workload], ratio: float
) -> float:
    """By how many percent the rate changes where an input does by one."""
    rates = [make_estimate(*each).middle_tokens_per_s for each in (one, other)]
    return math.log(rates[1] / rates[0]) / math.log(ratio)


@given(devices, models, workloads)
def test_the_context_counts_what_longer_ones_change(
    device: Device, model: Model, workload: Workload
) -> None:
    tokens = workload.context_tokens
    assume(tokens > 10_000)
    longer = replace(workload, context_tokens=tokens + tokens // 1000)
    change = change_of(
        (device, model, workload),
        (device, model, longer),
        longer.context_tokens / tokens,
    )
    assert sensitivity_of(device, model, workload).context == pytest.approx(change, abs=0.01)


@given(devices, models, workloads)
def test_bits_count_what_larger_parameters_change(
    device: Device, model: Model, workload: Workload
) -> None:
    bits = workload.bits_per_parameter
    assume(not 4.99 < bits < 5.01)  # from 5 bits on all parameters have as many
    assume(not 11.98 < bits < 12.01)  # and from 12 on unpacking takes less
    assume(not 15.98 < bits < 16)  # until at 16 there is nothing to unpack
    assume(not model.routed_parameters or bits >= 5)
    larger = replace(workload, bits_per_parameter=bits * (1 + STEP))
    change = change_of((device, model, workload), (device, model, larger), 1 + STEP)
    assert sensitivity_of(device, model, workload).bits == pytest.approx(change, abs=0.01)


@given(devices, models, workloads)
def test_bandwidth_counts_what_a_faster_memory_changes(
    device: Device, model: Model, workload: Workload
) -> None:
    device = replace(device, fabric_bytes_per_s=None, peak_flop_per_s=200e12)
    measured = device.measured_bandwidth_bytes_per_s
    faster = replace(
        device,
        bandwidth_bytes_per_s=device.bandwidth_bytes_per_s * (1 + STEP),
        measured_bandwidth_bytes_per_s=measured and measured * (1 + STEP),
    )
    change = change_of((device, model, workload), (faster, model, workload), 1 + STEP)
    assert sensitivity_of(device, model, workload).bandwidth == pytest.approx(change, abs=0.01)


@given(devices, models, workloads)
def test_compute_counts_what_a_higher_peak_changes(
    device: Device, model: Model, workload: Workload
) -> None:
    assume(not device.is_processor)
    device = replace(device, peak_flop_per_s=device.peak_flop_per_s or 200e12)
    assert device.peak_flop_per_s is not None
    faster = replace(device, peak_flop_per_s=device.peak_flop_per_s * (1 + STEP))
    change = change_of((device, model, workload), (faster, model, workload), 1 + STEP)
    assert sensitivity_of(device, model, workload).compute == pytest.approx(change, abs=0.01)


@given(models, workloads, st.integers(100, 200))
def test_compute_of_a_processor_is_that_of_its_threads(
    model: Model, workload: Workload, threads: int
) -> None:
    fewer, more = (replace(workload, threads=count) for count in (threads, threads + 1))
    change = change_of((SERVER, model, fewer), (SERVER, model, more), (threads + 1) / threads)
    assert sensitivity_of(SERVER, model, fewer).compute == pytest.approx(change, abs=0.02)


@given(devices, models, workloads, st.integers(1000, 60_000))
def test_the_batch_counts_what_more_sequences_change(
    device: Device, model: Model, workload: Workload, batch: int
) -> None:
    one, more = (replace(workload, batch=count) for count in (batch, batch + 1))
    change = change_of((device, model, one), (device, model, more), (batch + 1) / batch)
    assert sensitivity_of(device, model, one).batch == pytest.approx(change, abs=0.01)


@given(devices, models, workloads)
def test_the_cost_of_layers_counts_its_share_of_a_step(
    device: Device, model: Model, workload: Workload
) -> None:
    made = make_estimate(device, model, workload)
    assume(made.middle_tokens_per_s < made.ceiling_tokens_per_s)
    share = made.step.layers_s / made.step.total_s
    assert find_sensitivity(made, CALIBRATION).layer_cost == pytest.approx(-share, abs=1e-4)


@given(devices, models, workloads)
def test_signs_are_those_of_what_helps_and_what_does_not(
    device: Device, model: Model, workload: Workload
) -> None:
    made = sensitivity_of(device, model, workload)
    for helps in (made.bandwidth, made.compute):
        assert -1e-6 <= helps <= 1 + 1e-3
    for hinders in (made.context, made.layer_cost):
        assert -1 - 1e-3 <= hinders <= 1e-6


def test_a_single_sequence_of_experts_loses_nothing_to_a_corner() -> None:
    """A batch below one sequence would read as many experts as one does."""
    experts = replace(
        LLAMA,
        total_parameters=70e9,
        routed_parameters=65e9,
        routed_active_parameters=4e9,
        experts=64,
        experts_per_token=4,
    )
    one, two = Q4, replace(Q4, batch=2)
    change = change_of((RTX_4090, experts, one), (RTX_4090, experts, two), 2)
    assert sensitivity_of(RTX_4090, experts, one).batch == pytest.approx(change, abs=0.15)


def test_a_bound_by_compute_depends_on_compute_alone() -> None:
    device = replace(RTX_4090, compute_parameters_per_s=100e9)
    made = sensitivity_of(device, LLAMA, Q4)
    assert (made.compute, made.bandwidth) == pytest.approx((1, 0), abs=1e-4)


def test_devices_of_a_split_count_as_well() -> None:
    split = (Share(device=SERVER, always_read=0.5, routed=0.5),)
    made = sensitivity_of(RTX_4090, LLAMA, replace(Q4, split=split))
    assert made.compute > 0.1  # the processor's threads
    assert made.bandwidth > 0.1  # and both memories


def test_it_is_said_in_one_line_what_matters_most_first() -> None:
    made = Sensitivity(
        bandwidth=0.64, bits=-0.62, context=-0.04, batch=0.96, layer_cost=-0.997, compute=0.05
    )
    assert sensitivity_text(made, batch=1) == (
        "1 % more fixed cost of layers makes it 1 % slower, 1 % more bandwidth 0.6 % faster, "
        "1 % more bits per parameter 0.6 % slower"
    )


def test_sequences_are_spoken_of_where_there_are_several() -> None:
    made = Sensitivity(bandwidth=0, bits=0, context=0, batch=0.96, layer_cost=0, compute=0)
    assert sensitivity_text(made, batch=1) == ""
    assert sensitivity_text(made, batch=8) == "1 % more sequences makes it 1 % faster"
