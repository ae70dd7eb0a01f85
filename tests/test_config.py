"""The configuration: what is said, what is left to defaults, and each mistake as whole text."""

from __future__ import annotations

import pytest

from site_gen.config import DEFAULT_URL, Config, parse_config
from site_gen.diagnostics import Source
from site_gen.terminal import format_diagnostic

HEAD = '[tool.site_gen]\nurl = "https://example.org/blog/"\n'


def check(text: str) -> tuple[Config, str]:
    """The configuration of a `pyproject.toml` and the messages about it."""
    config, diagnostics = parse_config(Source("pyproject.toml", text))
    return config, "\n".join(format_diagnostic(each).plain for each in diagnostics)


def test_all_that_is_said_is_taken() -> None:
    config, messages = check(
        HEAD + 'title = "t"\ndescription = "d"\nauthor = "a"\nlanguage = "de-CH"\n'
        'timezone = "Europe/Berlin"\narticles_per_page = 3\nraw_html = true\n'
        'highlight_light = "default"\nhighlight_dark = "monokai"\n'
        '[tool.site_gen.macros]\n"\\\\RR" = "\\\\mathbb{R}"\n'
    )
    assert messages == ""
    assert config == Config(
        title="t",
        url="https://example.org/blog/",
        description="d",
        author="a",
        language="de-CH",
        timezone="Europe/Berlin",
        articles_per_page=3,
        raw_html=True,
        macros={"\\RR": "\\mathbb{R}"},
        highlight_light="default",
        highlight_dark="monokai",
    )
    assert (config.origin, config.base_path) == ("https://example.org", "/blog")


def test_a_configuration_that_is_no_table_is_an_error() -> None:
    assert check("[tool]\nsite_gen = 1\n")[1] == (
        "pyproject.toml: `tool.site_gen` must be a table\n"
        "hint: write the configuration under a line `[tool.site_gen]`"
    )


@pytest.mark.parametrize("text", [None, "", "[tool]\n", "tool = 1\n"])
def test_without_a_table_defaults_are_taken_and_the_missing_url_is_a_warning(
    text: str | None,
) -> None:
    config, (warning,) = parse_config(None if text is None else Source("pyproject.toml", text))
    assert config == Config()
    assert format_diagnostic(warning).plain == (
        f"pyproject.toml: warning: `url` is not configured: feeds and canonical links will say "
        f'{DEFAULT_URL}\nhint: add `url = "https://…/"` under `[tool.site_gen]`'
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            'titel = "a"',
            'pyproject.toml:3:1: unknown key `titel`\n3 | titel = "a"\n  | ^^^^^\n'
            "hint: did you mean `title`?",
        ),
        (
            'highlight_dark = "github-dork"',
            "pyproject.toml:3:18: Pygments has no style `github-dork`\n"
            '3 | highlight_dark = "github-dork"\n  |                  ^^^^^^^^^^^^^\n'
            "hint: did you mean `github-dark`?",
        ),
        (
            "title = 1",
            "pyproject.toml:3:9: `title` must be text, not a whole number\n3 | title = 1\n"
            '  |         ^\nhint: for example `title = "a blog"`',
        ),
        (
            "articles_per_page = 0  # none",
            "pyproject.toml:3:21: `articles_per_page` must be at least 1\n"
            "3 | articles_per_page = 0  # none\n  |                     ^\n"
            "hint: for example `articles_per_page = 10`",
        ),
        (
            'language = "english language"',
            "pyproject.toml:3:12: `language` must be a language tag\n"
            '3 | language = "english language"\n  |            ^^^^^^^^^^^^^^^^^^\n'
            'hint: for example `language = "en"`',
        ),
        (
            'timezone = "Europe/Berln"',
            "pyproject.toml:3:12: there is no time zone `Europe/Berln`\n"
            '3 | timezone = "Europe/Berln"\n  |            ^^^^^^^^^^^^^^\n'
            "hint: did you mean `Europe/Berlin`?",
        ),
        (
            'compress = ["br"]',
            "pyproject.toml:3:12: `compress[0]` cannot be `br`\n"
            '3 | compress = ["br"]\n  |            ^^^^^^\n'
            'hint: for example `compress = ["gzip", "brotli"]`',
        ),
        (
            'timezone = "../../etc/passwd"',
            "pyproject.toml:3:12: there is no time zone `../../etc/passwd`\n"
            '3 | timezone = "../../etc/passwd"\n  |            ^^^^^^^^^^^^^^^^^^\n'
            'hint: for example `timezone = "Europe/Berlin"`',
        ),
    ],
)
def test_a_mistake_is_shown_at_its_place(line: str, message: str) -> None:
    assert check(HEAD + line + "\n")[1] == message


@pytest.mark.parametrize(
    "url", ["example.org", "https://example.org/blog", "ftp://example.org/", "https:///", ""]
)
def test_a_url_is_an_http_address_that_ends_in_a_slash(url: str) -> None:
    config, messages = check(f'[tool.site_gen]\nurl = "{url}"\n')
    assert config.url == DEFAULT_URL
    assert messages.startswith(
        "pyproject.toml:2:7: `url` must be an http or https address that ends in a slash\n"
    )


def test_what_is_not_toml_is_shown_where_it_stops_to_be() -> None:
    assert check('[tool.site_gen]\ntitle = "a\n')[1].startswith("pyproject.toml:2:11: not TOML: ")
    assert check("[tool.site_gen]\ntitle = [")[1].startswith("pyproject.toml:2:9: not TOML: ")


def test_a_key_in_a_table_of_another_tool_is_not_ours() -> None:
    text = '[tool.other]\ntitle = 1\n\n[tool.site_gen]\nurl = "https://example.org/"\ntitle = 2\n'
    assert check(text)[1].startswith("pyproject.toml:6:9: ")
