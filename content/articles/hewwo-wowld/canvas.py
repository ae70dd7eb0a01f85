"""A canvas for smooth, flat shapes, drawn large and reduced at the end.

Coordinates are pixels of the finished picture; everything is drawn `SCALE` times as large.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import hypot

from PIL import Image, ImageDraw

Point = tuple[float, float]

SCALE = 3


class Canvas:
    """A picture to draw on, in the coordinates of the finished one."""

    def __init__(self, width: int, height: int, color: str) -> None:
        self.size = (width, height)
        self.image = Image.new("RGB", (width * SCALE, height * SCALE), color)
        self.draw = ImageDraw.Draw(self.image)

    def reduce(self, colors: int) -> Image.Image:
        """The finished picture, in its own size and that many colors."""
        small = self.image.resize(self.size, Image.Resampling.LANCZOS)
        return small.quantize(colors, kmeans=2, dither=Image.Dither.NONE)

    def ellipse(self, x: float, y: float, width: float, height: float, color: str) -> None:
        """Fill an ellipse about a middle, with its two radii."""
        self.draw.ellipse(around(x, y, width, height), fill=color)

    def box(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        color: str,
        *,
        round_by: float = 0,
    ) -> None:
        """Fill a rectangle with rounded corners."""
        corners = [left * SCALE, top * SCALE, right * SCALE, bottom * SCALE]
        self.draw.rounded_rectangle(corners, radius=round_by * SCALE, fill=color)

    def blob(self, corners: Sequence[Point], color: str, *, rounds: int = 4) -> None:
        """Fill a polygon whose corners are cut off `rounds` times."""
        self.draw.polygon(enlarge(round_corners(corners, rounds)), fill=color)

    def stroke(self, points: Sequence[Point], width: float, color: str) -> None:
        """Draw a smooth line through the neighbourhood of the points, with round ends."""
        line = soften(points, 4)
        self.draw.line(enlarge(line), fill=color, width=round(width * SCALE), joint="curve")
        for x, y in line:
            self.ellipse(x, y, width / 2, width / 2, color)

    def tint(
        self, x: float, y: float, width: float, height: float, color: str, strength: float
    ) -> None:
        """Mix a color into an ellipse about a middle: 0 leaves all, 1 covers all."""
        mask = Image.new("L", self.image.size)
        ImageDraw.Draw(mask).ellipse(around(x, y, width, height), fill=round(255 * strength))
        self.image.paste(Image.new("RGB", self.image.size, color), mask=mask)


def around(x: float, y: float, width: float, height: float) -> list[float]:
    """The corners of a box about a middle, in pixels of the large picture."""
    return [(x - width) * SCALE, (y - height) * SCALE, (x + width) * SCALE, (y + height) * SCALE]


def across(point: Point, ahead: Point, reach: float) -> list[Point]:
    """The ends of a line through the point, square to the way ahead."""
    dx, dy = ahead[0] - point[0], ahead[1] - point[1]
    unit = reach / hypot(dx, dy)
    return [
        (point[0] - dy * unit, point[1] + dx * unit),
        (point[0] + dy * unit, point[1] - dx * unit),
    ]


def round_corners(corners: Sequence[Point], rounds: int) -> list[Point]:
    """The closed polygon with its corners cut off, and cut again: Chaikin's curve."""
    points = list(corners)
    for _ in range(rounds):
        points = cut([*points, points[0]])
    return points


def soften(points: Sequence[Point], rounds: int) -> list[Point]:
    """The open line with its corners cut off, and cut again; the ends stay."""
    line = list(points)
    for _ in range(rounds):
        line = [line[0], *cut(line), line[-1]]
    return line


def cut(line: Sequence[Point]) -> list[Point]:
    """A quarter and three quarters along each piece of the line."""
    return [
        (x0 + (x1 - x0) * share, y0 + (y1 - y0) * share)
        for (x0, y0), (x1, y1) in pairwise(line)
        for share in (0.25, 0.75)
    ]


def enlarge(points: Sequence[Point]) -> list[Point]:
    """The points in pixels of the large picture."""
    return [(x * SCALE, y * SCALE) for x, y in points]
