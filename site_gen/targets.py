"""Where a site is deployed to: the tables `[tool.site_gen.deploy.NAME]`, checked before they are
used.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from site_gen.codings import Coding
from site_gen.diagnostics import Diagnostic, Source, suggest
from site_gen.fields import Locate, check_fields
from site_gen.toml_source import Locator

HostName = Literal["cloudflare-pages", "github-pages", "netlify"]
"""A host whose rules and limits are known."""

_TABLE = ("tool", "site_gen", "deploy")
_KIND = "to"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class _Settings(msgspec.Struct, frozen=True, kw_only=True, tag_field=_KIND):
    """What all targets have."""

    url: Annotated[str, Meta(examples=['"https://example.org/"'])] = ""
    """Where readers find what was deployed, ending in a slash; each changed file is fetched there
    afterwards. Empty, nothing is."""
    patience_s: Annotated[float, Meta(ge=0, le=3600, examples=["60"])] = 30.0
    """For how long what is not served as it was planned is asked for again, in seconds."""
    most_deleted: Annotated[int, Meta(ge=0, examples=["100"])] = 100
    """How many files may be deleted without being asked for; more than a fifth never may."""


class S3Settings(_Settings, frozen=True, kw_only=True, tag="s3"):
    """A bucket of an object store that speaks S3's protocol."""

    bucket: Annotated[str, Meta(min_length=1, examples=['"my-blog"'])] = ""
    prefix: Annotated[str, Meta(examples=['"blog/"'])] = ""
    """What the names of all objects begin with, ending in a slash."""
    endpoint: Annotated[str, Meta(examples=['"https://s3.example.org"'])] = ""
    """Where the store is; empty for what AWS's own tools are told, and else AWS itself."""
    region: Annotated[str, Meta(examples=['"eu-central-1"'])] = ""
    """Empty for the one that AWS's own tools are told."""
    profile: Annotated[str, Meta(examples=['"blog"'])] = ""
    """Whose credentials are taken from what AWS's own tools know; empty for their default."""
    coding: Coding | Literal[""] = ""
    """The coding that texts are stored in, for readers all of whom take it; one of `compress`."""
    conditional_writes: bool = True
    """Whether the store knows them, as S3 itself does; without them, two deployments that begin in
    the same moment are not told of each other."""


class GitSettings(_Settings, frozen=True, kw_only=True, tag="git"):
    """A branch of a git repository."""

    repository: Annotated[str, Meta(min_length=1, examples=['"origin"'])] = "origin"
    """A URL, or the name of a remote of the site's own repository."""
    branch: Annotated[
        str,
        Meta(pattern=r"^\w[\w./-]*$", title="the name of a branch", examples=['"gh-pages"']),
    ] = "gh-pages"
    host: HostName | Literal[""] = "github-pages"
    """Who serves the branch; empty for none of those whose limits are known."""
    patience_s: Annotated[float, Meta(ge=0, le=3600, examples=["600"])] = 300.0
    """As above; such hosts take a while to publish a commit."""


class SshSettings(_Settings, frozen=True, kw_only=True, tag="ssh"):
    """A folder of a machine that ssh leads to."""

    host: Annotated[
        str,
        Meta(pattern=r"^[^\s-]\S*$", title="a host for ssh", examples=['"me@example.org"']),
    ] = ""
    """As ssh has it: port, key and all else stand in its own configuration."""
    path: Annotated[str, Meta(min_length=1, examples=['"/srv/www/blog"'])] = ""
    """The folder there that `releases/` and `current` lie in."""
    releases: Annotated[int, Meta(ge=2, le=1000, examples=["3"])] = 3
    """How many are kept, the one that is live included."""
    cache_headers: bool = True
    """Whether the web server sends `Cache-Control` as a deployment plans it."""


class FolderSettings(_Settings, frozen=True, kw_only=True, tag="folder"):
    """A folder of this machine, or one that is mounted."""

    path: Annotated[str, Meta(min_length=1, examples=['"../public"'])] = ""
    """From the site's root."""
    host: HostName | Literal[""] = ""
    """Who is given the folder; empty for none of those whose limits are known."""
    cache_headers: bool = True
    """Whether the web server sends `Cache-Control` as a deployment plans it."""


