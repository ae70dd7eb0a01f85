"""Rows → devices, models and workloads, as people write them."""

from __future__ import annotations

import pytest

from site_gen.estimator.inputs import Device
from site_gen.evidence.pricing import NotPriced, price
from tests.evidence.rows import catalogue, make_setting, price_row


@pytest.mark.parametrize(
    ("hardware", "class_", "gb_per_s"),
    [
        ("RTX 4090", "nvidia-consumer", 1008),
        ("4090 24GB * 8", "nvidia-consumer", 1008),
        ("GeForce RTX 3080 Ti", "nvidia-consumer", 912),
        ("RTX A6000 48GB", "nvidia-ws", 768),
        ("RTX PRO 6000 Blackwell", "nvidia-ws", 1792),
        ("A100 x2 (PCIe, no NVLink)", "nvidia-dc", 1935),
        ("H100 80GB HBM3", "nvidia-dc", 3350),
        ("DGX Spark (GB10)", "nvidia-uma", 273),
        ("RX 9070 XT", "amd-consumer", 640),
        ("MI300X", "amd-dc", 5300),
        ("Ryzen AI Max+ 395 (8060S)", "amd-uma", 256),
        ("M3 Max 40‑Core GPU 64GB", "apple", 400),
        ("Intel Arc B580", "intel-gpu", 456),
        ("Ryzen 9 7950X (CPU)", "cpu-desktop", 64),
        ("EPYC 9654 (12ch DDR5-4800)", "cpu-server", 460.8),
        ("2x EPYC 9654", "cpu-server", 921.6),
        ("Xeon E5-2683 v4 quad channel", "cpu-server", 76.8),
        ("Threadripper 7980X 4 x 32GB DDR5-6400", "cpu-server", 204.8),
        ("i7-12700K DDR4-3200", "cpu-desktop", 51.2),
        ("A100-SXM4-40GB", "nvidia-dc", 1555),
        ("NVIDIA A100-SXM4-80GB", "nvidia-dc", 2039),
        ("RTX 4090 Laptop GPU", "nvidia-consumer", 576),
        ("RTX PRO 6000 Blackwell Max-Q", "nvidia-ws", 1792),
        ("RTX 3080 12GB", "nvidia-consumer", 912),
        ("M4 Max (32c)", "apple", 410),
        ("M4 Max (40c)", "apple", 546),
    ],
)
def test_devices_are_known_by_name(hardware: str, class_: str, gb_per_s: float) -> None:
    device = price_row(hardware=hardware).device
    assert device.device_class == class_
    assert device.bandwidth_bytes_per_s == pytest.approx(gb_per_s * 1e9, rel=0.05)


def test_a_row_s_own_columns_are_preferred_to_the_catalogue() -> None:
    row = {"memory_bandwidth_GBps_spec": "999", "compute_fp16_TFLOPS": "100"}
    device = price_row(**row).device
    assert device.bandwidth_bytes_per_s == 999e9
    assert device.peak_flop_per_s == 100e12


@pytest.mark.parametrize(
    ("written", "hardware", "class_"),
    [
        ("nvidia-dc-TP", "H100 SXM", "nvidia-dc"),
        ("nvidia-dc-serving", "RTX PRO 6000 Blackwell", "nvidia-ws"),
        ("amd-dc-serving", "MI300X", "amd-dc"),
        ("cpu", "Xeon 6980P", "cpu-server"),
        ("apple-cpu", "Apple M2", "cpu-desktop"),
        ("tpu", "TPU v5e", ""),
        ("amd-apu", "Ryzen AI 9 HX 370 (890M)", "amd-uma"),
        ("intel-igpu", "Core Ultra 7 258V", "intel-gpu"),
        ("apple-gpu", "M3 Ultra", "apple"),
        ("nvidia-consumer", "Core i9-13900K + RTX 4090", "nvidia-consumer"),
    ],
)
def test_other_classes_are_those_that_they_are_like(
    written: str, hardware: str, class_: str
) -> None:
    priced = price_row(hw_class=written, hardware=hardware, memory_bandwidth_GBps_spec="100")
    assert priced.device.device_class == class_


def test_processors_have_sockets_threads_and_what_was_measured() -> None:
    both = price_row(hardware="2x Xeon Gold 6138 (12ch DDR4-2666)", hw_class="cpu-server")
    assert both.device.sockets == 2
    one = price_row(hardware="Threadripper PRO 7965WX", notes="24 threads")
    assert one.device.measured_bandwidth_bytes_per_s == 237e9
    assert one.workload.threads == 24


def test_apple_gpus_have_cores_and_from_m5_on_matrix_units() -> None:
    older, newer = (price_row(hardware=f"Apple {chip} Max (40c)").device for chip in ("M4", "M5"))
    assert (older.gpu_cores, older.has_matrix_units) == (40, False)
    assert (newer.gpu_cores, newer.has_matrix_units) == (40, True)


