"""The published calibration: complete, sane, and made from the measurements beside it."""

from __future__ import annotations

import tomllib
from typing import get_args

import pytest

from site_gen.estimator.calibration import Calibration, make_calibration, to_table
from site_gen.estimator.catalogue import DEVICE_CLASSES
from site_gen.estimator.inputs import Engine, Kernel
from site_gen.evidence.cross_validation import LEFT_OUT, digest, load_cross_validation
from site_gen.evidence.files import format_calibration
from site_gen.evidence.fit import parameters_of
from site_gen.evidence.scores import GROUPS
from tests.evidence.rows import DATA

TEXT = (DATA / "calibration.toml").read_text(encoding="utf-8")
CALIBRATION: Calibration = make_calibration(tomllib.loads(TEXT))


def test_every_class_engine_and_kernel_is_there() -> None:
    assert {"", *DEVICE_CLASSES} <= set(CALIBRATION.classes)
    assert set(CALIBRATION.engines) == set(get_args(Engine))
    assert set(CALIBRATION.kernel_threads) == set(get_args(Kernel))


@pytest.mark.parametrize("name", CALIBRATION.classes)
def test_parameters_of_a_class_are_sane(name: str) -> None:
    class_ = CALIBRATION.classes[name]
    assert 0.7 < class_.bandwidth_share <= 1.05
    assert 20e-6 < class_.layer_s < 2e-3
    assert 0.03 < class_.cache_share < 1
    assert 0.2 < class_.decode_width < 1.5
    assert 0.2 < class_.prefill_width < 1.5


def test_all_numbers_are_positive() -> None:
    def check(value: object, path: str) -> None:
        if isinstance(value, dict):
            for key, each in value.items():
                check(each, f"{path}.{key}")
        elif isinstance(value, float):
            assert value > 0, path

    check(to_table(CALIBRATION), "")


def test_every_fitted_parameter_has_its_place() -> None:
    table = to_table(CALIBRATION)
    for kind in ("decode", "prefill"):
        for parameter in parameters_of(kind):
            for path in parameter.paths:
                inner = table
                for key in path:
                    inner = inner[key]
                assert isinstance(inner, float), path


def test_it_is_made_from_the_measurements_beside_it() -> None:
    sha256 = digest((DATA / "measured.csv").read_bytes())
    crossed = load_cross_validation()
    assert crossed["data_sha256"] == sha256
    assert crossed["version"] == CALIBRATION.version
    assert format_calibration(tomllib.loads(TEXT), CALIBRATION.version, sha256) == TEXT


@pytest.mark.parametrize("left_out", LEFT_OUT)
def test_ranges_hold_what_they_promise(left_out: str) -> None:
    crossed = load_cross_validation()["scores"][left_out]
    for group in GROUPS:
        assert 0.7 < crossed[group]["inside_range"] < 0.97, group
