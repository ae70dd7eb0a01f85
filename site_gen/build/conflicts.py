"""Two things that would be one file: on every file system, not just on this machine's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from site_gen.diagnostics import Diagnostic, Source, Span
from site_gen.model import Output
from site_gen.paths import fold
from site_gen.site.index import SiteIndex, find_clashing_tags, tag_url


def find_url_conflicts(
    outputs: Iterable[Output], sources: Mapping[str, Source]
) -> list[Diagnostic]:
    """An error for each two sources with one path, where a difference in case counts as none."""
    taken: dict[str, Output] = {}
    diagnostics: list[Diagnostic] = []
    for output in outputs:
        first = taken.setdefault(fold(output.path), output)
        if first is not output:
            diagnostics.append(_conflict(first, output, sources))
        diagnostics += [
            _conflict(taken[folder], output, sources)
            for folder in _folders(fold(output.path))
            if folder in taken
        ]
    return _one_a_pair(diagnostics)


def find_tag_conflicts(index: SiteIndex, sources: Mapping[str, Source]) -> list[Diagnostic]:
    """An error for each article with a tag that shares its URL with another tag."""
    diagnostics = []
    for article, name, other in find_clashing_tags(index):
        source = sources[article.path]
        message = f"the tags `{name}` and `{other}` have one URL, `{tag_url(name)}`"
        line = next((n for n, text in enumerate(source.lines, 1) if text.startswith("tags:")), 1)
        diagnostics.append(source.error(message, line, hint="choose one of them for all articles"))
    return diagnostics


def _one_a_pair(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """The first that is said of each place: an article's other files collide along with it."""
    first: dict[object, Diagnostic] = {}
    for diagnostic in diagnostics:
        place = diagnostic.span if diagnostic.span.line else diagnostic.message
        first.setdefault(place, diagnostic)
    return list(first.values())


def _conflict(first: Output, second: Output, sources: Mapping[str, Source]) -> Diagnostic:
    """The error at the one of the two that has a source, the later one where both have."""
    if second.origin not in sources and first.origin in sources:
        first, second = second, first
    url = _url(second)
    if first.path == second.path:
        message = f"`{url}` is made twice: by {first.origin} and by {second.origin}"
    else:
        message = f"`{url}` and `{_url(first)}` of {first.origin} are one file on some disks"
    hint = "give one of them another `slug`"
    source = sources.get(second.origin)
    return (
        source.error(message, 1, 1, 3, hint)
        if source
        else Diagnostic(Span("content"), message, hint)
    )


def _url(output: Output) -> str:
    return "/" + output.path.removesuffix("index.html")


def _folders(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]
