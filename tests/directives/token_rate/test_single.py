"""The figure of a calculation, what roles get of it, and all that can be wrong with either."""

import re
from dataclasses import replace

import pytest

from site_gen.catalogue import load_catalogue
from site_gen.directives.facts import Facts
from site_gen.directives.registry import make_registry
from site_gen.estimator.estimate import Estimate
from site_gen.estimator.inputs import Device, Workload
from site_gen.estimator.show_range import range_figures
from site_gen.lock.model import Lock, LockedCalculation, LockedFigure
from tests.estimator.estimating import make_estimate
from tests.markdown.rendering import FRONT_MATTER, messages, parse_body, parse_good, show_holes

CATALOGUE, _ = load_catalogue()
GIVEN = {
    "model": "DeepSeek-V3-0324",
    "active parameters": "37B",
    "quantization": "2.42 bit",
    "memory": "12 x DDR5-6000",
}


def calculation(name: str = "deepseek", **changed: str) -> str:
    """A directive of nine lines at most; an option is changed or added by keyword."""
    options = GIVEN | {key.replace("_", " "): value for key, value in changed.items()}
    lines = "".join(f"{key}: {value}\n" for key, value in options.items())
    return f":::{{token-rate}} {name}\n{lines}:::\n"


def estimate_it() -> Estimate:
    """What the directive computes of the options above."""
    model = replace(CATALOGUE.find_model("DeepSeek-V3").model, active_parameters=37e9)  # type: ignore[union-attr]
    device = Device(name="12 × DDR5-6000", device_class="cpu-server", bandwidth_bytes_per_s=576e9)
    return make_estimate(device, model, Workload(bits_per_parameter=2.42, kernel="codebook"))


def check_messages(body: str, expected: str) -> None:
    """Compare the messages about a body, whose first line is the file's fourth."""
    assert messages(parse_body(body)[1]) == expected


def render(body: str) -> str:
    """A good body's HTML, its holes in ⟦⟧."""
    return show_holes(parse_good(body))


def test_the_figure_shows_what_went_in_the_equations_and_the_reading() -> None:
    html = render(calculation(observed="4.6 token/s"))
    assert html.partition('<svg class="gauge"')[0] == (
        '<figure class="token-rate" id="⟦id deepseek⟧">\n'
        "<figcaption>DeepSeek-V3-0324 on 12 × DDR5-6000</figcaption>\n"
        '<dl class="inputs">\n'
        '<div><dt>active parameters</dt><dd><data value="37000000000">37B</data></dd></div>\n'
        '<div><dt>quantization</dt><dd><data value="2.42">2.42 bits</data></dd></div>\n'
        '<div><dt>memory channels</dt><dd><data value="12">12 channels</data></dd></div>\n'
        '<div><dt>memory speed</dt><dd><data value="6000000000">6 GT/s</data></dd></div>\n'
        "</dl>\n"
        '<dl class="steps">\n'
        "<div><dt>memory bandwidth</dt>"
        r"<dd>⟦math M = M_c \cdot 8 \cdot M_s = 12 \cdot 8 \cdot 6 = 576\ \text{GB/s}⟧</dd></div>"
        "\n<div><dt>data read per token</dt>"
        r"<dd>⟦math P \cdot Q = 37 \cdot 10^{9} \cdot 2.42 / 8 = 11.19\ \text{GB}⟧</dd></div>"
        "\n<div><dt>token rate with infinite compute</dt>"
        r"<dd>⟦math T = \frac{M}{P \cdot Q} = 576 / 11.19 \approx 51.46\ \text{tokens/s}⟧</dd>"
        "</div>\n</dl>\n"
        '<div class="reading">\n'
        '<p class="result"><data value="51.4630332812151">51.46 tokens/s</data> at most; '
        "memory bandwidth is the limit.</p>\n"
        '<p class="observation"><data value="4.6">4.6 tokens/s</data> observed; '
        'the bound is <data value="11.187615930698936">11.2 times</data> that.</p>\n'
    )


