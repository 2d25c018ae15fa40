"""What the doctor looks at, in the order in which one thing needs the other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import structlog

from app.operations.doctor import cell, journal, mail
from app.operations.doctor.findings import Finding, fail
from app.tenancy import tenants

log = structlog.get_logger(__name__)
Check = Callable[[], Awaitable[Sequence[Finding]]]
CHECKS: dict[str, Check] = {
    "database": cell.database,
    "clock": cell.clock,
    "migrations": cell.migrated,
    "disk": cell.disk,
    "jobs": cell.work,
    "alarms": cell.alarmed,
    "mail": mail.outgoing,
}
TENANT_CHECKS: dict[str, Check] = {"journal": journal.intact, "mail": mail.waiting}


async def examine(*, tenant: str | None = None) -> AsyncIterator[Finding]:
    """All findings, one by one as they are made: of the cell, then of each active tenant (or only of `tenant`).

    A check that breaks is a finding itself. When the database does not answer, nothing else is asked.
    """
    if tenant is None:
        for name, check in CHECKS.items():
            found = await _careful(name, check)
            for finding in found:
                yield finding
            if name == "database" and any(finding.level == "fail" for finding in found):
                return
    for one in await tenants.all_active():
        if tenant not in (None, one.slug):
            continue
        with tenants.enter(one):
            for name, check in TENANT_CHECKS.items():
                for finding in await _careful(name, check, one.slug):
                    yield finding


async def _careful(name: str, check: Check, tenant: str = "") -> Sequence[Finding]:
    try:
        return await check()
    except Exception as error:
        log.exception("doctor.check_broke", check=name)
        return [
            fail(
                name,
                f"The check broke: {type(error).__name__}: {error}",
                "Mend what the message names, then run the doctor again.",
                tenant=tenant,
            )
        ]
