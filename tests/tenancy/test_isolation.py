"""Each tenant's role reaches its own database and nothing else on the server."""

from __future__ import annotations

import asyncpg
import pytest

from app.core.db import NoTenant, sql
from app.core.settings import settings
from app.tenancy import cells, migrations, templates, tenants
from app.tenancy.cells import Cell
from app.tenancy.tenants import Tenant


async def connect_as(tenant: Tenant, database: str) -> None:
    connection = await asyncpg.connect(
        database=database,
        user=tenant.db.user,
        password=tenant.db.password,
        host=tenant.db.host,
        port=tenant.db.port,
    )
    await connection.close()


async def test_a_tenants_role_connects_to_its_own_database(acme: Tenant) -> None:
    await connect_as(acme, acme.db.database)


@pytest.mark.parametrize("database", ["postgres", "template1", "control", "globex", "template"])
async def test_a_tenants_role_connects_to_no_other_database(
    acme: Tenant, globex: Tenant, control: Cell, database: str
) -> None:
    named = {
        "control": settings().control_database,
        "globex": globex.db.database,
        "template": templates.name_of(control, migrations.read("tenant")),
    }
    with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.ObjectNotInPrerequisiteStateError)):
        await connect_as(acme, named.get(database, database))


async def test_a_tenants_role_cannot_become_another(in_acme: Tenant, globex: Tenant) -> None:
    for role in (globex.db.user, f"{globex.db.database}_owner", f"{in_acme.db.database}_owner"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await sql.execute(f'SET ROLE "{role}"')


async def test_a_tenants_role_makes_no_tables_and_changes_none(in_acme: Tenant) -> None:
    for statement in (
        "CREATE TABLE mine (id int)",
        "ALTER TABLE members ADD COLUMN x int",
        "DROP TABLE members",
        "TRUNCATE members",
        "CREATE DATABASE mine",
        "CREATE ROLE mine",
        "SELECT * FROM schema_migrations",
        "SELECT * FROM pg_authid",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await sql.execute(statement)


async def test_the_journal_can_be_written_and_read_but_not_rewritten(in_acme: Tenant) -> None:
    await sql.execute(
        "INSERT INTO events (id, at, name, kind, actor_kind, actor_name)"
        " VALUES (gen_random_uuid(), now(), 'ticket.opened', 'ticket', 'system', 'Fondaco')"
    )
    assert await sql.fetchval("SELECT name FROM events") == "ticket.opened"
    for statement in (
        "UPDATE events SET name = 'x'",
        "DELETE FROM events",
        "TRUNCATE events",
        "DELETE FROM event_seals",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await sql.execute(statement)


async def test_all_tables_belong_to_the_tenants_owner_role_which_cannot_sign_in(in_acme: Tenant) -> None:
    owners = {
        row["tableowner"] for row in await sql.fetch("SELECT tableowner FROM pg_tables WHERE schemaname = 'public'")
    }
    assert owners == {f"{in_acme.db.database}_owner"}
    assert await sql.fetchval("SELECT rolcanlogin FROM pg_roles WHERE rolname = $1", owners.pop()) is False


async def test_a_long_statement_of_a_tenant_is_stopped_by_the_database(in_acme: Tenant) -> None:
    assert await sql.fetchval("SHOW statement_timeout") == f"{settings().statement_timeout_ms // 1000}s"
    assert await sql.fetchval("SHOW idle_in_transaction_session_timeout") == "1min"


async def test_nothing_in_names_on_the_server_says_who_the_tenant_is(acme: Tenant) -> None:
    assert "acme" not in f"{acme.db.database} {acme.db.user}"


async def test_outside_a_tenant_there_is_no_database(acme: Tenant) -> None:
    with pytest.raises(NoTenant):
        await sql.fetchval("SELECT 1")
    with pytest.raises(NoTenant):
        tenants.current()


async def test_no_door_of_ours_is_open_to_everybody(acme: Tenant, globex: Tenant) -> None:
    async with cells.connection() as admin:
        ours = {settings().control_database, acme.db.database, globex.db.database, "postgres", "template1"}
        assert not ours & set(await cells.open_doors(admin))
