"""A row of measurements → what the estimator needs to predict it, or why that cannot be.

Names that the catalogue knows come from it; what the row says in its own columns is preferred to
that, and where neither says anything `general_knowledge` does. The row's rate is not here at all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from site_gen.estimator.assumptions import complete
from site_gen.estimator.catalogue import Catalogue
from site_gen.estimator.inputs import Device, Model, Workload
from site_gen.evidence import splits
from site_gen.evidence.batches import find_largest_batch
from site_gen.evidence.devices import PricedDevice, find_class, price_device
from site_gen.evidence.measurements import Kind, Setting
from site_gen.evidence.models import PricedModel, price_model
from site_gen.evidence.workloads import Mix, PricedWorkload, price_workload


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """What a row measured, in the estimator's records, with nothing missing."""

    kind: Kind
    device: Device
    model: Model
    workload: Workload

    devices: int
    """Devices in a row that have some of the layers each, at least 1."""

    mix: Mix | None
    """Requests whose prompts count into the rate; None where they do not."""

    is_hybrid: bool
    """Whether a part of the model is on a processor beside a GPU."""

    is_guessed: bool
    """Whether something was guessed, so that a range must be wider."""

    @property
    def group(self) -> str:
        """The key of `scores.GROUPS` that the row counts in."""
        if self.kind == "prefill":
            return "prefill"
        return "decode_batch_1" if self.workload.batch == 1 else "decode_batched"


@dataclass(frozen=True, slots=True)
class NotPriced:
    """A row that cannot be predicted."""

    reason: str
    """Lower case, no full stop."""


def price(catalogue: Catalogue, setting: Setting) -> Priced | NotPriced:
    """What a row measured; the reason where too little is known of it."""
    model = price_model(catalogue, setting)
    if isinstance(model, str):
        return NotPriced(model)
    if splits.is_hybrid(setting):
        return _price_hybrid(catalogue, setting, model)
    device = price_device(catalogue, setting)
    if isinstance(device, str):
        return NotPriced(device)
    return _price_alike(catalogue, setting, model, device)


def find_row_class(setting: Setting) -> str:
    """The class that a row is counted in: its own, else the one that its device is of."""
    return setting.hardware_class or find_class("", setting.hardware) or "unknown"


def _price_alike(
    catalogue: Catalogue, setting: Setting, model: PricedModel, device: PricedDevice
) -> Priced | NotPriced:
    """A row of one device or of several that are alike."""
    run = price_workload(catalogue, setting, device.device, model)
    is_processor = device.device.device_class.startswith("cpu")
    # A processor's sockets are in its device.
    together = splits.find_together(replace(setting, devices=1) if is_processor else setting)
    workload = replace(run.workload, tensor_parallel=together.tensor_parallel)
    count = together.in_a_row
    if setting.kind == "decode":
        workload = replace(workload, split=splits.split_in_a_row(device.device, count))
    priced = _complete(setting, device.device, model, replace(run, workload=workload), count)
    priced = replace(priced, is_guessed=priced.is_guessed or device.is_guessed)
    if not run.is_largest_batch:
        return priced
    batch = find_largest_batch(priced.device, priced.model, priced.workload, setting.devices)
    if batch is None:
        return NotPriced("the batch is not stated, and the weights do not fit the devices named")
    return replace(priced, workload=replace(priced.workload, batch=batch))


def _price_hybrid(catalogue: Catalogue, setting: Setting, model: PricedModel) -> Priced:
    """A row of a processor and a GPU."""
    hybrid = splits.price_hybrid(catalogue, setting, model.model)
    run = price_workload(catalogue, setting, hybrid.gpu, model)
    threads = run.workload.threads or hybrid.share.device.threads
    workload = replace(run.workload, split=(hybrid.share,), threads=threads)
    priced = _complete(setting, hybrid.gpu, model, replace(run, workload=workload), 1)
    return replace(priced, is_hybrid=True)


def _complete(
    setting: Setting, device: Device, model: PricedModel, run: PricedWorkload, count: int
) -> Priced:
    completed, filled, workload, _ = complete(device, model.model, run.workload)
    return Priced(
        kind=setting.kind,
        device=completed,
        model=filled,
        workload=workload,
        devices=count,
        mix=run.mix,
        is_hybrid=False,
        is_guessed=run.is_guessed or model.entry is None,
    )
