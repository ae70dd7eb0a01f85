"""Asking a rule only where it can match: by the character at hand, which each rule begins with.

markdown-it tries every rule at every place. What it finds is the same when the rules that would say
no are not asked, as long as the tables below are right: a rule's characters are all those that it
can match at. Rules are added by name, so one that is not in a table is noticed at once.

The methods are those of markdown-it-py 4.3, rule by rule replaced by a look into a table; the tests
parse with both and compare.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from string import digits
from typing import TypeVar

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.ruler import Ruler
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

BlockRule = Callable[[StateBlock, int, int, bool], bool]
InlineRule = Callable[[StateInline, bool], bool]

_Rule = TypeVar("_Rule")

_ANY = ""
_BLOCK_STARTS = {
    "attributes": "{",
    "blockquote": ">",
    "code": _ANY,
    "deflist": _ANY,
    "directive": ":",
    "fence": "`~",
    "footnote_def": "[",
    "front_matter": _ANY,
    "heading": "#",
    "hr": "*-_",
    "html_block": "<",
    "lheading": _ANY,
    "list": "*+-" + digits,
    "math_block": "$",
    "nesting": _ANY,
    "paragraph": _ANY,
    "reference": "[",
    "table": _ANY,
}
"""The first characters, but for blanks, of the lines at which each rule for blocks can match."""
_INLINE_STARTS = {
    "attributes": "{",
    "autolink": "<",
    "backticks": "`",
    "emphasis": "*_",
    "entity": "&",
    "eqref": "\\",
    "escape": "\\",
    "footnote_ref": "[",
    "html_inline": "<",
    "image": "!",
    "link": "[",
    "math_inline": "$",
    "newline": "\n",
    "role": "{",
    "span": "[",
    "strikethrough": "~",
    "tag": "<",
    "unclosed_math": "$",
    "unknown_footnote": "[",
}
"""The characters at which each rule for inlines can match; between them is text."""
_LABEL_END = "]"
"""No rule's, but text ends here too: it is where markdown-it looks for the end of a link's text."""
_PAIRED = re.compile("[*_~]")
"""What becomes an element only when its partner has been found, in a second round of rules."""


def dispatch_rules(md: MarkdownIt) -> None:
    """Have a parser whose rules are complete ask only those that can match."""
    lheading = md.block.ruler.__rules__[md.block.ruler.__find__("lheading")]
    lheading.fn = _where_underlined(lheading.fn)
    md.block.ruler = _BlockRuler(md.block.ruler)
    md.inline = _InlineParser(md.inline)


def _where_underlined(rule: BlockRule) -> BlockRule:
    """The rule for underlined headings, asked where a line below might be one or end the text.

    It goes through a paragraph as the rule for paragraphs does once more. Where it finds nothing it
    leaves `parentType` as below, and how a list may begin depends on that.
    """
    ends = frozenset("-=".join(_BLOCK_STARTS.values()))

    def lheading(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        if state.is_code_block(start):
            return False
        for line in range(start + 1, end):
            position = state.bMarks[line] + state.tShift[line]
            if position >= state.eMarks[line]:
                break
            if state.src[position] in ends:
                return rule(state, start, end, silent)
        state.parentType = "paragraph"
        return False

    return lheading


class _BlockRuler(Ruler[BlockRule]):
    """Rules for blocks, each chain of which is one rule that asks those of its line's character."""

    def __init__(self, ruler: Ruler[BlockRule]) -> None:
        super().__init__()
        self.__rules__ = ruler.__rules__

    def __compile__(self) -> None:
        chains = {"", *(chain for rule in self.__rules__ for chain in rule.alt)}
        self.__cache__ = {
            chain: [
                _first_of(
                    {
                        rule.name: rule.fn
                        for rule in self.__rules__
                        if rule.enabled and (not chain or chain in rule.alt)
                    }
                )
            ]
            for chain in chains
        }


def _first_of(rules: Mapping[str, BlockRule]) -> BlockRule:
    """A rule that matches where one of these does, in their order."""
    rules_at = _by_character(rules, _BLOCK_STARTS)
    others = rules_at[_ANY]

    def rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        position = state.bMarks[start] + state.tShift[start]
        for each in rules_at.get(state.src[position : position + 1], others):
            if each(state, start, end, silent):
                return True
        return False

    return rule


class _InlineParser(ParserInline):
    """markdown-it's parser of inlines with a table in the place of its first round of rules."""

    def __init__(self, parser: ParserInline) -> None:
        super().__init__()
        self.ruler, self.ruler2 = parser.ruler, parser.ruler2
        rules = {rule.name: rule.fn for rule in self.ruler.__rules__ if rule.enabled}
        del rules["text"]  # it takes what is left
        self._rules_at = _by_character(rules, _INLINE_STARTS)
        marks = "".join(self._rules_at) + _LABEL_END
        self._next_mark = re.compile(f"[{re.escape(marks)}]").search

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """Add the tokens of a text to `tokens`."""
        if src and not self._next_mark(src):
            tokens.append(Token("text", "", 0, content=src))
            return tokens
        state = StateInline(src, md, env, tokens)
        self.tokenize(state)
        if _PAIRED.search(src):
            for rule in self.ruler2.getRules(""):
                rule(state)
        return state.tokens

    def tokenize(self, state: StateInline) -> None:
        """Add the tokens from the state's position to its end."""
        src, end = state.src, state.posMax
        if state.level >= state.md.options["maxNesting"]:
            state.append_pending(src[state.pos : end])
            state.pos = end
        while state.pos < end:
            mark = self._next_mark(src, state.pos)
            start = mark.start() if mark else end
            if start > state.pos:
                state.append_pending(src[state.pos : start])
                state.pos = start
                if start >= end:
                    break
            for rule in self._rules_at.get(src[start], ()):
                if rule(state, False):
                    assert state.pos > start, rule
                    break
            else:
                state.append_pending(src[start])
                state.pos = start + 1
        if state.pending:
            state.pushPending()

    def skipToken(self, state: StateInline) -> None:  # noqa: N802
        """Go on behind the token at the state's position."""
        start = state.pos
        if start in state.cache:
            state.pos = state.cache[start]
            return
        if state.level >= state.md.options["maxNesting"]:
            state.pos = state.posMax + 1
        elif not self._skip_text(state) and not self._skip_mark(state):
            state.pos = start + 1
        state.cache[start] = state.pos

    def _skip_text(self, state: StateInline) -> bool:
        mark = self._next_mark(state.src, state.pos)
        end = mark.start() if mark else state.posMax
        is_there = end > state.pos
        state.pos = end
        return is_there

    def _skip_mark(self, state: StateInline) -> bool:
        start = state.pos
        state.level += 1
        rules = self._rules_at.get(state.src[start], ())
        is_there = any(rule(state, True) for rule in rules)
        state.level -= 1
        assert state.pos > start or not is_there
        return is_there


def _by_character(
    rules: Mapping[str, _Rule], starts: Mapping[str, str]
) -> dict[str, tuple[_Rule, ...]]:
    """For each character the rules that can match at it, in order; for `""` those that always can.

    Rules that can match anywhere are among those of each character.
    """
    return {
        character: tuple(
            rule
            for name, rule in rules.items()
            if starts[name] == _ANY or (character and character in starts[name])
        )
        for character in ("", *sorted(set("".join(starts[name] for name in rules))))
    }
