"""The examples in a Markdown document of ours: read, built, and written anew.

A fence's second word says what it is to the tests, and nothing to those who render the document:

    markdown example   a body, or a source where it starts with front matter; builds without a word
    html gives         what the body of the example before it comes out as
    markdown mistake   a source with mistakes
    text error         all that its build prints
    console answers    commands after a `$`, each with what it prints, in a site that has changed
    console plan       `deploy --dry-run` and what it prints, after an article was added
    toml example       a `pyproject.toml`
    jinja templates/…  a template that stands in for the theme's
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import msgspec
from markdown_it import MarkdownIt

from site_gen.build.result import Build
from site_gen.setup import checkout_root
from tests.files import regenerating
from tests.picturing import coded, photo
from tests.sites import article, build_site

SOURCE = "content/articles/first-post/index.md"
"""Where each example stands."""

_BESIDE = str(Path(SOURCE).parent.as_posix())
_KATEX = '<span class="katex">'
_FINGERPRINT = re.compile(r"(\.\d+\.)[0-9a-f]{10}(\.(?:avif|jpg|png|webp))")
"""What changes in the name of a picture with every version of what codes it."""


class Fence(msgspec.Struct, frozen=True):
    """One fence of a document."""

    language: str
    role: str
    """The second word of its info; empty for none."""
    text: str
    first: int
    """Index of the first line between its fences."""
    end: int
    """Index of the line that closes it."""


def read_document(name: str) -> str:
    """A document's text by its path from the checkout, e.g. `docs/authoring.md`."""
    return (checkout_root() / name).read_text(encoding="utf-8")


def read_fences(text: str) -> list[Fence]:
    """Every fence of a document, in order."""
    fences = []
    for token in MarkdownIt().parse(text):
        if token.type == "fence":
            assert token.map is not None
            language, _, role = token.info.strip().partition(" ")
            fences.append(Fence(language, role, token.content, token.map[0] + 1, token.map[1] - 1))
    return fences


def read_examples(text: str, role: str, answer: str) -> list[tuple[str, int | None]]:
    """The text of each fence of a role, and the index of its answer where that comes next."""
    fences = read_fences(text)
    roles = [*(fence.role for fence in fences), ""]
    return [
        (fence.text, index + 1 if roles[index + 1] == answer else None)
        for index, fence in enumerate(fences)
        if fence.role == role and fence.language == "markdown"
    ]


def check_fence(name: str, index: int, made: str) -> None:
    """Compare a document's fence with what was made; REGENERATE=1 writes it anew."""
    text = read_document(name)
    fence = read_fences(text)[index]
    if regenerating():
        lines = text.split("\n")
        lines[fence.first : fence.end] = made.rstrip("\n").split("\n")
        path = checkout_root() / name
        path.write_text("\n".join(lines), encoding="utf-8", newline="\n")
    else:
        assert made.rstrip("\n") == fence.text.rstrip("\n")


def read_rows(text: str, first_cell: str) -> list[list[str]]:
    """The rows of the table whose head starts with this cell, as they are written."""
    lines = iter(text.split("\n"))
    start = f"| {first_cell} |"
    assert any(line.startswith(start) for line in lines), f"no table starts with {first_cell}"
    next(lines)
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return rows


def codes(cell: str) -> list[str]:
    """What stands between backticks in a cell."""
    return re.findall(r"`([^`]+)`", cell)


def build_example(text: str, **more: str) -> Build:
    """The site of one example, with what examples name beside it, and nothing around its body."""
    source = text if text.startswith("---\n") else article(text, title="first post")
    return build_site({**_surroundings(), SOURCE: source, **more})


def show_body(html: str) -> str:
    """A body as documents show it: formulas and no-break spaces are made readable."""
    readable = _shorten_formulas(html).replace("\N{NO-BREAK SPACE}", "&nbsp;")
    return _FINGERPRINT.sub(r"\1…\2", readable)


def _surroundings() -> dict[str, str | bytes]:
    return {
        "content/articles/riding-crop/index.md": article("## Grip", title="riding crop"),
        f"{_BESIDE}/photo.jpg": _take_photo(),
        f"{_BESIDE}/chart.svg": '<svg width="640" height="360"/>',
        f"{_BESIDE}/riding-crop.glb": bytes(677_864),
        f"{_BESIDE}/data.csv": "parameters,tokens_per_s\n37e9,4.6\n",
        "templates/article.html": "{{ article.html }}",
    }


@cache
def _take_photo() -> bytes:
    return coded(photo(1600, 1200))


def _shorten_formulas(html: str) -> str:
    """The HTML with `…` for all that KaTeX put into its outermost spans."""
    shown, position = [], 0
    while (start := html.find(_KATEX, position)) >= 0:
        shown += [html[position:start], _KATEX, "…</span>"]
        position = _end_of_span(html, start)
    return "".join([*shown, html[position:]])


def _end_of_span(html: str, start: int) -> int:
    depth = 0
    for tag in re.compile(r"<(/?)span\b[^>]*>").finditer(html, start):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return tag.end()
    raise AssertionError("a span is never closed")
