"""What tests of the estimator share: the calibration that is published, and inputs at random."""

from hypothesis import strategies as st

from site_gen.directives.token_rate.data import load_calibration
from site_gen.estimator.catalogue import DEVICE_CLASSES
from site_gen.estimator.estimate import Estimate, estimate
from site_gen.estimator.inputs import Device, Model, Workload

CALIBRATION = load_calibration()

bandwidths = st.floats(1e9, 1e13)
bits = st.floats(1, 16)
contexts = st.integers(0, 1_000_000)
batches = st.integers(1, 512)

devices = st.builds(
    Device,
    name=st.just("a device"),
    device_class=st.sampled_from(["", *DEVICE_CLASSES]),
    bandwidth_bytes_per_s=bandwidths,
    fabric_bytes_per_s=st.none() | bandwidths,
    measured_bandwidth_bytes_per_s=st.none() | bandwidths,
    peak_flop_per_s=st.none() | st.floats(1e12, 1e16),
    threads=st.none() | st.integers(1, 256),
    sockets=st.integers(1, 2),
)

dense_models = st.builds(
    Model,
    name=st.just("a dense model"),
    active_parameters=st.floats(1e8, 1e12),
    layers=st.none() | st.integers(8, 160),
    cache_elements_per_token=st.none() | st.floats(1e3, 1e6),
    windowed_cache_elements_per_token=st.floats(0, 1e6),
    window_tokens=st.none() | st.integers(128, 8192),
)


@st.composite
def expert_models(draw: st.DrawFn) -> Model:
    """A mixture of experts whose numbers go together."""
    per_token, more = draw(st.integers(1, 16)), draw(st.integers(2, 64))
    always_read, routed = draw(st.floats(1e8, 1e11)), draw(st.floats(1e8, 1e12))
    active = routed / more
    return Model(
        name="a mixture of experts",
        active_parameters=always_read + active,
        total_parameters=always_read + routed,
        routed_parameters=routed,
        routed_active_parameters=active,
        experts=per_token * more,
        experts_per_token=per_token,
        layers=draw(st.none() | st.integers(8, 160)),
        cache_elements_per_token=draw(st.none() | st.floats(1e3, 1e6)),
    )


models = dense_models | expert_models()

workloads = st.builds(
    Workload,
    bits_per_parameter=bits,
    context_tokens=contexts,
    batch=batches,
    cache_bits_per_element=st.sampled_from([16.0, 8.5, 4.5]),
    kernel=st.sampled_from(["plain", "blocks", "codebook", "trellis"]),
    engine=st.sampled_from(["llama.cpp", "ik_llama.cpp", "compiled", "server", "eager"]),
    is_recent=st.booleans(),
    threads=st.none() | st.integers(1, 256),
    tensor_parallel=st.sampled_from([1, 2, 8]),
)


def make_estimate(device: Device, model: Model, workload: Workload) -> Estimate:
    """The estimate with the published calibration."""
    return estimate(device, model, workload, CALIBRATION)
