"""One reader for each kind of quantity that an author writes: text → a number whose unit the
function's name says.

Every reader returns a positive finite number within what is possible, or raises `QuantityError`
with where the problem is in the text. `quantity` has the grammar.
"""

import re
from dataclasses import dataclass

from site_gen.estimator import memory
from site_gen.estimator.quantity import (
    Kind,
    QuantityError,
    check_length,
    parse_quantity,
    quote,
    whole_text_error,
)

__all__ = [
    "Bandwidth",
    "Fabric",
    "QuantityError",
    "parse_bandwidth",
    "parse_bits_per_element",
    "parse_bits_per_parameter",
    "parse_compute",
    "parse_count",
    "parse_fabric",
    "parse_link",
    "parse_memory_size",
    "parse_peak",
    "parse_rate",
    "parse_share",
    "parse_tokens",
    "parse_whole",
]

_PER_SECOND = {"kB/s": 1e3, "MB/s": 1e6, "GB/s": 1e9, "TB/s": 1e12}

_COUNT = Kind(
    label="a parameter count",
    meaning="a plain number, where B is billion",
    example="37B",
    units=("parameter",),
    lowest=1,
    highest=1e18,
    range_text="from 1 to 1e18",
    spellings=("billion", "million", "trillion", "thousand", "parameters", "parameter"),
    unit_may_be_missing=True,
    has_scale_letters=True,
)

_BITS = Kind(
    label="a quantization",
    meaning="data per parameter",
    example="2.42 bit",
    units=("bit / parameter", "bit"),
    lowest=0.01,
    highest=64,
    range_text="from 0.01 to 64 bit",
    spellings=("bit", "bits", "byte", "bytes", "bit/parameter", "bits/parameter"),
    common={"bit": 1.0, "bits": 1.0},
)

_BANDWIDTH = Kind(
    label="a memory bandwidth",
    meaning="data per time",
    example="576 GB/s",
    units=("byte / second",),
    lowest=1e3,
    highest=1e18,
    range_text="from 1 kB/s to 1 EB/s",
    spellings=("GB/s", "TB/s", "MB/s", "GiB/s", "TiB/s", "MiB/s", "byte/s"),
    common=_PER_SECOND,
)

_FABRIC = Kind(
    label="a fabric bandwidth",
    meaning="data per time, of each chiplet or in all",
    example="2 x 57.6 GB/s",
    units=("byte / second",),
    lowest=1e3,
    highest=1e18,
    range_text="from 1 kB/s to 1 EB/s",
    spellings=_BANDWIDTH.spellings,
    common=_PER_SECOND,
)

_LINK = Kind(
    label="a link bandwidth",
    meaning="data per time in one direction",
    example="450 GB/s",
    units=("byte / second",),
    lowest=1e3,
    highest=1e18,
    range_text="from 1 kB/s to 1 EB/s",
    spellings=("GB/s", "TB/s", "MB/s", "Gb/s", "GiB/s", "byte/s"),
    common=_PER_SECOND,
)

_MEMORY_SIZE = Kind(
    label="a memory size",
    meaning="an amount of data",
    example="24 GB",
    units=("byte",),
    lowest=1e3,
    highest=1e18,
    range_text="from 1 kB to 1 EB",
    spellings=("GB", "TB", "MB", "GiB", "TiB", "MiB", "byte", "bytes"),
    common={"MB": 1e6, "GB": 1e9, "TB": 1e12, "GiB": 2.0**30},
)

_PEAK = Kind(
    label="a peak of compute",
    meaning="floating-point operations per time",
    example="165 TFLOP/s",
    units=("FLOP / second",),
    lowest=1e6,
    highest=1e21,
    range_text="from 1 MFLOP/s to 1 ZFLOP/s",
    spellings=("TFLOP/s", "PFLOP/s", "GFLOP/s", "TFLOPS", "PFLOPS", "GFLOPS", "FLOP/s"),
    common={"GFLOP/s": 1e9, "TFLOP/s": 1e12, "PFLOP/s": 1e15},
)

_TOKENS = Kind(
    label="a number of tokens",
    meaning="a plain number, where K is thousand",
    example="8K",
    units=("token",),
    lowest=1,
    highest=1e12,
    range_text="from 1 to 1e12",
    spellings=("tokens", "token", "thousand", "million"),
    unit_may_be_missing=True,
    has_scale_letters=True,
    common={"token": 1.0, "tokens": 1.0},
)

_ELEMENT_BITS = Kind(
    label="the size of a number in the cache",
    meaning="an amount of data",
    example="8.5 bit",
    units=("bit",),
    lowest=0.01,
    highest=64,
    range_text="from 0.01 to 64 bit",
    spellings=("bit", "bits", "byte", "bytes"),
    common={"bit": 1.0, "bits": 1.0, "byte": 8.0, "bytes": 8.0},
)

_COMPUTE = Kind(
    label="a compute throughput",
    meaning="parameters per time",
    example="400e9 parameter/s",
    units=("parameter / second",),
    lowest=1,
    highest=1e21,
    range_text="from 1 to 1e21 parameter/s",
    spellings=("parameter/s", "parameters/s", "billion parameters/s"),
    has_scale_letters=True,
)

