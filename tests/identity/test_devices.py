"""From where somebody came is believed of proxies that are ours, and of nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from litestar import Request

from app.core import settings
from app.identity import devices


def asking(client: str, forwarded: str = "", agent: str = "") -> Request[Any, Any, Any]:
    headers = [(b"x-forwarded-for", forwarded.encode()), (b"user-agent", agent.encode())]
    return Request({"type": "http", "headers": headers, "client": (client, 1)})  # type: ignore[typeddict-item,arg-type]  # what is read of it


@pytest.mark.parametrize(
    ("client", "forwarded", "found"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.1.2.3", "198.51.100.1", "198.51.100.1"),
        ("10.1.2.3", "1.1.1.1, 198.51.100.1, 10.9.9.9", "198.51.100.1"),
        ("10.1.2.3", "198.51.100.1, nonsense", "10.1.2.3"),
        ("10.1.2.3", "", "10.1.2.3"),
        ("::1", "2001:db8::7", "2001:db8::7"),
    ],
)
def test_forwarded_addresses(client: str, forwarded: str, found: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FONDACO_TRUSTED_PROXIES", "10.0.0.0/8, ::1")
    settings.forget()
    try:
        assert devices.address_of(asking(client, forwarded)) == found
    finally:
        monkeypatch.undo()
        settings.forget()


def test_without_proxies_nobody_says_who_they_are() -> None:
    assert devices.address_of(asking("127.0.0.1", "198.51.100.1")) == "127.0.0.1"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/139.0 Safari/537.36 Edg/139.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        ("curl/8.1", "curl"),
        ("", "Unknown device"),
    ],
)
def test_browsers_by_name(agent: str, words: str) -> None:
    assert devices.in_words(devices.device_of(asking("127.0.0.1", agent=agent))) == words
