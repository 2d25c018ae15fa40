"""One capped set of connections for many databases: who works keeps one, who rests gives theirs away.

The policy was measured before it was written (plain least-recently-used eviction thrashes): at the cap a database
that has a connection waits for it, only one that has none may evict, and each database grows by one connection at a
time.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import asyncpg

from app.core.errors import Unavailable

LOST = (OSError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError, asyncpg.AdminShutdownError)
REFUSED = (
    *LOST,
    asyncpg.TooManyConnectionsError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InvalidPasswordError,
    TimeoutError,
)


class DatabaseDown(Unavailable):
    code = "database_down"
    message = "The database does not answer just now. Nothing of yours is lost: try again in a moment."


class Db(NamedTuple):
    """Where and as whom to connect; the key by which connections are kept apart."""

    database: str
    user: str
    password: str | None = None
    host: str | None = None
    port: int | None = None

    def __repr__(self) -> str:
        """Without the password: this stands in tracebacks and logs."""
        return f"Db({self.database!r}, {self.user!r}, host={self.host!r}, port={self.port!r})"


@dataclass(slots=True)
class Slot:
    """The connections of one database, and who waits for one of them."""

    db: Db
    free: list[Any] = field(default_factory=list)
    total: int = 0
    connecting: bool = False
    waiters: deque[asyncio.Future[Any]] = field(default_factory=deque)


class KeyedPool:
    """At most `cap` connections in all and `per_db` for one database; idle ones close after `idle_seconds`.

    `get` waits at most `wait_seconds` and then raises `DatabaseDown`. `patience` (seconds) is how long a database
    without any connection starves before a busy one must hand over.
    """

    def __init__(
        self,
        *,
        cap: int = 60,
        per_db: int = 6,
        idle_seconds: float = 60.0,
        wait_seconds: float = 10.0,
        patience: float = 0.05,
        connect_seconds: float = 5.0,
    ) -> None:
        self.cap, self.per_db, self.idle_seconds = cap, per_db, idle_seconds
        self.wait_seconds, self.patience, self.connect_seconds = wait_seconds, patience, connect_seconds
        self.slots: dict[Db, Slot] = {}
        self.idle: OrderedDict[Any, tuple[Slot, float]] = OrderedDict()
        self.starving: deque[tuple[asyncio.Future[Any], float]] = deque()
        self.closing: set[asyncio.Task[None]] = set()
        self.busy: dict[Any, str] = {}
        self.stale: set[Any] = set()
        self.open = self.connects = self.evictions = self.hits = 0

    async def get(self, db: Db) -> Any:
        """A connection to `db`, the caller's alone until `put`. Raises `DatabaseDown`."""
        try:
            async with asyncio.timeout(self.wait_seconds):
                connection = await self._get(db)
        except REFUSED as error:
            raise DatabaseDown(cause=type(error).__name__) from error
        self.busy[connection] = db.database
        return connection

    async def _get(self, db: Db) -> Any:
        slot = self.slots.get(db) or self.slots.setdefault(db, Slot(db))
        since: float | None = None
        while True:
            while slot.free:
                connection = slot.free.pop()
                del self.idle[connection]
                if not connection.is_closed():
                    self.hits += 1
                    return connection
                slot.total -= 1
                self.open -= 1
            self.slots.setdefault(db, slot)
            if not slot.connecting and slot.total < self.per_db and self._may_grow(slot):
                return await self._connect(slot)
            again, since = since is not None, since or time.monotonic()
            handed = await self._wait(slot, since, again)
            if handed is not None:
                return handed

    def _may_grow(self, slot: Slot) -> bool:
        return self.open < self.cap or (not slot.total and self._evict_oldest())

    async def _wait(self, slot: Slot, since: float, again: bool) -> Any:
        """A connection handed over by `put`, or None: look again."""
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        if slot.total or slot.connecting:
            slot.waiters.append(future)
        elif again:
            self.starving.appendleft((future, since))
        else:
            self.starving.append((future, since))
        try:
            return await future
        except BaseException:
            if future.done() and not future.cancelled() and not future.exception():
                if (connection := future.result()) is not None:
                    self.put(slot.db, connection)
                else:
                    self._wake(slot)
            raise

    async def _connect(self, slot: Slot) -> Any:
        slot.connecting = True
        slot.total += 1
        self.open += 1
        self.connects += 1
        try:
            connection = await asyncpg.connect(
                database=slot.db.database,
                user=slot.db.user,
                password=slot.db.password,
                host=slot.db.host,
                port=slot.db.port,
                timeout=self.connect_seconds,
                server_settings={"application_name": "fondaco", "timezone": "UTC"},
            )
        except BaseException:
            slot.total -= 1
            self.open -= 1
            slot.connecting = False
            self._wake(slot)
            raise
        slot.connecting = False
        self._wake(slot)
        return connection

    def put(self, db: Db, connection: Any, *, sound: bool = True) -> None:
        """Gives a connection back. Not a coroutine, so that no cancellation can stop it half-way.

        One that is not `sound`, or still in a transaction, is terminated and never used again.
        """
        self.busy.pop(connection, None)
        slot = self.slots.get(db) or self.slots.setdefault(db, Slot(db))
        while self.starving and self.starving[0][0].done():
            self.starving.popleft()
        while slot.waiters and slot.waiters[0].done():
            del slot.waiters[0]
        alive = sound and not connection.is_closed() and not connection.is_in_transaction()
        alive = alive and connection not in self.stale
        if alive and not self._owed(slot):
            if slot.waiters:
                slot.waiters.popleft().set_result(connection)
                self.hits += 1
            else:
                slot.free.append(connection)
                self.idle[connection] = (slot, time.monotonic())
            return
        self.stale.discard(connection)
        slot.total -= 1
        self.open -= 1
        if alive:
            self._close(connection)
        else:
            connection.terminate()
        self._wake(slot)

    def _owed(self, slot: Slot) -> bool:
        """Whether this connection's place belongs to a database that has none."""
        if not self.starving or self.open < self.cap:
            return False
        return slot.total > 1 or not slot.waiters or time.monotonic() - self.starving[0][1] > self.patience

    def _wake(self, slot: Slot) -> None:
        if self.starving and self.open < self.cap:
            future, _since = self.starving.popleft()
            if not future.done():
                future.set_result(None)
        count = 1 if slot.total else len(slot.waiters)
        for _turn in range(min(count, len(slot.waiters))):
            future = slot.waiters.popleft()
            if not future.done():
                future.set_result(None)
        self._forget(slot)

    def _forget(self, slot: Slot) -> None:
        if not slot.total and not slot.waiters and not slot.connecting and self.slots.get(slot.db) is slot:
            del self.slots[slot.db]

    def _evict_oldest(self) -> bool:
        if self.idle:
            self._drop(next(iter(self.idle)))
            self.evictions += 1
        return self.open < self.cap

    def _drop(self, connection: Any) -> None:
        slot, _since = self.idle.pop(connection)
        slot.free.remove(connection)
        slot.total -= 1
        self.open -= 1
        self._forget(slot)
        self._close(connection)

    def _close(self, connection: Any) -> None:
        async def close() -> None:
            with contextlib.suppress(Exception):
                await connection.close(timeout=2)

        task = asyncio.get_running_loop().create_task(close())
        self.closing.add(task)
        task.add_done_callback(self.closing.discard)

    async def reap(self) -> None:
        """Closes what has been idle too long, for ever; run it as a task."""
        while True:
            await asyncio.sleep(self.idle_seconds / 4)
            for connection, (_slot, since) in list(self.idle.items()):
                if since > time.monotonic() - self.idle_seconds:
                    break
                self._drop(connection)

    async def evict(self, database: str | None = None) -> None:
        """Closes the idle connections of one database (None: of all) and waits until they are gone.

        Busy ones finish what they do and are closed when given back: after DDL their cached statements are wrong.
        """
        self.stale.update(connection for connection, name in self.busy.items() if database in (None, name))
        for connection, (slot, _since) in list(self.idle.items()):
            if database in (None, slot.db.database):
                self._drop(connection)
        await asyncio.gather(*self.closing, return_exceptions=True)
