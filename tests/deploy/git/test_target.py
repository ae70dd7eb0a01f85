"""A branch as a target: one commit a release, whole or not at all, from what was planned for."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from shutil import rmtree
from urllib.request import urlopen

import pytest

from site_gen.deploy.site import BuiltSite
from site_gen.deploy.target import Status
from site_gen.diagnostics import SiteError
from tests.deploy.git.repositories import BRANCH, Home, built, deploy, git, go_back, make_home
from tests.deploy.sites import NOW, Site, describe, new_site, old_site

NEW_SITE = {**new_site(), "assets/style.1.css": b"old style"}
"""With the asset of the release before it."""
MOVED = "the target has changed since the plan was made"


class UnreadSite(BuiltSite):
    """A site of which no file may be read."""

    def __init__(self, site: Mapping[str, bytes]) -> None:
        super().__init__(Path("nowhere"), describe(site), {})


def put(home: Home, site: Site, branch: str = BRANCH, message: str = "By hand") -> str:
    """Commit by hand what another tool would, and return the commit."""
    work = home.folder / "by-hand"
    if not work.exists():
        hash_name = home.git("rev-parse", "--show-object-format").strip()
        git(home.folder, "init", "-q", f"--object-format={hash_name}", str(work))
        git(work, "remote", "add", "origin", str(home.remote))
    git(work, "fetch", "-q")
    known = git(work, "branch", "-r", "--list", f"origin/{branch}").strip()
    git(work, "checkout", "-q", "-B", branch, *([f"origin/{branch}"] if known else []))
    for path, content in site.items():
        (work / path).parent.mkdir(parents=True, exist_ok=True)
        (work / path).write_bytes(content)
    git(work, "add", "-A")
    git(work, "commit", "-q", "-m", message)
    git(work, "push", "-q", "origin", branch)
    return git(work, "rev-parse", "HEAD").strip()


def test_each_release_is_a_commit_upon_the_one_before(home: Home) -> None:
    target = home.open()
    first = deploy(target, old_site())
    assert home.read() == old_site()
    second = deploy(target, new_site(), NOW + timedelta(days=1))
    assert home.read() == NEW_SITE
    log = home.git("log", "--format=%an <%ae> %at%n%B", BRANCH)
    stamp = int(NOW.timestamp())
    assert log.split("\n\n") == [
        f"A. Writer <a@example.org> {stamp + 86400}\nDeploy 9 files: 3 new, 4 changed, 2 deleted",
        f"Release: {second.release.id}\nKept-asset: assets/style.1.css 1",
        f"A. Writer <a@example.org> {stamp}\nDeploy 8 files: 8 new",
        f"Release: {first.release.id}",
        "",
    ]


def test_all_that_was_planned_is_told(home: Home) -> None:
    target, told = home.open(), list[str]()
    deploy(target, old_site())
    plan = target.plan(built(new_site()), NOW)
    target.carry_out(plan, built(new_site()), lambda step: told.append(step.path))
    assert told == [step.path for step in plan.steps if step.change != "kept"]
    assert told.index("assets/style.2.css") < told.index("index.html") < told.index("gone/data.csv")


def test_a_second_run_reads_nothing_and_transfers_nothing(home: Home) -> None:
    deploy(home.open(), old_site())
    deploy(home.open(), new_site())
    head = home.find_head()
    home.write_hook("pre-receive", "exit 1")
    for ours in ("ours", "those of another machine"):
        target, site = home.open(ours=ours), UnreadSite(new_site())
        plan = target.plan(site, NOW + timedelta(days=9))
        assert plan.is_empty
        target.carry_out(plan, site, lambda _: None)
    assert home.find_head() == head


def test_only_what_has_changed_is_read(home: Home) -> None:
    deploy(home.open(), old_site())
    site = {**old_site(), "index.html": b"another front page"}
    only = BuiltSite(Path("nowhere"), describe(site), {"index.html": site["index.html"]})
    target = home.open()
    target.carry_out(target.plan(only, NOW), only, lambda _: None)
    assert home.read() == site


def test_assets_stay_for_two_releases(home: Home) -> None:
    target, kept = home.open(), []
    for number in range(1, 6):
        deploy(target, {"index.html": b"%d" % number, f"assets/{number}.css": b"%d" % number})
        kept.append([path[7] for path in sorted(home.read()) if path.startswith("assets/")])
    assert kept == [["1"], ["1", "2"], ["1", "2", "3"], ["2", "3", "4"], ["3", "4", "5"]]


def test_every_url_of_a_checkout_is_as_it_was_planned(
    home: Home, serve_folder: Callable[[Path], str]
) -> None:
    target = home.open()
    deploy(target, old_site())
    plan = deploy(target, new_site())
    served = home.folder / "served"
    git(home.folder, "clone", "-q", "--branch", BRANCH, str(home.remote), str(served))
    origin = serve_folder(served)
    for path, file in plan.release.files.items():
        with urlopen(f"{origin}/{path.removesuffix('index.html')}") as answer:
            content = answer.read()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (file.sha256, file.size_bytes)
    assert len(plan.release.files) == 9


def test_names_are_kept_as_they_are(home: Home) -> None:
    site = {
        'a "b"\\c/ü ✓/index.html': b"one",
        ".nojekyll": b"",
        "CNAME": b"example.org\n",
        "assets/a b.1.css": b"two",
    }
    deploy(home.open(), site)
    assert home.read() == site
    assert home.open().plan(built(site), NOW).is_empty
    without = {path: content for path, content in site.items() if not path.startswith("assets/")}
    plan = deploy(home.open(), {**without, "CNAME": b"example.com\n"})
    assert home.read() == {**site, "CNAME": b"example.com\n"}
    assert plan.release.files["assets/a b.1.css"].age == 1
    assert home.open().plan(built({**without, "CNAME": b"example.com\n"}), NOW).is_empty


def test_a_branch_that_has_moved_is_left_alone(home: Home) -> None:
    target = home.open()
    deploy(target, old_site())
    plan = target.plan(built(new_site()), NOW)
    head = put(home, {"index.html": b"by hand"})
    with pytest.raises(SiteError, match=MOVED):
        target.carry_out(plan, built(new_site()), lambda _: None)
    assert home.find_head() == head


def test_a_branch_that_moves_while_it_is_pushed_to_is_left_alone(home: Home) -> None:
    target = home.open()
    deploy(target, old_site())
    plan, first = target.plan(built(new_site()), NOW), home.find_head()
    script = (
        f"git update-ref refs/heads/{BRANCH} $(git commit-tree -p {first} -m x {first}^{{tree}})"
    )
    home.write_hook("pre-receive", f"unset GIT_QUARANTINE_PATH\n{script}")
    with pytest.raises(SiteError, match=MOVED):
        target.carry_out(plan, built(new_site()), lambda _: None)
    assert home.read() == old_site()
    assert home.find_head() != first


def test_of_two_at_once_one_is_whole_and_the_other_says_so(home: Home) -> None:
    sites = [{**old_site(), "index.html": b"%d" % number} for number in range(4)]
    deploy(home.open(), old_site())
    for _ in range(3):
        targets = [home.open(ours=f"ours-{number}") for number in range(len(sites))]
        plans = [target.plan(built(site), NOW) for target, site in zip(targets, sites, strict=True)]

        def carry_out(number: int) -> str:
            try:
                targets[number].carry_out(plans[number], built(sites[number]), lambda _: None)  # noqa: B023
            except SiteError as error:
                return error.message
            return ""

        with ThreadPoolExecutor(len(sites)) as threads:
            told = list(threads.map(carry_out, range(len(sites))))
        (winner,) = [number for number, message in enumerate(told) if not message]
        assert [message for message in told if message] == [MOVED] * (len(sites) - 1)
        assert home.read() == sites[winner]
        deploy(home.open(), old_site())


def test_two_at_once_from_one_folder_wait_for_each_other(home: Home) -> None:
    with ThreadPoolExecutor(4) as threads:
        plans = list(threads.map(lambda _: home.open().plan(built(old_site()), NOW), range(4)))
    assert len({plan.release.id for plan in plans}) == 1


def test_what_a_hook_says_is_told(home: Home) -> None:
    target = home.open()
    deploy(target, old_site())
    home.write_hook("pre-receive", "echo 'not on a \033[1mFriday' >&2; exit 1")
    with pytest.raises(SiteError) as caught:
        deploy(target, new_site())
    told = r"git push: not on a \x1b[1mFriday; [remote rejected] "
    assert caught.value.message.startswith(told)
    assert caught.value.message.endswith(f"-> {BRANCH} (pre-receive hook declined)")
    assert home.read() == old_site()


def test_going_back_is_a_commit_with_the_files_of_the_one_before(home: Home) -> None:
    target = home.open()
    deploy(target, old_site())
    first = target.look().release
    deploy(target, new_site(), NOW + timedelta(days=1))
    second = target.look()
    assert (second.before, second.files) == (first, 9)
    plan = go_back(target)
    assert home.read() == old_site()
    assert home.git("rev-list", "--count", BRANCH) == "3\n"
    assert target.look() == Status(target.place, first, 8, sum(map(len, old_site().values())))
    changed = {step.path: step.change for step in plan.steps if step.change != "kept"}
    assert changed["index.html"] == "bytes"
    assert changed["c/index.html"] == changed["assets/style.2.css"] == "deleted"
    assert changed["gone/index.html"] == "new"
    sent = plan.release.files["index.html"]
    assert sent.sha256 == hashlib.sha256(old_site()["index.html"]).hexdigest()


@pytest.mark.parametrize("ours", ["ours", "those of another machine"])
def test_gone_back_to_twice_it_is_two_releases_further_back(home: Home, ours: str) -> None:
    sites = [{**old_site(), "index.html": b"%d" % number} for number in range(4)]
    target = home.open()
    for days, site in enumerate(sites[:3]):
        deploy(target, site, NOW + timedelta(days=days))
    target = home.open(ours=ours)
    for site in (sites[1], sites[0]):
        go_back(target)
        assert home.read() == site
    with pytest.raises(SiteError, match="no release is kept that could be gone back to"):
        target.plan_back(NOW)
    deploy(target, sites[3], NOW + timedelta(days=9))
    go_back(home.open(ours="a third one"))
    assert home.read() == sites[0]


def test_going_back_needs_somewhere_to_go(home: Home) -> None:
    target = home.open()
    assert target.look() == Status(target.place, "")
    with pytest.raises(SiteError, match="no release is kept"):
        target.plan_back(NOW)
    deploy(target, old_site())
    with pytest.raises(SiteError, match="no release is kept"):
        target.plan_back(NOW)


def test_what_was_to_be_gone_back_to_is_left_alone_where_the_branch_has_moved(home: Home) -> None:
    target = home.open()
    deploy(target, old_site())
    deploy(target, new_site())
    plan = target.plan_back(NOW)
    head = put(home, {"index.html": b"by hand"})
    with pytest.raises(SiteError, match=MOVED):
        target.roll_back(plan, lambda _: None)
    assert home.find_head() == head


def test_what_another_tool_has_left_is_deleted_and_can_be_gone_back_to(home: Home) -> None:
    theirs = {"index.html": b"theirs", "old/page.html": b"old", "css/style.css": b"old"}
    put(home, theirs)
    work = home.folder / "by-hand"
    (work / "link").symlink_to("index.html")
    (work / "index.html").chmod(0o755)
    put(home, {})
    target = home.open()
    assert target.look().release == home.find_head()
    plan = deploy(target, old_site())
    deleted = {step.path for step in plan.find("deleted")}
    assert deleted == {"old/page.html", "css/style.css", "link"}
    assert plan.deletes_more_than(100)
    assert home.read() == old_site()
    tree = home.git("rev-parse", f"{BRANCH}^^{{tree}}")
    go_back(target)
    assert home.git("rev-parse", f"{BRANCH}^{{tree}}") == tree


def test_what_was_changed_by_hand_is_put_right(home: Home) -> None:
    target = home.open()
    deploy(target, old_site())
    put(home, {"index.html": b"graffiti", "more.txt": b"more"})
    plan = deploy(target, old_site())
    assert {step.path: step.change for step in plan.steps if step.change != "kept"} == {
        "index.html": "bytes",
        "more.txt": "deleted",
    }
    assert home.read() == old_site()


def test_the_sites_own_repository_is_not_touched(home: Home) -> None:
    (home.site / "draft.md").write_text("draft")
    git(home.site, "add", "draft.md")

    def describe_all() -> str:
        status = git(home.site, "status", "--porcelain=v2", "--branch")
        return status + git(home.site, "for-each-ref")

    before = describe_all()
    deploy(home.open(), old_site())
    deploy(home.open(), new_site())
    assert describe_all() == before


def test_hooks_of_whoever_deploys_are_not_run(home: Home) -> None:
    hook = home.folder / "hooks/pre-push"
    hook.parent.mkdir()
    hook.write_text("#!/bin/sh\necho not today >&2\nexit 1\n")
    hook.chmod(0o755)
    git(home.site, "config", "core.hooksPath", str(hook.parent))
    with (home.folder / "gitconfig").open("a") as settings:
        settings.write(f"[core]\nhooksPath = {hook.parent}\n")
    deploy(home.open(), old_site())
    assert home.read() == old_site()


@pytest.mark.parametrize("hash_name", ["sha1", "sha256"])
@pytest.mark.parametrize("there", [{}, {"readme": b"theirs"}], ids=["empty", "in use"])
def test_repositories_of_both_hashes_are_deployed_to(
    tmp_path: Path, hash_name: str, there: Site
) -> None:
    (tmp_path / "home").mkdir()
    home = make_home(tmp_path / "home", f"--object-format={hash_name}")
    if there:
        put(home, there)
    target = home.open()
    deploy(target, old_site())
    deploy(target, new_site())
    assert home.read() == NEW_SITE
    assert len(home.find_head()) == {"sha1": 40, "sha256": 64}[hash_name]
    go_back(target)
    assert home.read() == old_site()


def test_a_repository_that_has_another_hash_than_before_is_deployed_to(home: Home) -> None:
    deploy(home.open(), old_site())
    rmtree(home.remote)
    git(home.folder, "init", "-q", "--bare", "--object-format=sha256", "remote.git")
    deploy(home.open(), old_site())
    assert home.read() == old_site()


def remove_objects(ours: Path) -> None:
    rmtree(ours / "objects")


def remove_a_blob(ours: Path) -> None:
    name = git(ours, "rev-parse", "refs/site_gen/live:a/picture.png").strip()
    (ours / "objects" / name[:2] / name[2:]).unlink()


def leave_locks(ours: Path) -> None:
    (ours / "refs/site_gen/live.lock").touch()
    (ours / "refs/site_gen/next.lock").touch()


def empty_head(ours: Path) -> None:
    (ours / "HEAD").write_text("")


def write_nonsense(ours: Path) -> None:
    (ours / "site_gen-digests.json").write_text("{")
    (ours / "refs/site_gen/live").write_text("nonsense")


@pytest.mark.parametrize(
    "damage", [remove_objects, remove_a_blob, leave_locks, empty_head, write_nonsense]
)
def test_a_repository_of_ours_that_is_damaged_is_made_anew(
    home: Home, damage: Callable[[Path], None]
) -> None:
    target = home.open()
    deploy(target, old_site())
    target.look()
    damage(home.folder / "ours.git")
    deploy(target, {**old_site(), "index.html": b"another"})
    assert home.read() == {**old_site(), "index.html": b"another"}
    damage(home.folder / "ours.git")
    go_back(target)
    assert home.read() == old_site()


def test_a_branch_that_is_checked_out_is_no_target(home: Home) -> None:
    with pytest.raises(SiteError, match="which would be replaced: it is checked out"):
        home.open(branch="main").plan(built(old_site()), NOW)
    with pytest.raises(SiteError, match="which would be replaced: it is checked out"):
        home.open(f"file://{home.remote}/", branch="main").plan(built(old_site()), NOW)


def test_a_branch_with_the_sites_sources_is_no_target(home: Home) -> None:
    git(home.site, "push", "-q", "origin", "main:main", "main:published")
    head = home.git("rev-parse", "main")
    # By another address, and from another branch.
    with pytest.raises(SiteError, match="which would be replaced: what is checked out has grown"):
        home.open(str(home.remote), branch="main").plan(built(old_site()), NOW)
    git(home.site, "checkout", "-q", "-b", "other")
    with pytest.raises(SiteError, match="which would be replaced: what is checked out has grown"):
        home.open(branch="main").plan(built(old_site()), NOW)
    put(home, {"content/new.md": b"of another machine"}, "main")
    with pytest.raises(SiteError, match=r"which would be replaced: it has a `pyproject\.toml`"):
        home.open(branch="main").plan_back(NOW)
    assert home.git("rev-parse", "main^") == head


def test_a_release_of_the_sources_is_not_taken_for_one_of_the_site(home: Home) -> None:
    git(home.site, "push", "-q", "origin", "main:main")
    git(home.site, "checkout", "-q", "-b", "other")
    for release in ("2.0", "20250522T183000Z-1f2e3d4c-rc1", "0" * 41):
        put(home, {"new.md": release.encode()}, "main", f"Publish\n\nRelease: {release}")
        with pytest.raises(SiteError, match=r"which would be replaced: it has a `pyproject\.toml`"):
            home.open(branch="main").plan(built(old_site()), NOW)


def test_a_branch_with_the_sources_of_a_site_in_a_folder_is_no_target(home: Home) -> None:
    (home.site / "blog").mkdir()
    git(home.site, "mv", "pyproject.toml", "blog/pyproject.toml")
    git(home.site, "commit", "-q", "-m", "Move")
    git(home.site, "push", "-q", "origin", "main:main")
    git(home.site, "checkout", "-q", "-b", "feature")
    put(home, {"blog/content/new.md": b"of another machine"}, "main")
    with pytest.raises(SiteError, match=r"would be replaced: it has a `blog/pyproject\.toml`"):
        home.open(branch="main", below="blog").plan(built(old_site()), NOW)
    deploy(home.open(below="blog"), old_site())
    assert home.read() == old_site()


def test_a_branch_that_is_checked_out_may_be_one_of_another_repository(home: Home) -> None:
    git(home.folder, "init", "-q", "--bare", "pages.git")
    target = home.open(str(home.folder / "pages.git"), branch="main")
    deploy(target, old_site())
    assert git(home.folder / "pages.git", "rev-list", "--count", "main") == "1\n"


def test_what_cannot_be_reached_is_told_without_its_password(home: Home) -> None:
    target = home.open("http://me:secret@127.0.0.1:9/none.git")
    with pytest.raises(SiteError) as caught:
        target.look()
    assert "127.0.0.1" in caught.value.message
    assert "secret" not in caught.value.message + caught.value.hint + target.place
    with pytest.raises(SiteError, match="git remote: No such remote 'upstream'"):
        home.open("upstream").look()


def test_who_commits_must_be_known(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "[user]\nuseConfigOnly = true\n"
    (home.folder / "gitconfig").write_text(text)
    with pytest.raises(SiteError) as caught:
        deploy(home.open(), old_site())
    assert caught.value.hint.startswith("say who commits")
    git(home.site, "config", "user.name", "B. Writer")
    git(home.site, "config", "user.email", "b@example.org")
    deploy(home.open(), old_site())
    assert home.git("log", "--format=%cn", BRANCH) == "B. Writer\n"
    monkeypatch.setenv("GIT_COMMITTER_NAME", "C. Writer")
    deploy(home.open(), new_site())
    assert home.git("log", "-1", "--format=%cn", BRANCH) == "C. Writer\n"


def test_a_machine_without_git_is_told_so(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(home.folder))
    with pytest.raises(SiteError, match="`git` is not installed"):
        home.open().look()


def test_a_git_that_is_too_old_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    (home.folder / "bin").mkdir()
    (home.folder / "bin/git").write_text("#!/bin/sh\necho git version 2.25.1\n")
    (home.folder / "bin/git").chmod(0o755)
    monkeypatch.setenv("PATH", str(home.folder / "bin"))
    with pytest.raises(SiteError) as caught:
        home.open().look()
    assert caught.value.message == "this is git version 2.25, which is too old to deploy with"
    assert caught.value.hint == "install 2.31 or later"


def test_a_place_that_cannot_be_written_is_told(home: Home) -> None:
    (home.folder / "ours").write_text("no folder")
    with pytest.raises(SiteError, match=r"`.*/ours/pages\.git`: "):
        home.open(ours="ours/pages").look()


def test_a_deployment_from_within_a_hook_is_not_led_astray(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(home.site / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(home.site / ".git/index"))
    target = home.open()
    deploy(target, old_site())
    monkeypatch.undo()
    remote = ["git", "-C", str(home.remote), "rev-parse", "--verify", "-q", BRANCH]
    assert subprocess.run(remote, check=False, capture_output=True).returncode == 0
