"""What this machine is, as far as it matters and no further."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path

from benchmarks.results import Machine


def describe_machine(folder: Path) -> Machine:
    """Processor, cores that this process may use, memory, system, and what the folder lies on."""
    return Machine(
        cpu=_find_cpu(),
        cores=len(os.sched_getaffinity(0)),
        memory_gib=round(total_memory_bytes() / 2**30, 1),
        system=_find_system(),
        disk=_find_disk(folder),
    )


def total_memory_bytes() -> int:
    """The machine's memory."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _find_cpu() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        text = ""
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found[1].strip() if found else platform.machine()


def _find_disk(folder: Path) -> str:
    """The kind of the file system that a folder is on."""
    try:
        lines = Path("/proc/mounts").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    kinds = {Path(line.split(" ")[1]): line.split(" ")[2] for line in lines}
    return next((kinds[place] for place in (folder, *folder.parents) if place in kinds), "")


def _find_system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.system()
