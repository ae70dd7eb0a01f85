"""How a calculation was made, for its reader: a part of the figure that opens without script."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from site_gen.estimator.figure import Figure
from site_gen.estimator.infer import Explanation, Inference
from site_gen.estimator.show_range import scale_rate
from site_gen.markdown.collector import Collector
from site_gen.model import Beside, Calculation, DataSource, ShownFigure


def render_origin(
    calculation: Calculation,
    made: Iterable[Figure],
    inference: Inference | None,
    collector: Collector,
    sensitivity: str = "",
) -> str:
    """Equations of the range, what it depends on, what an observation implies, assumptions, sources
    and versions; `sensitivity` is a sentence."""
    shown = {figure.name: figure for figure in calculation.figures}
    parts = [
        _render_range(made, shown, collector),
        _render_sensitivity(sensitivity),
        _render_inference(shown, inference, calculation.is_pinned),
        _render_list("Assumed", calculation.assumptions),
        _render_sources(calculation.sources),
        _render_versions(calculation, collector),
    ]
    return (
        '<details class="origin">\n<summary>How this was made</summary>\n'
        f"{''.join(parts)}</details>\n"
    )


def _render_range(
    made: Iterable[Figure], shown: dict[str, ShownFigure], collector: Collector
) -> str:
    """The calibrated rate with its equation, and what the ends of the range mean."""
    rows = []
    for figure in made:
        if figure.part != "range" or figure.name not in shown:
            continue
        if figure.equation_tex is not None and figure.text == shown[figure.name].text:
            text = collector.formula(f"{figure.symbolic_tex} = {figure.equation_tex}", False)
        else:
            each = shown[figure.name]
            text = f"{escape(each.text)}: {escape(each.explanation)}"
        rows.append(f"<div><dt>{escape(figure.label)}</dt><dd>{text}</dd></div>\n")
    return f'<dl class="steps">\n{"".join(rows)}</dl>\n' if rows else ""


def _render_sensitivity(sentence: str) -> str:
    return f"<p>What the calibrated rate depends on: {escape(sentence)}</p>\n" if sentence else ""


def _render_inference(
    shown: dict[str, ShownFigure], inference: Inference | None, is_pinned: bool
) -> str:
    """What the observation implies, and which explanations fit it."""
    names = ("implied_bandwidth", "implied_share", "left_over")
    rows = "".join(_render_implied(shown[name]) for name in names if name in shown)
    if inference is None or not rows:
        return ""
    # Explanations are not locked: today's would contradict figures that are kept.
    explanations = "" if is_pinned else _render_explanations(inference.explanations)
    return f"<p>What the observation implies</p>\n<dl>\n{rows}</dl>\n{explanations}"


def _render_explanations(explanations: Iterable[Explanation]) -> str:
    fits = "".join(map(_render_explanation, explanations))
    return (
        "<p>What could explain it, each with the range that would then be likely</p>\n"
        f"<ul>\n{fits}</ul>\n"
    )


def _render_implied(figure: ShownFigure) -> str:
    text = f"{escape(figure.text)}: {escape(figure.explanation)}"
    return f"<div><dt>{escape(figure.label)}</dt><dd>{text}</dd></div>\n"


def _render_explanation(explanation: Explanation) -> str:
    low, high = explanation.estimate.low_tokens_per_s, explanation.estimate.high_tokens_per_s
    range_text = f"{scale_rate(low).number_text} to {scale_rate(high).text}"
    verdict = "fits" if explanation.fits else "does not fit"
    return f"<li>{escape(explanation.text)}: {range_text}, which {verdict}</li>\n"


def _render_list(heading: str, lines: tuple[str, ...]) -> str:
    if not lines:
        return ""
    items = "".join(f"<li>{escape(line)}</li>\n" for line in lines)
    return f"<p>{heading}</p>\n<ul>\n{items}</ul>\n"


def _render_sources(sources: tuple[DataSource, ...]) -> str:
    return _render_list("Sources", tuple(map(_describe, sources)))


def _describe(source: DataSource) -> str:
    read = f" (read {source.date})" if source.date else ""
    return f"{source.subject}: {source.title}{read}"


def _render_versions(calculation: Calculation, collector: Collector) -> str:
    href = collector.hole(Beside("figures.json"))
    return (
        f"<p>Equations {escape(calculation.equations)}, data of {escape(calculation.data)}; "
        f'<a href="{href}">all of it as JSON</a></p>\n'
    )
