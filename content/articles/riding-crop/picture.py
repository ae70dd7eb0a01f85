"""Meshes as a picture: the crop laid on a table, lit by one large window.

Every pixel is a square of samples, `SAMPLES` a side. A first pass finds the nearest triangle for
each, a second shades it from its normal. The shadow on the table is the mean of many sharp ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, cos, floor, hypot, radians, sin, sqrt

from mesh import Material, Mesh, Triangle, Vector
from PIL import Image, ImageChops, ImageDraw

Hits = dict[int, tuple[float, int, Triangle, float, float]]
"""What each sample sees, by its number: nearness, mesh, triangle, weights of its first corners."""

WIDTH, HEIGHT, SAMPLES = 1200, 800, 3
TABLE: Vector = (0.285, 0.375, 0.340)
"""The table's color, linear: between a light page and a dark one."""
SHADE: Vector = (0.25, 0.30, 0.34)
"""What is left of the table's color where the window cannot be seen."""
EYE: Vector = (-0.10, -0.66, 0.66)
TARGET: Vector = (-0.012, -0.012, 0.0)
FOCAL = 2.42
"""Focal length in halves of the picture's width."""
HEADING = radians(32)
"""Where the tip points, counter-clockwise from the picture's right."""
AXIS: Vector = (cos(HEADING), sin(HEADING), 0.0)
LIGHT: Vector = (-0.50, 0.42, 0.757)
"""Where the middle of the window is, seen from the table; unit length."""


