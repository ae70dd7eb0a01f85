"""`:::{token-rate-evidence} name` with `show: …`: how good the calibrated rates are, and from what.

- `scores`: errors with a row's source, device or model left out of the fit, as figures
- `predictions`: measured against predicted, each point predicted without its source
- `classes`: the median error of each class of devices
- `coverage`: how many measurements are behind each class, and which classes have none
- `sources`: where the measurements and the catalogue were read

All of it is read from what `site-gen estimate fit` wrote, so the page shows what the figures of the
posts are made with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from site_gen.diagnostics import suggest
from site_gen.directives.token_rate.calculation import Computed, check_name, publish
from site_gen.directives.token_rate.data import Data
from site_gen.directives.token_rate.evidence_charts import chart_classes, chart_predictions
from site_gen.directives.token_rate.evidence_tables import (
    list_sources,
    tabulate_coverage,
    tabulate_scores,
)
from site_gen.directives.token_rate.reader import Reader
from site_gen.estimator.figure import Figure, scale_plain
from site_gen.evidence.cross_validation import (
    LEFT_OUT,
    load_cross_validation,
    load_out_of_fold,
)
from site_gen.evidence.scores import GROUPS
from site_gen.markdown.blocks import Call, Written
from site_gen.markdown.chart_figure import render_chart, write_chart, write_chart_words
from site_gen.markdown.collector import Collector
from site_gen.model import Anchor

_MEASURES = {
    "median_absolute_error": ("median", "median error"),
    "p90_absolute_error": ("p90", "90th percentile of the error"),
    "bias": ("bias", "bias"),
    "inside_range": ("inside", "share inside the 80 % range"),
}
"""Key of a score → what its figure is called, and what it is."""


def run(call: Call, collector: Collector, data: Data) -> Written:
    """The part of the evidence that is asked for."""
    reader = Reader(call, collector, data)
    is_named = check_name(reader)
    show = _read_show(reader)
    return show(reader) if show is not None and is_named else Written()


def _read_show(reader: Reader) -> Callable[[Reader], Written] | None:
    option = reader.text("show")
    if option is None:
        reader.error("`show` is missing", reader.call.place, "add `show: scores`")
        return None
    if option.text not in _SHOWN:
        hint = suggest(option.text, _SHOWN)
        reader.error(f"there is no evidence `{option.text}`", option.place, hint)
        return None
    return _SHOWN[option.text]


def _show_scores(reader: Reader) -> Written:
    scores = load_cross_validation()["scores"]
    figures = [
        figure
        for left_out in LEFT_OUT
        for group in GROUPS
        for figure in _score_figures(left_out, group, scores[left_out][group])
    ]
    publish(reader, Computed("errors of the estimator", tuple(figures)))
    return tabulate_scores(scores, _anchor(reader))


def _score_figures(left_out: str, group: str, score: Mapping[str, float]) -> list[Figure]:
    """E.g. `decode_batch_1_median`, with the source left out, and `…_median_device`."""
    ending = "" if left_out == LEFT_OUT[0] else f"_{left_out}"
    what = f"{GROUPS[group]}, without the row's {left_out}"
    made = []
    for key, (name, label) in _MEASURES.items():
        digits = 2 if key == "inside_range" else 3
        shown = scale_plain(100 * score[key], "%", digits)
        made.append(
            Figure(
                name=f"{group}_{name}{ending}",
                part="step",
                label=f"{label}, {what}",
                value=score[key],
                unit="",
                text=shown.text,
                number_text=shown.number_text,
                explanation=f"of {score['rows']:,} rows",
            )
        )
    return made


def _show_predictions(reader: Reader) -> Written:
    rows = [row for row in load_out_of_fold() if row.left_out == LEFT_OUT[0]]
    chart = chart_predictions([row for row in rows if row.group == "decode_batch_1"])

    # Its numbers are a thousand rows, which the repository has; a table of them would help nobody.
    html = (
        f'<figure class="plot" id="{_anchor(reader)}">\n<figcaption>{chart.title}</figcaption>\n'
        f"{reader.collector.plot(chart)}\n</figure>\n"
    )
    return Written(html, markdown=write_chart_words(chart))


def _show_classes(reader: Reader) -> Written:
    by_class = load_cross_validation()["by_class"][LEFT_OUT[0]]
    chart = chart_classes(by_class)
    html = render_chart(chart, reader.collector, _anchor(reader))
    return Written(html, markdown=write_chart(chart))


def _show_coverage(reader: Reader) -> Written:
    return tabulate_coverage(reader.data.calibration, _anchor(reader))


def _show_sources(reader: Reader) -> Written:
    return list_sources(reader.data.catalogue, _anchor(reader))


def _anchor(reader: Reader) -> str:
    return reader.collector.hole(Anchor(reader.call.argument.text))


_SHOWN: dict[str, Callable[[Reader], Written]] = {
    "scores": _show_scores,
    "predictions": _show_predictions,
    "classes": _show_classes,
    "coverage": _show_coverage,
    "sources": _show_sources,
}
