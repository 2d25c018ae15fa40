"""Under which name somebody's tries are counted: who has one address of IPv6 has billions of them."""

from __future__ import annotations

import ipaddress

OWNED = 64
"""Bits of an IPv6 address that a provider hands out; behind them its customer chooses (RFC 6177, RFC 4291 2.5.1)."""


def counted(address: str) -> str:
    """The network whose tries count together: an IPv4 address alone, of IPv6 the /64. What is no address stays as it is."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(ipaddress.ip_network((ip, OWNED), strict=False))
