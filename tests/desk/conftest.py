"""A browser of Kim's at the whole application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest

from app import asgi
from app.core import words
from app.core.db import TENANT, sql
from app.identity import known, members
from app.tenancy import tenants
from app.tenancy.tenants import Tenant
from tests.identity.conftest import Browser, Open
from tests.identity.world import PASSWORD

PEOPLE = {
    "kim@acme.test": ("Kim Brandt", "admin"),
    "ann@acme.test": ("Ann Okafor", "agent"),
    "vera@acme.test": ("Vera Lund", "viewer"),
    "gil@globex.test": ("Gil Moreau", "admin"),
}


@pytest.fixture
async def signed_in(acme: Tenant, globex: Tenant) -> AsyncIterator[Open]:
    """`await signed_in("kim@acme.test")`: somebody at work in the browser; made when they are not there yet."""
    app = asgi.create_app()
    known._drop()
    async with AsyncExitStack() as stack:

        async def opened(email: str) -> Browser:
            tenant = globex if email.endswith("globex.test") else acme
            name, role = PEOPLE[email]
            with tenants.enter(tenant):
                if not await sql.fetchval("SELECT true FROM members WHERE email = $1", email):
                    async with TENANT.transaction():
                        await members.seed(email, name, role, PASSWORD)  # type: ignore[arg-type]  # one of the roles
            transport = httpx.ASGITransport(app)  # type: ignore[arg-type]  # Litestar's types differ
            client = httpx.AsyncClient(transport=transport, base_url=f"http://{tenant.slug}.localhost:8000")
            browser = Browser(await stack.enter_async_context(client))
            assert (await browser.sign_in(email)).status_code == 303
            return browser

        yield opened
    words.speak("en")
