"""The figures of a roofline → a chart of two roofs, and of points below them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from site_gen.charts import Axis, Chart, Line, Points
from site_gen.model import Calculation, ShownFigure

_FLOP_PER_PARAMETER = 2
_MARGIN = 3.0
"""How far the roofs go beyond what is under them."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A way of running the model, as it is shown."""

    label: str
    """E.g. "8 sequences"."""

    intensity: ShownFigure
    """In FLOP/byte."""

    middle: ShownFigure
    """In tokens/s."""


@dataclass(frozen=True, slots=True)
class Roofline:
    """All that the chart shows."""

    subject: str
    """E.g. "Llama-3.1-8B on RTX 4090"."""

    parameters: ShownFigure
    """Those that are active."""

    bandwidth: ShownFigure
    peak: ShownFigure
    ridge: ShownFigure

    spots: tuple[Spot, ...]
    """From the lowest intensity on."""

    @classmethod
    def of(
        cls, subject: str, calculation: Calculation, labels: Mapping[str, str]
    ) -> Roofline | None:
        """The roofline of what a calculation shows; None where too little of it was published."""
        shown = {each.name: each for each in calculation.figures if each.value > 0}
        roofs = {"parameters", "bandwidth", "peak", "ridge"}
        spots = [
            Spot(label, shown[f"intensity_{name}"], shown[f"middle_{name}"])
            for name, label in labels.items()
            if f"intensity_{name}" in shown and f"middle_{name}" in shown
        ]
        if not spots or not roofs <= shown.keys():
            return None
        spots.sort(key=lambda spot: spot.intensity.value)
        return cls(subject=subject, spots=tuple(spots), **{name: shown[name] for name in roofs})


def make_chart(roofline: Roofline, title: str) -> Chart:
    """The chart, in FLOP/s, on two logarithmic axes."""
    low, high = _ends(roofline)
    ridge, peak = roofline.ridge.value, roofline.peak.value
    operations = _FLOP_PER_PARAMETER * roofline.parameters.value
    points = tuple(
        (each.intensity.value, each.middle.value * operations) for each in roofline.spots
    )
    return Chart(
        title=title,
        description=" ".join(f"{sentence}." for sentence in _sentences(roofline)),
        x=Axis("arithmetic intensity", "FLOP/byte", "log"),
        y=Axis("compute", "FLOP/s", "log", "short"),
        layers=(
            Line(
                f"memory: {roofline.bandwidth.text}",
                ((low, low * roofline.bandwidth.value), (ridge, peak)),
            ),
            Line(f"compute: {roofline.peak.text}", ((ridge, peak), (high, peak))),
            Points("likely", points, tuple(each.label for each in roofline.spots), True),
        ),
    )


def _ends(roofline: Roofline) -> tuple[float, float]:
    intensities = [spot.intensity.value for spot in roofline.spots] + [roofline.ridge.value]
    return min(intensities) / _MARGIN, max(intensities) * _MARGIN


def _sentences(roofline: Roofline) -> Iterator[str]:
    yield (
        f"{roofline.subject}: the roof rises with {roofline.bandwidth.text} to "
        f"{roofline.peak.text}, where it turns flat at {roofline.ridge.text}"
    )
    for spot in roofline.spots:
        side = "memory" if spot.intensity.value < roofline.ridge.value else "compute"
        yield (
            f"{spot.label[:1].upper()}{spot.label[1:]}: {spot.middle.text} at "
            f"{spot.intensity.text}, under the roof of {side}"
        )
