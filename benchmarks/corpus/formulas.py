"""Formulas: short ones in a line, many of which every blog repeats, and displayed ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from benchmarks.corpus.words import split

COMMON = split(r"""
    n k m x y t i p N T x_i y_i a_n n^2 n+1 n-1 2^n 2n x^2 \log{n} \log_2{n} O(n) O(1) O(n^2)
    O(n\log{n}) O(\log{n}) f(x) g(x) \alpha \beta \varepsilon \lambda \mu \sigma \pi \theta \sigma^2
    \frac{1}{2} \frac{1}{n} \sqrt{n} n\to\infty x\ge0 k\le{n} p=\frac{1}{2} \mathbb{R} \mathbb{R}^n
    A^{-1} A^\top \Delta{t} \partial{f}
""")

LETTERS = split(r"""
    a b c d h k m n p q r s t u v w x y z A B C D E F G H K L M N P Q R S T V W X Y
    \alpha \beta \gamma \delta \eta \theta \kappa \lambda \mu \nu \xi \rho \sigma \tau \phi \omega
""")
INDICES = split("i j k l m n t 0 1 2 3")
RELATIONS = ("=", "=", "=", r"\le", r"\ge", r"\approx", "<", r"\equiv")
FUNCTIONS = (r"\log", r"\exp", r"\sin", r"\cos", r"\max", r"\min", r"\tanh")

_FORMULA = re.compile(r"\$\$\n(?P<display>.+?)\n\$\$|\$(?P<inline>[^$\n]+)\$", re.DOTALL)
_FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)


def find_formulas(body: str) -> Iterator[tuple[str, bool]]:
    """Each formula of a body, in order, and whether it is displayed."""
    for match in _FORMULA.finditer(_FENCE.sub("", body)):
        display = match["display"]
        yield (match["inline"], False) if display is None else (display, True)


def make_inline(random: Random) -> str:
    """TeX of a short formula; half of them are from a list."""
    if random.random() < 0.5:
        return random.choice(COMMON)
    left, right = _symbol(random), _symbol(random)
    number = random.randint(2, 999)
    kinds = (
        rf"{left} {random.choice(RELATIONS)} {number}",
        rf"{left} {random.choice(RELATIONS)} {right}",
        rf"{left} + {right}",
        rf"{left} \cdot {right}",
        rf"2^{{{number}}}",
        rf"{left} = \frac{{{right}}}{{{number}}}",
        rf"{left} = {number / 100:g}",
        rf"\{{{left}, {right}\}}",
    )
    return random.choice(kinds)


def make_display(random: Random) -> str:
    """TeX of a displayed formula, of one line or some; hardly ever the same twice."""
    kind = random.random()
    if kind < 0.6:
        return _equation(random)
    if kind < 0.75:
        return _aligned(random)
    return _cases(random) if kind < 0.87 else _matrices(random)


def _equation(random: Random) -> str:
    return rf"{_symbol(random)} {random.choice(RELATIONS)} {_sum(random, 2)}"


def _aligned(random: Random) -> str:
    rows = [rf"{_symbol(random)} &= {_sum(random, 1)}"]
    rows += [rf"&= {_sum(random, 1)}" for _ in range(random.randint(1, 2))]
    return _environment("aligned", rows)


def _cases(random: Random) -> str:
    variable = _symbol(random)
    rows = [
        rf"{_product(random, 1)} & \text{{if }} {variable} {relation} {random.randint(0, 99)}"
        for relation in ("<", "=", ">")[: random.randint(2, 3)]
    ]
    return rf"{random.choice('fgh')}({variable}) = {_environment('cases', rows)}"


def _matrices(random: Random) -> str:
    size = random.randint(2, 3)
    rows = [" & ".join(_entry(random) for _ in range(size)) for _ in range(size)]
    column = [_symbol(random) for _ in range(size)]
    matrix, vector = _environment("pmatrix", rows), _environment("pmatrix", column)
    return rf"{_symbol(random)} = {matrix} \cdot {vector}"


def _environment(name: str, rows: list[str]) -> str:
    lines = " \\\\\n".join(rows)
    return f"\\begin{{{name}}}\n{lines}\n\\end{{{name}}}"


def _entry(random: Random) -> str:
    return str(random.randint(-9, 99)) if random.random() < 0.5 else _symbol(random)


def _sum(random: Random, depth: int) -> str:
    terms = [_product(random, depth) for _ in range(random.randint(1, 3))]
    return "".join(
        f" {random.choice('+-')} {term}" if place else term for place, term in enumerate(terms)
    )


def _product(random: Random, depth: int) -> str:
    if depth == 0 or random.random() < 0.25:
        return _symbol(random)
    inner = _sum(random, depth - 1) if random.random() < 0.4 else _product(random, depth - 1)
    number, index = random.randint(2, 64), random.choice("ijk")
    kinds = (
        rf"\frac{{{inner}}}{{{_product(random, depth - 1)}}}",
        rf"\sum_{{{index}={random.randint(0, 3)}}}^{{{random.choice('nmN')}}} {inner}",
        rf"\int_{{{random.randint(0, 3)}}}^{{{number}}} {inner} \, d{random.choice('xyt')}",
        rf"\sqrt{{{inner}}}",
        rf"\left( {inner} \right)^{{{number}}}",
        rf"{number} \, {_symbol(random)} \, {inner}",
        rf"{random.choice(FUNCTIONS)} \left( {inner} \right)",
        rf"\prod_{{{index}=1}}^{{{number}}} {inner}",
    )
    return random.choice(kinds)


def _symbol(random: Random) -> str:
    letter, kind = random.choice(LETTERS), random.random()
    if kind < 0.4:
        return letter
    if kind < 0.75:
        return f"{letter}_{random.choice(INDICES)}"
    return f"{letter}_{{{random.choice(INDICES)}}}^{{{random.randint(2, 9)}}}"
