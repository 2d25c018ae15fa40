"""The doctor finds what is wrong and says what to do."""

from __future__ import annotations

from app.access import Actor
from app.core import ids
from app.core.db import TENANT
from app.journal import events, seals
from app.operations import doctor
from app.operations.doctor.findings import Finding
from app.tenancy import alarms, cells, tenants


async def found(check: str, tenant: str | None = None) -> list[Finding]:
    return [finding async for finding in doctor.examine(tenant=tenant) if finding.check == check]


async def test_a_cell_without_trouble_fails_nowhere(acme: tenants.Tenant) -> None:
    everything = [finding async for finding in doctor.examine()]
    assert {finding.check for finding in everything} >= {
        "database",
        "clock",
        "migrations",
        "disk",
        "jobs",
        "mail",
        "journal",
    }
    assert [finding for finding in everything if finding.level == "fail"] == []


async def test_a_journal_that_was_tampered_with_is_found_in_the_right_tenant(
    acme: tenants.Tenant, globex: tenants.Tenant
) -> None:
    with tenants.enter(acme):
        async with TENANT.transaction():
            await events.record("ticket.created", kind="ticket", id=ids.new(), by=Actor.system())
        assert await seals.seal_next()
    async with cells.connection(acme.db.database) as admin:
        await admin.execute("UPDATE events SET actor_name = 'Somebody'")
    findings = await found("journal")
    assert {finding.tenant: finding.level for finding in findings} == {"acme": "fail", "globex": "ok"}
    assert all(finding.remedy for finding in findings if finding.level == "fail")


async def test_an_open_alarm_is_shown_until_it_is_resolved(control: cells.Cell) -> None:
    alarm = await alarms.raise_alarm("mail.quarantine", "A message waits.")
    assert [finding.what for finding in await found("alarms")] == ["A message waits."]
    await alarms.resolve(alarm)
    assert [finding.level for finding in await found("alarms")] == ["ok"]


async def test_a_check_that_breaks_is_a_finding_itself(control: cells.Cell) -> None:
    async def broken() -> list[Finding]:
        raise ZeroDivisionError("on purpose")

    before = doctor.CHECKS["disk"]
    doctor.CHECKS["disk"] = broken
    try:
        [finding] = await found("disk")
    finally:
        doctor.CHECKS["disk"] = before
    assert finding.level == "fail"
    assert "ZeroDivisionError" in finding.what
