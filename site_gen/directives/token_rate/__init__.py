"""`:::{token-rate}` and its kin: how fast a model can run on a device, computed where it stands.

- `:::{token-rate} name`: one device, model and workload, with its equations (`single`)
- `:::{token-rate-table} name`: several of each, as a table that can be sorted (`table`)
- `:::{token-rate-chart} name`: one quantity swept, or a roofline, with observations (`chart`)
- `:::{token-rate-calculator} name`: the reader chooses (`calculator`)
- `:::{token-rate-evidence} name`: how good all that is (`evidence`)
- `` {token-rate}`name.figure` ``: a figure of any of them in the text (`role`)

Whoever computes nothing pays nothing: this module names options and nothing else, and what runs is
loaded, with the estimator, its catalogue and its calibration, when a document first asks for it.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from site_gen.diagnostics import Diagnostic, Place
from site_gen.directives.facts import Facts, Note
from site_gen.markdown.blocks import Call, Directive, Role, Shown, Written
from site_gen.markdown.collector import Collector

_RUN = frozenset({"context", "batch", "cache", "threads", "tensor parallel", "engine"})
_WORKLOAD = _RUN | {"split"}
_MODEL = frozenset({"model", "active parameters", "quantization"})
_DEVICE = frozenset({"device", "memory", "class", "compute"})
_CHECKS = frozenset({"claim", "pin"})

_OPTIONS = {
    "token-rate": _DEVICE | _MODEL | _WORKLOAD | _CHECKS | {"observed"},
    "token-rate-table": _RUN
    | _CHECKS
    | {"devices", "models", "quantizations", "columns", "sort", "caption"},
    "token-rate-chart": _DEVICE
    | _MODEL
    | _WORKLOAD
    | _CHECKS
    | {"sweep", "roofline", "prompt", "observed", "caption"},
    "token-rate-calculator": frozenset({"device", "memory", "model", "quantization"})
    | {"context", "batch", "cache", "threads", "engine"}
    | {"devices", "models", "quantizations", "caption", "claim"},
    "token-rate-evidence": frozenset({"show", "claim"}),
}
_MODULES = {
    "token-rate": "single",
    "token-rate-table": "table",
    "token-rate-chart": "chart",
    "token-rate-calculator": "calculator",
    "token-rate-evidence": "evidence",
}


def make_token_rates(facts: Facts, note: Note) -> tuple[tuple[Directive, ...], Role]:
    """The directives that compute token rates, and the role that shows what they computed."""

    @cache
    def data() -> Any:
        return _load("data").load_data(facts, note)

    def make(name: str) -> Directive:
        def run(call: Call, collector: Collector) -> Written:
            written: Written = _load(_MODULES[name]).run(call, collector, data())
            return written

        return Directive(name, run, options=_OPTIONS[name])

    def find(content: str, place: Place, collector: Collector) -> Shown | None:
        shown: Shown | None = _load("role").find(content, place, collector)
        return shown

    return tuple(make(name) for name in _OPTIONS), Role("token-rate", find)


def check_data(facts: Facts) -> list[Diagnostic]:
    """What is wrong in a site's own part of the catalogue; nothing is loaded where it has none."""
    if not facts.data:
        return []
    diagnostics: list[Diagnostic] = _load("data").check_data(facts)
    return diagnostics


def list_cells(facts: Facts) -> dict[str, str]:
    """A digest of all that documents may look up, by cell."""
    cells: dict[str, str] = _load("data").list_cells(facts)
    return cells


def _load(name: str) -> Any:
    """A module of this package; imported here, since a site without figures needs none of it."""
    return import_module(f"{__name__}.{name}")
