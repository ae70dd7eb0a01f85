"""`site-gen deploy` to a branch whose commits are served as they arrive."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.running import Done, run, write_site
from tests.deploy.git.repositories import BRANCH, Home, git
from tests.deploy.hosting import Host, hosting
from tests.sites import CONFIG, article

POST = "content/articles/crop/index.md"


@pytest.fixture
def host(home: Home) -> Iterator[Host]:
    """What serves the branch: each push is checked out, as by a host of branches."""
    with hosting(home.folder / "www") as served:
        served.folder.mkdir(exist_ok=True)
        home.write_hook(
            "post-receive",
            f"GIT_WORK_TREE={served.folder} git checkout -q -f {BRANCH} -- . && "
            f"GIT_WORK_TREE={served.folder} git clean -q -f -d",
        )
        yield served


def deploy(home: Home, *arguments: str | Path, now: int = 1_767_225_600) -> Done:
    return run("deploy", *arguments, "--root", home.site, now=now)


def write(home: Home, host: Host, text: str) -> None:
    table = f'[tool.site_gen.deploy.pages]\nto = "git"\nurl = "{host.url}"\npatience_s = 0\n'
    write_site(home.site, {"pyproject.toml": CONFIG + table, POST: article(text)})


def test_a_site_is_deployed_fetched_and_gone_back_from(home: Home, host: Host) -> None:
    write(home, host, "First.")
    done = deploy(home)
    first = home.read()
    assert (done.code, done.stdout) == (0, "")
    assert done.stderr.splitlines()[-2].endswith(" URLs are served as planned")
    again = deploy(home)
    assert "pages has this site already; nothing was sent" in again.stderr
    write(home, host, "Second.")
    assert deploy(home, now=1_767_312_000).code == 0
    assert home.read() != first
    back = deploy(home, "--rollback")
    assert back.code == 0
    assert back.stderr.splitlines()[-2].endswith(" URLs are served as planned")
    assert home.read() == first
    assert home.git("rev-list", "--count", BRANCH) == "3\n"


def test_a_plan_that_was_saved_is_carried_out_or_refused(home: Home, host: Host) -> None:
    write(home, host, "First.")
    plan = home.folder / "plan.json"
    assert deploy(home, "--plan", plan).code == 0
    assert home.find_head() == ""
    assert deploy(home, "--apply", plan, now=1_767_312_000).code == 0
    head = home.find_head()
    refused = deploy(home, "--apply", plan)
    assert refused.code == 2
    assert "the target has changed since the plan was made; nothing was changed" in refused.stderr
    assert home.find_head() == head


def test_the_branch_of_the_sources_is_refused(home: Home, host: Host) -> None:
    write(home, host, "First.")
    config = (home.site / "pyproject.toml").read_text() + 'branch = "main"\n'
    (home.site / "pyproject.toml").write_text(config)
    git(home.site, "push", "-q", "origin", "main")
    done = deploy(home)
    assert done.code == 2
    assert "branch main of origin has the site's sources, which would be replaced" in done.stderr
