"""A branch on a server that speaks HTTP: credentials, and requests that fail."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress

import pytest

from site_gen.deploy.git.target import BranchTarget
from site_gen.diagnostics import SiteError
from tests.deploy.git.http_server import (
    AUTHORIZATION,
    FAULTS,
    PASSWORD,
    USER,
    Decide,
    Fault,
    GitServer,
    serving_git,
)
from tests.deploy.git.repositories import Home, built, deploy, git, go_back
from tests.deploy.sites import NOW, new_site, old_site

NEW_SITE = {**new_site(), "assets/style.1.css": b"old style"}


@pytest.fixture
def server(home: Home) -> Iterator[GitServer]:
    """The repository that is deployed to, through HTTP."""
    with serving_git(home.folder) as served:
        yield served


def open_target(home: Home, server: GitServer, ours: str = "ours") -> BranchTarget:
    return home.open(f"http://{USER}:{PASSWORD}@{server.address}/remote.git", ours=ours)


def start_over(home: Home, server: GitServer, head: str) -> None:
    """Have the old site live, nothing go wrong, and no request counted."""
    server.decide, server.requests = lambda _: None, 0
    home.git("update-ref", "refs/heads/gh-pages", head)


def only(number: int, fault: Fault) -> Decide:
    return lambda request: fault if request == number else None


def since(number: int, fault: Fault) -> Decide:
    return lambda request: fault if request >= number else None


def test_a_request_that_fails_is_made_once_more(home: Home, server: GitServer) -> None:
    target = open_target(home, server)
    deploy(target, old_site())
    first = home.find_head()
    start_over(home, server, first)
    deploy(target, new_site())
    count = server.requests
    assert count >= 8
    for fault in FAULTS:
        for number in range(1, count + 1):
            start_over(home, server, first)
            server.decide = only(number, fault)
            deploy(target, new_site())
            assert home.read() == NEW_SITE, (fault, number)
            assert home.git("rev-parse", "gh-pages^").strip() == first, (fault, number)


@pytest.mark.parametrize("fault", FAULTS)
def test_cut_off_for_good_it_is_one_site_or_the_other_and_the_next_run_completes(
    home: Home, server: GitServer, fault: Fault
) -> None:
    target = open_target(home, server)
    deploy(target, old_site())
    first = home.find_head()
    start_over(home, server, first)
    deploy(target, new_site())
    for number in range(1, server.requests + 1):
        start_over(home, server, first)
        server.decide = since(number, fault)
        with pytest.raises(SiteError):
            deploy(target, new_site())
        assert home.read() in (old_site(), NEW_SITE), number
        server.decide = lambda _: None
        deploy(target, new_site())
        assert home.read() == NEW_SITE, number
        assert home.git("rev-list", "--count", "gh-pages") == "2\n", number


def test_what_is_large_goes_in_pieces(home: Home, server: GitServer) -> None:
    """Git sends no length with what is larger than a megabyte."""
    site = {**old_site(), "film.mp4": random.Random(1).randbytes(3_000_000)}
    deploy(open_target(home, server), site)
    assert home.read() == site
    assert open_target(home, server, "those of another machine").look().files == len(site)


def test_one_request_in_ten_may_fail(home: Home, server: GitServer) -> None:
    server.decide = lambda request: FAULTS[request // 10 % 3] if request % 10 == 0 else None
    target = open_target(home, server)
    for _ in range(3):
        deploy(target, old_site())
        deploy(target, new_site())
        assert home.read() == NEW_SITE
        go_back(target)
        assert home.read() == old_site()
    assert server.requests > 60


def test_a_missing_credential_is_one_clear_line(home: Home, server: GitServer) -> None:
    address = f"http://{server.address}/remote.git"
    with pytest.raises(SiteError) as caught:
        home.open(address).plan(built(old_site()), NOW)
    message = f"could not read Username for 'http://{server.address}': terminal prompts disabled"
    assert caught.value.message == f"git ls-remote: {message}"
    assert caught.value.hint.startswith("git has no credentials for it")


def test_a_wrong_credential_is_told_without_it(home: Home, server: GitServer) -> None:
    target = home.open(f"http://me:wr0ng@{server.address}/remote.git")
    with pytest.raises(SiteError) as caught:
        target.look()
    assert "Authentication failed for" in caught.value.message
    assert "wr0ng" not in caught.value.message + caught.value.hint
    assert server.requests == 4  # once more, in case that was the network


def test_credentials_of_the_sites_own_repository_are_used(home: Home, server: GitServer) -> None:
    """As CI systems leave them there."""
    git(home.site, "remote", "set-url", "origin", f"http://{server.address}/remote.git")
    setting = f"http.http://{server.address}/.extraheader"
    git(home.site, "config", setting, f"AUTHORIZATION: {AUTHORIZATION}")
    deploy(home.open(), old_site())
    assert home.read() == old_site()
    kept = [path.read_bytes() for path in home.folder.glob("ours.git/**/*") if path.is_file()]
    assert kept
    assert not any(AUTHORIZATION.encode() in content for content in kept)


def test_credentials_of_a_helper_are_used(home: Home, server: GitServer) -> None:
    helper = f"!printf 'username={USER}\\npassword={PASSWORD}\\n' #"
    git(home.site, "config", "credential.helper", helper)
    deploy(home.open(f"http://{server.address}/remote.git"), old_site())
    assert home.read() == old_site()


def test_a_hook_at_the_other_end_is_heard_through_http(home: Home, server: GitServer) -> None:
    target = open_target(home, server)
    deploy(target, old_site())
    home.write_hook("pre-receive", "echo 'not on a Friday' >&2; exit 1")
    server.requests = 0
    with pytest.raises(SiteError, match="git push: not on a Friday; "):
        deploy(target, new_site())
    with suppress(SiteError):
        target.plan(built(new_site()), NOW)
    assert home.read() == old_site()
