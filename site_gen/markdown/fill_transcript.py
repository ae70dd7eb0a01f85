"""A transcript's holes, filled in for those who read it elsewhere: every address is a whole one."""

from __future__ import annotations

from collections.abc import Sequence

from site_gen.markdown.fill import (
    AssetTarget,
    Target,
    View,
    absolute,
    find_url,
)
from site_gen.markdown.writing import escape_words, write_target
from site_gen.model import Beside, Download, Hole, Href, Segment
from site_gen.phrases import format_size


def fill_transcript(
    transcript: Sequence[Segment], url: str, targets: Sequence[Target], view: View
) -> str:
    """The transcript of the document at a URL; `targets` has one for each of its references."""
    return "".join(
        segment if isinstance(segment, str) else _fill_hole(segment, url, targets, view)
        for segment in transcript
    )


def _fill_hole(hole: Hole, url: str, targets: Sequence[Target], view: View) -> str:
    match hole:
        case Href():
            return write_target(find_url(targets[hole.reference], view))
        case Beside():
            return write_target(absolute(url + hole.name, view))
        case Download():
            return _write_download(hole, targets[hole.reference], view)
        case _:
            raise AssertionError(f"{hole} is no part of a transcript")


def _write_download(hole: Download, target: Target, view: View) -> str:
    if not isinstance(target, AssetTarget):
        return ""  # a wrong target, which is an error by now
    asset = target.asset
    name = asset.url.rsplit("/", 1)[-1]
    link = f"[{escape_words(hole.label or name)}]({write_target(absolute(asset.url, view))})"
    named = f"{escape_words(name)}, " if hole.label else ""
    return f"{link} ({named}{format_size(asset.size_bytes)}, SHA-256 `{asset.sha256}`)"