@pytest.mark.parametrize(
    ("model", "billions", "name"),
    [
        ("Llama-3-8B", "8.03", "Llama-3.1-8B"),
        ("DeepSeek-R1-0528", "671.03", "DeepSeek-V3"),
        ("DeepSeek-R1-Distill-Llama-8B", "8.03", "Llama-3.1-8B"),
        ("Qwen3-30B-A3B-Instruct-2507", "30.53", "Qwen3-30B-A3B"),
        ("unsloth/gpt-oss-20b-GGUF", "", "gpt-oss-20b"),
        ("Llama-3-8B", "70", "Llama-3-8B"),
        ("Qwen2.5-7B", "", "Qwen2.5-7B"),
        ("Qwen2.5-Coder-7B-Instruct", "", "Qwen2.5-7B"),
        ("DeepSeek-R1-Distill-Qwen-32B", "", "Qwen2.5-32B"),
        ("llama3.1:8b-instruct-q4_K_M", "", "Llama-3.1-8B"),
        ("qwen3:30b-a3b", "", "Qwen3-30B-A3B"),
    ],
)
def test_models_are_known_by_name_unless_their_size_is_another(
    model: str, billions: str, name: str
) -> None:
    assert price_row(model=model, params_total_B=billions).model.name == name


def test_unknown_models_are_priced_by_their_size() -> None:
    dense = price_row(model="Foo-12B").model
    assert dense.total_parameters == 12e9
    assert dense.active_parameters < 12e9
    assert dense.layers == 42
    mixture = price_row(model="Foo-100B-A10B").model
    assert (mixture.active_parameters, mixture.routed_active_parameters) == (10e9, 6e9)
    assert price_row(model="Mixtral-8x22B-v9").model.total_parameters == pytest.approx(
        140e9, rel=0.05
    )


def test_deepseek_has_its_latent_cache_where_the_engine_keeps_one() -> None:
    row = {"model": "DeepSeek-V3", "hardware": "Xeon 6980P"}
    small = price_row(engine="ik_llama.cpp -mla 2", **row).model.cache_elements_per_token
    large = price_row(engine="llama.cpp", **row).model.cache_elements_per_token
    assert small == 35136
    assert large == 61 * 128 * 320


@pytest.mark.parametrize(
    ("cells", "bits"),
    [
        ({"quant": "Q4_K_M"}, 4.8944),
        ({"quant": "UD-Q4_K_XL"}, 4.6),
        ({"quant": "Q4_K_M (imatrix)"}, 4.8944),
        ({"quant": "IQ2_XXS - 2.0625 bpw"}, 2.3824),
        ({"quant": "6.5bpw"}, 6.5),
        ({"quant": "MLX 4bit"}, 4.6),
        ({"quant": "GPTQ-8bit"}, 8.5),
        ({"quant": "", "model": "llama3.1:8b-instruct-q8_0"}, 8.5),
        ({"quant": "AWQ"}, 4.6),
        ({"quant": "FP8"}, 8.0),
        ({"quant": "mystery"}, 4.6),
        ({"bits_per_weight": "5.1"}, 5.1),
        ({"file_size_GiB": "4.58", "params_total_B": "8.03"}, 4.9),
    ],
)
def test_bits_come_from_the_row_its_file_or_its_name(cells: dict[str, str], bits: float) -> None:
    assert price_row(**cells).workload.bits_per_parameter == pytest.approx(bits, rel=0.01)


def test_fp8_is_multiplied_as_such_where_engine_and_device_can() -> None:
    row = {"hardware": "H100 SXM", "quant": "FP8"}
    assert price_row(engine="vLLM", **row).workload.product_bits == 8
    assert price_row(engine="llama.cpp", **row).workload.product_bits == 16


def test_contexts_are_the_mean_over_the_measurement() -> None:
    assert price_row(test="tg512").workload.context_tokens == 256
    assert price_row(test="tg32 @ d4096", context_depth="4096").workload.context_tokens == 4112
    prompt = price_row(kind="prefill", test="pp2048 @ d4096", context_depth="4096", batch="2048")
    assert (prompt.workload.prompt_tokens, prompt.workload.context_tokens) == (2048, 4096)


def test_several_devices_share_layers_or_have_some_each() -> None:
    row = price_row(n_gpu="4", offload="full GPU, layer split", engine="llama.cpp")
    assert (row.devices, row.workload.tensor_parallel, len(row.workload.split)) == (4, 1, 3)
    together = price_row(n_gpu="4", offload="full GPU", engine="vLLM")
    assert (together.devices, together.workload.tensor_parallel) == (1, 4)


def test_the_largest_batch_is_what_fits() -> None:
    row = {"hardware": "H100 SXM", "quant": "FP8", "engine": "TensorRT-LLM", "batch": "max"}
    priced = price_row(test="ISL/OSL 128/2048 max load", **row)
    assert priced.workload.batch == 847
    assert priced.mix is not None
    assert (priced.mix.prompt_tokens, priced.mix.generated_tokens) == (128, 2048)
    setting = make_setting(**{**row, "model": "DeepSeek-R1"})
    reason = "the batch is not stated, and the weights do not fit the devices named"
    assert price(catalogue(), setting) == NotPriced(reason)


