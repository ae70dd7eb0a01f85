"""The Markdown parser: markdown-it with its plugins as one ordered, visible list."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from site_gen.markdown.attributes import attributes_plugin
from site_gen.markdown.blocks import Registry, directive_plugin
from site_gen.markdown.characters import characters_plugin
from site_gen.markdown.collector import Collector
from site_gen.markdown.dispatch import dispatch_rules
from site_gen.markdown.html import DocumentRenderer
from site_gen.markdown.losses import MAX_NESTING, losses_plugin
from site_gen.markdown.math import math_plugin
from site_gen.markdown.places import places_plugin
from site_gen.markdown.roles import role_plugin
from site_gen.markdown.tables import tables_plugin
from site_gen.markdown.transcript import transcript_plugin

# What is nested deeper vanishes in markdown-it; a level may be left by a list and its item at once.
_PARSER_NESTING = MAX_NESTING + 10

NORMAL_LINK = re.compile(
    r"(?:https?://[a-z0-9]{1,40}(?:\.[a-z0-9]{1,40}){1,4}(?=[/?#]|\Z))?"
    r"(?!//)[A-Za-z0-9/._-]*(?:\?[A-Za-z0-9=&._-]+)?(?:#[A-Za-z0-9._-]+)?"
)
"""Most links: an address or a path of letters, digits and signs that mean nothing special."""
_OPTIONS = {"maxNesting": _PARSER_NESTING, "tasklists": True, "strikethrough_single_tilde": False}
"""The last is so anyway, but is asked for at each text, and what is missing takes long to find."""


def make_parser(registry: Registry, raw_html: bool) -> MarkdownIt:
    """A parser for documents; one serves any number of them, one after the other."""
    md = _Parser("commonmark", {**_OPTIONS, "html": raw_html})
    md.enable(["table", "strikethrough"])
    md.core.ruler.at("normalize", _replace_nul)
    plugins: tuple[Callable[[MarkdownIt], None], ...] = (
        front_matter_plugin,
        lambda md: footnote_plugin(md, inline=False),
        deflist_plugin,
        tables_plugin,
        attributes_plugin,
        math_plugin,
        lambda md: directive_plugin(md, registry),
        role_plugin,
        losses_plugin,
        transcript_plugin,
        places_plugin,
        characters_plugin,
    )
    for plugin in plugins:
        plugin(md)
    dispatch_rules(md)
    # Plugins bring rules for rendering too; ours are the ones that know of holes.
    md.renderer = DocumentRenderer()
    return md


class _Parser(MarkdownIt):
    """markdown-it, which need not take apart what is as it would put it together."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        """The URL with all percent-encoded that has to be."""
        return url if NORMAL_LINK.fullmatch(url) else super().normalizeLink(url)


def _replace_nul(state: StateCore) -> None:
    """All that is left to do to a `Source`, whose line breaks are the same already."""
    state.src = state.src.replace("\0", "\N{REPLACEMENT CHARACTER}")


def parse_tokens(md: MarkdownIt, collector: Collector) -> tuple[list[Token], dict[str, Any]]:
    """The tokens of a document and markdown-it's environment, which rendering needs again."""
    env: dict[str, Any] = {"collector": collector}
    return md.parse(collector.source.text, env), env
