"""Tables of the evidence: scores, what is behind each class, and where it was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from site_gen.directives.token_rate.evidence_charts import CLASS_NAMES
from site_gen.estimator.calibration import Calibration
from site_gen.estimator.catalogue import Catalogue
from site_gen.evidence.cross_validation import LEFT_OUT, load_sources
from site_gen.evidence.scores import GROUPS
from site_gen.markdown.blocks import Written
from site_gen.markdown.scrolling import scrolling
from site_gen.markdown.writing import join_blocks, write_table


def tabulate_scores(scores: Mapping[str, Mapping[str, Mapping[str, Any]]], anchor: str) -> Written:
    """Each group three times: without the row's source, its device, its model."""
    rows = [
        (
            GROUPS[group] if left_out == LEFT_OUT[0] else "",
            left_out,
            f"{scores[left_out][group]['rows']:,}",
            _percent(scores[left_out][group]["median_absolute_error"]),
            _percent(scores[left_out][group]["p90_absolute_error"]),
            _percent(scores[left_out][group]["bias"], is_signed=True),
            _percent(scores[left_out][group]["inside_range"], decimals=0),
        )
        for group in GROUPS
        for left_out in LEFT_OUT
    ]
    header = ("rates of", "left out", "rows", "median error", "90th percentile", "bias", "in range")
    html = _render_table(header, rows, anchor, words=2)
    return Written(html, markdown=write_table(header, rows))


def tabulate_coverage(calibration: Calibration, anchor: str) -> Written:
    """What is behind each class, the best known first; those without measurements say so."""
    known = {name: each for name, each in calibration.classes.items() if name}
    order = sorted(known, key=lambda name: (-known[name].decode_rows, name))
    rows = [
        (
            CLASS_NAMES.get(name, name),
            _count(known[name].devices),
            _count(known[name].sources),
            _count(known[name].decode_rows),
            _count(known[name].prefill_rows),
        )
        for name in order
    ]
    header = ("class", "devices", "sources", "rates of decoding", "rates of prefill")
    html = _render_table(header, rows, anchor, words=1)
    return Written(html, markdown=write_table(header, rows))


def list_sources(catalogue: Catalogue, anchor: str) -> Written:
    """Who published the measurements, with how many; and whose values the catalogue has."""
    measured: list[tuple[str, ...]] = [(title, f"{count:,}") for title, count in load_sources()]
    known = Counter(
        part.split(",")[0]
        for entries in (catalogue.devices, catalogue.models, catalogue.quantizations)
        for entry in entries.by_name.values()
        for sourced in entry.values.values()
        for part in sourced.source.removeprefix("computed from ").split("; ")
    )
    values: list[tuple[str, ...]] = [(title, f"{count:,}") for title, count in known.most_common()]
    tables = (
        ("Where the measurements were published", ("source", "rows"), measured),
        ("Where the catalogue was read", ("source", "values"), values),
    )
    folds = "".join(_fold(title, header, rows) for title, header, rows in tables)
    blocks = (f"**{title}**\n\n{write_table(header, rows)}" for title, header, rows in tables)
    return Written(f'<div id="{anchor}">\n{folds}</div>\n', markdown=join_blocks(*blocks))


def _fold(summary: str, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A long table that opens when it is asked for."""
    return (
        f'<details class="origin">\n<summary>{summary} ({len(rows)})</summary>\n'
        f"{_render_table(header, rows, '', words=1)}</details>\n"
    )


def _percent(value: float | None, decimals: int = 1, is_signed: bool = False) -> str:
    """A fraction in percent that does not wrap; a dash where there is none."""
    if value is None:
        return "–"
    sign = "+" if is_signed else ""
    return f"{100 * value:{sign}.{decimals}f}\N{NO-BREAK SPACE}%".replace("-", "−")


def _count(count: int) -> str:
    return f"{count:,}" if count else "none"


def _render_table(
    header: tuple[str, ...], rows: Iterable[tuple[str, ...]], anchor: str, words: int
) -> str:
    """A table that scrolls in itself; the first columns hold words, the others numbers."""
    identity = f' id="{anchor}"' if anchor else ""
    head = "".join(
        f'<th scope="col"{_align(place, words)}>{escape(text)}</th>'
        for place, text in enumerate(header)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{_align(place, words)}>{escape(text)}</td>" for place, text in enumerate(row)
        )
        + "</tr>\n"
        for row in rows
    )
    return (
        f'<div class="table"{scrolling("Table")}{identity}>\n'
        f"<table>\n<thead>\n<tr>{head}</tr>\n</thead>\n"
        f"<tbody>\n{body}</tbody>\n</table>\n</div>\n"
    )


def _align(place: int, words: int) -> str:
    return "" if place < words else ' class="align-right"'
