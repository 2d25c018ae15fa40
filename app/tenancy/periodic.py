"""What has to be done again and again: by one worker at a time, however many there are, and again after one has died."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import structlog

from app.core.db import control, spawn
from app.tenancy import tenants
from app.tenancy.tenants import Tenant

log = structlog.get_logger(__name__)
Work = TypeVar("Work", bound=Callable[[], Awaitable[None]])
LEASE_SECONDS = 60.0
SIDE_BY_SIDE = 4


@dataclass(frozen=True, slots=True)
class Periodic:
    name: str
    seconds: float
    work: Callable[[], Awaitable[None]]


PERIODIC: dict[str, Periodic] = {}


def periodic(name: str, *, seconds: float) -> Callable[[Work], Work]:
    """Registers an async function without arguments to run outside every tenant, `seconds` from start to start."""

    def register(work: Work) -> Work:
        PERIODIC[name] = Periodic(name, seconds, work)
        return work

    return register


def each_tenant(name: str, *, seconds: float, per_second: float = 20.0) -> Callable[[Work], Work]:
    """Registers an async function without arguments to run inside every active tenant, at most `per_second` tenants a
    second. A tenant's failure is logged and stops no other.
    """

    def register(work: Work) -> Work:
        async def round() -> None:
            await _round(name, work, per_second)

        PERIODIC[name] = Periodic(name, seconds, round)
        return work

    return register


async def _round(name: str, work: Callable[[], Awaitable[None]], per_second: float) -> None:
    places = asyncio.Semaphore(SIDE_BY_SIDE)

    async def visit(tenant: Tenant) -> None:
        try:
            with tenants.enter(tenant):
                await work()
        except Exception:
            log.exception("periodic.failed", work=name, tenant=tenant.slug)
        finally:
            places.release()

    async with asyncio.TaskGroup() as group:
        for tenant in await tenants.all_active():
            await places.acquire()
            group.create_task(visit(tenant))
            await asyncio.sleep(1 / per_second)


async def claim() -> list[Periodic]:
    """What is due and no other worker does: it is ours now for a minute, and longer while `run` renews that."""
    names = list(PERIODIC)
    if not names:
        return []
    rows = await control.fetch(
        "UPDATE periodic_work SET began_at = now(), next_at = now() + $2::float8 * interval '1 second'"
        " WHERE name = ANY($1::text[]) AND next_at <= now() RETURNING name",
        names,
        LEASE_SECONDS,
    )
    return [PERIODIC[row["name"]] for row in rows]


async def register_all() -> None:
    """Makes what this release does periodically known to the control database, due at once."""
    await control.execute(
        "INSERT INTO periodic_work (name, next_at) SELECT unnest($1::text[]), now() ON CONFLICT DO NOTHING",
        list(PERIODIC),
    )


async def run(one: Periodic) -> None:
    """Does claimed work once and says when it is due again. A failure is logged and shown to the operator."""
    renewal = spawn(_renew(one.name))
    began, failure = time.monotonic(), None
    try:
        with structlog.contextvars.bound_contextvars(job=one.name):
            await one.work()
    except Exception as error:
        log.exception("periodic.failed", work=one.name)
        failure = f"{type(error).__name__}: {error}"[:1000]
    finally:
        renewal.cancel()
    rest = max(one.seconds - (time.monotonic() - began), 0.0)
    await control.execute(
        "UPDATE periodic_work SET next_at = now() + $2::float8 * interval '1 second', ended_at = now(), failure = $3"
        " WHERE name = $1",
        one.name,
        rest,
        failure,
    )


async def _renew(name: str) -> None:
    while True:
        await asyncio.sleep(LEASE_SECONDS / 3)
        await control.execute(
            "UPDATE periodic_work SET next_at = now() + $2::float8 * interval '1 second' WHERE name = $1",
            name,
            LEASE_SECONDS,
        )
