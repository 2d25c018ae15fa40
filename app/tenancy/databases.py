"""One tenant's database and its two roles: made, and taken away again, by steps that can each be repeated."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from typing import Any, NamedTuple

import asyncpg

from app.core.settings import settings
from app.tenancy import cells, migrations, privileges, templates
from app.tenancy.cells import Cell, quote

IDLE_IN_TRANSACTION = "60s"


class Names(NamedTuple):
    """What one tenant owns on the server; nothing in the names says who it is."""

    database: str
    owner_role: str
    app_role: str


def new_names(cell: Cell) -> Names:
    """Names that no tenant has."""
    database = f"{cell.prefix}_t_{secrets.token_hex(6)}"
    return Names(database, f"{database}_owner", f"{database}_app")


async def make(
    admin: Any, cell: Cell, names: Names, password: str, history: migrations.History
) -> list[migrations.Applied]:
    """The database at head, copied from the template, with its roles; whatever part is there already stays.

    Nobody can connect between the copy and the lock on its door. Returns the migrations that are applied.
    """
    await make_roles(admin, cell, names, password)
    if not await admin.fetchval("SELECT true FROM pg_database WHERE datname = $1", names.database):
        await _copy(admin, names, await templates.ensure(admin, cell, history))
    await _lock_door(admin, names)
    async with cells.connection(names.database) as inside:
        await inside.execute(f"REASSIGN OWNED BY {quote(cell.template_owner)} TO {quote(names.owner_role)}")
        return await migrations.catch_up(inside, history, role=names.owner_role, finish=privileges.granting(cell))


async def make_roles(admin: Any, cell: Cell, names: Names, password: str) -> None:
    """An owner who cannot sign in, and the role that the application signs in as, which owns nothing."""
    app = quote(names.app_role)
    await cells.make_role(admin, names.owner_role)
    await cells.make_role(admin, names.app_role, "LOGIN")
    await set_password(admin, names.app_role, password)
    await admin.execute(
        f"GRANT {quote(cell.app_group)} TO {app};"
        f"ALTER ROLE {app} SET statement_timeout = {settings().statement_timeout_ms:d};"
        f"ALTER ROLE {app} SET idle_in_transaction_session_timeout = '{IDLE_IN_TRANSACTION}'"
    )


async def set_password(admin: Any, app_role: str, password: str) -> None:
    await admin.execute(f"ALTER ROLE {quote(app_role)} PASSWORD '{privileges.verifier(password)}'")


async def _copy(admin: Any, names: Names, template: str) -> None:
    statement = (
        f"CREATE DATABASE {quote(names.database)} OWNER {quote(names.owner_role)} TEMPLATE {quote(template)}"
        " ALLOW_CONNECTIONS false"
    )
    # Whoever was killed before us may have left a copy under way on the server; it ends by itself.
    with contextlib.suppress(asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
        await admin.execute(statement)


async def _lock_door(admin: Any, names: Names) -> None:
    await admin.execute(f"REVOKE ALL ON DATABASE {quote(names.database)} FROM PUBLIC")
    await admin.execute(f"GRANT CONNECT ON DATABASE {quote(names.database)} TO {quote(names.app_role)}, CURRENT_USER")
    await admin.execute(f"ALTER DATABASE {quote(names.database)} ALLOW_CONNECTIONS true")


async def drop(admin: Any, names: Names) -> None:
    """Takes away the database, whoever is connected, and both roles."""
    for attempt in range(20):
        try:
            await admin.execute(f"DROP DATABASE IF EXISTS {quote(names.database)} WITH (FORCE)")
            break
        except asyncpg.ObjectInUseError:
            if attempt == 19:
                raise
            await asyncio.sleep(0.25)
    for role in (names.app_role, names.owner_role):
        await admin.execute(f"DROP ROLE IF EXISTS {quote(role)}")