def test_the_likely_range_is_told_and_drawn_on_the_bound_as_its_scale() -> None:
    likely = estimate_it()
    html = render(calculation(observed="4.6 token/s"))
    low, middle, high = (each.text for each in range_figures(likely))
    bound = likely.ceiling_tokens_per_s
    assert f"{low.split()[0]}</data> to " in html
    assert f">{high}</data> are likely, " in html
    assert f">{middle}</data> in the middle; most of the time goes into computing.</p>" in html
    assert (
        f'aria-label="likely: {likely.low_tokens_per_s / bound:.0%} to '
        f'{likely.high_tokens_per_s / bound:.0%} of the bound; observed: 9%"'
    ) in html
    assert '<rect class="observed" width="8.94%" height="100%"/>' in html


def test_how_it_was_made_opens_without_script_and_names_what_was_assumed() -> None:
    html = render(calculation(observed="4.6 token/s"))
    origin = html.partition('<details class="origin">')[2]
    assert origin.startswith("\n<summary>How this was made</summary>\n")
    for line in (
        "such memory goes with a processor, of the class cpu-server",
        "llama.cpp of 2025 or later runs it",
        "the context is so short that its cache need not be counted",
        "32 threads compute, as such devices have",
    ):
        assert f"<li>{line}</li>" in origin
    assert "<li>layers of DeepSeek-V3: ai-dynamo/aiconfigurator@095f58a" in origin
    assert "<dd>51.49 GB/s: observation · P · Q = 4.6 tokens/s × 11.19 GB</dd>" in origin
    assert '<a href="⟦beside figures.json⟧">all of it as JSON</a></p>\n</details>' in origin


def test_explanations_of_an_observation_say_whether_they_fit() -> None:
    html = render(calculation(observed="0.9 token/s"))
    assert re.search(
        r"<li>nothing is out of the ordinary: .* tokens/s, which does not fit</li>", html
    )


def test_without_an_observation_there_is_only_the_result() -> None:
    html = render(calculation())
    assert "memory bandwidth is the limit.</p>\n<svg" in html
    assert "observ" not in html


def test_compute_that_binds_is_the_limit_and_gives_the_result() -> None:
    html = render(calculation(compute="180B parameters/s", observed="4.6 token/s"))
    assert "<dt>compute throughput</dt>" in html
    assert r"= \min(51.46, 4.865) = 4.865\ \text{tokens/s}⟧" in html
    assert ">4.865 tokens/s</data> at most; compute is the limit." in html
    assert ">1.06 times</data> that." in html


def test_an_observation_above_the_bound_is_told_and_fills_the_bar() -> None:
    html = render(calculation(observed="60 token/s"))
    assert ">60 tokens/s</data> observed, which is above the bound: one of the inputs is" in html
    assert '<rect class="observed" width="100.00%" height="100%"/>' in html


def test_names_of_the_catalogue_bring_their_values() -> None:
    html = render(
        ":::{token-rate} card\nmodel: Llama-3.1-8B\nquantization: Q4_K_M\ndevice: rtx 4090\n"
        "context: 8K\ncache: q8_0\nbatch: 4\n:::\n"
    )
    assert "<figcaption>Llama-3.1-8B on RTX 4090</figcaption>" in html
    assert ">1.008 TB/s</data>" in html
    assert '<dt>context</dt><dd><data value="8000">8,000 tokens</data></dd>' in html
    assert '<dt>number in the cache</dt><dd><data value="8.5">8.5 bits</data></dd>' in html
    assert '<dt>batch</dt><dd><data value="4">4 sequences</data></dd>' in html
    assert r"T = B \cdot \frac{M}{P \cdot Q} = 4 \cdot " in html
    assert "<li>memory bandwidth, memory of RTX 4090: AlexsJones/llmfit@3f44fd3" in html


