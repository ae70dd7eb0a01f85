"""What authors write: what it means, and what they are told where it means nothing."""

import math
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_gen.estimator import readers, units
from site_gen.estimator.quantity import Kind
from site_gen.estimator.readers import Bandwidth, Fabric, QuantityError

REPOSITORY = Path(__file__).parents[2]

READERS: dict[str, Callable[[str], object]] = {
    "count": readers.parse_count,
    "bits": readers.parse_bits_per_parameter,
    "bandwidth": readers.parse_bandwidth,
    "compute": readers.parse_compute,
    "rate": readers.parse_rate,
    "fabric": readers.parse_fabric,
    "link": readers.parse_link,
    "memory size": readers.parse_memory_size,
    "peak": readers.parse_peak,
    "tokens": readers.parse_tokens,
    "element": readers.parse_bits_per_element,
    "whole": readers.parse_whole,
    "share": readers.parse_share,
}


def check_error(reader: str, text: str, message: str, hint: str, part: str) -> None:
    """Compare all that an author is told; `part` is what the caret is under."""
    with pytest.raises(QuantityError) as caught:
        READERS[reader](text)
    error = caught.value
    assert (error.message, error.hint) == (message, hint)
    assert text[error.offset : error.offset + error.length] == part
    assert str(error) == message


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("37B", 37e9),
        (" 37 B ", 37e9),
        ("671.03B", 671.03e9),
        ("1.5T", 1.5e12),
        ("350M", 350e6),
        ("350m", 350e6),
        ("37e9", 37e9),
        ("37000000000", 37e9),
        ("37 billion", 37e9),
        ("37 billion parameters", 37e9),
        ("37B parameters", 37e9),
        ("37 Gparameter", 37e9),
    ],
)
def test_a_count_takes_billions(text: str, count: float) -> None:
    assert readers.parse_count(text) == count


@pytest.mark.parametrize(
    ("text", "bits"),
    [
        ("2.42 bit", 2.42),
        ("2.42bits", 2.42),
        ("2.42 bit/parameter", 2.42),
        ("2.42 bits per parameter", 2.42),
        ("2.42 bits/weight", 2.42),
        ("2.42 bpw", 2.42),
        ("1 byte", 8),
        ("2 bytes/parameter", 16),
    ],
)
def test_a_quantization_takes_bits_and_bytes(text: str, bits: float) -> None:
    assert readers.parse_bits_per_parameter(text) == bits


@pytest.mark.parametrize(
    ("text", "bytes_per_s"),
    [
        ("576 GB/s", 576e9),
        ("576GB/s", 576e9),
        ("576 GB per second", 576e9),
        ("0.576 TB/s", 576e9),
        ("64 GiB/s", 64 * 2**30),
        ("576 Gb/s", 72e9),
        ("576e9 byte/s", 576e9),
    ],
)
def test_a_bandwidth_takes_decimal_and_binary_prefixes_bytes_and_bits(
    text: str, bytes_per_s: float
) -> None:
    assert readers.parse_bandwidth(text) == Bandwidth(bytes_per_s, None, None)


@pytest.mark.parametrize(
    "text",
    [
        "12 x DDR5-6000",
        "12 × DDR5-6000",
        "12x ddr5-6000",
        "12 channels of DDR5-6000",
        "12 channels of DDR5 at 6000 MT/s",
    ],
)
def test_a_bandwidth_takes_memory_by_its_name(text: str) -> None:
    assert readers.parse_bandwidth(f" {text} ") == Bandwidth(576e9, 12, 6e9)


def test_a_bandwidth_takes_older_memory() -> None:
    assert readers.parse_bandwidth("2 channels of DDR4-3200").bytes_per_s == 51.2e9
    assert readers.parse_bandwidth("1 channel of DDR-400").bytes_per_s == 3.2e9


@pytest.mark.parametrize(
    "text",
    ["400e9 parameter/s", "400B parameters/s", "400 billion parameters/s", "400 Gparameter/s"],
)
def test_a_compute_throughput_takes_parameters_per_second(text: str) -> None:
    assert readers.parse_compute(text) == 400e9


