"""A deployment as `site-gen deploy` does it, less the build: `python -m benchmarks.deployed`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from site_gen.config import Config
from site_gen.deploy.opening import open_target
from site_gen.deploy.site import open_site
from site_gen.targets import S3Settings


def main() -> None:
    """Deploy the finished site in a folder to a bucket of the store at an address."""
    folder, bucket, endpoint = sys.argv[1:]
    settings = S3Settings(
        bucket=bucket, endpoint=endpoint, region="us-east-1", conditional_writes=False
    )
    target = open_target("measured", settings, Config(), Path())
    site = open_site(Path(folder), (), target.needs)
    plan = target.plan(site, datetime.now(UTC))
    if not plan.is_empty:
        site.check(step.path for step in plan.find("new", "bytes"))
        target.carry_out(plan, site, lambda _: None)


if __name__ == "__main__":
    main()
