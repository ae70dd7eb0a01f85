"""Node as a sidecar: what it renders, what it refuses, and what survives when it hangs or dies."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from site_gen.setup import node_executable
from site_gen.sidecar import (
    Formula,
    Limits,
    MathError,
    MathResult,
    RenderedMath,
    Sidecar,
    SidecarError,
)
from site_gen.sidecar.protocol import Request

ROOT = Path(__file__).resolve().parents[2]
# Takes KaTeX far longer than the limit: some thousand expansions of ten thousand characters each.
SLOW = r"\def\a{" + "{x}" * 3000 + r"}" + r"\a" * 950


@pytest.fixture(scope="module")
def sidecar() -> Iterator[Sidecar]:
    with Sidecar(node_executable, ROOT) as sidecar:
        yield sidecar


def inline(tex: str, page: str = "", **macros: str) -> Formula:
    return Formula(tex, False, tuple((f"\\{name}", body) for name, body in macros.items()), page)


def html(result: MathResult) -> str:
    assert isinstance(result, RenderedMath), result
    return result.html


def error(sidecar: Sidecar, tex: str, **macros: str) -> MathError:
    (result,) = sidecar.render_math([Formula(tex, True, inline(tex, **macros).macros)])
    assert isinstance(result, MathError)
    return result


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def test_a_formula_becomes_html_and_mathml(sidecar: Sidecar) -> None:
    shown, flowing = map(html, sidecar.render_math([Formula("x^2", True), Formula("x^2", False)]))
    assert "<math" in flowing
    assert 'class="katex-html"' in flowing
    assert shown.startswith('<span class="katex-display">')
    assert "katex-display" not in flowing


def test_nothing_to_render_starts_no_process() -> None:
    with Sidecar(lambda: Path("no such node"), ROOT) as sidecar:
        assert sidecar.render_math([]) == []
        assert sidecar.pid is None


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"a \foo b", MathError(r"undefined control sequence: \foo", 2, 4)),
        (r"😀 \foo", MathError(r"undefined control sequence: \foo", 2, 4)),
        ("x^", MathError("expected group after '^'", 1, 1)),
        ("x^2^3", MathError("double superscript", 3, 1)),
        ("{x", MathError("expected '}', got 'EOF'", 2, 0)),
        (
            r"\textbf{\texttt{x}}",
            MathError(
                "KaTeX has no font Typewriter-Bold",
                hint="ask for less of bold, italic and family together",
            ),
        ),
        (r"\mine", MathError(r"undefined control sequence: \foo")),
        (
            r"x \href{https://example.org}{y}",
            MathError(
                r"`\href` is not allowed inside math",
                2,
                5,
                "links and pictures go around the formula, in Markdown",
            ),
        ),
    ],
)
def test_bad_tex_is_an_error_at_its_place(sidecar: Sidecar, tex: str, expected: MathError) -> None:
    assert error(sidecar, tex, mine=r"xxx\foo") == expected


def test_what_latex_would_refuse_is_a_warning(sidecar: Sidecar) -> None:
    (result,) = sidecar.render_math([inline("漢")])
    assert isinstance(result, RenderedMath)
    assert [(w.code, w.message) for w in result.warnings] == [
        ("unicodeTextInMathMode", 'unicode text character "漢" used in math mode'),
    ]


def test_what_tex_prints_is_a_warning_and_no_reply(sidecar: Sidecar) -> None:
    loud, plain = sidecar.render_math([inline(r"\message{hello}x"), inline("y")])
    assert isinstance(loud, RenderedMath)
    assert loud.warnings[0].message == "hello"
    assert isinstance(plain, RenderedMath)
    assert plain.warnings == ()


def test_global_definitions_hold_on_their_page_from_there_on(sidecar: Sidecar) -> None:
    before, _, after, elsewhere = sidecar.render_math(
        [
            inline(r"\mine", "one"),
            inline(r"\gdef\mine{q}", "one"),
            inline(r"\mine", "one"),
            inline(r"\mine", "two"),
        ]
    )
    assert isinstance(before, MathError)
    assert isinstance(elsewhere, MathError)
    assert ">q<" in html(after)


def test_a_formula_that_fails_defines_nothing(sidecar: Sidecar) -> None:
    _, result = sidecar.render_math([inline(r"\gdef\mine{q} {"), inline(r"\mine")])
    assert isinstance(result, MathError)


def test_the_order_of_pages_does_not_matter(sidecar: Sidecar) -> None:
    pages = [
        [
            Formula(rf"\gdef\v{{{n}}}", True, (("\\w", r"\gdef\u{w}"),), f"page {n}"),
            Formula(r"\v + \w + \tag{1}", True, (("\\w", r"\gdef\u{w}"),), f"page {n}"),
            Formula(r"\u", True, (("\\w", r"\gdef\u{w}"),), f"page {n}"),
            Formula(r"\v + \u", True, (), f"page {n % 3}"),
        ]
        for n in range(12)
    ]
    digests = set()
    for seed in range(5):
        order = random.Random(seed).sample(pages, len(pages))
        results = sidecar.render_math([formula for page in order for formula in page])
        by_page = {page[0].page: results[4 * n : 4 * n + 4] for n, page in enumerate(order)}
        digests.add(hashlib.sha256(repr(sorted(by_page.items())).encode()).hexdigest())
    assert len(digests) == 1


HOSTILE = {
    "sum": "x+" * 40_000,
    "sum within the input limit": "x+" * 9_999,
    "unclosed braces": "{" * 19_000,
    "braces": "{" * 9_000 + "}" * 9_000,
    "fractions": r"\frac{" * 2_500 + "}" * 2_500,
    "roots": r"\sqrt{" * 2_500 + "}" * 2_500,
    "scripts": "x" + "^{x" * 4_000 + "}" * 4_000,
    "accents": r"\hat{" * 3_000 + "}" * 3_000,
    "delimiters": r"\left(" * 1_300 + r"\right)" * 1_300,
    "cells": r"\begin{matrix}" + "&" * 19_000 + r"\end{matrix}",
    "endless macro": r"\def\a{\a}\a",
    "doubling macro": r"\def\a{\a\a}\a",
    "two macros": r"\def\a{\b}\def\b{\a}\a",
    "endless let": r"\let\a=\b\def\b{\a\b}\b",
    "exponential edef": r"\edef\a{xxxxxxxxxx}" + r"\edef\a{\a\a\a\a\a\a\a\a\a\a}" * 9,
    "accented letters": "é" * 19_000,
    "binomials": r"\genfrac(){1em}0xy" * 1_100,
    "script link": r"\href{javascript:alert(1)}{x}",
    "style": r"\htmlStyle{position:fixed}{x}",
    "odd link": r"\url{java&#58;script}",
    "control character": "x\x00y",
    "lone backslash": "\\",
    "tags": r"\tag{1}\tag{2}",
}


def test_hostile_formulas_are_errors_each_and_harm_no_other(sidecar: Sidecar) -> None:
    good = [inline(f"x_{{{n}}}") for n in range(len(HOSTILE))]
    formulas = [f for n, tex in enumerate(HOSTILE.values()) for f in (Formula(tex, True), good[n])]
    results = sidecar.render_math(formulas)
    rendered = {name for name, bad in zip(HOSTILE, results[::2], strict=True) if not is_error(bad)}
    assert rendered == set()
    assert results[1::2] == sidecar.render_math(good)


def is_error(result: MathResult) -> bool:
    return isinstance(result, MathError)


def test_macros_of_a_page_are_bounded_together(sidecar: Sidecar) -> None:
    assert error(sidecar, "x", a="x" * 15_000, b="x" * 15_000).message == (
        "the page's macros: 30004 characters, more than 20000"
    )


def test_a_formula_that_takes_too_long_is_an_error_and_the_rest_of_its_page_is_not() -> None:
    with Sidecar(node_executable, ROOT, Limits(seconds=0.4)) as sidecar:
        _, before, slow, after, other = sidecar.render_math(
            [
                inline(r"\gdef\mine{q}", "one"),
                inline(r"\mine", "one"),
                inline(SLOW, "one"),
                inline(r"\mine", "one"),
                inline("x", "two"),
            ]
        )
    assert slow == MathError("took longer than 0.4 s", hint="make it shorter or simpler")
    assert ">q<" in html(before)
    assert ">q<" in html(after)
    assert ">x<" in html(other)


def test_a_formula_that_takes_too_much_memory_is_an_error_and_the_next_is_not() -> None:
    limits = Limits(heap_megabytes=16, seconds=30)
    with Sidecar(node_executable, ROOT, limits) as sidecar:
        greedy, other = sidecar.render_math([inline(SLOW), inline("x")])
    assert isinstance(greedy, MathError)
    assert greedy.message == "took more memory than 16 MB"
    assert ">x<" in html(other)


def test_too_many_losses_end_the_batch() -> None:
    with Sidecar(node_executable, ROOT, Limits(seconds=0.2, losses=3)) as sidecar:
        results = sidecar.render_math([inline(SLOW + str(n)) for n in range(9)])
    messages = [result.message for result in results if isinstance(result, MathError)]
    assert messages[:2] == ["took longer than 0.2 s"] * 2
    assert messages[2:] == ["not rendered, because Node hung or died 3 times before"] * 7


def test_a_process_killed_from_outside_is_replaced(sidecar: Sidecar) -> None:
    sidecar.render_math([inline("x")])
    first = sidecar.pid
    assert first is not None
    os.kill(first, 9)
    assert ">y<" in html(sidecar.render_math([inline("y")])[0])
    assert sidecar.pid != first
    assert not is_running(first)


def test_a_process_killed_in_the_middle_loses_nothing(
    sidecar: Sidecar, monkeypatch: pytest.MonkeyPatch
) -> None:
    formulas = [inline(f"x_{{{n}}}") for n in range(500)]
    expected = sidecar.render_math(formulas)
    original = Sidecar._receive
    kills = iter([True])

    def receive(self: Sidecar, process: object, kind: str, place: int) -> object:
        if place == 300 and next(kills, False) and self.pid:
            os.kill(self.pid, 9)
        return original(self, process, kind, place)  # type: ignore[arg-type]

    monkeypatch.setattr(Sidecar, "_receive", receive)
    assert sidecar.render_math(formulas) == expected


def test_no_process_is_left_behind() -> None:
    pids = []

    def fail() -> None:
        with Sidecar(node_executable, ROOT) as sidecar:
            sidecar.render_math([inline("x")])
            pids.append(sidecar.pid)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert pids[0]
    assert not is_running(pids[0])


def test_the_process_ends_when_its_parent_is_killed() -> None:
    script = (
        "import sys; from pathlib import Path; from site_gen.sidecar import *\n"
        "from site_gen.setup import node_executable\n"
        "sidecar = Sidecar(node_executable, Path(sys.argv[1]))\n"
        "sidecar.render_math([Formula('x', False)])\n"
        "print(sidecar.pid, flush=True); input()\n"
    )
    command = [sys.executable, "-c", script, str(ROOT)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 20
    while is_running(pid) and time.monotonic() < deadline:
        pass
    assert not is_running(pid)


def test_a_missing_katex_says_what_to_do(tmp_path: Path) -> None:
    with Sidecar(node_executable, tmp_path) as sidecar, pytest.raises(SidecarError) as caught:
        sidecar.render_math([inline("x")])
    assert caught.value.message == f"KaTeX is not in `{tmp_path / 'node_modules'}`"
    assert caught.value.hint == "run `site-gen setup`"


def test_a_missing_node_says_which(tmp_path: Path) -> None:
    with Sidecar(lambda: tmp_path / "node", ROOT) as sidecar, pytest.raises(SidecarError) as caught:
        sidecar.render_math([inline("x")])
    assert caught.value.message.startswith(f"cannot start Node: `{tmp_path / 'node'}`: ")


def test_an_unknown_kind_of_request_is_refused(sidecar: Sidecar) -> None:
    with pytest.raises(SidecarError, match="unknown kind of request: zip"):
        sidecar.exchange([Request("zip", (0,), ({},), {})])


def test_the_environment_does_not_reach_node(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODE_OPTIONS", "--no-such-option")
    with Sidecar(node_executable, ROOT) as sidecar:
        assert ">x<" in html(sidecar.render_math([inline("x")])[0])


def test_a_process_that_has_grown_large_rests_and_another_takes_its_place(
    sidecar: Sidecar, monkeypatch: pytest.MonkeyPatch
) -> None:
    (before,) = sidecar.render_math([inline("x")])
    small = sidecar.pid
    sidecar.rest()
    assert sidecar.pid == small
    monkeypatch.setattr("site_gen.sidecar.sidecar._ITEMS_OF_LARGE", 0)
    sidecar.rest()
    assert sidecar.pid is None
    assert sidecar.render_math([inline("x")]) == [before]
    sidecar.rest()
