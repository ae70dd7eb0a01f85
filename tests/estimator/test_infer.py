"""What an observation implies: the article's 4.6 tokens/s, and the inverse of any estimate."""

from dataclasses import replace

import pytest
from hypothesis import given

from site_gen.estimator.infer import Inference, infer
from site_gen.estimator.inputs import Device, Model, Workload
from tests.estimator.estimating import CALIBRATION, devices, make_estimate, models, workloads
from tests.estimator.test_estimate import ARTICLE, DEEPSEEK, LLAMA, NVIDIA, Q4_K_M


def infer_article(observed: float) -> Inference:
    workload = Workload(bits_per_parameter=2.42, threads=16)
    return infer(observed, make_estimate(ARTICLE, DEEPSEEK, workload), CALIBRATION)


def test_the_articles_observation_is_11_2_times_below_the_ceiling() -> None:
    found = infer_article(4.6)
    assert found.shortfall_ratio == pytest.approx(11.1876, abs=0.00005)
    assert found.share_of_ceiling == pytest.approx(0.0894, abs=0.00005)
    assert found.implied_bandwidth_bytes_per_s == pytest.approx(51.4855e9)
    assert not found.above_ceiling


def test_the_articles_observation_is_likely_and_so_are_some_reasons_for_it() -> None:
    found = infer_article(4.6)
    assert 0 < found.position < 1
    assert [(each.name, each.fits) for each in found.explanations] == [
        ("as estimated", True),
        ("fabric", True),
        ("kernels", True),
        ("threads", True),
        ("sockets", True),
    ]


def test_an_observation_far_below_the_range_is_not_as_estimated() -> None:
    found = infer_article(0.5)
    assert found.position < 0
    assert not found.explanations[0].fits


def test_an_observation_above_the_ceiling_is_told() -> None:
    found = infer_article(60)
    assert found.above_ceiling
    assert found.shortfall_ratio < 1 < found.share_of_ceiling
    assert not any(each.fits for each in found.explanations)


def test_a_graphics_card_that_is_slow_may_run_old_software() -> None:
    recent = make_estimate(NVIDIA, LLAMA, Q4_K_M)
    older = make_estimate(NVIDIA, LLAMA, replace(Q4_K_M, is_recent=False))
    found = infer(older.middle_tokens_per_s, recent, CALIBRATION)
    assert [each.name for each in found.explanations] == ["as estimated", "software"]
    assert found.explanations[1].fits


def test_what_does_not_fit_may_be_read_from_a_disk() -> None:
    large = replace(LLAMA, total_parameters=80e9)
    found = infer(3.0, make_estimate(NVIDIA, large, Q4_K_M), CALIBRATION)
    assert [each.name for each in found.explanations] == ["as estimated", "software", "paging"]
    assert found.explanations[2].estimate.middle_tokens_per_s < 10


@given(devices, models, workloads)
def test_the_inverse_of_the_ceiling_is_the_bandwidth(
    device: Device, model: Model, workload: Workload
) -> None:
    made = make_estimate(device, model, workload)
    found = infer(made.ceiling_tokens_per_s, made, CALIBRATION)
    assert found.implied_bandwidth_bytes_per_s == pytest.approx(device.bandwidth_bytes_per_s)


@given(devices, models, workloads)
def test_an_estimate_with_the_implied_bandwidth_has_the_observation_as_its_ceiling(
    device: Device, model: Model, workload: Workload
) -> None:
    made = make_estimate(device, model, workload)
    observed = made.middle_tokens_per_s
    found = infer(observed, made, CALIBRATION)
    implied = replace(device, bandwidth_bytes_per_s=found.implied_bandwidth_bytes_per_s)
    again = make_estimate(implied, model, workload)
    assert again.ceiling_tokens_per_s == pytest.approx(observed)


@given(devices, models, workloads)
def test_the_middle_of_a_range_is_as_estimated(
    device: Device, model: Model, workload: Workload
) -> None:
    made = make_estimate(device, model, workload)
    found = infer(made.middle_tokens_per_s, made, CALIBRATION)
    assert found.explanations[0].fits
    assert not found.above_ceiling
