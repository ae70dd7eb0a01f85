"""Templates: Jinja2 over the site's own files and the theme's, errors with their place."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import suppress
from typing import Any

import jinja2
import msgspec
from jinja2 import StrictUndefined, Template, Undefined, meta, nodes
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from jinja2.utils import missing

from site_gen.diagnostics import Diagnostic, Place, Source, suggest
from site_gen.site.dates import format_day, format_instant
from site_gen.site.known import Site
from site_gen.site.languages import direction_of

_REFERENCES = (nodes.Extends, nodes.FromImport, nodes.Import, nodes.Include)


_UNSTEADY = (("globals", "lipsum"), ("filters", "random"))
"""What Jinja offers that says something else each time."""


class UnknownAssetError(Exception):
    """A template asks for an asset that there is not."""


class _Missing(StrictUndefined):
    """A name or an attribute that is not there, told in the template's words."""

    @property
    def _undefined_message(self) -> str:
        name = str(self._undefined_name)
        if self._undefined_obj is missing:
            return f"there is no `{name}` here"
        owner = self._undefined_obj
        kind = Site if isinstance(owner, _Noted) else type(owner)
        known = getattr(kind, "__struct_fields__", ())
        message = f"a {kind.__name__.lower()} has no `{name}`"
        return f"{message}; {hint}" if (hint := suggest(name, known)) else message


def _as_printed(value: object) -> object:
    """A value that a template prints; TypeError for one that shows where it lies in memory."""
    is_text = isinstance(value, (str, Undefined))
    is_told = type(value).__repr__ is not object.__repr__ and not isinstance(value, Iterator)
    if is_text or (is_told and not callable(value)):
        return value
    message = (
        "this is a function: call it"
        if callable(value)
        else "this is no text: ask for a part of it"
    )
    raise TypeError(message)


class _Noted:
    """The record of the site, which notes what a template asks of it."""

    def __init__(self, site: Site, reads: set[str]) -> None:
        self._site = site
        self._reads = reads

    def __getattr__(self, name: str) -> Any:
        self._reads.add(f"site:{name}")
        return getattr(self._site, name)


class _Template(Template):
    """One that runs anew for each page that imports it, so that what it asks for is noted then."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        self._module = None
        return super()._get_default_module(ctx)


class _Parts:
    """Every template that was asked for, parsed once: what it names, and its code."""

    def __init__(self, environment: jinja2.Environment, sources: Mapping[str, Source]) -> None:
        self._environment = environment
        self._sources = sources
        self._parsed: dict[str, nodes.Template] = {}

    def load(self, _: jinja2.Environment, name: str, space: MutableMapping[str, Any]) -> Template:
        """The template of a name, as Jinja's loaders give it."""
        source = self._sources.get(name)
        if source is None:
            raise jinja2.TemplateNotFound(name)
        code = self._environment.compile(self._parse(name), name, source.path)
        return _Template.from_code(self._environment, code, space, lambda: True)

    def find_closure(self, name: str) -> frozenset[str]:
        """All templates that one is made of, those that are not there included."""
        found, waiting = {name}, [name]
        while waiting:
            new = self._find_named(waiting.pop()) - found
            found |= new
            waiting += new
        return frozenset(found)

    def find_computed_name(self, names: Iterable[str]) -> tuple[str, int] | None:
        """The first of these templates that names another by an expression, and the line there."""
        for name in sorted(names):
            for node in self._parse(name).find_all(_REFERENCES) if name in self._sources else ():
                if None in meta.find_referenced_templates(nodes.Template([node])):
                    return name, node.lineno
        return None

    def _find_named(self, name: str) -> set[str]:
        """The templates that one names; none where it is not there or cannot be parsed."""
        if name not in self._sources:
            return set()
        try:
            referenced = meta.find_referenced_templates(self._parse(name))
            return {each for each in referenced if each is not None}
        except jinja2.TemplateSyntaxError:
            return set()

    def _parse(self, name: str) -> nodes.Template:
        if name not in self._parsed:
            source = self._sources[name]
            self._parsed[name] = self._environment.parse(source.text, name, source.path)
        return self._parsed[name]


class _Loader(jinja2.BaseLoader):
    """Jinja's way to ask for a template."""

    def __init__(self, load: Callable[..., Template]) -> None:
        self.load = load  # type: ignore[method-assign]


