"""Make `riding-crop.glb`, a glTF 2.0 binary, and `riding-crop.png`, a picture of the same meshes.

Run it without arguments: `python make_model.py`. The model needs the standard library only, the
picture needs Pillow. Lengths are metres; the crop stands along +y, its front faces +z, and the
origin is where the hand is.
"""

from __future__ import annotations

from math import cos, dist, hypot, pi, sin, sqrt, tau
from pathlib import Path

from gltf import pack_glb
from mesh import Grid, Material, Mesh, build_mesh, coil, lathe, round_corners
from picture import draw_picture

LACQUER = Material("black lacquer", (0.012, 0.011, 0.014), 0.0, 0.22)
OXBLOOD = Material("oxblood leather", (0.165, 0.010, 0.018), 0.0, 0.42)
BROWN = Material("dark leather", (0.060, 0.022, 0.014), 0.0, 0.55)
BRASS = Material("brass", (0.80, 0.50, 0.17), 1.0, 0.26)
THREAD = Material("waxed thread", (0.78, 0.66, 0.48), 0.0, 0.70)

POMMEL = [
    *((-0.079 - 0.0135 * cos(a), 0.0143 * sin(a)) for a in (pi / 2 * i / 10 for i in range(11))),
    *((-0.078, 0.0150), (-0.070, 0.0154), (-0.0685, 0.0150), (-0.068, 0.0142)),
    *((-0.068, 0.0142), (-0.068, 0.0)),
]
"""Height and radius along the brass cap, from below; a point that is repeated is a crease."""

FERRULE = [
    *((0.088, 0.0), (0.088, 0.0128), (0.088, 0.0128), (0.0888, 0.0136), (0.091, 0.0138)),
    *((0.093, 0.0134), (0.0945, 0.0118), (0.100, 0.0102), (0.112, 0.0088), (0.1135, 0.0092)),
    *((0.1155, 0.0092), (0.117, 0.0084), (0.117, 0.0084), (0.117, 0.0)),
]
"""Height and radius along the brass ring between grip and shaft, from below."""

KEEPER = [(0.007, 0.428), (0.008, 0.446), (0.021, 0.462), (0.0245, 0.530), (0.014, 0.538)]
"""The right half of the keeper's outline, from the shaft to the tip, before it is rounded."""

LOOP = [
    *((0.006, -0.085), (0.011, -0.120), (0.060, -0.165), (0.062, -0.232), (0.006, -0.262)),
    *((-0.046, -0.236), (-0.050, -0.180), (-0.013, -0.120), (-0.006, -0.085)),
]
"""The wrist loop's course, out of the pommel and back into it, before it is rounded."""

STRAP = [
    *((0.0015, 0.0046), (0.0015, -0.0046), (0.0011, -0.0050), (-0.0011, -0.0050)),
    *((-0.0015, -0.0046), (-0.0015, 0.0046), (-0.0011, 0.0050), (0.0011, 0.0050)),
]
"""A section through the wrist loop: outwards, and along z."""


def make_files(folder: Path) -> None:
    """Write the model and its picture into the folder; the same bytes each time."""
    crop = build_crop()
    (folder / "riding-crop.glb").write_bytes(pack_glb("riding crop", crop))
    draw_picture(crop).save(folder / "riding-crop.png", optimize=True)


def build_crop() -> list[Mesh]:
    """All parts of the crop, from the wrist loop to the keeper's stitches."""
    core = [(-0.070, 0.0), (-0.070, 0.0118), (0.094, 0.0098), (0.094, 0.0)]
    whippings = [coil(y, y + 0.012, shaft_radius, 0.0015, 0.0008) for y in (0.1175, 0.300)]
    return [
        build_mesh("wrist loop", BROWN, loop()),
        build_mesh("pommel", BRASS, lathe(POMMEL, 48)),
        build_mesh("grip", BROWN, lathe(core, 32)),
        build_mesh("grip wrap", OXBLOOD, coil(-0.0780, 0.0925, grip_radius, 0.0118, 0.0021)),
        build_mesh("ferrule", BRASS, lathe(FERRULE, 48)),
        build_mesh("shaft", LACQUER, lathe(shaft_profile(), 32)),
        build_mesh("shaft whippings", THREAD, *whippings),
        build_mesh("keeper", OXBLOOD, slab(0.0022), slab(-0.0022)),
        build_mesh("keeper binding", THREAD, coil(0.412, 0.439, binding_radius, 0.0018, 0.0011)),
        build_mesh("keeper stitches", THREAD, *stitches()),
        build_mesh("keeper rivet", BRASS, rivet()),
    ]


def grip_radius(y: float) -> float:
    """The radius of the grip at a height: a little fuller in the middle of the hand."""
    return 0.0112 + 0.0018 * cos((y - 0.005) / 0.16 * pi) - 0.006 * max(0.0, y)


