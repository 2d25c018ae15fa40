"""Who comes to the doors in tests: browsers with cookies of their own, and programs with a token."""

from __future__ import annotations

import re
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx

from app.access import Actor
from app.core.db import TENANT
from app.identity import members, sessions, tokens
from app.identity.tables import Member
from app.tenancy import tenants
from app.tenancy.tenants import Tenant

CSRF = re.compile(r'name="csrf-token" content="([^"]*)"')
PASSWORD = "the printer sings at dawn"
COOKIE = "fondaco_session"


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
        if not self.token:  # somebody who is in is sent on from there
            await self.get("/notifications")
        return await self.client.request(method, path, data={"_csrf_token": self.token} | (fields or {}), **options)

    async def sign_in(self, email: str, password: str = PASSWORD, after: str = "/") -> httpx.Response:
        return await self.post("/sign-in", {"email": email, "password": password, "next": after})

    @property
    def session(self) -> str:
        return self.client.cookies.get(COOKIE) or ""


@dataclass(frozen=True)
class Person:
    """A member of a tenant, with a session and a token that work."""

    member: Member
    session: str
    token: str

    @property
    def actor(self) -> Actor:
        return members.actor_of(self.member)


class Doors:
    """The application, and who may come to it."""

    def __init__(self, app: Any, stack: AsyncExitStack) -> None:
        self.app, self.stack = app, stack

    async def client(self, slug: str = "acme", *, address: str = "127.0.0.1", **headers: str) -> httpx.AsyncClient:
        """A client at a tenant's host that follows no redirects; an error of ours is an answer, never an exception."""
        transport = httpx.ASGITransport(self.app, client=(address, 1234), raise_app_exceptions=True)
        base = f"http://{slug}.localhost:8000" if slug else "http://localhost:8000"
        return await self.stack.enter_async_context(
            httpx.AsyncClient(transport=transport, base_url=base, headers=headers)
        )

    async def browser(self, slug: str = "acme", address: str = "127.0.0.1", who: Person | None = None) -> Browser:
        """A browser, signed in when it is somebody's."""
        client = await self.client(slug, address=address)
        if who is not None:
            client.cookies.set(COOKIE, who.session, domain=f"{slug}.localhost")
        return Browser(client)

    async def program(self, who: Person, slug: str = "acme") -> httpx.AsyncClient:
        """A program that shows somebody's token."""
        return await self.client(slug, authorization=f"Bearer {who.token}")


async def person(tenant: Tenant, email: str, name: str, role: Any) -> Person:
    """Somebody who works at `tenant` and is signed in."""
    with tenants.enter(tenant):
        async with TENANT.transaction():
            made = await members.invite(email, name=name, role=role, by=Actor.system())
            made.joined_at = made.created_at
            await made.save([Member.joined_at])
            session = await sessions.start(made, address="127.0.0.1", device="Tests")
            _row, token = await tokens.create(made, name="tests", days=None, by=members.actor_of(made))
    return Person(made, session, token)
