"""`:::{token-rate} name`: how fast a model can run on a device, computed where it stands.

The role `` {token-rate}`name.field` `` asks for one figure of it; `name.field.number` is the figure
without its unit and `name.field.equation` its equation with the numbers put in.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import TypeVar

from site_gen.diagnostics import Place
from site_gen.estimator.estimate import Comparison, Estimate, compare, estimate
from site_gen.estimator.figure import Figure
from site_gen.estimator.inputs import Device, Model, Workload
from site_gen.estimator.readers import (
    Bandwidth,
    QuantityError,
    parse_bandwidth,
    parse_bits_per_parameter,
    parse_compute,
    parse_count,
    parse_rate,
)
from site_gen.estimator.show import comparison_figures, estimate_figures, limit_text
from site_gen.markdown.blocks import Call, Directive, Part, Role, Shown
from site_gen.markdown.collector import Collector, Value
from site_gen.model import Anchor

_NAME = re.compile(r"[A-Za-z][\w-]*$")
_REQUIRED = {
    "model": "DeepSeek-V3-0324",
    "active parameters": "37B",
    "quantization": "2.42 bit",
    "memory": "12 x DDR5-6000",
}
_PARTS: dict[str, Part] = {"": "text", "number": "number", "equation": "equation"}
"""What follows a figure's name in a role → what is shown of it."""
Quantity = TypeVar("Quantity")


def _run(call: Call, collector: Collector) -> tuple[str, str]:
    name = call.argument.text
    if not _check_call(call, collector):
        collector.values.setdefault(name, {})
        return "", ""
    result = _compute(call, collector)
    if result is None:
        collector.values[name] = {}  # named, so that roles need not complain as well
        return "", ""
    computed, comparison = result
    shown = estimate_figures(computed) + (comparison_figures(comparison) if comparison else ())
    collector.values[name] = {figure.name: _value(figure) for figure in shown}
    reading = _render_reading(computed, comparison, shown)
    return _render(call, shown, reading, collector), ""


def _check_call(call: Call, collector: Collector) -> bool:
    """Whether the directive has a name of its own and all that it needs."""
    name = call.argument.text
    good = True
    if not _NAME.match(name):
        hint = "give it a name that roles can use: `:::{token-rate} deepseek`"
        place = call.argument.place if name else call.place
        collector.error("the calculation has no usable name", place, hint)
        good = False
    elif name in collector.values:
        collector.error(f"there are two calculations named `{name}`", call.argument.place)
        good = False
    for option, example in _REQUIRED.items():
        if option not in call.options:
            collector.error(f"`{option}` is missing", call.place, f"add `{option}: {example}`")
            good = False
    return good


def _compute(call: Call, collector: Collector) -> tuple[Estimate, Comparison | None] | None:
    """The estimate and, of an observation, its comparison; None when an option is unreadable."""
    parameters = _read(call, "active parameters", parse_count, collector)
    bits = _read(call, "quantization", parse_bits_per_parameter, collector)
    bandwidth: Bandwidth | None = _read(call, "memory", parse_bandwidth, collector)
    compute = _read(call, "compute", parse_compute, collector)
    observed = _read(call, "observed", parse_rate, collector)
    given = {"compute": compute, "observed": observed}
    if parameters is None or bits is None or bandwidth is None:
        return None
    if any(option in call.options and value is None for option, value in given.items()):
        return None
    device = Device(
        name=call.options["memory"].text,
        bandwidth_bytes_per_s=bandwidth.bytes_per_s,
        memory_channels=bandwidth.channels,
        transfers_per_s=bandwidth.transfers_per_s,
        compute_parameters_per_s=compute,
    )
    model = Model(name=call.options["model"].text, active_parameters=parameters)
    computed = estimate(device, model, Workload(bits_per_parameter=bits))
    return computed, None if observed is None else compare(computed, observed)


def _read(
    call: Call, option: str, parse: Callable[[str], Quantity], collector: Collector
) -> Quantity | None:
    """What an option says, or None when it is not given or after noting what is wrong with it."""
    if option not in call.options:
        return None
    text, place = call.options[option].text, call.options[option].place
    try:
        return parse(text)
    except QuantityError as error:
        at = Place(place.line, place.column + error.offset, max(1, error.length))
        collector.error(f"`{option}`: {error.message}", at, error.hint)
        return None


def _value(figure: Figure) -> Value:
    return Value(
        value=_machine_value(figure.value),
        text=figure.text,
        number=figure.number_text,
        tex=figure.equation_tex or "",
        explanation=f"{figure.label}: {figure.explanation}",
    )


def _machine_value(value: float) -> float:
    """A whole number without a fraction: `576000000000` and not `576000000000.0`."""
    return int(value) if value == int(value) else value


def _find(content: str, place: Place, collector: Collector) -> Shown | None:
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
        message = f"`{name}.{field}` is given and has no equation"
        collector.error(message, place, f"write `{name}.{field}`")
        return None
    return Shown(known[field], _PARTS[part])


def _render(call: Call, shown: tuple[Figure, ...], reading: str, collector: Collector) -> str:
    """The figure: what went in, the equations with the numbers put in, what came out."""
    anchor = collector.hole(Anchor(call.argument.text))
    inputs = "".join(_render_input(figure) for figure in shown if figure.part == "input")
    steps = "".join(_render_step(figure, collector) for figure in shown if figure.part == "step")
    model, device = call.options["model"].text, call.options["memory"].text.replace(" x ", " × ")
    return (
        f'<figure class="token-rate" id="{anchor}">\n'
        f"<figcaption>{escape(model)} on {escape(device)}</figcaption>\n"
        f'<dl class="inputs">\n{inputs}</dl>\n<dl class="steps">\n{steps}</dl>\n'
        f'<div class="reading">\n{reading}</div>\n</figure>\n'
    )


def _render_input(figure: Figure) -> str:
    return f"<div><dt>{escape(figure.label)}</dt><dd>{_render_data(figure)}</dd></div>\n"


def _render_step(figure: Figure, collector: Collector) -> str:
    formula = collector.formula(f"{figure.symbolic_tex} = {figure.equation_tex}", False)
    return f"<div><dt>{escape(figure.label)}</dt><dd>{formula}</dd></div>\n"


def _render_reading(
    computed: Estimate, comparison: Comparison | None, shown: tuple[Figure, ...]
) -> str:
    """The result, what limits it, and how far the observation is from it."""
    *_, bound = (figure for figure in shown if figure.part == "step")
    limit = limit_text(computed.limit)
    result = f'<p class="result">{_render_data(bound)} at most; {limit} is the limit.</p>\n'
    if comparison is None:
        return result
    named = {figure.name: figure for figure in shown}
    words = f"observed; the bound is {_render_data(named['ratio'])} that."
    if comparison.above_ceiling:
        words = "observed, which is above the bound: one of the inputs is wrong."
    seen = f'<p class="observation">{_render_data(named["observed"])} {words}</p>\n'
    return f"{result}{seen}{_render_meter(comparison.share_of_ceiling)}"


def _render_meter(share: float) -> str:
    """A bar as long as the bound, filled as far as the observation goes."""
    return (
        f'<meter min="0" max="1" value="{min(share, 1.0):.4f}" '
        f'aria-label="observed as a share of the bound">{share:.0%}</meter>\n'
    )


def _render_data(figure: Figure) -> str:
    return f'<data value="{_machine_value(figure.value)!r}">{escape(figure.text)}</data>'


TOKEN_RATE = Directive("token-rate", _run, options=frozenset({*_REQUIRED, "compute", "observed"}))
TOKEN_RATE_ROLE = Role("token-rate", _find)
