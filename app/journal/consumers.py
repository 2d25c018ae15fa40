"""Consumers read every event once or more, in order per record, in the transaction that moves their place on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from app.core import clock
from app.core.db import TENANT, sql
from app.journal import seals, windows
from app.journal.events import Event
from app.tenancy import alarms, jobs
from app.tenancy.jobs import job

log = structlog.get_logger(__name__)
Handler = Callable[[Event], Awaitable[None]]
PATIENCE = 8
BATCH = 100
_consumers: dict[str, Handler] = {}


class Taken(Exception):
    """Another worker reads for this consumer just now."""


def consumer(name: str) -> Callable[[Handler], Handler]:
    """Registers a reader of the journal. Its handler runs inside a transaction and must bear seeing an event twice."""

    def register(handler: Handler) -> Handler:
        _consumers[name] = handler
        return handler

    return register


@job("journal.drain", attempts=5)
async def drain() -> None:
    """Lets every consumer read on, then seals. Comes back by itself while events wait behind an open transaction, and for
    a consumer whose place another worker held: that one may have looked before the newest event was there.
    """
    taken = False
    for name, handler in _consumers.items():
        try:
            while await _step(name, handler):
                pass
        except Taken:
            taken = True
    while await seals.seal_next():
        pass
    if taken or await seals.behind():
        await jobs.enqueue("journal.drain", {}, key="journal.drain.again", delay=timedelta(milliseconds=300))


async def _step(name: str, handler: Handler) -> bool:
    """Reads one batch; True when there may be more."""
    try:
        return await _read(name, handler, limit=BATCH)
    except Taken:
        raise
    except Exception:
        log.exception("journal.batch_failed", reader=name)
    try:
        return await _read(name, handler, limit=1)
    except Taken:
        raise
    except Exception as error:
        return await _bear(name, error)


async def _read(name: str, handler: Handler, *, limit: int) -> bool:
    async with TENANT.transaction():
        place = await _locked_place(name)
        events, after = await windows.read(place, limit=limit)
        for event in events:
            await handler(event)
        if after != place:
            await _move(name, after)
        return bool(events)


async def _bear(name: str, error: Exception) -> bool:
    """Counts a failure of the next event. One that fails again and again is set aside, with an alarm, so that others go
    on.
    """
    async with TENANT.transaction():
        place = await _locked_place(name)
        failures = await sql.fetchval(
            "UPDATE event_cursors SET failures = failures + 1, last_error = $2 WHERE reader = $1 RETURNING failures",
            name,
            repr(error)[:500],
        )
        events, after = await windows.read(place, limit=1)
        if failures < PATIENCE or not events:
            await jobs.enqueue(
                "journal.drain", {}, key=f"journal.drain.{name}", delay=timedelta(seconds=min(2**failures / 4, 30))
            )
            return False
        event = events[0]
        await sql.execute(
            "INSERT INTO event_failures (reader, seq, record_id, error, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            name,
            event.seq,
            event.record_id,
            repr(error)[:500],
            clock.now(),
        )
        await _move(name, after)
    await alarms.raise_alarm("journal.consumer", f"{name} could not handle {event.name}; the event was set aside.")
    return True


async def _locked_place(name: str) -> windows.Place:
    """This reader's place, locked. Raises `Taken` when another worker holds it."""
    await sql.execute("INSERT INTO event_cursors (reader) VALUES ($1) ON CONFLICT DO NOTHING", name)
    row = await sql.fetchrow(
        "SELECT low::text AS low, high::text AS high, after_seq FROM event_cursors WHERE reader = $1 FOR UPDATE SKIP LOCKED",
        name,
    )
    if row is None:
        raise Taken
    return windows.Place(int(row["low"]), int(row["high"]), row["after_seq"])


async def _move(name: str, place: windows.Place) -> None:
    await sql.execute(
        "UPDATE event_cursors SET low = $2::text::xid8, high = $3::text::xid8, after_seq = $4, moved_at = $5,"
        " failures = 0, last_error = NULL WHERE reader = $1",
        name,
        str(place.low),
        str(place.high),
        place.after_seq,
        clock.now(),
    )
