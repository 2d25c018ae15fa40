"""Readers of the journal miss nothing and see each record's events in order, however transactions commit."""

from __future__ import annotations

import asyncio
from uuid import UUID

import asyncpg
import pytest

from app.access import Actor
from app.core import ids
from app.core.db import TENANT, current_db, spawn, sql
from app.journal import events, windows
from app.journal.windows import Place, widen
from app.tenancy import tenants

KIM = Actor(kind="member", name="Kim", role="admin", id=ids.new())


async def happen(name: str, record: UUID) -> None:
    await events.record(name, kind="ticket", id=record, by=KIM)


async def read_all(place: Place) -> tuple[list[str], Place]:
    names: list[str] = []
    while True:
        found, place = await windows.read(place, limit=2)
        if not found:
            return names, place
        names += [event.name for event in found]


async def test_a_late_commit_is_not_skipped(acme: tenants.Tenant) -> None:
    with tenants.enter(acme):
        record, wrote, go = ids.new(), asyncio.Event(), asyncio.Event()

        async def slow() -> None:
            async with TENANT.transaction():
                await happen("slow", record)
                wrote.set()
                await go.wait()

        place = await windows.newest_place()
        task = spawn(slow())
        await wrote.wait()
        async with TENANT.transaction():
            await happen("quick", record)
        early, place = await read_all(place)
        assert early == []
        assert await windows.lagging(place)
        go.set()
        await task
        late, place = await read_all(place)
        assert late == ["slow", "quick"]
        assert (await read_all(place))[0] == []


async def test_changes_of_one_record_come_in_their_order_though_the_later_drew_its_number_first(
    acme: tenants.Tenant,
) -> None:
    with tenants.enter(acme):
        record, first_has_number, second_done = ids.new(), asyncio.Event(), asyncio.Event()
        place = await windows.newest_place()

        async def early_number_late_change() -> None:
            async with TENANT.transaction():
                await sql.fetchval("SELECT pg_current_xact_id()::text")
                first_has_number.set()
                await second_done.wait()
                await happen("second", record)

        task = spawn(early_number_late_change())
        await first_has_number.wait()
        async with TENANT.transaction():
            await happen("first", record)
        second_done.set()
        await task
        assert (await read_all(place))[0] == ["first", "second"]


async def test_a_long_transaction_of_another_tenant_holds_nobody_back(
    acme: tenants.Tenant, globex: tenants.Tenant
) -> None:
    with tenants.enter(globex):
        where = current_db.get()
    other = await asyncpg.connect(**where._asdict())
    try:
        async with other.transaction():
            await other.fetchval("SELECT pg_current_xact_id()::text")
            with tenants.enter(acme):
                place = await windows.newest_place()
                async with TENANT.transaction():
                    await happen("here", ids.new())
                assert (await read_all(place))[0] == ["here"]
    finally:
        await other.close()


@pytest.mark.parametrize(
    ("xid", "newest", "full"),
    [
        (99, 100, 99),
        (2**32 - 1, 2**32 + 5, 2**32 - 1),
        (4, 2**32 + 5, 2**32 + 4),
        (101, 100, None),
        (3, 2**32 - 1, None),
    ],
)
def test_a_short_transaction_number_finds_its_epoch(xid: int, newest: int, full: int | None) -> None:
    assert widen(xid, newest) == full
