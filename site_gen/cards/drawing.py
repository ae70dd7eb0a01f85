"""From the SVG of a card to its PNG, or to what is wrong with it.

A drawing stands alone: what it would fetch, be it a file or an address, is refused before anything
is drawn, and so are letters that no font at hand has.
"""

from __future__ import annotations

import re
import unicodedata
from io import BytesIO
from xml.parsers import expat

import msgspec
import resvg_py
from PIL import Image

from site_gen.cards.model import HEIGHT, WIDTH, Drawn

_COLOURS = 256
"""What a palette holds: a card of a few inks has fewer, and loses nothing."""
_CARE = 6
"""Of zlib; 9 takes ten times as long to save 7 %."""
_HREFS = frozenset(("href", "xlink:href"))
_PICTURE = re.compile(r"data:image/(?:gif|jpeg|png|webp);base64,")
_UNSEEN = frozenset(("Cc", "Cf", "Mn", "Zl", "Zp", "Zs"))
"""Categories of what needs no glyph of its own."""


class DrawingError(Exception):
    """The drawing cannot be drawn."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Draw(msgspec.Struct, frozen=True):
    """Draws cards, in whatever process it was sent to."""

    files: tuple[str, ...]
    """Paths of fonts, in the order in which they stand in for each other."""
    family: str
    """The family that is used where another is not there."""
    letters: frozenset[int]
    """Code points that these fonts have."""

    def __call__(self, svg: bytes) -> tuple[Drawn, bytes]:
        """What came of it, and a PNG; nothing in place of that where it is not right."""
        try:
            words = _read(svg)
            seen = (each for each in words.shown if unicodedata.category(each) not in _UNSEEN)
            missing = "".join(dict.fromkeys(each for each in seen if ord(each) not in self.letters))
            png = b"" if missing else self._draw(svg)
        except DrawingError as error:
            return Drawn(message=error.message, hint=error.hint), b""
        return Drawn(" ".join(words.title.split()), missing), png

    def _draw(self, svg: bytes) -> bytes:
        try:
            drawn = resvg_py.svg_to_bytes(
                svg_string=svg.decode(),
                skip_system_fonts=True,
                font_files=list(self.files),
                font_family=self.family,
                serif_family=self.family,
                sans_serif_family=self.family,
                monospace_family=self.family,
            )
        except ValueError as error:
            raise DrawingError(f"the card cannot be drawn: {error}") from error
        return _pack(bytes(drawn))


class _Words:
    """What an SVG says; DrawingError where it is none, or would need more than itself."""

    def __init__(self) -> None:
        self.title = ""
        self.shown = ""
        self._open: list[str] = []
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._take
        self._parser.StartDoctypeDeclHandler = self._refuse

    def read(self, svg: bytes) -> None:
        try:
            self._parser.Parse(svg, True)
        except expat.ExpatError as error:
            message = f"{expat.ErrorString(error.code)} in line {error.lineno} of what it makes"
            raise DrawingError(f"the card is no XML: {message}") from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._open:
            _check_root(name, attributes)
        for key in _HREFS & attributes.keys():
            target = attributes[key].strip()
            if not (target.startswith("#") or _PICTURE.match(target)):
                message = f"the card refers to `{target}`, which is outside of it"
                hint = "draw it in place, or put the picture in as `data:image/png;base64,…`"
                raise DrawingError(message, hint)
        self._open.append(name)

    def _end(self, _: str) -> None:
        self._open.pop()

    def _take(self, text: str) -> None:
        if self._open[1:] == ["title"]:
            self.title += text
        elif "text" in self._open and not {"title", "desc"} & set(self._open):
            self.shown += text

    def _refuse(self, *_: object) -> None:
        raise DrawingError("a card has no document type", "take the line `<!DOCTYPE …>` out")


def _check_root(name: str, attributes: dict[str, str]) -> None:
    size = attributes.get("width"), attributes.get("height")
    if name != "svg" or size != (str(WIDTH), str(HEIGHT)):
        message = f"a card is an `<svg>` that is {WIDTH} wide and {HEIGHT} high"
        raise DrawingError(message, f'begin with `<svg width="{WIDTH}" height="{HEIGHT}" …>`')


def _read(svg: bytes) -> _Words:
    words = _Words()
    words.read(svg)
    if not words.title.strip():
        message = "the card does not say what can be seen"
        raise DrawingError(message, "begin it with `<title>…</title>`")
    return words


def _pack(content: bytes) -> bytes:
    """The same picture in as few bytes as one with a palette takes."""
    with Image.open(BytesIO(content)) as image:
        opaque = Image.new("RGB", image.size, "white")
        opaque.paste(image, mask=image.getchannel("A"))
    packed = opaque.quantize(_COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    file = BytesIO()
    packed.save(file, "PNG", compress_level=_CARE)
    return file.getvalue()
