"""Tables of scores for the terminal."""

from __future__ import annotations

from collections.abc import Mapping

from rich.table import Table
from rich.text import Text

from site_gen.evidence.scores import GROUPS, Score


def make_score_table(
    groups: Mapping[str, Score], classes: Mapping[str, Mapping[str, Score]]
) -> Table:
    """Each group with its figures, and below it those of its classes."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("", no_wrap=True, min_width=22)
    for heading in ("rows", "median error", "90th percentile", "bias", "in range"):
        table.add_column(heading, justify="right", no_wrap=True)
    for group, heading in GROUPS.items():
        table.add_row(Text(heading, style="cyan"), *_cells(groups[group]))
        for name, scores in classes.items():
            if scores[group].rows:
                table.add_row(Text(f"  {name}"), *_cells(scores[group]))
    return table


def _cells(score: Score) -> tuple[str, str, str, str, str]:
    return (
        f"{score.rows:,}",
        _percent(score.median_absolute_error),
        _percent(score.p90_absolute_error),
        _percent(score.bias, sign="+"),
        _percent(score.inside_range, digits=0),
    )


def _percent(value: float | None, sign: str = "", digits: int = 1) -> str:
    """A fraction in percent, e.g. `8.1 %`; a dash where it is not known."""
    if value is None:
        return "–"
    return f"{100 * value:{sign}.{digits}f} %".replace("-", "−")
