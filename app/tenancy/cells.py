"""The cell: one control database, and a server whose other doors are shut."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from app.core import db
from app.core.db import DatabaseDown, Db, control
from app.core.db.pool import REFUSED
from app.core.errors import Unavailable
from app.core.settings import settings
from app.tenancy import migrations

CONNECT_SECONDS = 10.0
LOCK = 7_305_102


class NotPrepared(Unavailable):
    code = "not_prepared"
    message = "The control database has not been set up, or is older than this release. Run: fondaco migrate"


class NotAllowed(Unavailable):
    code = "not_allowed_on_server"
    message = "The user of FONDACO_DATABASE_URL may not do this on the server. It needs CREATEDB and CREATEROLE."


@dataclass(frozen=True, slots=True)
class Cell:
    """One running installation. All its roles and databases on the server begin with `prefix`."""

    id: UUID
    prefix: str

    @property
    def app_group(self) -> str:
        """The role that holds what every tenant's app role may do with tables."""
        return f"{self.prefix}_tenant_app"

    @property
    def template_owner(self) -> str:
        """The role that owns the tables in the template database."""
        return f"{self.prefix}_template_owner"


def home() -> Db:
    """Where the control database is."""
    server = settings().server
    return Db(settings().control_database, server.user, server.password, server.host, server.port)


def quote(name: str) -> str:
    """`name` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


@contextlib.asynccontextmanager
async def connection(database: str | None = None) -> AsyncIterator[Any]:
    """A connection of its own as the cell's administrator, to the control database or `database`. Raises `DatabaseDown`."""
    where = home()
    try:
        opened = await asyncpg.connect(
            database=database or where.database,
            user=where.user,
            password=where.password,
            host=where.host,
            port=where.port,
            timeout=CONNECT_SECONDS,
            server_settings={"application_name": "fondaco admin", "timezone": "UTC"},
        )
    except asyncpg.InvalidCatalogNameError:
        raise
    except REFUSED as error:
        raise DatabaseDown(cause=f"{type(error).__name__}: {error}") from error
    try:
        yield opened
    finally:
        with contextlib.suppress(Exception):
            await opened.close(timeout=2)


@contextlib.asynccontextmanager
async def open_pools() -> AsyncIterator[None]:
    """The connection pools of this process, for as long as the block runs."""
    chosen = settings()
    db.start(home(), cap=chosen.pool_cap, per_tenant=chosen.pool_per_tenant, idle_seconds=chosen.pool_idle_seconds)
    try:
        yield
    finally:
        await db.stop()


async def current() -> Cell:
    """This cell. Raises `NotPrepared` when the control database is not set up."""
    try:
        row = await control.fetchrow("SELECT id, prefix FROM cell")
    except asyncpg.UndefinedTableError as error:
        raise NotPrepared from error
    except DatabaseDown as error:
        if error.detail.get("cause") == "InvalidCatalogNameError":
            raise NotPrepared from error
        raise
    return Cell(row["id"], row["prefix"])


async def prepare() -> list[str]:
    """Makes the control database, brings it to head, shuts the server's doors, and makes the shared roles.

    Can be repeated at any time. Returns what somebody with more rights should still do, each as a sentence.
    """
    await _make_control_database()
    history = migrations.read("control")
    async with connection() as admin:
        await admin.execute("SELECT pg_advisory_lock($1)", LOCK)  # until the connection ends
        applied = await migrations.catch_up(admin, history)
        await admin.executemany(
            "INSERT INTO migrations (history, migration, checksum, applied_at) VALUES ('control', $1, $2, $3)"
            " ON CONFLICT DO NOTHING",
            applied,
        )
        row = await admin.fetchrow("SELECT id, prefix FROM cell")
        cell = Cell(row["id"], row["prefix"])
        for role in (cell.app_group, cell.template_owner):
            await make_role(admin, role)
        return await _shut_doors(admin)


async def ready() -> None:
    """Raises `NotPrepared` unless the control database is what this release needs."""
    await current()
    newest = await control.fetchval("SELECT max(migration) FROM migrations WHERE history = 'control'")
    if (newest or "") < migrations.read("control").head:
        raise NotPrepared


async def make_role(admin: Any, role: str, options: str = "NOLOGIN") -> None:
    """The role `role`, made when missing, which the administrator may act as (also where that is no superuser)."""
    try:
        await admin.execute(f"CREATE ROLE {quote(role)} {options}")
    except (asyncpg.DuplicateObjectError, asyncpg.UniqueViolationError):
        await admin.execute(f"ALTER ROLE {quote(role)} {options}")
    if not await admin.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"):
        await admin.execute(f"GRANT {quote(role)} TO CURRENT_USER")


async def _make_control_database() -> None:
    name = settings().control_database
    try:
        async with connection() as admin:
            await admin.execute("SELECT 1")
            return
    except asyncpg.InvalidCatalogNameError:
        pass
    try:
        async with connection(settings().server.database) as admin:
            await _create_control_database(admin, name)
    except asyncpg.InsufficientPrivilegeError as error:
        raise NotAllowed(
            f"The database {name} is not there, and the user of FONDACO_DATABASE_URL may not make it ({error}). Let an"
            f" administrator of the server run: CREATE DATABASE {quote(name)} OWNER {quote(settings().server.user)};"
        ) from error


async def _create_control_database(admin: Any, name: str) -> None:
    with contextlib.suppress(asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
        await admin.execute(f"CREATE DATABASE {quote(name)} TEMPLATE template0 ENCODING 'UTF8'")


async def _shut_doors(admin: Any) -> list[str]:
    """Nobody connects to a database by being anybody: not to ours, nor to those that every server has."""
    mine = settings().control_database
    await admin.execute(f"GRANT CONNECT ON DATABASE {quote(mine)} TO CURRENT_USER")
    for name in (mine, "postgres", "template1"):
        if name in await open_doors(admin):
            # InternalServerError: two runners changed the same row of pg_database; what stays open is told below.
            with contextlib.suppress(asyncpg.InsufficientPrivilegeError, asyncpg.InternalServerError):
                await admin.execute(f"REVOKE CONNECT ON DATABASE {quote(name)} FROM PUBLIC")
    return [
        f"Every role may connect to the database {name}. Let its owner run: REVOKE CONNECT ON DATABASE {name} FROM PUBLIC;"
        for name in await open_doors(admin)
    ]


async def open_doors(admin: Any) -> list[str]:
    """The databases of this server that any role may connect to."""
    rows = await admin.fetch(
        "SELECT datname FROM pg_database WHERE datallowconn AND has_database_privilege('public', oid, 'CONNECT') ORDER BY 1"
    )
    return [row["datname"] for row in rows]
