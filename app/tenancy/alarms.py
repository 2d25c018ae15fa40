"""An alarm is for the operator: something went wrong that will not mend itself, said once and counted."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import structlog

from app.core import clock, ids
from app.core.db import NoTenant, control
from app.tenancy import tenants

log = structlog.get_logger(__name__)


class Alarm(msgspec.Struct, frozen=True):
    """`times` counts how often the same thing was said since `created_at`."""

    id: UUID
    tenant: str | None
    kind: str
    summary: str
    detail: str
    times: int
    created_at: datetime
    last_at: datetime
    resolved_at: datetime | None


async def raise_alarm(kind: str, summary: str, detail: str = "") -> UUID:
    """Tells the operator, about the current tenant when there is one. The same open alarm is counted, not repeated."""
    try:
        tenant_id: UUID | None = tenants.current().id
    except NoTenant:
        tenant_id = None
    log.error("alarm", kind=kind, summary=summary)
    now = clock.now()
    found: UUID = await control.fetchval(
        "INSERT INTO alarms (id, tenant_id, kind, summary, detail, created_at, last_at) VALUES ($1, $2, $3, $4, $5, $6, $6)"
        " ON CONFLICT (kind, tenant_id, md5(summary)) WHERE resolved_at IS NULL"
        " DO UPDATE SET times = alarms.times + 1, last_at = EXCLUDED.last_at, detail = EXCLUDED.detail RETURNING id",
        ids.new(),
        tenant_id,
        kind,
        _storable(summary)[:1000],
        _storable(detail)[:20_000],
        now,
    )
    return found


def _storable(text: str) -> str:
    """`text` without what PostgreSQL cannot hold: NUL and lone surrogates."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()


async def open_alarms(limit: int = 200, *, resolved: bool = False) -> list[Alarm]:
    """The newest alarms that nobody has resolved; with `resolved`, the others too."""
    rows: list[Any] = await control.fetch(
        "SELECT a.id, t.slug AS tenant, a.kind, a.summary, a.detail, a.times, a.created_at, a.last_at, a.resolved_at"
        " FROM alarms a LEFT JOIN tenants t ON t.id = a.tenant_id WHERE $2 OR a.resolved_at IS NULL"
        " ORDER BY a.last_at DESC, a.id LIMIT $1",
        limit,
        resolved,
    )
    return [Alarm(**dict(row)) for row in rows]


async def resolve(id: UUID) -> bool:
    """Marks an alarm as dealt with; False when it is not there or was resolved before."""
    return bool(
        await control.execute(
            "UPDATE alarms SET resolved_at = $2 WHERE id = $1 AND resolved_at IS NULL", id, clock.now()
        )
    )
