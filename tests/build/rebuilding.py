"""Sites that are edited and built again, beside the same site built from nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from site_gen.build.inputs import Inputs
from site_gen.build.listing import THEME as THEME_LABEL
from site_gen.build.memory import Memory
from site_gen.build.pipeline import build
from site_gen.build.result import Build, Ran, is_good
from site_gen.build.store import Store
from site_gen.build.store_folder import open_in_memory
from site_gen.build.typesetter import Renderer
from site_gen.build.work import Ahead, Options, World
from site_gen.charts import Chart, Drawing
from site_gen.effects import DiskTree, MemoryTree, Scan, SourceTree
from site_gen.file_systems import Stamp
from site_gen.model import Output
from site_gen.publish import MemoryPool
from site_gen.publish.publisher import MemoryPublisher
from site_gen.setup import theme_root
from site_gen.sidecar import (
    Bundled,
    Formula,
    Indexed,
    Indexer,
    MathError,
    MathResult,
    MathWarning,
    PlotResult,
    RenderedMath,
)
from tests.sites import NOW, messages_of

Files = Mapping[str, bytes]

_FONTS = {"Main": "", "AMS": ".mathbb", "Fraktur": ".mathfrak"}
"""Name of a font of the stand-in for KaTeX → what asks for it."""


class Pen:
    r"""Sets a formula as its own text with its macros put in; `\frob` is unknown to it, and `é` is
    set with a warning.
    """

    def render_math(self, formulas: Sequence[Formula]) -> list[MathResult]:
        return list(map(_set, formulas))

    def rest(self) -> None:
        pass

    def bundle_scripts(self, scripts: Mapping[str, str]) -> Bundled:
        imports = {name: re.findall(r'import "\./(.+?)";', text) for name, text in scripts.items()}
        imported = {name for names in imports.values() for name in names}
        texts = {
            name: "".join(scripts[each] for each in (*imports[name], name))
            for name in scripts
            if name not in imported
        }
        return Bundled(texts, {name: tuple(imports[name]) for name in texts})

    def render_plots(self, charts: Sequence[Chart]) -> list[PlotResult]:
        return [
            Drawing(f"<svg>{chart.title}</svg>", "<svg></svg>", "<ul></ul>") for chart in charts
        ]


def write_index(pages: Sequence[Indexed], language: str) -> dict[str, bytes]:
    """An index as one file, in which each page stands as it is."""
    return {
        "pagefind.js": "\n".join([language, *(each.url + each.html for each in pages)]).encode()
    }


def _set(formula: Formula) -> MathResult:
    tex = formula.tex
    for name, body in formula.macros:
        tex = tex.replace(name, body)
    if (place := tex.find(r"\frob")) >= 0:
        return MathError(r"undefined control sequence: \frob", place, 5)
    fonts = "".join(f'<span class="{name}">1</span>' for name in re.findall(r"\\(math\w+)", tex))
    warnings = (MathWarning("unknownSymbol", "`é` has no width"),) if "é" in tex else ()
    shown = f'<span style="height:{len(tex)}em;">{tex}{fonts}</span>'
    html = f'<span class="katex"><math>{len(tex)}</math>{shown}</span>'
    return RenderedMath(html.encode(), warnings)


def _make_stylesheet() -> str:
    faces = (
        f"@font-face{{font-family:KaTeX_{name};src:url(fonts/KaTeX_{name}-Regular.woff2)}}"
        for name in _FONTS
    )
    rules = (f"{rule}{{font-family:KaTeX_{name}}}" for name, rule in _FONTS.items() if rule)
    return "".join((*faces, ".katex{font-family:KaTeX_Main}", *rules))


KATEX = MemoryTree(
    {
        "katex.min.css": _make_stylesheet().encode(),
        "katex.min.js": b"\\frac",
        **{f"fonts/KaTeX_{name}-Regular.woff2": name.encode() for name in _FONTS},
    }
)
"""A stand-in for KaTeX's folder with three fonts."""


def _load_theme() -> dict[str, bytes]:
    """The built-in templates with a small static folder."""
    tree = DiskTree(theme_root())
    templates = {path: tree.read_bytes(path) for path in tree.list_files("templates")[0]}
    names = ["style.css", "copy.js", "redirect.js", "search.css", "search.js", "sort.js"]
    names += ["calculator.js", "calculator-chart.js", "estimator.js"]
    static = {f"static/assets/{name}": name.encode() for name in names}
    return templates | static | {"static/favicon.svg": b"<svg></svg>"}


THEME = _load_theme()


class Asked(NamedTuple):
    """What the command line and the clock say."""

    options: Options = Options()
    now: datetime = NOW


LOOKED_AT = ("index.html", "about/index.html", "articles/a/index.html", "articles/b/index.html")
AS_EVER = Asked()
"""No options, and the day of all tests."""


