"""What readers find when they search: each article and page as Pagefind gets it.

It is the text of the page and not the page: without what frames it, formulas as they are read and
those on a line of their own not at all, charts in words. So an index changes with what readers look
for and with nothing else. What is folded away counts less, and so does what is in a table, since it
is shown out of its columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from site_gen.markdown.fill import View
from site_gen.site.dates import format_day, format_instant
from site_gen.site.known import Listed

SEARCH = "search/pagefind/"
"""The folder of the index, from the output folder."""
INDEXED_VIEW = View(is_bare=True)
"""How the text of a page is shown to the index: URLs in it are not looked for."""

_BESIDE = re.compile(r"<(?:details|table)\b")
_WEIGHT = ' data-pagefind-weight="0.3"'
_UNREAD_TAG = re.compile(r"""<(?:a|img|source)(?:\s(?:[^>"']|"[^"]*"|'[^']*')*)?>|</a>""")
"""Those that say nothing but where something is, which nobody looks for."""
_NAME_END = re.compile("</(?:dt|th)>")
"""Behind these Pagefind puts neither a stop nor a blank."""
_TAG = re.compile(r"<[^>]*>")
_NOT_READ = re.compile(r"<annotation.*?</annotation>|<[^>]*>", re.DOTALL)
_MATHML = re.compile(r"<math(?![^>]* display=\"block\").*?</math>", re.DOTALL)


def read_formula(html: str) -> str:
    """The signs of a formula in a line of text, as HTML; nothing for one on a line of its own.

    >>> read_formula("<math><mi>M</mi><mo>&lt;</mo><annotation>M &lt;</annotation></math>")
    'M&lt;'
    """
    found = _MATHML.search(html)
    return _NOT_READ.sub("", found[0]) if found else ""


def write_indexed(listed: Listed, html: str, language: str) -> str:
    """The document that stands in an index for a page, whose text is this HTML.

    The title is no part of the text, so that no excerpt begins with it; but for a page without a
    word, of which Pagefind would know nothing.
    """
    text, tags = _reduce(html), f"<p>{escape(', '.join(listed.tags))}</p>"
    if not _TAG.sub("", text + tags).strip():
        text = f"<p>{escape(listed.title)}</p>"
    return (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head>\n'
        f"{''.join(_write_facts(listed))}</head>\n"
        f"<body>\n{text}\n{tags}\n</body>\n</html>\n"
    )


def _reduce(html: str) -> str:
    weighed = _BESIDE.sub(rf"\g<0>{_WEIGHT}", _UNREAD_TAG.sub("", html))
    return _NAME_END.sub(r"\g<0> ", weighed)


def _write_facts(listed: Listed) -> Iterator[str]:
    """What is shown of a page beside an excerpt: title, day, and the same for machines."""
    facts = {"title": listed.title}
    if listed.date:
        facts |= {"day": format_day(listed.date), "date": format_instant(listed.date)}
    for name, content in facts.items():
        yield f'<meta data-pagefind-meta="{name}[content]" content="{escape(content)}">\n'
