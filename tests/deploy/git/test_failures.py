"""What git says when it fails, in one line and with what can be done; and what may pass."""

from __future__ import annotations

import pytest

from site_gen.deploy.git.failures import explain, hide_secrets, is_network_failure

_SSH_END = """
Please make sure you have the correct access rights
and the repository exists.
"""
_CREDENTIALS = (
    "git has no credentials for it, or not the right ones: they are what `git push` would use"
)
_PASSING = [
    "fatal: unable to access 'https://example.org/a.git/': Could not resolve host: example.org",
    "fatal: unable to access 'https://example.org/a.git/': Failed to connect to example.org port "
    "443 after 2 ms: Couldn't connect to server",
    "fatal: unable to access 'https://example.org/a.git/': The requested URL returned error: 503",
    "error: RPC failed; HTTP 502 curl 22 The requested URL returned error: 502\n"
    "fatal: the remote end hung up unexpectedly",
    "error: RPC failed; curl 56 GnuTLS recv error (-110): The TLS connection was non-properly "
    "terminated.\nfetch-pack: unexpected disconnect while reading sideband packet",
    "ssh: connect to host example.org port 22: Connection refused\r\n"
    "fatal: Could not read from remote repository.\n" + _SSH_END,
    "ssh: Could not resolve hostname example.org: Temporary failure in name resolution\r\n",
    "kex_exchange_identification: Connection closed by remote host\n",
    "fatal: unable to connect to example.org:\nexample.org[0: 192.0.2.1]: errno=Connection refused",
    "remote: error: cannot lock ref 'refs/heads/gh-pages': Unable to create '/srv/a.git/refs/heads/"
    "gh-pages.lock': File exists.\nTo example.org:a.git\n"
    " ! [remote rejected] 1f2e3d4c -> gh-pages (failed to update ref)\n"
    "error: failed to push some refs to 'example.org:a.git'",
]
_LASTING = [
    "fatal: could not read Username for 'https://example.org': terminal prompts disabled",
    "git@example.org: Permission denied (publickey).\r\nfatal: the remote end hung up unexpectedly",
    "fatal: unable to access 'https://example.org/a.git/': The requested URL returned error: 403",
    "remote: Repository not found.\nfatal: repository 'https://example.org/a.git/' not found",
    " ! [remote rejected] 1f2e3d4c -> gh-pages (pre-receive hook declined)",
    " ! [rejected]        1f2e3d4c -> gh-pages (stale info)",
    "Host key verification failed.\r\nfatal: Could not read from remote repository.\n" + _SSH_END,
    "error: cannot lock ref 'refs/site_gen/live': Unable to create 'live.lock': File exists",
]


@pytest.mark.parametrize("said", _PASSING)
def test_what_may_pass_is_tried_again(said: str) -> None:
    assert is_network_failure(said)


@pytest.mark.parametrize("said", _LASTING)
def test_what_will_not_pass_is_told_at_once(said: str) -> None:
    assert not is_network_failure(said)


@pytest.mark.parametrize(
    ("said", "message", "hint"),
    [
        (
            "git@example.org: Permission denied (publickey).\r\n"
            "fatal: Could not read from remote repository.\n" + _SSH_END,
            "git@example.org: Permission denied (publickey).",
            _CREDENTIALS,
        ),
        (
            "Host key verification failed.\r\nfatal: Could not read from remote repository.\n"
            + _SSH_END,
            "Host key verification failed.",
            "connect to it with ssh once by hand, and compare its key",
        ),
        (
            "remote: error: GH006: Protected branch update failed for refs/heads/gh-pages.   \n"
            "To https://me:ghp_secret@github.com/me/blog.git\n"
            " ! [remote rejected] 1f2e3d4c -> gh-pages (protected branch hook declined)\n"
            "error: failed to push some refs to 'https://me:ghp_secret@github.com/me/blog.git'\n"
            "hint: See the 'Note about fast-forwards' in 'git push --help' for details.\n",
            "GH006: Protected branch update failed for refs/heads/gh-pages.; "
            "[remote rejected] 1f2e3d4c -> gh-pages (protected branch hook declined)",
            "",
        ),
        (
            "fatal: unable to access 'https://me:s3cret@example.org/a/': SSL certificate problem",
            "unable to access 'https://…@example.org/a/': SSL certificate problem",
            "",
        ),
        (
            "fatal: unable to access 'https://me:s3/c@ret@example.org/a@b/': no",
            "unable to access 'https://…@b/': no",
            "",
        ),
        ("", "it gave no reason", ""),
    ],
)
def test_a_failure_is_one_line_without_secrets(said: str, message: str, hint: str) -> None:
    assert explain("push", said) == (f"git push: {message}", hint)


@pytest.mark.parametrize("password", ["pa/ss", "p@ss", "p'ss", "/@:'"])
def test_no_part_of_a_password_is_told(password: str) -> None:
    address = f"https://me:{password}@example.org/b.git"
    told = hide_secrets(f"'{address}': no, {address} is not there")
    assert told == "'https://…@example.org/b.git': no, https://…@example.org/b.git is not there"
