"""Templates: Jinja2 over the site's own files and the theme's, errors with their place."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from typing import Any

import jinja2
from jinja2 import StrictUndefined
from jinja2.utils import missing

from site_gen.diagnostics import Diagnostic, Place, Source, suggest
from site_gen.site.dates import format_day, format_instant


class UnknownAssetError(Exception):
    """A template asks for an asset that there is not."""


class _Missing(StrictUndefined):
    """A name or an attribute that is not there, told in the template's words."""

    @property
    def _undefined_message(self) -> str:
        name = str(self._undefined_name)
        if self._undefined_obj is missing:
            return f"there is no `{name}` here"
        known = getattr(self._undefined_obj, "__struct_fields__", ())
        message = f"a {type(self._undefined_obj).__name__.lower()} has no `{name}`"
        return f"{message}; {hint}" if (hint := suggest(name, known)) else message


class Templates:
    """Every template by name; a site's own stand before those of the theme."""

    def __init__(self, sources: Mapping[str, Source], asset_urls: Mapping[str, str]) -> None:
        """`sources` by name, e.g. `article.html`; `asset_urls` by name, e.g. `style.css`."""
        self._sources = sources
        self._asset_urls = asset_urls
        self._environment = jinja2.Environment(
            loader=jinja2.FunctionLoader(self._load),
            autoescape=True,
            undefined=_Missing,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._environment.filters["day"] = format_day
        self._environment.filters["iso"] = format_instant
        self._environment.globals["asset"] = self._asset_url

    def render(self, name: str, context: Mapping[str, Any]) -> tuple[bytes, list[Diagnostic]]:
        """The template's text in a context, or nothing and what is wrong in the template."""
        try:
            return self._environment.get_template(name).render(context).encode(), []
        except jinja2.TemplateSyntaxError as error:
            return b"", [self._error(error.name or name, error.lineno, error.message or "")]
        except jinja2.TemplateNotFound as error:
            known = suggest(str(error.name), self._sources)
            return b"", [self._error_in(error, name, f"there is no template `{error.name}`", known)]
        except UnknownAssetError as error:
            known = suggest(str(error), self._asset_urls)
            return b"", [self._error_in(error, name, f"there is no asset `{error}`", known)]
        # A template can raise whatever the values that it touches can raise.
        except Exception as error:
            return b"", [self._error_in(error, name, str(error) or type(error).__name__)]

    def _load(self, name: str) -> tuple[str, str, Any] | None:
        source = self._sources.get(name)
        return (source.text, source.path, lambda: True) if source else None

    def _asset_url(self, name: str) -> str:
        if name not in self._asset_urls:
            raise UnknownAssetError(name)
        return self._asset_urls[name]

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
        return source.error(message[:1].lower() + message[1:], Place(line), hint)
