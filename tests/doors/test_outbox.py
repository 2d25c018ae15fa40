"""In development, mail that would leave can be read by people and by scripts, each at the host of its tenant."""

from __future__ import annotations

import email
from typing import Any

import pytest

from app.access import Actor
from app.core import settings
from app.core.db import TENANT
from app.files import blobs
from app.mail import channels, outgoing
from app.mail.parsing.addresses import Address
from app.tenancy import tenants, workers
from app.tenancy.tenants import Tenant
from tests.doors.browsers import Doors


async def write(tenant: Tenant, subject: str, **more: Any) -> outgoing.Queued:
    with tenants.enter(tenant):
        async with TENANT.transaction():
            channel = await channels.default() or await channels.create(
                f"support@{tenant.slug}.localhost", name=tenant.name, by=Actor.system()
            )
            blob = await blobs.put(b"<script>alert(1)</script>")
            files = [outgoing.File(name="evil.html", type="text/html", blob_key=blob.key)]
            sent = await outgoing.queue(
                purpose="x", channel=channel, to=[Address("Ann", "ann@customer.example")], subject=subject,
                text="See http://acme.localhost:8000/reset/abc", files=files, **more,
            )  # fmt: skip
        await workers.drain()
        return sent


async def test_a_script_finds_the_mail_and_the_link_in_it(doors: Doors, acme: Tenant, globex: Tenant) -> None:
    sent = await write(acme, "Ünïcode", html="<p>Hi</p>")
    await write(globex, "Not for acme")
    client = await doors.client()
    for answer in (
        await client.get("/dev/outbox", params={"format": "json"}),
        await client.get("/dev/outbox", headers={"accept": "application/json"}),
    ):
        [mail] = answer.json()
        assert (mail["id"], mail["to"], mail["subject"]) == (str(sent.id), ["ann@customer.example"], "Ünïcode")
        assert (mail["message_id"], mail["tenant"], mail["state"]) == (sent.message_id, "acme", "sent")
        assert "reset/abc" in mail["text"]
        assert "<p>Hi</p>" in mail["html"]
    cell = await doors.client("")
    assert [mail["tenant"] for mail in (await cell.get("/dev/outbox?format=json")).json()] == ["globex", "acme"]


async def test_people_read_it_without_signing_in(doors: Doors, acme: Tenant, globex: Tenant) -> None:
    sent = await write(acme, "Hello", html="<p onclick=x()>Hi</p>")
    foreign = await write(globex, "Secret of globex")
    for slug in ("acme", ""):
        client = await doors.client(slug)
        page = await client.get("/dev/outbox")
        assert page.status_code == 200
        assert "Hello" in page.text
        assert ("Secret of globex" in page.text) is (slug == "")
        assert (await client.get("/dev/outbox?part=rows")).status_code == 200
        one = await client.get(f"/dev/outbox/{sent.id}")
        assert "reset/abc" in one.text
        frame = await client.get(f"/dev/outbox/{sent.id}/html")
        assert "onclick" not in frame.text
        assert "sandbox" in frame.headers["content-security-policy"]
        raw = await client.get(f"/dev/outbox/{sent.id}/raw")
        assert email.message_from_bytes(raw.content)["Message-ID"] == sent.message_id
        assert raw.headers["content-disposition"].startswith("attachment")
        file = await client.get(f"/dev/outbox/{sent.id}/files/0")
        assert file.headers["content-disposition"] == 'attachment; filename="evil.html"'
        assert file.headers["content-type"] == "application/octet-stream"
        assert (await client.get(f"/dev/outbox/{sent.id}/files/9")).status_code == 404
    assert (await (await doors.client("acme")).get(f"/dev/outbox/{foreign.id}")).status_code == 404


async def test_an_old_mail_is_on_the_next_page(doors: Doors, acme: Tenant) -> None:
    for number in range(3):
        await write(acme, f"Mail {number}")
    client = await doors.client()
    first = (await client.get("/dev/outbox?format=json&limit=2")).json()
    rest = (await client.get("/dev/outbox", params={"format": "json", "limit": "2", "before": first[-1]["id"]})).json()
    assert [mail["subject"] for mail in first + rest] == ["Mail 2", "Mail 1", "Mail 0"]
    assert (await client.get("/dev/outbox?part=rows&limit=2")).text.count("Mail ") >= 2


async def test_outside_development_there_is_no_outbox(
    doors: Doors, acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = await write(acme, "Hello")
    monkeypatch.setenv("FONDACO_ENVIRONMENT", "production")
    settings.forget()
    for slug in ("acme", ""):
        client = await doors.client(slug)
        for path in ("", f"/{sent.id}", f"/{sent.id}/html", f"/{sent.id}/raw", f"/{sent.id}/files/0"):
            assert (await client.get(f"/dev/outbox{path}")).status_code == 404


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via"])
async def test_a_forgotten_setting_does_not_open_it_to_the_world(doors: Doors, acme: Tenant, header: str) -> None:
    client = await doors.client()
    assert (await client.get("/dev/outbox")).status_code == 200
    assert (await client.get("/dev/outbox", headers={header: "203.0.113.7"})).status_code == 404
