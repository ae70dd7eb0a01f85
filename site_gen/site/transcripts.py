"""Markdown for whoever reads no HTML: a transcript beside each page, and `llms.txt`, their list.

A transcript has front matter of its own, which is YAML: title, date, updated, url and tags. The
list is as https://llmstxt.org/ has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from site_gen.markdown.fill import Target, View, absolute
from site_gen.markdown.writing import escape_words, write_list, write_target
from site_gen.site.context import TRANSCRIPT, Ready
from site_gen.site.dates import format_instant
from site_gen.site.known import Listed, Outlined
from site_gen.site.reader import Reader


class TranscriptPlan(msgspec.Struct, frozen=True):
    """A transcript before its text is loaded."""

    opening: str
    """What stands above the text."""
    transcript: bytes
    """Digest of its segments."""
    url: str
    targets: tuple[Target, ...]
    view: View


def plan_transcript(ready: Ready, listed: Listed, reader: Reader) -> TranscriptPlan:
    """The transcript of a document."""
    reader.reads.add(f"transcript:{listed.path}")
    document, outside = ready.document, reader.outside
    title = escape_words(listed.title)
    return TranscriptPlan(
        opening=f"{_write_front_matter(listed, reader)}\n# {title}\n\n",
        transcript=ready.transcript,
        url=document.url,
        targets=ready.targets,
        view=View(base=outside.base, own_url=document.url),
    )


def make_llms(reader: Reader) -> bytes:
    """What the site is, and every article and page: its transcript where there are any."""
    articles, pages = reader.outline()
    parts = [f"# {escape_words(reader.setting('title'))}"]
    if reader.setting("description"):
        parts.append(f"> {escape_words(reader.setting('description'))}")
    for heading, outlined in (("Articles", articles), ("Pages", pages)):
        if outlined:
            parts.append(f"## {heading}\n\n{write_list(_list(outlined, reader))}")
    feeds = (
        ("All articles", "/articles/"),
        ("Atom feed", "/feed.xml"),
        ("Sitemap", "/sitemap.xml"),
    )
    others = (f"[{name}]({absolute(url, reader.outside)})" for name, url in feeds)
    parts.append(f"## Optional\n\n{write_list(others)}")
    return ("\n\n".join(parts) + "\n").encode()


def _list(outlined: Iterable[Outlined], reader: Reader) -> Iterator[str]:
    view, name = reader.outside, TRANSCRIPT if reader.setting("transcripts") else ""
    for title, url, description in outlined:
        link = f"[{escape_words(title)}]({write_target(absolute(url + name, view))})"
        yield f"{link}: {escape_words(description)}" if description else link


def _write_front_matter(listed: Listed, reader: Reader) -> str:
    """In JSON's notation, which is YAML's too."""
    record = {
        "title": listed.title,
        "date": format_instant(listed.date) if listed.date else "",
        "updated": format_instant(listed.updated) if listed.updated else "",
        "url": absolute(listed.url, reader.outside),
        "tags": list(listed.tags),
    }
    lines = (
        f"{key}: {msgspec.json.encode(value).decode()}\n" for key, value in record.items() if value
    )
    return f"---\n{''.join(lines)}---\n"
