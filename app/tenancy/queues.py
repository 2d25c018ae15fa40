"""The queue of jobs in the control database: pgqueuer's tables and statements, and the turn that each tenant gets.

pgqueuer has no cap per tenant and no way to hold a suspended tenant's jobs, so picking is a statement of our own on its
tables (docs/decisions/0006-a-turn-for-every-tenant.md); putting in, retrying, finishing and setting aside are its own (`pgqueues`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from app.core.db import control

CHANNEL = "ch_pgqueuer"
RETRIED = "jobs"
STALE = timedelta(seconds=30)
COUNTED = 1000
PARKED = -1_000_000

# A tenant's jobs that wait get lower and lower priority, so the heads of all queues stand at the top, and a look at the
# first few hundred finds them however long one tenant's queue is. Jobs of suspended tenants are parked below that.
TAKE = """
WITH room AS (
    SELECT * FROM unnest($2::text[], $3::int[]) AS given (tenant, room)
), keyed AS MATERIALIZED (
    SELECT entrypoint, headers ->> 'tenant' AS tenant, headers ->> 'key' AS key
    FROM pgqueuer
    WHERE status = 'picked' AND headers ->> 'key' IS NOT NULL
), seen AS (
    SELECT q.id, q.priority, q.headers ->> 'tenant' AS tenant
    FROM pgqueuer q
    WHERE q.status = 'queued' AND q.priority > $9 AND q.execute_after <= now() + $7::interval
        AND q.entrypoint = ANY($1::text[])
        AND NOT EXISTS (
            SELECT FROM keyed k
            WHERE (k.entrypoint, k.tenant, k.key) = (q.entrypoint, q.headers ->> 'tenant', q.headers ->> 'key')
        )
    ORDER BY q.priority DESC, q.id
    LIMIT 300
), candidates AS (
    SELECT ranked.id
    FROM (
        SELECT id, priority, tenant, row_number() OVER (PARTITION BY tenant ORDER BY priority DESC, id) AS place FROM seen
    ) ranked LEFT JOIN room USING (tenant)
    WHERE ranked.place <= 4 * coalesce(room.room, $4::int)
    ORDER BY ranked.priority DESC, ranked.id
    LIMIT 4 * $5::int
), locked AS (
    SELECT q.id, q.priority, q.headers ->> 'tenant' AS tenant
    FROM pgqueuer q
    WHERE q.id IN (SELECT id FROM candidates) AND q.status = 'queued'
    FOR UPDATE OF q SKIP LOCKED
), stale AS (
    SELECT q.id, q.priority, q.headers ->> 'tenant' AS tenant
    FROM pgqueuer q
    WHERE q.status = 'picked' AND q.heartbeat < now() - $8::interval AND q.entrypoint = ANY($1::text[])
    ORDER BY q.priority DESC, q.id
    LIMIT $5::int
    FOR UPDATE OF q SKIP LOCKED
), chosen AS (
    SELECT ranked.id
    FROM (
        SELECT id, priority, tenant, row_number() OVER (PARTITION BY tenant ORDER BY priority DESC, id) AS place
        FROM (SELECT * FROM locked UNION ALL SELECT * FROM stale) found
    ) ranked LEFT JOIN room USING (tenant)
    WHERE ranked.place <= coalesce(room.room, $4::int)
    ORDER BY ranked.priority DESC, ranked.id
    LIMIT $5::int
)
UPDATE pgqueuer q
SET status = 'picked', queue_manager_id = $6, updated = now(), heartbeat = now(),
    -- The key is free again: what happens while the job runs needs a job of its own.
    dedupe_key = NULL,
    -- Who held it died with it: that counts as an attempt, or a job that kills its worker would do so for ever.
    attempts = q.attempts + CASE WHEN q.status = 'picked' THEN 1 ELSE 0 END
