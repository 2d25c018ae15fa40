"""Sends every query to the database of the tenant at work, and to none when there is none."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, cast

import asyncpg
import structlog
from piccolo.engine.base import Engine
from piccolo.engine.postgres import AsyncBatch, Atomic, PostgresTransaction

from app.core.db.pool import LOST, DatabaseDown, Db, KeyedPool

log = structlog.get_logger(__name__)
current_db: contextvars.ContextVar[Db] = contextvars.ContextVar("current_db")
current_tx: contextvars.ContextVar[RoutedTransaction | None] = contextvars.ContextVar("current_tx", default=None)
control_tx: contextvars.ContextVar[RoutedTransaction | None] = contextvars.ContextVar("control_tx", default=None)
T = TypeVar("T")
Callback = Callable[[], Awaitable[None]]


class NoTenant(RuntimeError):
    """A query outside every tenant: a mistake of ours, never answered from some database or other."""


@contextlib.contextmanager
def use_db(db: Db) -> Iterator[None]:
    """Binds tenant queries in this context to `db`; an open transaction of another tenant is not inherited."""
    database, transaction = current_db.set(db), current_tx.set(None)
    try:
        yield
    finally:
        current_tx.reset(transaction)
        current_db.reset(database)


def spawn(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """A task that keeps the tenant but not an open transaction, which might end before it."""
    context = contextvars.copy_context()
    context.run(current_tx.set, None)
    context.run(control_tx.set, None)
    return asyncio.get_running_loop().create_task(work, context=context)


class RoutedTransaction(PostgresTransaction):
    """A transaction on the current tenant's database; an inner one is part of the outer."""

    __slots__ = ("callbacks", "db", "done", "names")
    engine: Any

    async def __aenter__(self) -> RoutedTransaction:
        if self._parent is not None:
            self.engine.check(self._parent)
            return cast(RoutedTransaction, self._parent)
        self.db, self.done = self.engine.db(), False
        self.callbacks, self.names = list[Callback](), set[str]()
        self.connection = await self._begun()
        self.context = self.engine.current_transaction.set(self)
        return self

    async def _begun(self) -> Any:
        """A connection on which a transaction has begun. One that died while idle is replaced, for nothing was sent on
        it.
        """
        pool: KeyedPool = self.engine.ready()
        for attempt in range(4):
            connection = await pool.get(self.db)
            self.transaction = connection.transaction()
            try:
                await self.transaction.start()
            except (*LOST, asyncpg.InterfaceError) as error:
                pool.put(self.db, connection, sound=False)
                if attempt == 3:
                    raise DatabaseDown(cause=type(error).__name__) from error
            except BaseException:
                pool.put(self.db, connection, sound=False)
                raise
            else:
                return connection
        raise DatabaseDown

    async def __aexit__(self, kind: Any, error: BaseException | None, trace: Any) -> Literal[False]:
        if self._parent is not None:
            return False
        committed = False
        try:
            if not (self._committed or self._rolled_back):
                if error is None:
                    await self.commit()  # type: ignore[no-untyped-call]  # Piccolo has no types here
                    committed = True
                elif not self.connection.is_closed():
                    await self.rollback()  # type: ignore[no-untyped-call]  # Piccolo has no types here
            else:
                committed = self._committed
        except (*LOST, asyncpg.InterfaceError) as lost:
            raise DatabaseDown(cause=type(lost).__name__) from lost
        finally:
            self.done = True
            self.engine.current_transaction.reset(self.context)
            self.engine.ready().put(self.db, self.connection, sound=not isinstance(error, asyncio.CancelledError))
        if committed:
            await run_callbacks(self.callbacks)
        return False


async def run_callbacks(callbacks: list[Callback]) -> None:
    """What was to happen after the commit. A failure is logged, for the commit stands and a sweep makes up for it."""
    for callback in callbacks:
        try:
            await callback()
        except Exception:
            log.exception("after_commit.failed")


