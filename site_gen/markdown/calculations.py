"""Running what is computed in a document: its directives, then the roles that ask for their parts.

Directives run first, in the order of the text, so that a role may name what stands further down.
"""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape

from markdown_it.token import Token

from site_gen.diagnostics import Place
from site_gen.markdown.blocks import Call, Directive, Registry, Shown, Text
from site_gen.markdown.collector import Collector
from site_gen.markdown.writing import escape_words
from site_gen.model import CardFigure

_ROLE = re.compile(r"\{([A-Za-z][\w-]*)\}`([^`]+)`")


def run_directives(tokens: list[Token], registry: Registry, collector: Collector) -> None:
    """Run each directive; what it writes goes into its open and close tokens.

    Those whose options may hold roles run last, since a role may name what stands further down.
    """
    opened = [token for token in tokens if token.type == "directive_open"]
    for token in sorted(opened, key=lambda token: bool(token.meta["directive"].texts)):
        directive: Directive = token.meta["directive"]
        call = _expand_options(token.meta["call"], directive, registry, collector)
        written = directive.run(call, collector)
        token.meta |= {"html": written.html, "closing": written.closing}
        token.meta["markdown"] = written.markdown
    waiting: list[Token] = []
    for token in tokens:
        if token.type == "directive_open":
            waiting.append(token)
        elif token.type == "directive_close":
            token.meta["html"] = waiting.pop().meta["closing"]
    for check in collector.afterwards:
        check()


def run_roles(tokens: list[Token], registry: Registry, collector: Collector) -> None:
    """Find what each role in the text asks for; its HTML and its words go into its token."""
    for token in tokens:
        if not token.children or "}`" not in token.content:
            continue
        for child in token.children:
            if child.type == "role":
                place = child.meta["place"]
                shown = _find(child.meta["name"], child.content, place, registry, collector)
                if shown is not None:
                    child.meta["html"] = _show(shown, collector)
                    child.meta["text"] = _words(shown)
                    child.meta["markdown"] = _write(shown)
            elif child.type == "image":
                run_roles([child], registry, collector)


def expand_roles(text: str, place: Place, registry: Registry, collector: Collector) -> str:
    """A text of front matter or of an option with its roles replaced by their words."""

    def expand(found: re.Match[str]) -> str:
        shown = _find(found[1], found[2].strip(), place, registry, collector)
        return _words(shown) if shown else ""

    return _ROLE.sub(expand, text)


def find_card_figure(name: str, place: Place, collector: Collector) -> CardFigure | None:
    """The figure of a name such as `desktop.bound`, as the page shows it, pinned ones included;
    None after noting an error, and where its calculation could not be made.
    """
    known = {
        f"{calculation.name}.{figure.name}": (figure, calculation.title)
        for calculation in collector.calculations
        for figure in calculation.figures
    }
    if name in known:
        figure, title = known[name]
        return CardFigure(figure.text, figure.label, title)
    calculation = name.partition(".")[0]
    if collector.values.get(calculation) != {}:
        hint = collector.suggest(name, known) or f"compute it: `:::{{token-rate}} {calculation}`"
        collector.error(f"there is no figure `{name}`", place, hint)
    return None


def _expand_options(
    call: Call, directive: Directive, registry: Registry, collector: Collector
) -> Call:
    """The call with the words of roles in those of its options that may hold some."""
    expanded = {
        key: Text(expand_roles(option.text, option.place, registry, collector), option.place)
        for key, option in call.options.items()
        if key in directive.texts
    }
    return replace(call, options={**call.options, **expanded}) if expanded else call


def _find(
    name: str, content: str, place: Place, registry: Registry, collector: Collector
) -> Shown | None:
    role = registry.role(name)
    if role is None:
        names = [role.name for role in registry.roles]
        collector.error(f"there is no role `{name}`", place, collector.suggest(name, names))
        return None
    return role.find(content, place, collector)


def _show(shown: Shown, collector: Collector) -> str:
    value = shown.value
    if shown.part == "equation":
        return (
            f'<data value="{escape(str(value.value))}">{collector.formula(value.tex, False)}</data>'
        )
    title = f' title="{escape(value.explanation)}"' if value.explanation else ""
    return f'<data value="{escape(str(value.value))}"{title}>{escape(_words(shown))}</data>'


def _write(shown: Shown) -> str:
    """What a figure says in a transcript."""
    tex = shown.value.tex
    return f"${tex}$" if shown.part == "equation" else escape_words(_words(shown))


def _words(shown: Shown) -> str:
    """What a figure says in plain text, its unit kept on its line."""
    if shown.part == "number":
        return shown.value.number
    return shown.value.text.replace(" ", "\N{NO-BREAK SPACE}")
