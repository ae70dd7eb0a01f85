"""What is kept of pictures that pages show, and the names of it, in the store and on the site.

What there is to know of a picture is the note of a blob that is named by the file's SHA-256, and
each of its forms is a blob named by its own, so all of them are right whenever they are there. What
else decides, code and libraries, throws the whole store away when it changes. A build that is
killed has lost none that it had made.
"""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterable

import msgspec

from site_gen.build.store import Store
from site_gen.renditions import Form, Pictured

_LONGEST_STEM_BYTES = 100


def find_pictures(store: Store, sha256s: Iterable[str]) -> dict[str, Pictured]:
    """What is known of those of these files that were made before."""
    digests = {name_picture(sha256): sha256 for sha256 in sha256s}
    return {digests[digest]: _decode(note) for digest, note in store.notes(digests).items()}


def name_picture(sha256: str) -> bytes:
    """The name of the blob about the picture in a file."""
    return hashlib.blake2b(sha256.encode(), digest_size=16, person=b"picture").digest()


def name_form(form: Form) -> bytes:
    """The name of the blob that is a form."""
    return bytes.fromhex(form.sha256)


def form_url(name: str, url: str, form: Form) -> str:
    """Where a form is fetched: beside what would be the URL of its file, which has this name.

    Behind the file's name come its width and a digest of its bytes and of the whole name, so other
    bytes have another URL, and `a.jpg` is never in the way of `a.png`.
    """
    folder, last = posixpath.split(url)
    stem = posixpath.splitext(last)[0].encode()[:_LONGEST_STEM_BYTES].decode(errors="ignore")
    digest = hashlib.sha256(f"{form.sha256} {name}".encode()).hexdigest()[:10]
    return posixpath.join(folder, f"{stem}.{form.width}.{digest}.{form.ending}")


_decode = msgspec.msgpack.Decoder(Pictured).decode
