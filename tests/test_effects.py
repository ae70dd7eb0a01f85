"""Reading sources: what is listed, what is refused and said, and that nothing outside is read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from site_gen.diagnostics import Diagnostic
from site_gen.effects import DiskTree, MemoryTree, ReadError, SourceTree
from site_gen.file_systems import name_problem, path_problem, printable

COMPOSED = "caf\u00e9.md"
DECOMPOSED = "cafe\u0301.md"


def write_files(root: Path, *paths: str) -> DiskTree:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(path.encode())
    return DiskTree(root)


def check_listing(tree: SourceTree, paths: list[str], *messages: str) -> None:
    """The list of `content` is these paths, and what is said of the rest is this."""
    found, diagnostics = tree.list_files("content")
    assert found == paths
    assert [show(diagnostic) for diagnostic in diagnostics] == list(messages)


def show(diagnostic: Diagnostic) -> str:
    return f"{diagnostic.span}: {diagnostic.message}"


def test_files_are_listed_by_code_point_without_what_is_no_source(tmp_path: Path) -> None:
    shown = ["content/Z.md", "content/a.md", "content/a/index.md", "content/é.md"]
    hidden = ["content/.a.md", "content/a/__pycache__/x.pyc", "content/a.md~", "content/#a.md#"]
    hidden += ["content/.git/config", "static/a.css", "contents.md"]
    everything = [*reversed(shown), *hidden]
    check_listing(write_files(tmp_path, *everything), shown)
    check_listing(MemoryTree(dict.fromkeys(everything, b"")), shown)


def test_a_folder_that_is_not_there_has_no_files(tmp_path: Path) -> None:
    check_listing(DiskTree(tmp_path), [])
    check_listing(MemoryTree({}), [])


def test_a_file_in_the_place_of_the_folder_is_an_error(tmp_path: Path) -> None:
    check_listing(write_files(tmp_path, "content"), [], "content: cannot be read: not a directory")


def test_a_file_is_read_by_its_composed_name_whatever_the_disk_spells(tmp_path: Path) -> None:
    decomposed = f"content/cafe\u0301/{DECOMPOSED}"
    composed = f"content/caf\u00e9/{COMPOSED}"
    for tree in (write_files(tmp_path, decomposed), MemoryTree({decomposed: decomposed.encode()})):
        check_listing(tree, [composed])
        assert tree.read_bytes(composed) == decomposed.encode()
        assert tree.is_file(composed)
        assert not tree.is_file("content/caf\u00e9/e\u0301.md")


def test_two_spellings_of_one_name_are_an_error_that_names_both(tmp_path: Path) -> None:
    paths = [f"content/{DECOMPOSED}", f"content/{COMPOSED}"]
    message = (
        f"content/{COMPOSED}: two names differ only in how Unicode spells them: "
        r"`cafe\u0301.md` and `caf\xe9.md`"
    )
    check_listing(MemoryTree(dict.fromkeys(paths, b"")), [f"content/{COMPOSED}"], message)
    tree = write_files(tmp_path, *paths)
    disk_holds_both = len(list((tmp_path / "content").iterdir())) == 2
    check_listing(tree, [f"content/{COMPOSED}"], *([message] if disk_holds_both else []))


def test_names_that_some_system_cannot_hold_are_errors() -> None:
    names = ["a:b.md", "a\nb.md", "a\udcffb.md", "con.md", "x" * 256, "dot."]
    tree = MemoryTree({f"content/{name}/index.md": b"" for name in names} | {"content/a.md": b""})
    check_listing(
        tree,
        ["content/a.md"],
        "content/a:b.md: the name `a:b.md` holds `:`, which some systems refuse",
        r"content/a\nb.md: the name `a\nb.md` holds a control character",
        r"content/a\udcffb.md: the name `a\udcffb.md` is not valid UTF-8",
        "content/con.md: the name `con.md` is a reserved file name on Windows",
        "content/dot.: the name `dot.` ends with a dot or a blank, which Windows drops",
        f"content/{'x' * 256}: the name `{'x' * 256}` is longer than 255 bytes",
    )


def test_names_the_disk_takes_and_others_refuse_are_not_listed(tmp_path: Path) -> None:
    tree = write_files(tmp_path, "content/a.md", "content/a\x07b.md")
    (tmp_path / os.fsdecode(b"content/b\xff.md")).write_bytes(b"")
    check_listing(
        tree,
        ["content/a.md"],
        r"content/a\x07b.md: the name `a\x07b.md` holds a control character",
        r"content/b\udcff.md: the name `b\udcff.md` is not valid UTF-8",
    )


def test_links_that_stay_in_their_folder_are_followed(tmp_path: Path) -> None:
    tree = write_files(tmp_path, "content/shared/a.png", "content/b.md")
    (tmp_path / "content/post").mkdir()
    (tmp_path / "content/post/shared").symlink_to("../shared")
    (tmp_path / "content/post/index.md").symlink_to("../b.md")
    check_listing(
        tree,
        [
            "content/b.md",
            "content/post/index.md",
            "content/post/shared/a.png",
            "content/shared/a.png",
        ],
    )
    assert tree.read_bytes("content/post/shared/a.png") == b"content/shared/a.png"
    assert tree.read_bytes("content/post/index.md") == b"content/b.md"


def test_links_that_lead_astray_are_errors_and_are_not_read(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    write_files(outside, "secret.md")
    tree = write_files(root, "content/a.md", "static/s.css", "pyproject.toml")
    links = {
        "file.md": outside / "secret.md",
        "folder": outside,
        "static": Path("../static"),
        "config.toml": Path("../pyproject.toml"),
        "nowhere.md": Path("missing.md"),
        "parent": Path(".."),
        "self.md": Path("self.md"),
        "loop": Path(),
        "ring": Path("rong"),
        "rong": Path("ring"),
    }
    for name, target in links.items():
        (root / "content" / name).symlink_to(target)
    outside_message = "a link that leads outside of `content`"
    check_listing(
        tree,
        ["content/a.md"],
        f"content/config.toml: cannot be read: {outside_message}",
        f"content/file.md: cannot be read: {outside_message}",
        f"content/folder: cannot be read: {outside_message}",
        "content/loop: cannot be read: a link that leads back to itself",
        "content/nowhere.md: cannot be read: a link that leads nowhere",
        f"content/parent: cannot be read: {outside_message}",
        "content/ring: cannot be read: a link that leads back to itself",
        "content/rong: cannot be read: a link that leads back to itself",
        "content/self.md: cannot be read: a link that leads back to itself",
        f"content/static: cannot be read: {outside_message}",
    )
    for path in ["file.md", "folder/secret.md", "static/s.css", "nowhere.md", "self.md"]:
        assert not tree.is_file(f"content/{path}")
        with pytest.raises(ReadError):
            tree.read_bytes(f"content/{path}")


def test_the_folder_itself_may_not_lead_outside(tmp_path: Path) -> None:
    write_files(tmp_path / "outside", "secret.md")
    root = tmp_path / "root"
    root.mkdir()
    (root / "content").symlink_to(tmp_path / "outside")
    (root / "static").symlink_to("missing")
    tree = DiskTree(root)
    check_listing(tree, [], "content: cannot be read: a link that leads outside of the site")
    assert [show(item) for item in tree.list_files("static")[1]] == [
        "static: cannot be read: no such file or directory"
    ]
    assert not tree.is_file("content/secret.md")


def test_folder_links_that_lead_to_each_other_end(tmp_path: Path) -> None:
    tree = write_files(tmp_path, "content/a/a.md", "content/b/b.md")
    (tmp_path / "content/a/to_b").symlink_to("../b")
    (tmp_path / "content/b/to_a").symlink_to("../a")
    paths, diagnostics = tree.list_files("content")
    assert paths == [
        "content/a/a.md",
        "content/a/to_b/b.md",
        "content/b/b.md",
        "content/b/to_a/a.md",
    ]
    assert [diagnostic.span.path for diagnostic in diagnostics] == [
        "content/a/to_b/to_a",
        "content/b/to_a/to_b",
    ]


def test_a_link_turned_outside_after_listing_is_not_read(tmp_path: Path) -> None:
    write_files(tmp_path / "outside", "post/index.md")
    tree = write_files(tmp_path / "root", "content/post/index.md")
    check_listing(tree, ["content/post/index.md"])
    (tmp_path / "root/content/post").rename(tmp_path / "root/content/old")
    (tmp_path / "root/content/post").symlink_to(tmp_path / "outside/post")
    with pytest.raises(ReadError, match="a link that leads outside of `content`"):
        tree.read_bytes("content/post/index.md")


def test_the_root_may_itself_be_reached_through_a_link(tmp_path: Path) -> None:
    write_files(tmp_path / "real", "content/a.md")
    (tmp_path / "link").symlink_to("real")
    check_listing(DiskTree(tmp_path / "link"), ["content/a.md"])


def test_a_pipe_is_neither_listed_nor_read(tmp_path: Path) -> None:
    tree = write_files(tmp_path, "content/a.md")
    os.mkfifo(tmp_path / "content/pipe")
    check_listing(
        tree, ["content/a.md"], "content/pipe: cannot be read: neither a file nor a folder"
    )
    with pytest.raises(ReadError, match="not a file"):
        tree.read_bytes("content/pipe")


def test_a_folder_that_may_not_be_listed_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = write_files(tmp_path, "content/a.md", "content/locked/b.md")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    check_listing(tree, ["content/a.md"], "content/locked: cannot be read: permission denied")


def test_folders_nested_beyond_reason_are_an_error(tmp_path: Path) -> None:
    tree = write_files(tmp_path, "content/" + "d/" * 99 + "a.md", "content/" + "e/" * 100 + "a.md")
    check_listing(
        tree,
        ["content/" + "d/" * 99 + "a.md"],
        f"content{'/e' * 100}: cannot be read: nested deeper than 100 folders",
    )


@pytest.mark.parametrize(
    "path",
    ["../outside.md", "content/../../outside.md", "/etc/hosts", "a\0b", "", "\udcff", "a\\b", "é"],
)
def test_paths_that_name_no_source_are_read_errors(tmp_path: Path, path: str) -> None:
    write_files(tmp_path, "outside.md")
    tree = write_files(tmp_path / "root", "content/a.md")
    assert not tree.is_file(path)
    with pytest.raises(ReadError) as caught:
        tree.read_bytes(path)
    assert caught.value.diagnostic.span.path == path
    assert caught.value.diagnostic.message.startswith("cannot be read: ")


def test_missing_files_are_read_errors(tmp_path: Path) -> None:
    for tree in (DiskTree(tmp_path), MemoryTree({})):
        with pytest.raises(ReadError, match=r"^content/a\.md: cannot be read: no such file"):
            tree.read_bytes("content/a.md")


@pytest.mark.parametrize(
    "name", ["a.md", "my picture.png", "日本語.md", "x" * 255, "a#b%c", "come"]
)
def test_ordinary_names_are_fit(name: str) -> None:
    assert name_problem(name) == ""
    assert path_problem(f"a/{name}") == ""
    assert printable(name) == name
