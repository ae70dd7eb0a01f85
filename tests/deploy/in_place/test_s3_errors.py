"""What a store refuses, in one line for people."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from site_gen.deploy.in_place.records import look
from site_gen.deploy.in_place.s3 import S3Bucket
from site_gen.deploy.in_place.s3_errors import explain
from site_gen.deploy.patience import Patience
from site_gen.diagnostics import SiteError
from tests.deploy.in_place.faulty_proxy import proxied
from tests.deploy.in_place.stores import (
    BUCKET,
    KEY,
    SECRET,
    make_bucket,
    open_s3,
    running_moto,
    running_rclone,
)

pytestmark = pytest.mark.usefixtures("aws")
ONCE = Patience(tries=1)


@pytest.fixture(scope="module")
def store() -> Iterator[int]:
    """The port of one that knows who may do what."""
    with running_rclone(":memory:") as port:
        yield port


def check_refused(bucket: S3Bucket, message: str, hint: str = "") -> None:
    """Whatever is asked of the bucket, this is what is said."""
    for ask in (
        lambda: look(bucket),
        bucket.list_tags,
        lambda: bucket.put("a", b"1", None),
        lambda: bucket.copy("a", "b"),
    ):
        with pytest.raises(SiteError) as caught:
            ask()
        assert (caught.value.message, caught.value.hint) == (message, hint)
        assert SECRET not in f"{caught.value!r} {caught.value.__cause__!r}"


def test_a_bucket_that_is_not_there(store: int) -> None:
    check_refused(
        open_s3(store, ONCE, bucket="bolg"),
        "`s3://bolg`: there is no such bucket",
        "make it, or mend `bucket`, `region` or `endpoint`",
    )


def test_a_secret_that_is_not_that_of_the_key(store: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET[::-1])
    check_refused(
        open_s3(store, ONCE),
        "`s3://blog`: the secret key is not that of the access key",
        "`aws configure list` shows where they come from",
    )


def test_a_key_that_nobody_knows(store: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY[::-1])
    check_refused(
        open_s3(store, ONCE),
        "`s3://blog`: the store does not know the access key",
        "`aws configure list` shows where they come from",
    )


def test_a_store_that_does_not_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    check_refused(
        open_s3(port, Patience(tries=2, first_s=0.001)),
        f"`s3://blog`: no answer from `http://127.0.0.1:{port}`",
        "is `endpoint` right, and is the network there?",
    )


def test_a_store_that_stays_out_of_order(store: int) -> None:
    with proxied(store) as proxy:
        proxy.begin(lambda _: "503")
        check_refused(
            open_s3(proxy.port, Patience(tries=3, first_s=0.001)),
            "`s3://blog`: the store answered Fault503, for a test",
        )
        assert proxy.requests == 12


@pytest.mark.parametrize(
    ("answer", "message", "hint"),
    [
        (
            "403 Forbidden: <Error><Code>AccessDenied</Code><Message>no</Message></Error>",
            "`s3://blog`: the credentials do not allow it",
            "a deployment needs `s3:ListBucket` of the bucket, and `s3:GetObject`, `s3:PutObject`"
            " and `s3:DeleteObject` of what is in it",
        ),
        (
            "403 Forbidden: ",
            "`s3://blog`: the credentials do not allow it",
            "a deployment needs `s3:ListBucket` of the bucket, and `s3:GetObject`, `s3:PutObject`"
            " and `s3:DeleteObject` of what is in it",
        ),
        (
            "403 Forbidden: <Error><Code>RequestTimeTooSkewed</Code></Error>",
            "`s3://blog`: the clock of this machine differs from the store's by more than it"
            " accepts",
            "set the clock",
        ),
        (
            "400 Bad Request: <Error><Code>ExpiredToken</Code><Token-0>secret</Token-0></Error>",
            "`s3://blog`: the credentials have expired",
            "log in again, e.g. by `aws sso login`",
        ),
        (
            "400 Bad Request: <Error><Code>AuthorizationHeaderMalformed</Code></Error>",
            "`s3://blog`: the bucket is in another region",
            "set the target's `region`, and `endpoint` where it is not AWS's",
        ),
        (
            "501 Not Implemented: <Error><Code>NotImplemented</Code></Error>",
            "`s3://blog`: the store does not know something that was asked of it",
            "if never two deployments begin at once, try `conditional_writes = false`",
        ),
        (
            "405 Method Not Allowed: <Error><Code>Odd\x1b</Code><Message>no \x1b[1m</Message>",
            "`s3://blog`: the store answered 405, no \\x1b[1m",
            "",
        ),
    ],
)
def test_what_stores_answer_is_told(answer: str, message: str, hint: str) -> None:
    said = f"Error performing PUT https://… - Server returned non-2xx status code: {answer}"
    told = explain("s3://blog", "https://s3.example.org", ValueError(said))
    assert (told.message, told.hint) == (message, hint)


def test_an_object_that_is_in_the_way_is_named() -> None:
    with running_moto() as moto:
        moto.restore({})
        make_bucket(moto.port).put_object(Bucket=BUCKET, Key="a//b", Body=b"x")
        with pytest.raises(SiteError) as caught:
            open_s3(moto.port).list_tags()
        moto.restore({})
    assert caught.value.message == "`s3://blog`: it holds `a//b`, which is no path"
    assert caught.value.hint == "remove that, or deploy below a `prefix`"
