"""No text vanishes: each word of a document is on its page, or the build fails and says where."""

from __future__ import annotations

import re
from collections.abc import Iterator

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.markdown.rendering import FRONT_MATTER, fill_plainly, parse, parse_body

COUNTED = re.compile(r"w\d+w")


def words_on_page(html: str) -> set[str]:
    """The marked words that people can read: text, and what pictures and titles say."""
    fragment = html5lib.parseFragment(html, namespaceHTMLElements=False)
    texts = ["".join(fragment.itertext())]
    for element in fragment.iter():
        texts += [element.attrib.get(name, "") for name in ("alt", "title")]
    return set(COUNTED.findall(" ".join(texts)))


def assert_no_word_is_lost(body: str) -> None:
    document, diagnostics = parse_body(body)
    missing = set(COUNTED.findall(body)) - words_on_page(fill_plainly(document))
    assert not missing or diagnostics, f"{missing} vanished from {body!r}"


WRAPPERS = (
    "{}",
    "*{}*",
    "**{}**",
    "~~{}~~",
    "`{}`",
    "``{}``",
    "[{}](a.md)",
    "![{}](a.png)",
    "[{}]{{.b}}",
    "[{}][x]",
    "`{}`{{#i}}",
    "${}$",
    "$${}$$",
    '[a](b.md "{}")',
    "a[^f] {}",
    "{{% {} %}}",
    "{{{}}}",
    "[^{}]",
    "{{.a}} {}",
    "<b>{}</b>",
    "<!-- {} -->",
    "\\eqref{{{}}}",
    "{{token-rate}}`{}`",
)
BLOCKS = (
    "{}",
    "# {}",
    "{}\n===",
    "{}\n---",
    "- {}",
    "1. {}",
    "- [ ] {}",
    "> {}",
    "a\n: {}",
    "{} | a\n--|--\nb | c",
    "| a |\n|---|\n| b | {} |",
    "| a |\n|---|\n| {} |",
    "[^f]: {}",
    "[^g]: {}",
    "```text\n{}\n```",
    "```python\n{}",
    '```text title="{}"\na\n```',
    "    {}",
    "$$\n{}\n$$",
    "$$\n{}",
    "{{.a}}\n{}",
    "{{.a}} {}\n{{.b}}",
    ":::{{figure}} a.png\nalt: {}\n:::",
    ":::{{figure}} a.png\nalt: b\n\n{}\n:::",
    ":::{{figure}} a.png\n{}\n:::",
    ":::{{download}} a.zip\n{}\n:::",
    ":::{{download}} a.zip\nlabel: {}\n:::",
    ":::{{none}}\n{}\n:::",
    "::: {}\n:::",
    "{}\n:::",
    "<div>\n{}\n</div>",
    "[x]: y",
    "---\n{}\n---",
)
PREFIXES = (("> ", "> "), ("- ", "  "), ("1. ", "   "), (": ", "  "), ("[^f]: ", "    "), ("", ""))


@st.composite
def bodies(draw: st.DrawFn) -> str:
    """Blocks of marked words, nested and put one below the other in any way."""
    numbers: Iterator[int] = iter(range(10_000))
    blocks = []
    for _ in range(draw(st.integers(1, 6))):
        texts = []
        for _ in range(draw(st.integers(1, 3))):
            text = f"w{next(numbers)}w"
            for wrapper in draw(st.lists(st.sampled_from(WRAPPERS), max_size=2)):
                text = wrapper.format(text)
            texts.append(text)
        block = draw(st.sampled_from(BLOCKS)).format(draw(st.sampled_from(" \n")).join(texts))
        for first, rest in draw(st.lists(st.sampled_from(PREFIXES), max_size=3)):
            block = first + block.replace("\n", "\n" + rest)
        blocks.append(block)
    return draw(st.sampled_from(["\n", "\n\n"])).join(blocks) + "\n"


@settings(max_examples=300, deadline=None)
@given(bodies())
def test_each_word_is_on_the_page_or_there_is_an_error(body: str) -> None:
    assert_no_word_is_lost(body)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab \n\t`*_~[](){}<>!#$%^&:|\\-+=.1\"'>\r\x0c\u2028é日", max_size=60))
def test_any_text_is_parsed(text: str) -> None:
    parse_body(text)
    parse(text)
    parse("---\n" + text + "\n---\n")


@pytest.mark.parametrize("depth", [*range(1, 60), 80, 99, 100, 101, 102, 150, 200])
@pytest.mark.parametrize("marker", ["> ", "- ", "1. ", ": "])
def test_nesting_loses_no_word(marker: str, depth: int) -> None:
    if marker == ": ":
        assert_no_word_is_lost("w0w\n" + marker * depth + "w1w\n\nw2w\n")
        return
    assert_no_word_is_lost(marker * depth + "w1w\n\nw2w\n")
    indented = "".join(" " * len(marker) * level + f"- w{level}w\n" for level in range(depth))
    assert_no_word_is_lost(indented)


@pytest.mark.parametrize("depth", [1, 10, 48, 49, 50, 99, 100, 101, 200])
def test_nested_links_pictures_and_directives_lose_no_word(depth: int) -> None:
    assert_no_word_is_lost("[" * depth + "w1w" + "](a.md)" * depth)
    assert_no_word_is_lost("![" * depth + "w1w" + "](a.png)" * depth)
    assert_no_word_is_lost("[" * depth + "w1w" + "]{.a}" * depth)
    assert_no_word_is_lost("*" * depth + "w1w" + "*" * depth)
    opening = "".join(":" * (depth + 3 - n) + "{figure} a\nalt: w0w\n\n" for n in range(depth))
    closing = "".join(":" * (n + 4) + "\n" for n in range(depth))
    assert_no_word_is_lost(f"{opening}w1w\n\n{closing}\nw2w\n")


PATHOLOGICAL = {
    "strong in emphasis": "*a **a ",
    "closers": "a_ ",
    "openers": "_a ",
    "link closers": "a] ",
    "link openers": "[a ",
    "mismatched": "*a_ ",
    "brackets": "[ a_ ",
    "link in link": "[ (](",
    "pictures": "![[]()",
    "backticks": "`a``b",
    "backslashes": "\\",
    "nul": "a\x00",
    "empty links": "[](",
    "angles": "[a](<b",
    "comments": "<!-- a ",
    "instructions": "<?",
    "declarations": "<!A ",
    "entities": "&",
    "quotes": "> ",
    "lists": "- ",
    "headings": "# a\n",
    "rows": "a | b\n",
    "dollars": "$a$$ ",
    "formula blocks": "# a\n$$ b\n",
    "roles": "{a}`",
    "attributes": '`a`{b="',
    "spans": "[a]{.b ",
    "attribute lines": "{.a}\n",
    "footnotes": "[^a",
    "definitions": "[^a]: ",
    "directives": ":::{figure} a\n",
    "colons": ":::\n",
    "terms": "a\n: ",
    "references": "\\eqref{a",
}


@pytest.mark.parametrize("piece", PATHOLOGICAL.values(), ids=PATHOLOGICAL)
@pytest.mark.parametrize("raw_html", [False, True])
def test_a_long_run_of_anything_is_parsed(piece: str, raw_html: bool) -> None:
    document, _ = parse(FRONT_MATTER + piece * 3000, raw_html=raw_html)
    assert document is not None
