"""Tickets through /api/v1: lists that stay right while rows arrive, changes that do not overwrite each other."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from app.core.db import sql
from app.tenancy import tenants
from app.tenancy.tenants import Tenant
from tests.doors.browsers import Doors, Person

TICKETS = "/api/v1/tickets"
SOME = "0190a000-0000-7000-8000-000000000000"
"""An identifier of nothing."""


async def make(api: httpx.AsyncClient, subject: str = "The printer is broken", **fields: Any) -> dict[str, Any]:
    response = await api.post(TICKETS, json={"subject": subject} | fields)
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json()
    return made


async def walk(api: httpx.AsyncClient, between: Any = None, **query: Any) -> list[str]:
    """The subjects of a whole list, page by page; `between` runs after every page."""
    subjects: list[str] = []
    after = None
    while True:
        page = (await api.get(TICKETS, params=query | ({"after": after} if after else {}))).json()
        subjects += [item["subject"] for item in page["items"]]
        after = page["next"]
        if after is None:
            return subjects
        if between:
            await between()


def is_problem(response: httpx.Response, status: int, *fields: str) -> dict[str, Any]:
    """The answer is problem details of this status that name these fields."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = response.json()
    assert told["status"] == status
    assert told["type"].startswith("urn:fondaco:")
    assert told["title"]
    assert told["detail"]
    assert set(fields) <= set(told.get("errors", {})), told
    return told


async def test_a_ticket_is_created_with_its_contact_and_first_message(api: httpx.AsyncClient, kim: Person) -> None:
    response = await api.post(
        TICKETS,
        json={
            "subject": "Broken printer", "text": "It pulls the paper in crooked.\n\nMarta", "priority": "high",
            "contact": {"email": "Marta@Nordwind.example", "name": "Marta Keller"}, "tags": ["hardware", "floor 3"],
            "assignee": "me",
        },
    )  # fmt: skip
    assert response.status_code == 201
    made = response.json()
    assert response.headers["location"] == f"{TICKETS}/{made['id']}"
    assert response.headers["etag"] == f'"v{made["version"]}"'
    assert made["contact"]["email"] == "marta@nordwind.example"
    assert made["account"]["name"]
    assert made["assignee"] == {"id": str(kim.member.id), "name": "Kim Brandt"}
    assert made["tags"] == ["floor 3", "hardware"]
    assert (await api.get(response.headers["location"])).json() == made
    messages = (await api.get(f"{TICKETS}/{made['id']}/messages")).json()["items"]
    assert [(one["direction"], one["text"]) for one in messages] == [
        ("inbound", "It pulls the paper in crooked.\n\nMarta")
    ]
    assert messages[0]["author"] == {"name": "Marta Keller", "email": "marta@nordwind.example"}


@pytest.mark.parametrize("sort", ["-created_at", "created_at", "-updated_at", "updated_at"])
async def test_pages_miss_and_repeat_nothing_while_tickets_arrive(api: httpx.AsyncClient, sort: str) -> None:
    there = [(await make(api, f"There {number}"))["subject"] for number in range(7)]
    found = await walk(api, lambda: make(api, "Late"), limit=2, sort=sort)
    old = [subject for subject in found if subject != "Late"]
    assert old == (there[::-1] if sort.startswith("-") else there)
    # New ones come at the front where the newest are first, and are found at the end where they are last.
    assert found.count("Late") == (0 if sort.startswith("-") else found.count("Late"))


async def test_pages_hold_tickets_of_the_same_moment_once_each(api: httpx.AsyncClient, acme: Tenant) -> None:
    for number in range(5):
        await make(api, f"Same {number}")
    with tenants.enter(acme):
        await sql.execute("UPDATE tickets SET created_at = '2026-01-01T00:00:00Z'")
    found = await walk(api, limit=2)
    assert sorted(found) == [f"Same {number}" for number in range(5)]
    assert await walk(api, limit=2, sort="created_at") == found[::-1]


