"""What fails is said so that it helps, tells nothing of the inside, and leaves nothing half done."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import asyncpg
import pytest
from litestar import get, post
from litestar.params import FromPath

from app import asgi
from app.core.db import sql
from app.core.errors import TooMany
from app.slices import all_slices
from app.tenancy import tenants
from app.tenancy.tenants import Tenant
from app.web.manifest import Slice
from tests.doors.browsers import Doors, Person

FAILURES: dict[str, Exception] = {
    "bug": ValueError("the secret of line 12"),
    "deadlock": asyncpg.DeadlockDetectedError("deadlock detected"),
    "disk": asyncpg.DiskFullError("could not extend file"),
    "memory": asyncpg.OutOfMemoryError("out of memory"),
    "copy": asyncpg.ReadOnlySQLTransactionError("cannot execute INSERT"),
    "lock": asyncpg.LockNotAvailableError("canceling statement due to lock timeout"),
    "time": asyncpg.QueryCanceledError("statement timeout"),
    "gone": ConnectionResetError("peer"),
    "idle": asyncpg.IdleInTransactionSessionTimeoutError("terminating connection due to idle"),
    "full": asyncpg.TooManyConnectionsError("too many"),
    "often": TooMany(retry_after=17),
}
STATUS = {"bug": 500, "often": 429}


@get("/api/probe/{name:str}")
async def probe_api(name: FromPath[str]) -> None:
    raise FAILURES[name]


@get("/probe/{name:str}")
async def probe_page(name: FromPath[str]) -> None:
    raise FAILURES[name]


@post("/api/probe/{name:str}")
async def write_and_fail(name: FromPath[str]) -> None:
    await sql.execute("INSERT INTO tags (id, name, tone, created_at) VALUES (gen_random_uuid(), 'half done', 1, now())")
    if name != "nothing":
        raise FAILURES[name]


@pytest.fixture
async def probes(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Doors]:
    """The application with addresses that fail."""
    slices = (*all_slices(), Slice(name="probe", routes=(probe_api, probe_page, write_and_fail)))
    monkeypatch.setattr(asgi, "all_slices", lambda: slices)
    async with AsyncExitStack() as stack:
        yield Doors(asgi.create_app(), stack)


async def test_a_program_is_told_what_to_do(probes: Doors) -> None:
    client = await probes.client()
    for name in FAILURES:
        answer, told = await client.get(f"/api/probe/{name}"), (await client.get(f"/api/probe/{name}")).json()
        assert answer.status_code == told["status"] == STATUS.get(name, 503), name
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["cache-control"] == "no-store"
        assert ("retry-after" in answer.headers) == (answer.status_code in (429, 503))
        assert str(FAILURES[name]) not in answer.text or name == "often"
    assert answer.headers["retry-after"] == "17"


async def test_a_person_sees_a_page_that_helps_with_a_number_to_tell_the_operator(probes: Doors, kim: Person) -> None:
    browser = await probes.browser(who=kim)
    for name in FAILURES:
        answer = await browser.get(f"/probe/{name}")
        assert answer.status_code == STATUS.get(name, 503)
        assert answer.headers["content-type"].startswith("text/html")
        assert "<h1" in answer.text
        assert not re.search(r"Traceback|asyncpg|ValueError|secret of|site-packages", answer.text)
        if answer.status_code == 500:
            assert answer.headers["x-request-id"] in answer.text
        part = await browser.get(f"/probe/{name}", headers={"HX-Request": "true"})
        assert part.headers["content-type"] == "application/problem+json"


async def test_what_fails_after_it_wrote_has_not_written(probes: Doors, acme: Tenant, kim: Person) -> None:
    program = await probes.program(kim)
    for name in FAILURES:
        assert (await program.post(f"/api/probe/{name}")).status_code == STATUS.get(name, 503)
    with tenants.enter(acme):
        assert await sql.fetchval("SELECT count(*) FROM tags") == 0
    made: Any = await program.post("/api/probe/nothing")
    assert made.status_code == 201
    with tenants.enter(acme):
        assert await sql.fetchval("SELECT count(*) FROM tags") == 1
