"""What the list is compared with: Litestar and asyncpg, the same SQL, no tenant, no token, no rights.

`BARE_URLS` names the databases, one a line; each request takes the next, so that both sides read the same data.
"""

from __future__ import annotations

import itertools
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
    urls = os.environ["BARE_URLS"].split("\n")
    pools = [
        await asyncpg.create_pool(url, min_size=1, max_size=6 if len(urls) == 1 else 2, timeout=10) for url in urls
    ]
    app.state.pools = itertools.cycle(pools)
    yield
    for pool in pools:
        pool.terminate()


@get("/tickets")
async def tickets(state: State) -> Page[TicketRecord]:
    rows = await next(state.pools).fetch(SQL, "open")
    return Page([ticket_of(row) for row in rows[:50]], "more")


app = Litestar([tickets], lifespan=[opened], openapi_config=None, logging_config=None)
