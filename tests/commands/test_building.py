"""What commands that build share, apart from what they print."""

from pathlib import Path

import pytest

from site_gen.build import store as stores
from site_gen.build.store_folder import look_into
from tests.commands.running import run, write_site
from tests.sites import article


def count_blobs(root: Path) -> int:
    store = look_into(root / ".cache")
    assert store
    with store:
        return int(store._database.execute("SELECT count(*) FROM blobs").fetchone()[0])


def test_a_store_that_has_grown_loses_what_the_last_build_does_not_refer_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in ("one $x$", "two $y$", "three $z$"):
        write_site(tmp_path, {"content/articles/a.md": article(text)})
        assert run("--root", tmp_path).code == 0
    assert count_blobs(tmp_path) == 12
    monkeypatch.setattr(stores.Store, "spare_bytes", -1)
    write_site(tmp_path, {"content/articles/a.md": article("four $z$")})
    assert run("--root", tmp_path).code == 0
    assert count_blobs(tmp_path) == 4  # a document, its body, its transcript, its formula
    write_site(tmp_path, {"content/articles/b.md": article("five $z$")})
    assert run("--root", tmp_path).code == 0
    assert (tmp_path / "_site/articles/a/index.html").is_file()
