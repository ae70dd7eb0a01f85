"""How numbers are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_gen.estimator import numbers


@pytest.mark.parametrize(
    ("value", "significant", "text", "tex"),
    [
        (576.0, 4, "576", "576"),
        (11.1925, 4, "11.19", "11.19"),
        (51.46303, 4, "51.46", "51.46"),
        (11.1876, 3, "11.2", "11.2"),
        (4.6, 4, "4.6", "4.6"),
        (1, 4, "1", "1"),
        (0.25, 4, "0.25", "0.25"),
        (999.96, 4, "1000", "1000"),
        (57142.857, 4, "57143", "57143"),
        (614.4000000000001, 6, "614.4", "614.4"),
        (-4.6, 4, "-4.6", "-4.6"),
        (0.0, 4, "0", "0"),
        (0.0001, 4, "0.0001", "0.0001"),
        (0.000012, 4, "1.2 × 10⁻⁵", r"1.2 \times 10^{-5}"),
        (9999999, 4, "9999999", "9999999"),
        (9999999.6, 4, "1 × 10⁷", r"1 \times 10^{7}"),
        (12345678, 4, "1.235 × 10⁷", r"1.235 \times 10^{7}"),
    ],
)
def test_numbers_are_written_for_people(
    value: float, significant: int, text: str, tex: str
) -> None:
    assert numbers.format_number(value, significant) == text
    assert numbers.format_number_tex(value, significant) == tex


@given(st.floats(1e-4, 9e6), st.integers(1, 8))
def test_an_ordinary_number_reads_back_to_its_significant_digits(
    value: float, significant: int
) -> None:
    text = numbers.format_number(value, significant)
    assert float(text) == pytest.approx(value, rel=0.5000001 * 10.0 ** (1 - significant))


@pytest.mark.parametrize(
    ("value", "prefix"),
    [(1, ""), (999.9, ""), (999.96, "k"), (576e9, "G"), (999.96e9, "T"), (8e21, "E"), (0.5, "")],
)
def test_the_prefix_fits_the_rounded_number(value: float, prefix: str) -> None:
    assert numbers.find_data_scale(value).prefix == prefix


@pytest.mark.parametrize(
    ("value", "suffix"), [(12, ""), (7e3, "K"), (350e6, "M"), (37e9, "B"), (1.5e12, "T")]
)
def test_counts_go_from_thousands_to_trillions(value: float, suffix: str) -> None:
    assert numbers.find_count_scale(value).suffix == suffix


@pytest.mark.parametrize(("number_text", "word"), [("1", "token"), ("0.5", "tokens")])
def test_only_one_is_singular(number_text: str, word: str) -> None:
    assert numbers.choose_plural(number_text, "token", "tokens") == word
