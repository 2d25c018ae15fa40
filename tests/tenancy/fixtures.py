"""The named world of the tests: a cell with the tenants acme and globex, made once per worker and emptied before each use."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from app.core import settings
from app.core.db import control as control_statements
from app.tenancy import cells, runner, tenants
from app.tenancy.cells import Cell
from app.tenancy.tenants import Tenant

NAMED = {"acme": ("Acme Printers", "kim@acme.test"), "globex": ("Globex", "gil@globex.test")}
KEPT_IN_CONTROL = ("cell", "migrations", "tenants", "tenant_hosts", "schema_migrations")


@dataclass
class World:
    """What outlives a test: the cell, and per database the tables that a migration has filled, which stay."""

    cell: Cell
    kept: dict[str, frozenset[str]] = field(default_factory=dict)


async def filled_tables(admin: Any) -> frozenset[str]:
    """The tables in this database that have rows."""
    tables = [row[0] for row in await admin.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    if not tables:
        return frozenset()
    asked = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\")" for table in tables)
    return frozenset(row[0] for row in await admin.fetch(asked))


async def empty(admin: Any, kept: frozenset[str]) -> None:
    """Empties every table but `kept`; an empty one costs nothing."""
    if tables := await filled_tables(admin) - kept:
        await admin.execute(f"TRUNCATE {', '.join(sorted(tables))} RESTART IDENTITY CASCADE")


async def _make_world() -> World:
    hooks, runner._hooks = runner._hooks, ()
    try:
        async with cells.open_pools():
            await runner.migrate()
            world = World(await cells.current())
            for slug, (name, email) in NAMED.items():
                if await tenants.by_slug(slug) is None:
                    await runner.create(slug, name, email)
                tenant = await tenants.by_slug(slug)
                assert tenant is not None
                async with cells.connection(tenant.db.database) as admin:
                    world.kept[tenant.db.database] = await filled_tables(admin)
            return world
    finally:
        runner._hooks = hooks


@pytest.fixture(scope="session")
def world(pg: str) -> Iterator[World]:
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as loop:
        yield loop.run(_make_world())


@asynccontextmanager
async def opened_world(world: World) -> AsyncIterator[Cell]:
    """Open pools on a control database that holds acme and globex, active, and nothing that a test has left."""
    await tenants.forget()
    async with cells.open_pools():
        async with cells.connection() as admin:
            await empty(admin, frozenset(KEPT_IN_CONTROL))
            await admin.execute(
                "UPDATE tenants SET status = 'active', suspended_at = NULL, settings = '{}' WHERE slug = ANY($1::text[])"
                " AND (status <> 'active' OR settings <> '{}')",
                list(NAMED),
            )
            await admin.execute(
                "DELETE FROM tenant_hosts WHERE host <> ALL($1::text[])", [f"{slug}.localhost" for slug in NAMED]
            )
        for row in await control_statements.fetch(
            "SELECT slug FROM tenants WHERE slug <> ALL($1::text[])", list(NAMED)
        ):
            await runner.delete(row["slug"])
        yield world.cell
    await tenants.forget()


async def emptied(world: World, slug: str) -> Tenant:
    tenant = await tenants.by_slug(slug)
    assert tenant is not None
    async with cells.connection(tenant.db.database) as admin:
        await empty(admin, world.kept[tenant.db.database])
    return tenant


@pytest.fixture
async def control(world: World) -> AsyncIterator[Cell]:
    """The cell: open pools, an empty queue, no alarms; nobody's context is entered."""
    async with opened_world(world) as cell:
        yield cell


@pytest.fixture
async def acme(control: Cell, world: World) -> Tenant:
    """Acme with an empty database. Go in with `with tenants.enter(acme):`, or ask for `in_acme`."""
    return await emptied(world, "acme")


@pytest.fixture
async def globex(control: Cell, world: World) -> Tenant:
    """Globex with an empty database: what it owns must never be seen in acme."""
    return await emptied(world, "globex")


@pytest.fixture
async def in_acme(acme: Tenant) -> AsyncIterator[Tenant]:
    """Acme, with the whole test inside it."""
    with tenants.enter(acme):
        yield acme


@pytest.fixture
async def lone(pg: str, worker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Cell]:
    """A second cell on the same server, without any tenant, for tests of the whole fleet; its tenants go with the test."""
    monkeypatch.setenv("FONDACO_CONTROL_DATABASE", f"fondaco_{worker}_lone")
    monkeypatch.setenv("FONDACO_HOME", str(tmp_path / "lone"))
    settings.forget()
    await tenants.forget()
    await cells.prepare()
    async with cells.open_pools():
        for row in await control_statements.fetch("SELECT slug FROM tenants"):
            await runner.delete(row["slug"])
        yield await cells.current()
        for row in await control_statements.fetch("SELECT slug FROM tenants"):
            await runner.delete(row["slug"])
    await tenants.forget()
    monkeypatch.undo()
    settings.forget()
