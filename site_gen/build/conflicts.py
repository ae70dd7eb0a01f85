"""Two things that would be one file: on every file system, not just on this machine's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from site_gen.diagnostics import Diagnostic, Source, Span
from site_gen.model import Output
from site_gen.paths import fold


def find_url_conflicts(
    outputs: Iterable[Output], sources: Mapping[str, Source]
) -> list[Diagnostic]:
    """An error for each output whose path is taken, where a difference in case counts as none."""
    taken: dict[str, Output] = {}
    diagnostics = []
    for output in outputs:
        first = taken.setdefault(fold(output.path), output)
        if first is not output:
            diagnostics.append(_conflict(first, output, sources))
        for folder in _folders(fold(output.path)):
            if folder in taken:
                diagnostics.append(_conflict(taken[folder], output, sources))
    return diagnostics


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
    return source.error(message, 1, 1, 3, hint) if source else Diagnostic(Span("content"), message, hint)


def _url(output: Output) -> str:
    return "/" + output.path.removesuffix("index.html")


def _folders(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]