def test_a_model_may_be_split_over_devices() -> None:
    html = render(
        ":::{token-rate} two\nmodel: Qwen3-30B-A3B\nquantization: Q4_K_M\n"
        "device: Ryzen 9 7950X\nsplit: 34 of 48 layers on RTX 4080\n:::\n"
    )
    assert "<figcaption>Qwen3-30B-A3B on Ryzen 9 7950X and RTX 4080</figcaption>" in html
    assert r"T = B \Big/ \sum_i \frac{P_i \cdot Q}{M_i} = 1 / " in html


def test_what_the_rate_depends_on_is_said_in_one_line() -> None:
    html = render(
        ":::{token-rate} card\ndevice: RTX 4090\nmodel: Llama-3.1-8B\n"
        "quantization: Q4_K_M\ncontext: 8K\n:::\n"
    )
    line = re.search("<p>What the calibrated rate depends on: (.*)</p>", html)
    assert line is not None
    assert re.fullmatch(
        r"1 % more bandwidth makes it 0\.\d % faster, 1 % more bits per parameter 0\.\d % slower, "
        r"1 % more (?:context|fixed cost of layers) 0\.\d % slower.*",
        line[1],
    )


def test_devices_of_a_kind_in_a_split_take_equal_shares_one_after_the_other() -> None:
    html = render(
        ":::{token-rate} split\nmodel: DeepSeek-V3-0324\nquantization: Q4_K_M\n"
        "device: 2 x EPYC 9115\nsplit: 30 of 61 layers on 8 x H100 SXM 80GB\n:::\n"
    )
    caption = "<figcaption>DeepSeek-V3-0324 on 2 x EPYC 9115 and 8 × H100 SXM 80GB</figcaption>"
    assert caption in html


def test_several_devices_keep_what_a_split_leaves_over() -> None:
    document = parse_good(
        ":::{token-rate} split\nmodel: Llama-3.1-70B\nquantization: Q4_K_M\n"
        "device: 2 x RTX 4090\nsplit: 20 % on RTX 3090\n:::\n"
    )
    (made,) = document.calculations
    assert made.title == "Llama-3.1-70B on 2 × RTX 4090 and RTX 3090"
    bound = next(each for each in made.figures if each.name == "bound")
    assert "the 3 parts being read one after the other" in bound.explanation


@pytest.mark.parametrize(
    ("options", "line", "message", "hint"),
    [
        (
            {"device": "RTX 4090", "threads": "8"},
            "threads: 8",
            "threads are a processor's, and there is none",
            "leave `threads` out, or say that memory is a processor's: `class: cpu-server`",
        ),
        (
            {"device": "EPYC 9115", "tensor parallel": "2"},
            "device: EPYC 9115",
            "EPYC 9115 is a processor, and processors share no layers",
            "leave `tensor parallel` out, or name a GPU",
        ),
        (
            {"device": "4 x RTX 4090", "tensor parallel": "2"},
            "device: 4 x RTX 4090",
            "2 devices share each layer, and here are 4",
            "write `2 x RTX 4090`",
        ),
        (
            {"device": "33 x RTX 4090"},
            "device: 33 x RTX 4090",
            "there are 33 devices, and Llama-3.1-8B has 32 layers",
            "write at most `32 x`",
        ),
        (
            {"device": "65536 x RTX 4090"},
            "device: 65536 x RTX 4090",
            "`65536` is no number of devices",
            "write from `1 x` to `1024 x`",
        ),
        (
            {"device": "RTX 4090", "class": "cpu-server"},
            "class: cpu-server",
            "RTX 4090 is of the class nvidia-consumer",
            "leave `class` out",
        ),
        (
            {"device": "RTX 4090", "split": "100 % on EPYC 9115"},
            "device: RTX 4090",
            "`split` leaves nothing for RTX 4090",
            "name EPYC 9115 in its place",
        ),
        (
            {"device": "RTX 4090", "split": "50 % on EPYC 9115", "tensor parallel": "2"},
            "tensor parallel: 2",
            "devices that share layers have all of them",
            "leave `tensor parallel` out, or `split`",
        ),
        (
            {"device": "RTX 4090", "split": "50 % on RTX 3090", "compute": "9e12 parameters/s"},
            "compute: 9e12 parameters/s",
            "`compute` is of one device, and `split` names more",
            "leave `compute` out, or `split`",
        ),
        (
            {"device": "RTX 4090", "split": ","},
            "split: ,",
            "`split` lists nothing",
            "write for example `24 of 61 layers on RTX 4090`, `40 % on RTX 4090` or `experts on …`",
        ),
    ],
)
def test_what_an_estimate_would_not_use_is_refused(
    options: dict[str, str], line: str, message: str, hint: str
) -> None:
    lines = "".join(f"{key}: {value}\n" for key, value in options.items())
    body = f":::{{token-rate}} a\nmodel: Llama-3.1-8B\nquantization: Q4_K_M\n{lines}:::\n"
    _, (diagnostic,) = parse_body(body)
    assert (diagnostic.excerpt, diagnostic.message, diagnostic.hint) == (line, message, hint)


