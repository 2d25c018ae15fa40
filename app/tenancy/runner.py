"""A tenant's life: created, suspended, resumed, deleted. Every step can be repeated after a crash at any point."""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from email_validator import EmailNotValidError, validate_email

from app.core import clock, ids
from app.core.db import CONTROL, TENANT, control
from app.core.errors import Conflict, Invalid, NotFound
from app.core.sealing import seal, unseal
from app.core.settings import settings
from app.tenancy import cells, databases, fleet, hosts, migrations, privileges, queues, tenants
from app.tenancy.cells import Cell
from app.tenancy.databases import Names
from app.tenancy.fleet import migrate as migrate
from app.tenancy.tenants import Tenant

Hook = Callable[[Tenant, str], Awaitable[dict[str, str] | None]]
LOCK_SECONDS = 10.0
_hooks: tuple[Hook, ...] = ()


class SlugTaken(Conflict):
    code = "slug_taken"
    message = "There is a tenant with this short name already. Choose another one."


class TenantBusy(Conflict):
    code = "tenant_busy"
    message = "Another process is working on this tenant just now. Wait until it is done."


class NoSuchTenant(NotFound):
    code = "no_such_tenant"
    message = "There is no tenant with this short name."


class Summary(msgspec.Struct, frozen=True):
    """What an operator sees of a tenant; nothing of its data."""

    id: UUID
    slug: str
    name: str
    status: str
    schema_version: str | None
    hosts: builtins.list[str]
    created_at: datetime
    suspended_at: datetime | None


class Details(Summary, frozen=True):
    """`size` in bytes; None when the database is not there."""

    admin_email: str
    database: str
    size: int | None
    mail_addresses: builtins.list[str]
    waiting_jobs: int
    failed_jobs: int
    open_alarms: int


class Created(msgspec.Struct, frozen=True):
    """A new tenant: where it is, what the slices have to say about it (an invitation, an address), how long it took."""

    id: UUID
    slug: str
    name: str
    host: str
    url: str
    notes: dict[str, str]
    seconds: float
    database_seconds: float


def compose(hooks: Iterable[Hook]) -> None:
    """Says what the slices do for a new tenant; the list of slices calls this once in every process.

    A hook is called as `await hook(tenant, admin_email)` inside the tenant, in a transaction of its own. It must bear
    being called twice. What it returns is shown to the operator.
    """
    global _hooks
    _hooks = tuple(hooks)


async def create(slug: str, name: str, admin_email: str, *, history: migrations.History | None = None) -> Created:
    """Makes the tenant, or finishes one whose creation was interrupted. Raises `Invalid`, `SlugTaken`, `TenantBusy`."""
    began = time.monotonic()
    name, admin_email = _checked(slug, name, admin_email)
    await cells.ready()
    cell = await cells.current()
    history = history or migrations.read("tenant")
    async with _only_one(slug) as admin:
        row = await _registered(cell, slug, name, admin_email)
        names = Names(row["database"], row["owner_role"], row["app_role"])
        password = unseal(row["app_password"], tenants.PURPOSE).decode()
        started = time.monotonic()
        applied = await databases.make(admin, cell, names, password, history)
        database_seconds = time.monotonic() - started
        await fleet.write_ledger(row["id"], history, applied)
        notes = await _call_hooks(tenants.of_row(row), admin_email)
        await control.execute("UPDATE tenants SET status = 'active' WHERE id = $1 AND status = 'creating'", row["id"])
        await tenants.announce_change()
    return Created(
        id=row["id"],
        slug=slug,
        name=name,
        host=f"{slug}.{settings().base_domain}",
        url=settings().url(slug),
        notes=notes,
        seconds=round(time.monotonic() - began, 3),
        database_seconds=round(database_seconds, 3),
    )


