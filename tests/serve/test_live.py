"""A writing session in a real browser: each save is on the page, and nobody has reloaded it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.commands.running import run
from tests.serve.serving import Server, serving_site, wait_until_served
from tests.serve.writing import (
    DEVICES,
    OTHER,
    POST,
    SITE,
    is_same,
    mark_as_loaded,
    overlay_text,
    replace,
    wait_for,
    write,
)
from tests.sites import CONFIG, article

TEMPLATE = """\
{% extends "base.html" %}
{% block main %}by this template {{ article.html }}{% endblock %}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path, SITE)
    return tmp_path


@pytest.fixture
def server(root: Path) -> Iterator[Server]:
    with serving_site(root, "--watch") as server:
        yield server


@pytest.fixture
def page(server: Server, browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.goto(f"{server.url}articles/post/")
    mark_as_loaded(page)
    yield page
    page.close()


def test_a_writing_session(root: Path, page: Page) -> None:
    replace(root, POST, "first", "second")
    wait_for(page, "second")

    replace(root, POST, "$x$", r"$\fract{1}{2}$")
    assert overlay_text(page) == (
        f"{POST}:6:2: math: undefined control sequence: \\fract\n"
        "6 | $\\fract{1}{2}$ second\n"
        "  |  ^^^^^^\n"
        "hint: check its spelling, or define it under `math: macros:`"
    )
    wait_for(page, "second")

    replace(root, POST, r"$\fract{1}{2}$", r"$\frac{1}{2}$")
    page.wait_for_selector("site-gen-overlay", state="detached")
    page.wait_for_selector("main .mfrac")

    replace(root, DEVICES, "DDR5-4800", "DDR5-5600")
    wait_for(page, "358.4")

    write(root, {"templates/article.html": TEMPLATE})
    wait_for(page, "by this template")
    assert is_same(page)

    (root / POST).rename(root / "content/articles/renamed.md")
    page.wait_for_url("**/articles/renamed/")
    wait_for(page, "second")


def test_who_sees_the_change_is_left_where_they_are(root: Path, page: Page) -> None:
    place = "[scrollY, document.querySelector('p:nth-of-type(30)').getBoundingClientRect().top]"
    page.evaluate("window.scrollTo({top: 1900, behavior: 'instant'})")
    before = page.evaluate(place)
    assert 0 < before[1] < 700
    replace(root, POST, "Paragraph 30 of many", "Paragraph 30 of several")
    wait_for(page, "30 of several")
    page.wait_for_timeout(500)  # a jump would be smooth, and seen by then
    assert page.evaluate(place) == before
    assert is_same(page)


def test_a_change_out_of_sight_is_jumped_to(root: Path, page: Page) -> None:
    replace(root, POST, "Paragraph 59 of many", "The last of many")
    wait_for(page, "The last of many")
    page.wait_for_function("() => window.scrollY > 500")


def test_unless_that_is_turned_off(root: Path, browser: Browser) -> None:
    with serving_site(root, "--watch", "--no-jump") as server:
        page = browser.new_page()
        page.goto(f"{server.url}articles/post/")
        replace(root, POST, "Paragraph 59 of many", "The last of many")
        wait_for(page, "The last of many")
        page.wait_for_timeout(500)
        assert page.evaluate("window.scrollY") == 0
        page.close()


def test_a_page_that_does_not_show_it_does_nothing(root: Path, server: Server, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    replace(root, OTHER, "another\n", "changed\n")
    until = time.monotonic() + 20
    while time.monotonic() < until:
        _, told = server.ask("GET /articles/other/ HTTP/1.1")
        if b"changed" in told:
            break
    page.wait_for_timeout(300)
    assert asked == []


def test_a_save_is_on_the_page_without_a_request(root: Path, page: Page) -> None:
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for old, new in (("first", "second"), ("title: a post", "title: the post")):
        replace(root, POST, old, new)
        wait_for(page, new.removeprefix("title: "))
    page.wait_for_timeout(300)
    assert asked == []


def test_where_another_page_fails_the_page_is_what_it_was(
    root: Path, server: Server, page: Page
) -> None:
    fails = "{% if one.entry.title == 'new' %}{{ one.no.thing }}{% endif %}"
    front = f"the list {{% for one in articles %}}{fails}{{% endfor %}}"
    write(root, {"templates/home.html": front})
    wait_until_served(server, "", "the list")
    seen = "new Set([...document.querySelectorAll('main h1')].map(node => node.textContent))"
    page.evaluate(
        f"""() => {{
            window.titles = new Set();
            const look = () => {seen}.forEach(title => titles.add(title));
            new MutationObserver(look).observe(document, {{
                subtree: true, childList: true, characterData: true}});
        }}"""
    )
    replace(root, POST, "title: a post", "title: new")
    assert overlay_text(page).startswith("templates/home.html:1:")
    page.wait_for_function("() => document.querySelector('main h1').textContent === 'a post'")
    assert set(page.evaluate("[...titles]")) == {"new", "a post"}
    replace(root, "templates/home.html", "one.no.thing", "one.entry.title")
    page.wait_for_selector("site-gen-overlay", state="detached")
    page.wait_for_function("() => document.querySelector('main h1').textContent === 'new'")
    assert is_same(page)


def test_a_stylesheet_is_swapped(root: Path, page: Page) -> None:
    write(root, {"static/assets/style.css": "body { color: rgb(1, 2, 3) }"})
    page.wait_for_function("() => getComputedStyle(document.body).color === 'rgb(1, 2, 3)'")
    assert is_same(page)


def test_drafts_are_shown_and_left_out_when_asked(root: Path, server: Server) -> None:
    assert server.ask("GET /articles/draft/ HTTP/1.1")[0] == 200
    with serving_site(root, "--watch", "--no-drafts") as other:
        assert "another server shows this site already; this one works beside it" in other.said
        assert other.ask("GET /articles/draft/ HTTP/1.1")[0] == 404
        assert other.ask("GET /articles/post/ HTTP/1.1")[0] == 200


def test_nothing_is_written_where_the_site_is_published(root: Path, server: Server) -> None:
    assert server.ask("GET / HTTP/1.1")[0] == 200
    assert not (root / "_site").exists()


def test_what_open_pages_listen_to_takes_this_server_s_token(server: Server) -> None:
    for token in ("", "guessed", "x" * 32, "%C3%A9", "%FF"):
        status, _ = server.ask(f"GET /_site_gen/events?token={token}&path=index.html HTTP/1.1")
        assert status == 403
    assert server.ask("GET /_site_gen/..%2fapp.py HTTP/1.1")[0] == 404
    assert server.ask("GET /_site_gen/app.py HTTP/1.1")[0] == 404


def test_readers_search_the_last_finished_site(root: Path, browser: Browser) -> None:
    write(root, {"pyproject.toml": f"{CONFIG}search = true\n"})
    page = browser.new_page()
    with serving_site(root, "--watch") as server:
        page.goto(f"{server.url}search/?q=first")
        wait_for(page, "The index cannot be loaded")
        assert run("build", "--root", root).code == 0
        page.reload()
        wait_for(page, "1 page found for “first”")
        replace(root, POST, "first", "second")
        wait_until_served(server, "articles/post/", "second")
        page.reload()
        wait_for(page, "1 page found for “first”")
    page.close()


def test_interrupted_with_pages_open_it_ends(server: Server, page: Page) -> None:
    started = time.monotonic()
    assert server.interrupt() == 0
    assert time.monotonic() - started < 10
    assert is_same(page)


SLIDER = "figure form input[type=range][name=context]"
CALCULATOR = """:::{token-rate-calculator} try
device: RTX 4090
model: Llama-3.1-8B
quantization: Q4_K_M
:::
"""
TABLE = """:::{token-rate-table} all
devices: RTX 4090, RTX 3090
models: Llama-3.1-8B
quantizations: Q4_K_M
:::
"""


def test_what_scripts_have_made_of_a_page_stays(root: Path, page: Page, server: Server) -> None:
    text = f"First.\n\n{CALCULATOR}\n{TABLE}\n```python\nx = 1\n```\n\nLast."
    write(root, {OTHER: article(text, title="another post", date="2025-05-23")})
    page.goto(f"{server.url}articles/other/")
    page.wait_for_selector(f"{SLIDER}:visible")
    page.wait_for_selector("th button")
    page.wait_for_selector("pre button", state="attached")
    page.wait_for_load_state("networkidle")
    mark_as_loaded(page)
    page.evaluate(
        """() => {
            const slider = document.querySelector("figure form input[type=range][name=context]");
            slider.value = slider.max;
            slider.dispatchEvent(new Event("input", {bubbles: true}));
            window.slid = slider.value;
            window.shownThen = document.querySelector("figure form").parentElement.innerText;
        }"""
    )
    for old, new in (("First.", "First.\n\nSecond."), ("Last.", "The end.")):
        replace(root, OTHER, old, new)
        wait_for(page, new.split("\n")[-1])
        assert page.evaluate(f"document.querySelector('{SLIDER}').value === slid")
        assert page.evaluate(
            "document.querySelector('figure form').parentElement.innerText === shownThen"
        )
        assert page.query_selector("th button")
        page.wait_for_selector("pre button", state="attached")
    assert is_same(page)


def test_a_stylesheet_that_comes_stands_where_it_belongs(
    root: Path, page: Page, server: Server
) -> None:
    write(root, {OTHER: article("No math.", title="another post", date="2025-05-23")})
    page.goto(f"{server.url}articles/other/")
    wait_for(page, "No math.")
    mark_as_loaded(page)
    replace(root, OTHER, "No math.", "Math: $x$.")
    page.wait_for_selector(".katex")
    assert is_same(page)
    links = "[...document.querySelectorAll('link[rel=stylesheet]')].map(link => link.pathname)"
    patched = page.evaluate(links)
    page.reload()
    assert patched == page.evaluate(links)


def test_below_a_base_path_what_is_no_page_stays_quiet(root: Path, browser: Browser) -> None:
    replace(root, "pyproject.toml", "https://example.org/", "https://example.org/blog/")
    with serving_site(root, "--watch") as server:
        page = browser.new_page()
        loads: list[str] = []
        page.on("framenavigated", lambda frame: loads.append(frame.url))
        page.goto(f"http://127.0.0.1:{server.port}/x")
        page.wait_for_timeout(1500)
        assert len(loads) == 1
        page.close()
