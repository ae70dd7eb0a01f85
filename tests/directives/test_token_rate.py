"""The figure of a calculation, what roles get of it, and all that can be wrong with either."""

import pytest

from tests.markdown.rendering import messages, parse_body, show_holes

GIVEN = {
    "model": "DeepSeek-V3-0324",
    "active parameters": "37B",
    "quantization": "2.42 bit",
    "memory": "12 x DDR5-6000",
}


def calculation(name: str = "deepseek", **changed: str) -> str:
    """A directive of nine lines at most; an option is changed or added by keyword."""
    options = GIVEN | {key.replace("_", " "): value for key, value in changed.items()}
    lines = "".join(f"{key}: {value}\n" for key, value in options.items())
    return f":::{{token-rate}} {name}\n{lines}:::\n"


def check_messages(body: str, expected: str) -> None:
    """Compare the messages about a body, whose first line is the file's fourth."""
    assert messages(parse_body(body)[1]) == expected


def render(body: str) -> str:
    """A good body's HTML, its holes in ⟦⟧."""
    document, diagnostics = parse_body(body)
    assert messages(diagnostics) == ""
    return show_holes(document)


def test_the_figure_shows_what_went_in_the_equations_and_the_reading() -> None:
    assert render(calculation(observed="4.6 token/s")) == (
        '<figure class="token-rate" id="⟦id deepseek⟧">\n'
        "<figcaption>DeepSeek-V3-0324 on 12 × DDR5-6000</figcaption>\n"
        '<dl class="inputs">\n'
        '<div><dt>active parameters</dt><dd><data value="37000000000">37B</data></dd></div>\n'
        '<div><dt>quantization</dt><dd><data value="2.42">2.42 bits</data></dd></div>\n'
        '<div><dt>memory channels</dt><dd><data value="12">12 channels</data></dd></div>\n'
        '<div><dt>memory speed</dt><dd><data value="6000000000">6 GT/s</data></dd></div>\n'
        "</dl>\n"
        '<dl class="steps">\n'
        "<div><dt>memory bandwidth</dt>"
        r"<dd>⟦math M = M_c \cdot 8 \cdot M_s = 12 \cdot 8 \cdot 6 = 576\ \text{GB/s}⟧</dd></div>"
        "\n<div><dt>data read per token</dt>"
        r"<dd>⟦math P \cdot Q = 37 \cdot 10^{9} \cdot 2.42 / 8 = 11.19\ \text{GB}⟧</dd></div>"
        "\n<div><dt>token rate with infinite compute</dt>"
        r"<dd>⟦math T = \frac{M}{P \cdot Q} = 576 / 11.19 \approx 51.46\ \text{tokens/s}⟧</dd>"
        "</div>\n</dl>\n"
        '<div class="reading">\n'
        '<p class="result"><data value="51.4630332812151">51.46 tokens/s</data> at most; '
        "memory bandwidth is the limit.</p>\n"
        '<p class="observation"><data value="4.6">4.6 tokens/s</data> observed; '
        'the bound is <data value="11.187615930698936">11.2 times</data> that.</p>\n'
        '<meter min="0" max="1" value="0.0894" '
        'aria-label="observed as a share of the bound">9%</meter>\n'
        "</div>\n"
        "</figure>\n"
    )


def test_without_an_observation_there_is_only_the_result() -> None:
    html = render(calculation())
    assert "memory bandwidth is the limit.</p>\n</div>\n</figure>" in html
    assert "observ" not in html


def test_compute_that_binds_is_the_limit_and_gives_the_result() -> None:
    html = render(calculation(compute="180B parameters/s", observed="4.6 token/s"))
    assert "<dt>compute throughput</dt>" in html
    assert r"= \min(51.46, 4.865) = 4.865\ \text{tokens/s}⟧" in html
    assert ">4.865 tokens/s</data> at most; compute is the limit." in html
    assert ">1.06 times</data> that." in html


def test_an_observation_above_the_bound_is_told_and_fills_the_bar() -> None:
    html = render(calculation(observed="60 token/s"))
    assert ">60 tokens/s</data> observed, which is above the bound: one of the inputs is" in html
    assert 'value="1.0000" aria-label="observed as a share of the bound">117%</meter>' in html


