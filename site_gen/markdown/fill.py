"""A body's holes, filled in for the place where it is shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import assert_never

import msgspec

from site_gen.charts import Drawing
from site_gen.markdown.picture_html import render_picture, render_plain_picture
from site_gen.model import (
    Anchor,
    Asset,
    Beside,
    Document,
    Download,
    HeadingLink,
    HeadingTag,
    Hole,
    Href,
    Math,
    Picture,
    Plot,
    Segment,
    Styled,
)
from site_gen.paths import quote_url
from site_gen.phrases import format_size

_MATHML = re.compile(r"<math.*?</math>", re.DOTALL)
_SIZE = re.compile(r' height="[0-9]+" width="[0-9]+"')
"""Of a drawing, which stands before those of what is in it."""


class PageTarget(msgspec.Struct, frozen=True, tag=True):
    """A page of this site, and perhaps a place in it."""

    url: str
    fragment: str = ""
    query: str = ""
    """As written, with its `?`."""


class AssetTarget(msgspec.Struct, frozen=True, tag=True):
    """A file of this site."""

    asset: Asset
    suffix: str = ""
    """What stood behind the path, as written, e.g. `#page=3`."""


class OwnTarget(msgspec.Struct, frozen=True, tag=True):
    """A place in the same document."""

    fragment: str


class OutsideTarget(msgspec.Struct, frozen=True, tag=True):
    """A URL elsewhere, as it is written."""

    url: str


Target = PageTarget | AssetTarget | OwnTarget | OutsideTarget


class View(msgspec.Struct, frozen=True):
    """Where and how a body is shown."""

    base: str = ""
    """What stands before URLs of the site: its base path, or scheme and host too in feeds."""
    own_url: str = ""
    """Where the document's own anchors are, when they are not on the page that shows it."""
    anchor_prefix: str = ""
    """Keeps anchors of several bodies on one page apart, e.g. `riding-crop:`."""
    heading_shift: int = 0
    """How many levels deeper headings are."""
    has_heading_links: bool = False
    """Whether each heading has a link to itself behind it."""
    is_bare: bool = False
    """Whether it is shown without the site's stylesheets and scripts: formulas are MathML alone
    then, a chart is drawn once and said in words, a picture has one form, and what is `Styled`
    gives way."""
    is_below_picture: bool = False
    """Whether its page shows a picture above it."""


class Fillings(msgspec.Struct, frozen=True):
    """What goes into the holes of one document, whatever the view."""

    targets: tuple[Target, ...] = ()
    """One for each of `document.references`."""
    formulas: Sequence[str] = ()
    """The HTML of each of `document.formulas`."""
    plots: Sequence[Drawing] = ()
    """One for each of `document.plots`."""


def fill(document: Document, fillings: Fillings, view: View) -> str:
    """The HTML of a document's body in a view."""
    return fill_body(document.body, document.url, fillings, view)


def fill_body(body: Sequence[Segment], url: str, fillings: Fillings, view: View) -> str:
    """The HTML of the body of a document at a URL, in a view."""
    shown = (segment for segment in body if isinstance(segment, Picture))
    first = None if view.is_below_picture else next(shown, None)
    return "".join(
        segment
        if isinstance(segment, str)
        else _fill_hole(segment, url, fillings, view, segment is not first)
        for segment in body
    )


def absolute(url: str, view: View) -> str:
    """A URL of the site as it stands in an attribute, without HTML escaping."""
    return view.base + quote_url(url)


def _fill_hole(hole: Hole, url: str, fillings: Fillings, view: View, is_lazy: bool) -> str:
    targets = fillings.targets
    match hole:
        case Anchor():
            return escape(view.anchor_prefix + hole.name)
        case Beside():
            return escape(absolute(url + hole.name, view))
        case HeadingTag():
            return f"h{min(6, hole.level + view.heading_shift)}"
        case Href():
            return escape(find_url(targets[hole.reference], view, hole.stays))
        case Picture():
            return _picture(hole, targets[hole.reference], view, is_lazy)
        case Download():
            return _download(hole, targets[hole.reference], view)
        case Math():
            return _math(fillings.formulas[hole.formula], view)
        case Plot():
            return _plot(hole, fillings.plots[hole.plot], view)
        case HeadingLink() | Styled():
            return _help(hole, view)
        case _:
            assert_never(hole)


