"""The time of a step of decoding, part by part, whatever it is computed on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StepTime:
    """The time of a step in seconds, by what it goes into."""

    weights_s: float
    """Reading weights, joined with unpacking and multiplying them."""

    reading_s: float
    """What reading them alone would take; a part of `weights_s`."""

    compute_s: float
    """What computing with them alone would take; a part of `weights_s`."""

    cache_s: float
    """Reading keys and values."""

    layers_s: float
    """The fixed cost of layers: starting kernels, and all that does not grow."""

    links_s: float
    """Going from device to device."""

    @property
    def total_s(self) -> float:
        """The whole step."""
        return self.weights_s + self.cache_s + self.layers_s + self.links_s

    def __add__(self, other: "StepTime") -> "StepTime":
        """One after the other."""
        return StepTime(
            self.weights_s + other.weights_s,
            self.reading_s + other.reading_s,
            self.compute_s + other.compute_s,
            self.cache_s + other.cache_s,
            self.layers_s + other.layers_s,
            self.links_s + other.links_s,
        )


NO_TIME = StepTime(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
"""Of a step that does nothing."""
