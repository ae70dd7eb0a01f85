"""Workflows that are written: right by the schema of GitHub, safe by an audit, run step by step."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from site_gen.deploy.hosts import HOSTS, check_folder
from site_gen.deploy.workflows import WORKFLOW, make_workflow, write_workflow
from site_gen.diagnostics import SiteError
from site_gen.setup import checkout_root
from site_gen.targets import HostName
from tests.sites import CONFIG, article, build_site, publish

PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
SHELL = shutil.which("bash")
TOOLS = Path(sys.executable).parent
SECRETS = {
    "cloudflare-pages": ("CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_API_TOKEN", "PROJECT"),
    "github-pages": (),
    "netlify": ("NETLIFY_AUTH_TOKEN", "NETLIFY_SITE_ID"),
}
STAND_IN = """\
#!/bin/sh
echo "${0##*/} $*" >> "$CALLS"
"""
"""A program that notes what it was asked for."""
STARTER = f"""\
import sys
sys.path.insert(0, {str(checkout_root())!r})
from site_gen.cli import main
if __name__ == "__main__":
    main([*sys.argv[1:], "--root", "."])
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A site at the top of a repository."""
    root = tmp_path / "blog"
    (root / ".git").mkdir(parents=True)
    (root / "build.py").touch()
    return root


def steps_of(host: HostName) -> list[dict[str, Any]]:
    jobs = yaml.safe_load(make_workflow(host))["jobs"]
    return [step for job in jobs.values() for step in job["steps"]]


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("is_on_time", [False, True], ids=["as it is", "with its schedule"])
def test_each_is_a_workflow_by_the_schema_of_github(
    host: HostName, is_on_time: bool, root: Path
) -> None:
    path = write_workflow(host, root)
    if is_on_time:
        text = re.sub(r"(?m)^  # ( *- cron: .*|schedule:)$", r"  \1", make_workflow(host))
        assert yaml.safe_load(text)[True]["schedule"] == [{"cron": "17 * * * *"}]  # `on`, to YAML
        path.write_text(text)
    schema = ("--builtin-schema", "vendor.github-workflows")
    command = [sys.executable, "-m", "check_jsonschema", *schema, str(path)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout) == (0, "ok -- validation done\n")


@pytest.mark.parametrize("host", HOSTS)
def test_an_audit_finds_nothing_at_its_strictest(host: HostName, root: Path) -> None:
    path = write_workflow(host, root)
    options = ("--offline", "--no-progress", "--persona=auditor", "--quiet", "--color=never")
    command = [str(TOOLS / "zizmor"), *options, str(path)]
    audited = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (audited.returncode, audited.stdout) == (0, "No findings to report. Good job!\n")


@pytest.mark.parametrize("host", HOSTS)
def test_what_others_wrote_is_pinned(host: HostName) -> None:
    used = re.findall(r"uses: (.*)", make_workflow(host))
    assert len(used) >= 4
    assert [each for each in used if not PINNED.fullmatch(each)] == []
    installed = re.findall(r"npx --yes (\S+)", make_workflow(host))
    assert all(re.fullmatch(r"[\w-]+@\d+\.\d+\.\d+", each) for each in installed)


def test_an_action_has_one_version_in_all() -> None:
    used = {each for host in HOSTS for each in re.findall(r"uses: (.*)", make_workflow(host))}
    names = [each.partition("@")[0] for each in used]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("host", HOSTS)
def test_one_deployment_waits_for_another_and_may_do_no_more_than_it_must(host: HostName) -> None:
    workflow = yaml.safe_load(make_workflow(host))
    assert workflow["permissions"] == {}
    assert workflow["concurrency"]["cancel-in-progress"] is False
    allowed = {name: job["permissions"] for name, job in workflow["jobs"].items()}
    deploy = {"pages": "write", "id-token": "write"} if host == "github-pages" else {}
    assert allowed == {"build": {"contents": "read"}, "deploy": deploy}


@pytest.mark.parametrize("host", HOSTS)
def test_secrets_are_named_and_only_the_last_step_has_them(host: HostName) -> None:
    *others, last = steps_of(host)
    assert "secrets." not in str(others)
    assert set(SECRETS[host]) <= last.get("env", {}).keys()


@pytest.mark.parametrize("host", HOSTS)
def test_what_a_build_runs_is_not_where_the_secrets_are(host: HostName) -> None:
    build, deploy = yaml.safe_load(make_workflow(host))["jobs"].values()
    assert ("environment" in build, "environment" in deploy) == (False, True)
    assert deploy["needs"] == "build"
    used = [step["uses"].partition("@")[0] for step in deploy["steps"] if "uses" in step]
    assert not {"actions/checkout", "actions/cache"} & set(used)
    if host != "github-pages":
        sent, got = build["steps"][-1]["with"], deploy["steps"][0]["with"]
        assert (got["name"], got["path"]) == (sent["name"], sent["path"])
        assert sent["include-hidden-files"] is True


@pytest.mark.parametrize("host", HOSTS)
def test_its_steps_build_a_site_check_it_and_upload_what_the_host_reads(
    host: HostName, root: Path
) -> None:
    write_sources(root)
    path = stand_ins(root, f'exec {shlex.quote(sys.executable)} "$@"\n')
    calls = run_steps(host, root, {**os.environ, "PATH": path, **values_of(host)})
    uploads = {
        "cloudflare-pages": "npx --yes wrangler@4.164.0 pages deploy _site --project-name=test "
        "--branch=main",
        "netlify": "npx --yes netlify-cli@27.10.2 deploy --prod --no-build --dir=_site",
    }
    checks = f"python build.py deploy --check {host}"
    assert calls == [checks, *([uploads[host]] if host in uploads else [])]
    assert not (root / "_site" / ".site_gen").exists()
    assert (root / "_site" / ".well-known" / "security.txt").read_text() == "mail us"
    check_folder(host, root / "_site")


def test_a_site_with_errors_goes_no_further_than_the_build(root: Path) -> None:
    write_sources(root, text="[gone](nowhere.md)")
    path = stand_ins(root, f'exec {shlex.quote(sys.executable)} "$@"\n')
    with pytest.raises(subprocess.CalledProcessError) as raised:
        run_steps("netlify", root, {**os.environ, "PATH": path, **values_of("netlify")})
    assert "content/articles/a.md:7:1: there is no `nowhere.md`" in raised.value.stderr
    assert (root / "calls").read_text() == "python build.py deploy --check netlify\n"


def test_old_addresses_are_redirected_by_netlify_although_there_are_pages(root: Path) -> None:
    publish_site(root)
    run_steps("netlify", root, {"PATH": stand_ins(root), **values_of("netlify")})
    assert (root / "_site" / "_redirects").read_text() == "/old/ /articles/a/ 301!\n"


def test_what_github_pages_would_serve_and_not_read_is_left_out(root: Path) -> None:
    publish_site(root)
    assert (root / "_site" / "_headers").exists()
    run_steps("github-pages", root, {"PATH": stand_ins(root)})
    assert not (root / "_site" / "_headers").exists()
    assert not (root / "_site" / "_redirects").exists()


@pytest.mark.parametrize(
    ("host", "name"), [(host, name) for host in HOSTS for name in SECRETS[host]]
)
def test_a_missing_secret_is_one_clear_line(host: HostName, name: str, root: Path) -> None:
    publish_site(root)
    environment = {"PATH": stand_ins(root), **values_of(host), name: ""}
    with pytest.raises(subprocess.CalledProcessError) as raised:
        run_steps(host, root, environment)
    named = "CLOUDFLARE_PAGES_PROJECT" if name == "PROJECT" else name
    assert re.fullmatch(rf".*the (secret|variable) {named} is not set\n", raised.value.stderr)
    assert "npx" not in (root / "calls").read_text()


def list_sources(text: str = "") -> dict[str, str]:
    return {
        "pyproject.toml": CONFIG,
        "content/articles/a.md": article(text, aliases="[/old/]"),
        "static/.well-known/security.txt": "mail us",
    }


def publish_site(root: Path) -> None:
    publish(build_site(list_sources()), root / "_site")


def write_sources(root: Path, text: str = "") -> None:
    """A site, and a `build.py` that builds it with the code of this checkout."""
    for path, source in list_sources(text).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(source)
    (root / "build.py").write_text(STARTER)


def values_of(host: HostName) -> dict[str, str]:
    return dict.fromkeys(SECRETS[host], "test") | {"BRANCH": "main"}


def stand_ins(root: Path, python: str = "") -> str:
    """A PATH on which `python` and `npx` are ours; the one goes on with `python`."""
    folder = root / "bin"
    folder.mkdir()
    for name, more in (("python", python), ("npx", "")):
        (folder / name).write_text(STAND_IN + more)
        (folder / name).chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def run_steps(host: HostName, root: Path, environment: dict[str, str]) -> list[str]:
    """What the stand-ins were asked for by the `run:` steps, each as GitHub runs it."""
    assert SHELL, "bash runs the steps"
    calls = root / "calls"
    for step in steps_of(host):
        if "run" in step:
            subprocess.run(
                [SHELL, "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
                cwd=root,
                env=environment | {"CALLS": str(calls)},
                check=True,
                capture_output=True,
                text=True,
            )
    return calls.read_text().splitlines()


def test_it_is_written_once_and_not_over_another(root: Path) -> None:
    path = write_workflow("netlify", root)
    assert path == root / WORKFLOW
    assert path.read_text("utf-8") == make_workflow("netlify")
    assert write_workflow("netlify", root) == path
    with pytest.raises(SiteError) as raised:
        write_workflow("github-pages", root)
    message = "`.github/workflows/deploy.yml` is there already, and is another one"
    assert (raised.value.message, raised.value.hint) == (
        message,
        "move it away, and compare the two",
    )
    assert path.read_text("utf-8") == make_workflow("netlify")


def test_other_ends_of_lines_make_no_other_file(root: Path) -> None:
    path = write_workflow("netlify", root)
    content = path.read_bytes().replace(b"\n", b"\r\n")
    path.write_bytes(content)
    write_workflow("netlify", root)
    assert path.read_bytes() == content


def test_what_cannot_be_read_is_told(root: Path) -> None:
    (root / ".github").write_text("a file")
    with pytest.raises(SiteError, match=r"`\.github/workflows/deploy\.yml` cannot be written"):
        write_workflow("netlify", root)


def test_none_is_written_where_none_would_run(root: Path) -> None:
    site = root / "site"
    site.mkdir()
    with pytest.raises(SiteError, match=r"there is no `build\.py`"):
        write_workflow("netlify", site)
    (site / "build.py").touch()
    with pytest.raises(SiteError) as raised:
        write_workflow("netlify", site)
    assert raised.value.message == f"{site} is not the top of its repository"
    assert raised.value.hint == f"GitHub runs what is in `.github/workflows/` of {root}"
    assert not (site / ".github").exists()
