"""The host name that a browser asks for, in the one form under which it is looked up."""

from __future__ import annotations

import re

import idna

LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
KEPT_FOR_THE_HOUSE = """
admin api app auth autoconfig autodiscover blog cdn console dev docs fondaco ftp help host imap localhost
login mail mta mx ns ns1 ns2 operator pop postmaster relay root sign-in signin smtp static status support test
webmail wpad www
"""
RESERVED = frozenset(KEPT_FOR_THE_HOUSE.split())


def normalise(host: str) -> str | None:
    """`host` without port and trailing dot, in lower case, international names as A-labels (RFC 5890, UTS 46).

    None when no host name can look like that: forged, empty, too long, an IPv6 address.
    """
    name = host.strip()
    if ":" in name:
        name, _colon, port = name.partition(":")
        if not (port.isascii() and port.isdigit()):
            return None
    name = name.removesuffix(".")
    if not name or len(name) > 253:
        return None
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return None
    name = name.lower()
    return name if all(LABEL.fullmatch(label) for label in name.split(".")) else None


def refusal_of(slug: str) -> str | None:
    """Why `slug` cannot be a tenant's short name, as a sentence; None when it can.

    It becomes a label of a host name (RFC 1123), and leaves names to the house that mean something to others.
    """
    if not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", slug):
        return "Use small letters a to z, digits and hyphens, at most 63, with a letter or digit at both ends."
    if slug[2:4] == "--":
        return "Two hyphens after the second letter mark encoded international names. Choose another name."
    if slug.isdigit():
        return "A name of digits alone reads like a part of an address. Add a letter."
    if slug in RESERVED:
        return f"The name {slug} is kept for the house. Choose another one."
    return None
