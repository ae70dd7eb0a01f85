"""What the fit may choose: each parameter, what is expected of it, and which rows it concerns.

A parameter is fitted as its natural logarithm, and its prior is a normal distribution of that. One
that has a parent is expected to be near it: classes with few rows stay close to what all share.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from site_gen.estimator.calibration import Calibration, make_calibration
from site_gen.evidence.pricing import Priced

Path = tuple[str, ...]
"""Where a value stands in the calibration's table, e.g. `("classes", "apple", "layer_s")`."""

GPU_CLASSES = (
    "nvidia-consumer",
    "nvidia-ws",
    "nvidia-dc",
    "nvidia-uma",
    "amd-consumer",
    "amd-uma",
    "amd-dc",
    "apple",
    "intel-gpu",
)
CPU_CLASSES = ("cpu-desktop", "cpu-server")
CLASSES = (*GPU_CLASSES, *CPU_CLASSES)
OTHER_ENGINES = ("compiled", "server", "eager")
"""Those that are not of llama.cpp's family."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """Something that the fit may choose."""

    paths: tuple[Path, ...]
    """Where its value goes; the first one is its name."""

    expected: float
    """Median of the prior; beside a parent, as a factor on it."""

    spread: float
    """Standard deviation of the prior's logarithm."""

    concerns: Callable[[Priced], bool]
    """Whether a row's prediction can depend on it."""

    parent: Path | None = None

    @property
    def name(self) -> Path:
        """What it is called: where its value goes first."""
        return self.paths[0]


def is_cpu(priced: Priced) -> bool:
    """Whether a row ran on a processor."""
    return priced.device.device_class.startswith("cpu")


def expected_logarithms(parameters: Sequence[Parameter]) -> list[float]:
    """Where a fit begins: every parameter as its prior has it."""
    found: dict[Path, float] = {}
    for parameter in parameters:
        above = found[parameter.parent] if parameter.parent else 0.0
        found[parameter.name] = above + math.log(parameter.expected)
    return list(found.values())


def calibrate(
    table: Mapping[str, Any], parameters: Sequence[Parameter], logarithms: Sequence[float]
) -> Calibration:
    """The calibration of a table with these values in it."""
    return make_calibration(set_values(table, parameters, logarithms))


def set_values(
    table: Mapping[str, Any], parameters: Sequence[Parameter], logarithms: Sequence[float]
) -> dict[str, Any]:
    """The table with these values in it; the one that was given stays as it is."""
    changed: dict[str, Any] = deepcopy(dict(table))
    for parameter, logarithm in zip(parameters, logarithms, strict=True):
        for path in parameter.paths:
            inner = changed
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = math.exp(logarithm)
    return changed


def _class_parameters(
    field: str, shared: float, spread: float, each: Callable[[str], tuple[float, float]]
) -> list[Parameter]:
    """A parameter of every class, and the one that they share."""
    parent = ("classes", "", field)
    found = [
        Parameter(
            paths=(parent,),
            expected=shared,
            spread=spread,
            concerns=lambda priced: priced.device.device_class not in CLASSES,
        )
    ]
    for name in CLASSES:
        factor, width = each(name)
        found.append(
            Parameter(
                paths=(("classes", name, field),),
                expected=factor,
                spread=width,
                concerns=_is_of(name),
                parent=parent,
            )
        )
    return found


def one(
    expected: float, spread: float, concerns: Callable[[Priced], bool], *paths: str
) -> Parameter:
    """A parameter of no class; paths have dots, and engines their own ones as `|`."""
    split = tuple(tuple(each.replace("|", ".") for each in path.split(".")) for path in paths)
    return Parameter(paths=split, expected=expected, spread=spread, concerns=concerns)


def class_parameters() -> list[Parameter]:
    """η, τ and the cache's η of each class.

    The fixed cost of a layer and attention depend on the kernels. Those of other GPUs than Apple's
    are much the same in one engine, so these classes are expected to be near each other; Apple's
    and those of processors are others.
    """
    return [
        *_class_parameters("bandwidth_share", 0.85, 0.10, lambda _: (1.0, 0.06)),
        *_class_parameters("layer_s", 90e-6, 0.5, _by_kernels((1.35, 0.4), (1.0, 0.12))),
        *_class_parameters("cache_share", 0.4, 0.7, _by_kernels((0.5, 1.0), (1.0, 0.3))),
    ]


def _by_kernels(
    others: tuple[float, float], gpus: tuple[float, float]
) -> Callable[[str], tuple[float, float]]:
    """A prior by class: one for Apple's GPUs and processors, and one for other GPUs."""
    return lambda name: others if name.startswith(("cpu", "apple")) else gpus


def _is_of(class_: str) -> Callable[[Priced], bool]:
    return lambda priced: priced.device.device_class == class_
