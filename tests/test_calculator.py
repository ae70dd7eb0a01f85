"""A calculator in a real browser: what its controls change, and what there is without script."""

import gzip
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, Route

from site_gen.catalogue import load_catalogue
from site_gen.directives.token_rate.calculator import SCRIPTS
from site_gen.directives.token_rate.calculator_figures import calculator_figures, describe_fit
from site_gen.directives.token_rate.data import load_calibration
from site_gen.estimator.assumptions import find_kernel
from site_gen.estimator.estimate import estimate
from site_gen.estimator.inputs import Device, Workload
from site_gen.estimator.show_range import limit_text
from site_gen.setup import checkout_root, node_root
from tests.sites import article, build_site, messages_of, publish

AXE = node_root() / "node_modules" / "axe-core" / "axe.min.js"
CATALOGUE, _ = load_catalogue([])
FIRST = {
    "device": "RTX 4090",
    "model": "Llama-3.1-8B",
    "quantization": "Q4_K_M",
    "workload": Workload(bits_per_parameter=1, context_tokens=8192),
}
SERVER = """:::{token-rate-calculator} server
memory: 12 x DDR5-6000
model: DeepSeek-V3
quantization: 2.42 bit
:::"""
FIGURES = ("ceiling", "low", "middle", "high", "read", "memory")
MOVES = {
    "model": ("Llama-3.1-70B", {"model": "Llama-3.1-70B"}),
    "a mixture of experts": ("gpt-oss-120b", {"model": "gpt-oss-120b"}),
    "quantization": ("Q8_0", {"quantization": "Q8_0"}),
    "device": ("Apple M4 Max", {"device": "Apple M4 Max"}),
    "engine": ("vLLM, SGLang", {"engine": "server"}),
    "cache": ("q8_0", {"cache_bits_per_element": 8.5}),
    "context": ("ArrowRight", {"context_tokens": 16384}),
    "batch": ("End", {"batch": 512}),
}
"""Control, or what is moved with it → an option or a key, and what is another then."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with two articles, each with a calculator, the second of which begins with memory."""
    built = build_site(
        {
            "content/articles/a.md": article(":::{token-rate-calculator} mine\n:::", title="a"),
            "content/articles/b.md": article(SERVER, title="b"),
        }
    )
    assert messages_of(built) == ""
    folder = tmp_path_factory.mktemp("calculator") / "_site"
    publish(built, folder)
    return folder


@pytest.fixture
def address(folder: Path, serve_folder: Callable[[Path], str]) -> str:
    return serve_folder(folder).rstrip("/")


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The first article under a strict policy; a complaint of the browser fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.route("**/*", serve_strictly)
    visit(page, f"{address}/articles/a/")
    yield page
    context.close()
    assert complaints == []
    assert [url for url in requests if not url.startswith(address)] == []


def serve_strictly(route: Route) -> None:
    response = route.fetch()
    policy = {"Content-Security-Policy": "default-src 'self'"}
    route.fulfill(response=response, headers={**response.headers, **policy})


def visit(page: Page, url: str) -> None:
    page.goto(url)
    page.locator(".controls").first.wait_for()


def move(figure: Locator, control: str, how: str) -> None:
    """Choose an option by its text, or press a key on a slider."""
    found = figure.locator(f"[name={control}]")
    if found.evaluate("each => each.localName") == "select":
        found.select_option(label=how)
    else:
        found.press(how)


def read(figure: Locator) -> dict[str, str]:
    """What the figures and the words between them say."""
    texts = {name: figure.locator(f"[data-figure={name}]").inner_text() for name in FIGURES}
    words = ("limit", "fit")
    return texts | {name: figure.locator(f"[data-text={name}]").inner_text() for name in words}


def expect(**changed: Any) -> dict[str, str]:
    """What they have to say by the estimator; the first choice but for what is changed."""
    chosen = {key: changed.pop(key, value) for key, value in FIRST.items()}
    model = CATALOGUE.find_model(chosen["model"]).model  # type: ignore[union-attr]
    device = chosen["device"]
    if not isinstance(device, Device):
        device = CATALOGUE.find_device(device).device  # type: ignore[union-attr]
    name = chosen["quantization"]
    entry = CATALOGUE.find_quantization(name)
    bits = float(entry.bits_of(model.name).value)  # type: ignore[union-attr]
    kernel = find_kernel(name, bits)
    workload = replace(chosen["workload"], bits_per_parameter=bits, quantization=name)
    workload = replace(workload, kernel=kernel, **changed)
    made = estimate(device, model, workload, load_calibration())
    shown = {figure.name: figure.text for figure in calculator_figures(made)}
    texts = {name: shown["bound" if name == "ceiling" else name] for name in FIGURES}
    texts |= {end: texts[end].rsplit(" ", 1)[0] for end in ("low", "high")}
    return texts | {"limit": limit_text(made.limit), "fit": describe_fit(made)}


def drawing(figure: Locator) -> str:
    return figure.locator(".plot-drawing >> visible=true").inner_html()


@pytest.mark.parametrize(("control", "how", "changed"), [(k, *v) for k, v in MOVES.items()])
def test_each_control_changes_the_figures_and_the_chart(
    page: Page, control: str, how: str, changed: dict[str, Any]
) -> None:
    figure = page.locator("#mine")
    before = drawing(figure)
    assert read(figure) == expect()
    move(figure, "model" if " " in control else control, how)
    assert read(figure) == expect(**changed)
    assert drawing(figure) != before


