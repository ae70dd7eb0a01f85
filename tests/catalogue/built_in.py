"""The built-in catalogue, read once for all tests."""

from functools import cache

from site_gen.catalogue import load_catalogue
from site_gen.estimator.catalogue import Catalogue, Entry, UnknownName

_FINDERS = {
    "device": Catalogue.find_device,
    "model": Catalogue.find_model,
    "quantization": Catalogue.find_quantization,
    "cache type": Catalogue.find_cache_type,
}


@cache
def built_in() -> Catalogue:
    """The catalogue of a site that has no data of its own."""
    catalogue, diagnostics = load_catalogue()
    assert diagnostics == []
    return catalogue


def find(kind: str, name: str) -> Entry:
    """The entry of a name that is known."""
    found = _FINDERS[kind](built_in(), name)
    assert not isinstance(found, UnknownName), found.message
    return found