def test_compute_of_devices_that_share_layers_adds_up() -> None:
    document = parse_good(
        ":::{token-rate} a\nmodel: Llama-3.1-8B\nquantization: Q4_K_M\ndevice: 2 x RTX 4090\n"
        "tensor parallel: 2\nbatch: 4\ncompute: 800B parameters/s\n:::\n"
    )
    (made,) = document.calculations
    explanations = {each.name: each.explanation for each in made.figures}
    assert explanations["compute_bound"] == "T = 2 × C / P = 2 × 800B / 7.505B"
    assert explanations["ceiling"] == "T = the lower bound, limited by compute"


def test_memory_of_several_devices_that_the_catalogue_does_not_know() -> None:
    html = render(calculation(device="2 x my box", memory="12 x DDR5-6000"))
    assert "<figcaption>DeepSeek-V3-0324 on 2 × my box</figcaption>" in html


def test_a_pinned_calculation_keeps_the_locked_figures_and_says_so() -> None:
    locked = LockedCalculation(
        inputs={"quantization": LockedFigure("2.61 bits", 2.61, "bit/parameter")},
        figures={"bound": LockedFigure("47.72 tokens/s", 47.72, "token/s")},
        equations="1",
        data="2025-05-22",
    )
    lock = Lock({"content/a.md": {"deepseek": locked}})
    body = f"{{token-rate}}`deepseek.bound`\n\n{calculation(pin='true')}"
    document = parse_good(body, registry=make_registry(Facts(lock=lock)))
    html = show_holes(document)
    assert html.startswith(
        '<p><data value="47.72" title="token rate with infinite compute: as published; computed '
        'today it would be 51.46 tokens/s">47.72\N{NO-BREAK SPACE}tokens/s</data></p>'
    )
    assert '<p class="pinned">These are the figures as they were published.</p>' in html
    assert "51.46" not in html.partition("</p>")[2]
    assert "depends on" not in html
    (made,) = document.calculations
    assert made.is_pinned
    assert [figure.name for figure in made.figures] == ["quantization", "bound"]


def test_a_pinned_observation_keeps_what_it_implied_without_explanations_of_today() -> None:
    rates = {name: LockedFigure("4 tokens/s", 4.0, "token/s") for name in ("bound", "observed")}
    implied = LockedFigure("44.77 GB/s", 44.77e9, "byte/s")
    locked = LockedCalculation({}, {**rates, "implied_bandwidth": implied})
    lock = Lock({"content/a.md": {"deepseek": locked}})
    registry = make_registry(Facts(lock=lock))
    kept = show_holes(parse_good(calculation(observed="4 tokens/s", pin="true"), registry))
    assert "<dd>44.77 GB/s: " in kept
    assert "What could explain it" not in kept
    assert "What could explain it" in render(calculation(observed="4 tokens/s"))


