"""What tests of publishing share: small sites, published and compared with a clean publication."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from site_gen.model import Output
from site_gen.publish import DiskPublisher, MemoryPool, Pool, Published
from tests.files import read_tree

Site = Mapping[str, bytes]
"""Content by path."""


def as_outputs(site: Site, pool: Pool) -> list[Output]:
    """The site as a build hands it over, its bytes in the pool."""
    return [
        Output(path, pool.add(content), len(content), "a test") for path, content in site.items()
    ]


def publish(folder: Path, site: Site) -> Published:
    """What a publication to this folder did."""
    pool = MemoryPool()
    return DiskPublisher(folder, ()).publish(as_outputs(site, pool), pool)


def read_site(folder: Path) -> dict[str, bytes]:
    """All that a folder holds but the publisher's own records."""
    return {
        path: content
        for path, content in read_tree(folder).items()
        if not path.startswith(".site_gen/")
    }


def check_published(folder: Path, site: Site) -> None:
    """Assert that the folder is what a clean publication gives, to the last byte and folder."""
    with tempfile.TemporaryDirectory() as other:
        publish(Path(other) / "fresh", site)
        assert read_tree(folder) == read_tree(Path(other) / "fresh")