TargetSettings = S3Settings | GitSettings | SshSettings | FolderSettings
_KINDS: Mapping[str, type[TargetSettings]] = {
    "s3": S3Settings,
    "git": GitSettings,
    "ssh": SshSettings,
    "folder": FolderSettings,
}
_REQUIRED: Mapping[str, tuple[str, ...]] = {
    "s3": ("bucket",),
    "ssh": ("host", "path"),
    "folder": ("path",),
}


def parse_targets(
    tables: object, source: Source, codings: Collection[Coding]
) -> tuple[dict[str, TargetSettings], list[Diagnostic]]:
    """The targets by name, and what is wrong with them; `tables` is `deploy` as TOML has it,
    `source` is the text that it stands in, and `codings` are those that the site is compressed in.
    """
    locator = Locator(source)
    if not isinstance(tables, dict):
        hint = "a target is a table, e.g. `[tool.site_gen.deploy.production]`"
        place = locator.find(_TABLE, "value")
        return {}, [source.error("`deploy` must be a table of targets", place, hint)]
    targets: dict[str, TargetSettings] = {}
    diagnostics: list[Diagnostic] = []
    for name, table in tables.items():
        target, problems = _parse_target(name, table, source, locator, codings)
        diagnostics += problems
        if target and not problems:
            targets[name] = target
    return targets, diagnostics


def _parse_target(
    name: str, table: object, source: Source, locator: Locator, codings: Collection[Coding]
) -> tuple[TargetSettings | None, list[Diagnostic]]:
    key = locator.find((*_TABLE, name), "key")
    if not _NAME.fullmatch(name):
        hint = "letters, digits, `-` and `_` will do"
        return None, [source.error(f"`{name}` is no name for a target", key, hint)]
    if not isinstance(table, dict):
        hint = f"a target is a table, e.g. `[tool.site_gen.deploy.{name}]`"
        return None, [source.error(f"the target `{name}` must be a table", key, hint)]
    locate = locator.within(*_TABLE, name)
    kind = table.get(_KIND)
    if not isinstance(kind, str) or kind not in _KINDS:
        return None, [_refuse_kind(name, kind, source, locate if _KIND in table else None, locator)]
    values = {each: value for each, value in table.items() if each != _KIND}
    good, diagnostics = check_fields(_KINDS[kind], values, source, locate, assignment=" = ")
    for each in _REQUIRED.get(kind, ()):
        if each not in values:
            message = f"the target `{name}` has no `{each}`"
            diagnostics.append(source.error(message, key, f'`to = "{kind}"` needs one'))
    diagnostics += _check_meaning(good, source, locate, codings)
    return _KINDS[kind](**good), diagnostics


def _refuse_kind(
    name: str, kind: object, source: Source, locate: Locate | None, locator: Locator
) -> Diagnostic:
    known = " or ".join(f'`to = "{each}"`' for each in _KINDS)
    if locate is None:
        place = locator.find((*_TABLE, name), "key")
        return source.error(f"the target `{name}` does not say what it is", place, f"add {known}")
    hint = (suggest(kind, _KINDS) if isinstance(kind, str) else "") or known
    return source.error(f"there is no kind of target `{kind}`", locate(_KIND, "value"), hint)


def _check_meaning(
    values: dict[str, Any], source: Source, locate: Locate, codings: Collection[Coding]
) -> list[Diagnostic]:
    """What the types cannot say."""
    diagnostics = []
    for key in ("url", "endpoint"):
        if values.get(key) and not _is_web_address(values[key]):
            message = f"`{key}` must be an http or https address"
            hint = f'for example `{key} = "https://example.org/"`'
            diagnostics.append(source.error(message, locate(key, "value"), hint))
    for key in ("url", "prefix"):
        if values.get(key) and not values[key].endswith("/"):
            hint = f'write `{key} = "{values[key]}/"`'
            message = f"`{key}` must end in a slash"
            diagnostics.append(source.error(message, locate(key, "value"), hint))
    parts = (values.get("prefix") or "a/").removesuffix("/").split("/")
    if not all(part.strip(".") for part in parts):
        message = "`prefix` must be folders with a slash between them"
        diagnostics.append(source.error(message, locate("prefix", "value"), 'e.g. `"blog/en/"`'))
    coding = values.get("coding")
    if coding and coding not in codings:
        message = f"the site is not compressed as `{coding}`, so nothing can be sent in it"
        hint = f'add `compress = ["{coding}"]` under `[tool.site_gen]`'
        diagnostics.append(source.error(message, locate("coding", "value"), hint))
    return diagnostics


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and "@" not in parts.netloc