async def test_a_ticket_changed_between_pages_comes_again_rather_than_never(api: httpx.AsyncClient) -> None:
    made = [await make(api, f"Ticket {number}") for number in range(5)]
    changed = False

    async def touch() -> None:
        nonlocal changed
        if not changed:
            changed = True
            await api.patch(f"{TICKETS}/{made[4]['id']}", json={"subject": "Ticket 4, touched"})

    found = await walk(api, touch, limit=2, sort="updated_at")
    assert found == [*(f"Ticket {number}" for number in range(4)), "Ticket 4, touched"]


async def test_filters_hold_together(api: httpx.AsyncClient, kim: Person, ann: Person) -> None:
    mine = await make(api, "Mine", assignee="me", tags=["VIP"], priority="high")
    hers = await make(api, "Hers", assignee=str(ann.member.id), contact="marta@nordwind.example")
    await make(api, "Nobody's")

    async def found(**filter: Any) -> list[str]:
        response = await api.get(TICKETS, params={"filter": json.dumps(filter), "sort": "created_at"})
        assert response.status_code == 200, response.text
        return [item["subject"] for item in response.json()["items"]]

    assert await found(assignee="me") == ["Mine"]
    assert await found(assignee=None) == ["Nobody's"]
    assert await found(assignee=str(ann.member.id)) == ["Hers"]
    assert await found(tag="vip") == ["Mine"]
    assert await found(tag="vip", assignee=None) == []
    assert await found(status=["new", "open"]) == ["Mine", "Hers", "Nobody's"]
    assert await found(status="new") == ["Nobody's"]
    assert await found(status=[]) == []
    assert await found(priority="high") == ["Mine"]
    assert await found(number=mine["number"]) == ["Mine"]
    assert await found(contact=hers["contact"]["id"]) == ["Hers"]
    assert await found(account=hers["account"]["id"]) == ["Hers"]
    assert await found(tag="%") == []


WRONG_QUERIES: list[tuple[Any, str]] = [
    ({"limit": "0"}, "limit"), ({"limit": "201"}, "limit"), ({"limit": "many"}, "limit"),
    ({"limit": "9" * 400}, "limit"), ({"sort": "subject"}, "sort"), ({"sort": "--created_at"}, "sort"),
    ({"after": "nonsense"}, "after"), ({"after": "W10"}, "after"), ({"after": "\ud83d".encode("utf-8", "surrogatepass")}, "after"),
    ({"filter": "{"}, "filter"), ({"filter": "[]"}, "filter"), ({"filter": "7"}, "filter"),
    ({"filter": '{"status": "odd"}'}, "filter.status"), ({"filter": '{"status": [{}]}'}, "filter.status"),
    ({"filter": '{"colour": "red"}'}, "filter.colour"), ({"filter": '{"number": true}'}, "filter.number"),
    ({"filter": '{"number": 99999999999999999999}'}, "filter.number"), ({"filter": '{"tag": 7}'}, "filter.tag"),
    ({"filter": '{"assignee": "somebody"}'}, "filter.assignee"), ({"filter": '{"contact": 7}'}, "filter.contact"),
    ({"filter": '{"tag": "\\ud83d"}'}, "filter"),
]  # fmt: skip


async def test_a_list_that_cannot_be_asked_for_names_the_field(api: httpx.AsyncClient) -> None:
    for query, field in WRONG_QUERIES:
        is_problem(await api.get(TICKETS, params=query), 422, field)


WRONG_TICKETS: list[tuple[Any, str]] = [
    ({}, "subject"), ({"subject": ""}, "subject"), ({"subject": "x" * 501}, "subject"), ({"subject": 7}, "subject"),
    ({"subject": None}, "subject"), ({"subject": "x", "priority": "highest"}, "priority"),
    ({"subject": "x", "status": "odd"}, "status"), ({"subject": "x", "colour": "red"}, "colour"),
    ({"subject": "x", "tags": "vip"}, "tags"), ({"subject": "x", "tags": ["v"] * 31}, "tags"),
    ({"subject": "x", "tags": [""]}, "tags[0]"), ({"subject": "x", "tags": [" "]}, "tag"),
    ({"subject": "x", "contact": "nobody"}, "contact.email"), ({"subject": "x", "contact": {"name": "x"}}, "contact.email"),
    ({"subject": "x", "contact": {"email": "a b@c.example"}}, "contact.email"),
    ({"subject": "x", "assignee": "somebody"}, "assignee"), ({"subject": "x", "assignee": SOME}, "assignee"),
    ({"subject": "x", "contact": SOME}, "contact"), ({"subject": "x", "team": SOME}, "team"), ({"subject": "x", "team": "support"}, "team"),
    ({"subject": "x", "text": "x" * 1_000_001}, "text"), ({"subject": " \u202e\u200f "}, "subject"),
    ([], "body"), (None, "body"), ("x", "body"), (7, "body"),
]  # fmt: skip


