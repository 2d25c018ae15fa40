"""All tenants of the cell together: brought to head side by side, and none stopped by another's failure."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import structlog

from app.core.db import CONTROL, DatabaseDown, control
from app.core.settings import settings
from app.tenancy import cells, migrations, privileges, templates, tenants
from app.tenancy.cells import Cell
from app.tenancy.migrations import Applied, History, MigrationError

log = structlog.get_logger(__name__)
PARALLEL = 8
Progress = Callable[[int, int, str, str | None], None]


class Report(msgspec.Struct, frozen=True):
    """What became of the fleet: slugs that were migrated, slugs that failed with the reason, how many were at head.

    `unfinished`: tenants whose creation or deletion was interrupted. `advice`: what somebody with more rights should do.
    """

    head: str
    migrated: list[str]
    failed: dict[str, str]
    at_head: int
    unfinished: list[str]
    advice: list[str]
    seconds: float


async def migrate(
    parallel: int = PARALLEL, progress: Progress | None = None, *, history: History | None = None
) -> Report:
    """Brings the control database, the template and every tenant to head, `parallel` tenants at a time.

    Tenants at head are not connected to. A tenant that fails stands in the report and the others go on; a second run does
    only what is left. `progress(done, of, slug, failure)` is called after each tenant. Needs open pools.
    """
    began = time.monotonic()
    advice = await cells.prepare()
    history = history or migrations.read("tenant")
    cell = await cells.current()
    await control.execute(
        "INSERT INTO tenant_hosts (host, tenant_id) SELECT slug || '.' || $1::text, id FROM tenants ON CONFLICT DO NOTHING",
        settings().base_domain.lower(),
    )
    if history.migrations:
        async with cells.connection() as admin:
            await templates.ensure(admin, cell, history)
    failed = await _strayed(history)
    rows = await control.fetch(
        "SELECT id, slug, database, owner_role, schema_version, status FROM tenants ORDER BY slug"
    )
    behind = [
        row for row in rows
        if row["status"] in ("active", "suspended") and row["schema_version"] != history.head and row["slug"] not in failed
    ]  # fmt: skip
    migrated: list[str] = []
    places = asyncio.Semaphore(parallel)

    async def migrate_one(row: Any) -> None:
        async with places:
            failure = await _migrate_one(cell, history, row)
        if failure is None:
            migrated.append(row["slug"])
        else:
            failed[row["slug"]] = failure
        if progress:
            progress(len(migrated) + len(failed), len(behind), row["slug"], failure)

    async with asyncio.TaskGroup() as group:
        for row in behind:
            group.create_task(migrate_one(row))
    return Report(
        head=history.head,
        migrated=sorted(migrated),
        failed=dict(sorted(failed.items())),
        at_head=len([row for row in rows if row["status"] in ("active", "suspended")]) - len(migrated) - len(failed),
        unfinished=[row["slug"] for row in rows if row["status"] in ("creating", "deleting")],
        advice=advice,
        seconds=round(time.monotonic() - began, 3),
    )


async def _strayed(history: History) -> dict[str, str]:
    """Tenants whose ledger does not fit the files, with the reason; nobody has to connect to them to know."""
    rows = await control.fetch(
        "SELECT t.slug, m.migration, m.checksum FROM migrations m JOIN tenants t ON t.id = m.tenant_id"
        " LEFT JOIN unnest($1::text[], $2::text[]) AS known (migration, checksum) USING (migration)"
        " WHERE m.history = $3 AND known.checksum IS DISTINCT FROM m.checksum ORDER BY t.slug, m.migration",
        [migration.name for migration in history.migrations],
        [migration.checksum for migration in history.migrations],
        history.name,
    )
    applied: dict[str, dict[str, str]] = {}
    for row in rows:
        applied.setdefault(row["slug"], {})[row["migration"]] = row["checksum"]
    failed: dict[str, str] = {}
    for slug, wrong in applied.items():
        try:
            history.check(wrong)
        except MigrationError as error:
            failed[slug] = str(error)
    return failed


async def _migrate_one(cell: Cell, history: History, row: Any) -> str | None:
    """None, or why it failed."""
    try:
        async with cells.connection(row["database"]) as inside:
            applied = await migrations.catch_up(
                inside, history, role=row["owner_role"], finish=privileges.granting(cell)
            )
        await write_ledger(row["id"], history, applied)
        await tenants.announce_change(row["database"])
    except MigrationError as error:
        return str(error)
    except (asyncpg.PostgresError, DatabaseDown, OSError, TimeoutError) as error:
        reason = error.detail.get("cause", "") if isinstance(error, DatabaseDown) else error
        return f"{type(error).__name__}: {reason}"
    except Exception as error:  # whatever it is, it must not stop the others
        log.exception("migrate.failed", tenant=row["slug"])
        return f"{type(error).__name__}: {error}"
    return None


async def write_ledger(tenant_id: UUID, history: History, applied: list[Applied]) -> None:
    """Writes down in the control database what the tenant's own markers say."""
    async with CONTROL.transaction():
        await control.executemany(
            "INSERT INTO migrations (history, tenant_id, migration, checksum, applied_at) VALUES ($1, $2, $3, $4, $5)"
            " ON CONFLICT DO NOTHING",
            [(history.name, tenant_id, *row) for row in applied],
        )
        await control.execute("UPDATE tenants SET schema_version = $2 WHERE id = $1", tenant_id, history.head)
