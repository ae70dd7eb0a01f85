"""Where the lines of a language begin."""

import pytest

from site_gen.site.languages import direction_of


@pytest.mark.parametrize(
    ("language", "direction"),
    [
        ("en", "ltr"),
        ("ar", "rtl"),
        ("HE-il", "rtl"),
        ("az-Arab", "rtl"),
        ("ar-Latn-EG", "ltr"),
        ("arn", "ltr"),
        ("de-1996", "ltr"),
    ],
)
def test_a_tag_says_where_lines_begin(language: str, direction: str) -> None:
    assert direction_of(language) == direction
