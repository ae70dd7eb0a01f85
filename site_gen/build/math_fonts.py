"""KaTeX's stylesheet cut to the fonts that some formulas use, found by its own rules.

Each element's font is worked out as a browser would, by the rules that its classes meet and by what
it inherits. Where that would take more, an element may have several fonts: where several rules
meet, where a selector names no class, or speaks of ancestors (whose classes may occur anywhere).
So the cut may keep a font too many, and never drops one that is used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache
from typing import NamedTuple

import tinycss2
from tinycss2.ast import AtRule, Declaration, Node, QualifiedRule

_CLOSING = "/span>"
_OPENING = re.compile(r'span(?: class="([^"]*)")?[^>]*>')
"""A span of KaTeX's, behind its `<`. What else it makes, SVG, holds no text."""
_PSEUDO = re.compile(r"::?[\w-]+(?:\([^)]*\))?")
_CLASS = re.compile(r"\.([\w-]+)")
_WOFF2 = re.compile(r"""url\(["']?(?:[^"')]*/)?([^"')/]+\.woff2)["']?\)""")
_WORD = re.compile(r"[\w-]+")
_SPANS_HELD = 20_000
"""In one element, of a kilobyte or less each."""


class _Face(NamedTuple):
    family: str
    is_bold: bool
    is_italic: bool


class _Rule(NamedTuple):
    """One selector of a rule about fonts, and what the rule sets; what it leaves alone is None."""

    classes: frozenset[str]
    """What the element itself must have."""
    around: frozenset[str]
    """What elements around it must have."""
    family: str | None
    is_bold: bool | None
    is_italic: bool | None


class _Element(dict[str, "tuple[_Element, bool] | None"]):
    """A span by what it may look like; holds the spans that may be in it, as they are asked for.

    The key is how one is written, from behind its `<` to the next. The value is the span and
    whether text follows its tag, or None for what is no span. Spans are much alike: 40,000 formulas
    have some thousands of them.
    """

    def __init__(self, faces: frozenset[_Face], family: _Family) -> None:
        super().__init__()
        self.faces = faces
        self._family = family

    def __missing__(self, written: str) -> tuple[_Element, bool] | None:
        opening = _OPENING.match(written)
        child = None
        if opening:
            element = self._family.find(self.faces, frozenset((opening[1] or "").split()))
            child = (element, opening.end() < len(written))
        if len(self) < _SPANS_HELD:
            self[written] = child
        return child


class _Family:
    """The elements that the same rules hold for: one for each way to look."""

    def __init__(self, rules: list[_Rule]) -> None:
        self._rules = rules
        self._elements: dict[frozenset[_Face], _Element] = {}
        self.root = self._element(frozenset({_Face("", False, False)}))

    def find(self, inherited: frozenset[_Face], classes: frozenset[str]) -> _Element:
        """What has these classes in an element that looks like that."""
        met = [rule for rule in self._rules if rule.classes <= classes]
        return self._element(_apply(met, inherited))

    def _element(self, faces: frozenset[_Face]) -> _Element:
        return self._elements.setdefault(faces, _Element(faces, self))


class FontRules:
    """What KaTeX's stylesheet says of fonts."""

    def __init__(self, stylesheet: str) -> None:
        options = {"skip_comments": True, "skip_whitespace": True}
        self._nodes = tinycss2.parse_stylesheet(stylesheet, **options)
        self._files = {
            _face(node): file[1]
            for node in self._nodes
            if _is_font_face(node) and (file := _WOFF2.search(node.serialize()))
        }
        self._rules = list(_font_rules(self._nodes, {face.family for face in self._files}))
        self._deciding = {
            name: re.compile(f'class="(?:[^"]* )?{re.escape(name)}[ "]')
            for rule in self._rules
            for name in rule.around
        }
        self._families: dict[frozenset[str], _Family] = {}
        self._files_of = cache(self._find_files)

    def find(self, html: str) -> tuple[str, ...]:
        """The files of the fonts that a formula can need, sorted."""
        start, end = html.find("<math"), html.rfind("</math>")
        # What is there to be heard is set in the font around it.
        seen = html if start < 0 else f"{html[:start]}x{html[end + len('</math>') :]}"
        around = frozenset(
            name for name, used in self._deciding.items() if name in seen and used.search(seen)
        )
        return self._files_of(frozenset(_find_shown(seen, self._family(around))))

    def cut(self, wanted: Collection[str], url_for: Callable[[str], str]) -> str:
        """The stylesheet with only those `@font-face` rules whose files are wanted, as woff2.

        `url_for` gives the URL of a file by its name. `font-display` stays KaTeX's own, `block`:
        its glyphs are placed by the metrics of its fonts, so a fallback font shows a wrong formula
        of another width, and a swap would shift the text around it. Blank for a moment shifts
        least.
        """
        parts = (_cut(node, wanted, url_for) for node in self._nodes)
        return "".join(part + "\n" for part in parts if part)

    def _find_files(self, shown: Collection[frozenset[_Face]]) -> tuple[str, ...]:
        faces = {face for each in shown for face in each}
        return tuple(sorted({file for face in faces if (file := self._find_file(face))}))

    def _find_file(self, face: _Face) -> str:
        """The file of the face that a browser takes for one; empty where there is none."""
        nearest = _nearest(face, set(self._files))
        return self._files[nearest] if nearest else ""

    def _family(self, around: frozenset[str]) -> _Family:
        """The elements where these classes occur, of those that matter to what is inside."""
        if around not in self._families:
            live = [rule for rule in self._rules if rule.around <= around]
            self._families[around] = _Family(live)
        return self._families[around]


