"""`site-gen deploy`, to a folder that a web server on loopback serves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from site_gen.deploy.in_place.folder import FolderBucket
from site_gen.deploy.in_place.lease import leased
from site_gen.setup import checkout_root
from tests.commands.running import Done, run, write_site
from tests.deploy.hosting import Host, hosting
from tests.sites import CONFIG, article

NOW = 1_767_225_600
POST = "content/articles/crop/index.md"
OTHER = "content/articles/cats/index.md"


class Blog:
    """A site, the folder that it is deployed to, and the server of that."""

    def __init__(self, root: Path, host: Host) -> None:
        self.root, self.host, self.www = root, host, host.folder
        self.configure(url=f'"{host.url}"', patience_s="0")
        self.write({POST: article("Text."), OTHER: article("Meow.")})

    def configure(self, **settings: str) -> None:
        lines = [f"{key} = {value}" for key, value in settings.items()]
        table = ["[tool.site_gen.deploy.production]", 'to = "folder"', 'path = "../www"', *lines]
        self.write({"pyproject.toml": CONFIG + "\n".join(table) + "\n"})

    def write(self, files: dict[str, str]) -> None:
        write_site(self.root, files)

    def deploy(self, *arguments: str | Path, now: int = NOW) -> Done:
        return run("deploy", *arguments, "--root", self.root, now=now)

    def read(self) -> dict[str, bytes]:
        """What is deployed."""
        return {
            path.relative_to(self.www).as_posix(): path.read_bytes()
            for path in self.www.rglob("*")
            if path.is_file() and ".site_gen" not in path.parts
        }


@pytest.fixture
def blog(tmp_path: Path) -> Iterator[Blog]:
    with hosting(tmp_path / "www") as host:
        yield Blog(tmp_path / "site", host)


def records_of(done: Done) -> list[dict[str, object]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_site_is_deployed_and_fetched(blog: Blog) -> None:
    done = blog.deploy()
    built, plan, live, served, url = done.stderr.splitlines()
    count = len(blog.read())
    assert done.code == 0
    assert done.stdout == ""
    assert built.startswith("2 articles, ")
    assert plan == f"production ({blog.www}): {count} new"
    assert live.startswith("20260101T000000Z-")
    assert f" is live: {count} files sent, " in live
    assert served == f"{count} URLs are served as planned"
    assert url == blog.host.url
    again = blog.deploy()
    assert again.code == 0
    assert again.stderr.splitlines()[1:] == [
        "production has this site already; nothing was sent",
        "1 URL is served as planned",
        blog.host.url,
    ]


def test_a_line_a_file_is_printed_where_it_is_wished_for(blog: Blog) -> None:
    blog.deploy()
    blog.write({POST: article("Other text.")})
    done = blog.deploy("-v")
    lines = [line for line in done.stderr.splitlines() if line[:2] in ("+ ", "~ ", "= ", "- ")]
    assert {line[:2] for line in lines} == {"~ "}
    assert any(line.startswith("~ articles/crop/index.html  ") for line in lines)


def test_the_plan_is_shown_and_nothing_done(blog: Blog) -> None:
    blog.deploy()
    before = blog.read()
    (blog.root / POST).rename(blog.root / "content/articles/crop/index.txt")
    blog.write({OTHER: article("Purr.")})
    done = blog.deploy("--dry-run")
    assert done.code == 0
    assert blog.read() == before
    assert f"production ({blog.www}) would change so:\n" in done.stdout
    assert "\n~ articles/cats/index.html  " in done.stdout
    assert "\n- articles/crop/index.html\n" in done.stdout
    blog.deploy()
    assert blog.deploy("--dry-run").stdout == f"production ({blog.www}) has this site already\n"


def test_a_plan_is_for_machines_as_well(blog: Blog) -> None:
    *steps, plan = records_of(blog.deploy("--dry-run", "--json"))
    page = next(step for step in steps if step["path"] == "articles/crop/index.html")
    assert page == {
        "type": "step",
        "path": "articles/crop/index.html",
        "change": "new",
        "sha256": page["sha256"],
        "size": page["size"],
        "content_type": "text/html; charset=utf-8",
        "cache_control": "public, max-age=0, must-revalidate",
        "foreign": False,
    }
    assert plan == {
        "type": "plan",
        "place": blog.www.as_posix(),
        "target": "production",
        "base": "",
        "release": plan["release"],
        "new": len(steps),
        "bytes": 0,
        "headers": 0,
        "deleted": 0,
        "kept": 0,
        "foreign": 0,
        "sent_bytes": sum(int(str(step["size"])) for step in steps),
    }
    done = records_of(blog.deploy("--json"))
    assert done[0] == plan
    del plan["place"]
    assert done[-1] | {"elapsed_ms": 0} == {
        **plan,
        "type": "deployment",
        "good": True,
        "verified": len(steps),
        "problems": 0,
        "url": blog.host.url,
        "elapsed_ms": 0,
    }


def test_a_saved_plan_is_carried_out_and_nothing_else(blog: Blog, tmp_path: Path) -> None:
    saved = tmp_path / "plan.json"
    shown = blog.deploy("--plan", saved)
    assert "would change so" in shown.stdout
    assert not blog.www.exists()
    assert blog.deploy("--apply", saved, now=NOW + 60).code == 0
    assert blog.read()["articles/crop/index.html"]
    refused = blog.deploy("--apply", saved)
    assert refused.code == 2
    assert "the target has changed since the plan was made; nothing was changed" in refused.stderr


def test_a_saved_plan_is_refused_where_the_site_has_changed(blog: Blog, tmp_path: Path) -> None:
    blog.deploy("--plan", tmp_path / "plan.json")
    blog.write({POST: article("Other text.")})
    refused = blog.deploy("--apply", tmp_path / "plan.json")
    assert refused.code == 2
    assert "the site has changed since the plan was made; nothing was changed" in refused.stderr
    assert not blog.www.exists()


def test_a_saved_plan_is_refused_where_somebody_has_touched_a_file(
    blog: Blog, tmp_path: Path
) -> None:
    blog.deploy()
    blog.write({POST: article("Other text.")})
    blog.deploy("--plan", tmp_path / "plan.json")
    (blog.www / "articles/crop/index.html").write_text("graffiti")
    (blog.www / "articles/cats/index.html").write_text("graffiti")
    refused = blog.deploy("--apply", tmp_path / "plan.json")
    assert refused.code == 2
    assert "the target has changed" in refused.stderr
    assert blog.read()["articles/crop/index.html"] == b"graffiti"


@pytest.mark.parametrize("text", ["", "{}", '{"version": 2}', "[1]"])
def test_what_is_no_plan_is_refused(blog: Blog, tmp_path: Path, text: str) -> None:
    (tmp_path / "plan.json").write_text(text)
    refused = blog.deploy("--apply", tmp_path / "plan.json")
    assert refused.code == 2
    assert "plan.json` is no plan of this version" in refused.stderr
    assert "hint: make one with `--plan`" in refused.stderr


def test_a_site_with_errors_is_not_deployed(blog: Blog) -> None:
    blog.write({POST: article("[gone](/nowhere/)")})
    done = blog.deploy()
    assert done.code == 1
    assert f"{POST}:6:1: this site has no `/nowhere/`" in done.stderr
    assert "1 error: nothing was published" in done.stderr
    assert not blog.www.exists()


def test_what_is_not_as_it_was_locked_is_not_deployed(blog: Blog) -> None:
    assert run("accept", "--root", blog.root).code == 0
    (blog.root / POST).unlink()
    done = blog.deploy()
    assert done.code == 1
    assert "`/articles/crop/` was published, and is lost" in done.stderr
    assert not blog.www.exists()


def test_drafts_are_left_out_whatever_was_built_before(blog: Blog) -> None:
    blog.write({POST: article("Not yet.", draft="true")})
    assert run("build", "--drafts", "--root", blog.root, now=NOW).code == 0
    assert (blog.root / "_site/articles/crop/index.html").exists()
    assert blog.deploy().code == 0
    assert "articles/crop/index.html" not in blog.read()
    assert "articles/cats/index.html" in blog.read()


def test_an_empty_site_is_refused(blog: Blog) -> None:
    blog.write({POST: article("Not yet.", draft="true"), OTHER: article(draft="true")})
    done = blog.deploy()
    assert done.code == 2
    assert "has no article and no page, so nothing is deployed" in done.stderr
    assert not blog.www.exists()


def test_much_is_deleted_only_where_that_is_meant(blog: Blog) -> None:
    blog.configure(most_deleted="0")
    blog.deploy()
    before = blog.read()
    (blog.root / POST).unlink()
    refused = blog.deploy()
    assert refused.code == 2
    assert refused.stderr.splitlines()[-2:] == [
        f"site-gen: 2 of {len(before)} files would be deleted from production; nothing was changed",
        "hint: look at it with `--dry-run`, and give `--delete-many` where that is meant",
    ]
    assert blog.read() == before
    assert blog.deploy("--delete-many").code == 0
    assert "articles/crop/index.html" not in blog.read()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
@pytest.mark.parametrize(("answer", "is_meant"), [("y", True), ("n", False), ("", False)])
def test_whoever_is_there_is_asked(blog: Blog, answer: str, is_meant: bool) -> None:
    blog.configure(most_deleted="0")
    blog.deploy()
    (blog.root / POST).unlink()
    keyboard, terminal = os.openpty()
    os.write(keyboard, f"{answer}\n".encode())
    command = [sys.executable, "-m", "site_gen", "deploy", "--root", str(blog.root)]
    done = subprocess.run(
        command, stdin=terminal, capture_output=True, text=True, check=False, cwd=checkout_root()
    )
    os.close(keyboard)
    os.close(terminal)
    assert "would be deleted from production. Go on? [y/N]: " in done.stderr
    assert done.returncode == (0 if is_meant else 2)
    assert ("articles/crop/index.html" in blog.read()) != is_meant
    assert ("site-gen: nothing was changed" in done.stderr) != is_meant


def test_what_something_else_has_put_there_is_replaced_only_where_that_is_meant(blog: Blog) -> None:
    blog.www.mkdir()
    (blog.www / "index.html").write_text("of another tool")
    (blog.www / "notes.txt").write_text("mine")
    refused = blog.deploy()
    assert refused.code == 2
    assert "1 file that was put there by something else would be replaced" in refused.stderr
    assert "give `--replace` where that is meant" in refused.stderr
    assert blog.deploy("--replace").code == 0
    assert blog.read()["notes.txt"] == b"mine"


def test_a_plan_for_another_place_is_refused(blog: Blog, tmp_path: Path) -> None:
    blog.deploy("--plan", tmp_path / "plan.json")
    blog.write({"pyproject.toml": (blog.root / "pyproject.toml").read_text().replace("www", "w")})
    refused = blog.deploy("--apply", tmp_path / "plan.json")
    assert refused.code == 2
    said = f"the plan is for `{blog.www}`, and the target is `{blog.root.parent / 'w'}` now"
    assert said in refused.stderr


def test_what_is_not_served_as_planned_is_told(blog: Blog) -> None:
    blog.host.headers = {"Cache-Control": "no-store"}
    done = blog.deploy()
    count = len(blog.read())
    assert done.code == 1
    assert f"{count - 1} URLs are not served as planned:\n  {blog.host.url}" in done.stderr
    assert "has `Cache-Control: no-store`, not `public, max-age=" in done.stderr
    assert f"  and {count - 11} more\n" in done.stderr
    blog.write({POST: article("Other text.")})
    assert blog.deploy("--no-verify").code == 0


def test_it_is_said_that_nothing_was_looked_at(blog: Blog) -> None:
    blog.configure()
    done = blog.deploy()
    assert done.code == 0
    told = "what readers get was not looked at: the target has no `url`"
    assert done.stderr.splitlines()[-1] == told


def test_one_command_goes_back_a_release(blog: Blog) -> None:
    blog.deploy()
    first = blog.read()
    blog.write({POST: article("Other text.")})
    blog.deploy(now=NOW + 60)
    assert blog.read() != first
    shown = blog.deploy("--rollback", "--dry-run")
    assert "\n~ articles/crop/index.html  " in shown.stdout
    back = blog.deploy("--rollback")
    assert back.code == 0
    assert "20260101T000000Z-" in back.stderr
    assert "URLs are served as planned" in back.stderr
    assert blog.read() == first
    refused = blog.deploy("--rollback")
    assert refused.code == 2
    assert "no release is kept that could be gone back to" in refused.stderr


def test_status_tells_what_is_live(blog: Blog) -> None:
    named = f"production ({blog.www}, {blog.host.url})\n"
    assert blog.deploy("--status").stdout == f"{named}  nothing was deployed to it\n"
    blog.deploy()
    blog.write({POST: article("Other text.")})
    blog.deploy(now=NOW + 60)
    (blog.www / "articles/crop/index.html").unlink()
    with leased(FolderBucket(blog.www), lambda: NOW + 9e9):
        done = blog.deploy("--status")
    head, live, before, changed, path, going_on = done.stdout.splitlines()
    assert head + "\n" == named
    assert live.startswith("  live    20260101T000100Z-")
    assert before.startswith("  before  20260101T000000Z-")
    assert changed == "  1 file is not as deployed:"
    assert path == "    articles/crop/index.html"
    assert going_on.startswith("  a deployment goes on: it began at ")
    status = records_of(blog.deploy("--status", "--json"))
    assert [each["changed"] for each in status] == [["articles/crop/index.html"]]


def test_of_two_at_once_one_is_told(blog: Blog) -> None:
    with leased(FolderBucket(blog.www)):
        refused = blog.deploy()
    assert refused.code == 2
    assert "another deployment to it goes on: it began at " in refused.stderr
    assert blog.read() == {}
    assert blog.deploy().code == 0


def test_a_target_is_chosen_by_its_name(blog: Blog) -> None:
    table = '[tool.site_gen.deploy]\none = {{ to = "folder", path = "../{}" }}\n'
    blog.write({"pyproject.toml": CONFIG})
    assert "site-gen: no target is configured" in blog.deploy().stderr
    text = CONFIG + table.format("one") + 'two = { to = "folder", path = "../two" }\n'
    blog.write({"pyproject.toml": text})
    refused = blog.deploy()
    assert refused.code == 2
    assert "it is not said where to deploy to\nhint: name one of `one`, `two`" in refused.stderr
    assert "there is no target `tow`\nhint: did you mean `two`?" in blog.deploy("tow").stderr
    assert blog.deploy("two").code == 0
    assert (blog.root.parent / "two/index.html").exists()


def test_mistakes_in_targets_stop_the_build_as_others_do(blog: Blog) -> None:
    blog.configure(urls='"http://example.org/"')
    for arguments in ((), ("--status",), ("--rollback",)):
        done = blog.deploy(*arguments)
        assert done.code == 1
        assert "pyproject.toml:7:1: unknown key `urls`" in done.stderr
        assert "hint: did you mean `url`?" in done.stderr


def test_options_that_do_not_go_together_are_refused(blog: Blog) -> None:
    refused = blog.deploy("--status", "--rollback")
    assert refused.code == 2
    assert "`--rollback` and `--status` do not go together" in refused.stderr


def test_a_site_that_a_host_takes_is_built_and_nothing_else(blog: Blog) -> None:
    blog.write({"pyproject.toml": CONFIG})
    done = blog.deploy("--check", "github-pages")
    assert done.code == 0
    assert done.stderr.splitlines()[1:] == ["GitHub Pages takes this site"]
    assert (blog.root / "_site/index.html").exists()
    assert not blog.www.exists()
    assert records_of(blog.deploy("--check", "netlify", "--json")) == [
        {"type": "host", "host": "netlify", "good": True}
    ]


def test_a_site_that_a_host_does_not_take_is_refused_before_anything_is_sent(blog: Blog) -> None:
    lines = "".join(f"/{number} /articles/crop/ 301\n" for number in range(2_001))
    blog.write({"static/_redirects": lines})
    said = "_redirects: 2,001 redirects, of 2,000 at most"
    done = blog.deploy("--check", "cloudflare-pages")
    assert done.code == 2
    assert "Cloudflare Pages would not take this site as it is:" in done.stderr
    assert said in done.stderr
    blog.configure(host='"cloudflare-pages"')
    for arguments in ((), ("--dry-run",)):
        done = blog.deploy(*arguments)
        assert done.code == 2
        assert said in done.stderr
    assert not blog.www.exists()


def test_a_workflow_is_written_for_a_host(blog: Blog) -> None:
    blog.write({"build.py": ""})
    done = blog.deploy("--write-workflow", "github-pages")
    path = blog.root / ".github/workflows/deploy.yml"
    assert done.stderr == f"{path} is written\n"
    assert "python build.py deploy --check github-pages" in path.read_text()
