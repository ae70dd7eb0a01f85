"""A stamp vouches for what was installed."""

from pathlib import Path

from site_gen.setup.steps import read_stamp, write_stamp


def test_a_stamp_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "stamp"
    assert read_stamp(path) is None
    write_stamp(path, {})
    assert read_stamp(path) == {}
    write_stamp(path, {"build.txt": "0f", "test.txt": "a1"})
    assert read_stamp(path) == {"build.txt": "0f", "test.txt": "a1"}
    assert [entry.name for entry in tmp_path.iterdir()] == ["stamp"]