def _checked(slug: str, name: str, admin_email: str) -> tuple[str, str]:
    errors: dict[str, str] = {}
    name = " ".join(name.split())
    if refusal := hosts.refusal_of(slug):
        errors["slug"] = refusal
    if not name or len(name) > 200 or "\0" in name or not _is_text(name):
        errors["name"] = "Enter a name of 1 to 200 characters."
    try:
        admin_email = validate_email(admin_email, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        errors["admin_email"] = str(error)
    if errors:
        raise Invalid(errors=errors)
    return name, admin_email


def _is_text(name: str) -> bool:
    try:
        return bool(name.encode())
    except UnicodeEncodeError:
        return False


@contextlib.asynccontextmanager
async def _only_one(slug: str) -> AsyncIterator[Any]:
    """A connection to the control database that holds this tenant's lock. Raises `TenantBusy`.

    It waits a little: the server may not have noticed yet that the process before us was killed.
    """
    async with cells.connection() as admin:
        until = time.monotonic() + LOCK_SECONDS
        while not await admin.fetchval("SELECT pg_try_advisory_lock(hashtextextended('tenant ' || $1, 0))", slug):
            if time.monotonic() > until:
                raise TenantBusy
            await asyncio.sleep(0.1)
        yield admin


async def _registered(cell: Cell, slug: str, name: str, admin_email: str) -> Any:
    """The control row of a tenant in creation, with its host name."""
    names = databases.new_names(cell)
    async with CONTROL.transaction():
        row = await control.fetchrow(
            "INSERT INTO tenants AS t (id, slug, name, status, admin_email, database, owner_role, app_role, app_password,"
            " created_at) VALUES ($1, $2, $3, 'creating', $4, $5, $6, $7, $8, $9)"
            " ON CONFLICT (slug) DO UPDATE SET name = EXCLUDED.name, admin_email = EXCLUDED.admin_email"
            " WHERE t.status = 'creating'"
            f" RETURNING {tenants.COLUMNS}, t.owner_role",
            ids.new(),
            slug,
            name,
            admin_email,
            *names,
            seal(privileges.new_password(), tenants.PURPOSE),
            clock.now(),
        )
        if row is None:
            raise SlugTaken
        host = f"{slug}.{settings().base_domain}".lower()
        taken_by = await control.fetchval(
            "INSERT INTO tenant_hosts AS h (host, tenant_id) VALUES ($1, $2)"
            " ON CONFLICT (host) DO UPDATE SET host = h.host RETURNING tenant_id",
            host,
            row["id"],
        )
        if taken_by != row["id"]:
            raise SlugTaken(f"The host name {host} belongs to another tenant. Choose another short name.")
    return row


async def _call_hooks(tenant: Tenant, admin_email: str) -> dict[str, str]:
    notes: dict[str, str] = {}
    with tenants.enter(tenant):
        for hook in _hooks:
            async with TENANT.transaction():
                notes |= await hook(tenant, admin_email) or {}
    return notes


async def list() -> builtins.list[Summary]:
    """All tenants, by slug."""
    return [msgspec.convert(dict(row), Summary) for row in await _rows()]


async def show(slug: str) -> Details:
    """One tenant with its sizes and counts. Raises `NoSuchTenant`."""
    rows = await _rows(slug)
    if not rows:
        raise NoSuchTenant(f"There is no tenant {slug}.")
    row = dict(rows[0])
    counts = await control.fetchrow(
        "SELECT (SELECT pg_database_size(oid) FROM pg_database WHERE datname = $2) AS size,"
        " ARRAY(SELECT address FROM mail_routes WHERE tenant_id = $1 ORDER BY 1) AS mail_addresses,"
        " (SELECT count(*) FROM pgqueuer WHERE headers ->> 'tenant' = $1::text AND status <> 'failed') AS waiting_jobs,"
        " (SELECT count(*) FROM pgqueuer WHERE headers ->> 'tenant' = $1::text AND status = 'failed') AS failed_jobs,"
        " (SELECT count(*) FROM alarms WHERE tenant_id = $1 AND resolved_at IS NULL) AS open_alarms",
        row["id"],
        row["database"],
    )
    return msgspec.convert(row | dict(counts), Details)


async def _rows(slug: str | None = None) -> builtins.list[Any]:
    rows: builtins.list[Any] = await control.fetch(
        "SELECT t.id, t.slug, t.name, t.status, t.schema_version, t.created_at, t.suspended_at, t.admin_email, t.database,"
        " ARRAY(SELECT host FROM tenant_hosts h WHERE h.tenant_id = t.id ORDER BY host) AS hosts"
        " FROM tenants t WHERE $1::text IS NULL OR t.slug = $1 ORDER BY t.slug",
        slug,
    )
    return rows


async def suspend(slug: str) -> None:
    """Shuts the tenant's host, mail and jobs, and keeps everything. Raises `NoSuchTenant`, `Conflict`."""
    await _turn(slug, "active", "suspended", clock.now())


async def resume(slug: str) -> None:
    """Opens a suspended tenant again. Raises `NoSuchTenant`, `Conflict`."""
    await _turn(slug, "suspended", "active", None)


async def _turn(slug: str, before: str, after: str, suspended_at: datetime | None) -> None:
    async with _only_one(slug):
        row = await _found(slug)
        if row["status"] not in (before, after):
            raise Conflict(f"{slug} is {row['status']}. Let that end first.")
        async with CONTROL.transaction():
            await control.execute(
                "UPDATE tenants SET status = $2, suspended_at = $3 WHERE id = $1 AND status <> $2",
                row["id"],
                after,
                suspended_at,
            )
            await (queues.unpark(row["id"]) if after == "active" else queues.park(row["id"]))
        await tenants.announce_change(row["database"])


async def change_password(slug: str) -> None:
    """Gives the tenant's app role a new password; connections with the old one are closed when they are given back."""
    async with _only_one(slug) as admin:
        row = await _found(slug)
        password = privileges.new_password()
        async with admin.transaction():  # roles belong to the whole server: both change, or neither
            await databases.set_password(admin, row["app_role"], password)
            await admin.execute(
                "UPDATE tenants SET app_password = $2 WHERE id = $1", row["id"], seal(password, tenants.PURPOSE)
            )
        await tenants.announce_change(row["database"])


async def delete(slug: str) -> None:
    """Takes the tenant away with everything that is its own: database, roles, files, hosts, mail routes, jobs, alarms.

    Cannot be undone; goes on where an interrupted deletion stopped. Raises `NoSuchTenant`, `TenantBusy`.
    """
    async with _only_one(slug) as admin:
        row = await _found(slug)
        await control.execute("UPDATE tenants SET status = 'deleting' WHERE id = $1", row["id"])
        await tenants.announce_change(row["database"])
        await databases.drop(admin, Names(row["database"], row["owner_role"], row["app_role"]))
        await asyncio.to_thread(shutil.rmtree, settings().blobs / str(row["id"]), ignore_errors=True)
        async with CONTROL.transaction():
            await control.execute("DELETE FROM pgqueuer WHERE headers ->> 'tenant' = $1", str(row["id"]))
            await control.execute("DELETE FROM migrations WHERE tenant_id = $1", row["id"])
            await control.execute("DELETE FROM tenants WHERE id = $1", row["id"])
        await tenants.announce_change(row["database"])


async def _found(slug: str) -> Any:
    row = await control.fetchrow("SELECT id, status, database, owner_role, app_role FROM tenants WHERE slug = $1", slug)
    if row is None:
        raise NoSuchTenant(f"There is no tenant {slug}.")
    return row
