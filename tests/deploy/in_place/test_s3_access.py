"""Who may change a bucket, and where it is, from what AWS's own tools are told."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from site_gen.deploy.in_place.s3_access import find_access
from site_gen.diagnostics import SiteError
from site_gen.targets import S3Settings
from tests.deploy.in_place.stores import KEY, SECRET

pytestmark = pytest.mark.usefixtures("aws")
SETTINGS = S3Settings(bucket="blog", region="eu-central-1")


@pytest.fixture
def no_keys(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    request.getfixturevalue("aws")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")


def configure(monkeypatch: pytest.MonkeyPatch, folder: Path, text: str) -> None:
    """Have AWS's own tools be told this."""
    (folder / "config").write_text(text)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(folder / "config"))


def check_refused(settings: S3Settings, message: str, hint: str) -> None:
    with pytest.raises(SiteError) as caught:
        find_access(settings)
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_aws_itself_is_where_nothing_else_is_told() -> None:
    access = find_access(SETTINGS)
    assert access.endpoint == "https://s3.eu-central-1.amazonaws.com"
    assert (access.region, access.names_host) == ("eu-central-1", True)
    found = access.find_credential()
    assert (found["access_key_id"], found["secret_access_key"]) == (KEY, SECRET)


def test_a_name_with_dots_is_no_part_of_the_host() -> None:
    assert not find_access(S3Settings(bucket="blog.example.org", region="eu-west-1")).names_host


def test_chinas_regions_have_hosts_of_their_own() -> None:
    access = find_access(S3Settings(bucket="blog", region="cn-north-1"))
    assert access.endpoint == "https://s3.cn-north-1.amazonaws.com.cn"


@pytest.mark.usefixtures("no_keys")
def test_a_profile_says_who_and_where(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    configure(
        monkeypatch,
        tmp_path,
        "[profile blog]\naws_access_key_id = of-the-profile\naws_secret_access_key = its-secret\n"
        "region = eu-north-1\nendpoint_url = https://store.example.org\n"
        "s3 =\n  addressing_style = virtual\n",
    )
    access = find_access(S3Settings(bucket="blog", profile="blog"))
    assert access.find_credential()["access_key_id"] == "of-the-profile"
    assert (access.endpoint, access.region) == ("https://store.example.org", "eu-north-1")
    assert access.names_host


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"])
def test_the_environment_says_where(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    access = find_access(S3Settings(bucket="blog"))
    assert (access.endpoint, access.region) == ("http://127.0.0.1:9", "us-east-1")
    assert not access.names_host
    told = S3Settings(bucket="blog", endpoint="https://store.example.org")
    assert find_access(told).endpoint == "https://store.example.org"


@pytest.mark.usefixtures("no_keys")
def test_a_program_gives_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "give.py"
    program.write_text('print(\'{"Version": 1, "AccessKeyId": "given", "SecretAccessKey": "s"}\')')
    command = shlex.join([sys.executable, str(program)])
    configure(monkeypatch, tmp_path, f"[default]\ncredential_process = {command}\n")
    assert find_access(SETTINGS).find_credential()["access_key_id"] == "given"


@pytest.mark.usefixtures("no_keys")
def test_what_a_program_says_where_it_fails_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "fail.py"
    program.write_text(f"raise SystemExit('wrong: {SECRET}')")
    command = shlex.join([sys.executable, str(program)])
    configure(monkeypatch, tmp_path, f"[default]\ncredential_process = {command}\n")
    check_refused(
        SETTINGS, "`custom-process` gave no credentials", "try `aws sts get-caller-identity`"
    )


@pytest.mark.usefixtures("no_keys")
def test_no_credentials_is_one_line() -> None:
    check_refused(
        SETTINGS,
        "no credentials for the bucket `blog` were found",
        "give them as to AWS's own tools: `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`,"
        " or `aws configure`",
    )


@pytest.mark.usefixtures("no_keys")
def test_a_profile_without_credentials_is_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    configure(monkeypatch, tmp_path, "[profile blog]\nregion = eu-central-1\n")
    check_refused(
        S3Settings(bucket="blog", profile="blog"),
        "no credentials of the profile `blog` for the bucket `blog` were found",
        "give them as to AWS's own tools: `aws configure --profile blog`",
    )


def test_a_profile_that_is_not_there_is_one_line() -> None:
    check_refused(
        S3Settings(bucket="blog", profile="bolg", region="eu-central-1"),
        "AWS's own tools know no profile `bolg`",
        "`aws configure list-profiles` lists those they know",
    )


def test_half_of_the_credentials_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    check_refused(
        SETTINGS,
        "AWS's credentials cannot be used: Partial credentials found in env,"
        " missing: AWS_SECRET_ACCESS_KEY",
        "try `aws sts get-caller-identity`",
    )


def test_a_region_has_to_be_known_where_aws_is_meant() -> None:
    check_refused(
        S3Settings(bucket="blog"),
        "the region of the bucket `blog` is not known",
        'add e.g. `region = "eu-central-1"` to the target',
    )


def test_a_region_that_aws_does_not_have() -> None:
    check_refused(
        S3Settings(bucket="blog", region="frankfurt"),
        "AWS has no region `frankfurt`",
        "for example `eu-central-1`; another store needs an `endpoint`",
    )


def test_certificates_that_are_not_there_are_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", f"{tmp_path}/own.pem")
    check_refused(
        SETTINGS,
        f"the certificates in `{tmp_path}/own.pem`: no such file or directory",
        "`AWS_CA_BUNDLE` or `ca_bundle` names it",
    )
