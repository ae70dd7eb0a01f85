"""A whole small site with templates of its own, file by file.

REGENERATE=1 writes tests/golden/site/published anew, for reading before it is committed. KaTeX's
HTML, its fonts, stylesheets of libraries, cards and what Pillow codes are compared by their names.
"""

import re
import shutil
from pathlib import Path

from site_gen.effects import DiskTree, MemoryTree
from tests.files import read_tree, regenerating
from tests.sites import build_site, messages_of

GOLDEN = Path(__file__).parent.parent / "golden" / "site"
MADE_BY_LIBRARIES = re.compile(r"^assets/(highlight|katex|math\.).*")
CODED_PICTURE = re.compile(r"(\.\d+\.)[0-9a-f]{10}\.(avif|webp|jpg)\b")
CARD = re.compile(r"\bcard\.[0-9a-f]{10}\.png\b")


def readable(path: str, content: bytes) -> bytes:
    """What is compared of a file: all of it but what a library's next version may change."""
    if any(found.search(path) for found in (MADE_BY_LIBRARIES, CODED_PICTURE, CARD)):
        return b"(made by a library)\n"
    text = content.decode("utf-8", "replace") if path.endswith((".html", ".xml", ".json")) else ""
    if not text:
        return content
    text = without_katex_html(text)
    text = without_digest_of_picture(text)
    text = re.sub(r"sha256-[\w+/]{43}=", "sha256-HASH", text)
    return re.sub(r"(katex|math)\.[0-9a-f]{8,16}\.css", r"\1.HASH.css", text).encode()


def without_fingerprint(path: str) -> str:
    """A path in which a library's next version changes nothing."""
    path = re.sub(r"^(assets/(?:highlight|katex|math).*?\.)[0-9a-f]{8,16}\.", r"\1HASH.", path)
    return without_digest_of_picture(path)


def without_digest_of_picture(text: str) -> str:
    return CARD.sub("card.HASH.png", CODED_PICTURE.sub(r"\1HASH.\2", text))


def without_katex_html(text: str) -> str:
    """The text with each formula's HTML cut out, spans in spans and all; its MathML stays."""
    while (start := text.find('<span class="katex-html"')) >= 0:
        depth = 0
        for tag in re.finditer(r"<(/?)span\b", text[start:]):
            depth += -1 if tag[1] else 1
            if depth == 0:
                text = text[:start] + "…" + text[start + tag.end() + 1 :]
                break
    return text


def test_a_whole_site_is_as_it_was_agreed() -> None:
    built = build_site(DiskTree(GOLDEN / "source"), theme=MemoryTree({}))
    assert messages_of(built) == ""
    made = {
        without_fingerprint(output.path): readable(output.path, built.read(output))
        for output in built.outputs
    }
    if regenerating():
        shutil.rmtree(GOLDEN / "published", ignore_errors=True)
        for path, content in made.items():
            (GOLDEN / "published" / path).parent.mkdir(parents=True, exist_ok=True)
            (GOLDEN / "published" / path).write_bytes(content)
    assert made == read_tree(GOLDEN / "published")
