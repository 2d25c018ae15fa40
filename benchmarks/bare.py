"""What the list is compared with: Litestar and asyncpg, the same SQL, one database, no tenant, no token, no rights."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from litestar import Litestar, get
from litestar.datastructures import State

from app.desk.api.reading import SELECT, ticket_of
from app.desk.api.shapes import TicketRecord
from app.web.rest import Page

SQL = f"{SELECT} WHERE t.status = $1 ORDER BY t.created_at DESC, t.id DESC LIMIT 51"


@asynccontextmanager
async def opened(app: Litestar) -> Any:
    async with asyncpg.create_pool(os.environ["BARE_URL"], min_size=6, max_size=6, timeout=10) as pool:
        app.state.pool = pool
        yield


@get("/tickets")
async def tickets(state: State) -> Page[TicketRecord]:
    rows = await state.pool.fetch(SQL, "open")
    return Page([ticket_of(row) for row in rows[:50]], "more")


app = Litestar([tickets], lifespan=[opened], openapi_config=None, logging_config=None)
