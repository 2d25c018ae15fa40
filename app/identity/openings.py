"""A new tenant has one member: its first admin, with an invitation."""

from __future__ import annotations

from app.access import Actor
from app.identity import invitations, members
from app.tenancy.tenants import Tenant


async def open_house(tenant: Tenant, admin_email: str) -> dict[str, str]:
    """Invites the first admin, and once more when that was interrupted. Answers what to tell the operator."""
    by = Actor.system()
    admin = await members.by_email(admin_email)
    if admin is None:
        admin = await members.invite(admin_email, role="admin", by=by)
    if admin.has_joined:
        return {}
    return {f"Invitation for {admin.email}": await invitations.send(admin, by=by)}
