"""Object stores on loopback: moto, which knows conditional writes, and rclone, which does not."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sysconfig
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import boto3
import msgspec
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from moto.s3.models import s3_backends
from obstore.store import S3Store
from werkzeug.serving import make_server

from site_gen.deploy.in_place.s3 import S3Bucket, open_bucket
from site_gen.deploy.patience import Patience
from site_gen.targets import S3Settings

KEY, SECRET = "a-key", "a-secret-that-nobody-may-see"
BUCKET = "blog"
RCLONE = Path(sysconfig.get_path("scripts"), "rclone")
_ACCOUNT = "123456789012"
_READABLE = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{BUCKET}/*",
        }
    ],
}
"""That anybody may read what is in the bucket."""
_LISTENING = re.compile(rb"Starting s3 server on \[http://127\.0\.0\.1:(\d+)/\]")


class Object(msgspec.Struct, frozen=True):
    """What a bucket has under a name."""

    content: bytes
    headers: dict[str, str]
    """How it is sent."""


class _Handler(MotoRequestHandler):
    """One that keeps connections open, as stores do."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing."""


class Objects:
    """All that a bucket holds, and how it is sent."""

    def __init__(self, port: int) -> None:
        self._store = S3Store(
            BUCKET,
            endpoint=f"http://127.0.0.1:{port}",
            region="us-east-1",
            access_key_id=KEY,
            secret_access_key=SECRET,
            client_options={"allow_http": True},
        )
        self._contents: dict[str | None, bytes] = {}

    def keep(self) -> dict[str, Object]:
        """All that is there, by name."""
        with ThreadPoolExecutor(4) as threads:
            names = self.list_names()
            return dict(zip(names, threads.map(self._read, names), strict=True))

    def read_all(self) -> dict[str, bytes]:
        """The bytes of all that is there, by name; those of a tag that was met before are known."""
        return {
            found["path"]: self._read_once(found["path"], found["e_tag"])
            for page in self._store.list()
            for found in page
        }

    def restore(self, kept: Mapping[str, Object]) -> None:
        """Have the bucket hold that, and nothing else."""
        gone = [name for name in self.list_names() if name not in kept]
        if gone:
            self._store.delete(gone)
        for name, found in kept.items():
            self._store.put(name, found.content, attributes=found.headers)

    def list_names(self) -> list[str]:
        """What is there."""
        return [found["path"] for page in self._store.list() for found in page]

    def _read_once(self, name: str, tag: str | None) -> bytes:
        if tag not in self._contents:
            self._contents[tag] = self._read(name).content
        return self._contents[tag]

    def _read(self, name: str) -> Object:
        found = self._store.get(name)
        return Object(bytes(found.bytes()), dict(found.attributes))


class Moto(msgspec.Struct, frozen=True):
    """A server of moto's in this process, with a bucket that anybody may read."""

    port: int

    @property
    def endpoint(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def keep(self) -> dict[str, Any]:
        """All that the bucket has, to `restore` it."""
        return dict(self._keys.items())

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Have the bucket hold that, and nothing else."""
        self._keys.clear()
        for name, value in kept.items():
            self._keys[name] = value

    def read_all(self) -> dict[str, bytes]:
        """The bytes of all objects."""
        return {name: key.value for name, key in self.keep().items()}

    @property
    def _keys(self) -> Any:
        return s3_backends[_ACCOUNT]["aws"].buckets[BUCKET].keys


@contextmanager
def running_moto() -> Iterator[Moto]:
    """A server of moto's with an empty bucket."""
    application = DomainDispatcherApplication(create_backend_app)
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    moto = Moto(server.server_port)
    try:
        client = make_bucket(moto.port)
        client.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(_READABLE))
        yield moto
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def running_rclone(place: str) -> Iterator[int]:
    """The port of rclone's server, which has its buckets in what rclone calls a remote: a folder,
    or `:memory:`.
    """
    command = [str(RCLONE), "serve", "s3", place, "--config", os.devnull]
    command += ["--addr", "127.0.0.1:0", "--auth-key", f"{KEY},{SECRET}", "--log-level", "NOTICE"]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as server:
        assert server.stderr
        port = _find_port(server.stderr)
        # What it says from here on is read, so that it never waits, and forgotten.
        listener = threading.Thread(target=server.stderr.read, daemon=True)
        listener.start()
        try:
            make_bucket(port)
            yield port
        finally:
            server.kill()  # asked to end, it would wait for connections that nobody closes
            listener.join()


def make_bucket(port: int) -> Any:
    """A client of boto3's for a store that listens there, whose bucket is made."""
    client: Any = boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-east-1",
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
    )
    client.create_bucket(Bucket=BUCKET)
    return client


def open_s3(port: int, patience: Patience | None = None, **settings: Any) -> S3Bucket:
    """The bucket of a store that listens there, for whoever the environment says."""
    values = {"bucket": BUCKET, "endpoint": f"http://127.0.0.1:{port}", **settings}
    return open_bucket(S3Settings(**values), patience=patience)


def _find_port(log: IO[bytes]) -> int:
    """The port that it says, once it listens."""
    for line in log:
        if found := _LISTENING.search(line):
            return int(found[1])
    raise AssertionError("rclone does not run")
