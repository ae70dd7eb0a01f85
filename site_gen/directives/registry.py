"""Every directive and role that site_gen knows: a new one is written here, and nowhere else."""

from site_gen.directives.download import DOWNLOAD
from site_gen.directives.facts import Facts, Note, note_nothing
from site_gen.directives.figure import FIGURE
from site_gen.directives.token_rate import make_token_rates
from site_gen.markdown.blocks import Registry


def make_registry(facts: Facts, note: Note = note_nothing) -> Registry:
    """The directives and roles of a build; one registry serves any number of its documents.

    `note` is told what they look up.
    """
    directives, role = make_token_rates(facts, note)
    return Registry(directives=(FIGURE, DOWNLOAD, *directives), roles=(role,))