@pytest.mark.parametrize("figures", [{}, {"bound": LockedFigure("0 tokens/s", 0, "token/s")}])
def test_a_pin_on_figures_of_something_else_is_refused(figures: dict[str, LockedFigure]) -> None:
    locked = LockedCalculation(inputs={}, figures=figures, equations="1", data="2025-05-22")
    registry = make_registry(Facts(lock=Lock({"content/a.md": {"deepseek": locked}})))
    _, (diagnostic,) = parse_body(calculation(pin="true"), registry=registry)
    assert diagnostic.message == "the figures that are locked are of another calculation"
    assert diagnostic.excerpt == "pin: true"
    assert diagnostic.hint == "take `pin` out, run `site-gen accept`, and put it in again"


def test_a_pin_without_a_lock_is_refused() -> None:
    check_messages(
        calculation(pin="true"),
        "content/a.md:9:6: `deepseek` is not locked, so nothing can be kept\n"
        "9 | pin: true\n  |      ^^^^\n"
        "hint: take `pin` out, run `site-gen accept`, and put it in again\n",
    )


def test_a_claim_that_holds_says_nothing_even_of_what_stands_further_down() -> None:
    second = calculation("other", memory="8 x DDR5-6000")
    claim = "observed < bound / 10 and bound > other.bound and low < middle < high"
    check_messages(f"{calculation(observed='4.6 token/s', claim=claim)}\n{second}", "")


def test_a_claim_that_does_not_hold_is_an_error_with_the_numbers_put_in() -> None:
    check_messages(
        calculation(observed="6 token/s", claim="observed < bound / 10"),
        "content/a.md:10:8: `observed < bound / 10` is not so: 6 tokens/s is not less than "
        "5.146 tokens/s\n"
        "10 | claim: observed < bound / 10\n   |        ^^^^^^^^^^^^^^^^^^^^^\n"
        "hint: mend the claim and the text that says so, or the inputs\n",
    )


def test_units_of_a_claim_never_mix() -> None:
    body = calculation(observed="6 token/s", claim="observed < bandwidth")
    _, (diagnostic,) = parse_body(body)
    assert diagnostic.span.line == 10
    assert "tokens per time" in diagnostic.message
    assert "data per time" in diagnostic.message


def test_names_of_model_and_memory_are_text() -> None:
    html = render(calculation(model="<b>R&D", memory="1792 GB/s"))
    assert "<figcaption>&lt;b&gt;R&amp;D on 1792 GB/s</figcaption>" in html


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("bound", "51.46\N{NO-BREAK SPACE}tokens/s"),
        ("bound.number", "51.46"),
        ("bandwidth.number", "576"),
        ("parameters", "37B"),
    ],
)
def test_a_role_before_its_directive_asks_for_a_figure_or_its_number(
    asked: str, shown: str
) -> None:
    html = render(f"At {{token-rate}}`deepseek.{asked}`.\n\n{calculation()}")
    assert html.startswith('<p>At <data value="')
    assert html.partition("</data>.</p>")[0].endswith(f'">{shown}')


def test_a_role_asks_for_an_equation() -> None:
    html = render(f"{{token-rate}}`deepseek.bandwidth.equation`\n\n{calculation()}")
    assert html.startswith(
        r'<p><data value="576000000000">⟦math 12 \cdot 8 \cdot 6 = 576\ \text{GB/s}⟧</data></p>'
    )


def test_a_figure_in_the_text_tells_where_it_came_from() -> None:
    html = render(f"{{token-rate}}`deepseek.bytes`\n\n{calculation()}")
    assert 'title="data read per token: P · Q = 37B × 2.42 bit / 8"' in html


