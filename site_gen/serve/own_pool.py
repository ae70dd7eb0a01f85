"""The folder of what a server has made: gone when it ends, and swept up where it was killed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from site_gen.file_systems import try_to_lock

_PREFIX = "served-"
_LOCK = ".lock"


@contextmanager
def own_pool(cache: Path) -> Iterator[tuple[Path, bool]]:
    """A new folder in a site's cache, and whether another server of that site runs beside."""
    cache.mkdir(parents=True, exist_ok=True)
    has_company = sweep(cache)
    folder = Path(mkdtemp(prefix=_PREFIX, dir=cache))
    with ExitStack() as stack:
        stack.callback(rmtree, folder, ignore_errors=True)
        lock = stack.enter_context((folder / _LOCK).open("ab"))
        try_to_lock(lock.fileno())
        yield folder / "pool", has_company


def sweep(cache: Path) -> bool:
    """Remove what killed servers have left; whether some are of servers that run."""
    is_held = False
    for folder in cache.glob(f"{_PREFIX}*"):
        with ExitStack() as stack:
            try:
                lock = stack.enter_context((folder / _LOCK).open("ab"))
            except OSError:  # it has just gone, or is just being made
                continue
            if not try_to_lock(lock.fileno()):
                is_held = True
                continue
        rmtree(folder, ignore_errors=True)
    return is_held
