"""The built-in data, in samples: values are those of their sources, and usual names are known."""

from __future__ import annotations

import pytest

from tests.catalogue.built_in import find


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("A100 PCIe 80GB", "bandwidth_bytes_per_s", 1935e9),
        ("A100 SXM 80GB", "link_bytes_per_s", 300e9),
        ("B200", "bandwidth_bytes_per_s", 7700e9),
        ("Tesla P40", "memory_bytes", 24e9),
        ("RTX 4090", "peak_flop_per_s", 165e12),
        ("RTX 5090", "measured_flop_per_s", 254.2e12),
        ("RTX 2080 Ti", "bandwidth_bytes_per_s", 616e9),
        ("MI300X", "peak_flop_per_s", 1307e12),
        ("RX 7900 XTX", "memory_bytes", 24e9),
        ("Strix Halo", "measured_bandwidth_bytes_per_s", 221e9),
        ("M5", "bandwidth_bytes_per_s", 153.6e9),
        ("M2 Max", "cpu_bandwidth_bytes_per_s", 110e9),
        ("Desktop DDR5-5600", "memory_channels", 2),
        ("Ryzen 9 7950X", "threads", 16),
        ("Threadripper PRO 7965WX", "fabric_bytes_per_s", 230.4e9),
        ("Threadripper PRO 7965WX", "chiplets", 4),
        ("EPYC 9115", "bandwidth_bytes_per_s", 576e9),
        ("EPYC 9115", "transfers_per_s", 6e9),
        ("EPYC 9355P", "fabric_bytes_per_s", 1024e9),
        ("2 x EPYC 9124", "measured_bandwidth_bytes_per_s", 530e9),
        ("2 x EPYC 9124", "sockets", 2),
        ("Xeon Gold 6138 x2", "bandwidth_bytes_per_s", 255.936e9),
    ],
)
def test_a_device_has_the_value_of_its_source(name: str, field: str, value: float) -> None:
    assert find("device", name).value_of(field) == pytest.approx(value)


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("Llama-2-7B", "active_parameters", 6.607e9),
        ("Llama-3.1-8B", "total_parameters", 8.03e9),
        ("Llama-3.1-8B", "vocabulary", 128256),
        ("Mixtral-8x7B", "routed_active_parameters", 11.274e9),
        ("Qwen3-4B", "tied_embeddings", True),
        ("Qwen3-30B-A3B", "experts_per_token", 8),
        ("Qwen3-Coder-480B-A35B", "published_active_parameters", 35e9),
        ("DeepSeek-V3", "cache_elements_per_token", 35136),
        ("DeepSeek-V3", "attention", "MLA"),
        ("Kimi-K2", "total_parameters", 1026.407e9),
        ("gpt-oss-20b", "window_tokens", 128),
        ("gpt-oss-120b", "global_layer_share", 0.5),
        ("Gemma-3-27B", "windowed_cache_elements_per_token", 211626),
        ("Phi-4", "kv_heads", 10),
        ("Llama-4-Maverick", "first_dense_layers", 24),
    ],
)
def test_a_model_has_the_value_of_its_source(name: str, field: str, value: object) -> None:
    assert find("model", name).value_of(field) == pytest.approx(value)


@pytest.mark.parametrize(
    ("kind", "name", "bits"),
    [
        ("quantization", "IQ1_S", 2.0042),
        ("quantization", "Q4_K_M", 4.8944),
        ("quantization", "F16", 16.0005),
        ("quantization", "MXFP4", 4.25),
        ("quantization", "Q4_0", 4.653),
        ("quantization", "int4 g32", 5),
        ("cache type", "f16", 16),
        ("cache type", "q8_0", 34 / 32 * 8),
        ("cache type", "q4_0", 18 / 32 * 8),
    ],
)
def test_a_quantization_has_the_bits_of_its_source(kind: str, name: str, bits: float) -> None:
    field = "bits_per_parameter" if kind == "quantization" else "bits_per_element"
    assert find(kind, name).value_of(field) == pytest.approx(bits)


@pytest.mark.parametrize(
    ("kind", "name", "entry"),
    [
        ("device", "3090 24GB", "RTX 3090"),
        ("device", "3080 10GB", "RTX 3080 10GB"),
        ("device", "geforce rtx4090", "RTX 4090"),
        ("device", "A100 80GB", "A100 SXM 80GB"),
        ("device", "H100 80GB HBM3", "H100 SXM 80GB"),
        ("device", "M1 7‑Core GPU 8GB", "Apple M1"),
        ("device", "M2 Ultra 76-Core GPU 192GB", "Apple M2 Ultra"),
        ("device", "Apple M4 Max (40c)", "Apple M4 Max"),
        ("device", "DGX Spark (GB10)", "DGX Spark"),
        ("device", "Ryzen 9 7950X (CPU)", "Ryzen 9 7950X"),
        ("device", "2x EPYC 9175F (16x DDR5-6400)", "2 x EPYC 9175F"),
        ("device", "Xeon 6980P 1 socket", "Xeon 6980P"),
        ("model", "Llama-3-8B", "Llama-3.1-8B"),
        ("model", "Llama-3.3-70B", "Llama-3.1-70B"),
        ("model", "DeepSeek-R1", "DeepSeek-V3"),
        ("model", "DeepSeek-V3-0324", "DeepSeek-V3"),
        ("model", "deepseek-ai/DeepSeek-R1", "DeepSeek-V3"),
        ("model", "google/gemma-3-27b-it", "Gemma-3-27B"),
        ("quantization", "Q4_K - Medium", "Q4_K_M"),
        ("quantization", "IQ2_XXS - 2.0625 bpw", "IQ2_XXS"),
        ("quantization", "bf16", "BF16"),
        ("quantization", "fp16", "F16"),
    ],
)
def test_names_that_others_use_are_known(kind: str, name: str, entry: str) -> None:
    assert find(kind, name).name == entry
