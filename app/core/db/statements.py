"""Statements in our own words, on the current tenant's database (`sql`) or on the control database (`control`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.core.db.engine import CONTROL, TENANT, Callback, RoutedEngine


class Statements:
    """asyncpg's calls, routed: in the open transaction when there is one, else each for itself."""

    def __init__(self, engine: RoutedEngine) -> None:
        self._engine = engine

    async def fetch(self, query: str, *arguments: Any) -> list[Any]:
        async with self._engine.connection() as connection:
            return list(await connection.fetch(query, *arguments))

    async def fetchrow(self, query: str, *arguments: Any) -> Any:
        async with self._engine.connection() as connection:
            return await connection.fetchrow(query, *arguments)

    async def fetchval(self, query: str, *arguments: Any) -> Any:
        async with self._engine.connection() as connection:
            return await connection.fetchval(query, *arguments)

    async def execute(self, query: str, *arguments: Any) -> int:
        """Runs a statement and says how many rows it touched."""
        async with self._engine.connection() as connection:
            tag = str(await connection.execute(query, *arguments))
        count = tag.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def executemany(self, query: str, rows: Iterable[Iterable[Any]]) -> None:
        async with self._engine.connection() as connection:
            await connection.executemany(query, rows)


sql = Statements(TENANT)
control = Statements(CONTROL)


async def after_commit(callback: Callback) -> None:
    """Runs `callback` when the open tenant transaction has committed, never when it rolls back; at once when none is
    open.
    """
    transaction = TENANT.current_transaction.get()
    if transaction is None:
        await callback()
    else:
        transaction.callbacks.append(callback)


def once_after_commit(name: str, callback: Callback) -> bool:
    """As `after_commit` inside a transaction, but one callback per `name`; False when that name was there already."""
    transaction = TENANT.current_transaction.get()
    if transaction is None:
        raise RuntimeError("a transaction must be open")
    if name in transaction.names:
        return False
    transaction.names.add(name)
    transaction.callbacks.append(callback)
    return True
