"""`:::{token-rate} name`: how fast a model can run on a device, computed where it stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from site_gen.directives.token_rate.calculation import (
    Computed,
    check_name,
    complain_of_lock,
    publish,
)
from site_gen.directives.token_rate.data import Data
from site_gen.directives.token_rate.devices import read_device, with_devices
from site_gen.directives.token_rate.options import read_model, read_workload, with_quantization
from site_gen.directives.token_rate.reader import Reader
from site_gen.directives.token_rate.remembered import (
    estimate,
    estimate_figures,
    infer,
    inference_figures,
    range_figures,
)
from site_gen.directives.token_rate.render import render
from site_gen.directives.token_rate.split import read_split
from site_gen.directives.token_rate.together import check_together
from site_gen.directives.token_rate.transcript import write_calculation
from site_gen.estimator.estimate import Estimate
from site_gen.estimator.inputs import Device, Model, Workload
from site_gen.estimator.readers import parse_rate
from site_gen.markdown.blocks import Call, Written
from site_gen.markdown.collector import Collector

_BOUNDS = ("bound", "ceiling")
"""The scale of all that is shown; a lock that was mended by hand may lack it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a directive asks about."""

    device: Device
    """The first of them."""

    count: int
    """How many of that device there are."""

    model: Model
    """The model."""

    workload: Workload
    """How it is run."""

    @property
    def title(self) -> str:
        """E.g. "DeepSeek-V3-0324 on 4 × RTX 3090 and EPYC 9115"."""
        counts = Counter(share.device.name for share in self.workload.split)
        counts[self.device.name] = self.count
        names = [self.device.name, *(name for name in counts if name != self.device.name)]
        devices = (f"{counts[name]} × {name}" if counts[name] > 1 else name for name in names)
        return f"{self.model.name} on {' and '.join(devices)}"


def run(call: Call, collector: Collector, data: Data) -> Written:
    """The figure, its figures published."""
    reader = Reader(call, collector, data)
    is_named = check_name(reader)
    asked = read_asked(reader)
    observed = reader.read("observed", parse_rate)
    if asked is None or not is_named or not reader.is_good:
        return Written()
    computed = estimate(asked.device, asked.model, asked.workload, data.calibration)
    if computed.fits is False:
        complain_of_size(computed, reader)
        return Written()
    inference = None if observed is None else infer(observed, computed, data.calibration)
    figures = estimate_figures(computed) + range_figures(computed)
    figures += inference_figures(inference) if inference else ()
    assumptions = (*reader.assumptions, *(each.text for each in computed.assumed))
    calculation = publish(reader, Computed(asked.title, figures, assumptions))
    bounds = {each.name: each.value for each in calculation.figures if each.name in _BOUNDS}
    if "bound" not in bounds or min(bounds.values()) <= 0:
        complain_of_lock("another calculation", reader)
        return Written()
    html = render(calculation, figures, computed, inference, reader)
    return Written(html, markdown=write_calculation(calculation, collector))


def read_asked(reader: Reader) -> Asked | None:
    """Device, model and workload of a call; None after noting what is wrong with one of them."""
    chosen, model = read_device(reader), read_model(reader)
    workload: Workload | None = read_workload(reader)
    quantization = reader.text("quantization")
    if quantization is None:
        reader.error("`quantization` is missing", reader.call.place, "add `quantization: 2.42 bit`")
    if model is None or quantization is None or workload is None:
        return None
    workload = with_quantization(workload, quantization, model, reader)
    split = read_split(reader, model)
    if chosen is None or workload is None:
        return None
    check_together(chosen, model, split, reader)
    workload = with_devices(workload, chosen, split)
    return Asked(chosen.device, chosen.count, model, workload)


def complain_of_size(computed: Estimate, reader: Reader) -> None:
    """Note that the model is too large for the memory of its devices."""
    devices = (computed.device, *(share.device for share in computed.workload.split))
    memory, needed = computed.installed_bytes or 0.0, computed.memory_bytes or 0.0
    names = " and ".join(dict.fromkeys(device.name for device in devices))
    text = reader.text("device") or reader.call.argument
    reader.error(
        f"{computed.model.name} takes {needed / 1e9:,.1f} GB, "
        f"and {names} {'has' if len(devices) == 1 else 'have'} {memory / 1e9:,.1f} GB",
        text.place,
        "choose a smaller quantization, put a part on another device with `split`, "
        "or several of one kind: `2 x …`",
    )
