"""Bytes that no record knows any more go away by themselves."""

from __future__ import annotations

from app.files import blobs
from app.tenancy.jobs import each_tenant


@each_tenant("files.sweep", seconds=6 * 3600)
async def sweep() -> None:
    """Takes away what rollbacks and crashes left of one tenant, and of tenants that are gone."""
    await blobs.sweep()
    await blobs.erase_deleted_tenants()
