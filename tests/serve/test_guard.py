"""Whose requests are answered."""

from __future__ import annotations

import pytest

from site_gen.serve.guard import find_refusal, list_hosts

HOSTS = list_hosts(8000)
BAD_HOSTS = (
    "",
    "127.0.0.1",
    "127.0.0.1:8001",
    "127.0.0.1:80000",
    "127.0.0.1:8000.evil.example",
    "127.0.0.1:8000@evil.example",
    "127.0.0.2:8000",
    "127.1:8000",
    "0.0.0.0:8000",
    "2130706433:8000",
    "[::1]",
    "[::ffff:127.0.0.1]:8000",
    "localhost",
    "localhost.:8000",
    "localhost.evil.example:8000",
    "evil.example",
    "evil.example:8000",
    "evil.example, 127.0.0.1:8000",
    " 127.0.0.1:8000",
    "http://127.0.0.1:8000",
)


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000"])
def test_this_machine_is_answered(host: str) -> None:
    assert find_refusal({"host": host}, HOSTS) == ""
    assert find_refusal({"host": host.upper(), "origin": f"http://{host}"}, HOSTS) == ""


@pytest.mark.parametrize("host", BAD_HOSTS)
def test_a_request_meant_for_another_host_is_refused(host: str) -> None:
    expected = f"this server does not answer to the host `{host}`"
    assert find_refusal({"host": host}, HOSTS) == expected


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "http://localhost:3000",
        "https://localhost:8000",
        "http://localhost:8000.evil.example",
        "null",
        "",
    ],
)
def test_a_page_of_another_origin_is_refused(origin: str) -> None:
    headers = {"host": "localhost:8000", "origin": origin}
    assert find_refusal(headers, HOSTS) == f"this server does not answer pages of `{origin}`"


@pytest.mark.parametrize(
    ("site", "wanted", "is_answered"),
    [
        ("same-origin", "script", True),
        ("none", "document", True),
        ("cross-site", "document", True),
        ("cross-site", "script", False),
        ("cross-site", "image", False),
        ("cross-site", "iframe", False),
        ("same-site", "empty", False),
    ],
)
def test_other_pages_can_lead_here_and_use_nothing(
    site: str, wanted: str, is_answered: bool
) -> None:
    headers = {"host": "localhost:8000", "sec-fetch-site": site, "sec-fetch-dest": wanted}
    assert (find_refusal(headers, HOSTS) == "") is is_answered


def test_at_the_usual_port_a_browser_leaves_it_out() -> None:
    assert "localhost" in list_hosts(80)
