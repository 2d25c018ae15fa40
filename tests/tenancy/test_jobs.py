"""Jobs run inside the tenant they were put in for, at least once, and no tenant waits long for another."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest

from app.core.db import TENANT, sql
from app.core.db import control as control_sql
from app.tenancy import alarms, cells, jobs, queues, runner, signals, tenants, workers
from app.tenancy.cells import Cell
from app.tenancy.pgqueues import QUEUE
from app.tenancy.tenants import Tenant
from app.tenancy.workers import Worker

done: list[tuple[str, Any]] = []
gate = asyncio.Event()


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    """Kinds of jobs that these tests own."""
    global gate
    before = dict(jobs.JOBS)
    jobs.JOBS.clear()
    done.clear()
    gate = asyncio.Event()

    @jobs.job("note")
    async def note(what: Any = None) -> None:
        done.append((tenants.current().slug, what))

    @jobs.job("fail", attempts=3, pause=timedelta(milliseconds=1))
    async def fail(what: str) -> None:
        done.append((tenants.current().slug, what))
        raise ValueError(f"cannot do {what}\0")

    @jobs.job("hold")
    async def hold() -> None:
        done.append((tenants.current().slug, "began"))
        await gate.wait()
        done.append((tenants.current().slug, "ended"))

    yield
    jobs.JOBS.clear()
    jobs.JOBS.update(before)


@contextlib.asynccontextmanager
async def working(worker: Worker) -> AsyncIterator[Worker]:
    async with signals.listening():
        task = asyncio.create_task(worker.run())
        try:
            yield worker
        finally:
            worker.stop()
            gate.set()
            await task


async def until(condition: Any, seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


async def test_a_job_runs_inside_its_tenant(acme: Tenant, globex: Tenant) -> None:
    for tenant in (acme, globex):
        with tenants.enter(tenant):
            await jobs.enqueue("note", {"what": "the broken printer"})
    assert await workers.drain() == 2
    assert sorted(done) == [("acme", "the broken printer"), ("globex", "the broken printer")]
    assert await jobs.counts() == {}


async def test_a_job_reaches_its_tenants_database_only(acme: Tenant, globex: Tenant) -> None:
    @jobs.job("look")
    async def look() -> None:
        async with TENANT.transaction():
            done.append((tenants.current().slug, await sql.fetchval("SELECT current_database()")))

    for tenant in (acme, globex):
        with tenants.enter(tenant):
            await jobs.enqueue("look")
    await workers.drain()
    assert sorted(done) == [("acme", acme.db.database), ("globex", globex.db.database)]


async def test_a_job_put_in_inside_a_transaction_leaves_with_the_commit_only(in_acme: Tenant) -> None:
    with contextlib.suppress(LookupError):
        async with TENANT.transaction():
            await jobs.enqueue("note", {"what": "lost"})
            assert await jobs.counts() == {}
            raise LookupError
    async with TENANT.transaction():
        await jobs.enqueue("note", {"what": "kept"})
        assert await jobs.counts() == {}
    await workers.drain()
    assert done == [("acme", "kept")]


async def test_outside_a_tenant_nothing_can_be_put_in(control: Cell) -> None:
    with pytest.raises(tenants.NoTenant):
        await jobs.enqueue("note")


async def test_a_worker_begins_at_once_when_something_is_put_in(in_acme: Tenant) -> None:
    async with working(Worker()):
        await asyncio.sleep(0.2)
        began = time.monotonic()
        await jobs.enqueue("note")
        await until(lambda: done)
        assert time.monotonic() - began < 0.5


async def test_a_job_put_off_runs_when_its_time_has_come(in_acme: Tenant) -> None:
    async with working(Worker()):
        await jobs.enqueue("note", delay=timedelta(milliseconds=400))
        await asyncio.sleep(0.2)
        assert not done
        await until(lambda: done, 1.0)


async def test_one_key_waits_once_and_again_while_it_runs(in_acme: Tenant, globex: Tenant) -> None:
    async with working(Worker()):
        await jobs.enqueue("hold", key="journal")
        await until(lambda: done)
        for _ in range(3):
            await jobs.enqueue("hold", key="journal")
        await asyncio.sleep(0.2)
        assert await jobs.counts() == {"queued": 1, "picked": 1}
        gate.set()
        await until(lambda: [what for _slug, what in done] == ["began", "ended"] * 2)
    with tenants.enter(globex):
        await jobs.enqueue("note", key="same")
    await jobs.enqueue("note", key="same")
    assert await jobs.counts() == {"queued": 2}


async def test_a_job_that_fails_is_tried_again_and_then_set_aside_with_an_alarm(in_acme: Tenant) -> None:
    await jobs.enqueue("fail", {"what": "this"})
    for _attempt in range(3):
        await workers.drain(ahead=timedelta(hours=1))
    assert done == [("acme", "this")] * 3
    (gone,) = await jobs.failed()
    assert (gone.name, gone.tenant, gone.status, gone.error) == ("fail", "acme", "failed", "ValueError: cannot do this")
    (alarm,) = await alarms.open_alarms()
    assert (alarm.kind, alarm.tenant) == ("job.failed", "acme")
    assert await workers.drain() == 0

    assert await jobs.retry(gone.id)
    await workers.drain()
    assert len(done) >= 4
    assert not await jobs.retry(12345)


async def test_pauses_between_attempts_grow(in_acme: Tenant) -> None:
    kind = jobs.Job("x", workers.prune, 9, 1.0, timedelta(seconds=1))
    assert [kind.pause_after(n).total_seconds() for n in (1, 2, 3, 12, 5000)] == [1, 2, 4, 900, 900]


async def test_a_job_that_takes_too_long_is_ended(in_acme: Tenant) -> None:
    @jobs.job("slow", attempts=1, seconds=0.1)
    async def slow() -> None:
        await asyncio.sleep(5)

    await jobs.enqueue("slow")
    await workers.drain()
    assert [gone.error for gone in await jobs.failed()] == ["TimeoutError: "]


async def test_jobs_of_a_suspended_tenant_wait_until_it_is_resumed(acme: Tenant, globex: Tenant) -> None:
    with tenants.enter(acme):
        await jobs.enqueue("note", {"what": 1})
        await runner.suspend("acme")
        await jobs.enqueue("note", {"what": 2})
    with tenants.enter(globex):
        await jobs.enqueue("note", {"what": 3})
    await workers.drain(ahead=timedelta(hours=1))
    assert done == [("globex", 3)]
    await runner.resume("acme")
    await workers.drain(ahead=timedelta(hours=1))
    assert sorted(done) == [("acme", 1), ("acme", 2), ("globex", 3)]


async def test_what_a_creation_puts_in_is_done_when_the_tenant_is_open(acme: Tenant) -> None:
    await control_sql.execute("UPDATE tenants SET status = 'creating' WHERE id = $1", acme.id)
    await tenants.announce_change()
    with tenants.enter(acme):
        await jobs.enqueue("note", {"what": "invitation"})
    await workers.drain()
    assert not done
    await control_sql.execute("UPDATE tenants SET status = 'active' WHERE id = $1", acme.id)
    await tenants.announce_change()
    await workers.drain(ahead=timedelta(seconds=2))
    assert done == [("acme", "invitation")]


async def test_a_worker_that_has_not_heard_of_the_resuming_parks_nothing(acme: Tenant) -> None:
    with tenants.enter(acme):
        await jobs.enqueue("note", {"what": 1})
    await queues.park(acme.id)
    await workers.drain()
    assert done == [("acme", 1)]


async def test_jobs_of_a_deleted_tenant_are_dropped(control: Cell) -> None:
    await runner.create("initech", "Initech", "you@initech.test")
    initech = await tenants.by_slug("initech")
    assert initech is not None
    with tenants.enter(initech):
        await jobs.enqueue("note", {"what": "before"})
        await runner.delete("initech")
        await jobs.enqueue("note", {"what": "after"})
    await workers.drain()
    assert not done
    assert await jobs.counts() == {}


async def test_one_tenant_never_fills_a_worker(acme: Tenant, globex: Tenant) -> None:
    with tenants.enter(acme):
        for _ in range(10):
            await jobs.enqueue("hold")
    async with working(Worker(concurrency=4)) as worker:
        await until(lambda: len(done) == 2)
        with tenants.enter(globex):
            await jobs.enqueue("note", {"what": "between"})
        await until(lambda: ("globex", "between") in done, 1.0)
        await until(lambda: len(worker.running) == 2)


async def test_ten_thousand_jobs_of_one_tenant_hardly_delay_another(acme: Tenant, globex: Tenant) -> None:
    await control_sql.execute(
        "INSERT INTO pgqueuer (priority, status, entrypoint, payload, headers)"
        " SELECT -least(n, 1000), 'queued', 'note', '{}', jsonb_build_object('tenant', $1::text) FROM generate_series(0, 9999) n",
        str(acme.id),
    )
    async with working(Worker(concurrency=10)):
        await asyncio.sleep(0.5)
        waits = []
        with tenants.enter(globex):
            for number in range(5):
                began = time.monotonic()
                await jobs.enqueue("note", {"what": number})
                await until(lambda number=number: ("globex", number) in done)  # type: ignore[misc]  # bound at once
                waits.append(time.monotonic() - began)
        assert max(waits) < 2.0, waits
        assert (await jobs.counts())["queued"] > 100


async def test_long_queues_move_up_as_they_are_worked_off(acme: Tenant, globex: Tenant) -> None:
    for tenant, start in ((acme, -700), (globex, -5)):
        await control_sql.execute(
            "INSERT INTO pgqueuer (priority, status, entrypoint, payload, headers)"
            " SELECT $2 - n, 'queued', 'note', '{}', jsonb_build_object('tenant', $1::text) FROM generate_series(0, 4) n",
            str(tenant.id),
            start,
        )
    await queues.rebalance()
    rows = await control_sql.fetch(
        "SELECT priority FROM pgqueuer WHERE headers ->> 'tenant' = $1 ORDER BY id", str(acme.id)
    )
    assert [row[0] for row in rows] == [0, -1, -2, -3, -4]


async def test_what_a_dead_worker_held_is_taken_over_and_counts_as_an_attempt(in_acme: Tenant) -> None:
    await jobs.enqueue("note", {"what": "twice"})
    dead = Worker()
    (row,) = await queues.take(list(jobs.JOBS), {}, per_tenant=5, limit=5, worker=dead.id)
    alive = Worker(stale=timedelta(milliseconds=300))
    assert await alive.drain() == 0
    await asyncio.sleep(0.4)
    assert await alive.drain() == 1
    assert row["attempts"] == 0
    assert done == [("acme", "twice")]


async def test_a_job_that_kills_its_workers_is_set_aside_in_the_end(in_acme: Tenant) -> None:
    await jobs.enqueue("fail", {"what": "never begun"})
    await control_sql.execute(
        "UPDATE pgqueuer SET status = 'picked', attempts = 2, heartbeat = now() - interval '1 hour'"
    )
    await workers.drain()
    assert not done
    assert [gone.error for gone in await jobs.failed()] == ["WorkerDied: attempt 3"]


async def test_a_worker_that_is_stopped_lets_its_jobs_end_or_puts_them_back(
    in_acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "GRACE_SECONDS", 0.2)
    await jobs.enqueue("hold")
    async with signals.listening():
        worker = Worker()
        task = asyncio.create_task(worker.run())
        await until(lambda: done)
        worker.stop()
        await task
    (back,) = await jobs.pending()
    assert (back.status, back.attempts) == ("queued", 0)


async def test_a_worker_lives_through_a_broken_connection(in_acme: Tenant) -> None:
    async with working(Worker()):
        await jobs.enqueue("note", {"what": 1})
        await until(lambda: len(done) == 1)
        async with cells.connection() as admin:
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid()"
            )
        for attempt in range(20):
            with contextlib.suppress(Exception):
                await jobs.enqueue("note", {"what": 2})
                break
            await asyncio.sleep(0.1 * attempt)
        await until(lambda: ("acme", 2) in done, 8.0)


async def test_the_queue_is_what_the_library_expects(control: Cell) -> None:
    """After an upgrade of pgqueuer this says what the next control migration has to do."""
    plan = await QUEUE.plan_upgrade()
    assert list(plan.statements) == []


async def test_the_same_alarm_is_counted_not_repeated(acme: Tenant) -> None:
    first = await alarms.raise_alarm("mail.quarantine", "A message could not be read\0\ud800", "once")
    assert await alarms.raise_alarm("mail.quarantine", "A message could not be read\0\ud800", "twice") == first
    with tenants.enter(acme):
        await alarms.raise_alarm("mail.quarantine", "A message could not be read\0\ud800")
    found = {alarm.tenant: alarm for alarm in await alarms.open_alarms()}
    assert (found[None].times, found[None].detail, found["acme"].times) == (2, "twice", 1)
    assert await alarms.resolve(first)
    assert not await alarms.resolve(first)
    assert [alarm.tenant for alarm in await alarms.open_alarms()] == ["acme"]
    assert len(await alarms.open_alarms(resolved=True)) == 2
