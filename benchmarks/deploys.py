"""Deployments of a site to an object store, ours against peers: `python -m benchmarks.deploys`.

A corpus is built, an article is edited, and it is built once more. Each tool in turn deploys the
first state, the same again, and the second to a server that is new and empty.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.builds import WORK
from benchmarks.corpus.article import SEED
from benchmarks.deploys_report import HEAD, make_rows
from benchmarks.deploys_results import (
    ARTICLE,
    FIRST,
    NOTHING,
    RESULTS,
    STEPS,
    Deploys,
    DeploysResults,
    save_deploys_results,
)
from benchmarks.edited import write_corpus
from benchmarks.figures import format_machine
from benchmarks.machine import describe_machine
from benchmarks.measuring import CommandError, measure
from benchmarks.peers import PEERS
from benchmarks.peers.install import ask_version, install_python_packages, python_script
from benchmarks.results import OURS
from benchmarks.rows import print_rows
from benchmarks.scenarios import Site
from site_gen import __version__
from site_gen.publish.manifest import STATE
from site_gen.site.headers import HEADERS
from tests.deploy.in_place.stores import BUCKET, KEY, RCLONE, SECRET, Objects, running_rclone

_AT_ONCE = "16"

Command = Callable[[Path, str], Sequence[str]]
"""What deploys a folder to the store at an address."""


@dataclass(frozen=True)
class Plan:
    """What is to be measured."""

    articles: int
    rounds: int
    work: Path

    @property
    def site(self) -> Path:
        """Where the site is written and built."""
        return self.work / "sites" / "deploys"


@dataclass(frozen=True)
class Built:
    """Both states of the site."""

    first: Path
    second: Path
    files: Mapping[str, bytes]
    """Those of the first by path, less what no store needs."""
    changed: int
    """How many of the second are others."""


def main() -> None:
    """Measure, save and print."""
    plan, path = read_arguments()
    install_python_packages(plan.work / "tools" / "awscli", "awscli")
    built = build_both(plan)
    tools = list_tools(plan)
    rounds = [
        {name: measure_tool(plan, built, command) for name, (_, command) in tools.items()}
        for _ in range(plan.rounds)
    ]
    results = DeploysResults(
        machine=describe_machine(plan.work),
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        server=f"{ask_version([str(RCLONE), 'version'])}, `serve s3 :memory:`",
        files=len(built.files),
        size_bytes=sum(map(len, built.files.values())),
        changed=built.changed,
        deploys=tuple(
            Deploys(name, version, step, tuple(samples[name][step] for samples in rounds))
            for name, (version, _) in tools.items()
            for step in STEPS
        ),
    )
    save_deploys_results(results, path)
    print_results(results)


def read_arguments() -> tuple[Plan, Path]:
    """What the command line asks for, and where the figures go."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=4100, help="4,100 make 10,000 files")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work", type=Path, default=WORK, metavar="DIR")
    parser.add_argument("--results", type=Path, default=RESULTS, metavar="FILE")
    chosen = parser.parse_args()
    return Plan(chosen.articles, chosen.rounds, chosen.work.resolve()), chosen.results


def build_both(plan: Plan) -> Built:
    """The site before and after a sentence was added to an article."""
    peer, tools = PEERS[OURS], plan.work / "tools"
    edited = write_corpus(Site(peer, tools, plan.site, SEED, plan.articles))
    states = list[Path]()
    for edition in range(2):
        if edition:
            edited.source.write_text(edited.format_edition(edition), encoding="utf-8")
        measure(peer.command(tools, plan.site), plan.site, plan.site.with_suffix(".log"))
        states.append(plan.site.with_name(f"{plan.site.name}-{edition}"))
        shutil.rmtree(states[-1], ignore_errors=True)
        shutil.copytree(plan.site / "_site", states[-1])  # times included, which peers go by
    before, after = states
    files = read_files(before)
    changed = sum(content != files.get(path) for path, content in read_files(after).items())
    return Built(before, after, files, changed)


def read_files(folder: Path) -> dict[str, bytes]:
    """What a store is to have of a finished site."""
    return {
        name: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and (name := path.relative_to(folder).as_posix()) != HEADERS
        if not name.startswith(f"{STATE}/")
    }


def list_tools(plan: Plan) -> dict[str, tuple[str, Command]]:
    """Versions and commands by the names that users know."""
    aws = str(python_script(plan.work / "tools" / "awscli", "aws"))
    configuration = plan.work / "tools" / "awscli.ini"
    configuration.write_text(f"[default]\ns3 =\n  max_concurrent_requests = {_AT_ONCE}\n")
    known = [
        f"AWS_ACCESS_KEY_ID={KEY}",
        f"AWS_SECRET_ACCESS_KEY={SECRET}",
        "AWS_REGION=us-east-1",
        f"AWS_CONFIG_FILE={configuration}",
    ]

    def ours(folder: Path, endpoint: str) -> Sequence[str]:
        module = [sys.executable, "-m", "benchmarks.deployed", str(folder)]
        return ["env", *known, *module, BUCKET, endpoint]

    def rclone(folder: Path, endpoint: str) -> Sequence[str]:
        flags = ["--config", os.devnull, "--checksum", "--fast-list", "--quiet"]
        flags += ["--transfers", _AT_ONCE, "--checkers", _AT_ONCE, "--exclude", f"/{STATE}/**"]
        flags += ["--s3-provider", "Other", "--s3-env-auth", "--s3-endpoint", endpoint]
        return ["env", *known, str(RCLONE), "sync", str(folder), f":s3:{BUCKET}", *flags]

    def aws_sync(folder: Path, endpoint: str) -> Sequence[str]:
        flags = ["--delete", "--only-show-errors", "--exclude", f"{STATE}/*"]
        flags += ["--endpoint-url", endpoint]
        return ["env", *known, aws, "s3", "sync", str(folder), f"s3://{BUCKET}", *flags]

    return {
        OURS: (__version__, ours),
        "rclone sync": (ask_version([str(RCLONE), "version"]).split()[-1], rclone),
        "aws s3 sync": (ask_version([aws, "--version"]).split()[0].partition("/")[2], aws_sync),
    }


def measure_tool(plan: Plan, built: Built, command: Command) -> dict[str, float]:
    """Seconds for each step, with a server of its own; raises where files are missing."""
    folders = {FIRST: built.first, NOTHING: built.first, ARTICLE: built.second}
    seconds, log = {}, plan.site.with_suffix(".log")
    with running_rclone(":memory:") as port:
        for step, folder in folders.items():
            deploy = command(folder, f"http://127.0.0.1:{port}")
            seconds[step] = round(measure(deploy, Path.cwd(), log).seconds, 3)
            missing = built.files.keys() - set(Objects(port).list_names())
            if missing:
                raise CommandError(f"{len(missing)} files are missing after: {deploy[5:]}")
    print(*seconds.items(), file=sys.stderr)
    return seconds


def print_results(results: DeploysResults) -> None:
    """A row for each tool."""
    measured_on = f"{format_machine(results.machine)}; {results.server}"
    title = f"{results.files:,} files to an object store on this machine"
    print_rows(measured_on, title, HEAD, make_rows(results))


if __name__ == "__main__":
    main()