def test_everything_that_is_missing_is_asked_for() -> None:
    caret = "4 | :::{token-rate} deepseek\n  | ^^^^^^^^^^^^^^^^^^^^^^^^\n"
    check_messages(
        ":::{token-rate} deepseek\n:::\n",
        f"content/a.md:4:1: `model` is missing\n{caret}hint: add `model: DeepSeek-V3-0324`\n"
        f"content/a.md:4:1: `quantization` is missing\n{caret}"
        "hint: add `quantization: 2.42 bit`\n"
        f"content/a.md:4:1: neither `device` nor `memory` is given\n{caret}"
        "hint: add `device: RTX 4090`, or `memory: 12 x DDR5-6000`\n",
    )


@pytest.mark.parametrize(
    ("option", "text", "message", "hint"),
    [
        (
            "quantization",
            "Q4_K_N",
            "the catalogue has no quantization `Q4_K_N`",
            "did you mean `Q4_K_S`, `Q4_K_M` or `IQ4_NL`?",
        ),
        ("context", "nan", "`context`: `nan` is not a finite number", None),
        ("context", "0", "`context`: `0` is not more than zero", None),
        ("context", "1e12", "`context`: `1e12` is more context than any model has", None),
        ("context", "8 GB", "`context`: `8 GB` is an amount of data, not a number of tokens", None),
        ("batch", "-1", "`batch`: `-1` is not a whole number above zero", None),
        ("batch", "2.5", "`batch`: `2.5` is not a whole number above zero", None),
        ("threads", "1000000", "`threads`: `1000000` is too many", "write at most 65,536"),
        ("cache", "q8_0", "without `context` there is no cache to speak of", None),
        ("engine", "llama", "`engine`: there is no engine `llama`", "did you mean `llama.cpp`?"),
        ("class", "nvidia", "there is no class of devices `nvidia`", None),
        ("split", "half on RTX 4090", "`half on RTX 4090` is no part of a split", None),
        (
            "split",
            "24 of 60 layers on RTX 4090",
            "DeepSeek-V3-0324 has 61 layers, not 60",
            "write `24 of 61 layers`",
        ),
        (
            "split",
            "60 % on RTX 4090, 50 % on RTX 4080",
            "`split` gives away more than there is",
            "what is left over is on the device of the calculation",
        ),
        ("pin", "yes", "`pin` is true or false", "`pin: true`"),
        ("active parameters", "700B", "more parameters are active than the DeepSeek-V3 has", None),
    ],
)
def test_a_wrong_option_is_an_error_at_its_value(
    option: str, text: str, message: str, hint: str | None
) -> None:
    body = calculation(**{option.replace(" ", "_"): text})
    _, diagnostics = parse_body(body)
    assert [diagnostic.message for diagnostic in diagnostics] == [message]
    (diagnostic,) = diagnostics
    assert (FRONT_MATTER + body).split("\n")[diagnostic.span.line - 1].startswith(f"{option}: ")
    assert diagnostic.span.column > len(option)
    assert hint is None or diagnostic.hint == hint


def test_a_cache_type_that_is_unknown_gets_the_nearest_names() -> None:
    _, (diagnostic,) = parse_body(calculation(context="8K", cache="q9_0"))
    assert diagnostic.message == "the catalogue has no cache type `q9_0`"
    assert diagnostic.hint.startswith("did you mean `")


def test_a_device_that_is_unknown_gets_the_nearest_names() -> None:
    check_messages(
        ":::{token-rate} card\nmodel: Llama-3.1-8B\nquantization: Q4_K_M\ndevice: RTX 409O\n:::\n",
        "content/a.md:7:9: the catalogue has no device `RTX 409O`\n"
        "7 | device: RTX 409O\n  |         ^^^^^^^^\n"
        "hint: did you mean `RTX 4090`, `RTX 5090` or `RTX 4080`?\n",
    )


