"""A bucket of an object store that speaks S3's protocol, or what there begins with a prefix.

It is correct where the store knows conditional writes (`If-Match`, `If-None-Match`), as S3 itself
does. One that ignores them would let two deployments write at once, so each is tried before it is
relied on. Where the settings say that a store knows none, what a name holds is looked at just
before it is written: two that begin within the same moment are then not told of each other.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from copy import copy
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError
from obstore.store import S3Store

from site_gen.deploy.in_place.bucket import ABSENT, Held, TakenError
from site_gen.deploy.in_place.s3_access import Access, find_access, name_host
from site_gen.deploy.in_place.s3_errors import NO_BUCKET, explain, find_code, may_pass, quote
from site_gen.deploy.patience import Patience
from site_gen.deploy.release import Served
from site_gen.diagnostics import SiteError
from site_gen.publish.manifest import STATE
from site_gen.targets import S3Settings

if TYPE_CHECKING:
    from obstore.store import ClientConfig

CONDITIONS = f"{STATE}/conditions"
"""The name of what is made once and never changed, to see whether a store refuses that."""
_WRONG = {"e_tag": '"00000000000000000000000000000000"'}
_REFUSED = (AlreadyExistsError, PreconditionError)
_CONNECTING = timedelta(seconds=10)
_ASKING = timedelta(minutes=4)
"""How long a request may take: 8 MB at 40 kB/s."""
_LISTED = 900
"""How many known names are asked for with others that may be among them."""
_LISTS_AT_ONCE = 8
_PART_BYTES = 8 * 1024 * 1024
"""What is larger goes in parts of this size."""

T = TypeVar("T")


def open_bucket(
    settings: S3Settings, access: Access | None = None, patience: Patience | None = None
) -> S3Bucket:
    """The bucket of a target; SiteError where it is not known how to reach it."""
    access = access or find_access(settings)
    return S3Bucket(settings, access.endpoint, _open_store(settings, access), patience)


def describe_place(settings: S3Settings) -> str:
    """What a target is, for people.

    >>> describe_place(S3Settings(bucket="my-blog", prefix="en/"))
    's3://my-blog/en'
    """
    return f"s3://{settings.bucket}/{settings.prefix}".rstrip("/")


def _open_store(settings: S3Settings, access: Access) -> S3Store:
    host = name_host(access.endpoint, settings.bucket) if access.names_host else access.endpoint
    options: ClientConfig = {
        "allow_http": True,
        "connect_timeout": _CONNECTING,
        "timeout": _ASKING,
    }
    if access.certificates:
        options["root_certificate"] = access.certificates
    return S3Store(
        settings.bucket,
        prefix=settings.prefix or None,
        # All that obstore would otherwise take from the environment, which may mean another target.
        config={
            "aws_endpoint_url_s3": host,
            "endpoint": host,
            "region": access.region,
            "virtual_hosted_style_request": access.names_host,
            "skip_signature": False,
        },
        client_options=options,
        # It repeats neither conditional writes nor deletions, nor listings that break off.
        retry_config={"max_retries": 0},
        credential_provider=access.find_credential,
    )


class S3Bucket:
    """A bucket, or a part of one; any thread may use it."""

    def __init__(
        self, settings: S3Settings, endpoint: str, store: S3Store, patience: Patience | None
    ) -> None:
        self._place, self._endpoint = describe_place(settings), endpoint
        self._store, self._patience = store, patience or Patience()
        self._has_conditions = settings.conditional_writes
        self._is_tried, self._trying = False, threading.Lock()
        self._check: Callable[[], None] | None = None

    def guarded(self, check: Callable[[], None]) -> S3Bucket:
        """The same bucket, which is changed only while a check does not raise."""
        guarded = copy(self)
        guarded._check = check
        return guarded

    def list_tags(self, known: Collection[str] = ()) -> dict[str, str]:
        """The tag of all that is there, by name.

        A store gives a thousand names at a time, so it is asked side by side for those between
        names that are known. All do so in the order of bytes; where one did not, some that are
        known would not be found, and it is asked for everything in its own order.
        """
        marks = sorted(known)[_LISTED::_LISTED]
        with ThreadPoolExecutor(_LISTS_AT_ONCE) as threads:
            parts = threads.map(self._list_part, ["", *marks], [*marks, ""])
            tags = {name: tag for part in parts for name, tag in part.items()}
        return tags if tags.keys() >= set(known) or not marks else self._list_part("", "")

    def _list_part(self, after: str, last: str) -> dict[str, str]:
        """The tags of what comes after a name, up to another and that one included; an empty one is
        no limit.
        """

        def list_part() -> dict[str, str]:
            tags: dict[str, str] = {}
            for page in self._store.list(offset=after or None):
                for found in page:
                    if last and found["path"] > last:
                        return tags
                    tags[found["path"]] = _unquote(found["e_tag"])
            return tags

        return self._insist(list_part)

    def find_tag(self, content: bytes) -> str:
        """Their MD5, which stores take for what goes in one part; those that take something else
        just get it once more.
        """
        is_whole = len(content) <= _PART_BYTES
        return hashlib.md5(content, usedforsecurity=False).hexdigest() if is_whole else ABSENT

    def read(self, name: str) -> Held | None:
        """What is there under a name."""

        def read() -> Held | None:
            try:
                found = self._store.get(name)
            except FileNotFoundError as error:
                if find_code(str(error)) == NO_BUCKET:
                    raise
                return None
            return Held(bytes(found.bytes()), _unquote(found.meta["e_tag"]))

        return self._insist(read)

    def put(self, name: str, content: bytes, file: Served | None) -> str:
        """Put bytes, to be sent as the file says; their tag."""
        return self._insist(lambda: self._put(name, content, "overwrite", _attributes(file)))

    def put_if(self, name: str, content: bytes, tag: str) -> str:
        """The same, where the name still has this tag; else TakenError."""
        if not self._has_conditions:
            held = self.read(name)
            if (held.tag if held else ABSENT) != tag:
                raise TakenError
            return self.put(name, content, None)
        self._try_conditions()
        mode = "create" if tag == ABSENT else {"e_tag": f'"{tag}"'}
        try:
            return self._insist(lambda: self._put(name, content, mode))
        except _REFUSED:
            raise TakenError from None

    def copy(self, name: str, to: str) -> None:
        """Have the same bytes under another name, to be sent as they were."""
        self._insist(lambda: self._store.copy(name, to))

    def change_headers(self, name: str, file: Served) -> str:
        """Have what is there sent as the file says; its tag."""
        # obstore copies headers together with the bytes, and has no way to give others.
        held = self.read(name)
        if held is None:
            raise SiteError(f"{quote(self._place)}: {quote(name)} has gone", "deploy once more")
        return self.put(name, held.content, file)

    def remove(self, names: Sequence[str]) -> None:
        """Remove these, a thousand with each request."""
        if names:
            self._insist(lambda: self._store.delete(names))

    def _put(
        self, name: str, content: bytes, mode: Any, attributes: dict[str, str] | None = None
    ) -> str:
        done = self._store.put(
            name,
            content,
            mode=mode,
            attributes=attributes,
            chunk_size=_PART_BYTES,
            use_multipart=len(content) > _PART_BYTES,
        )
        return _unquote(done["e_tag"])

    def _try_conditions(self) -> None:
        """Return where the store refuses what conditions forbid; else SiteError."""
        with self._trying:
            if self._is_tried:
                return
            is_new = self._is_put(CONDITIONS, "create")
            if (is_new and self._is_put(CONDITIONS, "create")) or self._is_put(CONDITIONS, _WRONG):
                message = f"{quote(self._place)}: the store does not know conditional writes"
                hint = (
                    "if never two deployments begin at once, add `conditional_writes = false`"
                    " to the target"
                )
                raise SiteError(message, hint)
            self._is_tried = True

    def _is_put(self, name: str, mode: Any) -> bool:
        """Whether a store puts nothing under a name on a condition, rather than refuse."""
        try:
            self._insist(lambda: self._put(name, b"", mode))
        except _REFUSED:
            return False
        return True

    def _insist(self, ask: Callable[[], T]) -> T:
        """What a request gives, asked again where that can help; SiteError where it cannot."""

        def ask_while_it_may() -> T:
            if self._check:
                self._check()
            return ask()

        with self._told():
            return self._patience.insist(ask_while_it_may, may_pass)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except _REFUSED:
            raise
        except (BaseError, FileNotFoundError, ValueError) as error:
            raise explain(self._place, self._endpoint, error) from None


def _attributes(file: Served | None) -> dict[str, str] | None:
    if file is None:
        return None
    headers = {
        "Content-Type": file.content_type,
        "Cache-Control": file.cache_control,
        "Content-Encoding": file.content_encoding,
    }
    return {name: value for name, value in headers.items() if value}


def _unquote(tag: str | None) -> str:
    """A tag without its quotes, which some stores leave out in lists."""
    return (tag or "").strip('"')
