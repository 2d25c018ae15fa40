"""One capped set of connections for many tenants: never a wrong row, never more than the cap, nobody starves."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator

import pytest

from app.core import db
from app.core.db import TENANT, DatabaseDown, KeyedPool, NoTenant, after_commit, current_db, spawn, sql, use_db
from app.tenancy import cells, tenants


@pytest.fixture
async def small(acme: tenants.Tenant, globex: tenants.Tenant) -> AsyncIterator[KeyedPool]:
    """A pool with room for three connections over all tenants, two for each."""
    before, pool = TENANT.pool, KeyedPool(cap=3, per_db=2, idle_seconds=60, wait_seconds=5)
    TENANT.pool = pool
    yield pool
    await pool.evict()
    TENANT.pool = before


async def where() -> str:
    return str(await sql.fetchval("SELECT current_database()"))


async def test_outside_a_tenant_nothing_is_asked(control: cells.Cell) -> None:
    with pytest.raises(NoTenant):
        await where()


async def test_many_at_once_reach_their_own_database_and_stay_under_the_cap(
    small: KeyedPool, acme: tenants.Tenant, globex: tenants.Tenant
) -> None:
    most = 0

    async def ask(tenant: tenants.Tenant) -> None:
        nonlocal most
        with tenants.enter(tenant):
            if random.random() < 0.5:
                async with TENANT.transaction():
                    await sql.fetchval("SELECT pg_sleep(0.002)")
                    assert await where() == tenant.db.database
            else:
                assert await where() == tenant.db.database
            most = max(most, small.open)

    await asyncio.gather(*(spawn(ask(random.choice([acme, globex]))) for _turn in range(300)))
    assert most <= 3
    assert not small.busy


async def test_a_tenant_without_a_connection_gets_the_place_of_the_longest_idle(
    acme: tenants.Tenant, globex: tenants.Tenant
) -> None:
    pool = KeyedPool(cap=1, per_db=1)
    first = await pool.get(acme.db)
    pool.put(acme.db, first)
    second = await pool.get(globex.db)
    assert pool.open == 1
    assert pool.evictions == 1
    pool.put(globex.db, second)
    await pool.evict()


async def test_a_busy_tenant_hands_over_to_one_that_has_none(acme: tenants.Tenant, globex: tenants.Tenant) -> None:
    pool = KeyedPool(cap=2, per_db=2, patience=0.01)
    held = [await pool.get(acme.db), await pool.get(acme.db)]
    waiting = asyncio.create_task(pool.get(globex.db))
    await asyncio.sleep(0.05)
    pool.put(acme.db, held.pop())
    got = await asyncio.wait_for(waiting, 5)
    assert await got.fetchval("SELECT current_database()") == globex.db.database
    pool.put(globex.db, got)
    pool.put(acme.db, held.pop())
    await pool.evict()
    assert pool.open == 0


async def test_a_cancelled_query_gives_no_half_read_connection_away(small: KeyedPool, acme: tenants.Tenant) -> None:
    with tenants.enter(acme):
        slow = spawn(sql.fetchval("SELECT pg_sleep(5)"))
        await asyncio.sleep(0.1)
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow
        assert await sql.fetchval("SELECT 7") == 7
    assert not small.busy


async def test_who_waits_too_long_is_told(acme: tenants.Tenant) -> None:
    pool = KeyedPool(cap=1, per_db=1, wait_seconds=0.1)
    held = await pool.get(acme.db)
    with pytest.raises(DatabaseDown):
        await pool.get(acme.db)
    pool.put(acme.db, held)
    assert await pool.get(acme.db) is held
    pool.put(acme.db, held)
    await pool.evict()


async def test_a_connection_that_died_while_idle_is_replaced_before_a_transaction(
    small: KeyedPool, acme: tenants.Tenant
) -> None:
    with tenants.enter(acme):
        pid = await sql.fetchval("SELECT pg_backend_pid()")
        async with cells.connection() as admin:
            await admin.fetchval("SELECT pg_terminate_backend($1)", pid)
        await asyncio.sleep(0.1)
        async with TENANT.transaction():
            assert await sql.fetchval("SELECT pg_backend_pid()") != pid


async def test_a_connection_that_dies_in_a_transaction_is_a_clear_refusal(
    small: KeyedPool, acme: tenants.Tenant
) -> None:
    with tenants.enter(acme):
        with pytest.raises(DatabaseDown):
            async with TENANT.transaction():
                pid = await sql.fetchval("SELECT pg_backend_pid()")
                async with cells.connection() as admin:
                    await admin.fetchval("SELECT pg_terminate_backend($1)", pid)
                await asyncio.sleep(0.1)
                await sql.fetchval("SELECT 1")
        assert await sql.fetchval("SELECT 1") == 1
    assert not small.busy


async def test_an_open_transaction_is_not_taken_into_another_tenant(
    acme: tenants.Tenant, globex: tenants.Tenant
) -> None:
    with tenants.enter(acme):
        async with TENANT.transaction():
            with tenants.enter(globex):
                assert await where() == globex.db.database
            assert await where() == acme.db.database


async def test_a_task_cannot_use_the_transaction_that_ended_before_it(acme: tenants.Tenant) -> None:
    with tenants.enter(acme):
        ended = asyncio.Event()

        async def late() -> None:
            await ended.wait()
            await sql.fetchval("SELECT 1")

        async with TENANT.transaction():
            inherited = asyncio.get_running_loop().create_task(late())
            apart = spawn(late())
        ended.set()
        with pytest.raises(RuntimeError, match="spawn"):
            await inherited
        await apart


async def test_what_follows_a_commit_runs_after_it_and_never_after_a_rollback(acme: tenants.Tenant) -> None:
    ran: list[str] = []

    async def follow() -> None:
        ran.append("after")

    with tenants.enter(acme):
        async with TENANT.transaction():
            await after_commit(follow)
            assert ran == []
        assert ran == ["after"]
        with pytest.raises(ValueError, match="no"):
            async with TENANT.transaction():
                await after_commit(follow)
                raise ValueError("no")
        assert ran == ["after"]


async def test_a_failing_follow_up_does_not_undo_the_answer(acme: tenants.Tenant) -> None:
    async def fail() -> None:
        raise ValueError("later")

    with tenants.enter(acme):
        async with TENANT.transaction():
            await after_commit(fail)


async def test_after_a_change_of_the_schema_no_old_statement_is_used(acme: tenants.Tenant) -> None:
    with tenants.enter(acme):
        assert len(await sql.fetch("SELECT * FROM teams")) == 0
        async with cells.connection(acme.db.database) as admin:
            await admin.execute("ALTER TABLE teams ADD COLUMN later text")
        assert TENANT.pool is not None
        await TENANT.pool.evict(acme.db.database)
        try:
            assert len(await sql.fetch("SELECT * FROM teams")) == 0
        finally:
            async with cells.connection(acme.db.database) as admin:
                await admin.execute("ALTER TABLE teams DROP COLUMN later")
            await TENANT.pool.evict(acme.db.database)


async def test_idle_connections_close(acme: tenants.Tenant) -> None:
    pool = KeyedPool(cap=2, per_db=2, idle_seconds=0.1)
    reaper = asyncio.create_task(pool.reap())
    pool.put(acme.db, await pool.get(acme.db))
    await asyncio.sleep(0.4)
    assert pool.open == 0
    reaper.cancel()


async def test_a_wrong_password_is_a_refusal_not_a_crash(acme: tenants.Tenant) -> None:
    with use_db(acme.db._replace(password="wrong")), pytest.raises(DatabaseDown):
        assert current_db.get().user == acme.db.user
        await sql.fetchval("SELECT 1")


async def test_piccolo_is_routed_too(acme: tenants.Tenant, globex: tenants.Tenant) -> None:
    from app.identity.tables import Member

    for tenant in (acme, globex):
        with tenants.enter(tenant):
            assert await Member.count() == 0
    with pytest.raises(NoTenant):
        await Member.count()
    assert isinstance(db.TENANT.pool, KeyedPool)
