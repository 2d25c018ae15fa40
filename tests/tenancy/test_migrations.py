"""Each migration runs once in every database, and what goes wrong is said by name."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.core.db import control as control_sql
from app.core.db import sql
from app.tenancy import cells, fleet, migrations, runner, templates, tenants
from app.tenancy.cells import Cell
from app.tenancy.migrations import MigrationError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A tenant history of one migration, to which tests add."""
    (tmp_path / "tenant").mkdir()
    write(
        tmp_path,
        "0001_first.sql",
        "-- The first table.\nCREATE TABLE events (id int);\nCREATE TABLE things (id int);\n",
    )
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    (folder / "tenant" / name).write_text(text)


def read(folder: Path) -> migrations.History:
    return migrations.read("tenant", folder)


async def create(slug: str, folder: Path) -> None:
    await runner.create(slug, slug.title(), f"you@{slug}.test", history=read(folder))


async def columns(slug: str, table: str = "things") -> list[str]:
    tenant = await tenants.by_slug(slug)
    assert tenant is not None
    with tenants.enter(tenant):
        rows = await sql.fetch("SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0", table)
    return [row[0] for row in rows]


@pytest.mark.parametrize("name", ["control", "tenant"])
def test_our_own_histories_are_one_line_without_gaps(name: str) -> None:
    history = migrations.read(name)
    assert [migration.name[:4] for migration in history.migrations] == [
        f"{number:04}" for number in range(1, len(history.migrations) + 1)
    ]
    assert all(migration.sentence.endswith(".") for migration in history.migrations)


def test_two_migrations_with_one_number_are_refused(folder: Path) -> None:
    write(folder, "0001_other.sql", "-- Another.\n")
    with pytest.raises(MigrationError, match=r"0001_other.sql and 0001_first.sql have the same number"):
        read(folder)


def test_a_migration_without_a_first_sentence_or_a_proper_name_is_refused(folder: Path) -> None:
    write(folder, "0002_second.sql", "CREATE TABLE x ();\n")
    with pytest.raises(MigrationError, match="first line"):
        read(folder)
    (folder / "tenant" / "0002_second.sql").unlink()
    write(folder, "2_second.sql", "-- Second.\n")
    with pytest.raises(MigrationError, match="NNNN_words"):
        read(folder)


async def test_a_tenant_is_brought_to_head_by_sql_and_by_python(lone: Cell, folder: Path) -> None:
    await create("initech", folder)
    write(folder, "0002_colour.sql", "-- Things have colours.\nALTER TABLE things ADD COLUMN colour text;\n")
    write(
        folder,
        "0003_rows.py",
        '"""One thing is there from the start."""\n'
        "async def up(connection):\n    await connection.execute(\"INSERT INTO things VALUES (1, 'red')\")\n",
    )
    report = await fleet.migrate(history=read(folder))
    assert report.migrated == ["initech"]
    assert await columns("initech") == ["id", "colour"]
    assert (await runner.show("initech")).schema_version == "0003_rows"
    again = await fleet.migrate(history=read(folder))
    assert (again.migrated, again.at_head) == ([], 1)


async def test_a_tenant_at_head_is_not_connected_to(lone: Cell, folder: Path) -> None:
    await create("initech", folder)
    details = await runner.show("initech")
    async with cells.connection() as admin:
        await admin.execute(f'ALTER DATABASE "{details.database}" ALLOW_CONNECTIONS false')
    report = await fleet.migrate(history=read(folder))
    assert report.at_head == 1
    assert "initech" not in report.failed


async def test_a_failing_tenant_is_named_with_its_reason_and_the_others_are_done(lone: Cell, folder: Path) -> None:
    for slug in ("aaa", "bad", "ccc"):
        await create(slug, folder)
    bad = await runner.show("bad")
    async with cells.connection(bad.database) as admin:
        await admin.execute("CREATE TABLE colours (id int)")
    write(
        folder,
        "0002_colours.sql",
        "-- Colours.\nALTER TABLE things ADD COLUMN colour int;\nCREATE TABLE colours (id int);\n",
    )
    seen: list[tuple[int, int, str, bool]] = []
    report = await fleet.migrate(
        progress=lambda done, of, slug, failure: seen.append((done, of, slug, failure is not None)),
        history=read(folder),
    )
    assert report.migrated == ["aaa", "ccc"]
    assert report.failed == {"bad": '0002_colours: DuplicateTableError: relation "colours" already exists'}
    assert {(slug, failed) for _done, _of, slug, failed in seen} == {("aaa", False), ("bad", True), ("ccc", False)}
    assert seen[-1][:2] == (3, 3)
    assert await columns("bad") == ["id"]

    async with cells.connection(bad.database) as admin:
        await admin.execute("DROP TABLE colours")
    report = await fleet.migrate(history=read(folder))
    assert (report.migrated, report.failed, report.at_head) == (["bad"], {}, 2)


