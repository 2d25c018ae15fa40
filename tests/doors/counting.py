"""How many statements a request sends to the database of its tenant."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.core import db


@contextlib.asynccontextmanager
async def statements() -> AsyncIterator[list[str]]:
    """The text of every statement that is sent to any tenant's database inside the block."""
    pool = db.TENANT.pool
    assert pool is not None
    sent: list[str] = []
    watched: list[Any] = []

    def note(query: Any) -> None:
        sent.append(query.query)

    take = pool.get

    async def watching(where: Any) -> Any:
        connection = await take(where)
        if connection not in watched:
            connection.add_query_logger(note)
            watched.append(connection)
        return connection

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "get", watching)
        try:
            yield sent
            await asyncio.sleep(0.01)  # loggers are called a turn of the loop later
        finally:
            for connection in watched:
                if not connection.is_closed():
                    connection.remove_query_logger(note)
