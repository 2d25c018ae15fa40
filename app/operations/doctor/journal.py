"""Every tenant's journal: is the chain of seals whole, and do all readers keep up?"""

from __future__ import annotations

from collections.abc import Sequence

from app.core.db import sql
from app.journal import seals
from app.operations.doctor.findings import Finding, fail, ok, warn
from app.tenancy import tenants


async def intact() -> Sequence[Finding]:
    slug = tenants.current().slug
    found: list[Finding] = []
    for fault in await seals.verify():
        where = f"seal {fault.seal}" if fault.seal else "the whole"
        found.append(
            fail(
                "journal",
                f"The journal was tampered with: {where}: {fault.what}.",
                "Compare with a backup from before; find out who can write to this database besides the application.",
                tenant=slug,
            )
        )
    aside = await sql.fetchval("SELECT count(*) FROM event_failures")
    if aside:
        found.append(
            warn(
                "journal",
                f"{aside} events were set aside because a reader could not handle them.",
                "See the alarms for the cause.",
                tenant=slug,
            )
        )
    if not found:
        count = await sql.fetchval("SELECT coalesce(sum(count), 0) FROM event_seals")
        found.append(ok("journal", f"{count} sealed events are intact.", tenant=slug))
    return found
