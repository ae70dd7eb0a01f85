"""Which files a site and its theme have, and what follows from their paths alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from site_gen import paths
from site_gen.diagnostics import Diagnostic, Span

THEME = "theme:"
"""Stands before the path of a file of the theme."""


class Listing:
    """The paths of all files, in order; those of the theme with `theme:` before them."""

    def __init__(self, listed: Iterable[str]) -> None:
        self.paths = tuple(listed)

    @cached_property
    def content(self) -> tuple[str, ...]:
        """The files of `content/`."""
        return tuple(path for path in self.paths if path.startswith("content/"))

    @cached_property
    def data(self) -> tuple[str, ...]:
        """A site's own part of the catalogue."""
        return tuple(filter(paths.is_data, self.content))

    @property
    def documents(self) -> tuple[str, ...]:
        """The documents that stand where a page can stand."""
        return self._placed[0]

    @property
    def misplaced(self) -> tuple[Diagnostic, ...]:
        """What is wrong with the others."""
        return self._placed[1]

    @cached_property
    def templates(self) -> Mapping[str, str]:
        """Name of each template → path; the site's own before the theme's."""
        return self._merge("templates")

    @cached_property
    def static(self) -> Mapping[str, str]:
        """Name of each file of `static/` → path; the site's own before the theme's."""
        return self._merge("static")

    @cached_property
    def files(self) -> frozenset[str]:
        """Every file of `content/`, and of `static/` wherever it comes from."""
        return frozenset([*self.content, *(f"static/{name}" for name in self.static)])

    @cached_property
    def _placed(self) -> tuple[tuple[str, ...], tuple[Diagnostic, ...]]:
        documents = [path for path in self.content if path.lower().endswith(".md")]
        if not documents:
            message = "there is nothing to publish: no `.md` file in `content/`"
            hint = "an article is `content/articles/<slug>/index.md`"
            return (), (Diagnostic(Span("content"), message, hint),)
        problems = {path: problem for path in documents if (problem := _misplacement(path))}
        told = (Diagnostic(Span(path), *problem) for path, problem in problems.items())
        return tuple(path for path in documents if path not in problems), tuple(told)

    def _merge(self, folder: str) -> dict[str, str]:
        merged: dict[str, str] = {}
        for label in (THEME, ""):
            prefix = f"{label}{folder}/"
            merged |= {path[len(prefix) :]: path for path in self.paths if path.startswith(prefix)}
        return merged


def _misplacement(path: str) -> tuple[str, str] | None:
    """Why no page can stand at this path, and what to do; None where one can."""
    if not path.endswith(".md"):
        return "a page's name ends in `.md`", f"rename it to `{path[:-3]}.md`"
    if path == "content/index.md":
        hint = "the front page stacks the articles; its template is `templates/home.html`"
        return "the front page has no source of its own", hint
    if paths.is_article(path) or paths.is_page(path):
        return None
    hint = (
        "articles are `content/articles/<slug>/index.md` or `content/articles/<slug>.md`, "
        "other pages `content/<slug>.md`"
    )
    return "this is no place for a page", hint
