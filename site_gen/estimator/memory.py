"""The names of memory: `12 x DDR5-6000` → channels and speed.

Grammar, where case and blanks do not matter:

    memory = channels ("x" | "×" | "*" | "·" | "channel[s] of") name
    name   = "DDR" generation ("-" | blank | "at") megatransfers ["MT/s"]

The number in a module's name is its speed in megatransfers per second.
"""

import re
from dataclasses import dataclass

from site_gen.estimator.equations.bandwidth import memory_bandwidth_bytes_per_s
from site_gen.estimator.quantity import QuantityError, quote, whole_text_error

_EXAMPLE = "for example `12 x DDR5-6000`"
_MOST_CHANNELS = 128

# The slowest and the fastest that a generation is made for, in MT/s: from the slowest of JEDEC's
# standards (JESD79 and its successors) to a little over the fastest modules that were announced. It
# catches slips, and is no catalogue.
_SPEEDS = {
    1: (200, 600),
    2: (400, 1_300),
    3: (800, 3_200),
    4: (1_600, 5_600),
    5: (3_200, 13_000),
}

_MEMORY = re.compile(
    r"""\s*(?:(?P<channels>[-+]?[0-9.]+)\s*(?:[x×*·]|channels?\s+of\b)\s*)?
        (?P<name>(?P<family>[a-z]*DDR|HBM)(?P<generation>[0-9]*)(?P<variant>[a-z]*)
        (?:(?:\s*-\s*|\s+at\s+|\s+)(?P<speed>[0-9]+)(?:\s*MT/s)?)?)\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_MENTIONS_MEMORY = re.compile(r"DDR|HBM", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Memory:
    """Memory of one speed on some channels."""

    channels: int
    """64-bit channels, e.g. 12."""

    transfers_per_s: float
    """Transfers per second on each, e.g. 6e9."""

    @property
    def bandwidth_bytes_per_s(self) -> float:
        """What its modules can move, in bytes/s, e.g. 576e9."""
        return memory_bandwidth_bytes_per_s(self.transfers_per_s, self.channels)


def names_memory(text: str) -> bool:
    """Return whether a text means memory by its name, even a wrong one, and not a quantity."""
    return _MENTIONS_MEMORY.search(text) is not None


def parse_memory(text: str) -> Memory:
    """Return the memory that a text names; raise QuantityError where there is no such memory."""
    match = _MEMORY.fullmatch(text)
    if match is None:
        message = f"{quote(text)} is not the name of a memory"
        raise whole_text_error(message, f"write channels, generation and speed, {_EXAMPLE}", text)
    _check_family(match)
    transfers_per_s = _read_speed(match)
    return Memory(_read_channels(match), transfers_per_s)


def _check_family(match: re.Match[str]) -> None:
    if match["family"].upper() == "DDR" and not match["variant"]:
        return
    kind = f"{match['family']}{match['generation']}{match['variant']}"
    message = f"the width of a channel of {quote(kind)} does not follow from its name"
    hint = "write the bandwidth itself, for example `256 GB/s`"
    raise _error(match, "name", message, hint)


def _read_speed(match: re.Match[str]) -> float:
    written_speed = match["speed"]
    if written_speed is None:
        hint = f"write the speed in MT/s after it, {_EXAMPLE}"
        raise _error(match, "name", f"{quote(match['name'])} has no speed", hint)
    generation = match["generation"] or "1"
    if generation not in map(str, _SPEEDS):
        message = f"{quote('DDR' + generation)} is not a generation of memory that is known here"
        hint = f"those known are DDR to DDR{max(_SPEEDS)}"
        raise _error(match, "generation", message, hint)
    slowest, fastest = _SPEEDS[int(generation)]
    if not slowest <= int(written_speed) <= fastest:
        message = f"there is no {quote(match['name'])}"
        hint = f"DDR{match['generation']} runs at {slowest} to {fastest} MT/s"
        raise _error(match, "speed", message, hint)
    return int(written_speed) * 1e6


def _read_channels(match: re.Match[str]) -> int:
    written = match["channels"]
    if written is None:
        message = f"{quote(match['name'])} does not say on how many channels"
        raise _error(match, "name", message, f"write them before it, {_EXAMPLE}")
    if not written.isdecimal() or not 1 <= int(written) <= _MOST_CHANNELS:
        message = f"{quote(written)} is not a number of memory channels"
        raise _error(match, "channels", message, f"write a whole number from 1 to {_MOST_CHANNELS}")
    return int(written)


def _error(match: re.Match[str], group: str, message: str, hint: str) -> QuantityError:
    start, end = match.span(group)
    return QuantityError(message, hint, start, end - start)
