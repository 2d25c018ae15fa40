"""Messages in quarantine over all tenants, without a word of what is in them."""

from __future__ import annotations

from uuid import UUID

import structlog

from app.core.db import TENANT, sql
from app.mail import quarantine
from app.operations.views import HeldMail, MailPage
from app.tenancy import tenants

log = structlog.get_logger(__name__)
MOST = 200
MOST_EACH = 50


async def all_held() -> MailPage:
    """The newest held messages of each active tenant."""
    found: list[HeldMail] = []
    more = False
    for tenant in await tenants.all_active():
        with tenants.enter(tenant):
            rows = await sql.fetch(
                "SELECT id, reason, size, received_at FROM inbound_mails WHERE state = 'quarantined'"
                " ORDER BY received_at DESC, id LIMIT $1",
                MOST_EACH + 1,
            )
        more = more or len(rows) > MOST_EACH
        found += [HeldMail(tenant=tenant.slug, **dict(row)) for row in rows[:MOST_EACH]]
        if len(found) >= MOST:
            return MailPage(held=found[:MOST], more=True)
    return MailPage(held=sorted(found, key=lambda held: held.received_at, reverse=True), more=more)


async def retry(slug: str, mail_id: UUID) -> bool:
    """Lets a held message be received again; False when there is none such."""
    tenant = await tenants.by_slug(slug)
    if tenant is None or not tenant.is_active:
        return False
    with tenants.enter(tenant):
        async with TENANT.transaction():
            found = await quarantine.retry(mail_id)
    log.info("operator.mail_retried", tenant=slug, mail=str(mail_id), found=found)
    return found
