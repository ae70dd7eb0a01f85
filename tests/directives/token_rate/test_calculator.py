"""A calculator as it is built: its HTML, its data, its figures, and what can be wrong with it."""

import json
import re
from typing import Any

import pytest

from site_gen.directives.token_rate.calculator_choices import (
    CACHE_TYPES,
    DEVICES,
    MODELS,
    QUANTIZATIONS,
)
from tests.markdown.rendering import messages, parse_body, parse_good, show_holes
from tests.sites import article, build_site, messages_of, page_of, paths_of

SHORT = {"devices": "RTX 4090", "models": "Llama-3.1-8B", "quantizations": "Q4_K_M"}


def calculator(name: str = "mine", **options: str) -> str:
    """A directive, with the option and its value by keyword."""
    lines = "".join(f"{key}: {value}\n" for key, value in options.items())
    return f":::{{token-rate-calculator}} {name}\n{lines}:::\n"


def render(body: str) -> str:
    """A good body's HTML, its holes in ⟦⟧."""
    return show_holes(parse_good(body))


def data_of(body: str) -> dict[str, Any]:
    """The data that goes with a body's only calculator."""
    document = parse_good(body)
    (file,) = document.files
    data: dict[str, Any] = json.loads(file.content)
    return data


def names(data: dict[str, Any], kind: str) -> list[str]:
    return [record["name"] for record in data[kind]]


def check_messages(body: str, expected: str) -> None:
    """Compare the messages about a body, whose first line is the file's fourth."""
    assert messages(parse_body(body)[1]) == expected


def calibrated(html: str) -> str:
    """The HTML with `…` for numbers that change with the calibration."""
    html = html.replace("\N{NO-BREAK SPACE}", "&nbsp;")
    html = re.sub(r'(="(?:low|middle|high)" value=")[^"]+(">)[0-9.]+', r"\1…\2…", html)
    html = re.sub(r"[0-9.]+%(?= to|\"| of)", "…%", html).replace('height="…%"', 'height="100%"')
    return re.sub(r"<td>[0-9.]+</td><td>[0-9.]+ – [0-9.]+</td>", "<td>…</td><td>…</td>", html)


def test_without_script_it_shows_the_first_choice() -> None:
    html = calibrated(render(calculator(caption="try it", **SHORT)))
    assert html.partition("<template>")[0] == (
        '<figure class="token-rate calculator" id="⟦id mine⟧" '
        'data-source="⟦beside calculator.json⟧">\n'
        "<figcaption>try it</figcaption>\n"
        '<div class="reading" role="status">\n'
        '<p class="expected"><data data-figure="middle" value="…">… tokens/s</data> in the middle '
        'of what is likely, <data data-figure="low" value="…">…</data> to '
        '<data data-figure="high" value="…">…</data>; most of the time goes into '
        '<span data-text="limit">reading from memory</span>.</p>\n'
        '<p class="result"><data data-figure="ceiling" value="219.53327834837796">219.5 tokens/s'
        '</data> at most; <span data-text="ceilingLimit">memory bandwidth</span> is the limit.'
        "</p>\n"
        '<svg class="gauge" role="img" aria-label="likely: …% to …% of the bound">'
        '<rect class="likely" x="…%" width="…%" height="100%"/>'
        '<rect class="middle" x="…%" width="2" height="100%"/></svg>\n'
        "</div>\n"
        '<dl class="needs">\n'
        '<div><dt>read for each token</dt><dd><data data-figure="read" value="5665300824">5.665 GB'
        '</data>: <span data-text="read">4.592&nbsp;GB&nbsp;weights + 1.074&nbsp;GB&nbsp;cache'
        "</span></dd></div>\n"
        '<div><dt>memory needed</dt><dd><data data-figure="memory" value="5986495823.999999">'
        '5.986 GB</data><span data-text="fit"> of 24 GB: it fits</span></dd></div>\n'
        "</dl>\n"
        '<dl class="inputs">\n'
        '<div><dt>model</dt><dd data-input="model">Llama-3.1-8B</dd></div>\n'
        '<div><dt>quantization</dt><dd data-input="quantization">Q4_K_M</dd></div>\n'
        '<div><dt>device</dt><dd data-input="device">RTX 4090</dd></div>\n'
        '<div><dt>engine</dt><dd data-input="engine">llama.cpp</dd></div>\n'
        '<div hidden><dt>threads</dt><dd data-input="threads">as usual</dd></div>\n'
        '<div><dt>context</dt><dd data-input="context">8,192 tokens</dd></div>\n'
        '<div><dt>batch</dt><dd data-input="batch">1 sequence</dd></div>\n'
        '<div><dt>cache type</dt><dd data-input="cache">f16</dd></div>\n'
        "</dl>\n"
    )


