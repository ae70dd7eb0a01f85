"""What only JavaScript can do, done by one long-lived Node process."""

from site_gen.sidecar.bundles import Bundled, ScriptMistake
from site_gen.sidecar.math import find_scopes
from site_gen.sidecar.process import SidecarError
from site_gen.sidecar.protocol import (
    Formula,
    Limits,
    MathError,
    MathResult,
    MathWarning,
    PlotError,
    PlotResult,
    RenderedMath,
)
from site_gen.sidecar.search import Indexed, Indexer, make_index
from site_gen.sidecar.sidecar import Sidecar

__all__ = [
    "Bundled",
    "Formula",
    "Indexed",
    "Indexer",
    "Limits",
    "MathError",
    "MathResult",
    "MathWarning",
    "PlotError",
    "PlotResult",
    "RenderedMath",
    "ScriptMistake",
    "Sidecar",
    "SidecarError",
    "find_scopes",
    "make_index",
]
