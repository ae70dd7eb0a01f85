"""Where an object store is, and who may change it, as AWS's own tools find out.

What the target's settings leave open comes from the environment, from `~/.aws` and its profiles,
from single sign-on, from a program, or from the machine that this runs on. All of it is botocore's
to know. Credentials stay in memory: they are in no message and in no file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec
from botocore.configprovider import ConfiguredEndpointProvider
from botocore.credentials import Credentials
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    ProfileNotFound,
)
from botocore.session import Session

from site_gen.deploy.in_place.s3_errors import quote
from site_gen.diagnostics import SiteError
from site_gen.targets import S3Settings

if TYPE_CHECKING:
    from obstore.store import S3Credential

SIGNING_REGION = "us-east-1"
"""What requests to a store of somebody else's are signed for where no region is told, as AWS's own
tools do it."""
_ASKED_AGAIN = timedelta(minutes=5)
"""After so long credentials are asked for anew; botocore renews them where that is due."""


class Access(msgspec.Struct, frozen=True):
    """All that is needed to reach a bucket."""

    endpoint: str
    """E.g. `https://s3.eu-central-1.amazonaws.com`."""
    region: str
    """E.g. `eu-central-1`."""
    names_host: bool
    """Whether the bucket's name is a part of the host's, and not the beginning of the path."""
    certificates: bytes | None
    """Those of authorities that are trusted beside the system's, as PEM."""
    find_credential: Callable[[], S3Credential]
    """May be called from any thread, for as long as a deployment lasts."""


def find_access(settings: S3Settings) -> Access:
    """How to reach a target's bucket; SiteError where something of it is not known."""
    with _told(settings):
        session = Session(profile=settings.profile or None)
        region = settings.region or session.get_config_variable("region") or ""
        told = settings.endpoint or _find_endpoint(session)
        if not told and not region:
            message = f"the region of the bucket {quote(settings.bucket)} is not known"
            raise SiteError(message, 'add e.g. `region = "eu-central-1"` to the target')
        return Access(
            endpoint=told or _find_endpoint_of_aws(session, region),
            region=region or SIGNING_REGION,
            names_host=_names_host(session, settings.bucket, told),
            certificates=_read_certificates(session),
            find_credential=_find_credentials(session, settings),
        )


def _find_endpoint(session: Any) -> str:
    """Where AWS's own tools are told that S3 is; empty where they are not."""
    if session.get_config_variable("ignore_configured_endpoint_urls"):
        return ""
    scoped = session.get_scoped_config()
    return ConfiguredEndpointProvider(session.full_config, scoped, "s3").provide() or ""


def _find_endpoint_of_aws(session: Any, region: str) -> str:
    for partition in session.get_data("partitions")["partitions"]:
        if re.match(partition["regionRegex"], region):
            return f"https://s3.{region}.{partition['outputs']['dnsSuffix']}"
    hint = "for example `eu-central-1`; another store needs an `endpoint`"
    raise SiteError(f"AWS has no region {quote(region)}", hint)


def _names_host(session: Any, bucket: str, told: str) -> bool:
    """Whether a bucket has a host of its own: at AWS where its certificates allow for the name, and
    elsewhere where AWS's own tools are told so.
    """
    options = session.get_scoped_config().get("s3")
    style = options.get("addressing_style", "auto") if isinstance(options, dict) else "auto"
    return bool(style == "virtual" if told else style != "path" and "." not in bucket)


def _read_certificates(session: Any) -> bytes | None:
    path = session.get_config_variable("ca_bundle")
    if not path:
        return None
    try:
        return Path(path).expanduser().read_bytes()
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        hint = "`AWS_CA_BUNDLE` or `ca_bundle` names it"
        raise SiteError(f"the certificates in {quote(path)}: {reason}", hint) from error


def _find_credentials(session: Any, settings: S3Settings) -> Callable[[], S3Credential]:
    credentials: Credentials | None = session.get_credentials()
    if credentials is None:
        whose = f" of the profile {quote(settings.profile)}" if settings.profile else ""
        message = f"no credentials{whose} for the bucket {quote(settings.bucket)} were found"
        raise SiteError(message, f"give them as to AWS's own tools: {_ways(settings)}")

    def find() -> S3Credential:
        with _told(settings):
            frozen = credentials.get_frozen_credentials()
        return {
            "access_key_id": frozen.access_key,
            "secret_access_key": frozen.secret_key,
            "token": frozen.token,
            "expires_at": datetime.now(UTC) + _ASKED_AGAIN,
        }

    find()  # what is wrong with them is said before anything else is done
    return find


@contextmanager
def _told(settings: S3Settings) -> Iterator[None]:
    """Turn what botocore refuses into one line for the user, without what programs have printed."""
    try:
        yield
    except ProfileNotFound as error:
        message = f"AWS's own tools know no profile {quote(error.kwargs['profile'])}"
        raise SiteError(message, "`aws configure list-profiles` lists those they know") from error
    except CredentialRetrievalError as error:
        message = f"{quote(error.kwargs['provider'])} gave no credentials"
        raise SiteError(message, f"try `{_ask_who(settings)}`") from None
    except (BotoCoreError, ClientError) as error:
        message = f"AWS's credentials cannot be used: {str(error).rstrip('.')}"
        raise SiteError(message, f"try `{_ask_who(settings)}`") from error


def _ways(settings: S3Settings) -> str:
    configure = f"aws configure --profile {settings.profile}" if settings.profile else ""
    variables = "`AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`"
    return f"`{configure}`" if configure else f"{variables}, or `aws configure`"


def _ask_who(settings: S3Settings) -> str:
    profile = f" --profile {settings.profile}" if settings.profile else ""
    return f"aws sts get-caller-identity{profile}"


def name_host(endpoint: str, bucket: str) -> str:
    """The address of a bucket that has a host of its own.

    >>> name_host("https://s3.eu-central-1.amazonaws.com", "blog")
    'https://blog.s3.eu-central-1.amazonaws.com'
    """
    parts = urlsplit(endpoint)
    return parts._replace(netloc=f"{bucket}.{parts.netloc}").geturl()
