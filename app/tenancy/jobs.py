"""Work that waits its turn: put in by name, done inside the tenant it was put in for, at least once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from pgqueuer.domain.types import JobId

from app.core.db import after_commit, control
from app.tenancy import queues, signals, tenants
from app.tenancy.periodic import each_tenant, periodic
from app.tenancy.pgqueues import QUEUE

__all__ = ["JOBS", "Job", "Waiting", "drop", "each_tenant", "enqueue", "failed", "job", "pending", "periodic", "retry"]

Work = TypeVar("Work", bound=Callable[..., Awaitable[None]])
LONGEST_PAUSE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Job:
    """A kind of job. `attempts` counts the first one; `seconds` is how long one attempt may take."""

    name: str
    work: Callable[..., Awaitable[None]]
    attempts: int
    seconds: float
    pause: timedelta

    def pause_after(self, attempts: int) -> timedelta:
        """How long to wait after the failed attempt number `attempts` (from 1): doubled each time, 15 minutes at most."""
        doubled: int = 2 ** min(attempts - 1, 20)
        return min(self.pause * doubled, LONGEST_PAUSE)


JOBS: dict[str, Job] = {}


def job(
    name: str, *, attempts: int = 5, seconds: float = 600.0, pause: timedelta = timedelta(seconds=1)
) -> Callable[[Work], Work]:
    """Registers an async function as the work of jobs called `name`; the payload's entries are its arguments.

    It runs inside the job's tenant, without a transaction: it opens its own. It may run more than once for one job. An
    exception lets it wait for `pause`, then twice as long and so on; after `attempts` it is set aside with an alarm.
    """

    def register(work: Work) -> Work:
        if name in JOBS and JOBS[name].work.__qualname__ != work.__qualname__:
            raise RuntimeError(f"two kinds of job are called {name}")
        JOBS[name] = Job(name, work, attempts, seconds, pause)
        return work

    return register


async def enqueue(
    name: str, payload: Mapping[str, Any] | None = None, *, delay: timedelta | None = None, key: str | None = None
) -> None:
    """Puts in a job for the current tenant, after the commit when a tenant transaction is open.

    `payload` holds what JSON can. With `key` at most one job of that name and key waits in this tenant, until the one
    that runs has ended. Not atomic with the tenant's transaction: who must not lose a job when the
    process dies between the two lets a sweep look again. Raises `NoTenant`, `DatabaseDown`.
    """
    tenant = tenants.current()
    content = msgspec.json.encode(payload or {})

    async def put_in() -> None:
        await _put_in(tenant.id, name, content, delay, key)

    await after_commit(put_in)


async def _put_in(tenant_id: UUID, name: str, content: bytes, delay: timedelta | None, key: str | None) -> None:
    headers = {"tenant": str(tenant_id)} | ({"key": key} if key else {})
    await QUEUE.enqueue(
        name,
        content,
        priority=-await queues.waiting(tenant_id),
        execute_after=delay,
        dedupe_key=f"{tenant_id} {name} {key}" if key else None,
        headers=headers,
        on_conflict="skip",
    )


class Waiting(msgspec.Struct, frozen=True):
    """A job as the operator sees it: never its payload, which is the tenant's. `status`: queued, picked or failed."""

    id: int
    name: str
    tenant: str | None
    status: str
    attempts: int
    created_at: datetime
    due_at: datetime
    error: str | None


SELECT = (
    "SELECT q.id, q.entrypoint AS name, t.slug AS tenant, q.status::text AS status, q.attempts, q.created AS created_at,"
    " q.execute_after AS due_at, (SELECT concat(l.traceback ->> 'exception_type', ': ', l.traceback ->> 'exception_message')"
    " FROM pgqueuer_log l WHERE l.job_id = q.id AND l.traceback IS NOT NULL ORDER BY l.created DESC LIMIT 1) AS error"
    " FROM pgqueuer q LEFT JOIN tenants t ON t.id::text = q.headers ->> 'tenant'"
)


async def pending(limit: int = 100) -> list[Waiting]:
    """Jobs that run or wait, the next ones first."""
    rows = await control.fetch(
        f"{SELECT} WHERE q.status IN ('queued', 'picked') ORDER BY q.status DESC, q.priority DESC, q.id LIMIT $1", limit
    )
    return [Waiting(**dict(row)) for row in rows]


async def failed(limit: int = 100) -> list[Waiting]:
    """Jobs that were set aside after their last attempt, the newest first."""
    rows = await control.fetch(f"{SELECT} WHERE q.status = 'failed' ORDER BY q.updated DESC, q.id DESC LIMIT $1", limit)
    return [Waiting(**dict(row)) for row in rows]


async def counts() -> dict[str, int]:
    """How many jobs there are by status."""
    rows = await control.fetch("SELECT status::text, count(*) FROM pgqueuer GROUP BY 1 ORDER BY 1")
    return {row[0]: row[1] for row in rows}


async def retry(id: int) -> bool:
    """Lets a job that was set aside begin again with all its attempts; False when there is none."""
    there = await control.fetchval("SELECT true FROM pgqueuer WHERE id = $1 AND status = 'failed'", id)
    if there:
        await QUEUE.requeue_jobs([JobId(id)])
        await signals.notify(queues.RETRIED)
    return bool(there)


async def drop(id: int) -> bool:
    """Takes away a job that was set aside; False when there is none."""
    return bool(await control.execute("DELETE FROM pgqueuer WHERE id = $1 AND status = 'failed'", id))
