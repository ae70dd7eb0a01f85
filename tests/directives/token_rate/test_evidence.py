"""The evidence as pages show it: from the files that the fit wrote, and nothing typed."""

import csv
import re

import pytest

from site_gen.catalogue import load_catalogue
from site_gen.charts import Bars, Points
from site_gen.estimator.catalogue import DEVICE_CLASSES
from site_gen.evidence.cross_validation import (
    MEASURED,
    load_cross_validation,
    load_out_of_fold,
    load_sources,
)
from site_gen.model import Document
from tests.markdown.rendering import parse_body, parse_good, show_holes


def show(what: str, more: str = "") -> Document:
    return parse_good(f":::{{token-rate-evidence}} e\nshow: {what}\n:::\n{more}")


def test_scores_are_figures_that_the_text_can_ask_for() -> None:
    score = load_cross_validation()["scores"]["source"]["decode_batch_1"]
    html = show_holes(show("scores", "\n{token-rate}`e.decode_batch_1_median`\n"))
    assert f'<data value="{score["median_absolute_error"]}"' in html
    assert f'<td class="align-right">{100 * score["p90_absolute_error"]:.1f}\xa0%</td>' in html


def test_scores_are_told_for_each_thing_that_was_left_out() -> None:
    (made,) = show("scores").calculations
    assert len(made.figures) == 3 * 3 * 4
    assert made.figures[0].label == "median error, decode, batch 1, without the row's source"
    assert made.figures[0].name == "decode_batch_1_median"
    assert made.figures[12].name == "decode_batch_1_median_device"


def test_the_page_fails_when_the_errors_grow_beyond_what_it_claims() -> None:
    body = ":::{token-rate-evidence} e\nshow: scores\nclaim: decode_batch_1_median < 0.01\n:::\n"
    _, (diagnostic,) = parse_body(body)
    assert diagnostic.message.startswith("`decode_batch_1_median < 0.01` is not so: ")


def test_every_row_of_decoding_one_sequence_is_a_point() -> None:
    (chart,) = show("predictions").plots
    points = [layer for layer in chart.layers if isinstance(layer, Points)]
    rows = [each for each in load_out_of_fold() if each.left_out == "source"]
    assert sum(len(layer.points) for layer in points) == sum(
        each.group == "decode_batch_1" for each in rows
    )


def test_each_class_has_a_bar_the_shortest_first() -> None:
    (chart,) = show("classes").plots
    (bars,) = [layer for layer in chart.layers if isinstance(layer, Bars)]
    errors = [error for _, error in bars.points]
    assert errors == sorted(errors)
    assert len(errors) >= 8


def test_classes_without_measurements_say_so() -> None:
    html = show_holes(show("coverage"))
    assert len(re.findall("<tr>", html)) > len(DEVICE_CLASSES)
    assert '<td>AMD, data centre</td><td class="align-right">none</td>' in html


def test_all_sources_of_measurements_are_named_with_their_rows() -> None:
    with MEASURED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    assert sum(count for _, count in load_sources()) == len(rows)
    html = show_holes(show("sources"))
    assert (
        f"<summary>Where the measurements were published ({len(load_sources())})</summary>" in html
    )
    assert "ai-dynamo/aiconfigurator@095f58a" in html


def test_the_catalogue_s_values_are_counted_by_source() -> None:
    catalogue, _ = load_catalogue()
    values = sum(len(entry.values) for entry in catalogue.devices.by_name.values())
    html = show_holes(show("sources")).partition("Where the catalogue was read")[2]
    counts = [int(text.replace(",", "")) for text in re.findall(r">([0-9,]+)</td>", html)]
    assert sum(counts) > values


@pytest.mark.parametrize(
    ("option", "message", "hint"),
    [
        ("", "`show` is missing", "add `show: scores`"),
        ("show: score\n", "there is no evidence `score`", "did you mean `scores`?"),
    ],
)
def test_what_is_not_there_cannot_be_shown(option: str, message: str, hint: str) -> None:
    _, (diagnostic,) = parse_body(f":::{{token-rate-evidence}} e\n{option}:::\n")
    assert (diagnostic.message, diagnostic.hint) == (message, hint)
