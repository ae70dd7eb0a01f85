"""What is wrong with each part of a site, whichever build has found it."""

from __future__ import annotations

from collections.abc import Iterator

from site_gen.build.cards import tell_card_problems
from site_gen.build.choice import find_problems
from site_gen.build.content import Content
from site_gen.build.kept import Kept
from site_gen.build.outputs import tell_problems
from site_gen.build.work import Work
from site_gen.diagnostics import Diagnostic
from site_gen.site.hints import find_hints


def gather_mistakes(work: Work, kept: Kept, content: Content) -> Iterator[Diagnostic]:
    """What is wrong as far as the build has come; what is told of outputs is what was before it
    makes them, and after it what is.
    """
    mistakes = (mistake for row in kept.readies.flawed.values() for mistake in row.mistakes)
    yield from work.inputs.diagnostics
    yield from work.leaves.problems
    yield from work.inputs.listing.misplaced
    yield from content.static.problems
    yield from find_problems(kept.documents.flawed, content.choice)
    yield from find_hints(mistakes, content.known.index)
    yield from tell_card_problems(kept.cards.flawed)
    yield from tell_problems(kept.outputs.flawed)