def test_a_device_of_ones_own_is_known_by_its_memory_and_the_reader_is_told() -> None:
    html = render(calculation(device="my server"))
    assert "<figcaption>DeepSeek-V3-0324 on my server</figcaption>" in html
    assert "<li>my server is not in the catalogue, so only its memory is known</li>" in html


def test_a_device_too_small_for_the_model_is_an_error_at_its_name() -> None:
    check_messages(
        ":::{token-rate} big\nmodel: Llama-3.1-70B\nquantization: Q4_K_M\ndevice: RTX 4090\n:::\n",
        "content/a.md:7:9: Llama-3.1-70B takes 42.5 GB, and RTX 4090 has 24.0 GB\n"
        "7 | device: RTX 4090\n  |         ^^^^^^^^\n"
        "hint: choose a smaller quantization, put a part on another device with `split`, or "
        "several of one kind: `2 x …`\n",
    )


def test_several_devices_of_a_kind_hold_more() -> None:
    html = render(
        ":::{token-rate} big\nmodel: Llama-3.1-70B\nquantization: Q4_K_M\n"
        "device: 2 x RTX 4090\n:::\n"
    )
    assert "<figcaption>Llama-3.1-70B on 2 × RTX 4090</figcaption>" in html


@pytest.mark.parametrize(
    ("option", "text", "expected"),
    [
        (
            "active_parameters",
            "37 GB",
            "content/a.md:6:20: `active parameters`: `37 GB` is an amount of data, "
            "not a parameter count\n"
            "6 | active parameters: 37 GB\n"
            "  |                    ^^^^^\n"
            "hint: a parameter count is a plain number, where B is billion, for example `37B`\n",
        ),
        (
            "quantization",
            "2,42 bit",
            "content/a.md:7:16: `quantization`: `2,42 bit` has a comma in its number\n"
            "7 | quantization: 2,42 bit\n"
            "  |                ^\n"
            "hint: write `.` before decimals and nothing between thousands\n",
        ),
        (
            "memory",
            "12 x DDR5-600000",
            "content/a.md:8:19: `memory`: there is no `DDR5-600000`\n"
            "8 | memory: 12 x DDR5-600000\n"
            "  |                   ^^^^^^\n"
            "hint: DDR5 runs at 3200 to 13000 MT/s\n",
        ),
        (
            "compute",
            "400 GB/s",
            "content/a.md:9:10: `compute`: `400 GB/s` is data per time, not a compute throughput\n"
            "9 | compute: 400 GB/s\n"
            "  |          ^^^^^^^^\n"
            "hint: a compute throughput is parameters per time, for example `400e9 parameter/s`\n",
        ),
        (
            "observed",
            "4.6 tokns/s",
            "content/a.md:9:15: `observed`: `tokns/s` is not a unit that is known here\n"
            "9 | observed: 4.6 tokns/s\n"
            "  |               ^^^^^^^\n"
            "hint: did you mean `tokens/s`?\n",
        ),
    ],
)
def test_a_wrong_quantity_is_pointed_at_and_its_roles_say_no_more(
    option: str, text: str, expected: str
) -> None:
    body = f"{calculation(**{option: text})}\n{{token-rate}}`deepseek.bound`\n"
    check_messages(body, expected)


def test_a_place_counts_from_the_line_s_beginning_in_a_quotation_too() -> None:
    quoted = "".join(f"> {line}\n" for line in calculation(memory="576 GB").splitlines())
    check_messages(
        quoted,
        "content/a.md:8:11: `memory`: `576 GB` is an amount of data, not a memory bandwidth\n"
        "8 | > memory: 576 GB\n"
        "  |           ^^^^^^\n"
        "hint: a memory bandwidth is data per time, for example `576 GB/s`\n",
    )


