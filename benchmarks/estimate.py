"""Time one estimate, and what comes before the first: `python benchmarks/estimate.py`.

Prints microseconds for each kind of estimate, the median of several rounds, beside the bar of 50;
and milliseconds for loading the catalogue and the calibration, which each process pays once.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from site_gen.directives.facts import Facts
from site_gen.directives.token_rate.data import Data, load_data
from site_gen.estimator.catalogue import DeviceEntry, ModelEntry
from site_gen.estimator.estimate import estimate
from site_gen.estimator.infer import infer
from site_gen.estimator.inputs import Device, Model, Share, Workload
from site_gen.estimator.prefill import estimate_prefill

BAR_US = 50.0
ROUNDS = 9
CALLS = 2000


def main() -> None:
    """Print a line for each kind of estimate."""
    started = time.perf_counter()
    data = load_data(Facts())
    print(f"loading catalogue and calibration: {1e3 * (time.perf_counter() - started):.0f} ms")
    for name, call in make_cases(data).items():
        measured = time_call(call)
        print(f"{name:32s} {measured:6.1f} µs   {measured / BAR_US:5.2f} of the bar")


def make_cases(data: Data) -> dict[str, Callable[[], object]]:
    """What is timed, by name."""
    calibration = data.calibration
    card, server = find_device(data, "RTX 4090"), find_device(data, "EPYC 9115")
    dense, experts = find_model(data, "Llama-3.1-8B"), find_model(data, "DeepSeek-V3")
    plain = Workload(bits_per_parameter=4.8944, quantization="Q4_K_M")
    long = replace(plain, context_tokens=32_768, batch=8)
    split = replace(plain, split=(Share(device=card, always_read=0.5, routed=0.0),))
    article = estimate(server, experts, plain, calibration)
    return {
        "a card, a dense model": lambda: estimate(card, dense, plain, calibration),
        "with context and batch": lambda: estimate(card, dense, long, calibration),
        "a processor, experts": lambda: estimate(server, experts, plain, calibration),
        "split over two devices": lambda: estimate(server, experts, split, calibration),
        "prefill": lambda: estimate_prefill(card, dense, plain, calibration),
        "the inverse, all explanations": lambda: infer(4.6, article, calibration),
    }


def find_device(data: Data, name: str) -> Device:
    """A device that the catalogue knows."""
    found = data.catalogue.find_device(name)
    assert isinstance(found, DeviceEntry)
    return found.device


def find_model(data: Data, name: str) -> Model:
    """A model that the catalogue knows."""
    found = data.catalogue.find_model(name)
    assert isinstance(found, ModelEntry)
    return found.model


def time_call(call: Callable[[], object]) -> float:
    """Microseconds of a call: the median of several rounds of many."""
    rounds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for _ in range(CALLS):
            call()
        rounds.append(1e6 * (time.perf_counter() - started) / CALLS)
    return statistics.median(rounds)


if __name__ == "__main__":
    main()
