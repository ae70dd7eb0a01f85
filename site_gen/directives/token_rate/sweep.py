"""A chart of the token rate over a quantity that is swept.

Figures are named after the value: of `sweep: context from 0 to 32K` there are `low_8000`,
`middle_8000`, `high_8000` and `ceiling_8000`, and `observed_8000` where something was observed;
`middle_4-5` is at 4.5 bits, and `middle_3-2b` at 3.2B parameters. `sweep_range` has the values.

    observed = point { "," point }
    point    = value "=" rate
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from site_gen.charts import Chart
from site_gen.diagnostics import Place
from site_gen.directives.token_rate.calculation import Computed, complain_of_lock, publish
from site_gen.directives.token_rate.fit import find_full
from site_gen.directives.token_rate.options import with_quantization
from site_gen.directives.token_rate.reader import Reader, split_list
from site_gen.directives.token_rate.remembered import estimate, rate_figures
from site_gen.directives.token_rate.single import Asked, complain_of_size, read_asked
from site_gen.directives.token_rate.sweep_chart import Curve, describe, make_chart
from site_gen.directives.token_rate.sweep_range import Sweep
from site_gen.estimator.estimate import Estimate
from site_gen.estimator.figure import INPUT_SIGNIFICANT, Figure, make_plain, scale_words
from site_gen.estimator.inputs import Device, Model, Workload
from site_gen.estimator.readers import parse_rate
from site_gen.markdown.blocks import Text
from site_gen.model import Calculation

_DENSE = "a dense model"


@dataclass(frozen=True, slots=True)
class Swept:
    """What is computed at each value."""

    sweep: Sweep
    """Over what."""

    asked: Asked
    """What stays the same."""

    observed: Mapping[float, float]
    """Value → what was seen there, in tokens/s."""


def read_swept(sweep: Sweep, reader: Reader) -> Swept | None:
    """All that a sweep needs; None after noting what is wrong or missing."""
    _check_options(sweep, reader)
    observed = _read_observed(sweep, reader)
    _stand_in(sweep, reader)
    asked = read_asked(reader)
    if asked is None or not reader.is_good or not _check_channels(sweep, asked, reader):
        return None
    return Swept(sweep, asked, observed)


def chart_sweep(swept: Swept, reader: Reader) -> tuple[Chart, Calculation] | None:
    """The chart with its figures published; None after noting why there is none."""
    sweep, asked = swept.sweep, swept.asked
    computed = {value: _estimate(value, swept, reader) for value in sweep.values(swept.observed)}
    fitting = {value: each for value, each in computed.items() if each.fits is not False}
    if len(fitting) < 2:
        complain_of_size(list(computed.values())[1], reader)
        return None
    figures = [figure for value in fitting for figure in _make_rates(value, fitting[value], sweep)]
    figures += [_make_observed(value, rate, sweep) for value, rate in swept.observed.items()]
    caption, assumed = reader.text("caption"), _list_assumptions(fitting.values(), reader)
    title = caption.text if caption else f"{asked.title}, over {sweep.quantity.name}"
    calculation = publish(reader, Computed(title, tuple(figures), assumed))
    curve = Curve.of(sweep, asked.title, calculation, fitting, swept.observed)
    if len(curve.rates) < 2:
        complain_of_lock("another sweep", reader)
        return None
    curve = replace(curve, full_at=_find_end(computed))
    return make_chart(curve, caption.text if caption else describe(curve)), calculation


def _check_options(sweep: Sweep, reader: Reader) -> None:
    """Note what is given and swept at once."""
    for option in sweep.quantity.options:
        if (text := reader.text(option)) is not None:
            message = f"`{option}` is given, and `{sweep.quantity.name}` swept"
            reader.error(message, text.place, f"leave `{option}` out")


def _stand_in(sweep: Sweep, reader: Reader) -> None:
    """Give what is swept as if it stood in an option, so that the rest can be read as it is."""
    values = dict.fromkeys(sweep.quantity.options, f"{sweep.high:.12g}{sweep.quantity.suffix}")
    if "model" in values:
        values["model"] = _DENSE
    place = reader.call.options["sweep"].place
    given = {option: Text(value, place) for option, value in values.items()}
    reader.call = replace(reader.call, options={**reader.call.options, **given})


def _check_channels(sweep: Sweep, asked: Asked, reader: Reader) -> bool:
    """Whether the memory is known by its modules, where it is channels that are swept."""
    if sweep.quantity.name != "channels" or asked.device.memory_channels is not None:
        return True
    text = reader.text("memory") or reader.call.options["sweep"]
    hint = "add `memory: 12 x DDR5-6000`, whose speed is then that of each channel"
    reader.error("the speed of a channel is not known", text.place, hint)
    return False


def _read_observed(sweep: Sweep, reader: Reader) -> dict[float, float]:
    """What was seen, by value; what is wrong of it is noted."""
    text = reader.text("observed")
    observed: dict[float, float] = {}
    points = [] if text is None else split_list(text)
    if text is not None and not points:
        reader.error("`observed` lists nothing", text.place, _observed_hint(sweep))
    for point in points:
        read = _read_point(point, sweep, reader)
        if read is None:
            continue
        if sweep.words(read[0]) in map(sweep.words, observed):
            at = sweep.quantity.format(read[0])
            hint = "one observation each: leave the others to the text"
            reader.error(f"{at} is listed twice", point.place, hint)
        observed[read[0]] = read[1]
    return dict(sorted(observed.items()))


def _read_point(point: Text, sweep: Sweep, reader: Reader) -> tuple[float, float] | None:
    left, equals, _ = point.text.partition("=")
    if not equals or not left.strip():
        reader.error(f"`{point.text}` is no observation", point.place, _observed_hint(sweep))
        return None
    start = len(left) + 1
    start += len(point.text[start:]) - len(point.text[start:].lstrip())
    value_text = Text(left.rstrip(), _part(point.place, 0, len(left.rstrip())))
    rate_text = Text(point.text[start:], _part(point.place, start, len(point.text) - start))
    value = reader.parse(value_text, sweep.quantity.parse, "`observed`: ")
    rate = reader.parse(rate_text, parse_rate, "`observed`: ")
    if value is None or rate is None:
        return None
    if not sweep.low <= value <= sweep.high:
        at, low, high = map(sweep.quantity.format, (value, sweep.low, sweep.high))
        reader.error(f"{at} is outside of the sweep", value_text.place, f"from {low} to {high}")
        return None
    return value, rate


def _part(place: Place, start: int, length: int) -> Place:
    return Place(place.line, place.column + start, max(1, length))


def _observed_hint(sweep: Sweep) -> str:
    return f"write for example `{sweep.high:.12g}{sweep.quantity.suffix} = 4.6 token/s`"


def _estimate(value: float, swept: Swept, reader: Reader) -> Estimate:
    """The estimate at one value of what is swept."""
    device, model, workload = swept.asked.device, swept.asked.model, swept.asked.workload
    match swept.sweep.quantity.name:
        case "context":
            workload = replace(workload, context_tokens=round(value))
        case "batch":
            workload = replace(workload, batch=round(value))
        case "bits":
            workload = _with_bits(workload, value, model, reader)
        case "channels":
            device, workload = _with_channels(device, workload, round(value))
        case "parameters":
            model = Model(name=model.name, active_parameters=value, total_parameters=value)
    return estimate(device, model, workload, reader.data.calibration)


def _with_bits(workload: Workload, bits: float, model: Model, reader: Reader) -> Workload:
    text = Text(f"{bits:.12g} bit", reader.call.options["sweep"].place)
    changed = with_quantization(workload, text, model, reader)
    assert changed is not None, text  # it is between two that are good
    return changed


def _with_channels(device: Device, workload: Workload, channels: int) -> tuple[Device, Workload]:
    """All devices of the kind with so many channels."""
    assert device.memory_channels is not None
    bandwidth = device.bandwidth_bytes_per_s * channels / device.memory_channels
    changed = replace(device, memory_channels=channels, bandwidth_bytes_per_s=bandwidth)
    split = (
        replace(share, device=changed) if share.device == device else share
        for share in workload.split
    )
    return changed, replace(workload, split=tuple(split))


def _make_rates(value: float, computed: Estimate, sweep: Sweep) -> tuple[Figure, ...]:
    return rate_figures(computed, sweep.words(value), sweep.quantity.format(value))


def _make_observed(value: float, rate: float, sweep: Sweep) -> Figure:
    shown = scale_words(rate, "token/s", "tokens/s", INPUT_SIGNIFICANT)
    label = f"observed token rate, {sweep.quantity.format(value)}"
    return make_plain(
        f"observed_{sweep.words(value)}", label, rate, "token/s", shown, "as observed"
    )


def _list_assumptions(computed: Iterable[Estimate], reader: Reader) -> tuple[str, ...]:
    """What was assumed, in one line each, also where it is not the same at each value."""
    by_subject: dict[str, set[str]] = {}
    for assumed in (assumed for each in computed for assumed in each.assumed):
        by_subject.setdefault(assumed.subject, set()).add(assumed.text)
    lines = (
        next(iter(texts)) if len(texts) == 1 else f"{subject}: for each value by itself"
        for subject, texts in by_subject.items()
    )
    return tuple(dict.fromkeys((*reader.assumptions, *lines)))


def _find_end(computed: Mapping[float, Estimate]) -> float | None:
    """The value from which on the memory is too small; None where it never is."""
    unfit = next(((value, each) for value, each in computed.items() if each.fits is False), None)
    if unfit is None:
        return None
    fitting = [(value, each) for value, each in computed.items() if value < unfit[0]]
    return find_full(fitting[-1], unfit)
