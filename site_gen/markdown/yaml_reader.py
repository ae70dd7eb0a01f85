"""Plain YAML to values, each key with its place; tags, anchors and aliases are refused.

Events are looked at before nodes are made of them. So an alias is never followed, and neither depth
nor size can make reading take long, whatever the text is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml

from site_gen.diagnostics import OPENING, Diagnostic, Place, Source
from site_gen.fields import Part
from site_gen.markdown.characters import CONTROL

_MAX_CHARACTERS = 64 * 1024
_MAX_DEPTH = 10
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONTROL = re.compile(rf"\x7f|{CONTROL.pattern}")
_NAMESPACE = "tag:yaml.org,2002:"

_INDENT_HINT = "begin each key at its line's start, and put odd values in quotes"
_EXPLANATIONS = (
    ("mapping values", "a second `: ` on this line", "put the value in quotes"),
    ("cannot start any token", "a value cannot start with this", "put it in quotes; use no tabs"),
    ("scanning a quoted", "a quote is never closed", ""),
    ("parsing a flow sequence", "a list in `[…]` is never closed, or lacks a comma", ""),
    ("parsing a flow mapping", "a table in `{…}` is never closed, or lacks a comma", ""),
    ("scanning a simple key", "this line is no `key: value`", "for example `title: A title`"),
    ("parsing a block mapping", "this does not belong to the keys above", _INDENT_HINT),
    ("undefined alias", "YAML aliases are not allowed in front matter", "write the value out"),
)
"""What libyaml says, and the same for people: a problem, and what can be done."""


class YamlReader:
    """The keys and values at the top of a YAML text that is a part of a source."""

    def __init__(self, source: Source, start: int) -> None:
        """`start` is the offset of the YAML in the source's text."""
        self.diagnostics: list[Diagnostic] = []
        self.values: dict[str, object] = {}
        self.value_places: dict[str, Place] = {}
        """Those one level deeper included, by names such as `card.figure`."""
        self._key_places: dict[str, Place] = {}
        self._source = source
        self._start = start

    def locate(self, key: str, part: Part) -> Place:
        """Where a key or its value stands; the text's opening where it is neither."""
        places = self._key_places if part == "key" else self.value_places
        return places.get(key, OPENING)

    def read(self, content: str) -> None:
        """Fill in `values`, or `diagnostics` where the YAML is wrong."""
        if len(content) > _MAX_CHARACTERS:
            message = f"front matter of more than {_MAX_CHARACTERS // 1024} kB"
            self.diagnostics.append(self._source.error(message, OPENING))
        elif found := _CONTROL.search(content):
            message = f"the control character U+{ord(found[0]):04X} in front matter"
            self._error(message, found.start(), found.end(), "take it out")
        else:
            self._read_checked(content)

    def _read_checked(self, content: str) -> None:
        try:
            if self._allows_events(content):
                self._read_root(yaml.compose(content, Loader=_LOADER))
        except yaml.MarkedYAMLError as error:
            self._explain(error)
        except yaml.YAMLError as error:
            reason = str(error).partition("\n")[0]
            self.diagnostics.append(self._source.error(f"not YAML: {reason}", OPENING))

    def _allows_events(self, content: str) -> bool:
        depth = 0
        for event in yaml.parse(content, Loader=_LOADER):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            refused = ""
            if isinstance(event, yaml.AliasEvent):
                refused = "aliases"
            elif getattr(event, "anchor", None):
                refused = "anchors"
            elif getattr(event, "tag", None):
                refused = "tags"
            if refused:
                message = f"YAML {refused} are not allowed in front matter"
                self._error_at(message, event, "write the value out")
            if depth > _MAX_DEPTH:
                self._error_at(f"nested deeper than {_MAX_DEPTH} levels", event)
            if refused or depth > _MAX_DEPTH:
                return False
        return True

    def _read_root(self, root: yaml.Node | None) -> None:
        if root is None:
            return
        if not isinstance(root, yaml.MappingNode):
            message = "front matter must be keys and values"
            self._error_at(message, root, "for example `title: A title`")
            return
        for key_node, value_node in root.value:
            key = self._read_key(key_node, self.values)
            self._key_places[key] = self._place_of(key_node)
            self.value_places[key] = self._place_of(value_node)
            self.values[key] = self._read(value_node)
            if isinstance(value_node, yaml.MappingNode):
                for inner_key, inner in value_node.value:
                    self.value_places[f"{key}.{inner_key.value}"] = self._place_of(inner)

    def _read_key(self, node: yaml.Node, known: dict[str, object]) -> str:
        key = node.value if isinstance(node, yaml.ScalarNode) else str(self._read(node))
        if key in known:
            self._error_at(f"`{key}` is given twice", node, "keep one of them")
        return key

    def _read(self, node: yaml.Node) -> object:
        if isinstance(node, yaml.MappingNode):
            values: dict[str, object] = {}
            for key_node, value_node in node.value:
                key = self._read_key(key_node, values)
                values[key] = self._read(value_node)
            return values
        if isinstance(node, yaml.SequenceNode):
            return [self._read(item) for item in node.value]
        text: str = node.value
        if _CONTROL.search(text):  # written as an escape, e.g. `"\0"`
            self._error_at("a control character in front matter", node, "take it out")
        return _SCALARS.get(node.tag.removeprefix(_NAMESPACE), str)(text)

    def _explain(self, error: yaml.MarkedYAMLError) -> None:
        said = f"{error.context or ''}: {error.problem or ''}"
        message, hint = f"not YAML: {error.problem or error.context}", ""
        for words, explanation, what_to_do in _EXPLANATIONS:
            if words in said:
                message, hint = explanation, what_to_do
                break
        mark = error.problem_mark or error.context_mark
        if error.context_mark and ("never closed" in message or "simple key" in said):
            mark = error.context_mark
        index = mark.index if mark else 0
        self._error(message, index, index + 1, hint)

    def _error_at(self, message: str, thing: Any, hint: str = "") -> None:
        """Note an error at a node or an event."""
        self._error(message, thing.start_mark.index, thing.end_mark.index, hint)

    def _error(self, message: str, start: int, end: int, hint: str = "") -> None:
        self.diagnostics.append(self._source.error(message, self._place(start, end), hint))

    def _place_of(self, node: yaml.Node) -> Place:
        return self._place(node.start_mark.index, node.end_mark.index)

    def _place(self, start: int, end: int) -> Place:
        """The place of a range of the YAML's characters, those of its first line."""
        return self._source.place(self._start + start, end - start)


def _integer(text: str) -> int | str:
    return int(text) if re.fullmatch(r"[-+]?[0-9]{1,18}", text) else text


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:  # YAML 1.1 knows forms such as 1:30.5 that Python does not
        return text


def _truth(text: str) -> bool:
    return text.lower() in ("true", "yes", "on")


def _nothing(_text: str) -> None:
    return None


_SCALARS: dict[str, Callable[[str], object]] = {
    "int": _integer,
    "float": _number,
    "bool": _truth,
    "null": _nothing,
}
