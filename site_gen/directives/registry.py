"""Every directive and role that site_gen knows: a new one is written here, and nowhere else."""

from site_gen.directives.download import DOWNLOAD
from site_gen.directives.facts import Facts
from site_gen.directives.figure import FIGURE
from site_gen.directives.token_rate import TOKEN_RATE, TOKEN_RATE_ROLE
from site_gen.markdown.blocks import Registry

REGISTRY = Registry(
    directives=(FIGURE, DOWNLOAD, TOKEN_RATE),
    roles=(TOKEN_RATE_ROLE,),
)


def make_registry(facts: Facts) -> Registry:  # noqa: ARG001
    """The directives and roles of a build; one registry serves any number of its documents."""
    return REGISTRY
