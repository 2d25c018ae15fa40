"""Who was recognised a moment ago, so that not every request asks the database; a change of rights is heard at once.

Entries live for seconds, belong to one tenant, and are dropped in all processes when a member, session or token of
that tenant changes.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from app.access import Actor
from app.core import clock
from app.core.db import after_commit
from app.tenancy import signals, tenants
from app.web.readers import Reader

CHANNEL = "identity"
KNOWN = 20_000


class Passport(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks: the actor, how they like to read, and by which session or token they came (`key_id`)."""

    actor: Actor
    reader: Reader
    tone: int
    key_id: UUID


class Entry(msgspec.Struct, frozen=True):
    passport: Passport
    fresh_until: float
    ends_at: datetime | None


_entries: OrderedDict[tuple[UUID, bytes], Entry] = OrderedDict()
_generation = 0


def find(kind: Literal["member", "token"], token_hash: bytes) -> Passport | None:
    """The passport behind this hash at the current tenant, when it was seen a moment ago and is still good."""
    entry = _entries.get((tenants.current().id, token_hash))
    if entry is None or entry.fresh_until < time.monotonic() or entry.passport.actor.kind != kind:
        return None
    if entry.ends_at is not None and entry.ends_at <= clock.now():
        return None
    return entry.passport


def generation() -> int:
    """Ask before reading the database and hand to `keep`: what was read before a change is not remembered after it."""
    return _generation


def keep(token_hash: bytes, passport: Passport, *, seconds: float, ends_at: datetime | None, asked_in: int) -> None:
    """Remembers for `seconds`; the longest known is forgotten first."""
    if asked_in != _generation:
        return
    key = (tenants.current().id, token_hash)
    _entries[key] = Entry(passport, time.monotonic() + seconds, ends_at)
    _entries.move_to_end(key)
    while len(_entries) > KNOWN:
        _entries.popitem(last=False)


async def forget() -> None:
    """After the commit, every process looks up the current tenant's members, sessions and tokens anew."""
    await after_commit(_announce)


async def _announce() -> None:
    tenant_id = str(tenants.current().id)
    _drop(tenant_id)
    await signals.notify(CHANNEL, tenant_id)


def _drop(tenant_id: str = "") -> None:
    global _generation
    _generation += 1
    gone = UUID(tenant_id) if tenant_id else None
    for key in [key for key in _entries if gone in (None, key[0])]:
        del _entries[key]


signals.subscribe(CHANNEL, _drop, gap=_drop)
