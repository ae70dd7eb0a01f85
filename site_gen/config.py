"""The blog's configuration: `[tool.site_gen]` of `pyproject.toml`, checked before it is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import msgspec
from msgspec import Meta
from msgspec.structs import replace
from pygments.styles import STYLE_MAP

from site_gen.codings import Coding
from site_gen.diagnostics import Diagnostic, Source, has_errors, suggest
from site_gen.fields import Locate, check_fields
from site_gen.paths import CONFIG_PATH
from site_gen.targets import TargetSettings, parse_targets
from site_gen.toml_source import Locator, parse_toml

DEFAULT_URL = "http://127.0.0.1:8000/"


class Config(msgspec.Struct, frozen=True):
    """What the configuration says, every value checked."""

    title: Annotated[str, Meta(min_length=1, examples=['"a blog"'])] = "a blog"
    """The site's name."""
    url: Annotated[str, Meta(examples=['"https://example.org/"'])] = DEFAULT_URL
    """Where the site is published, ending in a slash; a path in it is put before every URL."""
    description: str = ""
    """One sentence, for feeds and search engines."""
    author: str = ""
    """Who writes; empty for nobody in particular."""
    language: Annotated[
        str,
        Meta(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$", title="a language tag", examples=['"en"']),
    ] = "en"
    """BCP 47 tag of the language the site is written in."""
    timezone: Annotated[str, Meta(examples=['"Europe/Berlin"'])] = "UTC"
    """IANA name; a date without a time is the start of that day there."""
    articles_per_page: Annotated[int, Meta(ge=1, le=1000, examples=["10"])] = 10
    """How many articles the front page stacks before the next page."""
    articles_in_feed: Annotated[int, Meta(ge=1, le=1000, examples=["20"])] = 20
    """How many articles, the newest, stand in the feeds."""
    transcripts: bool = True
    """Whether each page has its text as Markdown beside it; off, a site has half as many files."""
    search: bool = False
    """Whether readers can search; then a build in which any text has changed makes the index of all
    of them anew."""
    cards: bool = False
    """Whether a card for link previews is drawn for each page that has no `image`."""
    allowed: dict[str, list[str]] = msgspec.field(default_factory=dict)
    """What each page may load beside the site itself and what it shows, as sources by directive of
    a Content-Security-Policy, e.g. `connect-src = ["https://api.example.org"]`."""
    raw_html: bool = False
    """Whether HTML in Markdown is passed through; off, it is shown as text."""
    macros: dict[str, str] = msgspec.field(default_factory=dict)
    """KaTeX macros for every formula, e.g. `"\\\\RR" = "\\\\mathbb{R}"`."""
    highlight_light: Annotated[str, Meta(examples=['"default"'])] = "xcode"
    """Pygments style for light pages."""
    highlight_dark: Annotated[str, Meta(examples=['"monokai"'])] = "github-dark"
    """Pygments style for dark pages."""

    compress: Annotated[list[Coding], Meta(examples=['["gzip", "brotli"]'])] = []
    """The codings in which files are published beside themselves, for hosts that send such files
    as they are."""

    deploy: dict[str, TargetSettings] = {}
    """Where the site is deployed to, by name."""

    @property
    def origin(self) -> str:
        """Scheme and host of `url`, e.g. `https://example.org`."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def base_url(self) -> str:
        """`url` without a slash at its end, e.g. `https://example.org/blog`."""
        return self.origin + self.base_path

    @property
    def base_path(self) -> str:
        """The path of `url` without a slash at its end, e.g. `/blog`; empty at a host's root."""
        return urlsplit(self.url).path.rstrip("/")

    @property
    def zone(self) -> ZoneInfo:
        """The configured time zone."""
        return ZoneInfo(self.timezone)


def parse_config(source: Source | None) -> tuple[Config, list[Diagnostic]]:
    """The configuration of a `pyproject.toml` and what is wrong in it; defaults where it is silent.

    None stands for a site without that file. A site without `url` gets a warning, since feeds and
    canonical links cannot be right then.
    """
    source = source or Source(CONFIG_PATH, "")
    document, diagnostics = parse_toml(source)
    if diagnostics:
        return Config(), diagnostics
    tool = document.get("tool", {})
    table = tool.get("site_gen", {}) if isinstance(tool, dict) else {}
    locate = Locator(source).within("tool", "site_gen")
    if not isinstance(table, dict):
        hint = "write the configuration under a line `[tool.site_gen]`"
        return Config(), [source.error("`tool.site_gen` must be a table", hint=hint)]
    plain = {key: value for key, value in table.items() if key != "deploy"}
    values, diagnostics = check_fields(Config, plain, source, locate, assignment=" = ")
    targets, problems = parse_targets(table.get("deploy", {}), source, values.get("compress", ()))
    diagnostics += problems
    config = Config(**values, deploy=targets)
    config, problems = _check_meaning(config, source, locate)
    diagnostics += problems
    if "url" not in table and not has_errors(diagnostics):
        message = f"`url` is not configured: feeds and canonical links will say {DEFAULT_URL}"
        hint = 'add `url = "https://…/"` under `[tool.site_gen]`'
        diagnostics.append(source.warning(message, hint=hint))
    return config, diagnostics


_KINDS = "child connect font frame img manifest media object script style worker"
_LOADING = frozenset(f"{kind}-src" for kind in _KINDS.split())
"""Directives of a Content-Security-Policy that say what may be loaded."""
_SOURCE = re.compile(r"[^\s;,\"<>]+")
_URL_CHARACTERS = re.compile(r"[A-Za-z0-9._~:/@!$&'()*+,;=%\[\]-]+")


def _is_site_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if not _URL_CHARACTERS.fullmatch(url):
        return False
    is_web = parts.scheme in ("http", "https") and bool(parts.netloc)
    return is_web and parts.path.endswith("/") and not (parts.query or parts.fragment)


def _check_meaning(
    config: Config, source: Source, locate: Locate
) -> tuple[Config, list[Diagnostic]]:
    """What the types cannot say: that a URL is one, that a time zone and a style exist.

    What is wrong is replaced by its default, so that the content can still be checked.
    """
    diagnostics = []
    if not _is_site_url(config.url):
        hint = 'for example `url = "https://example.org/blog/"`'
        message = "`url` must be an http or https address that ends in a slash"
        diagnostics.append(source.error(message, locate("url", "value"), hint))
        config = replace(config, url=DEFAULT_URL)
    try:
        ZoneInfo(config.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"there is no time zone `{config.timezone}`"
        hint = (
            suggest(config.timezone, available_timezones())
            or 'for example `timezone = "Europe/Berlin"`'
        )
        diagnostics.append(source.error(message, locate("timezone", "value"), hint))
        config = replace(config, timezone="UTC")
    for message, hint in _find_wrong_sources(config):
        diagnostics.append(source.error(message, locate("allowed", "value"), hint))
        config = replace(config, allowed={})
    for key in ("highlight_light", "highlight_dark"):
        style = getattr(config, key)
        if style not in STYLE_MAP:
            hint = suggest(style, STYLE_MAP) or f'for example `{key} = "default"`'
            message = f"Pygments has no style `{style}`"
            diagnostics.append(source.error(message, locate(key, "value"), hint))
            config = replace(config, **{key: "default"})
    return config, diagnostics


def _find_wrong_sources(config: Config) -> Iterator[tuple[str, str]]:
    """What is wrong in `allowed`, and what can be done."""
    for directive, sources in config.allowed.items():
        if directive not in _LOADING:
            hint = suggest(directive, _LOADING) or f"one of {', '.join(sorted(_LOADING))}"
            yield f"`allowed` has no key `{directive}`", hint
        for each in sources:
            if not _SOURCE.fullmatch(each):
                hint = 'for example `allowed = { connect-src = ["https://api.example.org"] }`'
                yield f"`{each}` in `allowed` is no source", hint
