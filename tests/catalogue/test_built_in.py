"""The built-in data: nothing is wrong in it, and nothing is missing from it."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from itertools import chain
from pathlib import Path

from site_gen.estimator.catalogue import DEVICE_CLASSES, Entry, Sourced, names_of
from tests.catalogue.built_in import built_in, find

REPOSITORY = Path(__file__).parents[2]


def all_entries() -> list[Entry]:
    known = built_in()
    kinds = (known.devices, known.models, known.quantizations, known.cache_types)
    return list(chain.from_iterable(kind.by_name.values() for kind in kinds))


def test_all_is_there() -> None:
    known = built_in()
    assert len(known.devices.by_name) == 92
    assert len(known.models.by_name) == 32
    assert len(known.quantizations.by_name) == 35
    assert len(known.cache_types.by_name) == 10
    assert known.version == "2026-11-24"


def test_each_class_has_its_devices_in_one_group() -> None:
    classes = [entry.device_class for entry in built_in().devices.by_name.values()]
    assert Counter(classes) == {
        "nvidia-dc": 19,
        "nvidia-ws": 6,
        "nvidia-consumer": 18,
        "nvidia-uma": 1,
        "amd-dc": 2,
        "amd-consumer": 5,
        "amd-uma": 1,
        "apple": 18,
        "cpu-desktop": 7,
        "cpu-server": 15,
    }
    assert classes == sorted(classes, key=DEVICE_CLASSES.index)


def test_how_many_values_are_known() -> None:
    """A value that is lost in an edit is missed here."""
    counts = Counter(field for entry in all_entries() for field in entry.values)
    assert counts == DEVICE_COUNTS | MODEL_COUNTS | OTHER_COUNTS


DEVICE_COUNTS = {
    "bandwidth_bytes_per_s": 92,
    "chiplets": 4,
    "cpu_bandwidth_bytes_per_s": 2,
    "fabric_bytes_per_s": 4,
    "gpu_cores": 12,
    "is_older": 22,
    "link_bytes_per_s": 13,
    "measured_bandwidth_bytes_per_s": 7,
    "measured_flop_per_s": 3,
    "memory_bytes": 52,
    "memory_channels": 20,
    "peak_flop_per_s": 23,
    "sockets": 6,
    "threads": 4,
    "transfers_per_s": 20,
}
MODEL_COUNTS = {
    "active_parameters": 32,
    "attention": 32,
    "attention_width": 31,
    "cache_elements_per_token": 32,
    "dense_ffn": 32,
    "expert_ffn": 10,
    "experts": 10,
    "experts_per_token": 10,
    "first_dense_layers": 3,
    "global_layer_share": 7,
    "head_size": 30,
    "heads": 32,
    "hidden_size": 32,
    "kv_heads": 32,
    "kv_lora_rank": 2,
    "layers": 32,
    "published_active_parameters": 6,
    "published_parameters": 12,
    "rope_head_size": 2,
    "routed_active_parameters": 10,
    "routed_parameters": 10,
    "shared_experts": 3,
    "tied_embeddings": 32,
    "total_parameters": 32,
    "vocabulary": 32,
    "window_tokens": 7,
    "windowed_cache_elements_per_token": 7,
}
OTHER_COUNTS = {
    "bits_per_parameter": 35,
    "decode_tokens_per_s": 23,
    "file_bytes": 25,
    "prefill_tokens_per_s": 23,
    "bits_per_element": 10,
}


def test_every_value_has_a_unit_a_source_and_a_date() -> None:
    unitless = set()
    for entry in all_entries():
        for field, sourced in entry.values.items():
            assert sourced.source, (entry.name, field)
            assert sourced.date == "2026-11-24"
            assert sourced.text
            unitless |= set() if sourced.unit else {field}
    assert unitless == {
        "attention",
        "attention_width",
        "dense_ffn",
        "expert_ffn",
        "global_layer_share",
        "head_size",
        "hidden_size",
        "is_older",
        "kv_lora_rank",
        "rope_head_size",
        "tied_embeddings",
    }


def test_every_entry_makes_what_an_estimate_needs() -> None:
    known = built_in()
    assert all(entry.device.bandwidth_bytes_per_s for entry in known.devices.by_name.values())
    assert all(entry.model.cache_elements_per_token for entry in known.models.by_name.values())
    sizes = [entry.bits_of("") for entry in known.quantizations.by_name.values()]
    assert all(1 < float(size.value) <= 32 for size in sizes)
    assert all(entry.bits_per_element <= 32 for entry in known.cache_types.by_name.values())


def test_every_name_and_alias_is_found() -> None:
    known = built_in()
    for kind in (known.devices, known.models, known.quantizations, known.cache_types):
        for entry in kind.by_name.values():
            for name in names_of(entry):
                assert find(kind.kind, name) is entry
                assert find(kind.kind, f" {name.upper().replace(' ', '_')} ") is entry


def test_a_value_tells_who_says_so() -> None:
    entry = find("device", "RTX 4090")
    assert entry.values["peak_flop_per_s"] == Sourced(
        value=165e12,
        unit="FLOP/s",
        text="165 TFLOP/s",
        source="gist mikasenghaas/d63ded03",
        date="2026-11-24",
        note="dense bf16",
    )


def test_what_is_computed_says_from_what() -> None:
    assert find("model", "Phi-4").values["active_parameters"].source == (
        "computed from Lightning-AI/litgpt@2685705, litgpt/config.py, phi-4"
    )


def test_a_file_that_was_weighed_beats_the_usual_size() -> None:
    entry = built_in().quantizations.by_name["MXFP4"]
    assert entry.bits_of("gpt-oss-120b").value == 4.339
    assert entry.bits_of("Llama-3.1-8B").value == 4.25


def test_files_that_were_weighed_are_of_models_that_are_known() -> None:
    known = built_in()
    for entry in known.quantizations.by_name.values():
        assert set(entry.files) <= set(known.models.by_name)


def test_reading_it_does_not_load_pint() -> None:
    program = (
        "import sys; from site_gen.catalogue import load_catalogue; load_catalogue(); "
        "assert 'pint' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=REPOSITORY)
