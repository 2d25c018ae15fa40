"""An event is one thing that happened to one record, written in the transaction that made it happen."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.access import Actor
from app.core import clock, ids
from app.core.db import once_after_commit, sql
from app.journal import wakes

COLUMNS = "seq, txid::text AS txid, id, at, name, kind, record_id, actor_kind, actor_id, actor_name, changes, data"


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """`changes` maps a column to `[from, to]`; `data` holds what else the readers need. `txid` is the writer's
    transaction.
    """

    seq: int
    txid: int
    id: UUID
    at: datetime
    name: str
    kind: str
    record_id: UUID | None
    actor_kind: str
    actor_id: UUID | None
    actor_name: str
    changes: dict[str, list[Any]]
    data: dict[str, Any]


def of_row(row: Any) -> Event:
    return Event(
        seq=row["seq"],
        txid=int(row["txid"]),
        id=row["id"],
        at=row["at"],
        name=row["name"],
        kind=row["kind"],
        record_id=row["record_id"],
        actor_kind=row["actor_kind"],
        actor_id=row["actor_id"],
        actor_name=row["actor_name"],
        changes=msgspec.json.decode(row["changes"]),
        data=msgspec.json.decode(row["data"]),
    )


async def record(
    name: str,
    *,
    kind: str,
    id: UUID | None,
    by: Actor,
    changes: dict[str, list[Any]] | None = None,
    data: dict[str, Any] | None = None,
) -> UUID:
    """Writes an event into the open transaction and wakes its readers after the commit. Answers the event's id.

    `name` is `kind.verb` in the past (`ticket.closed`). Values in `changes` and `data` are what JSON can hold, with
    identifiers and times as text. Raises RuntimeError outside a transaction.
    """
    event_id = ids.new()
    once_after_commit("journal.wake", wakes.wake)
    await sql.execute(
        "INSERT INTO events (id, at, name, kind, record_id, actor_kind, actor_id, actor_name, changes, data)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10::jsonb)",
        event_id,
        clock.now(),
        name,
        kind,
        id,
        by.kind,
        by.member_id or by.id,
        by.name,
        _json(changes or {}),
        _json(data or {}),
    )
    return event_id


def _json(value: Any) -> str:
    """JSON that jsonb takes: a NUL cannot be stored there."""
    return msgspec.json.encode(value).decode().replace("\\u0000", "\\ufffd")


async def of(kind: str, record_id: UUID, *, limit: int = 100, before: int | None = None) -> list[Event]:
    """The newest events of one record, newest first; `before` is the `seq` to go on from."""
    rows = await sql.fetch(
        f"SELECT {COLUMNS} FROM events WHERE kind = $1 AND record_id = $2 AND seq < $3 ORDER BY seq DESC LIMIT $4",
        kind,
        record_id,
        before or 2**62,
        limit,
    )
    return [of_row(row) for row in rows]


def difference(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """`{"column": [from, to]}` of what differs, for `record(changes=…)`."""
    return {
        column: [_plain(before.get(column)), _plain(value)]
        for column, value in after.items()
        if before.get(column) != value
    }


def _plain(value: Any) -> Any:
    return msgspec.to_builtins(value)
