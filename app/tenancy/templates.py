"""The template: an empty tenant at head, made once per set of migrations, from which new tenants are copied."""

from __future__ import annotations

import contextlib
from typing import Any

import asyncpg
import structlog

from app.tenancy import cells, migrations, privileges
from app.tenancy.cells import Cell, quote

log = structlog.get_logger(__name__)
LOCK = 7_305_101


def name_of(cell: Cell, history: migrations.History) -> str:
    """The template's database: named by the newest migration and the checksum of all, so that a stale one is not used."""
    return f"{cell.prefix}_template_{history.head[:4]}_{history.checksum}"


async def ensure(admin: Any, cell: Cell, history: migrations.History) -> str:
    """The name of the template for `history`, made now when it is missing; older ones are dropped then.

    It is built under another name and renamed when it is whole, so what a killed process leaves is never copied.
    `admin` is a connection to the control database.
    """
    name = name_of(cell, history)
    if await _exists(admin, name):
        return name
    await admin.execute("SELECT pg_advisory_lock($1)", LOCK)
    try:
        if not await _exists(admin, name):
            await _build(admin, cell, history, name)
            await _drop_others(admin, cell, name)
    finally:
        await admin.execute("SELECT pg_advisory_unlock($1)", LOCK)
    return name


async def _exists(admin: Any, name: str) -> bool:
    return bool(await admin.fetchval("SELECT true FROM pg_database WHERE datname = $1", name))


async def _build(admin: Any, cell: Cell, history: migrations.History, name: str) -> None:
    half, owner = f"{cell.prefix}_template_half", quote(cell.template_owner)
    await admin.execute(f"DROP DATABASE IF EXISTS {quote(half)} WITH (FORCE)")
    await admin.execute(f"CREATE DATABASE {quote(half)} TEMPLATE template0 ENCODING 'UTF8'")
    await admin.execute(f"REVOKE ALL ON DATABASE {quote(half)} FROM PUBLIC")
    # The owner of the tables does not own this database: REASSIGN OWNED, which runs for every new tenant, would take it.
    await admin.execute(f"GRANT CREATE ON DATABASE {quote(half)} TO {owner}")
    async with cells.connection(half) as inside:
        await inside.execute(f"GRANT CREATE ON SCHEMA public TO {owner}")
        await migrations.catch_up(inside, history, role=cell.template_owner, finish=privileges.granting(cell))
        await inside.execute(f"REVOKE CREATE ON SCHEMA public FROM {owner}; ANALYZE")
    await admin.execute(f"ALTER DATABASE {quote(half)} ALLOW_CONNECTIONS false")
    await admin.execute(f"ALTER DATABASE {quote(half)} RENAME TO {quote(name)}")
    log.info("template.made", template=name)


async def _drop_others(admin: Any, cell: Cell, name: str) -> None:
    rows = await admin.fetch(
        "SELECT datname FROM pg_database WHERE starts_with(datname, $1) AND datname <> $2",
        f"{cell.prefix}_template_",
        name,
    )
    for row in rows:
        # Somebody may be copying it just now; the next rebuild drops it.
        with contextlib.suppress(asyncpg.ObjectInUseError):
            await admin.execute(f"DROP DATABASE IF EXISTS {quote(row['datname'])}")
