"""Names of figures where a directive computes many: what it is, `_`, and what of.

    name  = figure "_" words { "_" words }        e.g. `middle_rtx-4090_q4-k-m`, `ceiling_8000`
    words = letters and digits, joined by "-"

Roles and claims can say such a name: there is no dot in it, and it begins with a letter.
"""

from __future__ import annotations

import re
from dataclasses import replace

from site_gen.estimator.estimate import Estimate
from site_gen.estimator.figure import Figure
from site_gen.estimator.show import ceiling_figure
from site_gen.estimator.show_range import range_figures

_BETWEEN_WORDS = re.compile(r"[\W_]+")
_TIMES = re.compile(r"(?<=[0-9])\s*[x×]\s+")


def make_words(text: str) -> str:
    """What a name calls a thing.

    >>> [make_words(text) for text in ("2 × RTX 3090", "Q4_K_M", "4.5 bit")]
    ['2x-rtx-3090', 'q4-k-m', '4-5-bit']
    """
    return _BETWEEN_WORDS.sub("-", _TIMES.sub("x ", text.casefold())).strip("-")


def rate_figures(computed: Estimate, words: str, about: str) -> tuple[Figure, ...]:
    """Low, middle, high and ceiling of one estimate among several, named and labelled for it."""
    ceiling = replace(ceiling_figure(computed), name="ceiling", label="highest token rate")
    return tuple(
        replace(figure, name=f"{figure.name}_{words}", label=f"{figure.label}, {about}")
        for figure in (*range_figures(computed), ceiling)
    )
