"""Reading what a site is made of: Markdown, templates and static files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from site_gen import paths
from site_gen.config import CONFIG_PATH
from site_gen.diagnostics import Diagnostic, Source, Span
from site_gen.effects import ReadError, SourceTree
from site_gen.lock.model import LOCK_PATH


class Sources(msgspec.Struct, frozen=True):
    """Everything that is read before anything is made, but for assets that pages refer to."""

    config: Source | None
    """`pyproject.toml`; None where there is none."""
    lock: Source | None
    """`values.lock`; None where there is none, and where it cannot be read."""
    documents: tuple[Source, ...]
    """By path."""
    data: tuple[Source, ...]
    """`content/data/*.toml`, the site's own part of the catalogue, by path."""
    files: frozenset[str]
    """Every file below `content/` and `static/`, from the site's root."""
    templates: Mapping[str, Source]
    """By name, e.g. `article.html`; the site's own before the theme's."""
    static: Mapping[str, bytes]
    """By path below `static/`; the site's own before the theme's."""


def read_data(site: SourceTree) -> tuple[tuple[Source, ...], list[Diagnostic]]:
    """A site's own part of the catalogue, `content/data/*.toml`, and what of it cannot be read."""
    reader = _Reader(site)
    listed = reader.list_files(paths.DATA)
    data = reader.read_texts(path for path in listed if paths.is_data(path))
    return tuple(data), reader.diagnostics


def read_sources(site: SourceTree, theme: SourceTree) -> tuple[Sources, list[Diagnostic]]:
    """What a site and the theme hold, and what of it cannot be read or is in no place for it."""
    reader = _Reader(site)
    content = reader.list_files("content")
    documents = [path for path in content if path.lower().endswith(".md")]
    if not documents:
        message = "there is nothing to publish: no `.md` file in `content/`"
        hint = "an article is `content/articles/<slug>/index.md`"
        reader.diagnostics.append(Diagnostic(Span("content"), message, hint))
    config, lock = map(reader.read_if_there, (CONFIG_PATH, LOCK_PATH))
    texts = reader.read_texts(reader.placed(documents))
    data = reader.read_texts(path for path in content if paths.is_data(path))
    built_in = _Reader(theme, label="theme:")
    templates = {**built_in.read_templates(), **reader.read_templates()}
    static = {**built_in.read_static(), **reader.read_static()}
    sources = Sources(
        config=config,
        lock=lock,
        documents=tuple(texts),
        data=tuple(data),
        files=frozenset([*content, *(f"static/{name}" for name in static)]),
        templates=templates,
        static=static,
    )
    return sources, reader.diagnostics + built_in.diagnostics


class _Reader:
    """One tree, and what was wrong in reading it."""

    def __init__(self, tree: SourceTree, label: str = "") -> None:
        self._tree = tree
        self._label = label
        self.diagnostics: list[Diagnostic] = []

    def list_files(self, folder: str) -> list[str]:
        listed, problems = self._tree.list_files(folder)
        self.diagnostics += problems
        return listed

    def placed(self, documents: Iterable[str]) -> list[str]:
        """The documents that stand where a page can stand."""
        good = []
        for path in documents:
            if problem := _misplacement(path):
                self.diagnostics.append(Diagnostic(Span(path), *problem))
            else:
                good.append(path)
        return good

    def read_if_there(self, path: str) -> Source | None:
        """The text of a file that a site may do without."""
        try:
            return self._decode(path, self._tree.read_bytes(path))
        except ReadError as error:
            self.diagnostics += [] if error.is_missing else [error.diagnostic]
            return None

    def read_texts(self, wanted: Iterable[str]) -> list[Source]:
        texts = ((path, self._read(path)) for path in wanted)
        decoded = [self._decode(path, content) for path, content in texts if content is not None]
        return [source for source in decoded if source is not None]

    def read_templates(self) -> dict[str, Source]:
        wanted = self.list_files("templates")
        return {
            source.path.removeprefix(self._label).removeprefix("templates/"): source
            for source in self.read_texts(wanted)
        }

    def read_static(self) -> dict[str, bytes]:
        read = {path: self._read(path) for path in self.list_files("static")}
        return {
            path.removeprefix("static/"): content
            for path, content in read.items()
            if content is not None
        }

    def _read(self, path: str) -> bytes | None:
        try:
            return self._tree.read_bytes(path)
        except ReadError as error:
            self.diagnostics.append(error.diagnostic)
            return None

    def _decode(self, path: str, content: bytes) -> Source | None:
        try:
            return Source(self._label + path, content.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            before = Source(path, content[: error.start].decode("utf-8", "replace"))
            line, column = before.position(len(before.text))
            message = f"not UTF-8: byte 0x{content[error.start]:02x}"
            span = Span(self._label + path, line, column)
            self.diagnostics.append(Diagnostic(span, message, "save the file as UTF-8"))
            return None


def _misplacement(path: str) -> tuple[str, str] | None:
    """Why no page can stand at this path, and what to do; None where one can."""
    if not path.endswith(".md"):
        return "a page's name ends in `.md`", f"rename it to `{path[:-3]}.md`"
    if path == "content/index.md":
        hint = "the front page stacks the articles; its template is `templates/home.html`"
        return "the front page has no source of its own", hint
    if paths.is_article(path) or paths.is_page(path):
        return None
    hint = (
        "articles are `content/articles/<slug>/index.md` or `content/articles/<slug>.md`, "
        "other pages `content/<slug>.md`"
    )
    return "this is no place for a page", hint
