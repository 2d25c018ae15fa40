"""A place in a list, as text that a page or an API client hands back to go on from there."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.core.errors import Invalid

LONGEST = 2_000


def encode(*values: Any) -> str:
    """Texts, whole numbers, times and identifiers as one opaque word that is safe in an address."""
    return base64.urlsafe_b64encode(msgspec.json.encode(values, enc_hook=str)).rstrip(b"=").decode()


def decode(text: str | None, *kinds: Any) -> tuple[Any, ...] | None:
    """The values of `encode`, one of each of `kinds`; None for no text. Raises `Invalid` when it is not one of ours."""
    if not text:
        return None
    try:
        if len(text) > LONGEST:
            raise ValueError
        raw = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        return msgspec.json.decode(raw, type=tuple[kinds])  # type: ignore[valid-type]  # the kinds are known at run time
    except (ValueError, binascii.Error, msgspec.MsgspecError) as error:
        raise Invalid(errors={"after": "Take the value of `next` from the page before, as it is."}) from error


Moment = tuple[datetime, UUID]
"""The usual place: when, and which of those at the same moment."""
