"""`serve --watch`: the site in the browser while it is written."""

from __future__ import annotations

import os
import socket
import sys
import traceback
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Thread

import click
import msgspec

from site_gen.build.code import digest_code
from site_gen.build.store import Store
from site_gen.build.store_folder import open_store
from site_gen.build.work import Options
from site_gen.commands.building import build_with
from site_gen.commands.site import CACHE, read_clock
from site_gen.diagnostics import Diagnostic, SiteError, has_errors
from site_gen.phrases import format_count, format_elapsed
from site_gen.publish.intact import locate_stamps
from site_gen.serve.decorated import Decorated
from site_gen.serve.editor import Editor, Place, find_editor
from site_gen.serve.hub import Hub
from site_gen.serve.live import LiveSite, Roots
from site_gen.serve.live_app import Call, OpenPlace, make_live_app
from site_gen.serve.own_pool import own_pool
from site_gen.serve.rebuilt import Rebuilt
from site_gen.serve.server import serve
from site_gen.serve.watching import Changes, Watching
from site_gen.setup import node_executable, node_root, theme_root
from site_gen.sidecar import Sidecar
from site_gen.terminal import print_diagnostics

_OWN_SCRIPTS = Path(__file__).resolve().parents[1] / "serve"
_MOST_NAMED = 3
_TURN_S = 0.0005
_PATIENCE_S = 60
"""How long another build of the same site is waited for: that is quicker than to begin anew."""


class Features(msgspec.Struct, frozen=True):
    """What the writer wants."""

    editor: str | None
    """The command that opens mistakes; None to look for one."""
    no_drafts: bool
    """Whether drafts and articles that are not due yet are left out."""
    no_jump: bool
    """Whether pages stay where they are when something has changed out of sight."""


def serve_live(
    site: Path,
    finished: Path,
    home: str,
    features: Features,
    listening: socket.socket,
    announce: Callable[[], None],
) -> None:
    """Serve a site as its files are, until it is interrupted; `announce` says that it can be seen.

    `finished` is the folder of what `build` has published, which is read and not written.
    """
    # Else a thread that sends a page waits for the one that makes others 5 ms at a time.
    sys.setswitchinterval(_TURN_S)
    editor = find_editor(features.editor, os.environ)
    modules = node_root() / "node_modules"
    with ExitStack() as stack:
        pool, has_company = stack.enter_context(own_pool(site / CACHE))
        katex, stamps = modules / "katex" / "dist", locate_stamps(site / CACHE, finished)
        roots = Roots(site, theme_root(), katex, finished, stamps, pool)
        watching = stack.enter_context(closing(Watching(site, roots.watched)))
        sidecar = stack.enter_context(Sidecar(node_executable, node_root()))
        options = Options(drafts=not features.no_drafts, future=not features.no_drafts)
        live = LiveSite(roots, options, sidecar, read_clock, watching.wake)
        jump, open_editor = ([] if features.no_jump else ["jump"]), (["editor"] if editor else [])
        pages = Decorated(live, home, [*jump, *open_editor])
        hub = Hub(live, pages.decorate, home)
        if has_company:
            click.echo("another server shows this site already; this one works beside it", err=True)
        follower = _Follower(live, watching, site, hub)
        follower.rebuild(None)
        announce()
        scripts = {
            "client.mjs": _OWN_SCRIPTS / "client.mjs",
            "marks.mjs": _OWN_SCRIPTS / "marks.mjs",
            "overlay.mjs": _OWN_SCRIPTS / "overlay.mjs",
            "patch.mjs": _OWN_SCRIPTS / "patch.mjs",
            "idiomorph.mjs": modules / "idiomorph" / "dist" / "idiomorph.esm.js",
        }
        port = listening.getsockname()[1]
        open_place = _make_opener(editor, roots) if editor else None
        app = make_live_app(pages, hub, home, port, scripts, open_place, follower.start)
        serve(app, listening)


