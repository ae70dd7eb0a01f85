"""From the file of a picture to all that is published of it."""

from __future__ import annotations

from typing import NamedTuple

from PIL import features

from site_gen.diagnostics import SiteError
from site_gen.pictures.decoding import Moving, decode
from site_gen.pictures.encoding import encode
from site_gen.pictures.limits import (
    ODD_PROFILE,
    find_flaws_of_published,
    find_flaws_of_source,
)
from site_gen.renditions import Flaw, Pictured


class Made(NamedTuple):
    """What is to know of a picture, and the bytes of its forms."""

    pictured: Pictured
    contents: dict[str, bytes]
    """By hexadecimal SHA-256."""


def make_picture(content: bytes) -> Made:
    """What is published of a PNG, JPEG, GIF, WebP or AVIF, or why nothing can be.

    One that moves stays as it is. Nothing but these bytes decides. SiteError where the set-up
    cannot make any.
    """
    if not features.check("avif"):
        message = "this Pillow can neither read nor write AVIF"
        raise SiteError(message, "install one of its wheels from PyPI, which can")
    if flaws := find_flaws_of_source(len(content)):
        return Made(Pictured(flaws=flaws), {})
    found = decode(content)
    if isinstance(found, Flaw):
        return Made(Pictured(flaws=(found,)), {})
    if isinstance(found, Moving):
        flaws = find_flaws_of_published(len(content), is_as_it_was=True)
        return Made(Pictured(found.width, found.height, flaws=flaws), {})
    coded = encode(found, content)
    forms = tuple(each.form for each in coded)
    largest = max(form.size_bytes for form in forms)
    odd = (ODD_PROFILE,) if found.has_odd_profile else ()
    pictured = Pictured(
        width=forms[-1].width,
        height=forms[-1].height,
        forms=forms,
        flaws=(*odd, *find_flaws_of_published(largest, is_as_it_was=False)),
        tells_place=found.tells_place,
    )
    return Made(pictured, {each.form.sha256: each.content for each in coded})
