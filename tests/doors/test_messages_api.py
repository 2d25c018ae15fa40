"""Messages of a ticket and their files through /api/v1."""

from __future__ import annotations

import hashlib
from typing import Any

import httpx

from app.core.db import sql
from app.tenancy import tenants
from app.tenancy.tenants import Tenant
from tests.doors.browsers import Doors, Person
from tests.doors.test_tickets_api import SOME, TICKETS, is_problem, make

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40


async def attach(
    doors: Doors, ann: Person, ticket: dict[str, Any], name: str, content: bytes, type: str, *, direction: str = "note"
) -> None:
    """Ann writes a note, or an answer, with a file."""
    browser = await doors.browser(who=ann)
    await browser.get("/notifications")
    place = f"/tickets/{ticket['number']}"
    added = await browser.send("POST", f"{place}/drafts/{direction}/files", files={"file": (name, content, type)})
    assert added.status_code == 200, added.text
    sent = await browser.post(f"{place}/messages", {"direction": direction, "html": "<p>See there</p>"})
    assert sent.status_code == 200, sent.text


async def test_answers_and_notes_stand_in_their_order(api: httpx.AsyncClient, support: None, kim: Person) -> None:
    made = await make(api, text="It is broken", contact="marta@nordwind.example")
    address = f"{TICKETS}/{made['id']}/messages"
    answer = await api.post(address, json={"text": "Is it <on>?", "cc": ["boss@nordwind.example"], "status": "solved"})
    assert answer.status_code == 201
    note = await api.post(address, json={"direction": "note", "html": "<p>Calm <b>her</b><script>x</script></p>"})
    assert note.status_code == 201
    items = (await api.get(address)).json()["items"]
    assert [one["direction"] for one in items] == ["inbound", "outbound", "note"]
    assert items[1] == answer.json()
    assert items[1]["reply"] == "Is it <on>?"
    assert "&lt;on&gt;" in items[1]["html"]
    assert (items[1]["to"], items[1]["cc"]) == (["marta@nordwind.example"], ["boss@nordwind.example"])
    assert items[2]["author"]["name"] == "Kim Brandt"
    assert "script" not in items[2]["html"]
    assert (await api.get(f"{TICKETS}/{made['id']}")).json()["status"] == "solved"


async def test_messages_come_page_by_page(api: httpx.AsyncClient) -> None:
    made = await make(api)
    address = f"{TICKETS}/{made['id']}/messages"
    for number in range(5):
        await api.post(address, json={"direction": "note", "text": f"Note {number}"})
    found: list[str] = []
    after = None
    while True:
        page = (await api.get(address, params={"limit": 2} | ({"after": after} if after else {}))).json()
        found += [item["text"].strip() for item in page["items"]]
        after = page["next"]
        if after is None:
            break
        await api.post(address, json={"direction": "note", "text": "Late"}) if len(found) == 2 else None
    assert found == [*(f"Note {number}" for number in range(5)), "Late"]


async def test_a_message_that_cannot_be_written_says_why(api: httpx.AsyncClient, acme: Tenant) -> None:
    made = await make(api, contact="marta@nordwind.example")
    address = f"{TICKETS}/{made['id']}/messages"
    for body, field in (
        ({}, "text"), ({"text": " \n "}, "text"), ({"html": "<p> </p>"}, ""), ({"text": "x", "direction": "inbound"}, "direction"),
        ({"text": "x", "cc": ["nobody"]}, "cc"), ({"text": "x", "cc": "a@b.example"}, "cc"), ({"text": "x", "status": "new"}, "status"),
        ({"text": "x", "cc": ["a@b.example"] * 21}, "cc"), ({"text": "x\r\nBcc: y", "cc": ["a@b.example\r\nBcc: c@d.example"]}, "cc"),
    ):  # fmt: skip
        is_problem(await api.post(address, json=body), 422, *([field] if field else []))
    nobody = await make(api, "Without a contact")
    is_problem(await api.post(f"{TICKETS}/{nobody['id']}/messages", json={"text": "x"}), 409)
    is_problem(await api.post(f"{TICKETS}/{SOME}/messages", json={"text": "x"}), 404)
    with tenants.enter(acme):
        assert await sql.fetchval("SELECT count(*) FROM messages") == 0
        assert await sql.fetchval("SELECT count(*) FROM outbound_mails WHERE purpose = 'ticket.answer'") == 0


async def test_a_file_is_read_byte_for_byte_by_whoever_sees_the_ticket(
    doors: Doors, api: httpx.AsyncClient, ann: Person, vera: Person, gil: Person
) -> None:
    made = await make(api)
    await attach(doors, ann, made, "pícture \u202egnp.exe", PICTURE, "image/png")
    [message] = (await api.get(f"{TICKETS}/{made['id']}/messages")).json()["items"]
    [file] = message["attachments"]
    assert (file["size"], file["sha256"]) == (len(PICTURE), hashlib.sha256(PICTURE).hexdigest())
    assert "\u202e" not in file["name"]
    viewer = await doors.program(vera)
    for reader in (api, viewer):
        for coding in ("identity", "gzip"):
            got = await reader.get(file["url"], headers={"Accept-Encoding": coding})
            assert got.status_code == 200
            assert got.content == PICTURE
            assert got.headers["content-disposition"].startswith("attachment")
            assert got.headers["x-content-type-options"] == "nosniff"
            assert "sandbox" in got.headers["content-security-policy"]
    same = await api.get(file["url"], headers={"If-None-Match": got.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    globex = await doors.program(gil, "globex")
    is_problem(await globex.get(file["url"]), 404)
    assert (await api.delete(f"{TICKETS}/{made['id']}")).status_code == 204
    is_problem(await api.get(file["url"]), 404)


async def test_a_file_that_could_run_is_only_saved(doors: Doors, api: httpx.AsyncClient, ann: Person) -> None:
    made = await make(api)
    await attach(doors, ann, made, "page.html", b"<script>alert(1)</script>", "text/html")
    [message] = (await api.get(f"{TICKETS}/{made['id']}/messages")).json()["items"]
    browser = await doors.browser(who=ann)
    shown = await browser.get(f"/attachments/{message['attachments'][0]['id']}")
    assert shown.content == b"<script>alert(1)</script>"
    assert shown.headers["content-type"] == "application/octet-stream"
    assert shown.headers["content-disposition"].startswith("attachment")
