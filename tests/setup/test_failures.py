"""A failed set-up says in one line what to do."""

import pytest

from site_gen.setup.failures import explain_os_error, explain_output


def test_what_the_system_refuses_says_what_to_do() -> None:
    assert explain_os_error(PermissionError(13, "Permission denied", "/srv/blog/.venv")) == (
        "cannot write /srv/blog/.venv (Permission denied): make the folder writable or clone the "
        "repository elsewhere, then run the command again"
    )
    assert explain_os_error(OSError(28, "No space left on device", "/srv/blog/.venv")) == (
        "the disk is full: free some space, then run the command again"
    )


@pytest.mark.parametrize(
    ("output", "start"),
    [
        ("npm error code EINTEGRITY\nnpm error sha512-…", "a downloaded package is not the one"),
        ("npm error code ENOTFOUND\nnpm error network …", "the package registry cannot be reached"),
        ("npm error code EROFS\nnpm error syscall mkdir", "this folder cannot be written"),
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("ERROR: No matching distribution found for x==1", "no ready-made package for this Python"),
    ],
)
def test_a_tool_s_failure_is_told_in_our_words(output: str, start: str) -> None:
    line = explain_output(output)
    assert line is not None
    assert line.startswith(start)
    assert "\n" not in line


def test_a_failure_nobody_foresaw_is_not_guessed_at() -> None:
    assert explain_output("Segmentation fault") is None
