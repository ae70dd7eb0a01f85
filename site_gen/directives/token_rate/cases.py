"""Lists of devices, models and quantizations → every combination of them, estimated.

    list = item { "," item }

What there is only one of is said once, above a table; what there are several of tells its rows
apart, and so it names their figures.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from site_gen.directives.token_rate.devices import Chosen, find_device, with_devices
from site_gen.directives.token_rate.names import make_words
from site_gen.directives.token_rate.options import find_model, read_workload, with_quantization
from site_gen.directives.token_rate.reader import Reader, split_list
from site_gen.directives.token_rate.remembered import estimate
from site_gen.directives.token_rate.together import check_layers, check_sharing, check_threads
from site_gen.estimator.estimate import Estimate
from site_gen.estimator.inputs import Model, Workload
from site_gen.markdown.blocks import Text

ItemT = TypeVar("ItemT")

_MOST_ROWS = 400
_EXAMPLES = {
    "devices": "RTX 4090, 2 x RTX 3090",
    "models": "Llama-3.1-8B",
    "quantizations": "Q4_K_M, 4.5 bit",
}


@dataclass(frozen=True, slots=True)
class Case:
    """One device, model and quantization."""

    labels: Mapping[str, str]
    """What of it is not the same for all, e.g. {"device": "RTX 4090"}, in the order of columns."""

    computed: Estimate
    """How fast it is."""

    @property
    def words(self) -> str:
        """What its figures are named after, e.g. "rtx-4090_q4-k-m"."""
        return "_".join(map(make_words, self.labels.values()))


@dataclass(frozen=True, slots=True)
class Grid:
    """All that is compared."""

    devices: dict[str, Chosen]
    """By what they are called, e.g. "2 × RTX 3090"; so are the others."""

    models: dict[str, Model]
    quantizations: dict[str, Text]

    workload: Workload
    """How all of them run."""

    @property
    def dimensions(self) -> dict[str, tuple[str, ...]]:
        """What each column can say, e.g. {"device": ("RTX 4090", "RTX 3090"), …}."""
        return {
            "device": tuple(self.devices),
            "model": tuple(self.models),
            "quantization": tuple(self.quantizations),
        }

    @property
    def varied(self) -> tuple[str, ...]:
        """The dimensions that tell cases apart; the device where there is one case alone."""
        several = tuple(name for name, items in self.dimensions.items() if len(items) > 1)
        return several or ("device",)

    @property
    def shared(self) -> tuple[str, ...]:
        """What all cases have in common, e.g. ("Llama-3.1-8B", "Q4_K_M")."""
        items = self.dimensions
        return tuple(items[name][0] for name in items if name not in self.varied)


def read_grid(reader: Reader) -> Grid | None:
    """What a call compares; None after noting what is wrong with it."""
    workload = read_workload(reader)
    lists = {option: _read_list(option, reader) for option in _EXAMPLES}
    if not all(lists.values()) or not _check_size(lists, reader):
        return None
    devices = _find_all(lists["devices"], find_device, _name_device, reader)
    models = _find_all(lists["models"], find_model, lambda model: model.name, reader)
    quantizations = _find_all(
        lists["quantizations"], lambda text, _: text, lambda text: text.text, reader
    )
    grid = Grid(devices, models, quantizations, workload)
    return grid if reader.is_good and _check_devices(lists["devices"], grid, reader) else None


def make_cases(grid: Grid, reader: Reader) -> list[Case]:
    """Every combination in the order of the lists; less those of a wrong quantization, noted."""
    cases: list[Case] = []
    for text in grid.quantizations.values():
        for model in grid.models.values():
            workload = with_quantization(grid.workload, text, model, reader)
            if workload is None:
                break  # it is as wrong for the next model, and told
            cases += _cases_of(grid, model, text, workload, reader)
    return cases


def _cases_of(
    grid: Grid, model: Model, quantization: Text, workload: Workload, reader: Reader
) -> Iterator[Case]:
    for device, chosen in grid.devices.items():
        placed = with_devices(workload, chosen, ())
        labels = {"device": device, "model": model.name, "quantization": quantization.text}
        computed = estimate(chosen.device, model, placed, reader.data.calibration)
        yield Case({name: labels[name] for name in grid.varied}, computed)


def _read_list(option: str, reader: Reader) -> list[Text]:
    """The items of an option, at least one; none after noting that."""
    text, hint = reader.text(option), f"`{option}: {_EXAMPLES[option]}`"
    if text is None:
        reader.error(f"`{option}` is missing", reader.call.place, f"add {hint}")
        return []
    items = split_list(text)
    if not items:
        reader.error(f"`{option}` lists nothing", text.place, f"write {hint}")
    return items


def _check_size(lists: Mapping[str, list[Text]], reader: Reader) -> bool:
    """Whether there are few enough rows."""
    rows = 1
    for items in lists.values():
        rows *= len(items)
    if rows > _MOST_ROWS:
        counts = " × ".join(_count(items, option) for option, items in lists.items())
        hint = f"{_MOST_ROWS} rows at most: make several tables"
        reader.error(f"the table would have {rows:,} rows: {counts}", reader.call.place, hint)
    return rows <= _MOST_ROWS


def _count(items: list[Text], option: str) -> str:
    return f"{len(items)} {option.removesuffix('s') if len(items) == 1 else option}"


def _find_all(
    items: Iterable[Text],
    find: Callable[[Text, Reader], ItemT | None],
    name: Callable[[ItemT], str],
    reader: Reader,
) -> dict[str, ItemT]:
    """What a list names, by name; what is unknown or there before is an error at its place."""
    found: dict[str, ItemT] = {}
    known: set[str] = set()
    for text in items:
        item = find(text, reader)
        if item is None:
            continue
        words = make_words(name(item))
        if words in known:
            reader.error(f"`{text.text}` is listed twice", text.place, "a row each is enough")
        known.add(words)
        found[name(item)] = item
    return found


def _name_device(chosen: Chosen) -> str:
    return f"{chosen.count} × {chosen.device.name}" if chosen.count > 1 else chosen.device.name


def _check_devices(items: Iterable[Text], grid: Grid, reader: Reader) -> bool:
    """Whether all devices of the list can run all models as the call has it."""
    for text, chosen in zip(items, grid.devices.values(), strict=True):
        check_sharing(chosen, text, reader)
        smallest = min(grid.models.values(), key=lambda model: model.layers or math.inf)
        check_layers(chosen, text, smallest, reader)
    check_threads((chosen.device for chosen in grid.devices.values()), reader)
    return reader.is_good
