"""Writing the finished site so that it is whole at every moment."""

from site_gen.publish.file import write_file
from site_gen.publish.folder import Cleaned, clean
from site_gen.publish.manifest import output_problem
from site_gen.publish.pool import DiskPool, MemoryPool, Pool
from site_gen.publish.publisher import (
    DiskPublisher,
    MemoryPublisher,
    Published,
    Publisher,
    find_conflicts,
)

__all__ = [
    "Cleaned",
    "DiskPool",
    "DiskPublisher",
    "MemoryPool",
    "MemoryPublisher",
    "Pool",
    "Published",
    "Publisher",
    "clean",
    "find_conflicts",
    "output_problem",
    "write_file",
]
