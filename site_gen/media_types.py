"""What kind of data a file holds, by the ending of its name; Python's own table differs from system
to system.
"""

from __future__ import annotations

import posixpath

UNKNOWN = "application/octet-stream"

_TYPES = {
    ".atom": "application/atom+xml",
    ".avif": "image/avif",
    ".css": "text/css",
    ".csv": "text/csv",
    ".gif": "image/gif",
    ".glb": "model/gltf-binary",
    ".gz": "application/gzip",
    ".html": "text/html",
    ".ico": "image/vnd.microsoft.icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json": "application/json",
    ".md": "text/markdown",
    ".mjs": "text/javascript",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".ogg": "audio/ogg",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".toml": "application/toml",
    ".txt": "text/plain",
    ".wasm": "application/wasm",
    ".webm": "video/webm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
    ".zip": "application/zip",
}


def find_media_type(path: str) -> str:
    """The media type of a file, without parameters.

    >>> find_media_type("a/crop.GLB"), find_media_type("a/crop")
    ('model/gltf-binary', 'application/octet-stream')
    """
    return _TYPES.get(posixpath.splitext(path)[1].lower(), UNKNOWN)
