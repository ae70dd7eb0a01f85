"""Pages as Lighthouse judges them, of the blog and of a corpus: `python -m benchmarks.pages`.

Both sites are built, and served with gzip; each page is audited as on a phone and as on a desktop.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

from playwright.sync_api import sync_playwright

from benchmarks.builds import WORK
from benchmarks.corpus import make_articles, write_sources
from benchmarks.corpus.article import SEED
from benchmarks.corpus.site import write_configuration
from benchmarks.edited import copy_blog
from benchmarks.figures import format_machine
from benchmarks.lighthouse import Audit, Form, Lighthouse, Visit, running_lighthouse
from benchmarks.machine import describe_machine
from benchmarks.measuring import measure
from benchmarks.pages_report import HEAD, make_rows
from benchmarks.pages_results import RESULTS, PageAudits, PagesResults, save_pages_results
from benchmarks.rows import print_rows
from benchmarks.servers import ADDRESS, serving
from site_gen.setup import checkout_root, node_root
from tests.kinds import BLOG, CORPUS

AUDITED = {
    "blog": (
        "front page",
        "article with math",
        "article with code",
        "article with a download",
        "page that computes",
        "archive",
        "not found",
    ),
    "corpus": ("front page", "article", "archive", "tag"),
}
"""The kinds of pages that differ in what they load."""


@dataclass(frozen=True)
class Plan:
    """What is to be audited."""

    articles: int
    """Of the corpus."""
    rounds: int
    work: Path

    def folder_of(self, site: str) -> Path:
        """Where a site is written and built."""
        return self.work / "sites" / f"pages-{site}"


def main() -> None:
    """Audit, save and print."""
    plan, path = read_arguments()
    copy_blog(plan.folder_of("blog"))
    write_corpus(plan.folder_of("corpus"), plan.articles)
    with sync_playwright() as playwright, running_lighthouse(playwright) as lighthouse:
        results = PagesResults(
            machine=describe_machine(plan.work),
            date=f"{datetime.now(UTC):%Y-%m-%d}",
            lighthouse=find_version(),
            browser=lighthouse.browser,
            articles=plan.articles,
            pages=(
                *audit_site(plan, lighthouse, "blog", BLOG),
                *audit_site(plan, lighthouse, "corpus", CORPUS),
            ),
        )
    save_pages_results(results, path)
    print_results(results)


def read_arguments() -> tuple[Plan, Path]:
    """What the command line asks for, and where the figures go."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work", type=Path, default=WORK, metavar="DIR")
    parser.add_argument("--results", type=Path, default=RESULTS, metavar="FILE")
    chosen = parser.parse_args()
    return Plan(chosen.articles, chosen.rounds, chosen.work.resolve()), chosen.results


def write_corpus(folder: Path, articles: int) -> None:
    """Write the made-up articles into a new folder."""
    shutil.rmtree(folder, ignore_errors=True)
    write_configuration(folder)
    write_sources(folder, make_articles(SEED, articles))


def audit_site(
    plan: Plan, lighthouse: Lighthouse, site: str, addresses: Mapping[str, str]
) -> list[PageAudits]:
    """Build a site and audit its pages, round by round; its folder is gone afterwards."""
    folder = plan.folder_of(site)
    program, log = (sys.executable, str(checkout_root() / "build.py")), folder.with_suffix(".log")
    measure((*program, "--root", str(folder)), folder, log)
    asked = [(kind, form) for kind in AUDITED[site] for form in get_args(Form)]
    serve = (*program, "serve", "--root", str(folder), "--port")
    with serving(lambda port: (*serve, str(port)), folder, log) as server:
        address = f"http://{ADDRESS}:{server.port}"
        visits = [Visit(address + addresses[kind], form) for kind, form in asked]
        rounds = [audit_round(lighthouse, visits, site) for _ in range(plan.rounds)]
    shutil.rmtree(folder)
    return [
        PageAudits(site, kind, form, tuple(audits))
        for (kind, form), audits in zip(asked, zip(*rounds, strict=True), strict=True)
    ]


def audit_round(lighthouse: Lighthouse, visits: Sequence[Visit], site: str) -> list[Audit]:
    """All pages once."""
    audits = lighthouse.audit(visits)
    print(f"{site}: a round of {len(audits)} audits", file=sys.stderr)
    return audits


def find_version() -> str:
    """The version of Lighthouse."""
    package = node_root() / "node_modules" / "lighthouse" / "package.json"
    version: str = json.loads(package.read_text(encoding="utf-8"))["version"]
    return version


def print_results(results: PagesResults) -> None:
    """A row for each page and kind of device."""
    measured_on = f"{format_machine(results.machine)}; Chromium {results.browser}"
    title = f"pages as Lighthouse {results.lighthouse} judges them"
    print_rows(measured_on, title, HEAD, make_rows(results), texts=2)


if __name__ == "__main__":
    main()
