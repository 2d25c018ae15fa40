"""The same request sent again: by a program that got no answer, by a person who pressed twice."""

from __future__ import annotations

import asyncio
import re
from typing import Any
from uuid import UUID

import httpx
import pytest

from app.core.db import sql
from app.tenancy import tenants
from app.tenancy.tenants import Tenant
from tests.doors.browsers import Doors, Person
from tests.doors.test_tickets_api import TICKETS, is_problem, make

KEY = {"Idempotency-Key": "order 17"}
BODY = {"subject": "Order 17", "text": "Where is it?", "contact": "marta@nordwind.example"}


async def count(tenant: Tenant, table: str) -> int:
    with tenants.enter(tenant):
        return int(await sql.fetchval(f"SELECT count(*) FROM {table}"))


async def test_the_same_key_answers_the_same_and_does_nothing(api: httpx.AsyncClient, acme: Tenant) -> None:
    first = await api.post(TICKETS, json=BODY, headers=KEY)
    again = await api.post(TICKETS, json=BODY, headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert (again.headers["etag"], again.headers["location"]) == (first.headers["etag"], first.headers["location"])
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert await count(acme, "tickets") == await count(acme, "messages") == 1
    other = await api.post(TICKETS, json=BODY, headers={"Idempotency-Key": "order 18"})
    assert other.json()["id"] != first.json()["id"]


async def test_the_same_key_at_the_same_time_makes_one(api: httpx.AsyncClient, acme: Tenant) -> None:
    answers = await asyncio.gather(*(api.post(TICKETS, json=BODY, headers=KEY) for _turn in range(5)))
    assert {one.status_code for one in answers} == {201}
    assert len({one.content for one in answers}) == 1
    assert await count(acme, "tickets") == 1


async def test_a_key_is_for_one_request_of_one_program(
    api: httpx.AsyncClient, doors: Doors, ann: Person, gil: Person
) -> None:
    made = await api.post(TICKETS, json=BODY, headers=KEY)
    told = is_problem(await api.post(TICKETS, json=BODY | {"subject": "Order 18"}, headers=KEY), 409)
    assert told["type"] == "urn:fondaco:idempotency_key_reused"
    messages = f"{TICKETS}/{made.json()['id']}/messages"
    is_problem(await api.post(messages, json={"direction": "note", "text": "x"}, headers=KEY), 409)
    for other in (await doors.program(ann), await doors.program(gil, "globex")):
        theirs = await other.post(TICKETS, json=BODY, headers=KEY)
        assert theirs.status_code == 201
        assert theirs.json()["id"] != made.json()["id"]


async def test_a_refused_request_leaves_its_key_free(api: httpx.AsyncClient, acme: Tenant) -> None:
    is_problem(await api.post(TICKETS, json=BODY | {"team": TEAM}, headers=KEY), 422)
    assert (await api.post(TICKETS, json=BODY, headers=KEY)).status_code == 201
    assert await count(acme, "tickets") == 1


TEAM = "0190a000-0000-7000-8000-000000000000"


@pytest.mark.parametrize("key", ["x" * 256, "tab\there", "\x7f"])
async def test_a_key_that_cannot_be_kept_is_refused(api: httpx.AsyncClient, key: str) -> None:
    is_problem(await api.post(TICKETS, json=BODY, headers={"Idempotency-Key": key}), 422, "Idempotency-Key")


async def test_a_note_is_written_once(api: httpx.AsyncClient) -> None:
    made = await make(api)
    address = f"{TICKETS}/{made['id']}/messages"
    body: dict[str, Any] = {"direction": "note", "text": "Called her."}
    first = await api.post(address, json=body, headers=KEY)
    assert (await api.post(address, json=body, headers=KEY)).content == first.content
    assert len((await api.get(address)).json()["items"]) == 1


async def test_a_form_sent_twice_at_once_changes_the_same_thing_twice(
    doors: Doors, api: httpx.AsyncClient, ann: Person
) -> None:
    """Nothing but the last word counts where the same field is set again, and its version is counted once."""
    made = await make(api)
    browser = await doors.browser(who=ann)
    await browser.get("/notifications")
    answers = await asyncio.gather(
        *(browser.send("PATCH", f"/tickets/{made['number']}", {"status": "waiting"}) for _turn in range(3))
    )
    assert {one.status_code for one in answers} == {200}
    now = (await api.get(f"{TICKETS}/{made['id']}")).json()
    assert (now["status"], now["version"]) == ("waiting", made["version"] + 1)


async def test_an_answer_a_note_and_a_new_ticket_that_are_sent_twice_at_once_are_there_once(
    doors: Doors, api: httpx.AsyncClient, acme: Tenant, ann: Person, support: None
) -> None:
    """Somebody presses twice, or the browser sends a form again because no answer came."""
    made = await make(api, contact="marta@nordwind.example")
    browser = await doors.browser(who=ann)
    await browser.get("/notifications")
    place = f"/tickets/{made['number']}/messages"
    answer, note = (
        {"direction": "outbound", "html": "<p>Is it on?</p>"},
        {"direction": "note", "html": "<p>Calm her</p>"},
    )
    ticket = {
        "subject": "From the phone",
        "email": "marta@nordwind.example",
        "html": "<p>It is loud</p>",
        "key": re.findall(r'name="key" value="([^"]+)"', (await browser.get("/tickets/new")).text)[0],
    }
    for path, fields in ((place, answer), (place, note), ("/tickets/new", ticket)):
        answers = await asyncio.gather(*(browser.post(path, fields) for _turn in range(3)))
        assert {one.status_code for one in answers} <= {200, 303, 409}, [one.text[:300] for one in answers]
        assert any(one.status_code < 400 for one in answers)
    with tenants.enter(acme):
        found = await sql.fetch(
            "SELECT direction, count(*) FROM messages WHERE ticket_id = $1 GROUP BY 1", UUID(made["id"])
        )
        assert dict(found) == {"outbound": 1, "note": 1}
        assert await sql.fetchval("SELECT count(*) FROM tickets WHERE subject = 'From the phone'") == 1
        assert await sql.fetchval("SELECT count(*) FROM outbound_mails WHERE purpose = 'ticket.answer'") <= 2
