"""Which documents are published, and why the others are not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import msgspec

from site_gen.build.rows import DocumentRow
from site_gen.diagnostics import Diagnostic


class Choice(msgspec.Struct, frozen=True):
    """The documents of a site, by what becomes of them."""

    published: tuple[str, ...]
    """Paths of those that have pages."""
    unfit: tuple[str, ...]
    """Documents with wrong front matter, whose text is checked all the same."""
    left_out: Mapping[str, str]
    """Path → why it is not published."""
    broken: frozenset[str]
    drafts: int
    scheduled: tuple[datetime, ...]
    """When what was left out is due, soonest first."""
    early: Mapping[str, str]
    """Path of what is published because it was asked for → why else it would not be."""
    since: datetime
    """When it was made."""
    until: datetime | None
    """When something else would be chosen from the same documents; None for never."""

    def holds(self, now: datetime) -> bool:
        """Whether the same would be chosen at this moment; clocks may go back."""
        return self.since <= now and (self.until is None or now < self.until)

    @property
    def checked(self) -> tuple[str, ...]:
        """All documents whose links and formulas are looked at."""
        return (*self.published, *self.unfit)


def choose(
    paths: Iterable[str],
    rows: Mapping[str, DocumentRow],
    now: datetime,
    drafts: bool,
    future: bool,
) -> Choice:
    """Which of these documents to publish; `drafts` and `future` take in what is a draft, or not
    due yet.
    """
    published, unfit, left_out, broken, scheduled = [], [], {}, [], []
    early, coming = {}, list[datetime]()
    for path in paths:
        row = rows[path]
        date = row.summary.date if row.summary else None
        is_due = date is None or date <= now
        if date and not is_due:
            coming.append(date)
        if row.is_draft and not drafts:
            left_out[path] = "a draft"
        elif date and not is_due and not future:
            left_out[path] = "not yet due"
            scheduled.append(date)
        elif row.is_whole:
            published.append(path)
            if row.is_draft or not is_due:
                early[path] = "a draft" if row.is_draft else "not yet due"
        else:
            broken.append(path)
            unfit += [path] if row.summary else []
    return Choice(
        published=tuple(published),
        unfit=tuple(unfit),
        left_out=left_out,
        broken=frozenset(broken),
        drafts=len(left_out) - len(scheduled),
        scheduled=tuple(sorted(scheduled)),
        early=early,
        since=now,
        until=min(coming, default=None),
    )


def look_at_choice(row: DocumentRow) -> object:
    """All of a document that decides what becomes of it."""
    return row.is_draft, row.is_whole, row.summary and row.summary.date, row.summary is None


def find_problems(rows: Mapping[str, DocumentRow], choice: Choice) -> Iterator[Diagnostic]:
    """What is wrong in the documents; of those that are left out nothing is said."""
    for path, row in rows.items():
        if row.problems and path not in choice.left_out:
            yield from row.problems
