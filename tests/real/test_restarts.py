"""Web processes are replaced and stopped while people work: no request fails, and streams go on elsewhere."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from typing import Any

import httpx

from tests.real.houses import House, Web, listening
from tests.real.test_database_trouble import TICKETS, locked, subjects, until, waiting


class Hammer:
    """Programs and browsers that ask again and again on connections which they keep."""

    def __init__(self) -> None:
        self.stop = asyncio.Event()
        self.answers: dict[int, int] = {}
        self.made: list[str] = []
        self.failures: list[str] = []

    async def read(self, client: httpx.AsyncClient, path: str, *, pause: float) -> None:
        while not self.stop.is_set():
            await self.ask(client.get(path))
            await asyncio.sleep(pause)

    async def write(self, client: httpx.AsyncClient, name: str) -> None:
        number = 0
        while not self.stop.is_set():
            subject, number = f"{name} {number}", number + 1
            if await self.ask(client.post(TICKETS, json={"subject": subject})):
                self.made.append(subject)
            await asyncio.sleep(0.02)

    async def ask(self, request: Any) -> bool:
        began = time.monotonic()
        try:
            answer: httpx.Response = await request
        except httpx.TransportError as error:
            self.failures.append(f"{error!r} after {time.monotonic() - began:.2f} s")
            return False
        self.answers[answer.status_code] = self.answers.get(answer.status_code, 0) + 1
        if answer.status_code >= 400:
            self.failures.append(f"{answer.status_code} {answer.text[:200]}")
        return answer.status_code < 400


async def replaced(web: Web, before: set[int], seconds: float) -> None:
    """Until none of the processes of before is left, and as many others are there."""

    async def gone() -> bool:
        now = web.children()
        return not (now & before) and len(now) == len(before)

    await until(gone, seconds)


async def test_no_request_fails_while_processes_are_replaced_one_by_one(standing: House) -> None:
    kim = standing.people["kim"]
    async with standing.web(processes=2) as web:
        before = web.children()
        assert len(before) == 2
        hammer = Hammer()
        clients = [web.program(kim) for _turn in range(4)] + [web.browser(kim) for _turn in range(2)]
        tasks = [
            asyncio.create_task(hammer.read(clients[0], f"{TICKETS}?limit=5", pause=0.005)),
            asyncio.create_task(
                hammer.read(clients[1], f"{TICKETS}?limit=5", pause=0.7)
            ),  # longer than most keep a connection
            asyncio.create_task(hammer.write(clients[2], "Hammered")),
            asyncio.create_task(hammer.write(clients[3], "Nailed")),
            asyncio.create_task(hammer.read(clients[4], "/inbox/all", pause=0.05)),
            asyncio.create_task(hammer.read(clients[5], "/settings/profile", pause=2.5)),
        ]
        try:
            await asyncio.sleep(1)
            web.tell(signal.SIGHUP)
            await replaced(web, before, 40)
            await asyncio.sleep(1)
        finally:
            hammer.stop.set()
            await asyncio.gather(*tasks)
            for client in clients:
                await client.aclose()
        assert hammer.failures == []
        assert sum(hammer.answers.values()) > 50, hammer.answers
        there = [one for one in await subjects(standing) if one.startswith(("Hammered", "Nailed"))]
        assert sorted(there) == sorted(hammer.made)
        assert web.running.poll() is None


async def test_a_stream_ends_in_order_when_its_process_goes_and_is_taken_up_by_another(standing: House) -> None:
    kim = standing.people["kim"]
    async with standing.web(processes=2) as web, web.program(kim) as api:
        before = web.children()
        async with listening(web, kim) as one, listening(web, kim) as other:
            web.tell(signal.SIGHUP)
            for stream in (one, other):
                ended = False
                while not ended:  # what comes before the end is "missed": read anew
                    try:
                        assert (await stream.next(30))["event"] == "missed"
                    except EOFError:
                        ended = True
            async with listening(web, kim):  # at once, while processes are still being replaced
                await replaced(web, before, 40)
        async with listening(web, kim) as fresh:
            made = (await api.post(TICKETS, json={"subject": "Heard after the restart"})).json()
            heard = await fresh.next(3)
            assert made["id"] in heard["data"]


async def test_what_is_on_its_way_when_the_house_is_told_to_end_is_answered(standing: House) -> None:
    kim = standing.people["kim"]
    async with standing.web(processes=2) as web, web.program(kim) as api, web.program(kim) as other:
        async with locked(standing, "tickets"):
            asked = [
                asyncio.create_task(api.post(TICKETS, json={"subject": "On its way"})),
                asyncio.create_task(other.get(TICKETS)),
            ]
            await until(lambda: waits_for(standing, 2), 10)
            web.tell(signal.SIGTERM)
            await asyncio.sleep(2.5)
            assert not any(one.done() for one in asked)
        posted, listed = await asyncio.gather(*asked)
        assert (posted.status_code, listed.status_code) == (201, 200)
        assert posted.headers["connection"] == "close"
        assert await web.ended() == 0
    assert (await subjects(standing)).count("On its way") == 1


async def waits_for(house: House, count: int) -> bool:
    return len(await waiting(house)) >= count


async def test_a_process_that_is_killed_is_replaced(standing: House) -> None:
    kim = standing.people["kim"]
    async with standing.web(processes=2) as web, web.program(kim) as api:
        before = web.children()
        os.kill(min(before), signal.SIGKILL)

        async def two() -> bool:
            return len(web.children() - {min(before)}) == 2

        await until(two, 20)
        assert (await api.get(TICKETS)).status_code == 200
