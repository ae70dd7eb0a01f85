"""One reader for each kind of quantity that an author writes: text → a number whose unit the
function's name says.

Every reader returns a positive finite number within what is possible, or raises `QuantityError`
with where the problem is in the text. `quantity` has the grammar.
"""

from dataclasses import dataclass

from site_gen.estimator import memory
from site_gen.estimator.quantity import Kind, QuantityError, check_length, parse_quantity

__all__ = [
    "Bandwidth",
    "QuantityError",
    "parse_bandwidth",
    "parse_bits_per_parameter",
    "parse_compute",
    "parse_count",
    "parse_rate",
]

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
)


@dataclass(frozen=True, slots=True)
class Bandwidth:
    """A memory bandwidth and how it was given."""

    bytes_per_s: float
    """Bytes per second, e.g. 576e9."""

    channels: int | None
    """64-bit memory channels, e.g. 12; None where the bandwidth was given as it is."""

    transfers_per_s: float | None
    """Memory speed in transfers/s, e.g. 6e9; None where the bandwidth was given as it is."""


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