def test_two_calculations_of_one_name_are_refused_and_the_first_is_kept() -> None:
    second = calculation(memory="8 x DDR5-6000")
    check_messages(
        f"{calculation()}\n{second}\n{{token-rate}}`deepseek.bound`",
        "content/a.md:11:17: there are two calculations named `deepseek`\n"
        "11 | :::{token-rate} deepseek\n"
        "   |                 ^^^^^^^^\n"
        "hint: give one of them another name\n",
    )


@pytest.mark.parametrize("name", ["4.6", "deep seek", "deepseek.v3", "-"])
def test_a_name_that_roles_cannot_use_is_refused(name: str) -> None:
    check_messages(
        calculation(name),
        "content/a.md:4:17: the calculation has no usable name\n"
        f"4 | :::{{token-rate}} {name}\n"
        f"  |                 {'^' * len(name)}\n"
        "hint: give it a name that roles can use: `:::{token-rate} deepseek`\n",
    )


def test_a_calculation_without_a_name_is_refused() -> None:
    check_messages(
        calculation("").replace("} \n", "}\n"),
        "content/a.md:4:1: the calculation has no usable name\n"
        "4 | :::{token-rate}\n"
        "  | ^^^^^^^^^^^^^^^\n"
        "hint: give it a name that roles can use: `:::{token-rate} deepseek`\n",
    )


@pytest.mark.parametrize(
    ("asked", "message", "hint"),
    [
        ("deepsek.bound", "there is no calculation named `deepsek`", "did you mean `deepseek`?"),
        ("deepseek.bond", "`deepseek` has no figure `bond`", "did you mean `bound`?"),
        ("deepseek.bound.numbr", "a figure has no part `numbr`", "did you mean `number`?"),
        ("deepseek.bound.tex", "a figure has no part `tex`", "known: `equation`, `number`"),
        (
            "deepseek.memory.equation",
            "`deepseek` has no figure `memory`",
            "known: `bandwidth`, `bound`, `bytes`, `channels`, `high`, `low`, `middle`, "
            "`parameters`, `quantization`, `speed`",
        ),
        (
            "deepseek.speed.equation",
            "`deepseek.speed` has no equation",
            "write `deepseek.speed`",
        ),
    ],
)
def test_a_role_that_asks_for_what_is_not_there_gets_the_nearest(
    asked: str, message: str, hint: str
) -> None:
    role = f"{{token-rate}}`{asked}`"
    check_messages(
        f"At {role}\n\n{calculation()}",
        f"content/a.md:4:4: {message}\n4 | At {role}\n  |    {'^' * len(role)}\nhint: {hint}\n",
    )


def test_without_any_calculation_a_role_is_told_to_define_one() -> None:
    check_messages(
        "{token-rate}`deepseek.bound`",
        "content/a.md:4:1: there is no calculation named `deepseek`\n"
        "4 | {token-rate}`deepseek.bound`\n"
        "  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "hint: define it with `:::{token-rate} deepseek`\n",
    )


@pytest.mark.parametrize("asked", ["deepseek.bond", "deepseek.bound.numbr"])
def test_hints_that_take_a_search_end_in_a_document_full_of_mistakes(asked: str) -> None:
    document = f"{calculation()}\n" + f"{{token-rate}}`{asked}`\n" * 60
    _, diagnostics = parse_body(document)
    assert sum(bool(diagnostic.hint) for diagnostic in diagnostics) == 50
    assert len(diagnostics) == 60


def test_a_heading_of_the_same_name_makes_way_for_the_figure() -> None:
    document = parse_good(f"## deepseek\n\n{calculation()}\n## Deepseek\n")
    assert [heading.anchor for heading in document.headings] == ["deepseek-2", "deepseek-3"]
    assert 'id="⟦id deepseek⟧"' in show_holes(document)


def test_a_heading_cannot_claim_the_figure_s_id() -> None:
    check_messages(
        f"## The case {{#deepseek}}\n\n{calculation()}",
        "content/a.md:4: the id `deepseek` is given twice\n4 | ## The case {#deepseek}\n",
    )