@pytest.mark.parametrize(
    ("text", "tokens_per_s"),
    [
        ("4.6 token/s", 4.6),
        ("4.6 tokens/s", 4.6),
        ("4.6 tok/s", 4.6),
        ("4.6 t/s", 4.6),
        ("276 tokens/min", 4.6),
        ("0.2 s/token", 5),
        ("250 ms/token", 4),
    ],
)
def test_a_rate_takes_tokens_per_time_and_time_per_token(text: str, tokens_per_s: float) -> None:
    assert readers.parse_rate(text) == pytest.approx(tokens_per_s, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "fabric"),
    [
        ("2 x 57.6 GB/s", Fabric(115.2e9, 2)),
        ("8×128GB/s", Fabric(1024e9, 8)),
        ("115.2 GB/s", Fabric(115.2e9, None)),
    ],
)
def test_a_fabric_takes_chiplets_or_the_sum(text: str, fabric: Fabric) -> None:
    assert readers.parse_fabric(text) == fabric


@pytest.mark.parametrize(
    ("reader", "text", "value"),
    [
        ("link", "450 GB/s", 450e9),
        ("link", "200 Gb/s", 25e9),
        ("memory size", "24 GB", 24e9),
        ("memory size", "512 GiB", 512 * 2**30),
        ("peak", "165 TFLOP/s", 165e12),
        ("peak", "989 TFLOPS", 989e12),
        ("peak", "2.25 PFLOP per second", 2.25e15),
        ("tokens", "8192", 8192),
        ("tokens", "8K", 8000),
        ("tokens", "8192 tokens", 8192),
        ("element", "8.5 bit", 8.5),
        ("element", "2 byte", 16),
        ("whole", " 61 ", 61),
        ("share", "0.1667", 0.1667),
        ("share", "1", 1),
    ],
)
def test_what_a_catalogue_holds_is_read(reader: str, text: str, value: float) -> None:
    assert READERS[reader](text) == value


COUNT = "a parameter count is a plain number, where B is billion, for example `37B`"
BITS = "a quantization is data per parameter, for example `2.42 bit`"
BANDWIDTH = "a memory bandwidth is data per time, for example `576 GB/s`"
COMPUTE = "a compute throughput is parameters per time, for example `400e9 parameter/s`"
RATE = "a token rate is tokens per time, for example `4.6 token/s`"


@pytest.mark.parametrize(
    ("reader", "text", "message", "hint"),
    [
        ("count", "37 GB", "`37 GB` is an amount of data, not a parameter count", COUNT),
        ("bits", "16 GB/s", "`16 GB/s` is data per time, not a quantization", BITS),
        ("bandwidth", "576 GB", "`576 GB` is an amount of data, not a memory bandwidth", BANDWIDTH),
        (
            "bandwidth",
            "6000 MT/s",
            "`6000 MT/s` is transfers per time, not a memory bandwidth",
            BANDWIDTH,
        ),
        ("compute", "400 B/s", "`400 B/s` is data per time, not a compute throughput", COMPUTE),
        (
            "compute",
            "71 TFLOPS",
            "`71 TFLOPS` is floating-point operations per time, not a compute throughput",
            COMPUTE,
        ),
        ("rate", "4.6 tokens", "`4.6 tokens` is a number of tokens, not a token rate", RATE),
        ("rate", "4 s", "`4 s` is a time, not a token rate", RATE),
        (
            "link",
            "450 GB",
            "`450 GB` is an amount of data, not a link bandwidth",
            "a link bandwidth is data per time in one direction, for example `450 GB/s`",
        ),
        (
            "memory size",
            "24 GB/s",
            "`24 GB/s` is data per time, not a memory size",
            "a memory size is an amount of data, for example `24 GB`",
        ),
        (
            "peak",
            "165 TFLOP",
            "`165 TFLOP` is a number of floating-point operations, not a peak of compute",
            "a peak of compute is floating-point operations per time, for example `165 TFLOP/s`",
        ),
        (
            "tokens",
            "8 KB",
            "`8 KB` is an amount of data, not a number of tokens",
            "a number of tokens is a plain number, where K is thousand, for example `8K`",
        ),
        (
            "element",
            "2 byte/s",
            "`2 byte/s` is data per time, not the size of a number in the cache",
            "the size of a number in the cache is an amount of data, for example `8.5 bit`",
        ),
    ],
)
def test_a_wrong_dimension_is_named(reader: str, text: str, message: str, hint: str) -> None:
    check_error(reader, f"  {text} ", message, hint, part=text)