def _cut(node: Node, wanted: Collection[str], url_for: Callable[[str], str]) -> str:
    """The rule as it stays: a wanted font with one source, no text for any other font."""
    if not _is_font_face(node):
        return str(node.serialize())
    kept = []
    for declaration in _declarations(node):
        if declaration.lower_name != "src":
            kept.append(declaration.serialize())
        elif (file := _WOFF2.search(declaration.serialize())) and file[1] in wanted:
            kept.append(f'src:url({url_for(file[1])}) format("woff2")')
        else:
            return ""
    return "@font-face{" + ";".join(kept) + "}"


def _find_shown(html: str, family: _Family) -> set[frozenset[_Face]]:
    """Of each text all faces that it may be set in."""
    current = family.root
    around: list[_Element] = []
    shown = set()
    for written in html.split("<"):
        if written == _CLOSING:
            current = around.pop()
        elif written.startswith(_CLOSING):
            current = around.pop()
            shown.add(current.faces)
        elif child := current[written]:
            around.append(current)
            current, has_text = child
            if has_text:
                shown.add(current.faces)
    return shown


def _apply(rules: list[_Rule], inherited: frozenset[_Face]) -> frozenset[_Face]:
    """All that an element may look like that meets these rules."""
    # A rule that names no class is not known to meet the element, so without it stays possible.
    certain = [rule for rule in rules if rule.classes]
    families = {rule.family for rule in certain if rule.family is not None}
    bolds = {rule.is_bold for rule in certain if rule.is_bold is not None}
    italics = {rule.is_italic for rule in certain if rule.is_italic is not None}
    possible = {rule.family for rule in rules if rule.family and not rule.classes}
    return frozenset(
        _Face(family, is_bold, is_italic)
        for face in inherited
        for family in (families or {face.family}) | possible
        for is_bold in bolds or {face.is_bold}
        for is_italic in italics or {face.is_italic}
    )


def _nearest(face: _Face, available: set[_Face]) -> _Face | None:
    """The face that a browser takes: of the family, first by slope, then by weight."""
    family = [candidate for candidate in available if candidate.family == face.family]
    return min(
        family,
        key=lambda other: (other.is_italic != face.is_italic, other.is_bold != face.is_bold),
        default=None,
    )


def _is_font_face(node: Node) -> bool:
    return isinstance(node, AtRule) and node.lower_at_keyword == "font-face"


def _declarations(rule: AtRule | QualifiedRule) -> list[Declaration]:
    content = tinycss2.parse_blocks_contents(rule.content or [])
    return [node for node in content if isinstance(node, Declaration)]


def _face(rule: AtRule) -> _Face:
    family, is_bold, is_italic = _font_of(_declarations(rule), None)
    return _Face(family or "", bool(is_bold), bool(is_italic))


def _font_rules(nodes: Iterable[Node], families: set[str]) -> Iterator[_Rule]:
    for node in nodes:
        if not isinstance(node, QualifiedRule):
            continue
        font = _font_of(_declarations(node), families)
        if font == (None, None, None):
            continue
        for selector in tinycss2.serialize(node.prelude).split(","):
            *around, own = _PSEUDO.sub("", selector).replace(">", " ").split()
            classes = frozenset(_CLASS.findall(own))
            yield _Rule(classes, frozenset(_CLASS.findall(" ".join(around))), *font)


def _font_of(
    declarations: Iterable[Declaration], families: set[str] | None
) -> tuple[str | None, bool | None, bool | None]:
    """Family, weight and slope that declarations set; of families only those known, where given."""
    family, is_bold, is_italic = None, None, None
    for declaration in declarations:
        words = _WORD.findall(tinycss2.serialize(declaration.value))
        if declaration.lower_name in ("font", "font-family"):
            family = next((word for word in words if families is None or word in families), family)
        if declaration.lower_name in ("font", "font-weight"):
            is_bold = bool({"bold", "bolder", "600", "700", "800", "900"} & set(words))
        if declaration.lower_name in ("font", "font-style"):
            is_italic = bool({"italic", "oblique"} & set(words))
    return family, is_bold, is_italic
