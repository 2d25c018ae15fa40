"""An address leads to one tenant of the cell: the control database knows whose it is, before any tenant is asked."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from typing import Literal
from uuid import UUID

import msgspec
import structlog

from app.core.db import after_commit, control, sql
from app.core.errors import Conflict
from app.tenancy import hosts, signals, tenants
from app.tenancy.tenants import Tenant

log = structlog.get_logger(__name__)
CHANGED = "mail_channels"
FRESH_SECONDS = 30.0
KNOWN = 20_000
LOCAL = re.compile(r"[^\s\x00-\x20\x7f\"(),:;<>@\[\]\\]{1,64}")


class AddressTaken(Conflict):
    code = "address_taken"
    message = "This address belongs to another workspace. Choose another one."


class Place(msgspec.Struct, frozen=True):
    """Where mail to an address goes. `state`: open; closed (the channel is switched off); away (the tenant is suspended,
    or not ready yet).
    """

    tenant: Tenant
    channel_id: UUID | None
    state: Literal["open", "closed", "away"]


def normalise(address: str) -> str | None:
    """The one form of an address under which it is looked up: lower case, the domain as A-labels. None when it is none."""
    local, at, domain = address.strip().rpartition("@")
    name = hosts.normalise(domain) if at else None
    if name is None or ":" in domain or not LOCAL.fullmatch(local):
        return None
    return f"{local.lower()}@{name}"


def without_tag(address: str) -> str:
    """The address without what stands behind a plus."""
    local, _at, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


async def claim(address: str) -> None:
    """Makes a normalised address lead to the current tenant. Raises `AddressTaken`.

    The control database comes first and is set right again after the commit; what a crash leaves, `repair` mends.
    """
    await _claim(address)

    async def again() -> None:
        await _claim(address)
        await announce()

    await after_commit(again)


async def _claim(address: str) -> None:
    tenant_id = tenants.current().id
    owner = await control.fetchval(
        "INSERT INTO mail_routes AS r (address, tenant_id) VALUES ($1, $2)"
        " ON CONFLICT (address) DO UPDATE SET address = r.address RETURNING tenant_id",
        address,
        tenant_id,
    )
    if owner != tenant_id:
        raise AddressTaken


async def release(address: str) -> None:
    """After the commit, the address leads nowhere."""
    tenant_id = tenants.current().id

    async def forget() -> None:
        await control.execute("DELETE FROM mail_routes WHERE address = $1 AND tenant_id = $2", address, tenant_id)
        await announce()

    await after_commit(forget)


async def repair() -> None:
    """Sets the current tenant's routes right: one for each of its channels and no other."""
    tenant_id = tenants.current().id
    # The routes first: a channel that is made meanwhile has its route set again after its commit.
    there = {
        row["address"] for row in await control.fetch("SELECT address FROM mail_routes WHERE tenant_id = $1", tenant_id)
    }
    wanted = {row["address"] for row in await sql.fetch("SELECT lower(address) AS address FROM mail_channels")}
    for address in sorted(wanted - there):
        await _claim(address)
    for address in sorted(there - wanted):
        await control.execute("DELETE FROM mail_routes WHERE address = $1 AND tenant_id = $2", address, tenant_id)
    if wanted != there:
        log.warning("mail_routes.repaired", added=sorted(wanted - there), removed=sorted(there - wanted))
        await announce()


async def announce() -> None:
    """Every process forgets which addresses there are."""
    await tenants.announce_change()
    await signals.notify(CHANGED)


async def announce_after_commit() -> None:
    """`announce`, when the open transaction has committed."""
    await after_commit(announce)


async def find(address: str) -> Place | None:
    """Where mail to a recipient goes; what stands behind a plus does not matter. None when nobody here has it.

    Raises `DatabaseDown`.
    """
    exact = normalise(address)
    if exact is None:
        return None
    tagged = without_tag(exact)
    for candidate in dict.fromkeys((exact, tagged)):
        if (tenant := await tenants.by_mail_address(candidate)) is not None:
            if tenant.status in ("creating", "suspended"):
                return Place(tenant, None, "away")
            return await _place(tenant, candidate) if tenant.is_active else None
    return None


_places: OrderedDict[tuple[UUID, str], tuple[Place | None, float]] = OrderedDict()


async def _place(tenant: Tenant, address: str) -> Place | None:
    key = (tenant.id, address)
    if (known := _places.get(key)) and known[1] > time.monotonic():
        return known[0]
    with tenants.enter(tenant):
        row = await sql.fetchrow("SELECT id, active FROM mail_channels WHERE lower(address) = $1", address)
    place = Place(tenant, row["id"], "open" if row["active"] else "closed") if row else None
    _places[key] = place, time.monotonic() + FRESH_SECONDS
    while len(_places) > KNOWN:
        _places.popitem(last=False)
    return place


def forget(_payload: str = "") -> None:
    """Forgets, in this process, where addresses lead."""
    _places.clear()


signals.subscribe(CHANGED, forget, gap=forget)
