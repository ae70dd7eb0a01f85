"""All charts of a site: one batch to Node, and what could not be drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from site_gen.charts import Chart, Drawing
from site_gen.diagnostics import WHOLE, Diagnostic, Source
from site_gen.model import Document
from site_gen.sidecar import PlotError, PlotResult

Drawings = Mapping[str, tuple[Drawing, ...]]
"""Path of the document → one drawing for each of its charts."""
_NOTHING = Drawing(wide="", narrow="", key="")


class PlotRenderer(Protocol):
    """What draws charts: the sidecar, or a stand-in in tests."""

    def render_plots(self, charts: Sequence[Chart]) -> list[PlotResult]:
        """One result for each chart."""


def draw_charts(
    documents: Iterable[Document], sources: Mapping[str, Source], renderer: PlotRenderer
) -> tuple[Drawings, list[Diagnostic]]:
    """Every chart as SVG; one that cannot be drawn is empty, and its diagnostic names it."""
    chosen = list(documents)
    batch = [chart for document in chosen for chart in document.plots]
    results = iter(renderer.render_plots(batch) if batch else ())
    by_path, diagnostics = {}, []
    for document in chosen:
        drawings = []
        for chart, result in zip(document.plots, results, strict=False):
            diagnostics += _explain(chart, result, sources[document.path])
            drawings.append(_NOTHING if isinstance(result, PlotError) else result)
        by_path[document.path] = tuple(drawings)
    return by_path, diagnostics


def _explain(chart: Chart, result: PlotResult, source: Source) -> list[Diagnostic]:
    if not isinstance(result, PlotError):
        return []
    return [source.error(f"the chart `{chart.title}`: {result.message}", WHOLE, result.hint)]
