"""A directive that computes, for tests of what is made of calculations whatever they are about."""

from site_gen.directives.facts import Facts, Note
from site_gen.markdown.blocks import Call, Directive, Registry, Written
from site_gen.markdown.collector import Collector
from site_gen.model import Calculation, DataSource, ShownFigure


def make_registry(_facts: Facts, _note: Note) -> Registry:
    """`:::{rate} name` with `width` and, to keep what was locked, `pin: true`; see `_run`."""
    return Registry((Directive("rate", _run, options=frozenset({"width", "pin"})),))


def _run(call: Call, collector: Collector) -> Written:
    """A rate of 1000 / width and a ratio of 2 · width."""
    width = float(call.options["width"].text)
    if width <= 0:
        collector.error("the width is not more than zero", call.options["width"].place)
        return Written()
    calculation = Calculation(
        name=call.argument.text,
        title="a rate",
        place=call.place,
        figures=(
            ShownFigure("width", "width", width, "bit", f"{width:g} bits", is_input=True),
            ShownFigure("rate", "rate", 1000 / width, "token/s", f"{1000 / width:.4g} tokens/s"),
            ShownFigure("ratio", "ratio", 2 * width, "", f"{2 * width:.4g}", "2 · width"),
        ),
        assumptions=("one token at a time",),
        sources=(DataSource("the width", "a table", "2025-05-22"),),
        equations="1",
        is_pinned="pin" in call.options,
    )
    collector.calculations.append(calculation)
    return Written(f"<p>{calculation.figures[1].text}</p>\n")
