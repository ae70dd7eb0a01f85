"""What options say of each other: mistakes that none of them has by itself.

Whatever an estimate would not use is refused here, so that no figure names what did not go into it.
"""

from __future__ import annotations

from collections.abc import Iterable

from site_gen.directives.token_rate.devices import Chosen
from site_gen.directives.token_rate.reader import Reader
from site_gen.estimator.inputs import Device, Model, Share
from site_gen.markdown.blocks import Text

_NOTHING = 1e-9
"""A share that is as good as none."""


def check_together(chosen: Chosen, model: Model, split: tuple[Share, ...], reader: Reader) -> None:
    """Note what of one calculation's options goes with no other, each at its place."""
    device = reader.text("device") or reader.text("memory") or reader.call.argument
    check_sharing(chosen, device, reader)
    check_layers(chosen, device, model, reader)
    check_threads([chosen.device, *(share.device for share in split)], reader)
    _check_cache(reader)
    if split:
        _check_rest(chosen, device, model, split, reader)
        _refuse_beside_split(
            "tensor parallel", "devices that share layers have all of them", reader
        )
        _refuse_beside_split(
            "compute", "`compute` is of one device, and `split` names more", reader
        )


def check_sharing(chosen: Chosen, text: Text, reader: Reader) -> None:
    """Note devices that cannot share layers as `tensor parallel` has it; `text` names them."""
    option = reader.text("tensor parallel")
    if option is None or not option.text.strip().isdecimal() or int(option.text) == 1:
        return
    together, name = int(option.text), chosen.device.name
    if chosen.device.is_processor:
        hint = "leave `tensor parallel` out, or name a GPU"
        reader.error(f"{name} is a processor, and processors share no layers", text.place, hint)
    elif chosen.count not in (1, together):
        message = f"{together} devices share each layer, and here are {chosen.count}"
        reader.error(message, text.place, f"write `{together} x {name}`")


def check_layers(chosen: Chosen, text: Text, model: Model, reader: Reader) -> None:
    """Note more devices in a row than a model has layers; `text` names them."""
    if model.layers is None or chosen.count <= model.layers or reader.text("tensor parallel"):
        return
    message = f"there are {chosen.count:,} devices, and {model.name} has {model.layers} layers"
    reader.error(message, text.place, f"write at most `{model.layers} x`")


def check_threads(devices: Iterable[Device], reader: Reader) -> None:
    """Note threads where nothing has some."""
    option = reader.text("threads")
    if option is None or any(device.is_processor for device in devices):
        return
    hint = "leave `threads` out, or say that memory is a processor's: `class: cpu-server`"
    reader.error("threads are a processor's, and there is none", option.place, hint)


def _check_cache(reader: Reader) -> None:
    """Note a kind of cache where none is counted."""
    option = reader.text("cache")
    if option is not None and reader.text("context") is None:
        message = "without `context` there is no cache to speak of"
        reader.error(message, option.place, "add for example `context: 8192`, or leave `cache` out")


def _check_rest(
    chosen: Chosen, text: Text, model: Model, split: tuple[Share, ...], reader: Reader
) -> None:
    """Note a device that has nothing of the model; `text` names it."""
    always_read = 1 - sum(share.always_read for share in split)
    routed = 1 - sum(share.routed for share in split) if model.routed_parameters else 0.0
    if max(always_read, routed) < _NOTHING:
        message = f"`split` leaves nothing for {chosen.device.name}"
        reader.error(message, text.place, f"name {split[0].device.name} in its place")


def _refuse_beside_split(option: str, reason: str, reader: Reader) -> None:
    if (text := reader.text(option)) is not None:
        reader.error(reason, text.place, f"leave `{option}` out, or `split`")
