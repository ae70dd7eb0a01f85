"""Outputs that cannot stand as they are: on any file system, not just on this machine's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from site_gen.diagnostics import Diagnostic, Source, Span
from site_gen.model import Output
from site_gen.publish import find_conflicts, output_problem
from site_gen.site.index import SiteIndex, find_clashing_tags, tag_url

Sources = Mapping[str, Source]


def find_url_conflicts(outputs: Iterable[Output], sources: Sources) -> list[Diagnostic]:
    """An error for each two outputs that are one file somewhere, and each that is none anywhere."""
    taken: dict[str, Output] = {}
    diagnostics = []
    for output in outputs:
        first = taken.setdefault(output.path, output)
        if first is not output:
            diagnostics.append(_explain_pair(first, output, sources))
        if problem := output_problem(output.path):
            diagnostics.append(_explain_name(output, problem, sources))
    # Of all that an article's folder holds, its page is what to speak of.
    pairs = sorted(find_conflicts(taken), key=lambda pair: not pair[1].endswith(".html"))
    diagnostics += [_explain_pair(taken[one], taken[other], sources) for one, other in pairs]
    return _one_a_place(diagnostics)


def find_tag_conflicts(index: SiteIndex, sources: Sources) -> list[Diagnostic]:
    """An error for each article with a tag that shares its URL with another tag."""
    diagnostics = []
    for article, name, other in find_clashing_tags(index):
        source = sources[article.path]
        message = f"the tags `{name}` and `{other}` have one URL, `{tag_url(name)}`"
        line = next((n for n, text in enumerate(source.lines, 1) if text.startswith("tags:")), 1)
        diagnostics.append(source.error(message, line, hint="choose one of them for all articles"))
    return diagnostics


def _one_a_place(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """The first that is said of each place: an article's other files collide along with it."""
    first: dict[object, Diagnostic] = {}
    for diagnostic in diagnostics:
        place = diagnostic.span if diagnostic.span.line else diagnostic.message
        first.setdefault(place, diagnostic)
    return list(first.values())


def _explain_pair(first: Output, second: Output, sources: Sources) -> Diagnostic:
    """The error at the one of the two that has a source, the later one where both have."""
    if second.origin not in sources and first.origin in sources:
        first, second = second, first
    url = _url(second)
    if first.path == second.path:
        message = f"`{url}` is made twice: by {first.origin} and by {second.origin}"
    else:
        message = f"`{url}` and `{_url(first)}` of {first.origin} are one file on some disks"
    return _error(second, message, "give one of them another `slug`", sources)


def _explain_name(output: Output, problem: str, sources: Sources) -> Diagnostic:
    message = f"`{_url(output)}` cannot be a file everywhere: {problem}"
    return _error(output, message, "rename it", sources)


def _error(output: Output, message: str, hint: str, sources: Sources) -> Diagnostic:
    source = sources.get(output.origin)
    return source.error(message, 1, 1, 3, hint) if source else _at_file(output, message, hint)


def _at_file(output: Output, message: str, hint: str) -> Diagnostic:
    path = output.origin if output.origin.startswith(("content/", "static/")) else "content"
    return Diagnostic(Span(path), message, hint)


def _url(output: Output) -> str:
    return "/" + output.path.removesuffix("index.html")
