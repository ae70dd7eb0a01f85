"""Reading the options of one call: a value, or an error at its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from site_gen.diagnostics import Place
from site_gen.directives.token_rate.data import Data
from site_gen.estimator.catalogue import Entry, Sourced, UnknownName
from site_gen.estimator.quantity import QuantityError
from site_gen.markdown.blocks import Call, Text
from site_gen.markdown.collector import Collector
from site_gen.model import DataSource

T = TypeVar("T")
EntryT = TypeVar("EntryT", bound=Entry)


class Reader:
    """Reads the options of one call and notes what is wrong with them."""

    def __init__(self, call: Call, collector: Collector, data: Data) -> None:
        self.call = call
        self.collector = collector
        self.data = data
        self.sources: list[DataSource] = []
        """Where values that the author did not give were read."""
        self.assumptions: list[str] = []
        """What was not given and is taken to be so."""
        self.is_good = True
        """Whether nothing was wrong so far."""

    def text(self, option: str) -> Text | None:
        """An option as it is written; None where it is not."""
        return self.call.options.get(option)

    def read(self, option: str, parse: Callable[[str], T]) -> T | None:
        """What an option says; None where it is not given or not right."""
        text = self.text(option)
        return None if text is None else self.parse(text, parse, f"`{option}`: ")

    def parse(self, text: Text, parse: Callable[[str], T], prefix: str = "") -> T | None:
        """What a piece of text says, or None after noting what is wrong with it."""
        try:
            return parse(text.text)
        except QuantityError as error:
            at = text.place
            place = Place(at.line, at.column + error.offset, max(1, error.length))
            self.error(prefix + error.message, place, error.hint)
            return None

    def error(self, message: str, place: Place, hint: str = "") -> None:
        """Note a mistake; what is asked of this call cannot be computed."""
        self.is_good = False
        self.collector.error(message, place, hint)

    def find(self, text: Text, find: Callable[[str], EntryT | UnknownName]) -> EntryT | None:
        """What the catalogue has by a name, or None after noting that it has not."""
        found = find(text.text)
        if not isinstance(found, UnknownName):
            return found
        self.unknown(found, text.place, found.hint)
        return None

    def unknown(self, name: UnknownName, place: Place, hint: str) -> None:
        """Note that the catalogue does not have a name; what is broken there is told there."""
        self.is_good = False
        if not name.is_broken:
            self.collector.error(name.message, place, hint)

    def cite(self, entry: Entry, fields: Mapping[str, str]) -> None:
        """Note where values of an entry come from; `fields` are those that are used, in words."""
        words_of: dict[tuple[str, str], list[str]] = {}
        for field, words in fields.items():
            if (sourced := entry.values.get(field)) is not None:
                words_of.setdefault((sourced.source, sourced.date), []).append(words)
        for (source, date), subjects in words_of.items():
            self._add_source(DataSource(f"{', '.join(subjects)} of {entry.name}", source, date))

    def cite_value(self, words: str, sourced: Sourced) -> None:
        """Note where one value comes from."""
        self._add_source(DataSource(words, sourced.source, sourced.date))

    def assume(self, text: str) -> None:
        """Note what was not given and is taken to be so; a sentence without a full stop."""
        self.assumptions.append(text)

    def _add_source(self, source: DataSource) -> None:
        if source not in self.sources:
            self.sources.append(source)


def split_list(text: Text) -> list[Text]:
    """The parts of a text between its commas, each at its own place; empty ones left out."""
    parts, offset = [], 0
    for piece in text.text.split(","):
        stripped = piece.strip()
        column = text.place.column + offset + len(piece) - len(piece.lstrip())
        if stripped:
            parts.append(Text(stripped, Place(text.place.line, column, len(stripped))))
        offset += len(piece) + 1
    return parts