class AssetLink(msgspec.Struct, frozen=True):
    """How a page loads an asset of the theme."""

    url: str
    integrity: str
    """A digest that browsers hold its bytes against, e.g. `sha256-…`."""


class Templates:
    """Every template by name; a site's own stand before those of the theme."""

    def __init__(self, sources: Mapping[str, Source], asset_links: Mapping[str, AssetLink]) -> None:
        """`sources` by name, e.g. `article.html`; `asset_links` by name, e.g. `style.css`."""
        self._sources = sources
        self._asset_links = asset_links
        self._reads: set[str] = set()
        self._environment = jinja2.Environment(
            autoescape=True,
            undefined=_Missing,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            finalize=_as_printed,
        )
        for kind, name in _UNSTEADY:
            del getattr(self._environment, kind)[name]
        self._parts = _Parts(self._environment, sources)
        self._environment.loader = _Loader(self._parts.load)
        self._environment.filters["day"] = format_day
        self._environment.filters["iso"] = format_instant
        self._environment.filters["direction"] = direction_of
        self._environment.globals["asset"] = lambda name: self._find_asset(name).url
        self._environment.globals["integrity"] = lambda name: self._find_asset(name).integrity
        self._closures: dict[str, tuple[frozenset[str], tuple[str, int] | None]] = {}

    def compile_all(self) -> None:
        """Compile what else is compiled when it is first asked for; mistakes are told then."""
        for name in self._sources:
            self._find_closure(name)
            with suppress(Exception):  # as in `_render`
                self._environment.get_template(name)

    def render(
        self, name: str, site: Site, context: Mapping[str, Any]
    ) -> tuple[bytes, list[Diagnostic], set[str]]:
        """The template's text in a context, or nothing and what is wrong in the template; and the
        cells of the site that it depends on.
        """
        self._reads = set()
        seen = {"site": _Noted(site, self._reads), **context}
        content, diagnostics = self._render(name, seen)
        closure, _ = self._find_closure(name)
        # What is said of a mistake names what there is instead.
        names = {"assets", "templates"} if diagnostics else set()
        reads = self._reads | names | {f"template:{part}" for part in closure}
        return content, diagnostics, reads

    def _render(self, name: str, context: Mapping[str, Any]) -> tuple[bytes, list[Diagnostic]]:
        try:
            if computed := self._find_closure(name)[1]:
                message = "the name of the template that is included here is computed"
                hint = "write it out, so that it is known what a page is made from"
                return b"", [self._error(*computed, message, hint)]
            return self._environment.get_template(name).render(context).encode(), []
        except jinja2.TemplateSyntaxError as error:
            return b"", [self._error(error.name or name, error.lineno, error.message or "")]
        except jinja2.TemplateNotFound as error:
            known = suggest(str(error.name), self._sources)
            return b"", [self._error_in(error, name, f"there is no template `{error.name}`", known)]
        except UnknownAssetError as error:
            known = suggest(str(error), self._asset_links)
            return b"", [self._error_in(error, name, f"there is no asset `{error}`", known)]
        # A template can raise whatever the values that it touches can raise.
        except Exception as error:
            return b"", [self._error_in(error, name, str(error) or type(error).__name__)]

    def _find_closure(self, name: str) -> tuple[frozenset[str], tuple[str, int] | None]:
        """All templates that one is made of, and where one names another by an expression."""
        if name not in self._closures:
            closure = self._parts.find_closure(name)
            try:
                computed = self._parts.find_computed_name(closure)
            except jinja2.TemplateSyntaxError:
                computed = None
            self._closures[name] = closure, computed
        return self._closures[name]

    def _find_asset(self, name: str) -> AssetLink:
        self._reads.add(f"asset:{name}")
        if name not in self._asset_links:
            raise UnknownAssetError(name)
        return self._asset_links[name]

    def _error_in(self, error: Exception, name: str, message: str, hint: str = "") -> Diagnostic:
        """A diagnostic at the template's innermost line that the traceback passed through."""
        by_path = {source.path: known for known, source in self._sources.items()}
        line = 0
        for frame in traceback.extract_tb(error.__traceback__):
            if frame.filename in by_path:
                name, line = by_path[frame.filename], frame.lineno or 0
        return self._error(name, line, message, hint)

    def _error(self, name: str, line: int, message: str, hint: str = "") -> Diagnostic:
        source = self._sources.get(name) or Source(f"templates/{name}", "")
        return source.error(message[:1].lower() + message[1:].removesuffix("."), Place(line), hint)
