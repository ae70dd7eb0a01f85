"""`figures.json` beside each page that computes: its figures for machines, with their origin.

    {"url": …, "title": …, "calculations": [{"name": …, "figures": [{"name": …, "value": …}]}]}

Values are unrounded and in the base unit; what has nothing to say is left out. What a directive
made for its page to fetch goes beside it as well.
"""

from __future__ import annotations

import msgspec

from site_gen.markdown.fill import absolute
from site_gen.model import Calculation, DataSource, ShownFigure
from site_gen.site.pages import FindReady
from site_gen.site.reader import Reader


def make_figures(path: str, reader: Reader, find: FindReady) -> bytes:
    """The figures of a document that computes."""
    document = find(path).document
    record = {
        "url": absolute(document.url, reader.outside),
        "title": reader.page(path).title,
        "calculations": [_describe(each) for each in document.calculations],
    }
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"


def make_file(name: str, path: str, find: FindReady) -> bytes:
    """A file that a directive made for a document's page to fetch."""
    return next(file.content for file in find(path).document.files if file.name == name)


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
