"""A list asks the database as often for fifty rows as for one."""

from __future__ import annotations

from typing import Any

import httpx

from tests.doors.browsers import Browser, Doors, Person
from tests.doors.counting import statements
from tests.doors.test_tickets_api import TICKETS, make


async def asked_for(client: httpx.AsyncClient | Browser, address: str) -> list[str]:
    await client.get(address)  # whoever asks is known from here on, and the plan is prepared
    async with statements() as sent:
        answer = await client.get(address)
    assert answer.status_code == 200
    return sent


async def fill(api: httpx.AsyncClient, count: int) -> list[dict[str, Any]]:
    return [
        await make(
            api,
            f"Printer {number}",
            text="Broken",
            tags=[f"floor {number % 7}", "hardware"],
            assignee="me" if number % 2 else None,
            contact=f"someone{number}@customer{number % 5}.example",
        )
        for number in range(count)
    ]


async def test_the_list_of_the_api_is_one_statement(api: httpx.AsyncClient) -> None:
    for rows in (1, 20):
        await fill(api, rows)
        sent = await asked_for(api, f"{TICKETS}?limit=100")
        assert len(sent) == 1, sent
        filtered = await asked_for(
            api, f'{TICKETS}?filter={{"status":["new","open"],"tag":"hardware","assignee":"me"}}'
        )
        assert len(filtered) == 1, filtered


async def test_messages_of_the_api_are_as_many_statements_for_many_as_for_one(api: httpx.AsyncClient) -> None:
    [ticket] = await fill(api, 1)
    address = f"{TICKETS}/{ticket['id']}/messages"
    few = await asked_for(api, address)
    for number in range(15):
        await api.post(address, json={"direction": "note", "text": f"Note {number}"})
    many = await asked_for(api, address)
    assert len(many) == len(few) <= 3, many


async def test_pages_of_lists_ask_as_often_for_many_as_for_one(
    doors: Doors, api: httpx.AsyncClient, kim: Person
) -> None:
    browser = await doors.browser(who=kim)
    pages = {
        "/inbox/all": 12,
        "/inbox/mine": 12,
        "/accounts": 8,
        "/contacts": 8,
        "/settings/members": 8,
        "/notifications": 8,
    }
    await fill(api, 2)
    few = {page: await asked_for(browser, page) for page in pages}
    await fill(api, 30)
    for page, most in pages.items():
        many = await asked_for(browser, page)
        assert len(many) == len(few[page]), (page, set(many) - set(few[page]), len(many), len(few[page]))
        assert len(many) <= most, (page, len(many), many)


async def test_the_page_of_a_ticket_asks_as_often_for_many_messages_as_for_one(
    doors: Doors, api: httpx.AsyncClient, kim: Person
) -> None:
    [ticket] = await fill(api, 1)
    browser, address = await doors.browser(who=kim), f"/tickets/{ticket['number']}"
    few = await asked_for(browser, address)
    for number in range(15):
        await api.post(f"{TICKETS}/{ticket['id']}/messages", json={"direction": "note", "text": f"Note {number}"})
    many = await asked_for(browser, address)
    assert len(many) == len(few), set(many) - set(few)
    assert len(many) <= 30, len(many)