def _help(hole: HeadingLink | Styled, view: View) -> str:
    """What helps on the site's own pages, or what stands in its place."""
    if isinstance(hole, Styled):
        return hole.bare if view.is_bare else hole.html
    return _heading_link(hole) if view.has_heading_links else ""


def find_url(target: Target, view: View, stays: bool = False) -> str:
    """Where a link leads, without HTML escaping; one that `stays` never leaves the text at hand."""
    match target:
        case PageTarget():
            fragment = "#" + quote_url(target.fragment) if target.fragment else ""
            return absolute(target.url, view) + target.query + fragment
        case AssetTarget():
            return absolute(target.asset.shown_url, view) + target.suffix
        case OwnTarget() if view.own_url and not stays:
            return f"{absolute(view.own_url, view)}#{quote_url(target.fragment)}"
        case OwnTarget():
            return "#" + quote_url(view.anchor_prefix + target.fragment)
        case OutsideTarget():
            return target.url
        case _:
            assert_never(target)


def _heading_link(hole: HeadingLink) -> str:
    """It stands beside the heading and not in it, so that it is no part of the heading's name."""
    name = escape(f"Link to {hole.text or 'this section'}")
    return f'<a class="anchor" href="#{escape(quote_url(hole.anchor))}" aria-label="{name}"></a>'


def _picture(hole: Picture, target: Target, view: View, is_lazy: bool) -> str:
    if not isinstance(target, AssetTarget):
        return ""  # a wrong target, which is an error by now: this page is never published
    anchor = f' id="{escape(view.anchor_prefix + hole.anchor)}"' if hole.anchor else ""
    attributes = anchor + hole.attributes
    if not view.is_bare:
        return render_picture(target.asset, hole.alt, attributes, view.base, is_lazy)
    return render_plain_picture(target.asset, hole.alt, attributes, view.base)


def _download(hole: Download, target: Target, view: View) -> str:
    if not isinstance(target, AssetTarget):
        return ""
    asset = target.asset
    name = asset.url.rsplit("/", 1)[-1]
    href = escape(absolute(asset.url, view))
    return (
        f'<a href="{href}" download>{escape(hole.label or name)}</a>\n<dl>\n'
        f"<div><dt>File</dt><dd>{escape(name)}</dd></div>\n"
        f'<div><dt>Size</dt><dd><data value="{asset.size_bytes}">{format_size(asset.size_bytes)}'
        f"</data></dd></div>\n<div><dt>SHA-256</dt><dd><code>{asset.sha256}</code></dd></div>\n</dl>\n"
    )


def _math(html: str, view: View) -> str:
    if not view.is_bare:
        return html
    found = _MATHML.search(html)
    return found[0] if found else html


def _plot(hole: Plot, drawing: Drawing, view: View) -> str:
    """The drawings, the one that fits shown by the stylesheet, and the key below them."""
    if view.is_bare:
        # As wide as a reader's column is, and said in words for those that show no drawings.
        wide = _SIZE.sub(' width="100%"', drawing.wide, count=1)
        shown, words = wide, f"\n<p>{escape(hole.details)}</p>" * bool(hole.details)
    else:
        shown, words = f"{drawing.wide}\n{drawing.narrow}", ""
    # No author can write `·` into an id, nor NUL into a text; an id of SVG begins with a letter.
    prefix = escape(f"plot·{view.anchor_prefix}{hole.plot + 1}·")
    return f"{shown}\n{drawing.key}".replace("\x00", prefix).rstrip() + words
