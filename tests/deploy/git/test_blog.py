"""The blog of this repository on a branch, fetched back through HTTP."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from site_gen.config import Config
from site_gen.deploy.fetch import fetch
from site_gen.deploy.opening import open_target
from site_gen.deploy.site import open_site
from site_gen.deploy.verify import list_requests
from site_gen.targets import GitSettings
from tests.deploy.git.repositories import BRANCH, Home, git
from tests.deploy.hosting import hosting
from tests.deploy.sites import NOW


def test_every_url_of_the_blog_is_served_as_planned_and_a_second_run_transfers_nothing(
    home: Home, published: Path
) -> None:
    config = Config(url="https://example.org/")
    target = open_target("pages", GitSettings(host=""), config, home.site)
    site = open_site(published, config.compress, target.needs)
    plan = target.plan(site, NOW)
    target.carry_out(plan, site, lambda _: None)
    served = home.folder / "www"
    git(home.folder, "clone", "-q", "--branch", BRANCH, str(home.remote), str(served))
    with hosting(served) as host:
        requests = list_requests(plan, host.url)
        assert fetch(requests, 0, lambda _: None) == []
    assert len(requests) == len(site.files) > 100
    assert all(request.file and request.file.cache_control for request in requests)
    head = home.find_head()
    home.write_hook("pre-receive", "exit 1")
    again = target.plan(site, NOW + timedelta(days=1))
    assert again.is_empty
    target.carry_out(again, site, lambda _: None)
    assert home.find_head() == head
