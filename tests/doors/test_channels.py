"""Admins look after the addresses of their house; what they enter is checked, and secrets are never shown again."""

from __future__ import annotations

from typing import Any

from app.access import Actor
from app.core.db import TENANT, control, sql
from app.mail import channels
from app.mail.channels import Channel
from app.tenancy import tenants
from app.tenancy.tenants import Tenant
from tests.doors.browsers import Browser, Doors, Person


async def support(acme: Tenant) -> Channel:
    with tenants.enter(acme):
        async with TENANT.transaction():
            return await channels.create("support@acme.localhost", name="Acme", by=Actor.system())


def fields(**more: str) -> dict[str, Any]:
    return {
        "address": "sales@acme.localhost", "name": "Sales", "team": "", "signature": "Sales\nAcme", "active": "1",
        "imap_host": "", "imap_port": "993", "imap_security": "tls", "imap_user": "", "imap_password": "", "imap_folder": "INBOX",
    } | more  # fmt: skip


async def test_a_channel_is_made_changed_and_removed(doors: Doors, acme: Tenant, kim: Person) -> None:
    first = await support(acme)
    browser = await doors.browser(who=kim)
    made = await browser.post("/settings/channels/new", fields())
    assert made.status_code == 303, made.text
    place = made.headers["location"]
    assert await control.fetchval("SELECT tenant_id FROM mail_routes WHERE address = 'sales@acme.localhost'") == acme.id
    shown = await browser.get(place)
    assert "Sales" in shown.text
    changed = await browser.post(place, fields(name="Sales & Co", is_default="1"))
    assert changed.status_code == 303, changed.text
    page = await browser.get("/settings/channels")
    assert "Sales &amp; Co" in page.text
    assert (await browser.post(f"{place}/removal")).status_code == 409
    assert (
        await browser.post(f"/settings/channels/{first.id}", fields(address=first.address, is_default="1"))
    ).status_code == 303
    assert (await browser.post(f"{place}/removal")).status_code == 303
    assert await control.fetchval("SELECT count(*) FROM mail_routes") == 1
    with tenants.enter(acme):
        names = [row["name"] for row in await sql.fetch("SELECT name FROM events WHERE kind = 'channel' ORDER BY seq")]
    assert names == [
        "channel.created", "channel.created", "channel.changed", "channel.made_default", "channel.changed", "channel.made_default",
        "channel.deleted",
    ]  # fmt: skip


async def test_an_address_of_somebody_else_or_of_nobody_is_refused(
    doors: Doors, acme: Tenant, globex: Tenant, kim: Person
) -> None:
    with tenants.enter(globex):
        async with TENANT.transaction():
            await channels.create("help@globex.example", name="Globex", by=Actor.system())
    browser = await doors.browser(who=kim)
    for address, status in (
        ("help@globex.example", 409), ("support@globex.localhost", 422), ("support@localhost", 422), ("nonsense", 422),
        ("a+b@acme.localhost", 422), ("x" * 30 + "@acme.localhost", 422),
    ):  # fmt: skip
        answer = await browser.post("/settings/channels/new", fields(address=address))
        assert answer.status_code == status, address
        assert "Sales" in answer.text
    with tenants.enter(acme):
        assert await channels.every() == []


async def test_a_password_is_kept_sealed_shown_to_nobody_and_never_given_to_another_server(
    doors: Doors, acme: Tenant, kim: Person
) -> None:
    channel = await support(acme)
    place = f"/settings/channels/{channel.id}"
    browser = await doors.browser(who=kim)
    mailbox = {"address": channel.address, "imap_host": "imap.acme.example", "imap_user": "support"}
    assert (await browser.post(place, fields(**mailbox))).status_code == 422
    assert (await browser.post(place, fields(**mailbox, imap_password="hunter2 "))).status_code == 303
    assert "hunter2" not in (await browser.get(place)).text
    assert (await browser.post(place, fields(**mailbox | {"name": "New"}))).status_code == 303
    with tenants.enter(acme):
        found = await channels.imap_of(await channels.get(channel.id))
        assert found is not None
        assert found.password == "hunter2 "
        assert "hunter2" not in str([dict(row) for row in await sql.fetch("SELECT * FROM events")])
        assert b"hunter2" not in await sql.fetchval("SELECT imap_password FROM mail_channels")
    assert await control.fetchval("SELECT count(*) FROM mail_pollers") == 1
    answer = await browser.post(place, fields(**mailbox | {"imap_host": "evil.example"}))
    assert answer.status_code == 422
    tried = await browser.post(f"{place}/test", fields(**mailbox | {"imap_host": "evil.example"}))
    assert "password" in tried.text


async def test_a_mailbox_is_tried_before_it_is_kept(doors: Doors, acme: Tenant, kim: Person) -> None:
    browser = await doors.browser(who=kim)
    tried = await browser.post(
        "/settings/channels/new/test", fields(imap_host="localhost", imap_port="1", imap_user="x", imap_password="x")
    )
    assert tried.status_code == 200
    assert "cannot be reached" in tried.text


async def test_a_key_is_made_and_its_record_shown(doors: Doors, acme: Tenant, kim: Person) -> None:
    channel = await support(acme)
    browser = await doors.browser(who=kim)
    assert (await browser.post(f"/settings/channels/{channel.id}/dkim")).status_code == 303
    page = (await browser.get(f"/settings/channels/{channel.id}")).text
    assert "fondaco._domainkey.acme.localhost" in page
    assert "v=DKIM1; k=rsa; p=" in page
    assert "PRIVATE" not in page


async def test_only_admins_change_channels_and_nobody_sees_anothers(
    doors: Doors, acme: Tenant, ann: Person, vera: Person, gil: Person
) -> None:
    channel = await support(acme)
    place = f"/settings/channels/{channel.id}"

    async def codes(browser: Browser) -> list[int]:
        return [
            (await browser.get("/settings/channels")).status_code,
            (await browser.get(place)).status_code,
            *[
                (await browser.post(path, fields(address=channel.address))).status_code
                for path in (place, "/settings/channels/new", f"{place}/dkim", f"{place}/removal", f"{place}/test")
            ],
        ]

    assert await codes(await doors.browser(who=ann)) == [200, 403, 403, 403, 403, 403, 403]
    assert await codes(await doors.browser(who=vera)) == [403] * 7
    assert set((await codes(await doors.browser("globex", who=gil)))[1:2]) == {404}
    assert (await (await doors.browser("globex", who=gil)).post(f"{place}/removal")).status_code == 404
