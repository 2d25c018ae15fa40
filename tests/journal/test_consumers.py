"""Readers of the journal see every event, in order per record, whatever dies or fails meanwhile."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.access import Actor
from app.core import ids
from app.core.db import TENANT, spawn, sql
from app.journal import consumers, events, seals, sweeps
from app.journal.events import Event
from app.tenancy import alarms, cells, tenants, workers
from app.tenancy.tenants import Tenant

KIM = Actor.system("Kim")
SOON = timedelta(minutes=2)


class Reader:
    """A consumer of these tests: writes down what it has seen, in the transaction of its batch; fails when it is told to."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.tried: list[str] = []
        self.poison: set[str] = set()
        self.failing = 0

    async def read(self, event: Event) -> None:
        self.tried.append(event.name)
        await sql.execute(
            "INSERT INTO tags (id, name, tone, created_at) VALUES (gen_random_uuid(), $1, 1, now())",
            f"{self.name} {event.name} {len(self.tried)}",
        )
        if event.name in self.poison:
            raise ValueError(f"cannot read {event.name}")
        if self.failing:
            self.failing -= 1
            raise ConnectionError("the reader broke")

    async def seen(self) -> list[str]:
        """What it has seen for good, in order."""
        rows = await sql.fetch(
            "SELECT name FROM tags WHERE name LIKE $1 ORDER BY split_part(name, ' ', 3)::int", f"{self.name} %"
        )
        return [row["name"].split()[1] for row in rows]


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch) -> tuple[Reader, Reader]:
    """Two readers and no others."""
    one, other = Reader("one"), Reader("other")
    monkeypatch.setattr(consumers, "_consumers", {"one": one.read, "other": other.read})
    return one, other


