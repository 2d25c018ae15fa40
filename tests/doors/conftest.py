"""The whole application in this process, and the people of acme and globex at its doors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from app import asgi
from app.access import Actor
from app.core import settings, words
from app.core.db import TENANT
from app.identity import known
from app.mail import channels
from app.slices import all_slices
from app.tenancy import tenants
from app.tenancy.tenants import Tenant
from tests.doors.browsers import Doors, Person, person
from tests.doors.describing import described


@pytest.fixture(scope="session")
def whole(pg: str) -> Any:
    """The application as the web server loads it; it keeps nothing of a test but what it recognises people by."""
    all_slices()
    return asgi.create_app()


@pytest.fixture
async def doors(whole: Any, acme: Tenant, globex: Tenant) -> AsyncIterator[Doors]:
    known._drop()
    async with AsyncExitStack() as stack:
        yield Doors(whole, stack)
    words.speak("en")


@pytest.fixture(autouse=True)
def own_blobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pg: str) -> Iterator[Path]:
    monkeypatch.setenv("FONDACO_BLOBS_PATH", str(tmp_path / "blobs"))
    settings.forget()
    yield tmp_path / "blobs"
    monkeypatch.undo()
    settings.forget()


@pytest.fixture
async def kim(acme: Tenant) -> Person:
    """Kim looks after acme."""
    return await person(acme, "kim@acme.test", "Kim Brandt", "admin")


@pytest.fixture
async def ann(acme: Tenant) -> Person:
    """Ann answers at acme."""
    return await person(acme, "ann@acme.test", "Ann Okafor", "agent")


@pytest.fixture
async def vera(acme: Tenant) -> Person:
    """Vera only reads."""
    return await person(acme, "vera@acme.test", "Vera Lund", "viewer")


@pytest.fixture
async def gil(globex: Tenant) -> Person:
    """Gil looks after globex."""
    return await person(globex, "gil@globex.test", "Gil Moreau", "admin")


@pytest.fixture
async def api(doors: Doors, kim: Person) -> httpx.AsyncClient:
    """A program of Kim's at acme, which looks whether answers are as described."""
    program = await doors.program(kim)
    program.event_hooks["response"].append((await described(program)).hook())
    return program


@pytest.fixture
async def support(acme: Tenant) -> None:
    """Acme answers from support@acme.localhost."""
    with tenants.enter(acme):
        async with TENANT.transaction():
            if await channels.default() is None:
                await channels.create("support@acme.localhost", name="Acme", by=Actor.system())
