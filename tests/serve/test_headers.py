"""What `_headers` adds to which answers."""

from __future__ import annotations

import pytest

from site_gen.serve.headers import find_headers

RULES = """\
# all pages
/*
  X-All: yes
  X-Both: all

/assets/*
  Cache-Control: public,  max-age=1
  X-Both: assets
/one.html
  x-one:1
nonsense
"""


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/", {"x-all": "yes", "x-both": "all"}),
        ("/one.html", {"x-all": "yes", "x-both": "all", "x-one": "1"}),
        ("/assets", {"x-all": "yes", "x-both": "all"}),
        (
            "/assets/a.css",
            {"x-all": "yes", "x-both": "assets", "cache-control": "public,  max-age=1"},
        ),
    ],
)
def test_each_rule_that_fits_adds_its_own(path: str, headers: dict[str, str]) -> None:
    assert dict(find_headers(RULES, path)) == headers
