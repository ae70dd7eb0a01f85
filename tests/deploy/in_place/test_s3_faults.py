"""Deploying to object stores over networks that fail, cut off at each request and begun again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

import msgspec
import pytest

from site_gen.deploy.in_place import deployment
from site_gen.deploy.in_place.lease import OVER_AFTER_S, leased
from site_gen.deploy.in_place.records import is_state, look, read_before
from site_gen.deploy.in_place.s3 import S3Bucket, open_bucket
from site_gen.deploy.in_place.s3_access import find_access
from site_gen.deploy.in_place.target import BucketTarget
from site_gen.deploy.patience import Patience
from site_gen.deploy.plan import make_plan
from site_gen.deploy.release import Release, make_release
from site_gen.deploy.site import Needs
from site_gen.diagnostics import SiteError
from site_gen.targets import S3Settings
from tests.deploy.in_place.buckets import find_dead
from tests.deploy.in_place.faulty_proxy import Fault, FaultyProxy, proxied
from tests.deploy.in_place.stores import (
    BUCKET,
    Object,
    Objects,
    open_s3,
    running_moto,
    running_rclone,
)
from tests.deploy.sites import NOW, Site, describe, page

pytestmark = pytest.mark.usefixtures("aws")
ONCE, OFTEN = Patience(tries=1), Patience(tries=12, first_s=0.002, longest_s=0.5)
FAULTS: tuple[Fault, ...] = ("500", "503", "429", "reset before", "reset after", "cut off")


class Rig(msgspec.Struct, frozen=True):
    """A store, with and without what makes its network fail."""

    objects: Objects
    direct: S3Bucket
    proxy: FaultyProxy
    through: Callable[..., S3Bucket]
    """Its bucket behind the proxy."""


@contextmanager
def rigged(port: int, *, conditional_writes: bool) -> Iterator[Rig]:
    """What tests need of a store that listens there."""
    with proxied(port) as proxy:
        settings = S3Settings(
            bucket=BUCKET,
            endpoint=f"http://127.0.0.1:{proxy.port}",
            conditional_writes=conditional_writes,
        )
        through = partial(open_bucket, settings, find_access(settings))
        direct = open_s3(port, OFTEN, conditional_writes=conditional_writes)
        yield Rig(Objects(port), direct, proxy, through)


@pytest.fixture
def fast() -> Iterator[Rig]:
    """Of rclone's server, which knows no conditional writes."""
    with running_rclone(":memory:") as port, rigged(port, conditional_writes=False) as rig:
        yield rig


@pytest.fixture
def strict() -> Iterator[Rig]:
    """Of moto's, which knows them and takes its time."""
    with running_moto() as moto, rigged(moto.port, conditional_writes=True) as rig:
        yield rig


