"""Open pages hear of what happened, whichever process it happened in, and whatever died on the way."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from typing import Any

from tests.doors.browsers import Person
from tests.real.houses import House, Stream, listening
from tests.real.test_database_trouble import TICKETS, locked, until

INSERT = (
    "INSERT INTO events (id, at, name, kind, record_id, actor_kind, actor_name)"
    " VALUES (gen_random_uuid(), now(), $1, 'ticket', gen_random_uuid(), 'system', 'Fondaco')"
)


async def heard(stream: Stream, name: str, seconds: float) -> dict[str, Any]:
    """The next event of this name; others are passed over."""
    until = time.monotonic() + seconds
    while True:
        message = await stream.next(max(0.01, until - time.monotonic()))
        told: dict[str, Any] = json.loads(message.get("data", "{}"))
        if told.get("name") == name:
            return told


async def test_a_change_through_one_process_reaches_pages_of_another_within_two_seconds(standing: House) -> None:
    kim, gil = standing.people["kim"], standing.people["gil"]
    async with (
        standing.web() as one, standing.web() as other, listening(other, kim) as page, listening(other, gil, "globex") as theirs,
        one.program(kim) as api,
    ):  # fmt: skip
        slowest = 0.0
        for number in range(5):
            began = time.monotonic()
            made = (await api.post(TICKETS, json={"subject": f"Live {number}"})).json()
            told = await heard(page, "ticket.created", 2)
            assert (told["record"], told["kind"]) == (made["id"], "ticket")
            slowest = max(slowest, time.monotonic() - began)
            await api.patch(f"{TICKETS}/{made['id']}", json={"status": "solved"})
            assert (await heard(page, "ticket.changed", 2))["record"] == made["id"]
        assert slowest < 2
        try:
            nothing = await theirs.next(1)
            raise AssertionError(f"globex heard {nothing}")
        except TimeoutError:
            pass


async def test_a_refused_change_is_heard_by_nobody(standing: House) -> None:
    kim = standing.people["kim"]
    async with standing.web() as web, listening(web, kim) as page, web.program(kim) as api:
        refused = await api.post(TICKETS, json={"subject": "x", "team": "0190a000-0000-7000-8000-000000000000"})
        assert refused.status_code == 422
        made = (await api.post(TICKETS, json={"subject": "y"})).json()
        assert (await heard(page, "ticket.created", 3))["record"] == made["id"]


async def test_a_commit_whose_wake_up_was_lost_is_heard_all_the_same(standing: House) -> None:
    """The process dies between the commit and the wake-up: the row is there, and nobody says so."""
    kim = standing.people["kim"]
    async with standing.web() as web, listening(web, kim) as page, standing.admin("acme") as admin:
        await admin.execute(INSERT, "ticket.quiet")
        await heard(page, "ticket.quiet", 8)


async def test_pages_hear_again_after_the_database_was_away(standing: House) -> None:
    """The stream stays open over a restart of the database; what happened meanwhile is heard after it."""
    kim = standing.people["kim"]
    async with standing.web() as web, listening(web, kim) as page, web.program(kim) as api:
        standing.stop_database()
        await asyncio.sleep(1)
        standing.start_database()

        async def works() -> bool:
            return (await api.get(TICKETS)).status_code == 200

        await until(works, 10)
        made = (await api.post(TICKETS, json={"subject": "After"})).json()
        assert (await heard(page, "ticket.created", 12))["record"] == made["id"]
        again = (await api.post(TICKETS, json={"subject": "Again"})).json()
        assert (await heard(page, "ticket.created", 12))["record"] == again["id"]


async def test_a_suspended_tenants_streams_end_and_begin_no_more(standing: House) -> None:
    kim = standing.people["kim"]
    async with standing.web() as web, listening(web, kim) as page:
        async with standing.admin() as admin:
            database = standing.tenants["acme"].db.database
            await admin.execute("UPDATE tenants SET status = 'suspended' WHERE slug = 'acme'")
            await admin.execute("SELECT pg_notify('fondaco_tenants', $1)", database)
            try:
                await ends(page, 5)
                async with web.browser(kim) as browser:
                    shut = await browser.get("/live", headers={"Accept": "text/event-stream"})
                    assert shut.status_code == 403
            finally:
                await admin.execute("UPDATE tenants SET status = 'active' WHERE slug = 'acme'")
                await admin.execute("SELECT pg_notify('fondaco_tenants', $1)", database)
        await asyncio.sleep(0.2)
        async with listening(web, kim):
            pass


async def ends(stream: Stream, seconds: float) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            await stream.next(max(0.01, until - time.monotonic()))
        except EOFError:
            return


async def test_a_worker_that_is_killed_in_the_middle_is_made_up_for_by_the_next(standing: House) -> None:
    """It dies by SIGKILL while it tells Ann that a ticket is hers: the next one tells her, once."""
    kim = standing.people["kim"]
    async with standing.web() as web, web.program(kim) as api:
        ann = await hire(standing)
        async with standing.worker() as first:
            await until(lambda: at_work(standing), 30)
            async with locked(standing, "notifications"):
                made = (await api.post(TICKETS, json={"subject": "For Ann", "assignee": str(ann.member.id)})).json()
                await until(lambda: stuck(standing), 20)
                os.killpg(first.running.pid, signal.SIGKILL)
                await first.ended(10)
        async with standing.admin("acme") as admin:
            assert await admin.fetchval("SELECT count(*) FROM notifications") == 0
            async with standing.worker():
                await until(lambda: due(standing, "journal.sweep"), 30)

                async def told() -> bool:
                    return bool(
                        await admin.fetchval("SELECT count(*) FROM notifications WHERE record_id = $1", made["id"])
                    )

                took = await until(told, 20)
            assert took < 20
            assert await admin.fetchval("SELECT count(*) FROM notifications WHERE record_id = $1", made["id"]) == 1


async def hire(house: House) -> Person:
    """Ann comes to acme."""
    from app.tenancy import cells
    from tests.doors.browsers import person

    with house.settings():
        async with cells.open_pools():
            return await person(house.tenants["acme"], "ann@acme.test", "Ann Okafor", "agent")


async def at_work(house: House) -> bool:
    async with house.admin() as admin:
        return bool(await admin.fetchval("SELECT count(*) FROM periodic_work"))


async def stuck(house: House) -> bool:
    """Whether somebody waits for the notifications of acme."""
    async with house.admin("acme") as admin:
        return bool(
            await admin.fetchval(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
                " AND query LIKE '%notifications%'"
            )
        )


async def due(house: House, name: str) -> bool:
    """Periodic work is due at once, as after its time."""
    async with house.admin() as admin:
        return bool(await admin.execute("UPDATE periodic_work SET next_at = now() WHERE name = $1", name) == "UPDATE 1")