def test_hybrid_rows_have_a_part_on_the_processor() -> None:
    row = {"hardware": "Ryzen 9 7950X + RTX 4080", "hw_class": "hybrid", "model": "Qwen3-30B-A3B"}
    offload = "experts of last 14 of 48 layers on CPU, rest on RTX 4080 (717 GB/s)"
    priced = price_row(offload=offload, memory_bandwidth_GBps_spec="64", **row)
    (share,) = priced.workload.split
    assert priced.device.bandwidth_bytes_per_s == 717e9
    assert (share.always_read, share.routed) == (0.0, 14 / 48)
    assert share.device.bandwidth_bytes_per_s == 64e9


@pytest.mark.parametrize(
    ("cells", "is_recent"),
    [
        ({"model": "Llama-2-7B", "source": "llama.cpp discussion #4167"}, False),
        ({"model": "Llama-2-7B", "source": "llama.cpp discussion #15013"}, True),
        ({"model": "Llama-2-7B", "engine": "llama.cpp b6100"}, True),
        ({"model": "Llama-2-7B"}, False),
        ({"model": "Llama-2-7B", "hardware": "RTX 5090"}, True),
        ({"model": "Qwen3-8B"}, True),
        ({"model": "Qwen2.5-7B"}, True),
        ({"model": "Qwen3-8B", "engine": "vLLM"}, False),
    ],
)
def test_the_age_of_the_engine_follows_from_what_it_ran(
    cells: dict[str, str], is_recent: bool
) -> None:
    assert (
        price_row(engine=cells.pop("engine", "llama.cpp"), **cells).workload.is_recent == is_recent
    )


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"model": "Mystery"}, "parameters of the model are not known"),
        ({"hardware": "Foo 1"}, "memory bandwidth of the device is not known"),
    ],
)
def test_what_cannot_be_known_is_the_reason(cells: dict[str, str], reason: str) -> None:
    assert price(catalogue(), make_setting(**cells)) == NotPriced(reason)


def test_links_are_slow_where_the_row_says_so() -> None:
    def link(hardware: str) -> float | None:
        device: Device = price_row(hardware=hardware, hw_class="nvidia-dc").device
        return device.link_bytes_per_s

    assert link("A100 x2 (PCIe, no NVLink)") == 32e9
    assert link("A100 80GB TP8") == 300e9


@pytest.mark.parametrize(
    ("model", "total", "active"),
    [
        ("Llama-4-Scout-17B-16E", 109e9, 17e9),
        ("DeepSeek-Coder-V2-Lite-Instruct", 15.7e9, 2.4e9),
        ("DeepSeek-LLM-67B", 67e9, 66e9),
        ("Llama-3.2-1B", 1.24e9, 1.24e9),
    ],
)
def test_sizes_of_well_known_models_stand_behind_those_in_names(
    model: str, total: float, active: float
) -> None:
    found = price_row(model=model).model
    assert found.total_parameters == pytest.approx(total)
    assert found.active_parameters == pytest.approx(active, rel=0.02)


def test_a_row_s_active_parameters_are_preferred_to_the_catalogue() -> None:
    assert price_row(model="Qwen3-30B-A3B", params_active_B="3.3").model.layers == 48
    other = price_row(model="Qwen3-30B-A3B", params_total_B="30.5", params_active_B="6").model
    assert other.active_parameters == 6e9


@pytest.mark.parametrize("class_", ["hybrid", "", "cpu+gpu hybrid"])
@pytest.mark.parametrize("gb_per_s", ["", "1008", "64"])
def test_parts_of_a_hybrid_may_stand_in_any_order(class_: str, gb_per_s: str) -> None:
    row = {"hw_class": class_, "memory_bandwidth_GBps_spec": gb_per_s, "model": "gpt-oss-120b"}
    for hardware in ("RTX 4090 + Ryzen 9 7950X", "Ryzen 9 7950X + RTX 4090"):
        priced = price_row(hardware=hardware, **row)
        (share,) = priced.workload.split
        assert priced.device.device_class == "nvidia-consumer"
        assert priced.device.bandwidth_bytes_per_s == 1008e9
        assert share.device.bandwidth_bytes_per_s == 64e9


def test_exllama_gives_each_device_some_layers() -> None:
    apart = price_row(n_gpu="2", engine="ExLlamaV2")
    assert (apart.devices, apart.workload.tensor_parallel) == (2, 1)
    together = price_row(n_gpu="2", engine="ExLlamaV2", offload="full GPU, TP2")
    assert (together.devices, together.workload.tensor_parallel) == (1, 2)


def test_processors_are_not_several_devices() -> None:
    priced = price_row(hardware="2x EPYC 9654", hw_class="cpu-server")
    assert (priced.devices, priced.device.sockets) == (1, 2)


@pytest.mark.parametrize(
    ("hardware", "is_older"),
    [
        ("Tesla P100 16GB", True),
        ("A10G", True),
        ("RTX 3050", True),
        ("L40S", False),
        ("H200", False),
    ],
)
def test_gpus_before_ada_have_less_arithmetic(hardware: str, is_older: bool) -> None:
    assert price_row(hardware=hardware).device.is_older == is_older
