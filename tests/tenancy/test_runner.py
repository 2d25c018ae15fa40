"""A tenant is created, suspended, resumed and deleted whole, whatever happens to the process meanwhile."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest

from app.core import settings as settings_module
from app.core.db import TENANT, DatabaseDown, sql
from app.core.db import control as control_sql
from app.core.errors import Conflict, Invalid
from app.core.settings import settings
from app.tenancy import cells, runner, tenants
from app.tenancy.cells import Cell
from app.tenancy.tenants import Tenant


@pytest.fixture(autouse=True)
def hooks() -> Iterator[None]:
    before = runner._hooks
    runner.compose(())
    yield
    runner.compose(before)


async def test_a_new_tenant_is_usable_at_once_and_costs_less_than_a_second(control: Cell) -> None:
    made = await runner.create("initech", "Initech", "you@initech.test")
    assert made.database_seconds < 30
    assert (made.host, made.url) == ("initech.localhost", "http://initech.localhost:8000/")
    with tenants.enter(await tenants.at("initech.localhost")):
        assert await sql.fetchval("SELECT count(*) FROM tickets") == 0


@pytest.mark.parametrize(
    "name",
    ["Ünïcødé", "株式会社イニテック", "شركة", "O'Brien; DROP TABLE tenants", '"quoted"', "👩‍👩‍👧 & Söhne", "x" * 200],
)
async def test_a_tenant_has_any_name_that_a_company_can_have(control: Cell, name: str) -> None:
    await runner.create("initech", name, "you@initech.test")
    assert (await runner.show("initech")).name == name


@pytest.mark.parametrize(
    ("slug", "name", "email", "wrong"),
    [
        ("www", "Initech", "you@initech.test", "slug"),
        ("Initech", "Initech", "you@initech.test", "slug"),
        ("initech", "  ", "you@initech.test", "name"),
        ("initech", "x" * 201, "you@initech.test", "name"),
        ("initech", "Ini\0tech", "you@initech.test", "name"),
        ("initech", "\ud800", "you@initech.test", "name"),
        ("initech", "Initech", "nobody", "admin_email"),
    ],
)
async def test_what_cannot_be_a_tenant_is_refused_with_the_field(
    control: Cell, slug: str, name: str, email: str, wrong: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        await runner.create(slug, name, email)
    assert list(refusal.value.errors) == [wrong]
    assert {one.slug for one in await runner.list()} == {"acme", "globex"}


async def test_a_short_name_is_taken_once(acme: Tenant) -> None:
    with pytest.raises(runner.SlugTaken):
        await runner.create("acme", "Another", "you@acme.test")


async def test_two_who_create_the_same_tenant_at_once_get_one(control: Cell) -> None:
    results = await asyncio.gather(
        *(runner.create("initech", "Initech", "you@initech.test") for _ in range(3)), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["Created", "SlugTaken", "SlugTaken"]


async def test_slices_prepare_a_new_tenant_and_a_failing_one_can_be_finished(control: Cell) -> None:
    async def member(tenant: Tenant, admin_email: str) -> dict[str, str]:
        assert tenants.current() == tenant
        await sql.execute("INSERT INTO event_cursors (reader) VALUES ('first') ON CONFLICT DO NOTHING")
        return {"Invitation": f"sent to {admin_email}"}

    async def broken(tenant: Tenant, admin_email: str) -> None:
        raise LookupError("no mail channel")

    runner.compose([member, broken])
    with pytest.raises(LookupError):
        await runner.create("initech", "Initech", "you@initech.test")
    assert (await runner.show("initech")).status == "creating"
    with pytest.raises(tenants.NoSuchHost):
        await tenants.at("initech.localhost")
    runner.compose([member])
    made = await runner.create("initech", "Initech", "you@initech.test")
    assert made.notes == {"Invitation": "sent to you@initech.test"}
    with tenants.enter(await tenants.at("initech.localhost")):
        assert await sql.fetchval("SELECT count(*) FROM event_cursors") == 1


async def test_a_deleted_tenant_leaves_nothing_and_its_name_is_free(control: Cell) -> None:
    await runner.create("initech", "Initech", "you@initech.test")
    tenant = await tenants.at("initech.localhost")
    with tenants.enter(tenant):
        await sql.fetchval("SELECT 1")
        folder = settings().blobs / str(tenant.id) / "ab"
        folder.mkdir(parents=True)
        (folder / "abcd").write_text("the broken printer")
        await runner.delete("initech")
        with pytest.raises(DatabaseDown):
            await sql.fetchval("SELECT 1")
    assert not (settings().blobs / str(tenant.id)).exists()
    async with cells.connection() as admin:
        assert not await admin.fetchval("SELECT count(*) FROM pg_database WHERE datname = $1", tenant.db.database)
        assert not await admin.fetchval(
            "SELECT count(*) FROM pg_roles WHERE starts_with(rolname, $1)", tenant.db.database
        )
    for table in ("tenant_hosts", "migrations", "mail_routes", "alarms"):
        assert not await control_sql.fetchval(f"SELECT count(*) FROM {table} WHERE tenant_id = $1", tenant.id)
    with pytest.raises(runner.NoSuchTenant):
        await runner.delete("initech")
    await runner.create("initech", "Initech again", "you@initech.test")


async def test_a_tenant_is_deleted_although_somebody_is_connected(control: Cell) -> None:
    await runner.create("initech", "Initech", "you@initech.test")
    tenant = await tenants.at("initech.localhost")
    stranger = await asyncpg.connect(**tenant.db._asdict())
    await runner.delete("initech")
    with pytest.raises((asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.AdminShutdownError)):
        await stranger.fetchval("SELECT 1")
    stranger.terminate()


async def test_a_tenant_in_deletion_cannot_be_suspended_or_resumed(control: Cell) -> None:
    await runner.create("initech", "Initech", "you@initech.test")
    await control_sql.execute("UPDATE tenants SET status = 'deleting' WHERE slug = 'initech'")
    for turn in (runner.suspend, runner.resume):
        with pytest.raises(Conflict):
            await turn("initech")


async def test_two_processes_do_not_work_on_one_tenant(acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "LOCK_SECONDS", 0.2)
    async with runner._only_one("acme"):
        with pytest.raises(runner.TenantBusy):
            await runner.suspend("acme")


async def test_a_control_database_that_is_not_set_up_says_what_to_do(pg: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FONDACO_CONTROL_DATABASE", "fondaco_nowhere")
    settings_module.forget()
    try:
        async with cells.open_pools():
            with pytest.raises(cells.NotPrepared, match="fondaco migrate"):
                await runner.create("initech", "Initech", "you@initech.test")
    finally:
        monkeypatch.undo()
        settings_module.forget()


async def test_a_cold_tenant_answers_fast(acme: Tenant) -> None:
    """The app role's password is not stretched, as nobody guesses 256 random bits: connecting stays cheap."""
    assert TENANT.pool is not None
    times = []
    with tenants.enter(acme):
        for _ in range(5):
            await TENANT.pool.evict()
            began = time.monotonic()
            await sql.fetchval("SELECT 1")
            times.append(time.monotonic() - began)
    assert min(times) < 0.1


