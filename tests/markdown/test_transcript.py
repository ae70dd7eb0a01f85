"""Transcripts: documents as plain Markdown that any reader of CommonMark understands."""

from __future__ import annotations

import re

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from site_gen.markdown.fill import AssetTarget, OutsideTarget, OwnTarget, PageTarget, Target, View
from site_gen.markdown.fill_transcript import fill_transcript
from site_gen.model import Asset, Document, Reference
from tests.injection import parse_fragment
from tests.markdown.rendering import (
    check_triples,
    fill_plainly,
    messages,
    parse_body,
    parse_good,
    show_transcript,
)

READER = MarkdownIt("commonmark").enable("table")
WORD = re.compile(r"w[0-9]+e")
ADDRESS = "https://example.org/"


def render(body: str) -> str:
    document, diagnostics = parse_body(body)
    return messages(diagnostics) + show_transcript(document)


def find_target(reference: Reference) -> Target:
    """Where a reference could lead."""
    if reference.is_outside:
        return OutsideTarget(reference.target)
    if not reference.path:
        return OwnTarget(reference.fragment)
    if reference.path.endswith(".md"):
        return PageTarget(f"/{reference.path.removesuffix('.md')}/", reference.fragment)
    return AssetTarget(Asset(reference.path, f"/{reference.path}", 1, "0" * 64, 1, 1))


def transcribe(document: Document) -> str:
    targets = [find_target(reference) for reference in document.references]
    view = View(base=ADDRESS.rstrip("/"), own_url="/a/")
    return fill_transcript(document.transcript, "/a/", targets, view)


def text_of(html: str) -> str:
    return "".join(parse_fragment(html).itertext())


def alternatives(html: str) -> str:
    """What is said of pictures."""
    return " ".join(re.findall('alt="([^"]*)"', html))


def test_transcripts_come_out_as_their_fixtures_say() -> None:
    check_triples("transcripts", render)


def test_what_cannot_be_seen_makes_no_other_transcript() -> None:
    spaced = parse_good("\n\na\n\n\n```text\nb\n```\n\n\n\n- c   \n\n\n")
    assert spaced.transcript == parse_good("a\n\n```text\nb\n```\n\n- c").transcript


def test_a_document_with_mistakes_has_no_transcript() -> None:
    document, diagnostics = parse_body(":::{figure} a.png\n:::")
    assert diagnostics
    assert document.transcript == ()


def test_addresses_are_whole_and_stay_targets() -> None:
    document = parse_good("[a](b.md#c) [d](<e (f).csv>) [g](#h) ![i](j.png)\n\n## h")
    assert transcribe(document) == (
        f"[a]({ADDRESS}b/#c) [d](<{ADDRESS}e%20(f).csv>) [g]({ADDRESS}a/#h) "
        f"![i]({ADDRESS}j.png)\n\n## h\n"
    )


def test_downloads_say_what_they_are() -> None:
    document = parse_good(":::{download} a.csv\nlabel: the [data]\n:::")
    assert transcribe(document) == (
        f"[the \\[data\\]]({ADDRESS}a.csv) (a.csv, 1 byte, SHA-256 `{'0' * 64}`)\n"
    )


# Any document at all


class Words:
    """Words that stand nowhere else, to look for afterwards."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> str:
        self.count += 1
        return f"w{self.count}e"


INLINES = (
    "{}",
    "*{}* `{}`{{.x}}",
    "[{}]{{lang=de}}",
    "[{}](b.md)",
    '[{}](<c d.csv> "{}")',
    "[{}][here]",
    "![{} *{}*](e.png){{.x}}",
    "<b>{}</b> <{} &amp; \\<{}>",
    "{}[^note]",
    "{}\n{}",
    "{}\\\n{}",
    "&lt;{}&gt; \\[{}\\](x)",
    "{{token-rate}}`rate.bound` {}",
    "![{} {{token-rate}}`rate.bytes`](f.png)",
)
BLOCKS = (
    "{}",
    "## {c} {{#x{n}}}",
    "{c}\n{c} {{.x}}\n---",
    "{{.x}}\n{}",
    "- {}\n- {}\n\n  {}",
    "3. {}\n   {}",
    "> {}\n{}",
    "{}\n: {}\n\n  {}",
    "{}\n\n~ {}\n~ {}",
    '```text title="{t}"\n{t}\n\n\n  {t}\n```',
    "    {t}\n\n\n    {t}",
    "| {c} | {c} |\n|---|---|\n| {c} | {c} |",
    ":::{{figure}} g.png\nalt: {t} [x]\n\n{}\n:::",
    ":::{{figure}} g.png\nalt: {t}\n:::",
    ":::{{download}} h.csv\nlabel: {t}\n:::",
    "::::{{figure}} g.png\nalt: {t}\n\n{}\n:::{{download}} h.csv\n:::\n{}\n::::",
    "<div>\n{}",
    "***",
    "[x{n}]: i.md\n{}",
)
"""`{}` is inline text, `{c}` the same on one line, `{t}` plain text, `{n}` a number."""
CONTAINERS = (
    ("", ""),
    ("> ", "> "),
    ("- ", "  "),
    ("10. ", "    "),
    (">   ", ">"),
    ("> - ", ">   "),
)
"""What stands before the first line of what is inside, and before the others."""
ENDING = """

:::{token-rate} rate
model: m
active parameters: 1B
quantization: 8 bit
memory: 100 GB/s
:::

[^note]: the note

    and more[^note]

[here]: https://example.com/
"""


@st.composite
def documents(draw: st.DrawFn) -> str:
    words, parts = Words(), []
    for _ in range(draw(st.integers(1, 6))):
        block = draw(st.sampled_from(BLOCKS))
        text = re.sub(r"\{([ctn]?)\}|\{\{|\}\}", lambda found: fill_slot(found, words, draw), block)
        first, rest = draw(st.sampled_from(CONTAINERS))
        lines = text.split("\n")
        parts.append("\n".join([first + lines[0], *(rest + line for line in lines[1:])]))
    gap = draw(st.sampled_from(("\n\n", "\n\n\n\n", "\n")))
    return gap.join(parts) + ENDING


def fill_slot(found: re.Match[str], words: Words, draw: st.DrawFn) -> str:
    match found[0]:
        case "{{":
            return "{"
        case "}}":
            return "}"
        case "{n}" | "{t}":
            return words()
        case _:
            text = draw(st.sampled_from(INLINES))
            text = text.replace("\\\n", " ").replace("\n", " ") if found[1] == "c" else text
            return re.sub(r"\{\}|\{\{|\}\}", lambda each: fill_slot_of_text(each, words), text)


def fill_slot_of_text(found: re.Match[str], words: Words) -> str:
    return words() if found[0] == "{}" else found[0][0]


@settings(max_examples=300, deadline=None)
@given(documents())
def test_a_transcript_says_all_that_the_page_says(body: str) -> None:
    document, diagnostics = parse_body(body)
    assume(not diagnostics)  # what two blocks in a row mean together may be wrong
    page = re.sub("<math>.*?</math>", "", fill_plainly(document))
    html = READER.render(transcribe(document))
    assert sorted(WORD.findall(text_of(html))) == sorted(WORD.findall(text_of(page)))
    assert sorted(WORD.findall(alternatives(html))) == sorted(WORD.findall(alternatives(page)))
    for syntax in ("{", ":::", "token-rate"):  # which stays where it means nothing
        assert text_of(html).count(syntax) == text_of(page).count(syntax)
    assert not re.findall(r'(?:href|src)="(?!https?://)', html)
