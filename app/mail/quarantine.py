"""A mail that nobody could receive is held with its raw file, and the operator is told: never lost, never in the way."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
import structlog

from app.core import clock
from app.core.db import TENANT, after_commit, sql
from app.core.errors import NotFound
from app.files import blobs
from app.mail import inbound
from app.tenancy import alarms

log = structlog.get_logger(__name__)
KIND = "mail.quarantined"
LONGEST = 1000


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A held mail as the operator sees it; nothing of its content but size and fate."""

    id: UUID
    reason: str
    size: int
    attempts: int
    received_at: datetime


async def hold(id: UUID, reason: str) -> None:
    """Takes a mail out of the way, in a transaction of its own."""
    async with TENANT.transaction():
        await hold_here(id, reason)


async def hold_here(id: UUID, reason: str) -> None:
    """The same in the open transaction; the alarm is raised after its commit."""
    reason = " ".join(reason.replace("\0", "").encode("utf-8", "replace").decode().split())[:LONGEST]
    held = await sql.execute(
        "UPDATE inbound_mails SET state = 'quarantined', reason = $2, finished_at = $3 WHERE id = $1 AND state = 'received'",
        id,
        reason,
        clock.now(),
    )
    if held:
        await tell(id, reason)


async def tell(id: UUID, reason: str) -> None:
    """After the commit, raises the alarm for a held mail."""

    async def raise_it() -> None:
        log.error("mail.quarantined", inbound=str(id), reason=reason)
        await alarms.raise_alarm(KIND, "Mail is held in quarantine.", f"{id}: {reason}")

    await after_commit(raise_it)


async def held(limit: int = 100) -> list[Held]:
    """The newest held mails of the current tenant."""
    rows = await sql.fetch(
        "SELECT id, reason, size, attempts, received_at FROM inbound_mails WHERE state = 'quarantined'"
        " ORDER BY received_at DESC, id LIMIT $1",
        limit,
    )
    return [Held(**dict(row)) for row in rows]


async def retry(id: UUID) -> bool:
    """Lets a held mail be received again after the commit, whatever its sender sent before; False when it is not held."""
    again = await sql.execute(
        "UPDATE inbound_mails SET state = 'received', attempts = 0, reason = '', released = true, finished_at = NULL"
        " WHERE id = $1 AND state = 'quarantined'",
        id,
    )
    if again:
        await inbound.wake(id)
    return bool(again)


async def raw(id: UUID) -> bytes:
    """A held mail as it came. Raises `NotFound`."""
    key = await sql.fetchval("SELECT blob_key FROM inbound_mails WHERE id = $1 AND state = 'quarantined'", id)
    if key is None:
        raise NotFound
    return await blobs.read(key)
