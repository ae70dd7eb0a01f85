"""Time Markdown, stage by stage: `python benchmarks/markdown.py [DIR]`.

Reads every `*.md` below a folder, `content/` where none is given, and prints microseconds for each
stage of a document in the quickest of several rounds; a stage counts only what is not another's.
Then what bare markdown-it-py takes for the same texts, with stock plugins and Pygments' formatter.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from markdown_it import MarkdownIt
from mdit_py_plugins.attrs import attrs_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexer import Lexer, RegexLexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from site_gen.diagnostics import Source
from site_gen.directives.facts import Facts
from site_gen.directives.registry import make_registry
from site_gen.markdown import document, html
from site_gen.markdown.document import parse_document
from site_gen.markdown.front_matter import parse_front_matter
from site_gen.markdown.highlight import render_code
from site_gen.markdown.lexers import find_one_by_one
from site_gen.markdown.parser import make_parser

ROUNDS = 7
ROOT = Path(__file__).resolve().parent.parent
BARE = "bare markdown-it-py"
REST = "everything else"

Seconds = dict[str, float]
"""By stage."""
Run = Callable[[], Seconds]


class Stopwatch:
    """Seconds by stage; a stage's clock stands still while a stage within it runs."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._within = [0.0]

    def time(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, timed."""

        def timed(*arguments: Any, **named: Any) -> Any:
            self._within.append(0.0)
            started = time.perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                elapsed = time.perf_counter() - started
                self.seconds[stage] += elapsed - self._within.pop()
                self._within[-1] += elapsed

        return timed


def main() -> None:
    """Print a line for each stage, and how the whole compares with bare markdown-it-py."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "content"
    texts = [path.read_text("utf-8") for path in sorted(folder.rglob("*.md"))]
    bare, stages = time_in_turn(make_bare(texts), make_timed(texts), len(texts))
    total = sum(stages.values())
    size = sum(len(text.encode()) for text in texts) / len(texts)
    print(f"{len(texts)} documents of {size:.0f} bytes")
    for stage, microseconds in sorted(stages.items(), key=lambda item: -item[1]):
        print(f"{stage:20s} {microseconds:7.0f} µs   {microseconds / total:4.0%}")
    print(f"{'all of it':20s} {total:7.0f} µs   {total / bare[BARE]:.2f} of {BARE}")
    print(f"{BARE:20s} {bare[BARE]:7.0f} µs")


def time_in_turn(first: Run, second: Run, count: int) -> tuple[Seconds, Seconds]:
    """Microseconds of one of `count` documents by stage: the quickest of several rounds of each.

    They run in turn, so that both have the machine to themselves, or neither.
    """
    rounds = [(first(), second()) for _ in range(ROUNDS + 1)][1:]
    quickest = (
        min(times, key=lambda each: sum(each.values())) for times in zip(*rounds, strict=True)
    )
    one, other = (
        {stage: 1e6 * each / count for stage, each in found.items()} for found in quickest
    )
    return one, other


def make_timed(texts: list[str]) -> Run:
    """What parses all texts, and gives the seconds that each stage has taken."""
    watch = Stopwatch()
    registry = make_registry(Facts())
    md = make_parser(registry, raw_html=False)
    for rule, stage in (("block", "blocks"), ("inline", "inlines"), ("places", "places")):
        found = md.core.ruler.__rules__[md.core.ruler.__find__(rule)]
        md.core.ruler.at(rule, watch.time(stage, found.fn))
    vars(md.renderer)["render"] = watch.time("rendering", md.renderer.render)
    vars(document)["parse_front_matter"] = watch.time("front matter", parse_front_matter)
    vars(html)["render_code"] = watch.time("highlighting", render_code)
    parse = watch.time(REST, parse_document)
    zone = ZoneInfo("UTC")

    def run() -> Seconds:
        watch.seconds.clear()
        for text in texts:
            parse(Source("content/articles/a.md", text), md, registry, zone)
        return dict(watch.seconds)

    return run


def make_bare_parser() -> MarkdownIt:
    """markdown-it-py as its documentation has it, for the syntax that we have."""
    formatter = HtmlFormatter(nowrap=True)

    @cache
    def find_lexer(name: str) -> Lexer | None:
        try:
            return get_lexer_by_name(name, stripnl=False)
        except ClassNotFound:
            return None

    def color(code: str, language: str, _attributes: str) -> str:
        lexer = find_lexer(language)
        return highlight(code, lexer, formatter) if lexer else ""

    md = MarkdownIt("commonmark", {"html": False, "highlight": color, "tasklists": True})
    md.enable(["table", "strikethrough"])
    for plugin in (front_matter_plugin, footnote_plugin, deflist_plugin, dollarmath_plugin):
        md.use(plugin)
    return md.use(attrs_plugin)


def make_bare(texts: list[str]) -> Run:
    """What renders all texts without any of ours, and gives the seconds that it has taken."""
    md = make_bare_parser()

    def run() -> Seconds:
        ours = RegexLexer.get_tokens_unprocessed
        RegexLexer.get_tokens_unprocessed = find_one_by_one  # type: ignore[method-assign]
        started = time.perf_counter()
        for text in texts:
            md.render(text)
        elapsed = time.perf_counter() - started
        RegexLexer.get_tokens_unprocessed = ours  # type: ignore[method-assign]
        return {BARE: elapsed}

    return run


if __name__ == "__main__":
    main()
