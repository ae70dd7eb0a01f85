"""What tests of charts share: directives, and what a document has of them."""

from __future__ import annotations

from typing import TypeVar

from site_gen.charts import Chart
from site_gen.model import Calculation
from tests.markdown.rendering import parse_good

LayerT = TypeVar("LayerT")
GIVEN = {"device": "RTX 4090", "model": "Llama-3.1-8B", "quantization": "Q4_K_M"}


def chart(name: str = "it", **changed: str) -> str:
    """A directive; an option is changed or added by keyword, and left out where it is empty."""
    options = GIVEN | {key.replace("_", " "): value for key, value in changed.items()}
    lines = "".join(f"{key}: {value}\n" for key, value in options.items() if value)
    return f":::{{token-rate-chart}} {name}\n{lines}:::\n"


def draw(body: str) -> Chart:
    """The chart of a good body that has one."""
    (drawn,) = parse_good(body).plots
    return drawn


def compute(body: str) -> Calculation:
    """The calculation of a good body that has one."""
    (made,) = parse_good(body).calculations
    return made


def layer(drawn: Chart, kind: type[LayerT]) -> LayerT:
    """The first layer of a kind."""
    return next(each for each in drawn.layers if isinstance(each, kind))
