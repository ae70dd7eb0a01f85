"""`serve`: the finished site as a host would answer for it."""

from __future__ import annotations

import signal
import socket
import sys
import webbrowser
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from threading import Thread

import click

from site_gen.commands.configured import read_config
from site_gen.commands.site import FOLDER, site_root
from site_gen.diagnostics import SiteError
from site_gen.paths import quote_url
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
@click.option("--editor", metavar="COMMAND", help="With --watch: opens mistakes; else $VISUAL.")
@click.option("--no-drafts", is_flag=True, help="With --watch: as it will be published.")
@click.option("--no-jump", is_flag=True, help="With --watch: leave pages where they are.")
@click.option("--dev", is_flag=True, help="With --watch: begin anew when site_gen's code changes.")
@click.option("--listening", type=int, hidden=True, help="A socket that somebody has opened.")
def serve(
    root: Path | None,
    output: Path | None,
    port: int | None,
    opens: bool,
    watch: bool,
    listening: int | None,
    **for_watching: str | bool | None,
) -> None:
    """Serve the site on this machine: as a host would, or while it is written."""
    if not watch and (given := [name for name, value in for_watching.items() if value]):
        raise SiteError(f"`--{given[0].replace('_', '-')}` is for `--watch`", "give both")
    site = site_root(root)
    folder, home = output or site / "_site", _find_home(site)
    files = None if watch else PublishedFiles(folder)
    # To interrupt it is how it is ended, whatever it is doing by then.
    with suppress(KeyboardInterrupt), _listen(port, listening) as opened:
        chosen = opened.getsockname()[1]

        def announce() -> None:
            url = f"http://{ADDRESS}:{chosen}{quote_url(home)}"
            click.echo(f"{site if watch else folder} is at {url} (Ctrl-C ends it)", err=True)
            if opens:
                webbrowser.open(url)

        if files:
            announce()
            run_server(make_app(files, home, chosen), opened)
        elif for_watching.pop("dev"):
            arguments = ["--watch", "--root", str(site), "--output", str(folder)]
            arguments += _as_arguments(for_watching)
            import_module("site_gen.commands.serve_dev").serve_dev(opened, arguments, opens)
        else:
            live = import_module("site_gen.commands.serve_live")
            features = live.Features(**for_watching)
            live.serve_live(site, folder, home, features, opened, announce)


def _listen(port: int | None, descriptor: int | None) -> socket.socket:
    """The socket that is served; that the usual port is taken is said."""
    if descriptor is not None:
        Thread(target=_end_with_input, daemon=True).start()
        return socket.socket(fileno=descriptor)
    opened = bind(port)
    chosen = opened.getsockname()[1]
    if port is None and chosen != FIRST_PORT:
        click.echo(f"port {FIRST_PORT} is taken; {chosen} is used", err=True)
    return opened


def _end_with_input() -> None:
    """End as by Ctrl-C when whoever has opened the socket does."""
    sys.stdin.buffer.read()
    signal.raise_signal(signal.SIGINT)


def _as_arguments(options: Mapping[str, str | bool | None]) -> Iterator[str]:
    """Options as they are given on a command line."""
    for name, value in options.items():
        if value:
            yield f"--{name.replace('_', '-')}"
            yield from [value] if isinstance(value, str) else []


def _find_home(site: Path) -> str:
    """Where the site's front page is on its host, e.g. `/` or `/blog/`."""
    config, _ = read_config(site)
    return f"{config.base_path}/"
