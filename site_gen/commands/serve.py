"""`serve`: the finished site as a host would answer for it."""

from __future__ import annotations

import webbrowser
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import click

from site_gen.commands.site import FOLDER, site_root
from site_gen.config import parse_config
from site_gen.diagnostics import Source
from site_gen.effects import DiskTree, ReadError
from site_gen.paths import CONFIG_PATH, quote_url
from site_gen.serve.app import make_app
from site_gen.serve.files import PublishedFiles
from site_gen.serve.server import ADDRESS, FIRST_PORT, bind
from site_gen.serve.server import serve as run_server


@click.command("serve")
@click.option("--root", type=FOLDER, help="Folder of the site; else the project's own.")
@click.option("--output", type=FOLDER, help="Folder that was published into.")
@click.option("--port", type=click.IntRange(1, 65535), help="Else the first free one from 8000 on.")
@click.option("--open", "opens", is_flag=True, help="Show it in the browser.")
@click.option("--watch", is_flag=True, help="Show the site as its files are, while they change.")
@click.option("--no-drafts", is_flag=True, help="With --watch: as it will be published.")
@click.option("--no-jump", is_flag=True, help="With --watch: leave pages where they are.")
def serve(
    root: Path | None,
    output: Path | None,
    port: int | None,
    opens: bool,
    watch: bool,
    no_drafts: bool,
    no_jump: bool,
) -> None:
    """Serve the site on this machine: as a host would, or while it is written."""
    site = site_root(root)
    folder, home = output or site / "_site", _find_home(site)
    files = None if watch else PublishedFiles(folder)
    # To interrupt it is how it is ended, whatever it is doing by then.
    with suppress(KeyboardInterrupt), bind(port) as listening:
        chosen = listening.getsockname()[1]
        if port is None and chosen != FIRST_PORT:
            click.echo(f"port {FIRST_PORT} is taken; {chosen} is used", err=True)

        def announce() -> None:
            url = f"http://{ADDRESS}:{chosen}{quote_url(home)}"
            click.echo(f"{site if watch else folder} is at {url} (Ctrl-C ends it)", err=True)
            if opens:
                webbrowser.open(url)

        if files:
            announce()
            run_server(make_app(files, home, chosen), listening)
        else:
            live = import_module("site_gen.commands.serve_live")
            live.serve_live(site, folder, home, not no_drafts, not no_jump, listening, announce)


def _find_home(site: Path) -> str:
    """Where the site's front page is on its host, e.g. `/` or `/blog/`."""
    try:
        text = DiskTree(site).read_bytes(CONFIG_PATH).decode("utf-8-sig", "replace")
    except ReadError:
        text = ""
    config, _ = parse_config(Source(CONFIG_PATH, text))
    return f"{config.base_path}/"
