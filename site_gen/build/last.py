"""What a build worked out that no row holds, for the next one in its process.

Each part is right for as long as what it follows from has not changed, which whoever uses it tells.
"""

from __future__ import annotations

import msgspec

from site_gen.build.cells import Leaves
from site_gen.build.choice import Choice
from site_gen.build.documents import Parse
from site_gen.build.listing import Listing
from site_gen.build.math_shelves import Shelves
from site_gen.build.offered import Offered
from site_gen.model import Document, Output
from site_gen.site.known import Known


class Last(msgspec.Struct, frozen=True):
    """What a build worked out."""

    listing: Listing
    leaves: Leaves
    parse: Parse
    choice: Choice
    offered: Offered
    shelves: Shelves
    known: Known
    copied: tuple[Output, ...]
    sheets: tuple[Output, ...]
    """Stylesheets that pages have for their formulas."""
    cards: tuple[Output, ...]
    late: tuple[Output, ...]
    """These, and what else is known when all pages are."""
    outputs: tuple[Output, ...]
    """All of them, by path."""
    computing: tuple[Document, ...]
    """The documents that compute, without their bodies."""