def draw_picture(meshes: list[Mesh]) -> Image.Image:
    """The meshes, laid on the table, as an RGB picture."""
    laid = [lay_down(mesh) for mesh in meshes]
    colors = shade_pixels(laid, find_hits(laid))
    shadow = draw_shadow(laid).tobytes()
    pixels = bytearray()
    for number in range(WIDTH * HEIGHT):
        ground = shade_table(number % WIDTH, number // WIDTH, shadow[number] / 245)
        red, green, blue, samples = colors.get(number, (0.0, 0.0, 0.0, 0))
        rest = 1 - samples / SAMPLES**2
        for part, under in zip((red, green, blue), ground, strict=True):
            pixels.append(encode(part / SAMPLES**2 + under * rest))
    return Image.frombytes("RGB", (WIDTH, HEIGHT), bytes(pixels))


def lay_down(mesh: Mesh) -> Mesh:
    """The mesh turned from upright to lying: pommel and tip on the table, the loop fallen flat."""
    positions = []
    for x, y, z in mesh.positions:
        fallen = smooth_step((-0.088 - y) / 0.07)
        height = (0.0156 - 0.0195 * (y + 0.07)) * (1 - fallen) + 0.0052 * fallen
        positions.append(turn((x, y - 0.13, z + height)))
    normals = [turn(normal) for normal in mesh.normals]
    return Mesh(mesh.name, mesh.material, positions, normals, mesh.triangles)


def turn(vector: Vector) -> Vector:
    """The crop's own axes in the table's: y along the heading, z up."""
    x, y, z = vector
    return (x * sin(HEADING) + y * cos(HEADING), y * sin(HEADING) - x * cos(HEADING), z)


def project(point: Vector) -> Vector:
    """Where the camera sees the point, in pixels, and its nearness: one over its depth."""
    offset = subtract(point, EYE)
    forward = normalize(subtract(TARGET, EYE))
    right = normalize(cross(forward, (0.0, 0.0, 1.0)))
    nearness = 1 / dot(offset, forward)
    scale = FOCAL * WIDTH / 2 * nearness
    across, up = dot(offset, right), dot(offset, cross(right, forward))
    return (WIDTH / 2 + across * scale, HEIGHT / 2 - up * scale, nearness)


def find_hits(meshes: list[Mesh]) -> Hits:
    """The nearest triangle at each sample that any covers."""
    hits: Hits = {}
    for index, mesh in enumerate(meshes):
        seen = [project(point) for point in mesh.positions]
        seen = [(x * SAMPLES, y * SAMPLES, nearness) for x, y, nearness in seen]
        for triangle in mesh.triangles:
            a, b, c = (seen[corner] for corner in triangle)
            for sample, first, second in cover(a, b, c):
                nearness = first * a[2] + second * b[2] + (1 - first - second) * c[2]
                if sample not in hits or hits[sample][0] < nearness:
                    hits[sample] = (nearness, index, triangle, first, second)
    return hits


def cover(a: Vector, b: Vector, c: Vector) -> Iterator[tuple[int, float, float]]:
    """The samples inside a triangle that faces the camera, with the weights of `a` and `b`."""
    (ax, ay, _), (bx, by, _), (cx, cy, _) = a, b, c
    area = (by - cy) * (ax - cx) + (cx - bx) * (ay - cy)
    if area >= 0:
        return
    left, right = (
        max(0, ceil(min(ax, bx, cx) - 0.5)),
        min(WIDTH * SAMPLES, ceil(max(ax, bx, cx) - 0.5)),
    )
    top, bottom = (
        max(0, ceil(min(ay, by, cy) - 0.5)),
        min(HEIGHT * SAMPLES, ceil(max(ay, by, cy) - 0.5)),
    )
    for y in range(top, bottom):
        down = y + 0.5 - cy
        for x in range(left, right):
            along = x + 0.5 - cx
            first = ((by - cy) * along + (cx - bx) * down) / area
            second = ((cy - ay) * along + (ax - cx) * down) / area
            if first >= 0 and second >= 0 and first + second <= 1:
                yield y * WIDTH * SAMPLES + x, first, second


def shade_pixels(meshes: list[Mesh], hits: Hits) -> dict[int, tuple[float, float, float, int]]:
    """The sum of the samples' colors for each pixel that any mesh covers, and their number."""
    sums: dict[int, tuple[float, float, float, int]] = {}
    for sample, (_, index, triangle, first, second) in hits.items():
        mesh, weights = meshes[index], (first, second, 1 - first - second)
        normal = normalize(blend([mesh.normals[corner] for corner in triangle], weights))
        point = blend([mesh.positions[corner] for corner in triangle], weights)
        red, green, blue = shade_surface(mesh.material, point, normal)
        y, x = divmod(sample, WIDTH * SAMPLES)
        pixel = y // SAMPLES * WIDTH + x // SAMPLES
        old = sums.get(pixel, (0.0, 0.0, 0.0, 0))
        sums[pixel] = (old[0] + red, old[1] + green, old[2] + blue, old[3] + 1)
    return sums


def shade_surface(material: Material, point: Vector, normal: Vector) -> Vector:
    """The color of a point: light of window, room and table, and the window's reflection."""
    view = normalize(subtract(EYE, point))
    facing = max(0.0, dot(normal, view))
    mirror = subtract(scale(normal, 2 * dot(normal, view)), view)
    open_sky = 0.45 + 0.55 * min(1.0, point[2] / 0.02)
    direct = 2.1 * max(0.0, dot(normal, LIGHT))
    up = 0.5 + 0.5 * normal[2]
    fresnel = (1 - facing) ** 5 * (1 - material.roughness)
    color = []
    for own, table in zip(material.color, TABLE, strict=True):
        ambient = (0.55 * up + 0.55 * table * (1 - up)) * open_sky
        plain = 0.04 * (1 - material.metallic) + own * material.metallic
        sheen = plain + (1 - plain) * fresnel
        gleam = sheen * reflect_room(mirror, material.roughness, table) * open_sky
        color.append(own * (1 - material.metallic) * (direct + ambient) + gleam)
    return (color[0], color[1], color[2])


def reflect_room(direction: Vector, roughness: float, table: float) -> float:
    """The light that comes from a direction, blurred by the surface's roughness.

    There is a window as long as the crop, a pale room above and the table below.
    """
    blur = 0.04 + 0.5 * roughness
    off_window = abs(dot(direction, normalize(cross(AXIS, LIGHT))))
    window = smooth_step((0.08 + blur - off_window) / blur) * max(0.0, dot(direction, LIGHT))
    room = smooth_step(0.5 + direction[2] / (0.3 + roughness))
    return 26.0 * (1 - roughness) ** 6 * window + 0.5 * room + 0.5 * table * (1 - room)


def shade_table(x: int, y: int, shadow: float) -> Vector:
    """The table's color at a pixel; it falls off away from the window."""
    away = hypot((x - 0.36 * WIDTH) / WIDTH, (y - 0.30 * HEIGHT) / WIDTH)
    pool = 1.08 - 0.45 * smooth_step(away / 0.95)
    red, green, blue = (
        t * pool * (1 - shadow * (1 - s)) for t, s in zip(TABLE, SHADE, strict=True)
    )
    return (red, green, blue)


def draw_shadow(meshes: list[Mesh]) -> Image.Image:
    """How much of the window is hidden from each pixel of the table: 0 for none, 245 for all."""
    shadow = Image.new("L", (WIDTH, HEIGHT))
    for across in range(-3, 4):
        for up in range(-3, 4):
            light = (LIGHT[0] + 0.07 * across, LIGHT[1] + 0.07 * across, LIGHT[2] + 0.07 * up)
            sharp = Image.new("L", (WIDTH, HEIGHT))
            for mesh in meshes:
                cast(ImageDraw.Draw(sharp), mesh, light)
            shadow = ImageChops.add(shadow, sharp)
    return shadow


def cast(draw: ImageDraw.ImageDraw, mesh: Mesh, light: Vector) -> None:
    """Draw what the mesh hides from one point of the window."""
    spots = []
    for x, y, z in mesh.positions:
        fall = max(0.0, z) / light[2]
        spots.append(project((x - light[0] * fall, y - light[1] * fall, 0.0))[:2])
    for a, b, c in mesh.triangles:
        draw.polygon([spots[a], spots[b], spots[c]], fill=5)


def encode(linear: float) -> int:
    """The linear intensity as an 8-bit sRGB value, highlights rolled off."""
    soft = linear if linear < 0.7 else 0.7 + 0.3 * (1 - 1 / (1 + (linear - 0.7) / 0.3))
    return floor(
        255 * (12.92 * soft if soft < 0.0031308 else 1.055 * soft ** (1 / 2.4) - 0.055) + 0.5
    )


def smooth_step(value: float) -> float:
    """0 below 0, 1 above 1, and a smooth rise between."""
    value = min(1.0, max(0.0, value))
    return value * value * (3 - 2 * value)


def blend(corners: list[Vector], weights: Vector) -> Vector:
    """The weighted mean of three vectors."""
    (ax, ay, az), (bx, by, bz), (cx, cy, cz) = corners
    u, v, w = weights
    return (ax * u + bx * v + cx * w, ay * u + by * v + cy * w, az * u + bz * v + cz * w)


def subtract(a: Vector, b: Vector) -> Vector:
    """The vector from `b` to `a`."""
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


def scale(vector: Vector, factor: float) -> Vector:
    """The vector, that many times as long."""
    return (vector[0] * factor, vector[1] * factor, vector[2] * factor)


def dot(a: Vector, b: Vector) -> float:
    """The dot product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a: Vector, b: Vector) -> Vector:
    """The cross product."""
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def normalize(vector: Vector) -> Vector:
    """The vector at unit length."""
    return scale(vector, 1 / sqrt(dot(vector, vector)))
