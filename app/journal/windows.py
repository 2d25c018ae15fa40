"""Reading the journal so that no late commit slips past and each record's events come in order.

Transactions do not commit in the order in which they took numbers, so neither `seq` nor `txid` alone is a safe place
to go on from. A reader therefore takes *windows* of transactions: `low <= txid < high`, where every transaction below
`high` has ended. Inside a window events come by `seq`. Two transactions that changed the same record waited for each
other's row lock, so the later one drew its `seq` later; and both fall into the same window or into windows in their
order.

`high` is the oldest transaction still open *in this database*, not `pg_snapshot_xmin`, which a long transaction of
any other tenant on the same server would hold back.
"""

from __future__ import annotations

import msgspec

from app.core.db import sql
from app.journal.events import COLUMNS, Event, of_row


class Place(msgspec.Struct, frozen=True):
    """Where a reader is: all below `low` is read, and of `low <= txid < high` all up to `after_seq`."""

    low: int = 0
    high: int = 0
    after_seq: int = 0


async def horizon() -> int:
    """The number below which every transaction of this database has ended (as a 64-bit transaction id)."""
    newest = int(await sql.fetchval("SELECT pg_snapshot_xmax(pg_current_snapshot())::text"))
    rows = await sql.fetch(
        "SELECT backend_xid::text AS xid FROM pg_stat_activity"
        " WHERE datname = current_database() AND backend_xid IS NOT NULL"
    )
    return min([newest, *(full for row in rows if (full := widen(int(row["xid"]), newest)) is not None)])


def widen(xid: int, newest: int) -> int | None:
    """The 64-bit form of a 32-bit transaction id that is at most 2^31 older than `newest`; None when it is newer."""
    age = (newest - xid) % 2**32
    return newest - age if age < 2**31 else None


async def newest_place() -> Place:
    """A place from which only what comes from now on is read."""
    high = await horizon()
    return Place(low=high, high=high)


async def read(place: Place, *, limit: int = 200) -> tuple[list[Event], Place]:
    """The next events, at most `limit`, and the place after them. No events: the reader has seen all that has ended."""
    if place.high > place.low:
        events = await _page(place, limit)
        if events:
            return events, msgspec.structs.replace(place, after_seq=events[-1].seq)
    high = await horizon()
    low = max(place.high, place.low)
    if high <= low:
        return [], Place(low=low, high=low)
    place = Place(low=low, high=high)
    events = await _page(place, limit)
    if events:
        return events, msgspec.structs.replace(place, after_seq=events[-1].seq)
    return [], Place(low=high, high=high)


async def lagging(place: Place) -> bool:
    """Whether events wait behind a transaction that is still open."""
    return bool(await sql.fetchval("SELECT EXISTS (SELECT FROM events WHERE txid >= $1::text::xid8)", str(place.low)))


async def _page(place: Place, limit: int) -> list[Event]:
    rows = await sql.fetch(
        f"SELECT {COLUMNS} FROM events"
        " WHERE txid >= $1::text::xid8 AND txid < $2::text::xid8 AND seq > $3 ORDER BY seq LIMIT $4",
        str(place.low),
        str(place.high),
        place.after_seq,
        limit,
    )
    return [of_row(row) for row in rows]
