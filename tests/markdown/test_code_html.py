"""The HTML of code is what Pygments writes."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st
from pygments import format as format_tokens
from pygments.formatters.html import HtmlFormatter
from pygments.token import Comment, Keyword, Name, Text, Token, Whitespace, _TokenType

from site_gen.markdown.code_html import write_code
from site_gen.markdown.lexers import find_lexer

KINDS = (Token, Text, Whitespace, Keyword, Keyword.Type, Name, Name.Of.Our.Own, Comment.Single)
TOKENS = st.lists(st.tuples(st.sampled_from(KINDS), st.text(alphabet="ab<&>\"' \n\n", max_size=6)))
LANGUAGES = ("c", "console", "html", "json", "make", "markdown", "python", "rst", "rust", "yaml")


def check(tokens: list[tuple[_TokenType, str]]) -> None:
    html, text = write_code([(0, *token) for token in tokens], seconds=60)
    expected = format_tokens(tokens, HtmlFormatter(nowrap=True))
    assert text == "".join(value for _, value in tokens)
    # Pygments ends the last line; here it ends as the text does.
    assert html + "\n" * (text != "" and not text.endswith("\n")) == expected


@settings(max_examples=500)
@given(TOKENS)
@example([(Name, "a"), (Text, ""), (Name, "b\n\n"), (Keyword, "\nc")])
def test_any_tokens_are_written_as_pygments_writes_them(
    tokens: list[tuple[_TokenType, str]],
) -> None:
    check(tokens)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(LANGUAGES), st.text(alphabet="ab<&>'\"#$ \n\té`~:{}=-/*1", max_size=80))
def test_any_code_is_written_as_pygments_writes_it(language: str, code: str) -> None:
    lexer = find_lexer(language)
    assert lexer is not None
    check(list(lexer.get_tokens(code)))
