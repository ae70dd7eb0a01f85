"""docs/authoring.md on tables and charts of token rates: what it lists is what there is."""

from site_gen.directives.token_rate.columns import COLUMNS
from site_gen.directives.token_rate.sweep_range import QUANTITIES
from tests.docs.examples import build_example, codes, read_document, read_rows
from tests.sites import messages_of

TEXT = read_document("docs/authoring.md")


def test_every_column_is_in_its_table_with_its_unit() -> None:
    rows = read_rows(TEXT, "column")
    assert [(codes(row[0])[0], row[2]) for row in rows] == [
        (column.name, column.unit) for column in COLUMNS.values()
    ]


def test_everything_that_can_be_swept_is_in_its_table_with_a_good_example() -> None:
    rows = read_rows(TEXT, "you sweep")
    assert [codes(row[0])[0] for row in rows] == list(QUANTITIES)
    given = {"memory": "12 x DDR5-6000", "model": "Llama-3.1-8B", "quantization": "Q4_K_M"}
    for name, _, example in rows:
        swept = QUANTITIES[codes(name)[0]].options
        options = {key: value for key, value in given.items() if key not in swept}
        lines = "".join(f"{key}: {value}\n" for key, value in options.items())
        body = f":::{{token-rate-chart}} it\n{lines}sweep: {codes(example)[0]}\n:::\n"
        assert messages_of(build_example(body)) == ""
