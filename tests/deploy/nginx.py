"""A real nginx on loopback, with the configuration that the documentation gives to users."""

from __future__ import annotations

import os
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from site_gen.setup import checkout_root
from tests.programs import find_program

_BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")
_AROUND = """\
{modules}
{user}
daemon off;
pid {folder}/pid;
error_log {folder}/log warn;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  include {folder}/site.conf;
}}
"""


def has_brotli() -> bool:
    """Whether nginx can send files that Brotli has compressed."""
    return _BROTLI.exists()


@contextmanager
def serving_by_nginx(root: Path, folder: Path) -> Iterator[str]:
    """The address of a server for the files below `root`; the folder is for what it writes."""
    program = find_program("nginx", "nginx-light")
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        port, descriptor = listener.getsockname()[1], listener.fileno()
        modules = f"load_module {_BROTLI};" if has_brotli() else ""
        (folder / "site.conf").write_text(_fill_in(root, port))
        # Else what answers is nobody, who may not read the folders of tests.
        user = "user root;" if os.getuid() == 0 else ""
        around = _AROUND.format(modules=modules, user=user, folder=folder)
        (folder / "nginx.conf").write_text(around)
        # It takes the socket over, as it does from itself when it is updated: so it can be asked
        # before it has started.
        process = subprocess.Popen(
            [program, "-c", str(folder / "nginx.conf"), "-e", str(folder / "log")],
            pass_fds=[descriptor],
            env={**os.environ, "NGINX": f"{descriptor};"},
            stderr=subprocess.DEVNULL,
        )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _fill_in(root: Path, port: int) -> str:
    """What users copy, with what they have to say."""
    text = (checkout_root() / "docs/nginx.conf").read_text()
    for pattern, line in (
        (r"listen 80;", f"listen 127.0.0.1:{port};"),
        (r"root [^;]*;", f'root "{root}";'),
        *([(r"# brotli_static on;", "brotli_static on;")] if has_brotli() else []),
    ):
        text, count = re.subn(pattern, line, text)
        assert count == 1, pattern
    return text