async def test_a_ticket_that_cannot_be_made_names_the_field(api: httpx.AsyncClient) -> None:
    for body, field in WRONG_TICKETS:
        is_problem(await api.post(TICKETS, json=body), 422, field)
    assert (await api.get(TICKETS)).json()["items"] == []


NO_JSON: list[bytes] = [
    b"", b"{", b'{"subject": "x"', b"\xff\xfe", b'{"subject": "\xff"}', b"\0", b'{"subject": "\\ud83d"}',
    b"[" * 100_000, b'{"subject": ' + b"9" * 5000 + b"}", b'{"subject": 1e999}', b'{"subject": NaN}',
]  # fmt: skip


async def test_what_is_no_json_is_a_problem_and_no_failure(api: httpx.AsyncClient) -> None:
    for body in NO_JSON:
        response = await api.post(TICKETS, content=body, headers={"Content-Type": "application/json"})
        is_problem(response, 422)


async def test_text_that_a_database_refuses_is_kept_without_it(api: httpx.AsyncClient) -> None:
    made = await make(api, "Nul\0 and \u202eturned\u202c \u200fround", text="a\0b \u202e c", tags=["t\0ag"])
    assert made["subject"] == "Nul and turned round"
    assert made["tags"] == ["tag"]
    message = (await api.get(f"{TICKETS}/{made['id']}/messages")).json()["items"][0]
    assert "\0" not in message["text"]
    assert message["text"].startswith("ab")


async def test_every_address_below_api_answers_with_problem_details(api: httpx.AsyncClient, doors: Doors) -> None:
    is_problem(await api.get("/api/v1/nothing"), 404)
    is_problem(await api.get(f"{TICKETS}/{SOME}"), 404)
    is_problem(await api.get(f"{TICKETS}/none"), 404)
    is_problem(await api.get(f"{TICKETS}/{SOME}/messages"), 404)
    is_problem(await api.get(f"/api/v1/attachments/{SOME}"), 404)
    refused = await api.put(TICKETS, json={})
    is_problem(refused, 405)
    assert {"GET", "POST"} <= set(refused.headers["allow"].replace(" ", "").split(","))
    stranger = await doors.client()
    unknown = await stranger.get(TICKETS)
    is_problem(unknown, 401)
    assert unknown.headers["www-authenticate"].startswith("Bearer")
    is_problem(await stranger.post(TICKETS, json={"subject": "x"}), 401)
    is_problem(await stranger.post(TICKETS, content=b"{"), 401)


async def test_a_change_on_an_older_version_is_refused(api: httpx.AsyncClient) -> None:
    made = await make(api)
    address, seen = f"{TICKETS}/{made['id']}", f'"v{made["version"]}"'
    first = await api.patch(address, json={"subject": "First"}, headers={"If-Match": seen})
    assert first.status_code == 200
    assert first.headers["etag"] != seen
    is_problem(await api.patch(address, json={"subject": "Second"}, headers={"If-Match": seen}), 412)
    is_problem(await api.patch(address, json={"subject": "Second"}, headers={"If-Match": '"other"'}), 412)
    is_problem(await api.delete(address, headers={"If-Match": seen}), 412)
    again = await api.get(address)
    assert again.json()["subject"] == "First"
    assert again.headers["etag"] == first.headers["etag"]
    now = again.headers["etag"]
    for tag in (now, f"{seen}, {now}", f"W/{now}", "*"):
        assert (await api.patch(address, json={"priority": "normal"}, headers={"If-Match": tag})).status_code == 200, (
            tag
        )


