"""What a site is read as, beside its documents: its part of the catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_gen.build.cells import read_leaves
from site_gen.build.inputs import Inputs, read_data
from site_gen.effects import DiskTree, MemoryTree
from site_gen.terminal import format_diagnostic

FILES = {
    "content/articles/a.md": b"",
    "content/articles/notes.toml": b"no = 1",
    "content/data/b.toml": b"[model]\n",
    "content/data/a.toml": b"[device]\n",
    "content/data/readme.txt": b"",
    "content/data/below/c.toml": b"no = 1",
}


def test_data_are_the_toml_files_of_one_folder() -> None:
    inputs = Inputs(MemoryTree(FILES), MemoryTree({}))
    data = read_leaves(inputs, None).facts.data
    assert inputs.diagnostics == []
    assert [each.path for each in data] == ["content/data/a.toml", "content/data/b.toml"]
    assert [each.text for each in data] == ["[device]\n", "[model]\n"]
    assert inputs.listing.documents == ("content/articles/a.md",)
    assert inputs.listing.misplaced == ()


def test_data_can_be_read_alone() -> None:
    data, diagnostics = read_data(MemoryTree(FILES))
    assert diagnostics == []
    assert [each.path for each in data] == ["content/data/a.toml", "content/data/b.toml"]
    assert read_data(MemoryTree({})) == ((), [])


def test_data_that_is_not_utf_8_is_told() -> None:
    data, (problem,) = read_data(MemoryTree({"content/data/a.toml": b"a = 1\nb = '\xff'\n"}))
    assert data == ()
    assert format_diagnostic(problem).plain == (
        "content/data/a.toml:2:6: not UTF-8: byte 0xff\nhint: save the file as UTF-8"
    )


@pytest.mark.parametrize("change", ["write", "add", "remove", "replace"])
def test_after_a_change_the_files_are_what_a_look_at_all_gives(tmp_path: Path, change: str) -> None:
    content = tmp_path / "content"
    (tmp_path / "templates").mkdir()
    content.mkdir()
    for name in ("a.md", "b.md"):
        (content / name).write_text("text")
    before = Inputs(DiskTree(tmp_path), MemoryTree({}))
    changed = content / ("c.md" if change == "add" else "a.md")
    if change == "remove":
        changed.unlink()
    elif change == "replace":
        (content / "other").write_text("more text")
        (content / "other").replace(changed)
    else:
        changed.write_text("more text")
    after = before.after([f"content/{changed.name}"])
    assert after.stamps == Inputs(DiskTree(tmp_path), MemoryTree({})).stamps
    assert after.stamps != before.stamps
    assert list(after.stamps) == sorted(after.stamps)