FROM chosen
WHERE q.id = chosen.id
RETURNING q.id, q.priority, q.entrypoint, q.payload, q.headers, q.attempts
"""


async def take(
    names: Sequence[str],
    room: Mapping[str, int],
    *,
    per_tenant: int,
    limit: int,
    worker: UUID,
    ahead: timedelta = timedelta(0),
    stale: timedelta = STALE,
) -> list[Any]:
    """Up to `limit` jobs that are due and now belong to `worker`, best first.

    `room` says how many more a tenant may have at once here, `per_tenant` holds for those it does not name. Parked
    jobs wait. A job whose worker has been silent for `stale` is taken over.
    """
    rows = await control.fetch(
        TAKE, list(names), list(room), list(room.values()), per_tenant, limit, worker, ahead, stale, PARKED
    )
    return sorted(rows, key=lambda row: (-row["priority"], row["id"]))


async def next_due(names: Sequence[str]) -> float | None:
    """Seconds until the next job that was put off is due; None when none was."""
    seconds: float | None = await control.fetchval(
        "SELECT extract(epoch FROM min(q.execute_after) - now())::float8 FROM pgqueuer q"
        " WHERE q.status = 'queued' AND q.execute_after > now() AND q.priority > $2"
        " AND q.entrypoint = ANY($1::text[])",
        list(names),
        PARKED,
    )
    return seconds


async def waiting(tenant_id: UUID) -> int:
    """How many jobs of the tenant wait or run; counted up to 1,000, so that a flood does not slow itself down."""
    count: int = await control.fetchval(
        "SELECT count(*) FROM (SELECT FROM pgqueuer WHERE headers ->> 'tenant' = $1 AND status <> 'failed'"
        f" LIMIT {COUNTED}) counted",
        str(tenant_id),
    )
    return count


async def put_back(ids: Sequence[int], worker: UUID, *, delay: timedelta = timedelta(0)) -> None:
    """Lets jobs of this worker wait again, as if they had not been tried."""
    await control.execute(
        "UPDATE pgqueuer SET status = 'queued', queue_manager_id = NULL, updated = now(), execute_after = now() + $3::interval"
        " WHERE id = ANY($1::bigint[]) AND queue_manager_id = $2 AND status = 'picked'",
        list(ids),
        worker,
        delay,
    )


async def park(tenant_id: UUID) -> None:
    """Puts the tenant's waiting jobs where no worker looks, until `unpark`.

    Not those of one that has been opened meanwhile, or is about to be: what its creation put in, such as the invitation
    of its first admin, nobody would unpark.
    """
    await control.execute(
        "UPDATE pgqueuer SET priority = priority + 2 * $2 WHERE headers ->> 'tenant' = $1 AND status = 'queued' AND priority > $2"
        " AND NOT EXISTS (SELECT FROM tenants WHERE id::text = $1 AND status IN ('creating', 'active'))",
        str(tenant_id),
        PARKED,
    )


async def unpark(tenant_id: UUID) -> None:
    """Lets the tenant's parked jobs wait for their turn again."""
    await control.execute(
        "UPDATE pgqueuer SET priority = priority - 2 * $2 WHERE headers ->> 'tenant' = $1 AND status = 'queued' AND priority <= $2",
        str(tenant_id),
        PARKED,
    )


async def beat(ids: Sequence[int], worker: UUID) -> None:
    """Says that this worker still works on its jobs."""
    await control.execute(
        "UPDATE pgqueuer SET heartbeat = now() WHERE id = ANY($1::bigint[]) AND queue_manager_id = $2",
        list(ids),
        worker,
    )


async def rebalance() -> None:
    """Counts priorities anew where a tenant's best waiting job has fallen far behind, so that a long queue moves up as
    it is worked off and nobody starves.
    """
    await control.execute(
        "WITH behind AS ("
        "  SELECT headers ->> 'tenant' AS tenant FROM pgqueuer WHERE status = 'queued' AND priority > $2"
        "  GROUP BY 1 HAVING max(priority) < -50"
        "), ranked AS ("
        "  SELECT q.id, (1 - row_number() OVER (PARTITION BY b.tenant ORDER BY q.priority DESC, q.id))::int AS priority"
        "  FROM pgqueuer q JOIN behind b ON b.tenant = q.headers ->> 'tenant'"
        "  WHERE q.status = 'queued' AND q.priority > $2"
        ") UPDATE pgqueuer q SET priority = greatest(ranked.priority, $1) FROM ranked"
        " WHERE q.id = ranked.id AND q.status = 'queued' AND q.priority <> greatest(ranked.priority, $1)",
        -COUNTED,
        PARKED,
    )


async def prune(keep: timedelta = timedelta(days=3)) -> None:
    """Drops jobs of tenants that are gone, and what the queue's log said before `keep`."""
    await control.execute(
        "DELETE FROM pgqueuer q WHERE NOT EXISTS (SELECT FROM tenants t WHERE t.id::text = q.headers ->> 'tenant')"
    )
    await control.execute(
        "DELETE FROM pgqueuer_log l WHERE l.created < now() - $1::interval"
        " AND NOT EXISTS (SELECT FROM pgqueuer q WHERE q.id = l.job_id)",
        keep,
    )