@pytest.mark.parametrize(
    ("reader", "text", "part", "message", "hint"),
    [
        ("rate", "4.6 tokn/s", "tokn/s", "tokn/s", "did you mean `token/s`?"),
        ("bandwidth", "576 gb/s", "gb/s", "gb/s", "did you mean `GB/s`?"),
        ("bits", "2.42 but", "but", "but", "did you mean `bit`?"),
        ("count", "37 billions", "billions", "billions", "did you mean `billion`?"),
        ("bandwidth", "5 furlong/fortnight", "furlong/fortnight", "furlong/fortnight", BANDWIDTH),
        ("count", "9**9**9**9", "**9**9**9", "**9**9**9", COUNT),
        ("count", "1 squared", "squared", "squared", COUNT),
    ],
)
def test_an_unknown_unit_has_the_nearest_one_in_its_hint(
    reader: str, text: str, part: str, message: str, hint: str
) -> None:
    check_error(reader, text, f"`{message}` is not a unit that is known here", hint, part)


@pytest.mark.parametrize(
    ("reader", "text", "message", "hint"),
    [
        (
            "count",
            "0",
            "`0` is not more than zero",
            "a parameter count is more than zero, for example `37B`",
        ),
        (
            "bandwidth",
            "-576 GB/s",
            "`-576 GB/s` is not more than zero",
            "a memory bandwidth is more than zero, for example `576 GB/s`",
        ),
        ("rate", "nan tokens/s", "`nan tokens/s` is not a finite number", RATE),
        ("count", "-inf", "`-inf` is not a finite number", COUNT),
        (
            "count",
            "1e400",
            "`1e400` is too large for a parameter count",
            "a parameter count is from 1 to 1e18",
        ),
        (
            "bits",
            "500 bit",
            "`500 bit` is too large for a quantization",
            "a quantization is from 0.01 to 64 bit",
        ),
        (
            "bandwidth",
            "64 mb/s",
            "`64 mb/s` is too small for a memory bandwidth",
            "did you mean `MB/s`?",
        ),
        (
            "rate",
            "1e-12 token/s",
            "`1e-12 token/s` is too small for a token rate",
            "a token rate is from 1e-6 to 1e9 token/s",
        ),
        (
            "count",
            "__import__('os')",
            "`__import__('os')` does not start with a number",
            COUNT,
        ),
    ],
)
def test_a_number_that_cannot_be_is_refused(
    reader: str, text: str, message: str, hint: str
) -> None:
    check_error(reader, text, message, hint, part=text)


@pytest.mark.parametrize(
    ("reader", "text", "part", "message", "hint"),
    [
        (
            "fabric",
            "0 x 57.6 GB/s",
            "0",
            "`0` is not a number of chiplets",
            "write a whole number from 1 to 256",
        ),
        (
            "fabric",
            "2 x 57.6 GB",
            "57.6 GB",
            "`57.6 GB` is an amount of data, not a fabric bandwidth",
            "a fabric bandwidth is data per time, of each chiplet or in all, for example "
            "`2 x 57.6 GB/s`",
        ),
        (
            "whole",
            "6.5",
            "6.5",
            "`6.5` is not a whole number above zero",
            "write digits alone, for example `61`",
        ),
        (
            "whole",
            "0",
            "0",
            "`0` is not a whole number above zero",
            "write digits alone, for example `61`",
        ),
        (
            "share",
            "50 %",
            "50 %",
            "`50 %` is not a share",
            "write a number above 0 and at most 1, for example `0.5`",
        ),
    ],
)
def test_what_a_catalogue_cannot_hold_is_refused(
    reader: str, text: str, part: str, message: str, hint: str
) -> None:
    check_error(reader, text, message, hint, part)


def test_a_comma_in_a_number_is_pointed_at() -> None:
    hint = "write `.` before decimals and nothing between thousands"
    check_error("bits", "2,42 bit", "`2,42 bit` has a comma in its number", hint, part=",")


def test_a_missing_unit_is_asked_for() -> None:
    hint = "write it with its unit, for example `2.42 bit`"
    check_error("bits", "2.42", "`2.42` has no unit", hint, part="")


@pytest.mark.parametrize("text", ["", "   "])
def test_an_empty_text_is_missing(text: str) -> None:
    hint = "write it, for example `576 GB/s`"
    check_error("bandwidth", text, "a memory bandwidth is missing here", hint, part="")


