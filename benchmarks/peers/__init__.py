"""The tools that are measured, ours first."""

from benchmarks.peers.eleventy import ELEVENTY
from benchmarks.peers.hugo import HUGO, HUGO_WITHOUT_MATH
from benchmarks.peers.ours import OURS
from benchmarks.peers.peer import Peer
from benchmarks.peers.pelican import PELICAN
from benchmarks.peers.zensical import ZENSICAL, ZENSICAL_WITHOUT_TAGS

_ALL = (
    OURS,
    HUGO,
    HUGO_WITHOUT_MATH,
    ELEVENTY,
    PELICAN,
    ZENSICAL,
    ZENSICAL_WITHOUT_TAGS,
)
PEERS = {peer.name: peer for peer in _ALL}
"""Name → tool."""

__all__ = ["PEERS", "Peer"]
