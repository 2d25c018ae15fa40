"""A process can die between a commit and what should follow: the sweeps look again."""

from __future__ import annotations

from app.mail import delivery, pollers, receiving, routes
from app.tenancy.jobs import each_tenant


@each_tenant("mail.sweep", seconds=60)
async def sweep() -> None:
    """Wakes mails of one tenant that nobody came back to."""
    await receiving.wake_lost()
    await delivery.wake_lost()


@each_tenant("mail.repair", seconds=3600)
async def repair() -> None:
    """Makes the cell's lists of addresses and mailboxes say what one tenant's channels say."""
    await routes.repair()
    await pollers.repair()
