"""Whether somebody sits at this machine, and not behind a proxy on it that hands on what the world asks."""

from __future__ import annotations

import ipaddress
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from app.core.errors import NotFound

HANDED_ON = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
AnyConnection = ASGIConnection[Any, Any, Any, Any]


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def from_here(connection: AnyConnection) -> bool:
    """Whether the request comes from this machine itself."""
    near = connection.client is not None and is_loopback(connection.client.host)
    return near and not any(name in connection.headers for name in HANDED_ON)


def only_from_here(connection: AnyConnection, _handler: BaseRouteHandler) -> None:
    """A guard for what is made for development: a forgotten setting must not open it to the world. Raises `NotFound`."""
    if not from_here(connection):
        raise NotFound