_RATE = Kind(
    label="a token rate",
    meaning="tokens per time",
    example="4.6 token/s",
    units=("token / second",),
    lowest=1e-6,
    highest=1e9,
    range_text="from 1e-6 to 1e9 token/s",
    spellings=("token/s", "tokens/s", "tok/s", "tokens/second", "tokens per second"),
    reciprocal="second / token",
    common={"token/s": 1.0, "tokens/s": 1.0},
)


_WHOLE = re.compile(r"\s*0*[1-9][0-9]{0,17}\s*", re.ASCII)
_SHARE = re.compile(r"\s*[0-9]{0,20}\.?[0-9]{1,20}\s*", re.ASCII)
_CHIPLETS = re.compile(r"\s*([0-9]+)\s*[x×*·]")
_MOST_CHIPLETS = 256


@dataclass(frozen=True, slots=True)
class Bandwidth:
    """A memory bandwidth and how it was given."""

    bytes_per_s: float
    """Bytes per second, e.g. 576e9."""

    channels: int | None
    """64-bit memory channels, e.g. 12; None where the bandwidth was given as it is."""

    transfers_per_s: float | None
    """Memory speed in transfers/s, e.g. 6e9; None where the bandwidth was given as it is."""


@dataclass(frozen=True, slots=True)
class Fabric:
    """What the links between cores and memory can carry, and how it was given."""

    bytes_per_s: float
    """Bytes per second over all of them, e.g. 115.2e9."""

    chiplets: int | None
    """Chiplets with cores that have one each, e.g. 2; None where the sum was given."""


def parse_count(text: str) -> float:
    """Return a count of parameters, from `37B`, `671.03 billion`, `37e9` or `350M parameters`."""
    return parse_quantity(text, _COUNT)


def parse_bits_per_parameter(text: str) -> float:
    """Return bits per parameter, from `2.42 bit`, `2.42 bits/parameter`, `2.42 bpw` or `1 byte`."""
    return parse_quantity(text, _BITS)


def parse_bandwidth(text: str) -> Bandwidth:
    """Return a memory bandwidth, from `576 GB/s`, `64 GiB/s`, `12 x DDR5-6000` or `2 channels of
    DDR4-3200`.

    `GB` is 10⁹ bytes, `GiB` 2³⁰ bytes and `Gb` 10⁹ bits.
    """
    check_length(text, _BANDWIDTH)
    if memory.names_memory(text):
        named = memory.parse_memory(text)
        return Bandwidth(named.bandwidth_bytes_per_s, named.channels, named.transfers_per_s)
    return Bandwidth(parse_quantity(text, _BANDWIDTH), None, None)


def parse_compute(text: str) -> float:
    """Return a compute throughput in parameters/s, e.g. from `400B parameters/s`."""
    return parse_quantity(text, _COMPUTE)


def parse_rate(text: str) -> float:
    """Return a token rate in tokens/s, from `4.6 tokens/s`, `4.6 tok/s` or `0.2 s/token`."""
    return parse_quantity(text, _RATE)


def parse_fabric(text: str) -> Fabric:
    """Return what the fabric can carry, from `2 x 57.6 GB/s`, chiplets and what each of them can
    read, or from `115.2 GB/s`."""
    check_length(text, _FABRIC)
    match = _CHIPLETS.match(text)
    if match is None:
        return Fabric(parse_quantity(text, _FABRIC), None)
    chiplets = int(match[1])
    if not 1 <= chiplets <= _MOST_CHIPLETS:
        message = f"{quote(match[1])} is not a number of chiplets"
        hint = f"write a whole number from 1 to {_MOST_CHIPLETS}"
        raise QuantityError(message, hint, match.start(1), len(match[1]))
    # Blanks in place of the chiplets, so that an error's offset is the one in the text.
    each = parse_quantity(" " * match.end() + text[match.end() :], _FABRIC)
    return Fabric(chiplets * each, chiplets)


def parse_link(text: str) -> float:
    """Return a link's bandwidth in bytes/s and direction, from `450 GB/s`."""
    return parse_quantity(text, _LINK)


def parse_memory_size(text: str) -> float:
    """Return how much a memory holds in bytes, from `24 GB` or `512 GiB`."""
    return parse_quantity(text, _MEMORY_SIZE)


def parse_peak(text: str) -> float:
    """Return a peak of compute in FLOP/s, from `165 TFLOP/s` or `989 TFLOPS`."""
    return parse_quantity(text, _PEAK)


def parse_tokens(text: str) -> int:
    """Return a number of tokens, from `8192`, `8K`, which is 8,000, or `8192 tokens`."""
    return round(parse_quantity(text, _TOKENS))


def parse_bits_per_element(text: str) -> float:
    """Return the size of a number in the cache in bits, from `8.5 bit` or `2 byte`."""
    return parse_quantity(text, _ELEMENT_BITS)


def parse_whole(text: str) -> int:
    """Return a whole number above zero, from `61`."""
    if not _WHOLE.fullmatch(text):
        hint = "write digits alone, for example `61`"
        raise whole_text_error(f"{quote(text)} is not a whole number above zero", hint, text)
    return int(text)


def parse_share(text: str) -> float:
    """Return a part of a whole, above 0 and at most 1, from `0.5`."""
    if not _SHARE.fullmatch(text) or not 0 < float(text) <= 1:
        hint = "write a number above 0 and at most 1, for example `0.5`"
        raise whole_text_error(f"{quote(text)} is not a share", hint, text)
    return float(text)
