"""Tables of token rates: their rows, their order, their figures, and all that can be wrong."""

import re

import pytest

from site_gen.directives.facts import Facts
from site_gen.directives.registry import make_registry
from site_gen.directives.token_rate.columns import natural_key
from site_gen.lock.model import Lock, LockedCalculation, LockedFigure
from tests.markdown.rendering import messages, parse_body, parse_good, show_holes

GIVEN = {
    "devices": "RTX 4090, 2 x RTX 3090",
    "models": "Llama-3.1-8B",
    "quantizations": "Q4_K_M",
}
NUMBER = re.compile(r'<data value="[^"]+">([^<]*)</data>')


def table(name: str = "gpus", **changed: str) -> str:
    """A directive; an option is changed or added by keyword."""
    options = GIVEN | {key.replace("_", " "): value for key, value in changed.items()}
    lines = "".join(f"{key}: {value}\n" for key, value in options.items() if value)
    return f":::{{token-rate-table}} {name}\n{lines}:::\n"


def render(body: str) -> str:
    """A good body's table with its caption, without where its values come from."""
    return show_holes(parse_good(body)).partition("<details")[0]


def rows_of(body: str) -> list[str]:
    """The cells of each row of the body's table, without the numbers in them."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", render(body))[1:]
    return [
        re.sub(r"<[^>]*>", "", re.sub("</t[hd]>", " | ", row)).removesuffix(" | ") for row in rows
    ]


def figures_of(body: str) -> list[str]:
    """The names of all figures that a body publishes."""
    return [figure.name for each in parse_good(body).calculations for figure in each.figures]


def check_messages(body: str, expected: str) -> None:
    """Compare the messages about a body, whose first line is the file's fourth."""
    assert messages(parse_body(body)[1]) == expected


def test_a_row_for_each_device_with_what_they_share_in_the_caption() -> None:
    html = NUMBER.sub("#", render(table(context="8K", batch="2", caption="Two <desktops>")))
    assert html == (
        '<figure class="token-rate-table" id="⟦id gpus⟧">\n'
        '<div class="table" tabindex="0" role="group" aria-label="Table">\n'
        '<table class="sortable">\n'
        "<caption><span>Two &lt;desktops&gt; <small>Llama-3.1-8B, Q4_K_M, 8,000 tokens of context, "
        "2 sequences at once</small></span></caption>\n"
        '<thead>\n<tr><th scope="col"><span>device</span></th>'
        '<th scope="col" class="align-right" aria-sort="descending"><span>likely</span> '
        "<small>tokens/s</small></th>"
        '<th scope="col" class="align-right"><span>80 % range</span> <small>tokens/s</small></th>'
        '<th scope="col" class="align-right"><span>ceiling</span> <small>tokens/s</small></th>'
        '<th scope="col"><span>limit</span></th></tr>\n</thead>\n<tbody>\n'
        '<tr><th scope="row">RTX 4090</th><td class="align-right">#</td>'
        '<td class="align-right">#–#</td><td class="align-right">#</td><td>bandwidth</td></tr>\n'
        '<tr><th scope="row">2 × RTX 3090</th><td class="align-right">#</td>'
        '<td class="align-right">#–#</td><td class="align-right">#</td><td>bandwidth</td></tr>\n'
        "</tbody>\n</table>\n</div>\n"
    )


@pytest.mark.parametrize(
    ("changed", "title"),
    [
        ({}, "Llama-3.1-8B in Q4_K_M on 2 devices"),
        ({"devices": "RTX 4090"}, "Llama-3.1-8B in Q4_K_M on RTX 4090"),
        ({"quantizations": "Q4_K_M, 4.5 bit"}, "Llama-3.1-8B in 2 quantizations on 2 devices"),
    ],
)
def test_without_a_caption_it_says_what_is_compared(changed: dict[str, str], title: str) -> None:
    assert f"<caption><span>{title}</span></caption>" in render(table(**changed))


def test_a_ceiling_is_the_arithmetic_of_its_row() -> None:
    numbers = NUMBER.findall(render(table(columns="ceiling", quantizations="8 bit")))
    # 7.505B parameters of 1 byte; two cards one after the other read at the speed of one.
    assert [float(number) for number in numbers] == [
        pytest.approx(1008 / 7.505, rel=1e-3),
        pytest.approx(936 / 7.505, rel=1e-3),
    ]


