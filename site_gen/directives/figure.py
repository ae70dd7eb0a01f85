"""`:::{figure} picture.png` with `alt: …` and a caption: a picture with words below it."""

from __future__ import annotations

from site_gen.markdown.blocks import Call, Directive, Written
from site_gen.markdown.collector import Collector
from site_gen.markdown.writing import escape_words
from site_gen.model import Href, Picture


def _run(call: Call, collector: Collector) -> Written:
    if not call.argument.text:
        collector.error("the figure names no picture", call.place, "`:::{figure} picture.png`")
        return Written()
    if "alt" not in call.options:
        hint = "add `alt: …`, which says what can be seen, for those who cannot see it"
        collector.error("the figure has no `alt` text", call.place, hint)
        return Written()
    reference = collector.reference(call.argument.text, "picture", call.argument.place)
    alt = call.options["alt"].text
    picture = collector.hole(Picture(reference, alt))
    markdown = f"![{escape_words(alt)}]({collector.hole(Href(reference))})"
    if not call.has_text:
        return Written(f"<figure>\n{picture}\n", "</figure>\n", markdown)
    opening = f"<figure>\n{picture}\n<figcaption>\n"
    return Written(opening, "</figcaption>\n</figure>\n", markdown)


FIGURE = Directive(
    "figure", _run, options=frozenset({"alt"}), takes_text=True, texts=frozenset({"alt"})
)