async def test_a_migration_changed_after_it_ran_is_reported_without_connecting(lone: Cell, folder: Path) -> None:
    await create("initech", folder)
    write(
        folder,
        "0001_first.sql",
        "-- The first table.\nCREATE TABLE events (id bigint);\nCREATE TABLE things (id int);\n",
    )
    report = await fleet.migrate(history=read(folder))
    assert list(report.failed) == ["initech"]
    assert "0001_first was changed after it had been applied" in report.failed["initech"]


async def test_a_database_that_is_newer_than_the_release_is_left_alone(lone: Cell, folder: Path) -> None:
    write(folder, "0002_colour.sql", "-- Things have colours.\nALTER TABLE things ADD COLUMN colour text;\n")
    await create("initech", folder)
    (folder / "tenant" / "0002_colour.sql").unlink()
    report = await fleet.migrate(history=read(folder))
    assert "newer" in report.failed["initech"]


async def test_a_crash_between_the_two_ledgers_mends_itself(lone: Cell, folder: Path) -> None:
    await create("initech", folder)
    write(folder, "0002_colour.sql", "-- Things have colours.\nALTER TABLE things ADD COLUMN colour text;\n")
    await fleet.migrate(history=read(folder))
    await control_sql.execute("DELETE FROM migrations WHERE migration = '0002_colour'")
    await control_sql.execute("UPDATE tenants SET schema_version = '0001_first' WHERE slug = 'initech'")
    report = await fleet.migrate(history=read(folder))
    assert report.migrated == ["initech"]
    assert await control_sql.fetchval("SELECT count(*) FROM migrations WHERE migration = '0002_colour'") == 1


async def test_a_migration_waits_for_a_lock_only_so_long(
    lone: Cell, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "LOCK_TIMEOUT", "100ms")
    monkeypatch.setattr(migrations, "LOCK_TRIES", 2)
    await create("initech", folder)
    write(folder, "0002_colour.sql", "-- Things have colours.\nALTER TABLE things ADD COLUMN colour text;\n")
    details = await runner.show("initech")
    async with cells.connection(details.database) as user, user.transaction():
        await user.execute("SELECT * FROM things")
        report = await fleet.migrate(history=read(folder))
        assert "somebody holds a lock" in report.failed["initech"]
    assert (await fleet.migrate(history=read(folder))).migrated == ["initech"]


async def test_two_runners_at_once_apply_everything_once(lone: Cell, folder: Path) -> None:
    await create("initech", folder)
    write(folder, "0002_colour.sql", "-- Colours.\nALTER TABLE things ADD COLUMN colour text;\nSELECT pg_sleep(0.2);\n")
    first, second = await asyncio.gather(fleet.migrate(history=read(folder)), fleet.migrate(history=read(folder)))
    assert (first.failed, second.failed) == ({}, {})
    assert await columns("initech") == ["id", "colour"]


async def test_new_tables_belong_to_the_owner_and_can_be_used_by_the_application(lone: Cell, folder: Path) -> None:
    await create("initech", folder)
    write(
        folder,
        "0002_event_seals.sql",
        "-- Seals.\nCREATE TABLE event_seals (id int);\nCREATE TABLE more (id serial);\n",
    )
    await fleet.migrate(history=read(folder))
    tenant = await tenants.by_slug("initech")
    assert tenant is not None
    with tenants.enter(tenant):
        await sql.execute("INSERT INTO more DEFAULT VALUES")
        owners = await sql.fetchval(
            "SELECT array_agg(DISTINCT tableowner::text) FROM pg_tables WHERE schemaname = 'public'"
        )
        assert owners == [f"{tenant.db.database}_owner"]
        assert not await sql.fetchval("SELECT has_table_privilege('event_seals', 'DELETE')")


async def test_the_template_is_rebuilt_when_migrations_change_and_the_old_one_goes(lone: Cell, folder: Path) -> None:
    async with cells.connection() as admin:
        first = await templates.ensure(admin, lone, read(folder))
        write(folder, "0002_colour.sql", "-- Things have colours.\nALTER TABLE things ADD COLUMN colour text;\n")
        second = await templates.ensure(admin, lone, read(folder))
        left = await admin.fetch("SELECT datname FROM pg_database WHERE datname LIKE $1", f"{lone.prefix}_template%")
        assert first != second
        assert [row[0] for row in left] == [second]
        assert not await admin.fetchval("SELECT datallowconn FROM pg_database WHERE datname = $1", second)


async def test_trusted_extensions_can_be_made_by_a_migration(lone: Cell, folder: Path) -> None:
    write(folder, "0002_search.sql", "-- Search by similarity.\nCREATE EXTENSION pg_trgm;\n")
    await create("initech", folder)
    tenant = await tenants.by_slug("initech")
    assert tenant is not None
    with tenants.enter(tenant):
        assert await sql.fetchval("SELECT similarity('printer', 'printers')") > 0.5
