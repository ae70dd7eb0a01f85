"""Calculations, documents and locks for tests."""

from zoneinfo import ZoneInfo

from msgspec.structs import replace

from site_gen.diagnostics import Place, Source
from site_gen.lock.changes import accept
from site_gen.lock.model import Lock
from site_gen.markdown.blocks import Registry
from site_gen.markdown.document import parse_document
from site_gen.markdown.parser import make_parser
from site_gen.model import Calculation, Document, ShownFigure

PATH = "content/articles/big/index.md"


def given(name: str, value: float, text: str, unit: str = "") -> ShownFigure:
    """A figure that was given."""
    return ShownFigure(name, name, value, unit, text, is_input=True)


def computed(name: str, value: float, text: str, unit: str = "") -> ShownFigure:
    """A figure that was computed."""
    return ShownFigure(name, name, value, unit, text)


def calculation(*figures: ShownFigure, name: str = "deepseek", **more: object) -> Calculation:
    """A calculation that stands in line 5."""
    versions: dict[str, object] = {"equations": "2", "data": "2026-11-24"}
    return Calculation(name, name, Place(5, 1, 3), figures, **(versions | more))  # type: ignore[arg-type]


def document(*calculations: Calculation, path: str = PATH) -> Document:
    """A document that holds nothing but calculations."""
    source = Source(path, "---\ntitle: a title\ndate: 2025-05-22\n---\n")
    registry = Registry()
    made, _ = parse_document(source, make_parser(registry, False), registry, ZoneInfo("UTC"))
    assert made
    return replace(made, calculations=calculations)


def lock_of(*documents: Document) -> Lock:
    """The lock that has just these documents."""
    return accept(Lock(), documents, {each.path for each in documents})
