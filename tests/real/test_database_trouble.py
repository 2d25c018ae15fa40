"""The database goes away, is slow, or cuts a request in two: a clear 503, nothing half done, and recovery by itself."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx

from tests.real.houses import House

TICKETS = "/api/v1/tickets"


def is_down(response: httpx.Response, *, page: bool = False) -> None:
    """A clear 503, with the time to try again."""
    assert response.status_code == 503, response.text[:500]
    assert int(response.headers["retry-after"]) > 0
    assert response.headers["content-security-policy"]
    if page:
        assert response.headers["content-type"].startswith("text/html")
        assert "try again" in response.text
        assert "Traceback" not in response.text
        return
    told = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert (told["status"], told["type"]) == (503, "urn:fondaco:database_down")


async def until(works: Any, seconds: float) -> float:
    """How long it took until `works` did."""
    began = time.monotonic()
    while not await works():
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        await asyncio.sleep(0.05)
    return time.monotonic() - began


async def subjects(house: House, slug: str = "acme") -> list[str]:
    async with house.admin(slug) as admin:
        return [row[0] for row in await admin.fetch("SELECT subject FROM tickets ORDER BY number")]


@contextlib.asynccontextmanager
async def locked(house: House, table: str, slug: str = "acme") -> AsyncIterator[Any]:
    """Nobody gets at a table, as while somebody changes it."""
    async with house.admin(slug) as admin:
        transaction = admin.transaction()
        await transaction.start()
        await admin.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield admin
        await transaction.rollback()


async def waiting(house: House, slug: str = "acme") -> list[int]:
    """The backends of the application that wait for a lock in a tenant's database."""
    async with house.admin(slug) as admin:
        rows = await admin.fetch(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'fondaco'"
            " AND wait_event_type IN ('Lock', 'Timeout')"
        )
        return [row["pid"] for row in rows]


async def test_the_house_says_when_its_database_is_away_and_comes_back_by_itself(standing: House) -> None:
    kim = standing.people["kim"]
    async with (
        standing.web() as web,
        web.program(kim) as api,
        web.browser(kim) as browser,
        web.client("localhost") as house,
    ):
        assert (await api.post(TICKETS, json={"subject": "Before"})).status_code == 201
        assert (await browser.get("/inbox/all")).status_code == 200
        pids = web.children()
        standing.stop_database()
        try:
            for _turn in range(3):
                began = time.monotonic()
                is_down(await api.get(TICKETS))
                is_down(await api.post(TICKETS, json={"subject": "Lost"}))
                is_down(await browser.get("/inbox/all"), page=True)
                is_down(await browser.get("/inbox/all", headers={"HX-Request": "true"}))
                assert time.monotonic() - began < 5
            # A line that cannot be up ends without saying that it is: the page connects again.
            stream = await browser.get("/live")
            assert "ready" not in stream.text
            async with web.client("never-asked.localhost") as unknown:
                is_down(await unknown.get("/"), page=True)
            assert (await house.get("/healthz")).status_code == 200
            assert (await house.get("/readyz")).status_code == 503
        finally:
            standing.start_database()

        async def works() -> bool:
            return (await api.get(TICKETS)).status_code == 200

        assert await until(works, 10) < 10
        assert (await browser.get("/inbox/all")).status_code == 200
        assert (await api.post(TICKETS, json={"subject": "After"})).status_code == 201
        await until(lambda: _ready(house), 10)
        assert web.children() == pids
        assert web.running.poll() is None
    assert (await subjects(standing))[-2:] == ["Before", "After"]


async def _ready(house: httpx.AsyncClient) -> bool:
    return (await house.get("/readyz")).status_code == 200


async def test_a_connection_that_died_while_idle_is_noticed_by_nobody(standing: House) -> None:
    kim = standing.people["kim"]
    async with standing.web() as web, web.program(kim) as api:
        for method in ("POST", "GET"):
            assert (await api.request(method, TICKETS, json={"subject": "x"})).status_code < 300
            for slug in ("acme", ""):
                async with standing.admin(slug) as admin:
                    await admin.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'fondaco'"
                    )
            answers = [await api.request(method, TICKETS, json={"subject": "x"}) for _turn in range(3)]
            assert [one.status_code for one in answers] == [201 if method == "POST" else 200] * 3


