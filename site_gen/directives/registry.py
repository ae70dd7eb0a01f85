"""Every directive and role that site_gen knows: a new one is written here, and nowhere else."""

from site_gen.directives.download import DOWNLOAD
from site_gen.directives.facts import Facts
from site_gen.directives.figure import FIGURE
from site_gen.directives.token_rate import make_token_rates
from site_gen.markdown.blocks import Registry


def make_registry(facts: Facts) -> Registry:
    """The directives and roles of a build; one registry serves any number of its documents."""
    directives, role = make_token_rates(facts)
    return Registry(directives=(FIGURE, DOWNLOAD, *directives), roles=(role,))
