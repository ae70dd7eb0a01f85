"""The blog itself, built as its readers get it and opened in a real browser."""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Response, Route

from site_gen.build.result import Build
from site_gen.build.work import Options
from site_gen.effects import DiskTree
from site_gen.setup import checkout_root
from tests.feed_rules import find_atom_mistakes, find_json_mistakes, find_text_mistakes
from tests.kinds import BLOG, CODE, COMPUTES, MATH, SEARCHES
from tests.serve.serving import serving_site
from tests.sites import build_site, messages_of, page_of, paths_of

LLM_ARTICLE = f"{MATH[1:]}index.html"
SCRIPTS = {
    COMPUTES: 2,
    CODE: 1,
    "/": 1,
    SEARCHES: 1,
}
"""Pages with scripts: that of a calculator and one that sorts a table, or one that copies code."""
POLICY = "default-src 'self'; base-uri 'self'; form-action 'self'; object-src 'none'"
SEARCH_POLICY = f"{POLICY}; script-src 'self' 'wasm-unsafe-eval'"
"""That of the search page, and so that of all pages together."""
EMPTY_WASM = "WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).then(() => true)"


def test_every_figure_of_the_blog_is_as_it_was_locked() -> None:
    built = build_site(DiskTree(checkout_root()), Options(locked=True))
    assert messages_of(built) == ""


@pytest.fixture
def address(published: Path, serve_folder: Callable[[Path], str]) -> str:
    return serve_folder(published).rstrip("/")


