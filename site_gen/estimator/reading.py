"""How fast a device reads: what a program can hope for, and what of that is reached."""

from site_gen.estimator.calibration import ClassParameters
from site_gen.estimator.equations import bandwidth
from site_gen.estimator.inputs import Device

_HIGHEST_BANDWIDTH_SHARE = 0.98
_HIGHEST_CACHE_SHARE = 0.9


def usable_bandwidth(device: Device) -> float:
    """Return the bandwidth in bytes/s that a program on the device can hope for."""
    return bandwidth.usable_bandwidth_bytes_per_s(
        device.bandwidth_bytes_per_s,
        device.fabric_bytes_per_s,
        device.measured_bandwidth_bytes_per_s,
    )


def reached_bandwidth(device: Device, class_: ClassParameters) -> float:
    """Return what of that a device of its class reaches, in bytes/s."""
    return min(_HIGHEST_BANDWIDTH_SHARE, class_.bandwidth_share) * usable_bandwidth(device)


def cap_cache_share(share: float) -> float:
    """Return the share of the reached bandwidth at which attention reads its cache."""
    return min(_HIGHEST_CACHE_SHARE, share)
