"""`figures.json` beside each page that computes."""

import json

import pytest

from site_gen.build import documents
from tests import computing
from tests.sites import CONFIG, article, build_site, messages_of, page_of, paths_of

RATE = ":::{rate} fast\nwidth: 4\n:::"


@pytest.fixture(autouse=True)
def _computing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "make_registry", computing.make_registry)


def test_a_page_that_computes_has_its_figures_beside_it() -> None:
    built = build_site({"content/articles/a.md": article(RATE, title="how fast")})
    assert messages_of(built) == ""
    assert json.loads(page_of(built, "articles/a/figures.json")) == {
        "url": "https://example.org/articles/a/",
        "title": "how fast",
        "calculations": [
            {
                "name": "fast",
                "title": "a rate",
                "pinned": False,
                "figures": [
                    {
                        "name": "width",
                        "label": "width",
                        "value": 4.0,
                        "unit": "bit",
                        "text": "4 bits",
                        "given": True,
                    },
                    {
                        "name": "rate",
                        "label": "rate",
                        "value": 250.0,
                        "unit": "token/s",
                        "text": "250 tokens/s",
                        "given": False,
                    },
                    {
                        "name": "ratio",
                        "label": "ratio",
                        "value": 8.0,
                        "text": "8",
                        "given": False,
                        "explanation": "2 · width",
                    },
                ],
                "assumptions": ["one token at a time"],
                "sources": [{"subject": "the width", "title": "a table", "date": "2025-05-22"}],
                "versions": {"equations": "1"},
            }
        ],
    }


def test_only_pages_that_compute_have_some() -> None:
    files = {
        "content/articles/a.md": article(),
        "content/articles/draft.md": article(RATE, draft="true"),
        "content/speed.md": f"---\ntitle: speed\n---\n\n{RATE}\n",
    }
    made = [path for path in paths_of(build_site(files)) if path.endswith("figures.json")]
    assert made == ["speed/figures.json"]


def test_the_path_of_the_site_s_url_is_in_the_address() -> None:
    config = CONFIG.replace("example.org/", "example.org/blog/")
    built = build_site({"pyproject.toml": config, "content/articles/a.md": article(RATE)})
    record = json.loads(page_of(built, "articles/a/figures.json"))
    assert record["url"] == "https://example.org/blog/articles/a/"


def test_a_file_of_the_same_name_is_in_the_way() -> None:
    files = {
        "content/articles/a/index.md": article(f"[mine](figures.json)\n\n{RATE}"),
        "content/articles/a/figures.json": "{}",
    }
    assert messages_of(build_site(files)) == (
        "content/articles/a/figures.json: `/articles/a/figures.json` is made twice: "
        "by content/articles/a/index.md and by content/articles/a/figures.json\n"
        "hint: rename it"
    )


def test_a_static_file_of_the_same_name_is_in_the_way() -> None:
    files = {"content/articles/a.md": article(RATE), "static/articles/a/figures.json": "{}"}
    assert messages_of(build_site(files)) == (
        "static/articles/a/figures.json: `/articles/a/figures.json` is made twice: "
        "by content/articles/a.md and by static/articles/a/figures.json\n"
        "hint: rename it"
    )
