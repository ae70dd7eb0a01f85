"""The Atom feed as a page: what browsers show to whoever opens it, and readers overlook.

Browsers give up XSLT, and CSS alone makes no links. So what is to be clicked stands in the feed as
XHTML, which RFC 4287 (section 6) lets readers pass over, and `feed.css` shows it, titles and
summaries, and hides the rest. Addresses are seen from the feed, so that they hold on any host. A
site without that stylesheet has none of this.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from site_gen.paths import quote_url
from site_gen.site.dates import format_day, format_instant
from site_gen.site.known import Listed

STYLESHEET = "/feed.css"
"""URL at the site's root of what sets the page, where the feed is too."""
_XHTML = "http://www.w3.org/1999/xhtml"


def link_stylesheet() -> str:
    """What stands before the feed.

    Chromium looks at the first tag of XML that has no type of its own, and shows what `<feed`
    starts as plain text. A comment is tag enough for it.
    """
    link = f'<?xml-stylesheet type="text/css" href="{_seen_from_feed(STYLESHEET)}"?>'
    return f"{link}\n<!-- Browsers show this as a page. -->\n"


def add_greeting(feed: Element) -> None:
    """What a feed is good for, and the way to the site."""
    feed.set("xmlns:x", _XHTML)
    SubElement(feed, "x:meta", name="viewport", content="width=device-width, initial-scale=1")
    greeting = SubElement(feed, "x:p", {"xml:lang": "en"})
    greeting.text = (
        "This is a feed: put its address into a reader, and what is new comes to you. Or "
    )
    SubElement(greeting, "x:a", href=_seen_from_feed("/")).text = "read it here"
    greeting[0].tail = "."


def add_line(entry: Element, article: Listed) -> None:
    """The title as a link, and the day."""
    assert article.date is not None, "an article without a date is refused before"
    SubElement(entry, "x:a", href=_seen_from_feed(article.url)).text = article.title
    when = SubElement(entry, "x:time", datetime=format_instant(article.date))
    when.text = format_day(article.date)


def _seen_from_feed(url: str) -> str:
    return "." + quote_url(url)