def test_names_of_model_and_memory_are_text() -> None:
    html = render(calculation(model="<b>R&D", memory="1792 GB/s"))
    assert "<figcaption>&lt;b&gt;R&amp;D on 1792 GB/s</figcaption>" in html


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("bound", "51.46\N{NO-BREAK SPACE}tokens/s"),
        ("bound.number", "51.46"),
        ("bandwidth.number", "576"),
        ("parameters", "37B"),
    ],
)
def test_a_role_before_its_directive_asks_for_a_figure_or_its_number(
    asked: str, shown: str
) -> None:
    html = render(f"At {{token-rate}}`deepseek.{asked}`.\n\n{calculation()}")
    assert html.startswith('<p>At <data value="')
    assert html.partition("</data>.</p>")[0].endswith(f'">{shown}')


def test_a_role_asks_for_an_equation() -> None:
    html = render(f"{{token-rate}}`deepseek.bandwidth.equation`\n\n{calculation()}")
    assert html.startswith(
        r'<p><data value="576000000000">⟦math 12 \cdot 8 \cdot 6 = 576\ \text{GB/s}⟧</data></p>'
    )


def test_a_figure_in_the_text_tells_where_it_came_from() -> None:
    html = render(f"{{token-rate}}`deepseek.bytes`\n\n{calculation()}")
    assert 'title="data read per token: P · Q = 37B × 2.42 bit / 8"' in html


def test_everything_that_is_missing_is_asked_for() -> None:
    caret = "4 | :::{token-rate} deepseek\n  | ^^^^^^^^^^^^^^^^^^^^^^^^\n"
    check_messages(
        ":::{token-rate} deepseek\n:::\n",
        "".join(
            f"content/a.md:4:1: `{option}` is missing\n{caret}hint: add `{option}: {example}`\n"
            for option, example in sorted(GIVEN.items())
        ),
    )


@pytest.mark.parametrize(
    ("option", "text", "expected"),
    [
        (
            "active_parameters",
            "37 GB",
            "content/a.md:6:20: `active parameters`: `37 GB` is an amount of data, "
            "not a parameter count\n"
            "6 | active parameters: 37 GB\n"
            "  |                    ^^^^^\n"
            "hint: a parameter count is a plain number, where B is billion, for example `37B`\n",
        ),
        (
            "quantization",
            "2,42 bit",
            "content/a.md:7:16: `quantization`: `2,42 bit` has a comma in its number\n"
            "7 | quantization: 2,42 bit\n"
            "  |                ^\n"
            "hint: write `.` before decimals and nothing between thousands\n",
        ),
        (
            "memory",
            "12 x DDR5-600000",
            "content/a.md:8:19: `memory`: there is no `DDR5-600000`\n"
            "8 | memory: 12 x DDR5-600000\n"
            "  |                   ^^^^^^\n"
            "hint: DDR5 runs at 3200 to 13000 MT/s\n",
        ),
        (
            "compute",
            "400 GB/s",
            "content/a.md:9:10: `compute`: `400 GB/s` is data per time, not a compute throughput\n"
            "9 | compute: 400 GB/s\n"
            "  |          ^^^^^^^^\n"
            "hint: a compute throughput is parameters per time, for example `400e9 parameter/s`\n",
        ),
        (
            "observed",
            "4.6 tokns/s",
            "content/a.md:9:15: `observed`: `tokns/s` is not a unit that is known here\n"
            "9 | observed: 4.6 tokns/s\n"
            "  |               ^^^^^^^\n"
            "hint: did you mean `tokens/s`?\n",
        ),
    ],
)
def test_a_wrong_quantity_is_pointed_at_and_its_roles_say_no_more(
    option: str, text: str, expected: str
) -> None:
    body = f"{calculation(**{option: text})}\n{{token-rate}}`deepseek.bound`\n"
    check_messages(body, expected)


def test_a_place_counts_from_the_line_s_beginning_in_a_quotation_too() -> None:
    quoted = "".join(f"> {line}\n" for line in calculation(memory="576 GB").splitlines())
    check_messages(
        quoted,
        "content/a.md:8:11: `memory`: `576 GB` is an amount of data, not a memory bandwidth\n"
        "8 | > memory: 576 GB\n"
        "  |           ^^^^^^\n"
        "hint: a memory bandwidth is data per time, for example `576 GB/s`\n",
    )


