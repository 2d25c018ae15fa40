"""Browsers at the whole application, each with cookies of its own."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from litestar import get
from litestar.di import NamedDependency

from app import asgi
from app.access import Actor
from app.core import words
from app.identity import known
from app.identity.slice import SLICE
from app.tenancy.tenants import Tenant
from app.web.manifest import Slice
from tests.identity.world import PASSWORD

CSRF = re.compile(r'name="csrf-token" content="([^"]*)"')


@get("/api/who", sync_to_thread=False)
def who(actor: NamedDependency[Actor]) -> str:
    """A resource of these tests: who is asking?"""
    return f"{actor.kind} {actor.name}"


class Browser:
    """Asks like a browser: keeps cookies, sends the CSRF token with every form."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client, self.token = client, ""

    async def get(self, path: str, **options: Any) -> httpx.Response:
        response = await self.client.get(path, **options)
        if found := CSRF.search(response.text):
            self.token = found.group(1)
        return response

    async def post(self, path: str, fields: dict[str, Any] | None = None, **options: Any) -> httpx.Response:
        return await self.send("POST", path, fields, **options)

    async def send(
        self, method: str, path: str, fields: dict[str, Any] | None = None, **options: Any
    ) -> httpx.Response:
        if not self.token:
            await self.get("/sign-in")
        return await self.client.request(method, path, data={"_csrf_token": self.token} | (fields or {}), **options)

    async def sign_in(self, email: str, password: str = PASSWORD, after: str = "/") -> httpx.Response:
        return await self.post("/sign-in", {"email": email, "password": password, "next": after})

    @property
    def session(self) -> str:
        return self.client.cookies.get("fondaco_session") or ""


Open = Callable[..., Awaitable[Browser]]


@pytest.fixture
async def browser(acme: Tenant, globex: Tenant, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Open]:
    """`await browser("acme")`, from a network address if that counts."""
    monkeypatch.setattr(asgi, "all_slices", lambda: (SLICE, Slice(name="probe", routes=(who,))))
    app = asgi.create_app()
    known._drop()
    async with AsyncExitStack() as stack:

        async def opened(slug: str = "acme", address: str = "127.0.0.1") -> Browser:
            transport = httpx.ASGITransport(app, client=(address, 1234))  # type: ignore[arg-type]  # Litestar's types differ
            client = httpx.AsyncClient(transport=transport, base_url=f"http://{slug}.localhost:8000")
            return Browser(await stack.enter_async_context(client))

        yield opened
    words.speak("en")