def shaft_radius(y: float) -> float:
    """The radius of the shaft at a height; it tapers to half over its length."""
    return 0.0074 - 0.0040 * (y - 0.10) / 0.33


def shaft_profile() -> list[tuple[float, float]]:
    """Heights and radii of the shaft, from inside the ferrule to inside the keeper."""
    heights = [0.100 + 0.330 * index / 24 for index in range(25)]
    return [(0.100, 0.0), *((y, shaft_radius(y)) for y in heights), (0.430, 0.0)]


def binding_radius(y: float) -> float:
    """The radius below the thread that ties the keeper on, swollen by the leather under it."""
    return 0.0052 + 0.0016 * sin((y - 0.412) / 0.027 * pi)


def loop() -> Grid:
    """The wrist loop: a flat strap along its course, edge towards +z."""
    course = round_corners(LOOP, 4)
    rows = []
    for index, (x, y) in enumerate(course):
        (x0, y0), (x1, y1) = course[index - 1], course[(index + 1) % len(course)]
        length = hypot(x1 - x0, y1 - y0)
        side_x, side_y = (y1 - y0) / length, (x0 - x1) / length
        rows.append([(x + side_x * out, y + side_y * out, z) for out, z in STRAP])
    return Grid(rows, wraps_rows=True)


def bend(y: float) -> float:
    """How far the keeper has curled towards +z at a height, as leather does."""
    return 2.4 * max(0.0, y - 0.45) ** 2


def outline(scale: float) -> list[tuple[float, float]]:
    """The keeper's outline, counter-clockwise, scaled about its middle."""
    points = round_corners([*KEEPER, *((-x, y) for x, y in reversed(KEEPER))], 3)
    return [(x * scale, 0.488 + (y - 0.488) * scale) for x, y in points]


def slab(z: float) -> Grid:
    """One leather layer of the keeper, with soft edges, at a height off the middle plane."""
    layers = [(scale, -0.0013) for scale in (0.0, 0.2, 0.4, 0.6, 0.8, 0.94)]
    layers += [(0.985, -0.0010), (1.0, -0.0003)]
    layers += [(scale, -height) for scale, height in reversed(layers)]
    return Grid([[(x, y, z + bend(y) + up) for x, y in outline(scale)] for scale, up in layers])


def stitches() -> list[Grid]:
    """A small bead of thread for each stitch of the keeper's seam, on both faces."""
    seam = pace_out(outline(0.86), 80)
    ends = list(zip(seam[::2], seam[1::2], strict=True))
    return [bead(start, end, z) for start, end in ends for z in (0.0037, -0.0037)]


def pace_out(polygon: list[tuple[float, float]], count: int) -> list[tuple[float, float]]:
    """That many points along the closed polygon, evenly spaced."""
    sides = list(zip(polygon, polygon[1:] + polygon[:1], strict=True))
    step = sum(dist(start, end) for start, end in sides) / count
    points: list[tuple[float, float]] = []
    walked = 0.0
    for (x0, y0), (x1, y1) in sides:
        length = hypot(x1 - x0, y1 - y0)
        while len(points) < count and len(points) * step < walked + length:
            share = (len(points) * step - walked) / length
            points.append((x0 + (x1 - x0) * share, y0 + (y1 - y0) * share))
        walked += length
    return points


def bead(start: tuple[float, float], end: tuple[float, float], z: float) -> Grid:
    """An ellipsoid along a stitch, at a height off the keeper's middle plane."""
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    dx, dy = (end[0] - start[0]) * 0.56, (end[1] - start[1]) * 0.56
    half, rows = hypot(dx, dy), []
    for along in (-cos(pi * index / 6) for index in range(7)):
        radius = 0.0007 * sqrt(max(0.0, 1 - along * along))
        turns = [(radius * cos(a), radius * sin(a)) for a in (tau * i / 8 for i in range(8))]
        rows.append(
            [
                (x + dx * along + dy / half * a, y + dy * along - dx / half * a, z + bend(y) + b)
                for a, b in turns
            ]
        )
    return Grid([list(reversed(row)) for row in rows])


def rivet() -> Grid:
    """A low dome where the keeper's layers meet, on the front."""
    dome = [(0.0031, -0.0008), (0.0029, 0.0003), (0.0022, 0.0009), (0.0012, 0.0012), (0.0, 0.0013)]
    angles = [tau * index / 24 for index in range(24)]
    height = 0.0036 + bend(0.466)
    return Grid([[(r * cos(a), 0.466 + r * sin(a), height + up) for a in angles] for r, up in dome])


if __name__ == "__main__":
    make_files(Path(__file__).parent)