def test_two_calculations_of_one_name_are_refused_and_the_first_is_kept() -> None:
    second = calculation(memory="8 x DDR5-6000")
    check_messages(
        f"{calculation()}\n{second}\n{{token-rate}}`deepseek.bound`",
        "content/a.md:11:17: there are two calculations named `deepseek`\n"
        "11 | :::{token-rate} deepseek\n"
        "   |                 ^^^^^^^^\n",
    )


@pytest.mark.parametrize("name", ["4.6", "deep seek", "deepseek.v3", "-"])
def test_a_name_that_roles_cannot_use_is_refused(name: str) -> None:
    check_messages(
        calculation(name),
        "content/a.md:4:17: the calculation has no usable name\n"
        f"4 | :::{{token-rate}} {name}\n"
        f"  |                 {'^' * len(name)}\n"
        "hint: give it a name that roles can use: `:::{token-rate} deepseek`\n",
    )


def test_a_calculation_without_a_name_is_refused() -> None:
    check_messages(
        calculation("").replace("} \n", "}\n"),
        "content/a.md:4:1: the calculation has no usable name\n"
        "4 | :::{token-rate}\n"
        "  | ^^^^^^^^^^^^^^^\n"
        "hint: give it a name that roles can use: `:::{token-rate} deepseek`\n",
    )


@pytest.mark.parametrize(
    ("asked", "message", "hint"),
    [
        ("deepsek.bound", "there is no calculation named `deepsek`", "did you mean `deepseek`?"),
        ("deepseek.bond", "`deepseek` has no figure `bond`", "did you mean `bound`?"),
        ("deepseek.bound.numbr", "a figure has no part `numbr`", "did you mean `number`?"),
        ("deepseek.bound.tex", "a figure has no part `tex`", "known: `equation`, `number`"),
        (
            "deepseek.memory.equation",
            "`deepseek` has no figure `memory`",
            "known: `bandwidth`, `bound`, `bytes`, `channels`, `parameters`, `quantization`, "
            "`speed`",
        ),
        (
            "deepseek.speed.equation",
            "`deepseek.speed` is given and has no equation",
            "write `deepseek.speed`",
        ),
    ],
)
def test_a_role_that_asks_for_what_is_not_there_gets_the_nearest(
    asked: str, message: str, hint: str
) -> None:
    role = f"{{token-rate}}`{asked}`"
    check_messages(
        f"At {role}\n\n{calculation()}",
        f"content/a.md:4:4: {message}\n4 | At {role}\n  |    {'^' * len(role)}\nhint: {hint}\n",
    )


def test_without_any_calculation_a_role_is_told_to_define_one() -> None:
    check_messages(
        "{token-rate}`deepseek.bound`",
        "content/a.md:4:1: there is no calculation named `deepseek`\n"
        "4 | {token-rate}`deepseek.bound`\n"
        "  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "hint: define it with `:::{token-rate} deepseek`\n",
    )


@pytest.mark.parametrize("asked", ["deepseek.bond", "deepseek.bound.numbr"])
def test_hints_that_take_a_search_end_in_a_document_full_of_mistakes(asked: str) -> None:
    document = f"{calculation()}\n" + f"{{token-rate}}`{asked}`\n" * 60
    _, diagnostics = parse_body(document)
    assert sum(bool(diagnostic.hint) for diagnostic in diagnostics) == 50
    assert len(diagnostics) == 60


def test_a_heading_of_the_same_name_makes_way_for_the_figure() -> None:
    document, diagnostics = parse_body(f"## deepseek\n\n{calculation()}\n## Deepseek\n")
    assert messages(diagnostics) == ""
    assert [heading.anchor for heading in document.headings] == ["deepseek-2", "deepseek-3"]
    assert 'id="⟦id deepseek⟧"' in show_holes(document)


def test_a_heading_cannot_claim_the_figure_s_id() -> None:
    check_messages(
        f"## The case {{#deepseek}}\n\n{calculation()}",
        "content/a.md:4: the id `deepseek` is given twice\n4 | ## The case {#deepseek}\n",
    )
