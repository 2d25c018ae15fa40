"""Identifiers that sort by the time of their making (UUID version 7, RFC 9562)."""

from __future__ import annotations

from uuid import UUID

from uuid_utils import compat


def new() -> UUID:
    return compat.uuid7()


def read(text: object) -> UUID | None:
    """The identifier in `text`, or None when there is none: for addresses and forms that people can edit."""
    try:
        return UUID(str(text))
    except ValueError:
        return None
