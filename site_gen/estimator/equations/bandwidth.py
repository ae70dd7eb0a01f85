"""What a memory, the fabric in front of it and several devices together can deliver.

Symbols:

- `M` memory bandwidth, bytes/s
- `M_c` memory channels, a count
- `M_s` memory speed, transfers/s
"""

BYTES_PER_TRANSFER = 8
"""Bytes that a 64-bit memory channel moves in one transfer."""


def memory_bandwidth_bytes_per_s(transfers_per_s: float, channels: int) -> float:
    """Return the bandwidth of a memory in bytes/s.

    Equation: `M = M_s · 8 · M_c`, with `M_s` in transfers/s, `8` in bytes per transfer and `M_c`
    channels.

    Holds for memory with 64-bit channels: DDR to DDR5, where the two 32-bit subchannels of a DDR5
    module count as one. It is what the modules can move; the fabric between them and the cores may
    move less.

    Source: the article's third equation, after Wikipedia, “DDR SDRAM”.
    """
    return transfers_per_s * BYTES_PER_TRANSFER * channels


def fabric_bandwidth_bytes_per_s(
    chiplets: int, bytes_per_clock: float, clocks_per_s: float
) -> float:
    """Return what the links between a processor's chiplets and its memory can read, in bytes/s.

    Equation: `n · w · f`, with `n` chiplets of cores, `w` bytes per clock and chiplet, and `f`
    clocks/s of the fabric.

    Holds for processors of several chiplets around one memory controller, AMD's since Zen 2: `w` is
    32, or 64 where each chiplet has two links, and `f` about 1.8 GHz on Zen 4 and 2.0 GHz on Zen 5.

    Source: d893a/local-ml-models@9af4a8a, `local_ml_models.md`; for wide links chipsandcheese.com,
    “AMD's EPYC 9355P”.
    """
    return chiplets * bytes_per_clock * clocks_per_s


def usable_bandwidth_bytes_per_s(
    modules_bytes_per_s: float, fabric_bytes_per_s: float | None, measured_bytes_per_s: float | None
) -> float:
    """Return the bandwidth that a program can hope for, in bytes/s.

    Equation: `min(M, fabric)`, or what was measured, where it was, but never more than `M`.

    Holds for reading by all cores. None stands for what is not known.

    Source: measurements of memory alone (STREAM, mlc) beside the arithmetic of modules and fabric;
    the devices of the catalogue name theirs.
    """
    if measured_bytes_per_s is not None:
        return min(modules_bytes_per_s, measured_bytes_per_s)
    return min(modules_bytes_per_s, fabric_bytes_per_s or modules_bytes_per_s)
