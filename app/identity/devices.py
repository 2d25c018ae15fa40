"""From where somebody came: the address, and the browser in words that they know."""

from __future__ import annotations

import ipaddress
from typing import Any

from litestar import Request

from app.core.settings import Networks, networks, settings
from app.core.words import _

BROWSERS = (
    ("Edg/", "Edge"), ("EdgA/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Vivaldi/", "Vivaldi"),
    ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chromium/", "Chromium"), ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"),
    ("Macintosh", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def address_of(request: Request[Any, Any, Any]) -> str:
    """The network address of whoever asks, "" when it cannot be told. Behind proxies that are trusted, the last one in
    `X-Forwarded-For` that is none of theirs: what stands before it anybody could have written.
    """
    address = request.client.host if request.client else ""
    proxies = networks(settings().trusted_proxies)
    if not proxies:
        return address
    forwarded = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",")]
    while forwarded and _is_inside(address, proxies):
        claimed = forwarded.pop()
        if not _is_address(claimed):
            break
        address = claimed
    return address


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_inside(text: str, proxies: Networks) -> bool:
    return _is_address(text) and any(ipaddress.ip_address(text) in network for network in proxies)


def device_of(request: Request[Any, Any, Any]) -> str:
    """What the browser says about itself, as far as it is worth keeping."""
    said = request.headers.get("user-agent", "")
    return "".join(letter for letter in said if letter.isprintable())[:300]


def in_words(device: str) -> str:
    """`Firefox on Linux`."""
    browser = next((name for mark, name in BROWSERS if mark in device), "")
    system = next((name for mark, name in SYSTEMS if mark in device), "")
    if browser and system:
        return _("{browser} on {system}").format(browser=browser, system=system)
    return browser or system or device.partition("/")[0][:40] or _("Unknown device")
