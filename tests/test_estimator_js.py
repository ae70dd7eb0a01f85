"""`estimator.js` computes what the estimator does: 10,000 random inputs, in a real browser."""

import json
import math
import random
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Browser, Page

from site_gen.directives.token_rate.calculator_data import for_decoding
from site_gen.directives.token_rate.data import load_calibration
from site_gen.estimator.assumptions import find_kernel
from site_gen.estimator.catalogue import DEVICE_CLASSES
from site_gen.estimator.estimate import Estimate, estimate
from site_gen.estimator.inputs import Device, Engine, Model, Workload
from site_gen.setup import checkout_root
from tests.server import serving

T = TypeVar("T")

COUNT = 10_000
CLASSES = (*DEVICE_CLASSES, "intel-gpu", "apple-cpu", "")
ENGINES: tuple[Engine, ...] = ("llama.cpp", "ik_llama.cpp", "compiled", "server", "eager")
QUANTIZATIONS = (
    *(("", bits) for bits in (1, 1.58, 2.42, 2.9, 3, 4.5, 5, 8, 11.9, 12, 12.5, 14, 16)),
    *(("IQ2_XXS", 2.06), ("IQ3_M", 3.7), ("IQ2_KT", 2.125), ("Q4_0", 4.55), ("Q4_K_M", 4.89)),
    *(("MXFP4", 4.25), ("MXFP4", 4.4), ("FP8", 8.0), ("NVFP4", 4.5), ("Q8_0", 8.5), ("BF16", 16.0)),
)


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    with serving(checkout_root() / "static/assets") as address:
        page.goto(address)
        yield page
    page.close()


def test_the_script_computes_what_the_estimator_does(page: Page) -> None:
    chance = random.Random(2026)
    given = [(_device(chance), _model(chance), _workload(chance)) for _ in range(COUNT)]
    made = run_script(page, given)
    expected = [estimate(*each, load_calibration()) for each in given]
    assert {each.limit for each in expected} == {"bandwidth", "fabric", "compute", "layers"}
    assert {each.fits for each in expected} == {True, False, None}
    assert {each.ceiling_limit for each in expected} == {"bandwidth", "compute"}
    for inputs, one, other in zip(given, made, expected, strict=True):
        words = (one["limit"], one["fits"], one["ceilingLimit"])
        assert words == (other.limit, other.fits, other.ceiling_limit), inputs
        assert difference(flatten(one), numbers_of(other)) < 1e-9, inputs


def run_script(page: Page, given: list[tuple[Device, Model, Workload]]) -> list[dict[str, Any]]:
    """What `estimate` of the script gives for each of the inputs."""
    records = json.dumps([[asdict(record) for record in each] for each in given])
    calibration = for_decoding(load_calibration())
    made: list[dict[str, Any]] = page.evaluate(
        """async ([records, calibration]) => {
            const { estimate } = await import("/estimator.js");
            return JSON.parse(records).map((each) => estimate(...each, calibration));
        }""",
        [records, calibration],
    )
    return made


def flatten(made: dict[str, Any]) -> list[float | None]:
    """The numbers of what the script gives."""
    names = ("ceiling", "low", "middle", "high", "memory")
    return [*(made[name] for name in names), *made["read"].values()]


def numbers_of(expected: Estimate) -> list[float | None]:
    """The same of an estimate."""
    read = expected.bytes_per_token
    return [
        expected.ceiling_tokens_per_s,
        expected.low_tokens_per_s,
        expected.middle_tokens_per_s,
        expected.high_tokens_per_s,
        expected.memory_bytes,
        *(read.always_read, read.routed, read.cache, read.total),
    ]


def difference(made: list[float | None], expected: list[float | None]) -> float:
    """The largest difference of two numbers as a part of them; infinite where one is not there."""
    return max(map(_differ, made, expected))


def _differ(one: float | None, other: float | None) -> float:
    if one == other:
        return 0.0
    return math.inf if one is None or other is None else abs(one - other) / abs(other)


def _device(chance: random.Random) -> Device:
    channels, transfers = chance.randint(1, 24), 1e6 * chance.choice((2133, 3200, 5600, 8800))
    bandwidth = _spread(chance, 1e10, 1e13)
    is_counted = chance.random() < 0.3
    return Device(
        name="a device",
        device_class=chance.choice(CLASSES),
        bandwidth_bytes_per_s=channels * 8 * transfers if is_counted else bandwidth,
        memory_channels=channels if is_counted else None,
        transfers_per_s=transfers if is_counted else None,
        fabric_bytes_per_s=_maybe(chance, bandwidth * _spread(chance, 0.3, 3)),
        measured_bandwidth_bytes_per_s=_maybe(chance, bandwidth * _spread(chance, 0.3, 1.2)),
        compute_parameters_per_s=_maybe(chance, _spread(chance, 1e10, 1e14), 0.1),
        peak_flop_per_s=_maybe(chance, _spread(chance, 1e12, 3e15), 0.5),
        memory_bytes=_maybe(chance, _spread(chance, 8e9, 2e12), 0.7),
        threads=_maybe(chance, chance.randint(1, 256)),
        sockets=chance.choice((1, 1, 1, 2)),
    )


def _model(chance: random.Random) -> Model:
    """A dense one or a mixture of experts; its cache whole, latent, windowed or not known."""
    total = _spread(chance, 3e8, 2e12)
    experts = chance.choice((0, 0, 8, 128, 384))
    routed = total * chance.uniform(0.5, 0.99) if experts else 0.0
    each = chance.randint(1, min(8, experts)) if experts else 0
    routed_active = routed * each / experts if experts else 0.0
    layers = _maybe(chance, chance.randint(8, 126), 0.9)
    cache = (layers or 40) * chance.choice((576, 1024, 2048, 16384))
    return Model(
        name="a model",
        active_parameters=total - routed + routed_active,
        total_parameters=_maybe(chance, total, 0.9),
        routed_parameters=routed,
        routed_active_parameters=routed_active,
        experts=experts,
        experts_per_token=each,
        layers=layers,
        cache_elements_per_token=_maybe(chance, float(cache), 0.9),
        windowed_cache_elements_per_token=chance.choice((0.0, 0.0, 5.0 * cache)),
        window_tokens=chance.choice((None, 128, 1024, 4096)),
    )


def _workload(chance: random.Random) -> Workload:
    quantization, bits = chance.choice((*QUANTIZATIONS, ("", chance.uniform(1, 16))))
    return Workload(
        bits_per_parameter=bits,
        always_read_bits=_maybe(chance, chance.uniform(4, 8), 0.1),
        quantization=quantization,
        kernel=find_kernel(quantization, bits),
        engine=chance.choice(ENGINES),
        product_bits=chance.choice((16, 16, 8, 4)),
        is_recent=chance.random() < 0.7,
        context_tokens=chance.choice((0, 512, 8192, 131_072, chance.randint(0, 1_000_000))),
        batch=chance.choice((1, 1, 2, 8, 512, chance.randint(1, 512))),
        cache_bits_per_element=chance.choice((32.0, 16.0, 8.5, 8.0, 5.5, 4.5)),
        threads=_maybe(chance, chance.randint(1, 192)),
    )


def _spread(chance: random.Random, low: float, high: float) -> float:
    """A number between the two, each power of ten as likely as any other."""
    return math.exp(chance.uniform(math.log(low), math.log(high)))


def _maybe(chance: random.Random, value: T, how_likely: float = 0.4) -> T | None:
    return value if chance.random() < how_likely else None
