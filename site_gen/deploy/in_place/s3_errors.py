"""What an object store refuses, in one line each.

obstore tells of an answer by its exception's text, which holds the XML that the store sent. Only
its code and its message are taken from there: the rest may repeat what was signed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from site_gen.diagnostics import SiteError
from site_gen.file_systems import printable

NO_BUCKET = "NoSuchBucket"
_CODE = re.compile(r"<Code>([A-Za-z0-9.]+)</Code>")
_MESSAGE = re.compile(r"<Message>([^<]+)</Message>")
_STATUS = re.compile(r"\b(?:status code: |status: )?([345]\d\d) [A-Z][a-z]")
_NEEDED = (
    "a deployment needs `s3:ListBucket` of the bucket, and `s3:GetObject`, `s3:PutObject` and"
    " `s3:DeleteObject` of what is in it"
)
_WHOSE = "`aws configure list` shows where they come from"
_WHERE = "set the target's `region`, and `endpoint` where it is not AWS's"

_REASONS: Mapping[str, tuple[str, str]] = {
    NO_BUCKET: ("there is no such bucket", "make it, or mend `bucket`, `region` or `endpoint`"),
    "AccessDenied": ("the credentials do not allow it", _NEEDED),
    "AllAccessDisabled": ("the credentials do not allow it", _NEEDED),
    "InvalidAccessKeyId": ("the store does not know the access key", _WHOSE),
    "SignatureDoesNotMatch": ("the secret key is not that of the access key", _WHOSE),
    "InvalidToken": ("the session token is not valid", _WHOSE),
    "ExpiredToken": ("the credentials have expired", "log in again, e.g. by `aws sso login`"),
    "TokenRefreshRequired": ("the credentials have expired", "log in again"),
    "RequestTimeTooSkewed": (
        "the clock of this machine differs from the store's by more than it accepts",
        "set the clock",
    ),
    "PermanentRedirect": ("the bucket is in another region", _WHERE),
    "AuthorizationHeaderMalformed": ("the bucket is in another region", _WHERE),
    "NotImplemented": (
        "the store does not know something that was asked of it",
        "if never two deployments begin at once, try `conditional_writes = false`",
    ),
    "IllegalLocationConstraintException": ("the bucket is in another region", _WHERE),
}
_BY_STATUS: Mapping[str, str] = {"401": "AccessDenied", "403": "AccessDenied"}


_PASSING = frozenset(("InternalError", "RequestTimeout", "ServiceUnavailable", "SlowDown"))
"""Codes that some stores send with other statuses than 429 and 5xx."""
_NO_PATH = re.compile(r'object with invalid path: [^"]*"([^"\n]*)"')
"""What obstore says of an object whose name has empty parts, or dots for a part."""
_UNHEARD = "HTTP error"
"""What obstore says where no whole answer came."""


def may_pass(error: Exception) -> bool:
    """Whether the same request may succeed in a moment."""
    text = str(error)
    status = _STATUS.search(text)
    is_passing = find_code(text) in _PASSING or (
        status is not None and (status[1] == "429" or status[1].startswith("5"))
    )
    return (is_passing and find_code(text) != "NotImplemented") or _UNHEARD in text


def quote(text: str) -> str:
    """A name as messages show it."""
    return f"`{printable(text)}`"


def find_code(text: str) -> str:
    """The code in what a store answered, e.g. `NoSuchKey`; empty where there is none."""
    found = _CODE.search(text)
    return found[1] if found else ""


def explain(place: str, endpoint: str, error: Exception) -> SiteError:
    """What is told of a request that failed for good."""
    text = str(error)
    code, status = find_code(text), _STATUS.search(text)
    known = _REASONS.get(code) or (_REASONS.get(_BY_STATUS.get(status[1], "")) if status else None)
    if known:
        return SiteError(f"{quote(place)}: {known[0]}", known[1])
    if "redirect" in text and not code:
        return SiteError(f"{quote(place)}: {_REASONS['PermanentRedirect'][0]}", _WHERE)
    if code or status:
        said = _MESSAGE.search(text)
        answer = f"{code or (status and status[1])}{f', {said[1]}' if said else ''}".rstrip(".")
        return SiteError(f"{quote(place)}: the store answered {printable(answer)}")
    if found := _NO_PATH.search(text):
        message = f"{quote(place)}: it holds {quote(found[1])}, which is no path"
        return SiteError(message, "remove that, or deploy below a `prefix`")
    if _UNHEARD in text:
        hint = "is `endpoint` right, and is the network there?"
        return SiteError(f"{quote(place)}: no answer from {quote(endpoint)}", hint)
    return SiteError(f"{quote(place)}: {printable(text.splitlines()[0])}")
