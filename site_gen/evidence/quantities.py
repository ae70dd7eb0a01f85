"""Numbers as people write them in a cell → numbers in the unit of the cell's column.

quantity = [~≈x×]? number unit?
number   = digits with commas between thousands, or with one as the decimal point
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

_NUMBER = re.compile(
    r"[~≈x×]?\s*([+-]?(?:\d[\d,]*\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*([a-z/%×].*)?", re.IGNORECASE
)
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,(?:\d{1,2}|\d{4,})(?:e.*)?", re.IGNORECASE)
"""Thousands have three digits behind their comma."""
_UNITS: Mapping[str, Sequence[tuple[str, float]]] = {
    "context_depth": ((r"k", 1024.0), (r"m", 1024.0**2)),
    "batch": ((r"k(?!v)", 1024.0),),
    "file_size_GiB": (
        (r"tib", 1024.0),
        (r"tb", 1e12 / 2**30),
        (r"gb", 1e9 / 2**30),
        (r"mib", 1 / 1024),
        (r"mb", 1e6 / 2**30),
    ),
    "params_total_B": ((r"t", 1000.0), (r"m", 1e-3)),
    "params_active_B": ((r"t", 1000.0), (r"m", 1e-3)),
    "memory_bandwidth_GBps_spec": ((r"tb", 1000.0), (r"mb", 1e-3)),
    "compute_fp16_TFLOPS": ((r"pflop", 1000.0), (r"gflop", 1e-3)),
}
"""Units that are not a column's own, with how many of that they are: beginnings, in lower case."""
_COUNT_OF_DEVICES = re.compile(r"\b(\d{1,4})\s*[x×]\s|(?:\*|[x×])\s*(\d{1,4})\b|\bTP-?(\d{1,4})\b")
"""As names have it, e.g. "8x H100", "3090 24GB * 4" and "A100 TP8"."""


def read_quantity(column: str, text: str) -> float:
    """A number in the unit of a column, e.g. 32768 for a `context_depth` of "32k"; NaN for none."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return math.nan
    digits, unit = found.group(1), (found.group(2) or "").lower()
    is_decimal = _DECIMAL_COMMA.fullmatch(digits)
    value = float(digits.replace(",", "." if is_decimal else ""))
    units = _UNITS.get(column, ())
    return value * next((size for name, size in units if re.match(name, unit)), 1.0)


def count_devices(name: str) -> float:
    """How many devices of a kind a name says that there are; 1 where it does not."""
    found = _COUNT_OF_DEVICES.search(name)
    return float(next(filter(None, found.groups()))) if found else 1.0