class Visit:
    """A page, and what it asked for and complained about."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("requestfailed", lambda request: self.complaints.append(request.url))
        page.on("request", lambda request: self.requests.append(request.url))


@pytest.fixture(params=[(320, "light"), (320, "dark"), (1280, "light"), (1280, "dark")], ids=str)
def visit(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Visit]:
    width, scheme = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=True
    )
    yield Visit(context.new_page())
    context.close()


def test_the_six_articles_are_built_without_a_complaint(blog: Build) -> None:
    assert messages_of(blog) == ""
    assert blog.articles == 6


@pytest.mark.parametrize("url", BLOG.values(), ids=BLOG.keys())
def test_every_kind_of_page_is_quiet_and_fits_its_window(
    visit: Visit, address: str, url: str
) -> None:
    visit.page.goto(address + url)
    visit.page.evaluate("document.fonts.ready")
    assert visit.complaints == []
    assert [asked for asked in visit.requests if not asked.startswith(address)] == []
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert visit.page.evaluate(wider) <= 0
    assert visit.page.locator("h1").count() == 1
    scripts = visit.page.locator("script:not([type='application/ld+json'])")
    assert scripts.count() == SCRIPTS.get(url, 0)
    assert scripts.count() == visit.page.locator("script[type=module][src^='/assets/']").count()


def test_a_page_of_prose_is_small(browser: Browser, address: str) -> None:
    """All that a browser fetches for it, fonts and all, as hosts compress it."""
    page = browser.new_page()
    fetched: dict[str, Response] = {}
    page.on("response", lambda response: fetched.update({response.url: response}))
    page.goto(f"{address}/articles/a-panoply-of-frameworks/")
    page.evaluate("document.fonts.ready")
    bodies = {url: response.body() for url, response in fetched.items()}
    page.close()
    assert sum(url.endswith(".woff2") for url in bodies) >= 2
    assert [url for url in bodies if url.endswith(".js")] == []
    assert sum(min(len(body), len(gzip.compress(body))) for body in bodies.values()) < 50_000


def test_the_front_page_stacks_all_articles_under_their_dates(visit: Visit, address: str) -> None:
    visit.page.goto(address)
    assert visit.page.locator("h1").inner_text().lower() == "articles"
    dates = visit.page.locator("article header time").all_inner_texts()
    assert dates == [
        "22 May 2025",
        "14 Apr 2025",
        "7 Apr 2025",
        "3 Apr 2025",
        "1 Apr 2025",
        "20 Mar 2025",
    ]


def test_the_equations_are_set_by_katex_with_mathml_and_without_script(blog: Build) -> None:
    html = page_of(blog, LLM_ARTICLE)
    assert re.findall("<script[^>]*>", html) == ['<script type="application/ld+json">']
    displayed = re.findall(r'<div class="equation".*?</div>', html, re.DOTALL)
    assert len(displayed) == 3
    for equation in displayed:
        assert 'class="katex-html"' in equation
        assert '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">' in equation
    for tex in (
        r"T = \frac{M}{P \cdot Q}",
        r"T = \frac{\min(\frac{M}{Q}, C)}{P}",
        r"M = M_s \cdot 8 \cdot M_c",
    ):
        assert sum(tex in equation for equation in displayed) == 1


def test_math_is_shown_in_katex_fonts(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/articles/big-llms-are-memory-bound/")
    page.evaluate("document.fonts.ready")
    loaded = page.evaluate(
        "[...document.fonts].filter(font => font.status == 'loaded').map(font => font.family)"
    )
    page.close()
    assert {"KaTeX_Main", "KaTeX_Math"} <= set(loaded)


def test_no_computed_figure_is_typed_in_the_source() -> None:
    path = checkout_root() / "content/articles/big-llms-are-memory-bound/index.md"
    source = path.read_text(encoding="utf-8")
    assert not re.findall(r"\b(?:576|11\.19|51\.46|11\.2|51\.5)\b", source)


def test_the_article_shows_what_the_estimator_computes(blog: Build) -> None:
    html = page_of(blog, LLM_ARTICLE)
    values = {float(value) for value in re.findall(r'<data value="([0-9.]+)"', html)}
    assert {576e9, 11_192_500_000, 4.6} <= values
    assert any(abs(value - 51.463) < 0.001 for value in values)
    assert any(abs(value - 11.1876) < 0.001 for value in values)
    for shown in ("576", "11.19", "51.46", "11.2"):
        assert shown in re.sub(r'value="[^"]*"', "", html)


def texts_of_feed(blog: Build) -> dict[str, str]:
    """The path of each article → its HTML in the feeds."""
    items = json.loads(page_of(blog, "feed.json"))["items"]
    return {item["url"].partition("example.org/")[2]: item["content_html"] for item in items}


def test_feeds_read_well_anywhere(blog: Build) -> None:
    assert find_atom_mistakes(page_of(blog, "feed.xml")) == []
    assert find_json_mistakes(page_of(blog, "feed.json")) == []
    assert find_text_mistakes(texts_of_feed(blog).values()) == []


DATA = re.compile(r'<data [^>]*value="([^"]*)"[^>]*>([^<]*)</data>')


def test_page_feed_and_transcript_show_the_same_figures(blog: Build) -> None:
    in_feed, compared = texts_of_feed(blog), 0
    for path in paths_of(blog):
        if not path.endswith("/index.md"):
            continue
        folder = path.removesuffix("index.md")
        page = page_of(blog, f"{folder}index.html")
        figures = DATA.findall(page)
        captions = re.findall("<figcaption>([^<]+)</figcaption>", page)
        transcript = page_of(blog, path).replace("\\", "")
        for text in (*captions, *(text for _, text in figures)):
            assert unescape(text).replace("\N{NO-BREAK SPACE}", " ").strip() in transcript, path
        if folder in in_feed:
            assert DATA.findall(in_feed[folder]) == figures
        compared += len(figures)
    assert compared > 60


def test_a_card_shows_a_figure_as_page_feed_and_transcript_do(blog: Build) -> None:
    in_feed, compared = texts_of_feed(blog), 0
    for document in blog.documents:
        if (figure := document.front.figure) is None:
            continue
        folder = document.url.lstrip("/")
        page = page_of(blog, f"{folder}index.html")
        (alt,) = re.findall('<meta property="og:image:alt" content="([^"]*)">', page)
        shown = {
            unescape(text).replace("\N{NO-BREAK SPACE}", " ") for _, text in DATA.findall(page)
        }
        assert figure.text in shown
        assert f"{figure.text}, {figure.label} ({figure.subject})" in unescape(alt)
        assert figure.text in page_of(blog, f"{folder}index.md")
        assert figure.text in unescape(in_feed[folder]).replace("\N{NO-BREAK SPACE}", " ")
        compared += 1
    assert compared


def test_every_page_has_a_card_of_its_own_that_is_small(blog: Build) -> None:
    cards = [each for each in blog.outputs if re.search(r"(^|/)card\.\w{10}\.png$", each.path)]
    assert len(cards) == len(blog.index.by_path) + 1
    assert max(card.size_bytes for card in cards) < 40_000
    text = "".join(page_of(blog, path) for path in paths_of(blog) if path.endswith(".html"))
    assert all(
        f'<meta property="og:image" content="https://example.org/{card.path}">' in text
        for card in cards
    )


def test_every_transcript_is_listed_and_its_links_lead_somewhere(blog: Build) -> None:
    made = set(paths_of(blog))
    transcripts = {path for path in made if path.endswith(".md")}
    assert len(transcripts) == 8
    listed = re.findall(r"\]\(https://example\.org/([^)]*\.md)\)", page_of(blog, "llms.txt"))
    assert sorted(listed) == sorted(transcripts)
    for path in ("llms.txt", *transcripts):
        for url in re.findall(r"\]\(https://example\.org/([^)#]*)", page_of(blog, path)):
            assert url + "index.html" * (url.endswith("/") or not url) in made, f"{path}: {url}"


def test_the_feed_is_a_page_that_needs_no_more_than_its_own_host(
    visit: Visit, address: str
) -> None:
    def add_policy(route: Route) -> None:
        response = route.fetch()
        policy = {"content-security-policy": "default-src 'self'"}
        route.fulfill(response=response, headers={**response.headers, **policy})

    visit.page.route("**/*", add_policy)
    visit.page.goto(f"{address}/feed.xml")
    assert visit.complaints == []
    assert [asked for asked in visit.requests if not asked.startswith(address)] == []
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert visit.page.evaluate(wider) <= 0
    shown = visit.page.locator("entry >> nth=0 >> :scope > * >> visible=true")
    assert shown.all_text_contents()[:2] == ["“big llms are memory bound”", "22 May 2025"]
    assert shown.count() == 3  # the summary, and not the text
    leads_to = visit.page.locator("entry >> nth=0 >> a").evaluate("link => link.href")
    assert leads_to == f"{address}/articles/big-llms-are-memory-bound/"


def test_the_blog_keeps_to_the_strictest_policy(browser: Browser, published: Path) -> None:
    with serving_site(checkout_root(), "--output", str(published)) as server:
        for url in BLOG.values():
            visit = Visit(browser.new_page())
            response = visit.page.goto(server.url.rstrip("/") + url)
            assert response
            header = f"{SEARCH_POLICY}; frame-ancestors 'self'"
            assert response.headers["content-security-policy"] == header
            written = visit.page.locator("meta[http-equiv=Content-Security-Policy]")
            policy = SEARCH_POLICY if url == SEARCHES else POLICY
            assert written.get_attribute("content") == policy
            if url == COMPUTES:  # what its scripts make keeps to it, too
                visit.page.locator("th button").first.click()
                visit.page.locator("input[name=context]:visible").evaluate(
                    "node => { node.value = node.max; node.dispatchEvent(new Event('input')); }"
                )
            if url == SEARCHES:
                visit.page.keyboard.type("memory")
                visit.page.locator(".results mark").first.wait_for()
            assert visit.complaints == []
            if url != SEARCHES:  # whatever the header allows, a page allows what it needs itself
                with pytest.raises(Error, match="violates the following Content Security policy"):
                    visit.page.evaluate(EMPTY_WASM)
                visit.complaints.clear()
            visit.page.evaluate(
                "document.body.append(Object.assign(document.createElement('script'),"
                " {textContent: 'window.has_run = true'}))"
            )
            assert not visit.page.evaluate("window.has_run")
            refused = "Executing inline script violates"  # told of header and page alike
            assert visit.complaints
            assert all(each.startswith(refused) for each in visit.complaints)
            visit.page.close()
        assert server.ask("GET /_headers HTTP/1.1")[0] == 404


@pytest.mark.parametrize(
    ("url", "most_bytes"),
    [
        ("/about/", 50_000),
        ("/articles/meow-meow-meow-meow/", 50_000),
        ("/articles/a-panoply-of-frameworks/", 50_000),
        (MATH, 120_000),
    ],
)
def test_pages_are_light(browser: Browser, address: str, url: str, most_bytes: int) -> None:
    """With fonts and styles, as a host sends them at least: text with gzip."""
    sizes: dict[str, int] = {}

    def weigh(response: Response) -> None:
        body, path = response.body(), response.url.removeprefix(address)
        is_small = path.endswith((".woff2", ".png", ".jpg", ".avif", ".webp"))
        sizes[path] = len(body) if is_small else len(gzip.compress(body, mtime=0))

    page = browser.new_page()
    page.on("response", weigh)
    page.goto(address + url)
    page.evaluate("document.fonts.ready")
    page.wait_for_load_state("networkidle")
    page.close()
    assert sum(sizes.values()) <= most_bytes, sizes
