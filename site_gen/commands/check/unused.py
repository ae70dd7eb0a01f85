"""What a site has and nothing uses: files, assets, templates, macros."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from site_gen import paths
from site_gen.build.listing import THEME
from site_gen.commands.check.findings import Finding, Site
from site_gen.diagnostics import WHOLE
from site_gen.model import Document
from site_gen.paths import CONFIG_PATH, FINGERPRINTED
from site_gen.toml_source import Locator

_TABLE = ("tool", "site_gen")
_COMMAND = re.compile(r"\\(?:[A-Za-z@]+|.)", re.DOTALL)
_TEMPLATES = "templates/"
_ASSETS = f"static/{FINGERPRINTED}"
_NAMING = (".css", ".js", ".mjs", ".svg")
"""Endings of assets that may load others."""


def find_unused(site: Site) -> Iterator[Finding]:
    """All that nothing uses."""
    yield from _find_files(site)
    yield from _find_assets(site)
    yield from _find_templates(site)
    yield from _find_macros(site)


def _find_files(site: Site) -> Iterator[Finding]:
    """Files of `content/` that no page shows or offers, drafts included."""
    used = {path for row in site.last.documents.values() for path in row.files}
    for path in sorted(site.last.state.files - used - site.last.state.assets.keys()):
        if path.startswith("content/") and not (path.endswith(".md") or paths.is_data(path)):
            message = "not published, since no page shows or offers it; that may well be meant"
            yield Finding("unused-file", site.nowhere(path).note(message))


def _find_assets(site: Site) -> Iterator[Finding]:
    """The site's own files of `static/assets/` that no page loads or links to, and no other of them
    names; those that the theme has too are used where there is a page for them.
    """
    own = {path for path in site.last.files if path.startswith(_ASSETS) and _is_own(site, path)}
    texts = {path: site.source(path).text for path in own if path.endswith(_NAMING)}
    for path in sorted(own - site.last.state.assets.keys()):
        name = path.removeprefix(_ASSETS)
        file_name = name.rpartition("/")[2]
        is_named = any(file_name in text for other, text in texts.items() if other != path)
        if f"asset:{name}" not in site.reads and not is_named:
            message = "published, and no page loads it"
            hint = f'load it in a template with `{{{{ asset("{name}") }}}}`, or remove it'
            yield Finding("unused-asset", site.nowhere(path).warning(message, WHOLE, hint))


def _find_templates(site: Site) -> Iterator[Finding]:
    """Templates of the site's own that no page is made with; those that the theme has too are used
    where there is a page for them.
    """
    for path in sorted(site.last.files):
        name = path.removeprefix(_TEMPLATES)
        if name != path and _is_own(site, path) and f"template:{name}" not in site.reads:
            message = "no page is made with this template"
            hint = "see which there are under “Templates” in docs/authoring.md, or remove it"
            yield Finding("unused-template", site.nowhere(path).warning(message, WHOLE, hint))


def _is_own(site: Site, path: str) -> bool:
    """Whether the theme has no file of this path."""
    return THEME + path not in site.inputs.stamps


def _find_macros(site: Site) -> Iterator[Finding]:
    """Macros, of the configuration and of single documents, that no formula uses."""
    shared = site.last.state.config.macros
    used = set[str]()
    for document in site.documents():
        if document.formulas or document.front.macros:
            own = dict(document.front.macros)
            found = _find_commands(document, {**shared, **own})
            used |= found - own.keys()
            yield from _find_own_macros(site, document, own.keys() - found)
    source = site.source(CONFIG_PATH)
    locator = Locator(source)
    for name in sorted(shared.keys() - used):
        place = locator.find((*_TABLE, "macros", name), "key")
        message = f"no formula uses the macro `{name}`"
        yield Finding("unused-macro", source.warning(message, place))


def _find_own_macros(site: Site, document: Document, unused: Collection[str]) -> Iterator[Finding]:
    source, place = site.source(document.path), document.front.places.get("math", WHOLE)
    for name in sorted(unused):
        message = f"no formula of this page uses the macro `{name}`"
        yield Finding("unused-macro", source.warning(message, place))


def _find_commands(document: Document, macros: Mapping[str, str]) -> set[str]:
    """The commands in a document's formulas, and those in the macros that they use."""
    found = set[str]()
    waiting: Iterable[str] = [formula.tex for formula in document.formulas]
    while new := {name for tex in waiting for name in _COMMAND.findall(tex)} - found:
        found |= new
        waiting = [macros[name] for name in new & macros.keys()]
    return found
