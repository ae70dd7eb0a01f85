"""The folder of what a server has made."""

from __future__ import annotations

from pathlib import Path

from site_gen.serve.own_pool import own_pool


def test_it_goes_with_the_server(tmp_path: Path) -> None:
    with own_pool(tmp_path) as (folder, has_company):
        assert not has_company
        folder.mkdir()
    assert list(tmp_path.iterdir()) == []


def test_each_of_two_servers_has_its_own(tmp_path: Path) -> None:
    with own_pool(tmp_path) as (first, _), own_pool(tmp_path) as (second, has_company):
        assert has_company
        assert first != second
        assert first.parent.is_dir()


def test_what_a_killed_server_has_left_is_swept_up(tmp_path: Path) -> None:
    left = tmp_path / "served-left"
    (left / "pool").mkdir(parents=True)
    (left / ".lock").touch()
    with own_pool(tmp_path) as (_, has_company):
        assert not has_company
        assert not left.exists()
