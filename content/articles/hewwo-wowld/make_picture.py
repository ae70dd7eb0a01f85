"""Draw `me-rn.png`: a cat in a blanket, up late at a laptop.

Run it without arguments: `python make_picture.py`. It needs Pillow. Coordinates are pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, radians, sin
from pathlib import Path

from canvas import Canvas, Point, across, soften
from PIL import Image

WIDTH, HEIGHT = 1000, 750
MIDDLE = 500
"""The cat sits here, and is the same on both sides."""

WALL, SKY, FRAME = "#2b2a52", "#3f4585", "#1d1b3c"
MOON, STAR = "#f9e7b8", "#fdf3d3"
TABLE, TABLE_EDGE = "#5a3f58", "#7a5872"
BLANKET, BLANKET_DARK, BLANKET_LIGHT = "#8b77c6", "#6a58a6", "#a795dc"
FUR, FUR_DARK, CREAM, PINK = "#f4a95f", "#d98340", "#fff1de", "#f08fa0"
INK, GLOW = "#2a1c38", "#bdf1ff"
METAL, METAL_DARK = "#c8cce2", "#9499bd"


def draw_picture() -> Image.Image:
    """The whole scene, back to front, in few colors."""
    canvas = Canvas(WIDTH, HEIGHT, WALL)
    draw_window(canvas)
    draw_lights(canvas)
    draw_halo(canvas)
    draw_tail(canvas)
    draw_blanket(canvas)
    draw_head(canvas)
    draw_face(canvas)
    draw_wrap(canvas)
    light_cat(canvas)
    draw_table(canvas)
    draw_laptop(canvas)
    draw_mug(canvas)
    draw_duck(canvas)
    return canvas.reduce(255)


def draw_window(canvas: Canvas) -> None:
    """A night sky with a moon, in a frame."""
    canvas.box(78, 62, 302, 326, FRAME, round_by=14)
    canvas.box(92, 76, 288, 312, SKY, round_by=6)
    canvas.ellipse(232, 138, 34, 34, MOON)
    canvas.ellipse(248, 128, 29, 29, SKY)
    for x, y, size in (
        (124, 116, 4),
        (160, 168, 3),
        (118, 232, 3),
        (152, 270, 4),
        (222, 222, 3),
        (232, 282, 4),
    ):
        draw_star(canvas, x, y, size * 2.4, STAR)
    canvas.box(185, 76, 195, 312, FRAME)
    canvas.box(92, 190, 288, 200, FRAME)
    canvas.box(62, 318, 318, 338, "#3a3768", round_by=6)


def draw_star(canvas: Canvas, x: float, y: float, size: float, color: str) -> None:
    """A star with four points."""
    reach = [size if index % 2 == 0 else size * 0.32 for index in range(8)]
    corners = [
        (x + r * cos(radians(45 * i)), y + r * sin(radians(45 * i))) for i, r in enumerate(reach)
    ]
    canvas.blob(corners, color, rounds=0)


def draw_lights(canvas: Canvas) -> None:
    """A string of warm lamps across the wall."""
    wire = soften([(600, -10), (660, 60), (740, 96), (830, 92), (920, 56), (1010, -4)], 4)
    canvas.stroke(wire, 3, FRAME)
    for share, color in (
        (0.20, "#ffd98a"),
        (0.36, "#ff9fae"),
        (0.53, "#9fe3ff"),
        (0.70, "#ffd98a"),
        (0.85, "#c6b2ff"),
    ):
        x, y = wire[round(share * (len(wire) - 1))]
        canvas.tint(x, y + 15, 30, 30, color, 0.16)
        canvas.tint(x, y + 15, 20, 20, color, 0.22)
        canvas.box(x - 4, y - 1, x + 4, y + 7, FRAME, round_by=2)
        canvas.ellipse(x, y + 15, 8, 11, color)


def draw_halo(canvas: Canvas) -> None:
    """What the screen throws on the wall, in steps."""
    for radius in (430, 350, 275):
        canvas.tint(MIDDLE, 470, radius, radius * 0.92, GLOW, 0.06)


def draw_tail(canvas: Canvas) -> None:
    """The tip of a tail that did not fit under the blanket."""
    course = [(770, 660), (850, 650), (890, 560), (850, 470), (870, 400), (915, 385)]
    canvas.stroke(course, 40, FUR)
    line = soften(course, 4)
    for share in (0.42, 0.55, 0.68):
        x, y = line[round(share * (len(line) - 1))]
        ahead = line[round(share * (len(line) - 1)) + 3]
        canvas.stroke(across((x, y), ahead, 15), 9, FUR_DARK)
    canvas.stroke(line[-16:], 40, CREAM)


def draw_blanket(canvas: Canvas) -> None:
    """The blanket's back: a hood behind the head, and a heap all round."""
    half = [(0, 62), (92, 66), (198, 126), (254, 300), (262, 420), (330, 520), (352, 690)]
    canvas.blob(mirrored(half), BLANKET)
    inner = [(0, 100), (80, 104), (170, 158), (222, 300), (228, 400), (150, 500), (0, 520)]
    canvas.blob(mirrored(inner), BLANKET_DARK)


