"""Write a site of made-up articles: `python -m benchmarks.corpus --articles N --seed S DIR`."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.corpus.article import SEED, make_articles
from benchmarks.corpus.site import write_configuration, write_sources


def main() -> None:
    """Write `pyproject.toml` and `content/articles/` into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--seed", default=SEED)
    chosen = parser.parse_args()
    write_configuration(chosen.folder)
    size = write_sources(chosen.folder, make_articles(chosen.seed, chosen.articles))
    print(f"{chosen.articles} articles, {size / chosen.articles:.0f} bytes each")


if __name__ == "__main__":
    main()
