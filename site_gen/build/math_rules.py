"""KaTeX's stylesheet cut to the rules and fonts that some formulas use, found by its own rules.

What a formula's elements may look like follows from the classes that occur in it: whatever rule one
of them meets may hold inside any other. So the cut may keep a font too many, which no browser
fetches, and never drops one that is used; and to look at classes alone takes a third of the time
that it takes to follow the elements.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache
from typing import NamedTuple

import tinycss2
from tinycss2.ast import AtRule, Declaration, Node, QualifiedRule

from site_gen.build.math_needs import MathNeeds

_CLASSES = re.compile(rb' class="([^"]*)"')
_PSEUDO = re.compile(r"::?[\w-]+(?:\([^)]*\))?")
_CLASS = re.compile(r"\.([\w-]+)")
_WOFF2 = re.compile(r"""url\(["']?(?:[^"')]*/)?([^"')/]+\.woff2)["']?\)""")
_WORD = re.compile(r"[\w-]+")


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


class MathRules:
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
        self._speaking = frozenset[str]().union(*(r.classes | r.around for r in self._rules))
        selectors = (
            selector
            for node in self._nodes
            if isinstance(node, QualifiedRule)
            for selector in _selectors(node)
        )
        self._all_classes = frozenset[str]().union(*map(_classes_of, selectors))
        self._known_of = cache(self._find_known_of)
        self._spoken_of = cache(self._find_spoken_of)
        self._files_of = cache(self._find_files)

    def find(self, html: bytes) -> tuple[str, ...]:
        """The files of the fonts that a formula can need, sorted; `html` is in UTF-8."""
        # What is there to be heard, behind the first two classes, is set in the font around it.
        start, end = html.find(b"<math"), html.find(b"</math>")
        written = {*_CLASSES.findall(html, 0, start), *_CLASSES.findall(html, end)}
        return self._files_of(frozenset(map(self._spoken_of, written)))

    def find_classes(self, html: bytes) -> tuple[str, ...]:
        """The classes of a formula that rules speak of, sorted; `html` is in UTF-8."""
        known = map(self._known_of, set(_CLASSES.findall(html)))
        return tuple(sorted(frozenset[str]().union(*known)))

    def cut(self, needs: MathNeeds, url_for: Callable[[str], str]) -> str:
        """The stylesheet with only those rules that some element may meet, and the `@font-face`
        rules whose files are wanted, as woff2.

        `url_for` gives the URL of a file by its name. `font-display` stays KaTeX's own, `block`:
        its glyphs are placed by the metrics of its fonts, so a fallback font shows a wrong formula
        of another width, and a swap would shift the text around it. Blank for a moment shifts
        least.
        """
        parts = (_cut(node, needs, url_for) for node in self._nodes)
        return "".join(part + "\n" for part in parts if part)

    def _find_known_of(self, written: bytes) -> frozenset[str]:
        """Of the classes of an element those that any rule speaks of."""
        return self._all_classes.intersection(written.decode().split())

    def _find_spoken_of(self, written: bytes) -> frozenset[str]:
        """Of the classes of an element those that a rule speaks of."""
        return self._speaking.intersection(written.decode().split())

    def _find_files(self, elements: Collection[frozenset[str]]) -> tuple[str, ...]:
        """The files for a formula whose elements have these classes."""
        all_classes = frozenset[str]().union(*elements)
        live = [rule for rule in self._rules if rule.around <= all_classes]
        met = [[rule for rule in live if rule.classes <= classes] for classes in elements]
        faces, before = frozenset({_Face("", False, False)}), frozenset[_Face]()
        while faces != before:
            before = faces
            faces = faces.union(*(_apply(rules, faces) for rules in met))
        return tuple(sorted({file for face in faces if (file := self._find_file(face))}))

    def _find_file(self, face: _Face) -> str:
        """The file of the face that a browser takes for one; empty where there is none."""
        nearest = _nearest(face, set(self._files))
        return self._files[nearest] if nearest else ""


def _cut(node: Node, needs: MathNeeds, url_for: Callable[[str], str]) -> str:
    """The rule as it stays: a wanted font with one source, a rule with the selectors that something
    may meet; no text for any other.
    """
    if isinstance(node, QualifiedRule):
        met = [each for each in _selectors(node) if _classes_of(each) <= set(needs.classes)]
        return f"{','.join(met)}{{{tinycss2.serialize(node.content)}}}" if met else ""
    if not _is_font_face(node):
        return str(node.serialize())
    kept = []
    for declaration in _declarations(node):
        if declaration.lower_name != "src":
            kept.append(declaration.serialize())
        elif (file := _WOFF2.search(declaration.serialize())) and file[1] in needs.fonts:
            kept.append(f'src:url({url_for(file[1])}) format("woff2")')
        else:
            return ""
    return "@font-face{" + ";".join(kept) + "}"


def _selectors(rule: QualifiedRule) -> list[str]:
    return [each.strip() for each in tinycss2.serialize(rule.prelude).split(",")]


def _classes_of(selector: str) -> frozenset[str]:
    """The classes that must all occur for something to meet it."""
    return frozenset(_CLASS.findall(_PSEUDO.sub("", selector)))


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
        for selector in _selectors(node):
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