@dataclass
class RoutedBatch(AsyncBatch):
    engine: Any = None
    db: Any = None

    async def __aenter__(self) -> RoutedBatch:
        self.db = self.engine.db()
        self.connection = await self.engine.ready().get(self.db)
        try:
            return await super().__aenter__()
        except BaseException:
            self.engine.ready().put(self.db, self.connection, sound=False)
            raise

    async def __aexit__(self, kind: Any, error: BaseException | None, trace: Any) -> bool:
        try:
            await (self.transaction.rollback() if error else self.transaction.commit())
        finally:
            self.engine.ready().put(self.db, self.connection)
        return False


class RoutedEngine(Engine[RoutedTransaction]):
    """A Piccolo engine for all tenants (`fixed` False), or for the one control database (`fixed` True)."""

    __slots__ = ("current_transaction", "fixed", "home", "pool")

    def __init__(self, *, fixed: bool = False) -> None:
        self.pool: KeyedPool | None = None
        self.fixed = fixed
        self.home: Db | None = None
        self.current_transaction = control_tx if fixed else current_tx
        super().__init__(engine_type="postgres", min_version_number=15)

    def db(self) -> Db:
        if self.fixed:
            if self.home is None:
                raise RuntimeError("the control database is not open: call app.core.db.start() first")
            return self.home
        try:
            return current_db.get()
        except LookupError:
            raise NoTenant("no tenant database is bound to this context") from None

    def ready(self) -> KeyedPool:
        if self.pool is None:
            raise RuntimeError("the connection pool is not open: call app.core.db.start() first")
        return self.pool

    def check(self, transaction: RoutedTransaction) -> None:
        if transaction.done:
            raise RuntimeError("this task inherited a finished transaction: start it with spawn()")
        if transaction.db != self.db():
            raise RuntimeError("the open transaction belongs to another tenant")

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """The open transaction's connection, else one from the pool for this block. Lost connections become
        `DatabaseDown`.
        """
        if (transaction := self.current_transaction.get()) is not None:
            self.check(transaction)
            try:
                yield transaction.connection
            except LOST as error:
                raise DatabaseDown(cause=type(error).__name__) from error
            except asyncpg.InterfaceError as error:
                if transaction.connection.is_closed():
                    raise DatabaseDown(cause=type(error).__name__) from error
                raise
            return
        db, pool, sound = self.db(), self.ready(), False
        connection = await pool.get(db)
        try:
            yield connection
            sound = True
        except LOST as error:
            raise DatabaseDown(cause=type(error).__name__) from error
        except asyncpg.PostgresError:
            sound = True
            raise
        except asyncpg.InterfaceError as error:
            if connection.is_closed():
                raise DatabaseDown(cause=type(error).__name__) from error
            raise
        finally:
            pool.put(db, connection, sound=sound)

    async def run_querystring(self, querystring: Any, in_pool: bool = True) -> Any:
        text, arguments = querystring.compile_string(engine_type="postgres")
        async with self.connection() as connection:
            return await connection.fetch(text, *arguments)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> Any:
        async with self.connection() as connection:
            return await connection.fetch(ddl)

    async def batch(self, query: Any, batch_size: int = 100, node: str | None = None) -> RoutedBatch:
        return RoutedBatch(connection=None, query=query, batch_size=batch_size, engine=self)

    def transform_response_to_dicts(self, results: Any) -> list[dict[str, Any]]:
        return [dict(row) for row in results]

    def transaction(self, allow_nested: bool = True) -> RoutedTransaction:
        return RoutedTransaction(cast(Any, self), allow_nested)

    def atomic(self) -> Atomic:
        return Atomic(cast(Any, self))

    async def check_version(self) -> None:
        """Piccolo would connect while the module is imported; the doctor checks the version instead."""

    async def prep_database(self) -> None:
        """Extensions come from migrations."""

    async def get_version(self) -> float:
        return 15.0

    def get_version_sync(self) -> float:
        return 15.0


TENANT = RoutedEngine()
CONTROL = RoutedEngine(fixed=True)
