"""Whether readers get what was deployed: what to ask for, and what is wrong with the answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from site_gen.build.compressed import may_shrink
from site_gen.codings import ENDINGS
from site_gen.deploy.plan import Plan
from site_gen.deploy.release import Served
from site_gen.paths import quote_url

_MISSING_PAGE = "404.html"
_INDEX = "index.html"
_FOR_HOSTS = frozenset((".nojekyll", "CNAME", "_headers", "_redirects"))
"""What hosts read and need not serve."""


class Request(msgspec.Struct, frozen=True):
    """A file to ask for."""

    url: str
    file: Served | None
    """What is to be served; None for a file that was deleted."""
    status: int = 200
    """With which."""


class Reply(msgspec.Struct, frozen=True):
    """What was served."""

    status: int
    headers: Mapping[str, str]
    """By name, in lower case."""
    sha256: str
    """Of what came, any coding undone."""


class Problem(msgspec.Struct, frozen=True):
    """What a reader gets that was not planned."""

    url: str
    message: str
    """E.g. `is answered with 403, not 200`."""


def list_requests(plan: Plan, base: str) -> list[Request]:
    """What there is to ask for after a deployment; `base` is where the front page is, and ends in a
    slash.
    """
    return [
        _make_request(step.path, step.file if step.change != "deleted" else None, base, plan)
        for step in plan.steps
        if step.change != "kept" and _is_served(step.path, plan.release.files)
    ]


def judge(request: Request, reply: Reply) -> Iterator[str]:
    """What is not as it was planned."""
    file = request.file
    if file is None:
        if reply.status < 400:
            yield f"was deleted and is answered with {reply.status}"
        return
    if reply.status != request.status:
        yield f"is answered with {reply.status}, not {request.status}"
        return
    if reply.sha256 != file.sha256:
        yield "has other bytes than were deployed"
    for name, wanted in (
        ("Content-Type", file.content_type),
        ("Cache-Control", file.cache_control if request.status == 200 else ""),
        ("Content-Encoding", file.content_encoding),
    ):
        served = reply.headers.get(name.lower(), "")
        if wanted and _normalize(served) != _normalize(wanted):
            yield f"has `{name}: {served}`, not `{wanted}`" if served else f"has no `{name}`"


def _make_request(path: str, file: Served | None, base: str, plan: Plan) -> Request:
    if path == _MISSING_PAGE and file:
        # Readers come to it by asking for what is not there.
        return Request(f"{base}no-such-page-{plan.release.id}", file, 404)
    is_index = path == _INDEX or path.endswith(f"/{_INDEX}")
    return Request(base + quote_url(path.removesuffix(_INDEX) if is_index else path), file)


def _is_served(path: str, files: Mapping[str, Served]) -> bool:
    """Whether readers can ask for a file: not where only a host or a web server reads it."""
    if path in _FOR_HOSTS or (path.startswith(".") and not path.startswith(".well-known/")):
        return False
    plain = next((path.removesuffix(end) for end in ENDINGS.values() if path.endswith(end)), path)
    return plain == path or plain not in files or not may_shrink(plain)


def _normalize(value: str) -> list[str]:
    """A header's value, whatever the order of its parts, blanks and case."""
    return sorted(part.strip().lower() for part in value.replace(";", ",").split(","))
