"""The peers' locks have hashes and no addresses, and each writes an article in its own dialect."""

import json
import re

import pytest

from benchmarks.corpus import make_article
from benchmarks.peers import PEERS, Peer
from benchmarks.peers.peer import LOCKS

ARTICLE = make_article("seed", 7)
LINKS = {
    "site_gen": r"\]\(the-[\w-]+\.md\)",
    "hugo": r"\]\(the-[\w-]+\.md\)",
    "hugo-no-math": r"\]\(the-[\w-]+\.md\)",
    "eleventy": r"\]\(/articles/the-[\w-]+/\)",
    "pelican": r"\]\(\{filename\}the-[\w-]+\.md\)",
    "zensical": r"\]\(the-[\w-]+\.md\)",
    "zensical-no-tags": r"\]\(the-[\w-]+\.md\)",
}


@pytest.mark.parametrize("name", sorted(path.stem for path in LOCKS.glob("*.txt")))
def test_every_locked_python_package_has_hashes_and_no_address(name: str) -> None:
    text = (LOCKS / f"{name}.txt").read_text(encoding="utf-8").replace("\\\n", "")
    for line in text.splitlines():
        assert re.fullmatch(r"[\w.-]+==[\w.]+( ;.*?)?( +--hash=sha256:[0-9a-f]{64})+", line), line
    for line in (LOCKS / f"{name}.in").read_text(encoding="utf-8").splitlines():
        package = line.partition("==")[0].partition("[")[0]
        assert f"{package}==" in text


def test_every_locked_node_package_has_a_hash_and_no_address() -> None:
    lock = json.loads((LOCKS / "eleventy" / "package-lock.json").read_text(encoding="utf-8"))
    for name, entry in lock["packages"].items():
        assert not name or entry["integrity"].startswith("sha512-")
        assert "resolved" not in entry


@pytest.mark.parametrize("peer", PEERS.values(), ids=PEERS)
def test_an_article_is_written_with_the_links_that_a_tool_reads(peer: Peer) -> None:
    source = peer.format_source(ARTICLE)
    assert source.path.endswith(f"/{ARTICLE.head.slug}.md")
    assert len(re.findall(LINKS[peer.name], source.text)) == 2
    assert "(article:" not in source.text
    assert f"itle: {ARTICLE.head.title}\n" in source.text
