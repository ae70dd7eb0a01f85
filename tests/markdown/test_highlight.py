"""Code comes out as it went in, whatever colours it."""

from __future__ import annotations

import html5lib
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from site_gen.markdown.highlight import CodeInfo, parse_info, render_code, stylesheet
from tests.markdown.rendering import fill_plainly, messages, parse_body

LANGUAGES = ("", "text", "python", "console", "html", "c++", "yaml", "diff", "php", "rst")
CODE = st.text(alphabet="ab<&>'\"#$ \n\t\x0c\x0b\x85\u2028\u2029\ufeff日é`~:{}=-", max_size=80)


def text_of(html: str) -> str:
    """The text of a page's code, as a browser shows it."""
    page = html5lib.parseFragment(html, namespaceHTMLElements=False)
    return "".join("".join(code.itertext()) for code in page.iter("code"))


@settings(max_examples=300, deadline=None)
@given(CODE, st.sampled_from(LANGUAGES), st.booleans())
@example("\n\n a \n\n", "python", True)
@example("\ufeffx\n", "python", False)
@example("", "python", True)
@example("a", "python", True)
@example("a\x0cb\n", "html", True)
def test_each_character_is_kept(code: str, language: str, is_numbered: bool) -> None:
    info = CodeInfo(language, marked=((1, 2),), first_number=1 if is_numbered else None)
    assert text_of(render_code(code, info)[0]) == code


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("```python\n\n\nx \n\n```\n", "\n\nx \n\n"),
        ("```python\nx", "x"),
        ("```python\r\nx\r\ny\r\n```\r\n", "x\ny\n"),
        ("```python\n```\n", ""),
        ("```text\na\u2028b\x85c\n```\n", "a\u2028b\x85c\n"),
        ("> ```text\n>   a\n> ```\n", "  a\n"),
        ("- ```text\n\n  a\n  ```\n", "\na\n"),
    ],
)
def test_a_fence_keeps_its_lines(body: str, code: str) -> None:
    document, diagnostics = parse_body(body)
    assert not diagnostics
    assert text_of(fill_plainly(document)) == code


def test_a_block_without_a_last_line_break_has_each_line_in_it() -> None:
    document, _ = parse_body("```text {1} linenos\na\nb")
    assert text_of(fill_plainly(document)) == "a\nb"


def test_marked_lines_are_merged_and_in_order() -> None:
    assert parse_info("python {7,1-3,2-5}")[0].marked == ((1, 5), (7, 7))


def test_both_styles_are_in_the_stylesheet_the_dark_one_under_its_condition() -> None:
    light, dark = stylesheet("xcode", "github-dark").split("@media (prefers-color-scheme: dark)")
    assert ".highlight .k " in light
    assert ".highlight .k " in dark


def plain(code: str) -> str:
    opening = '<pre class="highlight" tabindex="0" role="group" aria-label="Code">'
    return f'{opening}<code class="language-c">{code}</code></pre>\n'


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("x" * 10_001, "code with a line of more than 10,000 characters is not highlighted"),
        ("int x;\n" * 14_286, "code of more than 100,000 characters is not highlighted"),
        ("\n" * 60_000, "highlighting would take more than 2 s, so this code has none"),
    ],
    ids=["long line", "long", "slow"],
)
def test_code_that_could_hang_the_build_stays_plain(code: str, why: str) -> None:
    assert render_code(code, CodeInfo("c")) == (plain(code), why)


def test_code_that_stays_plain_is_a_warning_at_its_fence() -> None:
    _, diagnostics = parse_body(f"> ```c\n> {'x' * 10_001}\n> ```\n")
    assert messages(diagnostics) == (
        "content/a.md:4:3: warning: code with a line of more than 10,000 characters is not "
        "highlighted\n4 | > ```c\n  |   ^^^^\nhint: show less of it, or write `text` behind the "
        "fence\n"
    )