def test_the_chart_and_its_numbers_are_there_without_script_too() -> None:
    html = calibrated(render(calculator(context="1024", **SHORT)))
    assert html.partition("</template>\n")[2].partition("<tr><td>1,024")[0] == (
        '<figure class="plot">\n'
        "<figcaption>token rate over context</figcaption>\n"
        "⟦plot token rate over context⟧\n"
        '<details class="plot-data">\n'
        "<summary>the numbers</summary>\n"
        '<div class="table" tabindex="0" role="group" aria-label="Table">\n'
        "<table>\n"
        "<thead>\n"
        "<tr><th>context (token)</th><th>middle (token/s)</th><th>80 % range (token/s)</th></tr>\n"
        "</thead>\n"
        "<tbody>\n"
        "<tr><td>512</td><td>…</td><td>…</td></tr>\n"
        "<tr><td>768</td><td>…</td><td>…</td></tr>\n"
    )


def test_the_controls_wait_in_a_template() -> None:
    html = render(calculator(engine="server", **SHORT))
    controls = html.partition("<template>\n")[2].partition("</template>")[0]
    assert re.findall(r'<(?:select|input type="range") name="(\w+)"', controls) == [
        *("model", "quantization", "device", "engine"),
        *("channels", "speed", "threads", "context", "batch", "cache"),
    ]
    assert (
        '<div class="control" data-control="engine"><label><span>engine</span>\n'
        '<select name="engine">\n'
        '<option value="0">llama.cpp</option>\n'
        '<option value="1">ik_llama.cpp</option>\n'
        '<option value="2">TensorRT-LLM, ExLlama</option>\n'
        '<option value="3" selected>vLLM, SGLang</option>\n'
        '<option value="4">Transformers</option>\n'
        "</select></label></div>\n"
        '<div class="control" data-control="channels"><label><span>memory channels</span>\n'
        '<input type="range" name="channels" min="0" max="7" value="1" '
        'aria-valuetext="2 channels"></label>\n'
        '<span class="value" aria-hidden="true">2 channels</span></div>\n'
    ) in controls
    assert "form" not in html.partition("</template>")[2]


def test_what_is_usual_is_in_the_catalogue() -> None:
    data = data_of(calculator())
    assert names(data, "devices") == list(DEVICES)
    assert names(data, "models") == list(MODELS)
    assert names(data, "quantizations") == list(QUANTIZATIONS)
    assert [name for name, _ in data["cacheTypes"]] == list(CACHE_TYPES)


def test_the_first_choice_is_in_each_list_as_its_author_calls_it() -> None:
    given = {"device": "geforce rtx4090", "model": "DeepSeek-V3-0324", "quantization": "q8 0"}
    data = data_of(calculator(cache="6 bit", context="3000", batch="3", **given))
    assert names(data, "devices").count("RTX 4090") == 1
    assert "DeepSeek-V3-0324" in names(data, "models")
    assert "DeepSeek-V3" not in names(data, "models")
    assert names(data, "quantizations").count("Q8_0") == 1
    assert data["cacheTypes"][0] == ["6 bits", 6.0]
    assert data["steps"]["context"][0][2:5] == [2048, 3000, 4096]
    assert data["steps"]["batch"][0][:4] == [1, 2, 3, 4]


def test_what_is_in_no_list_is_put_before_it() -> None:
    data = data_of(calculator(device="T4", model="Phi-4", quantization="2.42 bit"))
    assert names(data, "devices")[:2] == ["T4", "RTX 3060"]
    assert names(data, "models")[:2] == ["Phi-4", "Llama-3.1-8B"]
    assert data["quantizations"][0]["label"] == "2.42 bits"
    assert set(data["quantizations"][0]["bits"]) == {2.42}


def test_a_longer_context_makes_a_longer_chart() -> None:
    chart = data_of(calculator(context="200000"))["chart"]
    assert chart["ticks"][-2:] == [131_072, 262_144]
    assert chart["contexts"][-3:] == [131_072, 196_608, 262_144]


