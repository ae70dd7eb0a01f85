"""The targets of deployments as they are configured, each mistake at its place."""

from __future__ import annotations

import pytest

from site_gen.config import parse_config
from site_gen.diagnostics import Source
from site_gen.targets import FolderSettings, GitSettings, S3Settings, SshSettings
from site_gen.terminal import format_diagnostic

HEAD = '[tool.site_gen]\nurl = "https://example.org/"\n'


def explain(text: str) -> str:
    _, diagnostics = parse_config(Source("pyproject.toml", HEAD + text))
    return "\n\n".join(format_diagnostic(each).plain for each in sorted(diagnostics))


def test_each_kind_has_its_settings() -> None:
    text = """
[tool.site_gen.deploy]
store = { to = "s3", bucket = "my-blog", prefix = "blog/", url = "https://example.org/" }
pages = { to = "git" }
server = { to = "ssh", host = "me@example.org", path = "/srv/www", releases = 5 }
mounted = { to = "folder", path = "../public", most_deleted = 10 }
"""
    config, diagnostics = parse_config(Source("pyproject.toml", HEAD + text))
    assert diagnostics == []
    assert config.deploy == {
        "store": S3Settings(bucket="my-blog", prefix="blog/", url="https://example.org/"),
        "pages": GitSettings(repository="origin", branch="gh-pages", host="github-pages"),
        "server": SshSettings(host="me@example.org", path="/srv/www", releases=5),
        "mounted": FolderSettings(path="../public", most_deleted=10),
    }


def test_all_mistakes_are_told_at_their_places() -> None:
    text = """
[tool.site_gen.deploy.store]
to = "s4"

[tool.site_gen.deploy.server]
to = "ssh"
hots = "me@example.org"
releases = 1

[tool.site_gen.deploy.nowhere]
url = "example.org"

[tool.site_gen.deploy."my store"]
to = "s3"

[tool.site_gen.deploy.bucket]
to = "s3"
bucket = "blog"
prefix = "blog"
url = "ftp://example.org"
coding = "gzip"
"""
    assert (
        explain(text)
        == """\
pyproject.toml:5:6: there is no kind of target `s4`
5 | to = "s4"
  |      ^^^^
hint: known: `folder`, `git`, `s3`, `ssh`

pyproject.toml:7:1: the target `server` has no `host`
7 | [tool.site_gen.deploy.server]
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
hint: `to = "ssh"` needs one

pyproject.toml:7:1: the target `server` has no `path`
7 | [tool.site_gen.deploy.server]
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
hint: `to = "ssh"` needs one

pyproject.toml:9:1: unknown key `hots`
9 | hots = "me@example.org"
  | ^^^^
hint: did you mean `host`?

pyproject.toml:10:12: `releases` must be at least 2
10 | releases = 1
   |            ^
hint: for example `releases = 3`

pyproject.toml:12:1: the target `nowhere` does not say what it is
12 | [tool.site_gen.deploy.nowhere]
   | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
hint: add `to = "s3"` or `to = "git"` or `to = "ssh"` or `to = "folder"`

pyproject.toml:15:1: `my store` is no name for a target
15 | [tool.site_gen.deploy."my store"]
   | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
hint: letters, digits, `-` and `_` will do

pyproject.toml:21:10: `prefix` must end in a slash
21 | prefix = "blog"
   |          ^^^^^^
hint: write `prefix = "blog/"`

pyproject.toml:22:7: `url` must be an http or https address
22 | url = "ftp://example.org"
   |       ^^^^^^^^^^^^^^^^^^^
hint: for example `url = "https://example.org/"`

pyproject.toml:22:7: `url` must end in a slash
22 | url = "ftp://example.org"
   |       ^^^^^^^^^^^^^^^^^^^
hint: write `url = "ftp://example.org/"`

pyproject.toml:23:10: the site is not compressed as `gzip`, so nothing can be sent in it
23 | coding = "gzip"
   |          ^^^^^^
hint: add `compress = ["gzip"]` under `[tool.site_gen]`"""
    )


@pytest.mark.parametrize("prefix", ["a//b/", "../a/", "/", "/a/", "./"])
def test_a_prefix_is_a_path(prefix: str) -> None:
    text = f'deploy = {{ one = {{ to = "s3", bucket = "b", prefix = "{prefix}" }} }}\n'
    assert "`prefix` must be folders with a slash between them" in explain(text)


@pytest.mark.parametrize("value", ['"production"', "3", "[]"])
def test_what_is_no_table_is_no_target(value: str) -> None:
    assert "must be a table" in explain(f"deploy = {value}\n")
    assert "the target `one` must be a table" in explain(f"deploy = {{ one = {value} }}\n")


def test_a_host_is_nothing_that_ssh_takes_for_an_option() -> None:
    text = """
[tool.site_gen.deploy.server]
to = "ssh"
host = "-oProxyCommand=rm"
path = "/srv/www"
"""
    assert (
        explain(text)
        == """\
pyproject.toml:6:8: `host` must be a host for ssh
6 | host = "-oProxyCommand=rm"
  |        ^^^^^^^^^^^^^^^^^^^
hint: for example `host = "me@example.org"`"""
    )
