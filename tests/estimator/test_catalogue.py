"""Names and entries: what is found, what is near, and what an estimate gets of it."""

from __future__ import annotations

import pytest

from site_gen.estimator.catalogue import (
    DeviceEntry,
    Entries,
    ModelEntry,
    QuantizationEntry,
    Sourced,
    UnknownName,
    fold_name,
)
from site_gen.estimator.inputs import Device, Model


def sourced(value: float | str) -> Sourced:
    return Sourced(value=value, unit="", text=str(value), source="a card", date="2026-01-02")


def device(name: str, *aliases: str, **values: float) -> DeviceEntry:
    """A device with a bandwidth and what else is given."""
    known = {"bandwidth_bytes_per_s": 1e9, **values}
    return DeviceEntry(
        name=name,
        aliases=aliases,
        source="a card",
        values={field: sourced(value) for field, value in known.items()},
        device_class="nvidia-consumer",
    )


DEVICES = Entries(
    "device",
    {
        entry.name: entry
        for entry in (
            device("RTX 4090", "GeForce RTX 4090"),
            device("RTX 4080"),
            device("RTX 3090"),
            device("RTX 3080"),
            device("EPYC 9115"),
        )
    },
    frozenset(["RTX 2080"]),
)


@pytest.mark.parametrize(
    "name", ["RTX 4090", "rtx4090", " RTX-4090 ", "geforce_rtx_4090", "RTX\u20114090"]
)
def test_case_blanks_hyphens_and_underscores_do_not_matter(name: str) -> None:
    assert DEVICES.find(name) is DEVICES.by_name["RTX 4090"]


def test_other_characters_do() -> None:
    assert fold_name("Q4_K - Medium") == "q4kmedium"
    assert fold_name("Max+ 395 (8060S)") == "max+395(8060s)"
    assert fold_name("Straße") == fold_name("STRASSE")


@pytest.mark.parametrize(
    ("name", "nearest", "hint"),
    [
        (
            "RTX 4091",
            ("RTX 4090", "RTX 4080", "RTX 3090"),
            "did you mean `RTX 4090`, `RTX 4080` or `RTX 3090`?",
        ),
        ("epyc 9116", ("EPYC 9115",), "did you mean `EPYC 9115`?"),
        ("GeForce RTX 4091", ("RTX 4090",), "did you mean `RTX 4090`?"),
        ("a toaster", (), "`site-gen estimate --list devices` shows all"),
        ("", (), "`site-gen estimate --list devices` shows all"),
        ("x" * 1_000_000, (), "`site-gen estimate --list devices` shows all"),
    ],
)
def test_a_name_that_is_not_there_has_those_near_to_it(
    name: str, nearest: tuple[str, ...], hint: str
) -> None:
    found = DEVICES.find(name)
    assert found == UnknownName("device", name, nearest)
    assert found.message == f"the catalogue has no device `{name}`"
    assert found.hint == hint


def test_an_entry_that_was_left_out_is_not_just_unknown() -> None:
    found = DEVICES.find("rtx 2080")
    assert isinstance(found, UnknownName)
    assert found.is_broken


def test_a_device_takes_what_it_has_a_field_for() -> None:
    entry = device("mine", threads=16, sockets=2, chiplets=4, cpu_bandwidth_bytes_per_s=5e8)
    assert entry.device == Device(
        name="mine",
        device_class="nvidia-consumer",
        bandwidth_bytes_per_s=1e9,
        threads=16,
        sockets=2,
    )
    assert entry.value_of("chiplets") == 4
    assert entry.value_of("memory_bytes") is None


def test_a_model_takes_what_it_has_a_field_for_and_is_found_by_its_repository() -> None:
    entry = ModelEntry(
        name="Small",
        source="a card",
        values={"active_parameters": sourced(2e9), "attention": sourced("GQA")},
        huggingface="maker/Small-2B",
    )
    assert entry.model == Model(name="Small", active_parameters=2e9)
    assert Entries("model", {"Small": entry}).find("Maker/small 2b") is entry


def test_a_file_that_was_weighed_beats_the_usual_size() -> None:
    usual, weighed = sourced(4.9), sourced(4.8)
    entry = QuantizationEntry(
        name="Q4", source="a card", values={"bits_per_parameter": usual}, files={"Small": weighed}
    )
    assert entry.bits_of("Small") is weighed
    assert entry.bits_of("Large") is usual
