"""Bars on a logarithmic scale as SVG, in panels below each other, for light and dark pages."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

_WIDTH = 720
_LEFT = 132
"""Where bars start."""
_RIGHT = 640
"""Where the scale ends; a bar's figure may stand beyond it."""
_TOP = 76
_ROW = 22
_BAR = 13
_HEAD = 30
"""Height of a panel's title."""
_GAP = 14
"""Between panels."""
_FOOT = 34
_MARGIN = 0.7
"""The scale starts below this part of the smallest value, so that its bar can be seen."""

_STYLE = """\
svg { --text: #2b2730; --quiet: #6c6672; --line: #e3dfe6; --ours: #a3195b; --math: #4b6a8f; \
--rest: #b5c1cf; }
@media (prefers-color-scheme: dark) { svg { --text: #ece8ef; --quiet: #a49dab; --line: #39343f; \
--ours: #f06aa6; --math: #8fb3dc; --rest: #4a596b; } }
text { font: 13px system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; fill: var(--text); }
.title { font-size: 15px; font-weight: 600; }
.panel { font-weight: 600; }
.quiet { fill: var(--quiet); font-size: 12px; }
.grid { stroke: var(--line); }
.range { stroke: var(--text); stroke-width: 1.5; opacity: .7; }
.ours { fill: var(--ours); }
.math { fill: var(--math); }
.rest { fill: var(--rest); }
"""


@dataclass(frozen=True)
class Bar:
    """One tool in one panel."""

    label: str
    kind: str
    """`ours`, `math` or `rest`: its colour."""
    value: float
    low: float
    high: float
    text: str
    """The value as it is written beside the bar."""


@dataclass(frozen=True)
class Panel:
    """Bars that are compared with each other."""

    title: str
    bars: Sequence[Bar]


def make_chart(title: str, key: Sequence[tuple[str, str]], panels: Sequence[Panel]) -> str:
    """An SVG file; `key` says what each kind of bar means, as pairs of kind and words."""
    scale = _Scale([bar for panel in panels for bar in panel.bars])
    height = _TOP + sum(map(_height, panels)) + _FOOT
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'width="{_WIDTH}" height="{height}" role="img" aria-labelledby="title">',
        f'<title id="title">{escape(title)}</title>',
        f"<style>\n{_STYLE}</style>",
        f'<text class="title" x="0" y="20">{escape(title)}</text>',
        *_draw_key(key),
        *_draw_grid(scale, height),
    ]
    top = _TOP
    for panel in panels:
        lines += _draw_panel(panel, top, scale)
        top += _height(panel)
    return "\n".join([*lines, "</svg>"]) + "\n"


class _Scale:
    """From seconds to a place: whole decades, and no bar too short to be seen."""

    def __init__(self, bars: Sequence[Bar]) -> None:
        self._first = math.floor(math.log10(_MARGIN * min(bar.low for bar in bars)))
        self._last = math.ceil(math.log10(max(bar.high for bar in bars)))

    def place(self, value: float) -> float:
        """Where a value is, in pixels from the left."""
        share = (math.log10(value) - self._first) / (self._last - self._first)
        return round(_LEFT + share * (_RIGHT - _LEFT), 1)

    def ticks(self) -> Iterator[float]:
        """The ends of decades."""
        return (10.0**power for power in range(self._first, self._last + 1))


def _height(panel: Panel) -> int:
    return _HEAD + _ROW * len(panel.bars) + _GAP


def _draw_key(key: Sequence[tuple[str, str]]) -> Iterator[str]:
    left = 0.0
    for kind, words in key:
        yield f'<rect class="{kind}" x="{left:g}" y="37" width="13" height="13" rx="2"/>'
        yield f'<text x="{left + 20:g}" y="48">{escape(words)}</text>'
        left += 44 + 6.6 * len(words)


def _draw_grid(scale: _Scale, height: int) -> Iterator[str]:
    bottom = height - _FOOT
    for tick in scale.ticks():
        x = scale.place(tick)
        yield f'<path class="grid" d="M{x:g} {_TOP}V{bottom}"/>'
        at = f'x="{x:g}" y="{bottom + 18}"'
        yield f'<text class="quiet" {at} text-anchor="middle">{tick:,g} s</text>'


def _draw_panel(panel: Panel, top: int, scale: _Scale) -> Iterator[str]:
    yield f'<text class="panel" x="0" y="{top + 18}">{escape(panel.title)}</text>'
    for row, bar in enumerate(panel.bars):
        yield from _draw_bar(bar, top + _HEAD + row * _ROW, scale)


def _draw_bar(bar: Bar, top: int, scale: _Scale) -> Iterator[str]:
    end, low, high = map(scale.place, (bar.value, bar.low, bar.high))
    middle, base = top + _BAR / 2, top + _BAR - 2
    yield f'<text x="{_LEFT - 8}" y="{base}" text-anchor="end">{escape(bar.label)}</text>'
    yield (
        f'<rect class="{bar.kind}" x="{_LEFT}" y="{top}" width="{end - _LEFT:g}" '
        f'height="{_BAR}" rx="2"/>'
    )
    if bar.low < bar.high:
        yield f'<path class="range" d="M{low:g} {middle:g}H{high:g}"/>'
    yield f'<text x="{max(end, high) + 8:g}" y="{base}">{escape(bar.text)}</text>'
