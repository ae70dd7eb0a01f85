"""Where changes are not told."""

from site_gen.serve.mounts import find_kind, find_untold, parse_mounts

TABLE = """\
overlay / overlay rw 0 0
tmpfs /tmp tmpfs rw 0 0
server:/home /home/me nfs4 rw 0 0
share /mnt/my\\040share 9p rw 0 0
/dev/sda1 /home/me/local ext4 rw 0 0
broken
"""


def test_the_innermost_mount_counts() -> None:
    mounts = parse_mounts(TABLE)
    assert find_kind("/home/me/blog", mounts) == "nfs4"
    assert find_kind("/home/me", mounts) == "nfs4"
    assert find_kind("/home/me/local/blog", mounts) == "ext4"
    assert find_kind("/home/meadow", mounts) == "overlay"
    assert find_kind("/mnt/my share/blog", mounts) == "9p"


def test_a_disk_of_this_machine_tells() -> None:
    assert find_untold(["/proc"]) == ""