@pytest.mark.parametrize(
    ("control", "keys", "channels", "speed", "threads"),
    [
        ("channels", 1, 4, 5600, None),
        ("speed", 2, 2, 6400, None),
        ("threads", 3, 2, 5600, 4),
    ],
)
def test_memory_of_one_s_own_has_channels_speed_and_threads(
    page: Page, control: str, keys: int, channels: int, speed: int, threads: int | None
) -> None:
    figure = page.locator("#mine")
    assert not figure.locator("[name=channels]").is_visible()
    move(figure, "device", "memory of your own")
    for _ in range(keys):
        move(figure, control, "ArrowRight")
    device = Device(
        name="",
        device_class="cpu-desktop" if channels <= 2 else "cpu-server",
        bandwidth_bytes_per_s=channels * speed * 8e6,
    )
    expected = expect(device=device, threads=threads)
    assert read(figure) == expected
    assert figure.locator("[name=channels]").is_visible()


def test_controls_say_what_they_are_at(page: Page) -> None:
    figure = page.locator("#mine")
    slider = figure.get_by_role("slider", name="context")
    assert slider.get_attribute("aria-valuetext") == "8,192 tokens"
    slider.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "16,384 tokens"
    assert figure.locator("[data-control=context] .value").inner_text() == "16,384 tokens"
    names = ["model", "quantization", "device", "engine", "cache type"]
    boxes = figure.get_by_role("combobox").all()
    assert [box.locator("xpath=..").inner_text().split("\n")[0] for box in boxes] == names


def test_the_keyboard_reaches_every_control_in_order(page: Page) -> None:
    page.locator("#mine [name=model]").focus()
    reached = []
    for _ in range(8):
        reached.append(page.evaluate("document.activeElement.name || document.activeElement.type"))
        page.keyboard.press("Tab")
    assert reached == [
        *("model", "quantization", "device", "engine", "context", "batch", "cache", "reset"),
    ]


def test_going_back_brings_back_what_was_published(page: Page) -> None:
    figure = page.locator("#mine")
    texts = figure.inner_text()
    drawn = page.evaluate(NUMBERS)
    move(figure, "device", "RTX 3060")
    move(figure, "batch", "End")
    assert not figure.locator(".origin").is_visible()
    figure.get_by_role("button", name="back to the first choice").click()
    figure.locator(".origin").wait_for()
    assert figure.inner_text() == texts
    assert figure.locator("[data-figure=middle]").evaluate("data => data.value") != ""
    for one, other in zip(page.evaluate(NUMBERS), drawn, strict=True):
        assert one == pytest.approx(other, abs=0.02)


NUMBERS = """[...document.querySelectorAll('#mine .plot-drawing > :not(title, desc, .plot-band)')]
    .map((each) => [...each.outerHTML.matchAll(/[MLHV,"(]([\\d.]+)(?=[MLHV,")])/g)]
    .map((found) => Number(found[1])).sort((one, other) => one - other))"""
"""Every number of a chart's drawings but the band's, whose outline starts elsewhere."""


def test_the_script_s_table_is_the_one_made_while_building(page: Page) -> None:
    rows = page.locator("#mine .plot-data tbody")
    texts = rows.text_content()
    move(page.locator("#mine"), "batch", "ArrowRight")
    assert rows.text_content() != texts
    move(page.locator("#mine"), "batch", "ArrowLeft")
    assert rows.text_content() == texts


def test_without_script_all_is_there_and_nothing_can_be_moved(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/articles/a/")
    figure = page.locator("#mine")
    assert read(figure) == expect()
    assert figure.locator(".inputs").is_visible()
    assert figure.locator(".plot-drawing >> visible=true").count() == 1
    assert figure.locator(".plot-data tbody tr").count() == 17
    assert page.locator("form, select, input, button").count() == 0
    context.close()


def test_without_its_data_the_page_stays_as_it_is(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.route("**/calculator.json", lambda route: route.fulfill(status=404))
    page.goto(f"{address}/articles/a/", wait_until="networkidle")
    assert read(page.locator("#mine")) == expect()
    assert page.locator("form").count() == 0
    page.close()


def test_several_on_the_front_page_have_their_own_data(page: Page, address: str) -> None:
    visit(page, address)
    page.locator(".controls").nth(1).wait_for()
    mine, server = page.locator("[id='a:mine']"), page.locator("[id='b:server']")
    before = read(server)
    move(mine, "batch", "End")
    assert read(mine) == expect(batch=512)
    assert read(server) == before
    move(server, "speed", "ArrowRight")
    assert read(server)["ceiling"] == "55.46 tokens/s"


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(
    browser: Browser, address: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    """axe's rules; controls large enough for a finger; nothing wider than the window; no motion."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    visit(page, f"{address}/articles/a/")
    move(page.locator("#mine"), "device", "memory of your own")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    violations = page.evaluate("axe.run().then(result => result.violations)")
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in violations] == []
    for control in page.locator("select, input, button").all():
        box = control.bounding_box()
        assert box is not None
        assert box["height"] >= 24
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollWidth - {root}.clientWidth") <= 0
    assert page.evaluate("document.getAnimations().length") == 0
    context.close()


def test_on_paper_is_what_was_chosen(page: Page) -> None:
    move(page.locator("#mine"), "batch", "ArrowRight")
    page.emulate_media(media="print")
    assert not page.locator("#mine form").is_visible()
    assert page.locator("#mine [data-input=batch]").inner_text() == "2 sequences"


def test_only_pages_with_a_calculator_load_the_scripts(folder: Path) -> None:
    loaded = re.compile(r'src="/assets/([\w-]+)\.[0-9a-f]+\.js"')
    assert loaded.findall((folder / "articles/a/index.html").read_text()) == [
        name.removesuffix(".js") for name in SCRIPTS
    ]
    assert "<script" not in (folder / "articles/index.html").read_text()


def test_the_scripts_are_small() -> None:
    assets = checkout_root() / "static/assets"
    assert sum(len(gzip.compress((assets / name).read_bytes())) for name in SCRIPTS) < 10_000
