"""`:::{figure} picture.png` with `alt: …` and a caption: a picture with words below it."""

from __future__ import annotations

from site_gen.markdown.blocks import Call, Directive
from site_gen.markdown.collector import Collector
from site_gen.model import Picture


def _run(call: Call, collector: Collector) -> tuple[str, str]:
    if not call.argument.text:
        collector.error("the figure names no picture", call.place, "`:::{figure} picture.png`")
        return "", ""
    if "alt" not in call.options:
        hint = "add `alt: …`, which says what can be seen, for those who cannot see it"
        collector.error("the figure has no `alt` text", call.place, hint)
        return "", ""
    reference = collector.reference(call.argument.text, "picture", call.argument.place)
    picture = collector.hole(Picture(reference, call.options["alt"].text))
    if not call.has_text:
        return f"<figure>\n{picture}\n", "</figure>\n"
    return f"<figure>\n{picture}\n<figcaption>\n", "</figcaption>\n</figure>\n"


FIGURE = Directive(
    "figure", _run, options=frozenset({"alt"}), takes_text=True, texts=frozenset({"alt"})
)
