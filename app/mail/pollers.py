"""Whose mailbox is to be read next: one short list for the whole cell, from which every mail process takes its turn."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import msgspec

from app.core import clock, ids
from app.core.db import after_commit, control, sql
from app.tenancy import signals, tenants

LEASE = timedelta(minutes=10)
WAKE = "mail_pollers"


class Turn(msgspec.Struct, frozen=True):
    """A mailbox that is this process's to read until the lease ends."""

    tenant_id: UUID
    channel_id: UUID
    lease: UUID


async def plan(channel_id: UUID, *, wanted: bool) -> None:
    """After the commit, the channel's mailbox is read soon and then again and again, or not any more."""
    tenant_id = tenants.current().id

    async def write() -> None:
        await _plan(tenant_id, channel_id, wanted=wanted)

    await after_commit(write)


async def _plan(tenant_id: UUID, channel_id: UUID, *, wanted: bool) -> None:
    if not wanted:
        await control.execute(
            "DELETE FROM mail_pollers WHERE tenant_id = $1 AND channel_id = $2", tenant_id, channel_id
        )
        return
    await control.execute(
        "INSERT INTO mail_pollers (tenant_id, channel_id, next_at) VALUES ($1, $2, $3)"
        " ON CONFLICT (tenant_id, channel_id) DO UPDATE SET next_at = EXCLUDED.next_at",
        tenant_id,
        channel_id,
        clock.now(),
    )
    await signals.notify(WAKE)


async def repair() -> None:
    """Sets the list right for the current tenant, as a crash can fall between its commit and the list."""
    tenant_id = tenants.current().id
    wanted = {row["id"] for row in await sql.fetch("SELECT id FROM mail_channels WHERE active AND imap_host <> ''")}
    rows = await control.fetch("SELECT channel_id FROM mail_pollers WHERE tenant_id = $1", tenant_id)
    there = {row["channel_id"] for row in rows}
    for channel_id in sorted(wanted ^ there):
        await _plan(tenant_id, channel_id, wanted=channel_id in wanted)


async def take(limit: int) -> list[Turn]:
    """Mailboxes of active tenants whose turn it is, and that no other process is reading."""
    now = clock.now()
    rows = await control.fetch(
        "UPDATE mail_pollers p SET lease = $1, leased_until = $3"
        " FROM (SELECT q.tenant_id, q.channel_id FROM mail_pollers q JOIN tenants t ON t.id = q.tenant_id"
        "   WHERE q.next_at <= $2 AND (q.leased_until IS NULL OR q.leased_until < $2) AND t.status = 'active'"
        "   ORDER BY q.next_at LIMIT $4 FOR UPDATE OF q SKIP LOCKED) due"
        " WHERE p.tenant_id = due.tenant_id AND p.channel_id = due.channel_id"
        " RETURNING p.tenant_id, p.channel_id, p.lease",
        ids.new(),
        now,
        now + LEASE,
        limit,
    )
    return [Turn(row["tenant_id"], row["channel_id"], row["lease"]) for row in rows]


async def give_back(turn: Turn, *, again_in: timedelta) -> None:
    """Ends the lease and says when the mailbox is to be read again."""
    await control.execute(
        "UPDATE mail_pollers SET lease = NULL, leased_until = NULL, next_at = $4"
        " WHERE tenant_id = $1 AND channel_id = $2 AND lease = $3",
        turn.tenant_id,
        turn.channel_id,
        turn.lease,
        clock.now() + again_in,
    )
