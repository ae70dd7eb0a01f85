"""`split: 24 of 61 layers on RTX 4090, experts on EPYC 9115`: what is on other devices.

    split = part { "," part }
    part  = amount "on" device
    amount = count "of" count "layers" | number "%" | "experts"

The rest of the model is on the device that the calculation names. Several devices of a kind, as in
`experts on 4 x RTX 4090`, have equal shares and work one after the other.
"""

from __future__ import annotations

import re

from site_gen.diagnostics import Place
from site_gen.directives.token_rate.devices import find_device
from site_gen.directives.token_rate.reader import Reader, split_list
from site_gen.directives.token_rate.together import check_layers
from site_gen.estimator.inputs import Model, Share
from site_gen.markdown.blocks import Text

_PART = re.compile(
    r"(?:(?P<count>[0-9]+)\s+of\s+(?P<all>[0-9]+)\s+layers|(?P<percent>[0-9.]+)\s*%|(?P<experts>experts))"
    r"\s+on\s+(?=\S)"
)
_HINT = "write for example `24 of 61 layers on RTX 4090`, `40 % on RTX 4090` or `experts on …`"
_EPSILON = 1e-9


def read_split(reader: Reader, model: Model) -> tuple[Share, ...]:
    """The parts of the model that are on other devices; none where the option is not given."""
    text = reader.text("split")
    if text is None:
        return ()
    parts = split_list(text)
    if not parts:
        reader.error("`split` lists nothing", text.place, _HINT)
    good = tuple(share for part in parts for share in _read_part(part, model, reader))
    for kind in ("always_read", "routed"):
        if sum(getattr(share, kind) for share in good) > 1 + _EPSILON:
            hint = "what is left over is on the device of the calculation"
            reader.error("`split` gives away more than there is", text.place, hint)
            return ()
    return good


def _read_part(part: Text, model: Model, reader: Reader) -> tuple[Share, ...]:
    """An equal share for each device of a part; none after noting what is wrong."""
    found = _PART.match(part.text)
    if found is None:
        reader.error(f"`{part.text}` is no part of a split", part.place, _HINT)
        return ()
    shares = _amounts(found, part, model, reader)
    start = found.end()
    place = Place(part.place.line, part.place.column + start, part.place.length - start)
    device = Text(part.text[start:], place)
    chosen = find_device(device, reader)
    if shares is None or chosen is None:
        return ()
    check_layers(chosen, device, model, reader)
    always_read, routed = (share / chosen.count for share in shares)
    return (Share(device=chosen.device, always_read=always_read, routed=routed),) * chosen.count


def _amounts(
    found: re.Match[str], part: Text, model: Model, reader: Reader
) -> tuple[float, float] | None:
    """Shares of what every token reads and of the routed experts."""
    if found["experts"]:
        if model.routed_parameters:
            return 0.0, 1.0
        hint = "give layers or a percentage"
        reader.error(f"{model.name} has no routed experts", part.place, hint)
        return None
    if found["count"]:
        return _layers(int(found["count"]), int(found["all"]), part, model, reader)
    share = float(found["percent"]) / 100 if _is_number(found["percent"]) else 2.0
    if not 0 < share <= 1:
        reader.error(f"`{found['percent']} %` is no share", part.place, "from 0 to 100 %")
        return None
    return share, share


def _layers(
    count: int, total: int, part: Text, model: Model, reader: Reader
) -> tuple[float, float] | None:
    if model.layers is not None and total != model.layers:
        message = f"{model.name} has {model.layers} layers, not {total}"
        reader.error(message, part.place, f"write `{count} of {model.layers} layers`")
        return None
    if not 0 < count <= total:
        reader.error(f"{count} of {total} layers is no share", part.place, _HINT)
        return None
    return count / total, count / total


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", text))
