"""`site-gen why`: what the last build knows of a source, a page or a figure."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec
from rich.console import Console

from site_gen.build.inputs import Inputs
from site_gen.commands.last_build import LastBuild, open_last_build
from site_gen.commands.site import FOLDER, print_json, site_root
from site_gen.commands.why.explain import explain
from site_gen.commands.why.figures import find_figures, list_figures, name_figures
from site_gen.commands.why.outlook import Outlook
from site_gen.commands.why.show import print_answer, print_figure, print_figures
from site_gen.commands.why.subjects import find_subject, refuse
from site_gen.commands.why.words import Words
from site_gen.diagnostics import Source
from site_gen.effects import DiskTree
from site_gen.setup import theme_root


@click.command("why")
@click.option("--root", type=FOLDER, help="Folder of the site; else the project's own.")
@click.option("--all", "shows_all", is_flag=True, help="Name all that is else counted.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines.")
@click.argument("names", nargs=-1, required=True, metavar="PATH...")
def why(root: Path | None, shows_all: bool, as_json: bool, names: tuple[str, ...]) -> None:
    """Say what made each PATH, from what, when, and what the next build will do for it.

    A PATH is a source or its slug, a page by its URL or its file, or a figure: `desktop.bound`,
    where posts share that name `how-fast#desktop.bound`.
    """
    site = site_root(root)
    with open_last_build(site) as last:
        asked = _Asked(last, site, shows_all, as_json)
        for number, name in enumerate(names):
            if number and not as_json:
                click.echo()
            asked.answer(name)


class _Asked:
    """What is asked of one build: its files are looked at once."""

    def __init__(self, last: LastBuild, root: Path, shows_all: bool, as_json: bool) -> None:
        self._last = last
        self._root = root
        self._shows_all = shows_all
        self._as_json = as_json
        self._inputs = Inputs(DiskTree(root), DiskTree(theme_root()))
        self._words = Words(self._read_data)
        self._outlook = Outlook(last, self._inputs, self._words)
        self._console = Console(highlight=False)

    def answer(self, name: str) -> None:
        """Print what is known of a name; SiteError where nothing is."""
        if subject := find_subject(self._last, self._root, name):
            found = explain(self._last, subject, self._outlook, self._words)
            if self._as_json:
                print_json({"type": "answer", **msgspec.to_builtins(found)})
            else:
                print_answer(found, self._console, self._shows_all)
            return
        calculations = list_figures(self._last)
        figures = find_figures(self._last, calculations, name, self._words)
        if not figures:
            raise refuse(self._last, name, name_figures(calculations))
        if self._as_json:
            for each in figures:
                print_json({"type": "figure", **msgspec.to_builtins(each)})
        elif "." in name.rpartition("#")[2]:
            print_figure(figures[0], self._console, self._shows_all)
        else:
            print_figures(figures, self._console)

    def _read_data(self) -> list[Source]:
        """The site's own part of the catalogue."""
        found = (self._inputs.source(each) for each in self._inputs.listing.data)
        return [source for source in found if source]
