"""A notification tells one member that something happened which concerns them; the bell shows what is new."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec

from app.access import Actor
from app.core import clock, ids
from app.core.db import sql
from app.core.errors import NotFound
from app.core.words import _
from app.journal import events
from app.journal.events import Event
from app.web.components import Tone

MOST_COUNTED = 100


class Notification(msgspec.Struct, frozen=True, kw_only=True):
    """`reason` says why this member hears of it: a word that `explain` gave a sentence to."""

    id: UUID
    reason: str
    kind: str
    record_id: UUID
    actor_name: str
    title: str
    created_at: datetime
    read_at: datetime | None


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """How a notification of one kind and reason is shown. `sentence` is English with `{name}` for who did it."""

    sentence: str
    glyph: str = "bell"
    tone: Tone = ""


_reasons: dict[tuple[str, str], Reason] = {}
_addresses: dict[str, Callable[[UUID], str]] = {}


def explain(kind: str, *, href: Callable[[UUID], str], reasons: dict[str, Reason]) -> None:
    """Says, for records of `kind`, where one stands and what each reason reads like."""
    _addresses[kind] = href
    _reasons.update({(kind, name): reason for name, reason in reasons.items()})


def reason_of(notification: Notification) -> Reason:
    return _reasons.get((notification.kind, notification.reason), Reason(sentence="{name}"))


def sentence_of(notification: Notification) -> str:
    """What happened, in the reader's language."""
    return _(reason_of(notification).sentence).format(name=notification.actor_name)


def href_of(notification: Notification) -> str:
    """The page of the record, or that of all notifications."""
    address = _addresses.get(notification.kind)
    return address(notification.record_id) if address else "/notifications"


async def create(member_id: UUID, event: Event, *, reason: str, title: str) -> bool:
    """Notifies an active member of an event, once however often it is asked. `title` is the record's name.

    False when nothing was new: told before, their own doing, or the member left.
    """
    if event.record_id is None or event.actor_id == member_id:
        return False
    made = await sql.fetchval(
        "INSERT INTO notifications (id, member_id, event_id, reason, kind, record_id, actor_name, title, created_at)"
        " SELECT $1, id, $3, $4, $5, $6, $7, $8, $9 FROM members WHERE id = $2 AND deactivated_at IS NULL"
        " ON CONFLICT (member_id, event_id) DO NOTHING RETURNING id",
        ids.new(),
        member_id,
        event.id,
        reason,
        event.kind,
        event.record_id,
        event.actor_name,
        title[:500],
        clock.now(),
    )
    if made:
        await events.record(
            "notification.created",
            kind="notification",
            id=made,
            by=Actor.system(),
            data={"member": str(member_id), "reason": reason},
        )
    return bool(made)


async def list_for(actor: Actor, *, limit: int = 50, before: tuple[datetime, UUID] | None = None) -> list[Notification]:
    """One's own, newest first; `before` is the last one of the page before."""
    rows = await sql.fetch(
        "SELECT id, reason, kind, record_id, actor_name, title, created_at, read_at FROM notifications"
        " WHERE member_id = $1 AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3::uuid))"
        " ORDER BY created_at DESC, id DESC LIMIT $4",
        actor.member_id,
        before[0] if before else None,
        before[1] if before else None,
        limit,
    )
    return [Notification(**dict(row)) for row in rows]


async def unread_count(actor: Actor) -> int:
    """How many of one's own are unread; counts to a hundred."""
    count: int = await sql.fetchval(
        f"SELECT count(*) FROM (SELECT FROM notifications WHERE member_id = $1 AND read_at IS NULL LIMIT {MOST_COUNTED}) n",
        actor.member_id,
    )
    return count


async def mark_read(notification_id: UUID, *, by: Actor) -> Notification:
    """Raises `NotFound` for another's."""
    row = await sql.fetchrow(
        "UPDATE notifications SET read_at = coalesce(read_at, $3) WHERE id = $1 AND member_id = $2"
        " RETURNING id, reason, kind, record_id, actor_name, title, created_at, read_at",
        notification_id,
        by.member_id,
        clock.now(),
    )
    if row is None:
        raise NotFound
    return Notification(**dict(row))


async def mark_all_read(*, by: Actor) -> int:
    return await sql.execute(
        "UPDATE notifications SET read_at = $2 WHERE member_id = $1 AND read_at IS NULL", by.member_id, clock.now()
    )


async def mark_record_read(kind: str, record_id: UUID, *, by: Actor) -> int:
    """Whoever opens a record has seen what the bell says about it."""
    return await sql.execute(
        "UPDATE notifications SET read_at = $4 WHERE member_id = $1 AND kind = $2 AND record_id = $3 AND read_at IS NULL",
        by.member_id,
        kind,
        record_id,
        clock.now(),
    )
