"""A tenant may name a mail server anywhere in the world, but none inside our own walls."""

from __future__ import annotations

import asyncio
import ipaddress
import socket

from app.core.settings import settings


class Unreachable(Exception):
    """The host cannot be reached, or must not be. The message is for the person who entered it."""


async def addresses_of(host: str, port: int) -> list[str]:
    """The network addresses of a host that a tenant named. Connect to these and do not ask again, for the name may lead
    elsewhere a moment later. Raises `Unreachable`.

    Addresses of our own networks are refused (SSRF), except in development and where `private_mail_hosts` allows them.
    """
    try:
        async with asyncio.timeout(10):
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError, UnicodeError) as error:
        raise Unreachable(f"The server {host} is not known.") from error
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if settings().production and not settings().private_mail_hosts:
        addresses = [one for one in addresses if is_public(one)]
        if not addresses:
            raise Unreachable(f"The server {host} is in a private network, where mail is not fetched from.")
    return addresses


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet, also when it is one family's inside the other's."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return ip.is_global and not ip.is_multicast
