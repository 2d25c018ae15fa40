"""A tenant is a company that works here, in a database of its own, reached by its own host name."""

from __future__ import annotations

import contextlib
import contextvars
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog

from app.core import db
from app.core.db import Db, NoTenant, control, use_db
from app.core.errors import Forbidden, NotFound
from app.core.sealing import unseal
from app.tenancy import cells, hosts, signals

PURPOSE = "tenant.app_password"
CHANNEL = "tenants"
KNOWN = 20_000
FRESH_SECONDS = 60.0
FRESH_SECONDS_ALONE = 2.0
COLUMNS = "t.id, t.slug, t.name, t.status, t.database, t.app_role, t.app_password"


class TenantSuspended(Forbidden):
    code = "tenant_suspended"
    message = "This workspace is suspended. Ask whoever looks after it to get in touch with the operator."


class NoSuchHost(NotFound):
    code = "no_such_host"
    message = "There is no workspace at this address. Look at the spelling of the first part of the host name."


@dataclass(frozen=True, slots=True)
class Tenant:
    """One tenant as this process knows it. `status`: creating, active, suspended or deleting."""

    id: UUID
    slug: str
    name: str
    status: str
    db: Db

    @property
    def is_active(self) -> bool:
        return self.status == "active"


_current: contextvars.ContextVar[Tenant] = contextvars.ContextVar("current_tenant")


def current() -> Tenant:
    """The tenant at work. Raises `NoTenant` outside."""
    try:
        return _current.get()
    except LookupError:
        raise NoTenant("no tenant is at work in this context") from None


@contextlib.contextmanager
def enter(tenant: Tenant) -> Iterator[Tenant]:
    """Inside the block all queries go to the tenant's database, and every log line names the tenant."""
    token = _current.set(tenant)
    try:
        with use_db(tenant.db), structlog.contextvars.bound_contextvars(tenant=tenant.slug):
            yield tenant
    finally:
        _current.reset(token)


async def by_host(host: str) -> Tenant | None:
    """The tenant that answers at `host` (port, case and trailing dot do not matter), whatever its status."""
    name = hosts.normalise(host)
    if name is None:
        return None
    return await _known(
        f"host {name}",
        f"SELECT {COLUMNS} FROM tenants t JOIN tenant_hosts h ON h.tenant_id = t.id WHERE h.host = $1",
        name,
    )


async def by_slug(slug: str) -> Tenant | None:
    return await _known(f"slug {slug}", f"SELECT {COLUMNS} FROM tenants t WHERE t.slug = $1", slug)


async def by_id(id: UUID) -> Tenant | None:
    return await _known(f"id {id}", f"SELECT {COLUMNS} FROM tenants t WHERE t.id = $1", id)


async def by_mail_address(address: str) -> Tenant | None:
    """The tenant that gets mail at `address`, whatever its status."""
    key = address.lower()
    return await _known(
        f"mail {key}",
        f"SELECT {COLUMNS} FROM tenants t JOIN mail_routes m ON m.tenant_id = t.id WHERE m.address = $1",
        key,
    )


async def at(host: str) -> Tenant:
    """The tenant to serve at `host`. Raises `NoSuchHost` or `TenantSuspended`; no tenant's database is touched."""
    tenant = await by_host(host)
    if tenant is None or tenant.status in ("creating", "deleting"):
        raise NoSuchHost
    if not tenant.is_active:
        raise TenantSuspended
    return tenant


async def all_active() -> list[Tenant]:
    """All active tenants, by slug."""
    rows = await control.fetch(f"SELECT {COLUMNS} FROM tenants t WHERE t.status = 'active' ORDER BY t.slug")
    return [of_row(row) for row in rows]


def of_row(row: Any) -> Tenant:
    """The tenant in a control row that has `COLUMNS`."""
    where = cells.home()
    password = unseal(row["app_password"], PURPOSE).decode()
    return Tenant(
        row["id"], row["slug"], row["name"], row["status"],
        Db(row["database"], row["app_role"], password, where.host, where.port),
    )  # fmt: skip


_cache: OrderedDict[str, tuple[Tenant | None, float]] = OrderedDict()
_generation = 0


async def _known(key: str, query: str, argument: Any) -> Tenant | None:
    """What the query finds, remembered, also when that is nothing. Bounded: the longest unused is forgotten first."""
    if (found := _cache.get(key)) and found[1] > time.monotonic():
        _cache.move_to_end(key)
        return found[0]
    asked_in = _generation
    row = await control.fetchrow(query, argument)
    tenant = of_row(row) if row else None
    if asked_in == _generation:  # a change that was announced meanwhile may not be in the answer
        fresh = FRESH_SECONDS if signals.connected() else FRESH_SECONDS_ALONE
        _cache[key] = tenant, time.monotonic() + fresh
        while len(_cache) > KNOWN:
            _cache.popitem(last=False)
    return tenant


async def announce_change(database: str = "") -> None:
    """Lets every process forget what it knows of tenants, and close its connections to `database`."""
    await forget(database)
    await signals.notify(CHANNEL, database)


async def forget(database: str = "") -> None:
    """Forgets, in this process only, what was looked up; closes its connections to `database`."""
    global _generation
    _generation += 1
    _cache.clear()
    if database and db.TENANT.pool is not None:
        await db.TENANT.pool.evict(database)


signals.subscribe(CHANNEL, forget, gap=forget)