@pytest.mark.parametrize("play", ["create", "delete", "migrate", "suspend"])
async def test_every_step_can_be_repeated_after_kill_9(lone: Cell, play: str) -> None:
    await _kill_and_repeat(play, stride=7)


@pytest.mark.slow
@pytest.mark.parametrize("play", ["create", "delete", "migrate", "suspend"])
async def test_every_step_can_be_repeated_after_kill_9_at_every_statement(lone: Cell, play: str) -> None:
    await _kill_and_repeat(play, stride=1)


async def _kill_and_repeat(play: str, *, stride: int) -> None:
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "tests.tenancy.killing", play, str(stride)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-500:] + done.stderr[-3000:]
    assert int(done.stdout.splitlines()[-1]) > 3


@pytest.fixture
async def bound_admin(pg: str, worker: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Settings whose database user may create databases and roles, and nothing else: no superuser."""
    server = settings().server
    name = f"bound_{worker}"
    async with cells.connection("postgres") as admin:
        await admin.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'bound' CREATEDB CREATEROLE")
        await admin.execute(f"CREATE DATABASE fondaco_{name} OWNER {name}")
        monkeypatch.setenv(
            "FONDACO_DATABASE_URL", f"postgresql://{name}:bound@/postgres?host={server.host}&port={server.port}"
        )
        monkeypatch.setenv("FONDACO_CONTROL_DATABASE", f"fondaco_{name}")
        settings_module.forget()
        await tenants.forget()
        yield
        for row in await admin.fetch(
            "SELECT datname FROM pg_database JOIN pg_roles r ON r.oid = datdba WHERE rolname = $1", name
        ):
            await admin.execute(f'DROP DATABASE "{row[0]}" WITH (FORCE)')
        for row in await admin.fetch(
            "SELECT m.rolname FROM pg_roles m WHERE pg_has_role($1, m.oid, 'MEMBER') AND m.rolname NOT LIKE 'pg_%'",
            name,
        ):
            if row[0] != name:
                await admin.execute(f'DROP ROLE "{row[0]}"')
        await admin.execute(f"DROP ROLE {name}")
    monkeypatch.undo()
    settings_module.forget()


async def test_an_administrator_who_is_no_superuser_can_run_a_cell(bound_admin: None) -> None:
    async with cells.open_pools():
        report = await runner.migrate()
        assert not [sentence for sentence in report.advice if "fondaco_bound" in sentence]
        await runner.create("initech", "Initech", "you@initech.test")
        tenant = await tenants.at("initech.localhost")
        with tenants.enter(tenant):
            assert await sql.fetchval("SELECT count(*) FROM events") == 0
            owner = await sql.fetchval("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
            assert owner == f"{tenant.db.database}_owner"
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await sql.execute("DELETE FROM events")
        await control_sql.execute("UPDATE tenants SET schema_version = '0001_journal'")
        assert (await runner.migrate()).migrated == ["initech"]
        await runner.change_password("initech")
        await runner.suspend("initech")
        await runner.resume("initech")
        stranger = await asyncpg.connect(**(await tenants.at("initech.localhost")).db._asdict())
        await runner.delete("initech")
        assert await runner.list() == []
        stranger.terminate()