@pytest.fixture(autouse=True)
def _a_minute_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each deployment begins when the lease of one before is over that was cut off."""
    begun = [time.time()]

    def leased_later(bucket: S3Bucket) -> object:
        begun[0] += OVER_AFTER_S + 1
        return leased(bucket, lambda: begun[0])

    monkeypatch.setattr(deployment, "leased", leased_later)


def before_site() -> Site:
    """Articles that lead to each other, each with a picture, and a style."""
    articles = [f"/{number}/" for number in range(10)]
    style = "/assets/style.1.css"
    return {
        "index.html": page(*articles, style),
        "assets/style.1.css": b"style 1",
        "feed.xml": b"<feed>1</feed>",
        **{f"{url[1:]}index.html": page("/", f"{url}a.png", style) for url in articles},
        **{f"{url[1:]}a.png": url.encode() for url in articles[:6]},
        **{f"{url[1:]}a.png": b"the same" for url in articles[6:]},
    }


def after_site() -> Site:
    """The same in another style, with three articles more and two less."""
    site = {
        path: content.replace(b"style.1", b"style.2") for path, content in before_site().items()
    }
    for path in ("assets/style.1.css", "0/index.html", "0/a.png", "1/index.html", "1/a.png"):
        del site[path]
    articles = [f"/{number}/" for number in range(2, 13)]
    style = "/assets/style.2.css"
    return {
        **site,
        "index.html": page(*articles, style),
        "assets/style.2.css": b"style 2",
        "feed.xml": b"<feed>2</feed>",
        **{f"{url[1:]}index.html": page("/", f"{url}a.png", style) for url in articles[-3:]},
        **{f"{url[1:]}a.png": url.encode() for url in articles[-3:]},
    }


def deploy(bucket: S3Bucket, site: Site, *, decides_caching: bool = True) -> Release:
    """What is live afterwards."""
    live = look(bucket)
    release = make_release(describe(site), live.release, NOW, decides_caching=decides_caching)
    plan = make_plan("test", live.tag, live.find_files(), release, NOW, live.find_foreign())
    deployment.carry_out(bucket, plan, site.__getitem__, lambda _: None)
    return release


def go_back(bucket: S3Bucket) -> Release:
    target = BucketTarget("test", "a bucket", bucket, Needs(), decides_caching=True)
    plan = target.plan_back(NOW)
    target.roll_back(plan, lambda _: None)
    return plan.release


class Run(msgspec.Struct, frozen=True):
    """Something that is cut off, and done once more."""

    before: tuple[Callable[[S3Bucket], object], ...]
    """What was done before it."""
    act: Callable[[S3Bucket], Release]
    again: Callable[[S3Bucket], Release]
    """What completes it."""
    site: Site
    """What is served afterwards."""


FIRST = partial(deploy, site=before_site())
THEN = partial(deploy, site=after_site())
PLAIN = partial(deploy, site=before_site(), decides_caching=False)


def go_back_or_stay(bucket: S3Bucket) -> Release:
    """What is live when the release before it is, whether that is so already or not."""
    if read_before(bucket):
        return go_back(bucket)
    live = look(bucket).release
    assert live
    return live


RUNS = {
    "first": Run((), FIRST, FIRST, before_site()),
    "update": Run((FIRST,), THEN, THEN, after_site() | {"assets/style.1.css": b"style 1"}),
    "headers": Run((FIRST,), PLAIN, PLAIN, before_site()),
    "back": Run((FIRST, THEN), go_back, go_back_or_stay, before_site()),
}


def test_cut_off_at_each_request_no_page_is_broken_and_the_next_run_completes(fast: Rig) -> None:
    cuts = 0
    for name, run in RUNS.items():
        before, requests = prepare(fast, run)
        cuts += requests
        for number in range(requests):
            check_cut(fast, run, before, number, f"{name}, {number}")
    assert cuts >= 200


def test_cut_off_where_conditions_are_relied_on_the_next_run_completes(strict: Rig) -> None:
    before, requests = prepare(strict, RUNS["update"])
    for number in (*range(7), *range(requests - 5, requests)):
        check_cut(strict, RUNS["update"], before, number, f"{number}")


def test_with_one_call_in_ten_failing_it_completes(fast: Rig) -> None:
    for seed in range(12):
        check_faulty(fast, seed)


def test_with_one_call_in_ten_failing_conditions_still_hold(strict: Rig) -> None:
    for seed in range(3):
        check_faulty(strict, seed)


def check_faulty(rig: Rig, seed: int) -> None:
    """What is done through a network that fails by chance is done whole."""
    faults, bucket = Faults(seed), rig.through(patience=OFTEN)
    rig.objects.restore({})
    rig.proxy.begin(faults.decide)
    FIRST(bucket)
    release = THEN(bucket)
    check_whole(rig, release, RUNS["update"].site, f"seed {seed}")
    check_whole(rig, go_back(bucket), before_site(), f"seed {seed}, back")
    assert len(faults.done) > 10


class Faults:
    """One in ten, by chance."""

    def __init__(self, seed: int) -> None:
        self._chance, self.done = random.Random(seed), list[Fault]()

    def decide(self, _: int) -> Fault | None:
        """What becomes of the next request."""
        if self._chance.random() >= 0.1:
            return None
        self.done.append(self._chance.choice(FAULTS))
        return self.done[-1]


def check_cut(rig: Rig, run: Run, before: Mapping[str, Object], number: int, when: str) -> None:
    """Cut off at a request, it leaves nothing broken, and done once more it is whole."""
    rig.objects.restore(before)
    rig.proxy.begin(partial(cut_off_at, number))
    # Where only its last words are lost, it is told nothing, and all is well.
    with suppress_unheard():
        run.act(rig.through(patience=ONCE))
    assert find_broken(sites_of(before), readable(rig.objects.read_all())) == set(), when
    check_whole(rig, run.again(rig.direct), run.site, when)


def prepare(rig: Rig, run: Run) -> tuple[dict[str, Object], int]:
    """What is there before it, and how many requests it takes where nothing fails."""
    rig.objects.restore({})
    for act in run.before:
        act(rig.direct)
    before = rig.objects.keep()
    rig.proxy.begin(lambda _: None)
    check_whole(rig, run.act(rig.through(patience=ONCE)), run.site, "whole")
    return before, rig.proxy.requests


@contextmanager
def suppress_unheard() -> Iterator[None]:
    """Let it fail as what is cut off does."""
    try:
        yield
    except SiteError as error:
        if "no answer from" not in error.message:
            raise


def cut_off_at(number: int, each: int) -> Fault | None:
    """What becomes of a request where nothing answers from one of them on."""
    return "gone" if each >= number else None


def sites_of(objects: Mapping[str, Object]) -> Site:
    """What readers can get."""
    return readable({name: found.content for name, found in objects.items()})


def readable(contents: Mapping[str, bytes]) -> Site:
    """What of all that is not of deployments."""
    return {name: content for name, content in contents.items() if not is_state(name)}


def find_broken(before: Site, now: Site) -> set[str]:
    """What readers come to and do not find, who begin at the front page or at one that they knew
    and that is still there.
    """
    starts = {"index.html", *before} & now.keys()
    pages = [path for path in starts if path.endswith(".html")]
    return {dead for start in pages for dead in find_dead(now, start)}


def check_whole(rig: Rig, release: Release, site: Site, when: str) -> None:
    """A site is served as its release says, and nothing beside it."""
    objects = rig.objects.keep()
    assert sites_of(objects) == site, when
    assert release.files.keys() == site.keys(), when
    for path, file in release.files.items():
        headers = objects[path].headers
        said = headers["Content-Type"], headers.get("Cache-Control", "")
        assert said == (file.content_type, file.cache_control), (when, path)
    assert ".site_gen/next.json" not in objects, when
