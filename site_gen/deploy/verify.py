"""Whether readers get what was deployed: what to ask for, and what is wrong with the answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from site_gen.build.compressed import may_shrink
from site_gen.codings import find_plain
from site_gen.deploy.plan import Plan, Step
from site_gen.deploy.release import Served
from site_gen.deploy.site import FRONT_PAGE
from site_gen.paths import quote_url
from site_gen.responses import FOREVER, find_cache_control
from site_gen.site.headers import HEADERS
from site_gen.site.redirects import REDIRECTS

_MISSING_PAGE = "404.html"
_LEADING_ON = frozenset((301, 302, 303, 307, 308))
_GONE = frozenset((403, 404, 410))
"""What is answered where nothing is; some stores do not say whether there is."""
_SAME_KINDS = {
    "application/feed+json": "application/json",
    "application/javascript": "text/javascript",
    "application/x-javascript": "text/javascript",
    "text/xml": "application/xml",
}
_FOR_HOSTS = frozenset((".nojekyll", "CNAME", HEADERS, REDIRECTS))
"""What hosts read and need not serve."""


class Request(msgspec.Struct, frozen=True):
    """A file to ask for."""

    url: str
    file: Served | None
    """What is to be served; None for a file that was deleted."""
    status: int = 200
    """With which."""
    may_lead_on: bool = False
    """Whether a host may lead on to another address instead, as its `_redirects` says."""


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
    """What there is to ask for after a deployment, the front page where nothing has changed; `base`
    is where that is, and ends in a slash.
    """
    if plan.is_empty:
        # What another tool has put on a branch may have none.
        front_page = plan.release.files.get(FRONT_PAGE)
        return [_make_request(FRONT_PAGE, front_page, base, plan)] if front_page else []
    return [
        _make_request(step.path, step.file if step.change != "deleted" else None, base, plan)
        for step in plan.steps
        if step.change != "kept" and _is_asked_for(step, plan.release.files)
    ]


def judge(request: Request, reply: Reply) -> Iterator[str]:
    """What is not as it was planned."""
    file, leads_on = request.file, reply.status in _LEADING_ON
    if file is None:
        if not (leads_on or reply.status in _GONE):
            yield f"was deleted and is answered with {reply.status}"
        return
    if leads_on and request.may_lead_on:
        return
    if reply.status != request.status:
        yield f"is answered with {reply.status}, not {request.status}"
        return
    if reply.sha256 != file.sha256:
        yield "has other bytes than were deployed"
    for name, wanted, normalize in (
        # Who decides on caching decides on types as well, and has other names for some.
        ("Content-Type", file.content_type, _normalize if file.cache_control else _find_kind),
        ("Cache-Control", file.cache_control if request.status == 200 else "", _normalize),
        ("Content-Encoding", file.content_encoding, _normalize),
    ):
        served = reply.headers.get(name.lower(), "")
        if wanted and normalize(served) != normalize(wanted):
            yield f"has `{name}: {served}`, not `{wanted}`" if served else f"has no `{name}`"


def _make_request(path: str, file: Served | None, base: str, plan: Plan) -> Request:
    if path == _MISSING_PAGE and file:
        # Readers come to it by asking for what is not there.
        return Request(f"{base}no-such-page-{plan.release.id}", file, 404)
    is_index = path == FRONT_PAGE or path.endswith(f"/{FRONT_PAGE}")
    url = base + quote_url(path.removesuffix(FRONT_PAGE) if is_index else path)
    return Request(url, file, may_lead_on=is_index and REDIRECTS in plan.release.files)


def _is_asked_for(step: Step, files: Mapping[str, Served]) -> bool:
    """Whether readers can ask for a file: not where only a host or a web server reads it, or where
    caches may have what was deleted for ever.
    """
    path = step.path
    if step.change == "deleted" and find_cache_control(path) == FOREVER:
        return False
    if path in _FOR_HOSTS or (path.startswith(".") and not path.startswith(".well-known/")):
        return False
    plain = find_plain(path)
    return plain == path or plain not in files or not may_shrink(plain)


def _find_kind(value: str) -> str:
    """The kind of a type, whatever it is called.

    >>> _find_kind("application/javascript; charset=utf-8"), _find_kind("application/feed+json")
    ('text/javascript', 'application/json')
    """
    kind = value.partition(";")[0].strip().lower()
    return _SAME_KINDS.get(kind, kind)


def _normalize(value: str) -> list[str]:
    """A header's value, whatever the order of its parts, blanks and case."""
    return sorted(part.strip().lower() for part in value.replace(";", ",").split(","))