def draw_head(canvas: Canvas) -> None:
    """Ears, a wide face and tabby stripes."""
    for side in (-1, 1):
        ear = [(36, 246), (104, 146), (136, 122), (152, 150), (182, 310)]
        canvas.blob([(MIDDLE + side * x, y) for x, y in ear], FUR, rounds=3)
        lining = [(74, 250), (114, 170), (134, 158), (160, 290)]
        canvas.blob([(MIDDLE + side * x, y) for x, y in lining], PINK, rounds=3)
    face = [
        (0, 202),
        (84, 204),
        (178, 240),
        (206, 340),
        (232, 402),
        (178, 446),
        (104, 482),
        (0, 484),
    ]
    canvas.blob(mirrored(face), FUR)
    canvas.stroke([(MIDDLE, 228), (MIDDLE, 250), (MIDDLE, 274)], 13, FUR_DARK)
    for side in (-1, 1):
        canvas.stroke(
            [(MIDDLE + side * 34, 232), (MIDDLE + side * 33, 246), (MIDDLE + side * 30, 260)],
            11,
            FUR_DARK,
        )
        for y, reach in ((366, 138), (392, 146)):
            canvas.stroke(
                [(MIDDLE + side * (reach + 44), y - 4), (MIDDLE + side * reach, y)], 9, FUR_DARK
            )


def draw_face(canvas: Canvas) -> None:
    """Tired eyes with the screen in them, and a mouth like the end of `:3`."""
    for side in (-1, 1):
        x = MIDDLE + side * 82
        canvas.stroke([(x - 26, 396), (x, 406), (x + 26, 396)], 4, FUR_DARK)
        canvas.ellipse(x, 348, 37, 42, INK)
        canvas.box(x - 20, 352, x + 20, 378, GLOW, round_by=6)
        canvas.ellipse(x + 13, 329, 10, 10, "#ffffff")
        canvas.ellipse(x - 14, 325, 4.5, 4.5, "#ffffff")
        canvas.ellipse(MIDDLE + side * 136, 416, 24, 13, PINK)
    for side in (-1, 1):
        canvas.ellipse(MIDDLE + side * 27, 416, 36, 28, CREAM)
    canvas.ellipse(MIDDLE, 438, 30, 24, CREAM)
    canvas.blob([(485, 389), (515, 389), (500, 408)], PINK, rounds=2)
    mouth = [(-38, 414), (-36, 432), (-19, 438), (-4, 432), (0, 408)]
    for side in (-1, 1):
        canvas.stroke([(MIDDLE + side * x, y) for x, y in mouth], 5, INK)
        for rise in (-14, 0, 14):
            start, end = MIDDLE + side * 66, MIDDLE + side * 206
            canvas.stroke([(start, 420 + rise * 0.5), (end, 412 + rise * 1.9)], 2.4, CREAM)


def draw_wrap(canvas: Canvas) -> None:
    """The blanket's front, closed under the chin, with stars and folds."""
    left = [(148, 700), (170, 520), (252, 430), (330, 440), (420, 492), (560, 520), (640, 700)]
    right = [(MIDDLE * 2 - x, y) for x, y in left]
    canvas.blob(right, BLANKET_LIGHT)
    canvas.blob([(x + 14, y + 12) for x, y in right], BLANKET)
    canvas.blob(left, BLANKET_LIGHT)
    canvas.blob([(x - 14, y + 12) for x, y in left], BLANKET)
    for x, y, size in (
        (226, 566, 15),
        (286, 508, 11),
        (262, 636, 12),
        (776, 560, 15),
        (712, 506, 11),
        (738, 630, 12),
    ):
        draw_star(canvas, x, y, size, MOON)


