"""`` {token-rate}`name.figure` ``: one figure of a calculation, in the text.

`name.figure.number` is the figure without its unit and `name.figure.equation` its equation with the
numbers put in.
"""

from __future__ import annotations

from site_gen.diagnostics import Place
from site_gen.markdown.blocks import Part, Shown
from site_gen.markdown.collector import Collector

_PARTS: dict[str, Part] = {"": "text", "number": "number", "equation": "equation"}
"""What follows a figure's name → what is shown of it."""


def find(content: str, place: Place, collector: Collector) -> Shown | None:
    """What the role's content names, or None after noting an error."""
    name, _, rest = content.partition(".")
    field, _, part = rest.partition(".")
    known = collector.values.get(name)
    if known is None:
        hint = (
            collector.suggest(name, collector.values)
            or f"define it with `:::{{token-rate}} {name}`"
        )
        collector.error(f"there is no calculation named `{name}`", place, hint)
        return None
    if not known:
        return None
    if field not in known:
        hint = collector.suggest(field, known)
        collector.error(f"`{name}` has no figure `{field}`", place, hint)
        return None
    if part not in _PARTS:
        message = f"a figure has no part `{part}`"
        collector.error(message, place, collector.suggest(part, filter(None, _PARTS)))
        return None
    if part == "equation" and not known[field].tex:
        message = f"`{name}.{field}` has no equation"
        collector.error(message, place, f"write `{name}.{field}`")
        return None
    return Shown(known[field], _PARTS[part])
