"""Calculations as Markdown: a list of their figures, what was assumed, and where all of it is."""

from __future__ import annotations

from site_gen.markdown.collector import Collector
from site_gen.markdown.writing import escape_words, join_blocks, write_list
from site_gen.model import Beside, Calculation, ShownFigure


def write_calculation(calculation: Calculation, collector: Collector) -> str:
    """A calculation as the list of its figures."""
    title = f"**{escape_words(calculation.title)}**"
    figures = write_list(map(_write_figure, calculation.figures))
    return join_blocks(title, figures, write_origin(calculation, collector))


def write_origin(calculation: Calculation, collector: Collector) -> str:
    """What a calculation's figures rest on, whatever they were shown as."""
    pinned = "These are the figures as they were published." * calculation.is_pinned
    assumed = "; ".join(map(escape_words, calculation.assumptions))
    link = f"[all of it as JSON]({collector.hole(Beside('figures.json'))})"
    versions = f"Equations {calculation.equations}, data of {calculation.data}; {link}."
    return join_blocks(pinned, f"Assumed: {assumed}." if assumed else "", versions)


def _write_figure(figure: ShownFigure) -> str:
    words = f"{escape_words(figure.label)}: {escape_words(figure.text)}"
    is_told = figure.explanation and not figure.is_input
    return f"{words} ({escape_words(figure.explanation)})" if is_told else words