def light_cat(canvas: Canvas) -> None:
    """The screen's light on face and blanket, in steps, from below."""
    for width, height in ((290, 128), (240, 96), (190, 68)):
        canvas.tint(MIDDLE, 562, width, height, GLOW, 0.16)


def draw_table(canvas: Canvas) -> None:
    """The table's edge and top."""
    canvas.box(0, 652, WIDTH, HEIGHT, TABLE)
    canvas.box(0, 652, WIDTH, 660, TABLE_EDGE)
    canvas.tint(MIDDLE, 690, 380, 40, GLOW, 0.10)


def draw_laptop(canvas: Canvas) -> None:
    """The lid from behind, with a paw on it and two over its edge."""
    canvas.blob([(322, 488), (678, 488), (690, 672), (310, 672)], GLOW, rounds=0)
    lid = [(326, 494), (674, 494), (694, 676), (306, 676)]
    canvas.blob(lid, METAL, rounds=0)
    canvas.blob([(308, 656), (692, 656), (694, 676), (306, 676)], METAL_DARK, rounds=0)
    canvas.box(280, 674, 720, 690, "#e2e5f3", round_by=7)
    canvas.box(280, 683, 720, 692, METAL_DARK, round_by=4)
    canvas.ellipse(MIDDLE, 592, 24, 19, "#ffffff")
    for x, y in ((-32, 572), (-12, 556), (12, 556), (32, 572)):
        canvas.ellipse(MIDDLE + x, y, 9, 11, "#ffffff")
    for side in (-1, 1):
        x = MIDDLE + side * 112
        canvas.box(x - 34, 468, x + 34, 520, FUR, round_by=25)
        canvas.box(x - 34, 496, x + 34, 524, CREAM, round_by=14)
        for toe in (-11, 11):
            canvas.stroke([(x + toe, 508), (x + toe, 520)], 3.5, FUR_DARK)


def draw_mug(canvas: Canvas) -> None:
    """Something hot, with a fish on it."""
    for x in (128, 158):
        steam = [(x, 560), (x - 16, 536), (x + 12, 512), (x - 8, 486), (x + 4, 466)]
        canvas.stroke(steam, 5, "#7d7bb0")
    canvas.ellipse(92, 640, 32, 30, "#e9788c")
    canvas.ellipse(92, 640, 18, 17, TABLE)
    canvas.box(96, 578, 192, 700, "#e9788c", round_by=16)
    canvas.box(96, 578, 192, 600, "#f7a3b0", round_by=10)
    canvas.ellipse(141, 648, 24, 14, CREAM)
    canvas.blob([(160, 648), (178, 634), (178, 662)], CREAM, rounds=1)
    canvas.ellipse(128, 645, 3, 3, INK)


def draw_duck(canvas: Canvas) -> None:
    """The one who listens."""
    canvas.blob(
        [(756, 660), (772, 650), (880, 640), (892, 664), (868, 708), (784, 708), (758, 688)],
        "#ffd45e",
    )
    canvas.ellipse(792, 628, 33, 32, "#ffd45e")
    canvas.blob([(748, 628), (772, 622), (774, 642), (752, 644)], "#f58a3c", rounds=2)
    canvas.ellipse(784, 620, 5.5, 6.5, INK)
    canvas.ellipse(786, 618, 2, 2, "#ffffff")
    canvas.stroke([(812, 668), (836, 682), (864, 664)], 6, "#e8b23a")


def mirrored(half: Sequence[Point]) -> list[Point]:
    """A closed outline, from the right half of it as distances from the middle."""
    right = [(MIDDLE + x, y) for x, y in half]
    return right + [(MIDDLE - x, y) for x, y in reversed(half)]


if __name__ == "__main__":
    draw_picture().save(Path(__file__).parent / "me-rn.png", optimize=True)
