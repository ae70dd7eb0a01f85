"""Files of measurements: what is read, and what is said about what cannot be."""

from __future__ import annotations

import pytest

from site_gen.evidence.quantities import read_quantity
from tests.evidence.rows import DATA, USUAL, make_setting, read_text, write_rows

HEADER = "hardware,model,tokens_per_second,kind,notes"


def messages(text: str) -> list[str]:
    """Place and message of all that is wrong in a file."""
    _, diagnostics = read_text(text)
    return [f"{each.span}: {each.message}" for each in diagnostics]


def test_the_built_in_measurements_have_no_mistake() -> None:
    text = (DATA / "measured.csv").read_text(encoding="utf-8")
    measurements, diagnostics = read_text(text)
    assert (len(measurements), diagnostics) == (1228, [])


def test_rows_know_their_number_and_their_line() -> None:
    text = f"# a comment\n{HEADER}\nA,B,1,,\n\n  # another\nC,D,2,,\n"
    measurements, _ = read_text(text)
    assert [(each.row, each.line) for each in measurements] == [(1, 3), (2, 6)]


def test_columns_may_stand_in_any_order_with_others_between() -> None:
    (row,), diagnostics = read_text("tokens_per_second,mine,Model,hardware\r\n5,x,M,H\r\n")
    assert not diagnostics
    assert (row.tokens_per_s, row.setting.model, row.setting.hardware) == (5.0, "M", "H")


def test_quoted_cells_keep_commas_quotes_and_line_breaks() -> None:
    text = f'{HEADER}\n"A, 24 GB","the ""big"" one",1,,"two\nlines"\nC,D,2,,\n'
    first, second = read_text(text)[0]
    assert (first.setting.hardware, first.setting.model) == ("A, 24 GB", 'the "big" one')
    assert first.setting.notes == "two\nlines"
    assert second.setting.hardware == "C"


def test_a_forgotten_quote_swallows_no_other_row() -> None:
    measurements, _ = read_text(f'{HEADER}\nA,"B,1,,\nC,D,2,,\nE,F,3,,\n')
    assert [each.setting.hardware for each in measurements] == ["A", "C", "E"]


@pytest.mark.parametrize("blank", ["", " ", "-", "n/a", "?", "None"])
def test_blank_cells_are_not_known(blank: str) -> None:
    assert make_setting(params_total_B=blank).total_billions is None


@pytest.mark.parametrize(
    ("written", "value"), [("1,008", 1008.0), ("~960", 960.0), ("936 GB/s", 936.0), ("1e3", 1000.0)]
)
def test_numbers_may_have_marks_and_units(written: str, value: float) -> None:
    assert make_setting(memory_bandwidth_GBps_spec=written).bandwidth_gb_per_s == value


def test_words_for_a_batch_are_kept() -> None:
    setting = make_setting(batch="max")
    assert (setting.batch, setting.batch_text) == (None, "max")


@pytest.mark.parametrize(
    ("test", "kind"), [("pp512", "prefill"), ("tg128", "decode"), ("pp512 tg128 B=4", "decode")]
)
def test_a_blank_kind_follows_from_the_test(test: str, kind: str) -> None:
    assert make_setting(kind="", test=test).kind == kind


def test_missing_columns_are_named() -> None:
    assert messages("hardware,modell\nA,B\n") == [
        "rows.csv:1: there is no column `model`",
        "rows.csv:1: there is no column `tokens_per_second`",
    ]
    assert messages("# nothing\n") == ["rows.csv: there is no header"]


def test_every_mistake_is_told_at_its_cell() -> None:
    ends = ("fast,,", "NaN,,", "-3,,", "0,,", ",,", "1,decoding,", "1,,,,more")
    rows = "\n".join(f"A,B,{end}" for end in ends)
    assert messages(f"{HEADER}\n{rows}\n") == [
        "rows.csv:2:5: `tokens_per_second` is not a number: `fast`",
        "rows.csv:3:5: `tokens_per_second` is not a number: `NaN`",
        "rows.csv:4:5: `tokens_per_second` must be above 0: `-3`",
        "rows.csv:5:5: `tokens_per_second` must be above 0: `0`",
        "rows.csv:6: `tokens_per_second` is blank",
        "rows.csv:7:7: unknown kind `decoding`",
        "rows.csv:8:10: the row has 7 cells, and the header 5",
    ]


def test_a_row_with_a_mistake_is_kept_with_its_problem() -> None:
    (row,), _ = read_text(write_rows({**USUAL, "n_gpu": "-1", "context_depth": "deep"}))
    assert row.problem == (
        "`n_gpu` must not be negative: `-1`; `context_depth` is not a number: `deep`"
    )


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_a_header_without_commas_may_have_other_separators(separator: str) -> None:
    text = f"{HEADER}\nRTX 3060,Llama-3.1-8B,50,,\n".replace(",", separator)
    (row,), diagnostics = read_text(text)
    assert not diagnostics
    assert (row.setting.hardware, row.tokens_per_s) == ("RTX 3060", 50)


@pytest.mark.parametrize(
    ("column", "written", "value"),
    [
        ("context_depth", "32k", 32768),
        ("context_depth", "4096", 4096),
        ("batch", "8x", 8),
        ("batch", "x8", 8),
        ("params_total_B", "500M", 0.5),
        ("params_total_B", "1.03T", 1030),
        ("file_size_GiB", "512 MiB", 0.5),
        ("memory_bandwidth_GBps_spec", "3.35 TB/s", 3350),
        ("tokens_per_second", "4,5", 4.5),
        ("tokens_per_second", "1,234.5", 1234.5),
    ],
)
def test_numbers_are_in_the_unit_of_their_column(column: str, written: str, value: float) -> None:
    assert read_quantity(column, written) == pytest.approx(value)


def test_not_a_number_is_a_blank_cell_unless_it_is_needed() -> None:
    setting = make_setting(bits_per_weight="NaN", batch="nan", n_gpu="nan")
    assert (setting.bits_per_parameter, setting.batch, setting.devices) == (None, None, 1)


@pytest.mark.parametrize(
    ("hardware", "count"),
    [("8x H100", 8), ("3090 24GB * 4", 4), ("A100 TP2", 2), ("RTX 4090", 1), ("3090 x2", 2)],
)
def test_devices_are_counted_by_their_name_where_no_column_does(hardware: str, count: int) -> None:
    assert make_setting(hardware=hardware).devices == count
    assert make_setting(hardware=hardware, n_gpu="3").devices == 3


def test_so_many_devices_are_a_mistake() -> None:
    (row,), _ = read_text(write_rows({**USUAL, "n_gpu": "1e308"}))
    assert row.problem == "`n_gpu` must be at most 100,000: `1e308`"


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("prompt_eval", "prefill"),
        ("Prompt processing", "prefill"),
        ("pp512", "prefill"),
        ("token generation", "decode"),
        ("TG128", "decode"),
    ],
)
def test_kinds_have_other_words(written: str, kind: str) -> None:
    assert make_setting(kind=written).kind == kind


def test_rows_without_a_needed_column_are_kept() -> None:
    rows, diagnostics = read_text("hardware,model\nA,B\nC,D\n")
    assert [each.problem for each in rows] == ["there is no column `tokens_per_second`"] * 2
    assert len(diagnostics) == 1
