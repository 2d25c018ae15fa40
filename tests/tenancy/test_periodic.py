"""Periodic work is done by one worker at a time, comes again, and one tenant's failure stops no other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from app.core.db import control as control_sql
from app.core.db import sql
from app.tenancy import periodic, runner, signals, tenants
from app.tenancy.cells import Cell
from app.tenancy.tenants import Tenant
from app.tenancy.workers import Worker

seen: list[str] = []


@pytest.fixture(autouse=True)
def works() -> Iterator[None]:
    before = dict(periodic.PERIODIC)
    periodic.PERIODIC.clear()
    seen.clear()
    yield
    periodic.PERIODIC.clear()
    periodic.PERIODIC.update(before)


async def test_work_for_each_tenant_runs_inside_every_active_one(acme: Tenant, globex: Tenant) -> None:
    @periodic.each_tenant("sweep", seconds=30)
    async def sweep() -> None:
        seen.append(f"{tenants.current().slug} {await sql.fetchval('SELECT current_database()')}")
        if tenants.current().slug == "acme":
            raise LookupError("the broken printer")

    await periodic.register_all()
    (one,) = await periodic.claim()
    await periodic.run(one)
    assert sorted(seen) == [f"acme {acme.db.database}", f"globex {globex.db.database}"]
    await runner.suspend("acme")
    await one.work()
    assert len(seen) == 3


async def test_due_work_is_given_to_one_worker_and_comes_again(control: Cell) -> None:
    @periodic.periodic("tidy", seconds=3600)
    async def tidy() -> None:
        seen.append("tidy")

    await periodic.register_all()
    claims = await asyncio.gather(*(periodic.claim() for _ in range(5)))
    assert sorted(len(claimed) for claimed in claims) == [0, 0, 0, 0, 1]
    await periodic.run(periodic.PERIODIC["tidy"])
    assert await periodic.claim() == []
    await control_sql.execute("UPDATE periodic_work SET next_at = now()")
    assert len(await periodic.claim()) == 1


async def test_a_failure_is_written_down_and_the_work_comes_again(control: Cell) -> None:
    @periodic.periodic("tidy", seconds=0.1)
    async def tidy() -> None:
        raise LookupError("no broom")

    await periodic.register_all()
    await periodic.run((await periodic.claim())[0])
    assert await control_sql.fetchval("SELECT failure FROM periodic_work") == "LookupError: no broom"
    await asyncio.sleep(0.15)
    assert len(await periodic.claim()) == 1


async def test_what_a_dead_worker_claimed_is_due_again_after_its_lease(control: Cell) -> None:
    @periodic.periodic("tidy", seconds=1)
    async def tidy() -> None: ...

    await periodic.register_all()
    assert await periodic.claim()
    left = await control_sql.fetchval("SELECT extract(epoch FROM next_at - now()) FROM periodic_work")
    assert 50 < left <= 60


async def test_a_worker_does_periodic_work_beside_its_jobs(control: Cell) -> None:
    @periodic.periodic("tick", seconds=0.1)
    async def tick() -> None:
        seen.append("tick")

    async with signals.listening():
        worker = Worker()
        task = asyncio.create_task(worker.run())
        await asyncio.sleep(1.3)
        worker.stop()
        await task
    assert len(seen) >= 2