def test_what_does_not_fit_says_so_below_the_rest() -> None:
    body = table(models="Llama-3.1-70B, Llama-3.1-8B", columns="ceiling, bytes, memory")
    rows = rows_of(body)
    assert [row.split(" | ")[:2] for row in rows] == [
        ["RTX 4090", "Llama-3.1-8B"],
        ["2 × RTX 3090", "Llama-3.1-8B"],
        ["2 × RTX 3090", "Llama-3.1-70B"],
        ["RTX 4090", "Llama-3.1-70B"],
    ]
    assert re.fullmatch(r"RTX 4090 \| Llama-3.1-70B \| needs 4\d\.\d+ GB, has 24 GB", rows[3])
    assert '<tr class="left-out">' in render(body)
    assert "memory_rtx-4090_llama-3-1-70b" in figures_of(body)
    assert "middle_rtx-4090_llama-3-1-70b" not in figures_of(body)


@pytest.mark.parametrize(
    ("sort", "devices", "aria"),
    [
        ("likely", ["RTX 4090", "2 × RTX 3090", "RTX 3060"], "descending"),
        ("likely ascending", ["RTX 3060", "2 × RTX 3090", "RTX 4090"], "ascending"),
        ("ceiling descending", ["RTX 4090", "2 × RTX 3090", "RTX 3060"], "descending"),
        ("device", ["2 × RTX 3090", "RTX 3060", "RTX 4090"], "ascending"),
        ("device descending", ["RTX 4090", "RTX 3060", "2 × RTX 3090"], "descending"),
        ("limit", ["2 × RTX 3090", "RTX 4090", "RTX 3060"], "ascending"),
    ],
)
def test_rows_are_sorted_as_it_is_asked_for(sort: str, devices: list[str], aria: str) -> None:
    body = table(devices="2 x RTX 3090, RTX 4090, RTX 3060", sort=sort)
    assert [row.split(" | ")[0] for row in rows_of(body)] == devices
    assert re.findall(r'aria-sort="(\w+)"', render(body)) == [aria]


def test_numbers_in_words_are_sorted_by_size() -> None:
    assert sorted(["Q10", "Q9", "q2_K"], key=natural_key) == ["q2_K", "Q9", "Q10"]


def test_a_figure_is_named_after_what_its_row_says() -> None:
    assert figures_of(table()) == [
        "low_rtx-4090",
        "middle_rtx-4090",
        "high_rtx-4090",
        "ceiling_rtx-4090",
        "low_2x-rtx-3090",
        "middle_2x-rtx-3090",
        "high_2x-rtx-3090",
        "ceiling_2x-rtx-3090",
    ]
    many = figures_of(table(models="Llama-3.1-8B, Llama-2-7B", quantizations="Q4_K_M, 4.5 bit"))
    assert "middle_2x-rtx-3090_llama-2-7b_4-5-bit" in many


def test_roles_and_claims_can_say_its_figures() -> None:
    claim = "middle_rtx-4090 > middle_2x-rtx-3090 and ceiling_rtx-4090 > 200 token/s"
    document = parse_good(f"{table(claim=claim)}\n{{token-rate}}`gpus.ceiling_rtx-4090.number`\n")
    assert re.search(r"<p><data [^>]*>219\.\d</data></p>", show_holes(document))


def test_pages_with_a_table_ask_for_its_script() -> None:
    assert parse_good(table() + "\n" + table("others")).scripts == ("sort.js",)
    assert parse_good("words\n").scripts == ()


def test_a_pinned_table_shows_what_was_locked() -> None:
    names = ("low", "middle", "high", "ceiling")
    figures = {
        f"{name}_rtx-4090": LockedFigure(f"{value} tokens/s", value, "token/s")
        for value, name in enumerate(names, start=101)
    }
    lock = Lock({"content/a.md": {"gpus": LockedCalculation({}, figures)}})
    body = table(pin="true", sort="device descending")
    document = parse_good(body, registry=make_registry(Facts(lock=lock)))
    html = show_holes(document)
    assert NUMBER.findall(html) == ["102", "101", "103", "104"]
    assert '<tr class="left-out"><th scope="row">2 × RTX 3090</th><td colspan="4">was not' in html
    assert '<p class="pinned">' in html