class _Publisher(MemoryPublisher):
    """One whose files can go behind its back."""

    has_forgotten = False

    def forget(self, paths: Collection[str]) -> None:
        self.has_forgotten = True
        for path in paths:
            del self.files[path], self._digests[path]


class _WatchedTree(MemoryTree):
    """One with stamps as a disk has them, some of which are of just now."""

    def __init__(self) -> None:
        super().__init__({})
        self._writes = 0
        self._stamps: dict[str, Stamp] = {}

    def replace(self, files: Files) -> set[str]:
        """Hold these files instead; which of them came, went or are otherwise."""
        before = self.files
        super().__init__(files)
        paths = before.keys() | self.files.keys()
        changed = {path for path in paths if before.get(path) != self.files.get(path)}
        for path in changed:
            self._writes += 1
            time_ns = self._writes if self._writes % 3 else 1 << 62
            self._stamps[path] = (len(self.files.get(path, b"")), time_ns, time_ns, self._writes)
        return changed

    def stamp(self, path: str) -> Stamp | None:
        return self._stamps[path] if path in self.files else None

    def scan(self, folder: str) -> Scan:
        paths, diagnostics = super().scan(folder)
        return {path: self.stamp(path) for path in paths}, diagnostics


class Blog:
    """A site that keeps what it has built, and is published whenever it is good."""

    def __init__(
        self,
        files: Files,
        theme: Files = THEME,
        store: Store | None = None,
        renderer: Renderer | None = None,
        katex: SourceTree = KATEX,
        memory: Memory | None = None,
        indexer: Indexer | None = write_index,
    ) -> None:
        """With a memory it is built by one process that goes on and is told which files change,
        else each time by another one.
        """
        self.indexer = indexer
        self.files = dict(files)
        self.theme = dict(theme)
        self._store = store or open_in_memory()
        self._renderer = renderer or Pen()
        self._katex = katex
        self._memory = memory
        self._site, self._themes = _WatchedTree(), _WatchedTree()
        self._inputs: Inputs | None = None
        self._pool = MemoryPool()
        self.publisher = _Publisher()
        self.looked_at: Collection[str] = LOOKED_AT if memory else ()
        """Paths of outputs that somebody would like to see ahead."""
        self.shown: dict[str, str] = {}
        """Path → SHA-256 of those that the last build has shown so."""
        self.offered: dict[str, Output] = {}
        """What it has offered them to load."""

    def build(self, asked: Asked = AS_EVER) -> Build:
        """The site as it is now, made from what was kept."""
        self._store.build += 1
        changed = self._site.replace(self.files)
        changed |= {THEME_LABEL + path for path in self._themes.replace(self.theme)}
        self.shown, self.offered = {}, {}
        world = World(
            site=self._site,
            theme=self._themes,
            inputs=self._inputs.after(changed) if self._inputs and self._memory else None,
            katex=self._katex,
            renderer=self._renderer,
            indexer=self.indexer,
            now=asked.now,
            store=self._store,
            memory=self._memory,
            pool=self._pool,
            holds=self.publisher.holds,
            has_all_bytes=self._memory is not None and not self.publisher.has_forgotten,
            ahead=Ahead(self.looked_at, self.shown.__setitem__, self.offered.update),
        )
        built = build(world, asked.options)
        self._inputs = built.inputs
        if is_good(built):
            self.publisher.publish(built.outputs, self._pool)
        return built

    def build_anew(self, asked: Asked = AS_EVER) -> tuple[Build, dict[str, bytes]]:
        """The same site made from nothing, and what it publishes."""
        clean = Blog(self.files, self.theme, None, self._renderer, self._katex)
        return clean.build(asked), clean.publisher.files


NOTHING_RAN = Ran((), (), 0, ())


def check_equal(blog: Blog, asked: Asked = AS_EVER) -> Build:
    """Build the site as it is now; assert that it is what a clean build gives, to the last byte and
    word, and that there is nothing left to do then.
    """
    built, (clean, files) = blog.build(asked), blog.build_anew(asked)
    assert messages_of(built) == messages_of(clean)
    assert built.diagnostics == clean.diagnostics
    assert built.outputs == clean.outputs
    assert (built.changes, built.scheduled, built.drafts, built.early) == (
        clean.changes,
        clean.scheduled,
        clean.drafts,
        clean.early,
    )
    assert built.documents == clean.documents
    assert built.urls == clean.urls
    assert built.list_published() == clean.list_published()
    assert built.has_lost == clean.has_lost
    digests = {output.path: output.sha256 for output in built.outputs}
    ahead = blog.shown | {path: output.sha256 for path, output in blog.offered.items()}
    assert not is_good(built) or ahead.items() <= digests.items()
    if is_good(clean):
        assert blog.publisher.files == files
    again = blog.build(asked)
    assert again.ran == NOTHING_RAN
    assert (again.outputs, again.diagnostics) == (built.outputs, built.diagnostics)
    return built