async def test_a_request_that_is_cut_in_two_is_half_done_nowhere(standing: House) -> None:
    """Its backend is killed while it writes, then while it commits; the same request again makes one ticket."""
    kim = standing.people["kim"]
    body = {"subject": "Cut in two", "text": "x", "contact": "cut@nordwind.example", "tags": ["cut"]}
    key = {"Idempotency-Key": "cut"}
    async with standing.web() as web, web.program(kim) as api:
        async with locked(standing, "events"):
            asking = asyncio.create_task(api.post(TICKETS, json=body, headers=key))
            await until(lambda: waiting(standing), 10)
            await kill(standing, await waiting(standing))
            is_down(await asking)
        async with standing.admin("acme") as admin:
            await admin.execute(
                "CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(20); RETURN NULL; END';"
                "CREATE CONSTRAINT TRIGGER linger AFTER INSERT ON tickets DEFERRABLE INITIALLY DEFERRED"
                " FOR EACH ROW EXECUTE FUNCTION linger()"
            )
            try:
                asking = asyncio.create_task(api.post(TICKETS, json=body, headers=key))
                await until(lambda: waiting(standing), 10)
                await kill(standing, await waiting(standing))
                is_down(await asking)
            finally:
                await admin.execute("DROP FUNCTION linger CASCADE")
            assert "Cut in two" not in await subjects(standing)
            assert await admin.fetchval("SELECT count(*) FROM contacts WHERE email = 'cut@nordwind.example'") == 0
            assert await admin.fetchval("SELECT count(*) FROM tags WHERE name = 'cut'") == 0
            made = await api.post(TICKETS, json=body, headers=key)
            assert made.status_code == 201
            assert (await api.post(TICKETS, json=body, headers=key)).content == made.content
            assert (await subjects(standing)).count("Cut in two") == 1


async def kill(house: House, pids: list[int]) -> None:
    async with house.admin() as admin:
        await admin.execute("SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) pid", pids)


async def test_a_slow_tenant_is_told_so_and_slows_nobody_else(standing: House) -> None:
    """Acme's table is shut: its requests end with 503 after the longest time for a statement, and globex works on."""
    kim, gil = standing.people["kim"], standing.people["gil"]
    role = standing.tenants["acme"].db.user
    async with standing.admin() as admin:
        await admin.execute(f'ALTER ROLE "{role}" SET statement_timeout = 1500')
    try:
        async with (
            standing.web() as web, web.program(kim) as acme, web.program(gil, "globex") as globex, web.browser(kim) as browser,
        ):  # fmt: skip
            assert (await globex.get(TICKETS)).status_code == 200
            async with locked(standing, "tickets"):
                began = time.monotonic()
                stuck = [asyncio.create_task(acme.get(TICKETS)) for _turn in range(20)]
                posted = asyncio.create_task(acme.post(TICKETS, json={"subject": "Slow"}))
                page = asyncio.create_task(browser.get("/inbox/all"))
                await until(lambda: waiting(standing), 10)
                theirs = []
                for _turn in range(20):
                    asked = time.monotonic()
                    assert (await globex.post(TICKETS, json={"subject": "Quick"})).status_code == 201
                    theirs.append(time.monotonic() - asked)
                assert sorted(theirs)[10] < 0.5, theirs
                for answer in await asyncio.gather(*stuck, posted):
                    is_down(answer)
                is_down(await page, page=True)
                assert time.monotonic() - began < 15
            assert (await acme.get(TICKETS)).status_code == 200
            assert "Slow" not in await subjects(standing)
    finally:
        async with standing.admin() as admin:
            await admin.execute(f'ALTER ROLE "{role}" SET statement_timeout = 15000')


async def test_a_body_that_dribbles_in_holds_no_connection(standing: House) -> None:
    """Eight forms of acme that never end, while others work there."""
    kim = standing.people["kim"]
    async with standing.web() as web, web.program(kim) as api:
        ends = [await dribble(web.port, kim.token) for _turn in range(8)]
        try:
            await asyncio.sleep(0.3)
            began = time.monotonic()
            assert (await api.post(TICKETS, json={"subject": "Quick"})).status_code == 201
            assert (await api.get(TICKETS)).status_code == 200
            assert time.monotonic() - began < 3
        finally:
            for end in ends:
                end.close()


async def dribble(port: int, token: str) -> asyncio.StreamWriter:
    _reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST {TICKETS} HTTP/1.1\r\nHost: acme.localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
    writer.write(f'{head}Content-Length: 1000\r\n\r\n{{"subject": '.encode())
    await writer.drain()
    return writer
