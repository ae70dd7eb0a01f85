"""What an estimate is made from: a device, a model and a workload.

Plain frozen records in base units, whoever filled them: the catalogue, an author's quantities or a
row of a measurement. None always means that something is not known; what an estimate then assumes
is for `estimate` to say.
"""

import math
from dataclasses import dataclass
from typing import Literal

Engine = Literal["llama.cpp", "ik_llama.cpp", "compiled", "server", "eager"]
"""What runs the model: llama.cpp and what is built on it; ik_llama.cpp; an engine that compiles the
whole step (TensorRT-LLM, gpt-fast, MLC, ExLlama); one that serves many (vLLM, SGLang); or a
framework as it comes (Transformers)."""

Kernel = Literal["plain", "blocks", "codebook", "trellis"]
"""How a quantization is unpacked: not at all; block by block with scales (Q4_0, Q4_K); through
tables (IQ1 to IQ3); or by computing a trellis (the KT types)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """What the model runs on."""

    name: str
    """What an author calls it, e.g. "RTX 4090" or "12 x DDR5-6000"."""

    device_class: str = ""
    """The class of the calibration that it belongs to, e.g. "nvidia-consumer"; "" for none."""

    bandwidth_bytes_per_s: float
    """Memory bandwidth in bytes/s by its maker or by its modules, positive, e.g. 576e9."""

    memory_channels: int | None = None
    """64-bit memory channels, e.g. 12; None where the bandwidth was given as it is."""

    transfers_per_s: float | None = None
    """Memory speed in transfers/s, e.g. 6e9; None where the bandwidth was given as it is."""

    fabric_bytes_per_s: float | None = None
    """What the links between cores and memory can carry in bytes/s, e.g. 128e9 of two chiplets."""

    measured_bandwidth_bytes_per_s: float | None = None
    """What a benchmark of the memory alone has reached in bytes/s, e.g. 237e9."""

    compute_parameters_per_s: float | None = None
    """Compute throughput in parameters/s, positive, e.g. 400e9; None for infinite."""

    peak_flop_per_s: float | None = None
    """Dense peak of fp16 matrix products in FLOP/s, e.g. 989e12."""

    memory_bytes: float | None = None
    """How much fits into its memory in bytes, e.g. 24e9."""

    link_bytes_per_s: float | None = None
    """Bandwidth to its neighbours in bytes/s and direction, e.g. 450e9 of NVLink 4."""

    threads: int | None = None
    """Cores that compute, of a processor; None for other devices."""

    gpu_cores: int | None = None
    """Cores of Apple's GPUs, which come in several sizes under one name, e.g. 40."""

    has_matrix_units: bool = False
    """Whether the cores of an Apple GPU have units for matrix products, as from M5 on."""

    is_older: bool = False
    """Whether it is a GPU from before 2022, whose cores are slower beside its memory."""

    sockets: int = 1
    """Processors that share the memory, each with a part of it near."""

    def __post_init__(self) -> None:
        _assert_positive(self.bandwidth_bytes_per_s, self.compute_parameters_per_s)
        _assert_positive(self.memory_channels, self.transfers_per_s, self.fabric_bytes_per_s)
        _assert_positive(self.measured_bandwidth_bytes_per_s, self.peak_flop_per_s)
        _assert_positive(self.memory_bytes, self.link_bytes_per_s, self.threads, self.sockets)
        _assert_positive(self.gpu_cores)

    @property
    def is_processor(self) -> bool:
        """Whether threads of a processor compute."""
        return self.device_class.startswith("cpu")


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The network whose parameters are read."""

    name: str
    """What its makers call it, e.g. "DeepSeek-V3-0324"."""

    active_parameters: float
    """Parameters read for each token, positive, e.g. 37e9; of a dense model, all but the input
    embedding, of which one row is read."""

    total_parameters: float | None = None
    """All parameters, e.g. 671e9; None where only the active ones are known."""

    routed_parameters: float = 0.0
    """Parameters in routed experts, of which each token reads some; 0 of a dense model."""

    routed_active_parameters: float = 0.0
    """Parameters in those experts that one token is routed to; 0 of a dense model."""

    experts: int = 0
    """Routed experts of a layer, e.g. 256; 0 of a dense model."""

    experts_per_token: int = 0
    """Those of them that a token is routed to, e.g. 8."""

    layers: int | None = None
    """Layers, e.g. 61."""

    cache_elements_per_token: float | None = None
    """Numbers kept per token of context, in layers that attend to all of it, e.g. 35,136."""

    windowed_cache_elements_per_token: float = 0.0
    """The same in layers that attend to the newest tokens alone."""

    window_tokens: int | None = None
    """How many tokens those attend to, e.g. 1024."""

    attention_width: int | None = None
    """Attention heads times the size of one, e.g. 4096; prefill grows with it."""

    def __post_init__(self) -> None:
        _assert_positive(self.active_parameters, self.total_parameters, self.layers)
        _assert_positive(self.cache_elements_per_token, self.window_tokens, self.attention_width)
        assert 0 <= self.routed_active_parameters <= self.routed_parameters
        assert self.routed_active_parameters <= self.active_parameters
        assert 0 <= self.experts_per_token <= self.experts


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of a model that is on a device beside the first one."""

    device: Device
    """Where it is."""

    always_read: float
    """Share of what every token reads (attention, norms, shared experts, the output), 0 to 1."""

    routed: float
    """Share of the routed experts, 0 to 1."""

    def __post_init__(self) -> None:
        assert 0 <= self.always_read <= 1
        assert 0 <= self.routed <= 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """How the model is run."""

    bits_per_parameter: float
    """Size of a parameter in memory in bits, averaged over the file, positive, e.g. 2.42."""

    always_read_bits: float | None = None
    """The same of what every token reads, where a file keeps that at more bits than its routed
    experts; None where all is alike."""

    quantization: str = ""
    """What that is called, e.g. "Q4_K_M"; "" where only the size is known."""

    kernel: Kernel = "blocks"
    """How that is unpacked."""

    engine: Engine = "llama.cpp"
    """What runs the model."""

    product_bits: int = 16
    """Bits of the numbers that a GPU multiplies: 8 or 4 where engine and device can do so."""

    is_recent: bool = True
    """Whether the engine is of 2025 or later: its kernels take less time to start."""

    context_tokens: int = 0
    """Tokens in the cache of each sequence while it decodes; 0 for the very beginning."""

    batch: int = 1
    """Sequences that are decoded at once."""

    cache_bits_per_element: float = 16.0
    """Size of a number in the cache in bits, e.g. 16 of f16 and 8.5 of q8_0."""

    prompt_tokens: int = 512
    """Tokens of a prompt, for prefill."""

    threads: int | None = None
    """Threads that compute on a processor; None for all of its cores."""

    split: tuple[Share, ...] = ()
    """Parts of the model that are elsewhere; the rest is on the device itself."""

    tensor_parallel: int = 1
    """Devices of one kind that share each layer."""

    def __post_init__(self) -> None:
        _assert_positive(self.bits_per_parameter, self.always_read_bits)
        _assert_positive(self.batch, self.cache_bits_per_element)
        _assert_positive(self.prompt_tokens, self.threads, self.tensor_parallel)
        assert self.context_tokens >= 0
        assert sum(share.always_read for share in self.split) <= 1 + 1e-9
        assert sum(share.routed for share in self.split) <= 1 + 1e-9


def _assert_positive(*values: float | None) -> None:
    for value in values:
        assert value is None or (math.isfinite(value) and value > 0), value
