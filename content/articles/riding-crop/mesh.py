"""Surfaces, made of points in rows and columns, as triangles with normals. Lengths are metres."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import cos, pi, sin, sqrt, tau

Vector = tuple[float, float, float]
Triangle = tuple[int, int, int]


@dataclass(frozen=True)
class Material:
    """What a surface is made of, in the terms of glTF's metallic-roughness model."""

    name: str
    color: Vector
    """Linear red, green and blue, 0 to 1."""
    metallic: float
    roughness: float


@dataclass(frozen=True)
class Grid:
    """Points in rows and columns, each joined to its neighbours.

    Seen from outside, a row runs to the right when the next row is above it.
    """

    rows: list[list[Vector]]
    wraps_rows: bool = False
    wraps_columns: bool = True


@dataclass(frozen=True)
class Mesh:
    """One named part with a normal for every vertex."""

    name: str
    material: Material
    positions: list[Vector]
    normals: list[Vector]
    triangles: list[Triangle]
    """Indices of positions, counter-clockwise seen from outside."""


def build_mesh(name: str, material: Material, *grids: Grid) -> Mesh:
    """The grids as one mesh with smooth normals; a point that is repeated in a row is a crease."""
    positions: list[Vector] = []
    triangles: list[Triangle] = []
    for grid in grids:
        triangles += [
            (a + len(positions), b + len(positions), c + len(positions)) for a, b, c in split(grid)
        ]
        positions += [
            (round(x, 6), round(y, 6), round(z, 6)) for row in grid.rows for x, y, z in row
        ]
    triangles = [triangle for triangle in triangles if any(face_normal(positions, triangle))]
    positions, triangles = drop_unused(positions, triangles)
    return Mesh(name, material, positions, smooth_normals(positions, triangles), triangles)


def lathe(profile: Sequence[tuple[float, float]], segments: int) -> Grid:
    """A surface of revolution about the y axis, from heights and radii listed from below."""
    angles = [tau * index / segments for index in range(segments)]
    return Grid([[(r * cos(a), y, -r * sin(a)) for a in angles] for y, r in profile])


def coil(
    low: float, high: float, radius: Callable[[float], float], pitch: float, height: float
) -> Grid:
    """A strip wound round a varying radius: a rounded ridge that climbs by `pitch` at each turn."""
    steps = 28
    count = round((high - low) / pitch * steps)
    arc = [pi * index / 6 - pi / 2 for index in range(7)]
    rows = []
    for index in range(count + 1):
        middle, angle = low + (high - low) * index / count, tau * index / steps
        section = [(middle + 0.52 * pitch * sin(a), height * cos(a)) for a in arc]
        section = [(y, radius(y) + out) for y, out in section]
        rows.append([(r * cos(angle), y, -r * sin(angle)) for y, r in reversed(section)])
    return Grid(rows, wraps_columns=False)


def round_corners(corners: Iterable[tuple[float, float]], rounds: int) -> list[tuple[float, float]]:
    """The closed polygon with its corners cut off, and cut again: Chaikin's curve."""
    points = list(corners)
    for _ in range(rounds):
        points = [
            (x0 + (x1 - x0) * share, y0 + (y1 - y0) * share)
            for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1], strict=True)
            for share in (0.25, 0.75)
        ]
    return points


def split(grid: Grid) -> list[Triangle]:
    """Two triangles for each cell of the grid."""
    height, width = len(grid.rows), len(grid.rows[0])
    triangles = []
    for row in range(height if grid.wraps_rows else height - 1):
        for column in range(width if grid.wraps_columns else width - 1):
            next_row, next_column = (row + 1) % height, (column + 1) % width
            a, b = row * width + column, row * width + next_column
            c, d = next_row * width + next_column, next_row * width + column
            triangles += [(a, b, c), (a, c, d)]
    return triangles


def drop_unused(
    positions: list[Vector], triangles: list[Triangle]
) -> tuple[list[Vector], list[Triangle]]:
    """The positions that a triangle uses, in their order, and the triangles counted anew."""
    used = sorted({index for triangle in triangles for index in triangle})
    number = {index: count for count, index in enumerate(used)}
    return [positions[i] for i in used], [
        (number[a], number[b], number[c]) for a, b, c in triangles
    ]


def face_normal(positions: list[Vector], triangle: Triangle) -> Vector:
    """A vector out of the triangle, twice its area long; all zeros where it has no area."""
    (ax, ay, az), (bx, by, bz), (cx, cy, cz) = (positions[index] for index in triangle)
    ux, uy, uz, vx, vy, vz = bx - ax, by - ay, bz - az, cx - ax, cy - ay, cz - az
    return (uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx)


def smooth_normals(positions: list[Vector], triangles: list[Triangle]) -> list[Vector]:
    """A unit normal for each position: the mean of the faces around it, weighted by area."""
    sums = [[0.0, 0.0, 0.0] for _ in positions]
    for triangle in triangles:
        for axis, part in enumerate(face_normal(positions, triangle)):
            for index in triangle:
                sums[index][axis] += part
    lengths = [sqrt(x * x + y * y + z * z) for x, y, z in sums]
    return [
        (round(x / length, 5), round(y / length, 5), round(z / length, 5))
        for (x, y, z), length in zip(sums, lengths, strict=True)
    ]