def test_everything_that_is_missing_is_asked_for() -> None:
    check_messages(
        ":::{token-rate-table} gpus\n:::\n",
        "content/a.md:4:1: `devices` is missing\n4 | :::{token-rate-table} gpus\n"
        "  | ^^^^^^^^^^^^^^^^^^^^^^^^^^\nhint: add `devices: RTX 4090, 2 x RTX 3090`\n"
        "content/a.md:4:1: `models` is missing\n4 | :::{token-rate-table} gpus\n"
        "  | ^^^^^^^^^^^^^^^^^^^^^^^^^^\nhint: add `models: Llama-3.1-8B`\n"
        "content/a.md:4:1: `quantizations` is missing\n4 | :::{token-rate-table} gpus\n"
        "  | ^^^^^^^^^^^^^^^^^^^^^^^^^^\nhint: add `quantizations: Q4_K_M, 4.5 bit`\n",
    )


@pytest.mark.parametrize(
    ("option", "value", "marked", "message", "hint"),
    [
        (
            "devices",
            ", ,",
            ", ,",
            "`devices` lists nothing",
            "write `devices: RTX 4090, 2 x RTX 3090`",
        ),
        (
            "devices",
            "RTX 4090, 2 x RTX 309",
            "RTX 309",
            "the catalogue has no device `RTX 309`",
            "did you mean `RTX 3090`, `RTX 3090 Ti` or `RTX 5090`?",
        ),
        (
            "devices",
            "L4, rtx 4090, RTX 4090",
            "RTX 4090",
            "`RTX 4090` is listed twice",
            "a row each is enough",
        ),
        (
            "devices",
            "L4, 0 x L4",
            "0 x L4",
            "`0` is no number of devices",
            "write from `1 x` to `1024 x`",
        ),
        (
            "quantizations",
            "Q4_K_M, 4.5 pit",
            "pit",
            "`quantization`: `pit` is not a unit that is known here",
            "did you mean `bit`?",
        ),
        (
            "quantizations",
            "NaN bit",
            "NaN bit",
            "`quantization`: `NaN bit` is not a finite number",
            "a quantization is data per parameter, for example `2.42 bit`",
        ),
        (
            "columns",
            "likely, lkely",
            "lkely",
            "there is no column `lkely`",
            "did you mean `likely`?",
        ),
        (
            "columns",
            "likely, likely",
            "likely",
            "`likely` is listed twice",
            "one column each is enough",
        ),
        (
            "columns",
            ",",
            ",",
            "`columns` lists nothing",
            "write `columns: likely, range, ceiling, limit`",
        ),
        (
            "sort",
            "cheese",
            "cheese",
            "the table has no column `cheese`",
            "known: `ceiling`, `device`, `likely`, `limit`, `range`",
        ),
        ("sort", "memory", "memory", "the table has no column `memory`", ""),
        (
            "sort",
            "likely downwards",
            "downwards",
            "`downwards` is no order",
            "write `ascending` or `descending`",
        ),
        (
            "batch",
            "0",
            "0",
            "`batch`: `0` is not a whole number above zero",
            "write digits alone, for example `61`",
        ),
        (
            "threads",
            "8",
            "8",
            "threads are a processor's, and there is none",
            "leave `threads` out, or say that memory is a processor's: `class: cpu-server`",
        ),
        (
            "devices",
            "L4, 81 x L4",
            "81 x L4",
            "there are 81 devices, and Llama-3.1-8B has 32 layers",
            "write at most `32 x`",
        ),
        (
            "tensor parallel",
            "4",
            "",
            "4 devices share each layer, and here are 2",
            "write `4 x RTX 3090`",
        ),
    ],
)
def test_a_wrong_option_is_an_error_at_its_place(
    option: str, value: str, marked: str, message: str, hint: str
) -> None:
    told = messages(parse_body(table(**{option: value}))[1])
    assert f": {message}\n" in told
    assert told.count("content/a.md") == 1
    if marked:
        line = f"{option}: {value}"
        column = line.rindex(marked) + 1
        assert re.match(rf"content/a\.md:\d+:{column}: ", told)
    if hint:
        assert told.endswith(f"hint: {hint}\n")


def test_a_table_has_an_end() -> None:
    quantizations = ", ".join(f"{number / 100} bit" for number in range(100, 301))
    check_messages(
        table(quantizations=quantizations),
        "content/a.md:4:1: the table would have 402 rows: 2 devices × 1 model × 201 "
        "quantizations\n4 | :::{token-rate-table} gpus\n  | ^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "hint: 400 rows at most: make several tables\n",
    )


def test_a_machine_with_two_sockets_is_one_device() -> None:
    assert "middle_2x-epyc-9115" in figures_of(table(devices="RTX 4090, 2 x EPYC 9115"))
    assert "2 x EPYC 9115 | " in "".join(rows_of(table(devices="RTX 4090, 2 x EPYC 9115")))