def _make_opener(editor: Editor, roots: Roots) -> OpenPlace:
    def open_place(place: Place) -> str:
        path = roots.find_source(place.path)
        try:
            editor.open(path, place)
        except OSError as error:
            return f"the editor cannot be run: {(error.strerror or str(error)).lower()}"
        return ""

    return open_place


class _Follower:
    """Makes the site anew whenever its files change, and says so."""

    def __init__(self, live: LiveSite, watching: Watching, site: Path, hub: Hub) -> None:
        self._live = live
        self._hub = hub
        self._call: Call = _call_here
        self._watching = watching
        self._site = site
        self._code = digest_code()
        self._told: frozenset[Diagnostic] = frozenset()
        self._polls = ""

    def start(self, call: Call) -> None:
        """Follow in a thread from now on; `call` is how news are passed on."""
        self._call = call
        Thread(target=self._follow, daemon=True).start()

    def rebuild(self, changes: Changes) -> None:
        """Make the site as it is now, after these changes, and tell of it."""

        def work(store: Store) -> None:
            looked_at = self._hub.list_paths()
            rebuilt = self._live.rebuild(store, changes, looked_at, self._show)
            # Whoever looks need not wait until the store is closed.
            self._call(self._hub.tell, rebuilt)
            self._say(rebuilt, changes)

        cache = self._site / CACHE
        with ExitStack() as others, open_store(cache, self._code, _PATIENCE_S) as store:
            build_with(store, others, work)

    def _show(self, path: str, sha256: str) -> None:
        content = self._live.read_made(sha256)
        if content is not None:
            self._call(self._hub.show, path, sha256, content)

    def _follow(self) -> None:
        try:
            self._watching.wait_until_ready()
            # Of what happened since the first look nobody has told.
            changes: Changes = None
            while True:
                self._tell_of_polling()
                self._try_to_rebuild(changes)
                changes = self._watching.wait()
        except EOFError:
            return  # the server ends
        except SiteError as error:
            _say_error(error)

    def _try_to_rebuild(self, changes: Changes) -> None:
        try:
            if self._live.concerns(changes):
                self.rebuild(changes)
            self._live.prepare()
        except SiteError as error:
            _say_error(error)
        except OSError as error:  # a full disk, say: the next save may find more room
            click.echo(f"site-gen: the site stays as it was: {error}", err=True)
        except Exception:  # a mistake of our own must not be the last save that is followed
            click.echo(f"site-gen: the site stays as it was\n{traceback.format_exc()}", err=True)

    def _tell_of_polling(self) -> None:
        if self._watching.polls != self._polls:
            self._polls = self._watching.polls
            click.echo(f"files are looked at every second: {self._polls}", err=True)

    def _say(self, rebuilt: Rebuilt, changes: Changes) -> None:
        """What is wrong and was not before, and one line where something is otherwise now."""
        told, self._told = self._told, frozenset(rebuilt.diagnostics)
        print_diagnostics(each for each in rebuilt.diagnostics if each not in told)
        count = len(rebuilt.changed) + len(rebuilt.removed)
        errors = sum(each.severity == "error" for each in rebuilt.diagnostics)
        if errors:
            click.echo(f"{format_count(errors, 'error')}: the site stays as it was", err=True)
        elif count:
            made = f"{self._name(changes)}: {format_count(count, 'file')}"
            click.echo(f"{made} in {format_elapsed(rebuilt.seconds)}", err=True)
        elif has_errors(told):
            click.echo("no error is left; the site is what it was", err=True)

    def _name(self, changes: Changes) -> str:
        """What has changed, in short."""
        if changes is None:
            return "the site"
        names = sorted(path.removeprefix(f"{self._site}{os.sep}") for path in changes)
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        return ", ".join(names[:_MOST_NAMED]) + more


def _call_here(called: Callable[..., None], *arguments: object) -> None:
    """Before the server runs nobody listens yet."""
    called(*arguments)


def _say_error(error: SiteError) -> None:
    hint = f"\nhint: {error.hint}" if error.hint else ""
    click.echo(f"site-gen: {error.message}{hint}", err=True)