async def happen(*names: str, record: UUID | None = None) -> None:
    """One commit with these events."""
    async with TENANT.transaction():
        for name in names:
            await events.record(name, kind="ticket", id=record or ids.new(), by=KIM)


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process dies between commit and wake-up, every time."""

    async def die() -> None:
        raise SystemError("killed")

    monkeypatch.setattr(events.wakes, "wake", die)


async def test_every_reader_sees_every_event_once_in_order(in_acme: Tenant, readers: tuple[Reader, Reader]) -> None:
    names = [f"ticket.{number}" for number in range(250)]
    await happen(*names)
    assert await workers.drain() > 0
    for reader in readers:
        assert await reader.seen() == names
    await happen("ticket.last")
    await workers.drain()
    assert (await readers[0].seen())[250:] == ["ticket.last"]


async def test_a_reader_that_breaks_sees_the_event_again_and_nothing_twice_for_good(
    in_acme: Tenant, readers: tuple[Reader, Reader]
) -> None:
    one, other = readers
    one.failing = 3
    await happen("ticket.a", "ticket.b", "ticket.c")
    await workers.drain(ahead=SOON)
    assert await one.seen() == await other.seen() == ["ticket.a", "ticket.b", "ticket.c"]
    assert len(one.tried) > 3
    assert await sql.fetchval("SELECT failures FROM event_cursors WHERE reader = 'one'") == 0


async def test_an_event_that_nobody_can_read_is_set_aside_with_an_alarm_and_others_go_on(
    in_acme: Tenant, readers: tuple[Reader, Reader]
) -> None:
    one, other = readers
    one.poison = {"ticket.poison"}
    await happen("ticket.a", "ticket.poison", "ticket.b")
    await workers.drain()
    assert await other.seen() == ["ticket.a", "ticket.poison", "ticket.b"]  # another reader does not wait
    assert await one.seen() == ["ticket.a"]
    await workers.drain(ahead=SOON)
    assert await one.seen() == ["ticket.a", "ticket.b"]
    assert one.tried.count("ticket.poison") >= consumers.PATIENCE
    [row] = await sql.fetch("SELECT reader, error FROM event_failures")
    assert (row["reader"], "cannot read" in row["error"]) == ("one", True)
    [alarm] = await alarms.open_alarms()
    assert (alarm.kind, alarm.tenant) == ("journal.consumer", "acme")
    assert "ticket.poison" in alarm.summary
    await happen("ticket.c")
    await workers.drain()
    assert (await one.seen())[-1] == "ticket.c"


async def test_what_was_committed_by_a_process_that_died_is_found(
    in_acme: Tenant, readers: tuple[Reader, Reader], silent: None
) -> None:
    await happen("ticket.a")
    assert await workers.drain() == 0
    assert await readers[0].seen() == []
    await sweeps.sweep()
    assert await readers[0].seen() == ["ticket.a"]
    assert await seals.verify() == []


async def test_a_reader_that_dies_in_the_middle_leaves_its_place_and_nothing_else(
    in_acme: Tenant, readers: tuple[Reader, Reader]
) -> None:
    """Its connection is cut in the middle of a batch, as by SIGKILL."""
    one, _other = readers
    reached, go = asyncio.Event(), asyncio.Event()
    read = one.read

    async def slowly(event: Event) -> None:
        await read(event)
        if event.name == "ticket.b":
            reached.set()
            await go.wait()
            await sql.fetchval("SELECT 1")

    consumers._consumers["one"] = slowly
    await happen("ticket.a", "ticket.b", "ticket.c")
    draining = spawn(consumers.drain())
    await reached.wait()
    async with cells.connection(in_acme.db.database) as admin:
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()"
        )
    consumers._consumers["one"] = read
    go.set()
    await asyncio.wait({draining})
    draining.exception()
    assert len(await one.seen()) in (0, 3)
    await workers.drain(ahead=SOON)
    assert await one.seen() == ["ticket.a", "ticket.b", "ticket.c"]


async def test_two_workers_share_a_reader_and_no_event_waits_for_the_sweep(
    in_acme: Tenant, readers: tuple[Reader, Reader], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One has looked and lets go of the reader's place just after the other found it taken: the other comes back."""
    await happen("ticket.a")
    await workers.drain()
    async with cells.connection(in_acme.db.database) as elsewhere:
        transaction = elsewhere.transaction()
        await transaction.start()
        await elsewhere.execute("SELECT FROM event_cursors WHERE reader = 'one' FOR UPDATE")
        look = consumers._locked_place

        async def look_and_then(name: str) -> Any:
            try:
                return await look(name)
            except consumers.Taken:
                await transaction.rollback()
                raise

        monkeypatch.setattr(consumers, "_locked_place", look_and_then)
        await happen("ticket.b")
        await workers.drain(ahead=timedelta(seconds=2))
    for reader in readers:
        assert await reader.seen() == ["ticket.a", "ticket.b"]


async def test_readers_of_two_tenants_never_see_each_others_events(
    acme: Tenant, globex: Tenant, readers: tuple[Reader, Reader]
) -> None:
    for tenant in (acme, globex):
        with tenants.enter(tenant):
            await happen(f"{tenant.slug}.happened")
    await workers.drain()
    for tenant in (acme, globex):
        with tenants.enter(tenant):
            assert await readers[0].seen() == [f"{tenant.slug}.happened"]


async def test_changes_of_one_record_are_read_in_their_order_while_many_write(
    in_acme: Tenant, readers: tuple[Reader, Reader]
) -> None:
    """Twenty writers and a reader at the same time; what happens to one record is counted under its row lock."""
    await sql.execute("INSERT INTO tags (id, name, tone, created_at) VALUES ($1, '0', 1, now())", record := ids.new())
    order: list[int] = []

    async def note(event: Event) -> None:
        order.append(int(event.name))

    consumers._consumers.clear()
    consumers._consumers["note"] = note

    async def write() -> None:
        async with TENANT.transaction():
            number: Any = await sql.fetchval(
                "UPDATE tags SET name = (name::int + 1)::text WHERE id = $1 RETURNING name", record
            )
            await events.record(number, kind="tag", id=record, by=KIM)

    writers = [spawn(write()) for _turn in range(20)]
    while not all(writer.done() for writer in writers):
        await consumers.drain()
        await asyncio.sleep(0.005)
    await asyncio.gather(*writers)
    await consumers.drain()
    assert order == list(range(1, 21))