def test_a_megabyte_of_digits_is_refused_unread() -> None:
    message = "1000000 characters are too many for a parameter count"
    check_error(
        "count", "9" * 1_000_000, message, "write at most 80, for example `37B`", "9" * 999_920
    )


def test_what_cannot_be_seen_is_shown_as_such() -> None:
    check_error(
        "count", "37\x00\u202e", "`��` is not a unit that is known here", COUNT, "\x00\u202e"
    )


MEMORY = "for example `12 x DDR5-6000`"


@pytest.mark.parametrize(
    ("text", "part", "message", "hint"),
    [
        (
            "12 x DDR6-8000",
            "6",
            "`DDR6` is not a generation of memory that is known here",
            "those known are DDR to DDR5",
        ),
        (
            "12 x DDR5-600000",
            "600000",
            "there is no `DDR5-600000`",
            "DDR5 runs at 3200 to 13000 MT/s",
        ),
        ("12 x DDR5", "DDR5", "`DDR5` has no speed", f"write the speed in MT/s after it, {MEMORY}"),
        (
            "DDR5-6000",
            "DDR5-6000",
            "`DDR5-6000` does not say on how many channels",
            f"write them before it, {MEMORY}",
        ),
        (
            "0 x DDR5-6000",
            "0",
            "`0` is not a number of memory channels",
            "write a whole number from 1 to 128",
        ),
        (
            "1.5 x DDR5-6000",
            "1.5",
            "`1.5` is not a number of memory channels",
            "write a whole number from 1 to 128",
        ),
        (
            "8 x LPDDR5X-8533",
            "LPDDR5X-8533",
            "the width of a channel of `LPDDR5X` does not follow from its name",
            "write the bandwidth itself, for example `256 GB/s`",
        ),
        (
            "8 x HBM3",
            "HBM3",
            "the width of a channel of `HBM3` does not follow from its name",
            "write the bandwidth itself, for example `256 GB/s`",
        ),
        (
            "DDR5-6000 x 12",
            "DDR5-6000 x 12",
            "`DDR5-6000 x 12` is not the name of a memory",
            f"write channels, generation and speed, {MEMORY}",
        ),
    ],
)
def test_memory_that_does_not_exist_is_refused(
    text: str, part: str, message: str, hint: str
) -> None:
    check_error("bandwidth", text, message, hint, part)


PIECES = st.sampled_from(
    [
        "12",
        "4.6",
        "1e9",
        "-",
        "x",
        "DDR5-6000",
        "DDR",
        "GB",
        "/",
        "s",
        "token",
        "B",
        "billion",
        " ",
        "per",
        "nan",
        "e",
        "**",
        "(",
        ")",
        "bit",
        "ms",
        "[data]",
    ]
)
QUANTITIES = st.lists(PIECES, max_size=9).map("".join) | st.text(max_size=100)


def read_or_error(reader: str, text: str) -> object:
    try:
        return READERS[reader](text)
    except QuantityError as error:
        return error


@given(st.sampled_from(sorted(READERS)), QUANTITIES)
def test_any_text_is_a_positive_finite_number_or_an_error_with_a_hint(
    reader: str, text: str
) -> None:
    read = read_or_error(reader, text)
    if isinstance(read, QuantityError):
        assert read.hint
        assert not read.message.endswith(".")
        assert 0 <= read.offset <= read.offset + read.length <= len(text)
    else:
        value = read.bytes_per_s if isinstance(read, Bandwidth | Fabric) else read
        assert isinstance(value, int if reader in ("whole", "tokens") else float)
        assert 0 < value < math.inf


def test_common_units_are_what_pint_makes_of_them() -> None:
    kinds = [value for value in vars(readers).values() if isinstance(value, Kind)]
    for kind in kinds:
        for text, factor in kind.common.items():
            unit = units.find_unit(text)
            assert unit is not None
            wanted = next(each for each in kind.units if unit.is_compatible_with(each))
            assert units.conversion_factor(unit, wanted) == factor
    assert any(kind.common for kind in kinds)


def test_pint_is_loaded_by_the_first_uncommon_unit_only() -> None:
    program = (
        "import sys; from site_gen.estimator import readers, show; readers.parse_count('37B'); "
        "readers.parse_rate('1 token/s'); "
        "assert 'pint' not in sys.modules; readers.parse_rate('60 token/min'); "
        "assert 'pint' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=REPOSITORY)
