"""A site's own devices: a change in their file changes the posts that use them, and no other."""

import re

from site_gen.build.result import Build
from site_gen.build.work import Options
from site_gen.lock.changes import accept
from site_gen.lock.model import Lock
from site_gen.lock.writer import format_lock
from tests.sites import article, build_site, messages_of, page_of

DATA = """\
[source.manual]
title = "the board's manual"
date = 2025-05-01

[device."my server"]
class = "cpu-server"
source = "manual"
bandwidth = "BANDWIDTH"
"""
USES = ":::{token-rate} mine\nmodel: Llama-3.1-8B\nquantization: Q4_K_M\ndevice: my server\n:::\n"
USES_NOT = USES.replace("my server", "RTX 4090").replace("mine", "card")


def build(bandwidth: str, lock: str = "", locked: bool = False) -> Build:
    """A site of two posts, one of which uses the site's own device."""
    files = {
        "content/data/mine.toml": DATA.replace("BANDWIDTH", bandwidth),
        "content/articles/a.md": article(USES),
        "content/articles/b.md": article(USES_NOT),
    }
    return build_site(files | ({"values.lock": lock} if lock else {}), Options(locked=locked))


def locked() -> str:
    """The lock of the site with its slower memory."""
    built = build("8 x DDR5-4800")
    assert messages_of(built) == ""
    return format_lock(accept(Lock(), built.documents, [each.path for each in built.documents]))


def test_a_device_of_the_site_s_own_is_known_by_its_name() -> None:
    page = page_of(build("8 x DDR5-4800"), "articles/a/index.html")
    assert "Llama-3.1-8B on my server" in page
    assert "memory bandwidth of my server: the board&#x27;s manual (read 2025-05-01)" in page


def test_another_bandwidth_fails_where_figures_are_locked_and_in_the_posts_that_use_it() -> None:
    assert messages_of(build("8 x DDR5-4800", locked(), locked=True)) == ""
    told = messages_of(build("8 x DDR5-5600", locked(), locked=True))
    assert re.sub("mine.low .*? token(?=s?/s and)", "mine.low … token", told) == (
        "content/articles/a.md:6:1: not as it was locked: mine.bandwidth 307.2 → 358.4 GB/s, "
        "mine.bound 66.91 → 78.06 tokens/s, mine.low … token/s and 2 more because "
        "speed 4.8 → 5.6 GT/s\n"
        "6 | :::{token-rate} mine\n"
        "  | ^^^^^^^^^^^^^^^^^^^^\n"
        "hint: if that is meant, run `site-gen accept a`"
    )


def test_a_mistake_in_the_data_is_told_at_its_line_and_not_in_the_posts() -> None:
    assert messages_of(build("8 x DDR5-480O")) == (
        "content/data/mine.toml:8:14: `bandwidth`: `8 x DDR5-480O` is not the name of a memory\n"
        '8 | bandwidth = "8 x DDR5-480O"\n'
        "  |              ^^^^^^^^^^^^^\n"
        "hint: write channels, generation and speed, for example `12 x DDR5-6000`"
    )
