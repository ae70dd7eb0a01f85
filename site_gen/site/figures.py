"""`figures.json` beside each page that computes: its figures for machines, with their origin.

    {"url": …, "title": …, "calculations": [{"name": …, "figures": [{"name": …, "value": …}]}]}

Values are unrounded and in the base unit; what has nothing to say is left out. What a directive
made for its page to fetch goes beside it as well.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from site_gen.markdown.fill import View, absolute
from site_gen.model import Calculation, DataSource, Output, ShownFigure
from site_gen.site.context import Ready, Shelf


def make_figures(shelf: Shelf) -> Iterator[Output]:
    """An output for each page with calculations."""
    for path, ready in sorted(shelf.documents.items()):
        if ready.document.calculations:
            name = ready.document.url.lstrip("/") + "figures.json"
            yield Output(name, _encode(ready, shelf), path)


def make_files(shelf: Shelf) -> Iterator[Output]:
    """An output for each file that a directive made for its page to fetch."""
    for path, ready in sorted(shelf.documents.items()):
        folder = ready.document.url.lstrip("/")
        for file in ready.document.files:
            yield Output(folder + file.name, file.content, path)


def _encode(ready: Ready, shelf: Shelf) -> bytes:
    record = {
        "url": absolute(ready.document.url, View(base=shelf.config.base_url)),
        "title": ready.summary.title,
        "calculations": [_describe(each) for each in ready.document.calculations],
    }
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"


def _describe(calculation: Calculation) -> dict[str, object]:
    record = {
        "name": calculation.name,
        "title": calculation.title,
        "pinned": calculation.is_pinned,
        "figures": [_describe_figure(figure) for figure in calculation.figures],
        "assumptions": calculation.assumptions,
        "sources": [_describe_source(source) for source in calculation.sources],
        "versions": _without_empty({"equations": calculation.equations, "data": calculation.data}),
    }
    return _without_empty(record)


def _describe_figure(figure: ShownFigure) -> dict[str, object]:
    record = {
        "name": figure.name,
        "label": figure.label,
        "value": figure.value,
        "unit": figure.unit,
        "text": figure.text,
        "given": figure.is_input,
        "explanation": figure.explanation,
    }
    return _without_empty(record)


def _describe_source(source: DataSource) -> dict[str, object]:
    return _without_empty({"subject": source.subject, "title": source.title, "date": source.date})


def _without_empty(record: dict[str, object]) -> dict[str, object]:
    """The record without empty texts and lists; numbers and truths stay, whatever they are."""
    return {key: value for key, value in record.items() if value not in ("", (), [], {})}
