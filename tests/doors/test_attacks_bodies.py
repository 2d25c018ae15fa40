"""Bodies that strangers send to hold the house up: slow ones, endless forms, all without a key."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from app.tenancy.tenants import Tenant
from app.web import arrivals, bodies
from app.web.arrivals import Body
from tests.doors.browsers import Browser, Doors, Person

FORM = {"content-type": "application/x-www-form-urlencoded"}


async def test_slow_senders_take_nobodys_place(doors: Doors, acme: Tenant, ann: Person) -> None:
    """More of them than a tenant has connections; Ann's page comes all the same."""
    go, sent = asyncio.Event(), 0
    client = await doors.client()

    async def slowly() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b"_csrf"
        sent += 1
        await go.wait()
        yield b"_token=x"

    asked = [asyncio.create_task(client.post("/sign-out", content=slowly(), headers=FORM)) for _number in range(10)]
    while sent < len(asked):
        await asyncio.sleep(0.01)
    browser = await doors.browser(who=ann)
    async with asyncio.timeout(5):
        assert (await browser.get("/notifications")).status_code == 200
    go.set()
    assert {answer.status_code for answer in await asyncio.gather(*asked)} == {403}


async def test_who_sends_nothing_is_told_so_in_the_end(
    doors: Doors, acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "PIECE_SECONDS", 0.05)

    async def never() -> AsyncIterator[bytes]:
        yield b"_csrf"
        await asyncio.sleep(60)

    answer = await (await doors.client()).post("/sign-out", content=never(), headers=FORM)
    assert answer.status_code == 408


@pytest.mark.parametrize("path", ["/sign-in", "/forgot", "/sign-out"])
async def test_a_form_of_endless_fields_is_refused_unparsed(doors: Doors, acme: Tenant, path: str) -> None:
    """Taking a million fields apart would hold up every tenant of the process for seconds."""
    for client in (await doors.client(), await doors.client("")):
        began = time.perf_counter()
        answer = await client.post(path, content=b"a&" * 2_000_000, headers=FORM)
        assert answer.status_code in (404, 405, 413)
        assert time.perf_counter() - began < 1


async def test_reading_pages_take_no_endless_form_either(doors: Doors, acme: Tenant) -> None:
    """The check of CSRF tokens reads the body of a GET too."""
    client = await doors.client()
    answer = await client.request("GET", "/sign-in", content=b"a&" * 100_000, headers=FORM)
    assert answer.status_code == 413


async def test_the_longest_text_passes(doors: Doors, ann: Person) -> None:
    """500,000 Chinese letters are refused by the draft, not by the form."""
    browser: Browser = await doors.browser(who=ann)
    answer = await browser.send("PUT", "/tickets/1/drafts/note", {"html": "字" * 500_000})
    assert answer.status_code == 404
    assert 500_000 * len("%E5%AD%97") < bodies.LARGEST_FORM


async def arrived(pieces: list[Any], *, largest: int = 2**30) -> tuple[Body, bytes, bool]:
    """The body, what an application reads of it, and whether it saw the end."""
    waiting = [{"type": "http.request", "more_body": True} | piece for piece in pieces]

    async def receive() -> Any:
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    body = Body()
    try:
        await body.arrive(receive, largest=largest)
        again, whole = body.again(receive), b""
        while True:
            message = await again()
            whole += message.get("body", b"")
            if message["type"] != "http.request" or not message["more_body"]:
                return body, whole, message["type"] == "http.request"
    finally:
        body.close()


async def test_bodies_are_given_on_as_they_came() -> None:
    last = {"more_body": False}
    assert (await arrived([last]))[1:] == (b"", True)
    assert (await arrived([{"body": b"ab"}, {"body": b"c", **last}]))[1:] == (b"abc", True)
    large: list[Any] = [{"body": bytes([number]) * 700_000} for number in range(5)]
    assert (await arrived([*large, last]))[1:] == (b"".join(bytes([number]) * 700_000 for number in range(5)), True)
    exact = [{"body": b"x" * arrivals.IN_MEMORY, **last}]
    assert (await arrived(exact))[1:] == (b"x" * arrivals.IN_MEMORY, True)


async def test_a_body_larger_than_any_is_waited_for_no_longer() -> None:
    body, whole, ended = await arrived([{"body": b"x" * 50} for _number in range(10)], largest=120)
    assert (body.size, whole, ended) == (150, b"x" * 500, False)


async def test_a_sender_who_left_is_noticed() -> None:
    body, _whole, ended = await arrived([{"body": b"x"}])
    assert body.left
    assert not ended


async def test_an_upload_of_some_megabytes_arrives_whole(doors: Doors, acme: Tenant, ann: Person) -> None:
    program: httpx.AsyncClient = await doors.program(ann)
    made = await program.post("/api/v1/tickets", json={"subject": "Long", "text": "a" * 900_000 + "end"})
    assert made.status_code == 201
    said = (await program.get(f"/api/v1/tickets/{made.json()['id']}/messages")).json()["items"]
    assert said[0]["text"].endswith("aend")
