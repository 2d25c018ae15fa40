"""After a commit that wrote events, their readers are woken; a sweep finds what a crash kept asleep."""

from __future__ import annotations

from app.tenancy import jobs, signals, tenants


async def wake() -> None:
    """Tells the live pages of all web processes, and asks a worker to drain the journal of the current tenant."""
    tenant = tenants.current()
    await signals.notify("journal", str(tenant.id))
    await jobs.enqueue("journal.drain", {}, key="journal.drain")
