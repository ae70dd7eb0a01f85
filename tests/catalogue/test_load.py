"""A site's own data: what it adds and replaces, and each mistake as whole text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from site_gen.catalogue import load_catalogue
from site_gen.catalogue.entries import KINDS
from site_gen.diagnostics import Source
from site_gen.estimator.catalogue import Catalogue, UnknownName
from site_gen.estimator.inputs import Device, Model
from site_gen.terminal import format_diagnostic
from tests.catalogue.built_in import built_in

SOURCE = '[source.card]\ntitle = "a card"\ndate = 2026-01-02\n'
DEVICE = '[device.Mine]\nclass = "apple"\nsource = "card"\n'
MODEL = '[model.Mine]\nsource = "card"\nactive_parameters = "2B"\n'


def load(*texts: str) -> Catalogue:
    """The catalogue with files of a site, in which nothing is wrong."""
    catalogue, diagnostics = load_catalogue(sources(*texts))
    assert diagnostics == []
    return catalogue


def check(*texts: str) -> str:
    """All that is said about files of a site."""
    _, diagnostics = load_catalogue(sources(*texts))
    return "\n\n".join(format_diagnostic(each).plain for each in diagnostics)


def sources(*texts: str) -> list[Source]:
    return [
        Source(f"content/data/{name}.toml", text) for name, text in zip("abc", texts, strict=False)
    ]


def test_without_files_it_is_the_built_in_data() -> None:
    assert load() == built_in()


def test_a_site_adds_entries_of_each_kind() -> None:
    known = load(
        SOURCE + DEVICE + 'bandwidth = "2 x DDR5-5600"\nfabric = "2 x 57.6 GB/s"\n'
        'memory = "64 GiB"\ncompute = "400B parameters/s"\ncores = 8\n'
        + MODEL.replace("Mine", "Small")
        + '[quantization.Q9]\nsource = "card"\nbits_per_parameter = "9.1 bit"\n'
        '[quantization.Q9.files]\nSmall = "9.2 bit"\n'
        '[cache_type.q9]\nsource = "card"\nbits_per_element = "9.5 bit"\n'
    )
    assert known.devices.by_name["Mine"].device == Device(
        name="Mine",
        device_class="apple",
        bandwidth_bytes_per_s=89.6e9,
        memory_channels=2,
        transfers_per_s=5.6e9,
        fabric_bytes_per_s=115.2e9,
        compute_parameters_per_s=400e9,
        memory_bytes=64 * 2**30,
        threads=8,
    )
    assert known.models.by_name["Small"].model == Model(name="Small", active_parameters=2e9)
    assert known.quantizations.by_name["Q9"].bits_of("Small").value == 9.2
    assert known.cache_types.by_name["q9"].bits_per_element == 9.5
    assert known.version == built_in().version


def test_a_value_has_its_own_source_or_that_of_its_entry() -> None:
    known = load(
        SOURCE + '[source.other]\ntitle = "another"\ndate = 2026-03-04\n'
        '[device.Mine]\nclass = "apple"\nsource = ["card: page 3", "other"]\n'
        'bandwidth = "1 TB/s"\n'
        'memory = { is = "8 GB", source = "other: p. 1", note = "soldered" }\n'
    )
    values = known.devices.by_name["Mine"].values
    assert values["bandwidth_bytes_per_s"].source == "a card, page 3; another"
    assert values["bandwidth_bytes_per_s"].date == "2026-03-04"
    assert values["memory_bytes"].source == "another, p. 1"
    assert values["memory_bytes"].note == "soldered"


def test_an_entry_of_exactly_the_same_name_replaces_the_built_in_one() -> None:
    text = SOURCE + DEVICE.replace("Mine", '"RTX 4090"') + 'bandwidth = "900 GB/s"\n'
    entry = load(text).devices.by_name["RTX 4090"]
    assert entry.device == Device(
        name="RTX 4090", device_class="apple", bandwidth_bytes_per_s=900e9
    )
    assert entry.aliases == ()


def test_an_entry_that_is_wrong_is_left_out_and_known_as_broken() -> None:
    catalogue, _ = load_catalogue(sources(SOURCE + DEVICE.replace("Mine", '"RTX 4090"')))
    found = catalogue.find_device("rtx 4090")
    assert isinstance(found, UnknownName)
    assert found.is_broken


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            DEVICE + 'bandwith = "1 GB/s"\nbandwidth = "1 GB/s"\n',
            "content/data/a.toml:7:1: a device has no key `bandwith`\n"
            '7 | bandwith = "1 GB/s"\n  | ^^^^^^^^\nhint: did you mean `bandwidth`?',
        ),
        (
            DEVICE.replace("apple", "cpu-sever") + 'bandwidth = "1 GB/s"\n',
            "content/data/a.toml:5:9: there is no class `cpu-sever`\n"
            '5 | class = "cpu-sever"\n  |         ^^^^^^^^^^^\nhint: did you mean `cpu-server`?',
        ),
        (
            DEVICE,
            "content/data/a.toml:4:1: `Mine` has no `bandwidth`\n"
            '4 | [device.Mine]\n  | ^^^^^^^^^^^^^\nhint: add `bandwidth = "1008 GB/s"`',
        ),
        (
            DEVICE.replace('source = "card"\n', "") + 'bandwidth = "1 GB/s"\nmemory = "8 GB"\n'
            'cores = { is = 8, source = "card" }\n',
            "content/data/a.toml:4:1: `Mine` has no source for `bandwidth`, `memory`\n"
            "4 | [device.Mine]\n  | ^^^^^^^^^^^^^\n"
            'hint: name it for all of them: `source = "vendor"`, and define `[source.vendor]`',
        ),
        (
            DEVICE.replace('"card"', '"crad: page 3"') + 'bandwidth = "1 GB/s"\n',
            "content/data/a.toml:6:10: there is no source `crad` in this file\n"
            '6 | source = "crad: page 3"\n  |          ^^^^^^^^^^^^^^\nhint: did you mean `card`?',
        ),
        (
            DEVICE + 'bandwidth = { is = "1 GB/s", source = ["card", "spec"] }\n',
            "content/data/a.toml:7:48: there is no source `spec` in this file\n"
            '7 | bandwidth = { is = "1 GB/s", source = ["card", "spec"] }\n'
            "  |                                                ^^^^^^\nhint: known: `card`",
        ),
        (
            DEVICE.replace('"card"', "3") + 'bandwidth = "1 GB/s"\n',
            "content/data/a.toml:6:10: `source` must be the name of a source\n"
            '6 | source = 3\n  |          ^\nhint: for example `source = "vendor: page 3"`',
        ),
        (
            DEVICE + 'bandwidth = "576 GB"\n',
            "content/data/a.toml:7:14: `bandwidth`: `576 GB` is an amount of data, not a memory "
            'bandwidth\n7 | bandwidth = "576 GB"\n  |              ^^^^^^\n'
            "hint: a memory bandwidth is data per time, for example `576 GB/s`",
        ),
        (
            DEVICE + 'bandwidth = "576 GBs"\n',
            "content/data/a.toml:7:18: `bandwidth`: `GBs` is not a unit that is known here\n"
            '7 | bandwidth = "576 GBs"\n  |                  ^^^\nhint: did you mean `GB/s`?',
        ),
        (
            DEVICE + 'bandwidth = { is = "-1 GB/s" }\n',
            "content/data/a.toml:7:21: `bandwidth`: `-1 GB/s` is not more than zero\n"
            '7 | bandwidth = { is = "-1 GB/s" }\n  |                     ^^^^^^^\n'
            "hint: a memory bandwidth is more than zero, for example `576 GB/s`",
        ),
        (
            DEVICE + "bandwidth = 576\n",
            "content/data/a.toml:7:13: `bandwidth`: `576` has no unit\n7 | bandwidth = 576\n"
            "  |             ^^^\nhint: write it with its unit, for example `576 GB/s`",
        ),
        (
            DEVICE + "bandwidth = true\n",
            "content/data/a.toml:7:13: `bandwidth` must be text or a number\n"
            "7 | bandwidth = true\n  |             ^^^^\n"
            'hint: for example `"237 GB/s"` or `61`',
        ),
        (
            DEVICE + 'bandwidth = { value = "1 GB/s", note = 3 }\n',
            "content/data/a.toml:7:1: `bandwidth` has no value\n"
            '7 | bandwidth = { value = "1 GB/s", note = 3 }\n  | ^^^^^^^^^\n'
            'hint: write it so: `{ is = "237 GB/s", note = "…" }`\n\n'
            "content/data/a.toml:7:15: unknown key `value`\n"
            '7 | bandwidth = { value = "1 GB/s", note = 3 }\n  |               ^^^^^\n'
            "hint: known: `is`, `note`, `source`\n\n"
            "content/data/a.toml:7:40: `note` must be text\n"
            '7 | bandwidth = { value = "1 GB/s", note = 3 }\n'
            "  |                                        ^",
        ),
        (
            DEVICE + 'bandwidth = "1 GB/s"\naliases = ["-"]\n',
            'content/data/a.toml:8:12: `-` is no name\n8 | aliases = ["-"]\n'
            "  |            ^^^\nhint: a name has letters or digits",
        ),
        (
            MODEL + 'total_parameters = "1B"\n',
            "content/data/a.toml:6:21: `active_parameters` is more than `total_parameters`, 1B\n"
            '6 | active_parameters = "2B"\n  |                     ^^^^',
        ),
        (
            MODEL + "experts = 4\n[model.Mine.computed]\nexperts_per_token = 8\n",
            "content/data/a.toml:9:21: `experts_per_token` is more than `experts`, 4\n"
            "9 | experts_per_token = 8\n  |                     ^",
        ),
        (
            MODEL + 'experts = 4\nlayers = "a few"\ntied_embeddings = 1\nglobal_layer_share = 2\n',
            "content/data/a.toml:7:11: `Mine` has `experts` and no `experts_per_token`\n"
            "7 | experts = 4\n  |           ^\nhint: add `experts_per_token`\n\n"
            "content/data/a.toml:8:11: `layers`: `a few` is not a whole number above zero\n"
            '8 | layers = "a few"\n  |           ^^^^^\n'
            "hint: write digits alone, for example `61`\n\n"
            "content/data/a.toml:9:19: `tied_embeddings` must be true or false\n"
            "9 | tied_embeddings = 1\n  |                   ^\n"
            "hint: `tied_embeddings = true`\n\n"
            "content/data/a.toml:10:22: `global_layer_share`: `2` is not a share\n"
            "10 | global_layer_share = 2\n   |                      ^\n"
            "hint: write a number above 0 and at most 1, for example `0.5`",
        ),
        (
            "[quantization.Q9]\nsource = \"card\"\n[quantization.Q9.files]\nMine = '4 GB'\n",
            "content/data/a.toml:4:1: `Q9` has no `bits_per_parameter`\n"
            "4 | [quantization.Q9]\n  | ^^^^^^^^^^^^^^^^^\n"
            'hint: add `bits_per_parameter = "4.5 bit"`\n\n'
            "content/data/a.toml:7:9: `Mine`: `4 GB` is too large for a quantization\n"
            "7 | Mine = '4 GB'\n  |         ^^^^\nhint: a quantization is from 0.01 to 64 bit",
        ),
        (
            MODEL + '[model.Mine.computed]\nactive_parameters = "1B"\n',
            "content/data/a.toml:8:1: `active_parameters` is given above as well\n"
            '8 | active_parameters = "1B"\n  | ^^^^^^^^^^^^^^^^^\nhint: remove one of them',
        ),
        (
            "[quantization.Q9]\nsource = 'card'\nbits_per_parameter = '9 bit'\n"
            "[quantization.Q9.files]\nPhi-5 = '9 bit'\n",
            "content/data/a.toml:8:1: there is no model `Phi-5`\n8 | Phi-5 = '9 bit'\n  | ^^^^^\n"
            "hint: did you mean `Phi-4`?",
        ),
        (
            "[devices.Mine]\n",
            "content/data/a.toml:4:1: unknown table `devices`\n4 | [devices.Mine]\n"
            "  | ^^^^^^^^^^^^^^\nhint: did you mean `device`?",
        ),
        (
            "[device]\nMine = 3\n",
            "content/data/a.toml:5:1: `device.Mine` must be a table\n5 | Mine = 3\n  | ^^^^\n"
            'hint: an entry is a table: `[device."its name"]`',
        ),
        (
            "[source.bare]\nurl = 'x'\n",
            "content/data/a.toml:4:1: source `bare` has no `date`\n4 | [source.bare]\n"
            "  | ^^^^^^^^^^^^^\nhint: add `date = 2026-11-24`\n\n"
            "content/data/a.toml:4:1: source `bare` has no `title`\n4 | [source.bare]\n"
            '  | ^^^^^^^^^^^^^\nhint: add `title = "the vendor\'s data sheet"`\n\n'
            "content/data/a.toml:5:1: unknown key `url`\n5 | url = 'x'\n  | ^^^\n"
            "hint: known: `date`, `title`",
        ),
    ],
)
def test_a_mistake_is_shown_at_its_place(text: str, message: str) -> None:
    assert check(SOURCE + text) == message


def test_a_name_that_another_entry_has_is_told() -> None:
    mine = SOURCE + DEVICE + 'bandwidth = "1 GB/s"\naliases = ["new", "geforce-RTX 4090"]\n'
    assert check(mine) == (
        "content/data/a.toml:8:19: `geforce-RTX 4090` is a name of `RTX 4090` as well\n"
        '8 | aliases = ["new", "geforce-RTX 4090"]\n  |                   ^^^^^^^^^^^^^^^^^^\n'
        "hint: remove it from one of them"
    )
    assert check(SOURCE + DEVICE.replace("Mine", "rtx4090") + 'bandwidth = "1 GB/s"\n') == (
        "content/data/a.toml:4:1: `rtx4090` is a name of `RTX 4090` as well\n"
        "4 | [device.rtx4090]\n  | ^^^^^^^^^^^^^^^^\n"
        'hint: to replace that entry, write `[device."RTX 4090"]`'
    )


def test_two_files_of_a_site_cannot_define_the_same_entry() -> None:
    text = SOURCE + MODEL
    assert check(text, text) == (
        "content/data/b.toml:4:1: `Mine` is defined in `content/data/a.toml` as well\n"
        "4 | [model.Mine]\n  | ^^^^^^^^^^^^\nhint: remove one of them"
    )


def test_what_is_not_toml_is_told_and_the_other_files_are_read() -> None:
    catalogue, (problem,) = load_catalogue(sources("[device", SOURCE + MODEL))
    assert problem.message == "not TOML: expected ']' at the end of a table declaration"
    assert "Mine" in catalogue.models.by_name


KEYS = sorted({key for kind in KINDS for key in kind.keys} | {"class", "note", "files", "x"})
WRITTEN = st.sampled_from(
    [
        *('"1 GB/s"', '"8 GB"', '"2B"', '"4 bit"', '"12 x DDR5-6000"', '"apple"', '"x"'),
        *("3", "0", "-1", "nan", "true", "2020-01-01", "[]", "{}"),
        *('{ is = "7B" }', '{ is = 2, source = "card" }'),
    ]
)


@settings(max_examples=50, deadline=None)
@given(
    st.sampled_from([kind.name for kind in KINDS]),
    st.dictionaries(st.sampled_from(KEYS), WRITTEN, max_size=8),
    st.booleans(),
)
def test_any_table_is_an_entry_or_told_to_be_wrong(
    kind: str, table: dict[str, str], has_source: bool
) -> None:
    lines = [f"{key} = {written}" for key, written in table.items()]
    lines += ['source = "card"'] if has_source else []
    text = "\n".join([SOURCE, f"[{kind}.Mine]", *lines])
    catalogue, diagnostics = load_catalogue(sources(text))
    device, model = catalogue.find_device("Mine"), catalogue.find_model("Mine")
    assert isinstance(device, UnknownName) or device.device.name == "Mine"
    assert isinstance(model, UnknownName) or model.model.name == "Mine"
    found = (device, model, catalogue.find_quantization("Mine"), catalogue.find_cache_type("Mine"))
    is_there = any(not isinstance(each, UnknownName) for each in found)
    assert is_there is (not diagnostics)
