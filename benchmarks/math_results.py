"""What rendering formulas took, as it is saved."""

from __future__ import annotations

from pathlib import Path

import msgspec

from benchmarks.results import Machine

RESULTS = Path(__file__).parent / "results" / "math.json"


class MathResults(msgspec.Struct, frozen=True):
    """Medians of both ways of rendering the same formulas."""

    machine: Machine
    date: str
    """When, as a day."""
    katex: str
    """Its version."""
    formulas: int
    """How many, all distinct."""
    sidecar_seconds: float
    """Through `Sidecar.render_math`, once Node runs and has loaded KaTeX."""
    bare_seconds: float
    """In a loop in Node, once it has loaded KaTeX."""
    sidecar_with_start_seconds: float
    bare_with_start_seconds: float


def read_math_results(path: Path = RESULTS) -> MathResults | None:
    """What was saved; None where nothing was."""
    if not path.is_file():
        return None
    return msgspec.json.decode(path.read_bytes(), type=MathResults)


def save_math_results(results: MathResults, path: Path = RESULTS) -> None:
    """Write what was measured."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1) + b"\n")