def test_memory_is_a_choice_that_is_no_device() -> None:
    html = render(calculator(memory="12 x DDR5-6000", threads="24"))
    assert '<dd data-input="device">12 × DDR5-6000</dd>' in html
    assert '<dd data-input="threads">24 threads</dd>' in html
    assert '<option value="14" selected>memory of your own</option>' in html
    assert 'aria-valuetext="12 channels"' in html
    assert 'aria-valuetext="6,000 MT/s"' in html


def test_a_model_that_is_too_large_is_told_and_no_mistake() -> None:
    html = render(calculator(model="Llama-3.1-405B"))
    assert '<span data-text="fit"> of 24 GB: it does not fit</span>' in html


def test_its_figures_are_published_and_can_be_asked_for() -> None:
    body = f"{{token-rate}}`mine.bound` of {{token-rate}}`mine.read.number`\n\n{calculator()}"
    document = parse_good(body)
    assert "219.5\N{NO-BREAK SPACE}tokens/s</data> of" in show_holes(document)
    (calculation,) = document.calculations
    assert calculation.title == "Llama-3.1-8B on RTX 4090"
    assert [figure.name for figure in calculation.figures] == [
        *("parameters", "quantization", "context", "cache_type", "bandwidth"),
        *("bytes", "cache", "bound", "low", "middle", "high", "read", "memory"),
    ]


def test_a_claim_about_it_is_checked() -> None:
    check_messages(
        calculator(claim="bound > 300 token/s"),
        "content/a.md:5:8: `bound > 300 token/s` is not so: 219.5 tokens/s is not more than 300 "
        "token/s\n"
        "5 | claim: bound > 300 token/s\n"
        "  |        ^^^^^^^^^^^^^^^^^^^\n"
        "hint: mend the claim and the text that says so, or the inputs\n",
    )


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            {"device": "4 x RTX 4090"},
            "content/a.md:5:9: a calculator has one device\n"
            "5 | device: 4 x RTX 4090\n"
            "  |         ^^^^^^^^^^^^\n"
            "hint: `:::{token-rate}` knows several\n",
        ),
        (
            {"device": "RTX 4090", "memory": "12 x DDR5-6000"},
            "content/a.md:6:9: a calculator begins with a device or with memory\n"
            "6 | memory: 12 x DDR5-6000\n"
            "  |         ^^^^^^^^^^^^^^\n"
            "hint: take one of them out; readers can choose memory of their own in any case\n",
        ),
        (
            {"memory": "576 GB/s"},
            "content/a.md:5:9: memory of a calculator has channels and a speed\n"
            "5 | memory: 576 GB/s\n"
            "  |         ^^^^^^^^\n"
            "hint: write for example `12 x DDR5-6000`\n",
        ),
        (
            {"devices": "RTX 4090, RTX 409"},
            "content/a.md:5:20: the catalogue has no device `RTX 409`\n"
            "5 | devices: RTX 4090, RTX 409\n"
            "  |                    ^^^^^^^\n"
            "hint: did you mean `RTX 4090`, `RTX 5090` or `RTX 4080`?\n",
        ),
    ],
)
def test_what_a_reader_could_not_choose_again_is_an_error(
    options: dict[str, str], expected: str
) -> None:
    check_messages(calculator(**options), expected)


def test_each_calculator_has_its_data_beside_its_page() -> None:
    built = build_site({"content/articles/a.md": article(calculator() + calculator("two"))})
    assert messages_of(built) == ""
    assert [path for path in paths_of(built) if "calculator" in path and "json" in path] == [
        "articles/a/calculator-2.json",
        "articles/a/calculator.json",
    ]
    assert 'data-source="/articles/a/calculator-2.json"' in page_of(built, "index.html")


def test_a_file_of_that_name_is_in_the_way() -> None:
    files = {
        "content/articles/a/index.md": article(f"[mine](calculator.json)\n\n{calculator()}"),
        "content/articles/a/calculator.json": "{}",
    }
    assert messages_of(build_site(files)) == (
        "content/articles/a/calculator.json: `/articles/a/calculator.json` is made twice: "
        "by content/articles/a/index.md and by content/articles/a/calculator.json\n"
        "hint: rename it"
    )
