"""Kills a process with SIGKILL at one statement after another, and looks whether doing it again makes everything whole.

Run as a program: `killing.py create|delete|migrate|suspend STRIDE`. For every statement (each STRIDE-th) a forked child
does the work and dies before the server gets it, and another one while the server works on it. Then a child does the
work again, undisturbed, and says what is not as it should be. Prints the number of deaths; exits with 1 on a finding.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg

from app.core.db import control, sql
from app.core.settings import settings
from app.tenancy import cells, fleet, migrations, runner, tenants
from app.tenancy.tenants import Tenant

FIRST = "-- First.\nCREATE TABLE events (id int);\nCREATE TABLE marks (what text PRIMARY KEY);\n"
SECOND = "-- Second.\nALTER TABLE marks ADD COLUMN colour text;\nCREATE TABLE event_seals (id int);\n"
folder = Path(tempfile.mkdtemp())


def history(count: int) -> migrations.History:
    (folder / "tenant").mkdir(exist_ok=True)
    for number, text in enumerate((FIRST, SECOND), 1):
        path = folder / "tenant" / f"{number:04}_step.sql"
        path.write_text(text)
        if number > count:
            path.unlink()
    return migrations.read("tenant", folder)


async def mark(tenant: Tenant, admin_email: str) -> dict[str, str]:
    await sql.execute("INSERT INTO marks VALUES ('hook') ON CONFLICT DO NOTHING")
    await control.execute(
        "INSERT INTO mail_routes VALUES ($1, $2) ON CONFLICT DO NOTHING", f"support@{tenant.slug}.localhost", tenant.id
    )
    return {"Invitation": admin_email}


def die_at(number: int, *, midway: bool) -> None:
    """Lets this process kill itself at its statement `number`: before it is sent, or just after."""
    count = 0

    def wrap(original: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def counted(*arguments: Any, **named: Any) -> Any:
            nonlocal count
            count += 1
            if count == number:
                if not midway:
                    os.kill(os.getpid(), signal.SIGKILL)
                asyncio.get_running_loop().call_later(0.002, os.kill, os.getpid(), signal.SIGKILL)
            return await original(*arguments, **named)

        return counted

    for name in ("execute", "_execute", "_executemany"):
        setattr(asyncpg.Connection, name, wrap(getattr(asyncpg.Connection, name)))


def in_child(work: Callable[[], Awaitable[None]], *, die: tuple[int, bool] | None = None) -> int:
    """The exit status of a forked child that did `work`: 0, 1 after a failure, -9 when it was killed."""
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    try:
        if die:
            die_at(die[0], midway=die[1])

        async def inside() -> None:
            async with cells.open_pools():
                await work()

        asyncio.run(inside())
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


async def create() -> None:
    await runner.create("initech", "Initech", "you@initech.test", history=history(2))


async def created() -> None:
    with contextlib.suppress(runner.SlugTaken):  # it died after the last step
        await create()
    tenant = await tenants.at("initech.localhost")
    with tenants.enter(tenant):
        assert await sql.fetchval("SELECT count(*) FROM marks") == 1
        owners = await sql.fetchval(
            "SELECT array_agg(DISTINCT tableowner::text) FROM pg_tables WHERE schemaname = 'public'"
        )
        assert owners == [f"{tenant.db.database}_owner"], owners
        assert not await sql.fetchval("SELECT has_table_privilege('event_seals', 'DELETE')")
    assert (await runner.show("initech")).schema_version == "0002_step"
    assert await control.fetchval("SELECT count(*) FROM migrations WHERE tenant_id = $1", tenant.id) == 2
    prefix = (await cells.current()).prefix
    async with cells.connection() as admin:
        assert tenant.db.database not in await cells.open_doors(admin)
        databases = await admin.fetch("SELECT datname FROM pg_database WHERE starts_with(datname, $1)", prefix)
        assert len(databases) == 2, databases
        roles = await admin.fetch("SELECT rolname FROM pg_roles WHERE starts_with(rolname, $1)", prefix)
        assert len(roles) == 4, roles


async def delete() -> None:
    await runner.delete("initech")


async def deleted() -> None:
    with contextlib.suppress(runner.NoSuchTenant):  # it died after the last step
        await delete()
    prefix = (await cells.current()).prefix
    async with cells.connection() as admin:
        assert not await admin.fetch("SELECT 1 FROM pg_database WHERE starts_with(datname, $1)", f"{prefix}_t_")
        assert not await admin.fetch("SELECT 1 FROM pg_roles WHERE starts_with(rolname, $1)", f"{prefix}_t_")
    for table in ("tenants", "tenant_hosts", "mail_routes", "alarms", "pgqueuer"):
        assert not await control.fetchval(f"SELECT count(*) FROM {table}"), table
    assert not await control.fetchval("SELECT count(*) FROM migrations WHERE tenant_id IS NOT NULL")
    assert not list(settings().blobs.glob("*"))


async def owning() -> None:
    """Initech with something of every kind that it can own."""
    await create()
    tenant = await tenants.at("initech.localhost")
    await control.execute(
        "INSERT INTO pgqueuer (priority, status, entrypoint, headers) VALUES (0, 'queued', 'x', jsonb_build_object('tenant', $1::text))",
        str(tenant.id),
    )
    await control.execute(
        "INSERT INTO alarms (id, tenant_id, kind, summary, created_at, last_at) VALUES ($1, $1, 'x', 'x', now(), now())",
        tenant.id,
    )
    blob = settings().blobs / str(tenant.id) / "ab" / "cd"
    blob.mkdir(parents=True)
    (blob / "abcd").write_text("the broken printer")


async def three_behind() -> None:
    """Three tenants that lack the second migration."""
    for slug in ("aaa", "bbb", "ccc"):
        if not await tenants.by_slug(slug):
            await runner.create(slug, slug, f"you@{slug}.test", history=history(2))
        async with cells.connection((await runner.show(slug)).database) as admin:
            await admin.execute("ALTER TABLE marks DROP COLUMN colour; DROP TABLE event_seals")
            await admin.execute("DELETE FROM schema_migrations WHERE migration = '0002_step'")
    await control.execute("DELETE FROM migrations WHERE tenant_id IS NOT NULL AND migration = '0002_step'")
    await control.execute("UPDATE tenants SET schema_version = '0001_step'")


async def migrate() -> None:
    await fleet.migrate(history=history(2), parallel=2)


async def migrated() -> None:
    report = await fleet.migrate(history=history(2))
    assert not report.failed, report
    for tenant in await tenants.all_active():
        with tenants.enter(tenant):
            assert await sql.fetchval("SELECT count(*) FROM marks WHERE colour IS NULL") == 1
    assert await control.fetchval("SELECT count(*) FROM migrations WHERE tenant_id IS NOT NULL") == 6


async def suspend() -> None:
    await runner.suspend("initech")
    await runner.resume("initech")


async def suspended() -> None:
    await runner.suspend("initech")
    assert await control.fetchval("SELECT bool_and(priority < 0) FROM pgqueuer")
    await runner.resume("initech")
    assert await control.fetchval("SELECT bool_and(priority = 0) FROM pgqueuer")
    assert (await tenants.at("initech.localhost")).is_active


async def nothing() -> None:
    """No preparation."""


async def cleared() -> None:
    for one in await runner.list():
        await runner.delete(one.slug)


PLAYS: dict[str, tuple[Callable[[], Awaitable[None]], Callable[[], Awaitable[None]], Callable[[], Awaitable[None]]]] = {
    "create": (nothing, create, created),
    "delete": (owning, delete, deleted),
    "migrate": (three_behind, migrate, migrated),
    "suspend": (owning, suspend, suspended),
}


def main() -> int:
    prepare, work, check = PLAYS[sys.argv[1]]
    stride = int(sys.argv[2])
    runner.compose([mark])
    deaths = 0
    for midway in (False, True):
        for number in range(1, 1000, stride):
            assert in_child(prepare) == 0
            status = in_child(work, die=(number, midway))
            assert in_child(check) == 0, f"not whole after a death at statement {number}, midway: {midway}"
            if work is not migrate:
                assert in_child(cleared) == 0
            if status == 0:
                break
            assert status == -signal.SIGKILL, status
            deaths += 1
    print(deaths)
    return 0


if __name__ == "__main__":
    sys.exit(main())
