"""What `check` finds: diagnostics with the name of the rule that they are about, and the site that
it looks at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import msgspec

from site_gen.build.documents import decode_segments
from site_gen.build.inputs import Inputs
from site_gen.build.reads import unpack_reads
from site_gen.build.ready import Documents
from site_gen.build.sealing import DamagedStoreError
from site_gen.build.table import ReadingRow
from site_gen.commands.last_build import LastBuild
from site_gen.diagnostics import Diagnostic, Severity, Source
from site_gen.model import Document, Segment
from site_gen.phrases import format_count

RULES = {
    "build": "What every build checks.",
    "duplicate-id": "An id stands for one place of a page.",
    "heading-order": "Headings go down one level at a time, from the page's title on.",
    "missing-alt": "A picture says what it shows to those who cannot see it.",
    "outside-anchor": "A link to a place of a page elsewhere leads to that place.",
    "outside-blocked": "A host elsewhere lets links to it be checked.",
    "outside-broken": "A link to another site leads somewhere.",
    "outside-moved": "A link to another site leads to where the page is now.",
    "unused-asset": "A file of `static/assets/` is loaded by some page.",
    "unused-file": "A file of `content/` is shown or offered by some page.",
    "unused-key": "A key of front matter changes something.",
    "unused-macro": "A macro is used by some formula.",
    "unused-template": "A template is used by some page.",
}
"""The name of each rule → what holds where it is kept."""
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""The worst first."""


class Finding(msgspec.Struct, frozen=True):
    """Something that was found."""

    rule: str
    """A key of `RULES`."""
    diagnostic: Diagnostic


class Site:
    """The site as the last build left it."""

    def __init__(self, last: LastBuild, inputs: Inputs) -> None:
        self.last = last
        self.inputs = inputs
        self._documents = Documents(last.store)

    def source(self, path: str) -> Source:
        """The text of a file; none where it has just gone."""
        return self.inputs.source(path) or Source(path, "")

    def nowhere(self, path: str) -> Source:
        """A file as a whole, which may be no text."""
        return Source(path, "")

    @cached_property
    def published(self) -> tuple[str, ...]:
        """The paths of the documents that have pages."""
        return tuple(sorted(self.last.known.index.by_path))

    def documents(self) -> Iterator[Document]:
        """Those documents, without their bodies."""
        return (self.document(path) for path in self.published)

    def document(self, path: str) -> Document:
        """A document without its body."""
        return self._documents.load(self.last.documents[path].outline)

    def body(self, path: str) -> tuple[Segment, ...]:
        """The body of a document."""
        digest = self.last.documents[path].body
        found = self.last.store.contents([digest])
        if digest not in found:
            raise DamagedStoreError("a body is not where it was")
        return decode_segments(found[digest])

    @cached_property
    def reads(self) -> frozenset[str]:
        """Every cell that a task of the last build has read."""
        last = self.last
        tables: tuple[Mapping[str, ReadingRow], ...] = (last.documents, last.readies, last.outputs)
        rows = [*(row for table in tables for row in table.values())]
        packed = {row.packed_reads for row in (*rows, *(card for _, card in last.cards.values()))}
        return frozenset(cell for each in packed for cell in unpack_reads(each))


def count_findings(findings: Iterable[Finding]) -> str:
    """E.g. `2 errors, 1 warning and 3 notes`."""
    severities = [each.diagnostic.severity for each in findings]
    counts = [(severities.count(severity), severity) for severity in SEVERITIES]
    *first, last = (format_count(count, severity) for count, severity in counts if count)
    return f"{', '.join(first)} and {last}" if first else last
