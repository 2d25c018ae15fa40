"""Seals chain the journal's rows after the commit, so that a changed, added or missing event is found.

A seal covers the events of one window of transactions (`low <= txid < high`, see `windows`) between two `seq`, in
that order. Its hash is SHA-256 over the previous seal's hash and the canonical JSON of each event. Writers never wait
for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC
from typing import Any

import msgspec

from app.core import clock
from app.core.db import TENANT, sql
from app.journal import windows
from app.journal.events import COLUMNS, Event, of_row

GENESIS = b"\0" * 32
BATCH = 2000


class Fault(msgspec.Struct, frozen=True):
    """One broken seal: its number (0: events outside every seal) and what does not fit."""

    seal: int
    what: str


def digest(previous: bytes, events: Iterable[Event]) -> bytes:
    """The hash of a seal: SHA-256 over the previous one and each event's canonical JSON with a line feed."""
    running = hashlib.sha256(previous)
    for event in events:
        running.update(canonical(event) + b"\n")
    return running.digest()


def canonical(event: Event) -> bytes:
    """An event as JSON with sorted keys and UTC times: the same bytes wherever it is read."""
    plain = msgspec.structs.asdict(event) | {"at": event.at.astimezone(UTC)}
    return msgspec.json.encode(plain, order="deterministic")


async def seal_next() -> bool:
    """Seals the next batch of events that have ended; False when there is none, or another worker is at it."""
    async with TENANT.transaction():
        if not await sql.fetchval("SELECT pg_try_advisory_xact_lock(7305001)"):
            return False
        last = await _last()
        events, place = await windows.read(last[1], limit=BATCH)
        if not events:
            return False
        number, _place, previous = last
        await sql.execute(
            "INSERT INTO event_seals (number, low, high, first_seq, last_seq, count, previous, hash, sealed_at)"
            " VALUES ($1, $2::text::xid8, $3::text::xid8, $4, $5, $6, $7, $8, $9)",
            number + 1,
            str(place.low),
            str(place.high),
            events[0].seq,
            events[-1].seq,
            len(events),
            previous,
            digest(previous, events),
            clock.now(),
        )
        return True


async def behind() -> bool:
    """Whether there are events that no seal covers yet."""
    _number, place, _hash = await _last()
    beyond = msgspec.structs.replace(place, low=place.high)
    return await windows.lagging(beyond)


async def _last() -> tuple[int, windows.Place, bytes]:
    row = await sql.fetchrow(
        "SELECT number, low::text AS low, high::text AS high, last_seq, hash FROM event_seals ORDER BY number DESC LIMIT 1"
    )
    if row is None:
        return 0, windows.Place(), GENESIS
    return row["number"], windows.Place(int(row["low"]), int(row["high"]), row["last_seq"]), bytes(row["hash"])


async def verify() -> list[Fault]:
    """Recomputes the whole chain of the current tenant; an empty list means that the journal is intact."""
    faults: list[Fault] = []
    previous, number, sealed, top = GENESIS, 0, 0, 0
    while True:
        rows = await sql.fetch(
            "SELECT number, low::text AS low, high::text AS high, first_seq, last_seq, count, previous, hash"
            " FROM event_seals WHERE number > $1 ORDER BY number LIMIT 100",
            number,
        )
        if not rows:
            break
        for row in rows:
            if row["number"] != number + 1:
                faults.append(Fault(number + 1, "the seal is missing"))
            number = row["number"]
            events = await _covered(row)
            if len(events) != row["count"]:
                faults.append(Fault(number, f"{row['count']} events were sealed, {len(events)} are there"))
            elif bytes(row["previous"]) != previous or digest(previous, events) != bytes(row["hash"]):
                faults.append(Fault(number, "an event was changed"))
            previous, sealed, top = bytes(row["hash"]), sealed + row["count"], int(row["high"])
    below = await sql.fetchval("SELECT count(*) FROM events WHERE txid < $1::text::xid8", str(top))
    unsealed_in_window = await _unsealed(top)
    if below - unsealed_in_window != sealed:
        faults.append(Fault(0, f"{sealed} events were sealed, {below - unsealed_in_window} are there"))
    return faults


async def _covered(row: Any) -> list[Event]:
    rows = await sql.fetch(
        f"SELECT {COLUMNS} FROM events WHERE txid >= $1::text::xid8 AND txid < $2::text::xid8"
        " AND seq BETWEEN $3 AND $4 ORDER BY seq",
        row["low"],
        row["high"],
        row["first_seq"],
        row["last_seq"],
    )
    return [of_row(found) for found in rows]


async def _unsealed(top: int) -> int:
    """Events of the newest window that come after its newest seal: still to be sealed, no fault."""
    return int(
        await sql.fetchval(
            "SELECT count(*) FROM events e, (SELECT low, high, last_seq FROM event_seals ORDER BY number DESC LIMIT 1) s"
            " WHERE e.txid >= s.low AND e.txid < s.high AND e.seq > s.last_seq AND s.high = $1::text::xid8",
            str(top),
        )
        or 0
    )