async def test_of_two_changes_at_the_same_time_on_one_version_one_wins(api: httpx.AsyncClient) -> None:
    made = await make(api)
    seen = {"If-Match": f'"v{made["version"]}"'}
    answers = await asyncio.gather(
        *(api.patch(f"{TICKETS}/{made['id']}", json={"subject": f"S{n}"}, headers=seen) for n in range(4))
    )
    assert sorted(one.status_code for one in answers) == [200, 412, 412, 412]
    won = next(one for one in answers if one.status_code == 200)
    assert (await api.get(f"{TICKETS}/{made['id']}")).json() == won.json()


async def test_what_is_left_out_stays_and_null_takes_away(api: httpx.AsyncClient) -> None:
    made = await make(api, assignee="me", contact="marta@nordwind.example", tags=["a", "b"])
    address = f"{TICKETS}/{made['id']}"
    assert (await api.patch(address, json={})).json() == made
    changed = (await api.patch(address, json={"assignee": None, "tags": ["B", "c"], "status": "solved"})).json()
    assert changed["assignee"] is None
    assert changed["contact"] == made["contact"]
    assert changed["status"] == "solved"
    assert changed["tags"] == ["b", "c"]
    assert changed["version"] > made["version"]
    is_problem(await api.patch(address, json={"colour": "red"}), 422, "colour")
    is_problem(await api.patch(address, json={"status": None}), 422, "status")
    is_problem(await api.patch(address, json={"subject": " "}), 422, "subject")
    is_problem(await api.patch(address, json={"assignee": SOME}), 422, "assignee")
    is_problem(await api.patch(address, json={"team": SOME}), 422, "team")
    is_problem(await api.patch(address, json={"contact": SOME}), 422, "contact")
    is_problem(await api.patch(address, json={"account": SOME}), 422, "account")
    assert (await api.get(address)).json() == changed


async def test_each_role_does_through_the_api_what_it_may(
    doors: Doors, api: httpx.AsyncClient, ann: Person, vera: Person
) -> None:
    made = await make(api, contact="marta@nordwind.example")
    address = f"{TICKETS}/{made['id']}"
    agent, viewer = await doors.program(ann), await doors.program(vera)
    assert (await viewer.get(TICKETS)).json()["items"] == [made]
    assert (await viewer.get(address)).json() == made
    assert (await viewer.get(f"{address}/messages")).status_code == 200
    is_problem(await viewer.post(TICKETS, json={"subject": "x"}), 403)
    is_problem(await viewer.post(TICKETS, json={"subject": "x", "contact": "new@nordwind.example"}), 403)
    is_problem(await viewer.patch(address, json={"subject": "x"}), 403)
    is_problem(await viewer.patch(address, json={"tags": ["x"]}), 403)
    is_problem(await viewer.patch(address, json={"tags": []}), 403)
    is_problem(await viewer.patch(address, json={}), 403)
    is_problem(await viewer.post(f"{address}/messages", json={"direction": "note", "text": "x"}), 403)
    is_problem(await viewer.post(f"{address}/messages", json={"text": "x"}), 403)
    is_problem(await viewer.delete(address), 403)
    is_problem(await agent.delete(address), 403)
    assert (await agent.patch(address, json={"priority": "low"})).status_code == 200
    assert (await agent.post(f"{address}/messages", json={"direction": "note", "text": "x"})).status_code == 201
    assert (await api.delete(address)).status_code == 204
    is_problem(await api.get(address), 404)
    is_problem(await api.delete(address), 404)
    is_problem(await viewer.get(f"{address}/messages"), 404)


async def test_a_refused_change_leaves_nothing_behind(api: httpx.AsyncClient, acme: Tenant) -> None:
    """The contact is made before the team is looked at: neither stays when the team is not there."""
    body = {"subject": "x", "contact": "new@nordwind.example", "team": SOME}
    is_problem(await api.post(TICKETS, json=body), 422)
    with tenants.enter(acme):
        assert await sql.fetchval("SELECT count(*) FROM contacts") == 0
        assert await sql.fetchval("SELECT count(*) FROM accounts") == 0
        assert await sql.fetchval("SELECT count(*) FROM events WHERE kind = 'contact'") == 0
