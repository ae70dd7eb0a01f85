"""Joined patterns find the tokens that Pygments finds with one pattern after the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pygments.lexer import RegexLexer

from site_gen.markdown.lexers import find_joined, find_lexer, find_one_by_one

ROOT = Path(__file__).parent.parent.parent
LANGUAGES = (
    *("bash", "c", "c++", "cmake", "css", "cuda", "diff", "docker", "elixir", "glsl", "go"),
    *("haskell", "html", "ini", "java", "javascript", "julia", "kotlin", "latex", "llvm", "lua"),
    *("nasm", "nginx", "ocaml", "perl", "php", "postgresql", "powershell", "python", "r", "rst"),
    *("rust", "scala", "scss", "sql", "swift", "toml", "typescript", "vim", "xml", "zig"),
)
CODE = st.text(
    alphabet="aeifx_ABE019 \n\n\t\"\"''`#$%&@!?/*\\|<>()[]{}=+-.,:;~^é\u2028", max_size=200
)
WORDS = st.lists(
    st.sampled_from(
        (
            *("if", "def", "class", "import", "from", "for", "let", "int", "f(", "end", "<a href="),
            *(
                " ",
                "\n",
                "    ",
                "\t",
                "#",
                "//",
                "/*",
                "*/",
                '"',
                "'",
                '"""',
                "f'{",
                "}",
                "${",
                "0x1f",
            ),
            *(
                "1.5e3",
                "=>",
                "<<EOF\n",
                "EOF\n",
                "#if 0\n",
                "#endif\n",
                "(",
                ")",
                "[",
                "]",
                ";",
                "x",
                "é",
            ),
        )
    ),
    max_size=60,
).map("".join)


def check(language: str, code: str) -> None:
    lexer = find_lexer(language)
    assert isinstance(lexer, RegexLexer)
    assert list(find_joined(lexer, code)) == list(find_one_by_one(lexer, code)), (language, code)


def real_files() -> Iterator[Path]:
    for folder in ("site_gen/markdown", "static/assets", "templates", "docs"):
        yield from (path for path in (ROOT / folder).iterdir() if path.is_file())
    yield from ROOT.glob("*.toml")


FILES = [path.read_text("utf-8")[:4000] for path in sorted(real_files()) if path.suffix != ".png"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_real_files_come_out_the_same_in_any_language(language: str) -> None:
    for code in FILES[::3]:
        check(language, code)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(LANGUAGES), CODE | WORDS)
def test_any_code_comes_out_the_same(language: str, code: str) -> None:
    check(language, code)


def test_a_lexer_that_has_read_much_gives_the_same_html_as_before() -> None:
    lexer = find_lexer("python")
    assert lexer is not None
    code = "def f(x: int) -> str:\n    return f'{x!r:>{w}}'  # é\n" * 10
    first = list(lexer.get_tokens(code))
    for _ in range(60):
        assert list(lexer.get_tokens(code)) == first


def test_an_unknown_language_has_no_lexer() -> None:
    assert find_lexer("klingon") is None
