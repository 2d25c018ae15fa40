"""A process can die between a commit and its wake-up: the sweep reads on for tenants whose journal waits."""

from __future__ import annotations

from app.journal import consumers
from app.tenancy.jobs import each_tenant


@each_tenant("journal.sweep", seconds=60)
async def sweep() -> None:
    """Drains the journal of one tenant, as the wake-up would have done."""
    await consumers.drain()
