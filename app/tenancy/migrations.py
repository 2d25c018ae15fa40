"""Brings one database to the newest schema: each migration once, in a transaction of its own, and none changed later."""

from __future__ import annotations

import asyncio
import hashlib
import importlib.util
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg

from app.core import clock

FOLDER = Path(__file__).parent.parent / "migrations"
LOCK_TIMEOUT = "4s"
LOCK_TRIES = 5
LOCK = 7_305_100
NAMED = re.compile(r"(\d{4})_[a-z0-9_]+\.(sql|py)")
MARKERS = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    migration text PRIMARY KEY,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL
)
"""


class MigrationError(Exception):
    """A history that cannot be run as it stands, or a migration that failed; the message is for the operator."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step: its name (`0001_journal`), what it does in one sentence, and a SHA-256 of its text."""

    name: str
    path: Path
    sentence: str
    checksum: str

    async def run(self, connection: Any) -> None:
        """Runs inside the transaction that is open on `connection`."""
        if self.path.suffix == ".sql":
            await connection.execute(self.path.read_text("utf-8"))
            return
        spec = importlib.util.spec_from_file_location(f"app.migrations.{self.name}", self.path)
        if spec is None or spec.loader is None:
            raise MigrationError(f"{self.path.name} cannot be loaded.")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        await module.up(connection)


@dataclass(frozen=True, slots=True)
class History:
    """All migrations of one kind of database, in order."""

    name: str
    migrations: tuple[Migration, ...]

    @property
    def head(self) -> str:
        """The name of the newest migration; empty when there is none."""
        return self.migrations[-1].name if self.migrations else ""

    @property
    def checksum(self) -> str:
        """12 hexadecimal digits that change when any migration does."""
        text = "".join(f"{migration.name}:{migration.checksum}\n" for migration in self.migrations)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def check(self, applied: dict[str, str]) -> None:
        """Raises `MigrationError` when `applied` (name to checksum) does not begin this history."""
        known = {migration.name: migration.checksum for migration in self.migrations}
        if newer := sorted(set(applied) - set(known)):
            raise MigrationError(f"The database has {', '.join(newer)}, which this release does not know: it is newer.")
        if changed := sorted(name for name, checksum in applied.items() if known[name] != checksum):
            raise MigrationError(
                f"{', '.join(changed)} was changed after it had been applied. Restore the file and write a new migration."
            )


class Applied(NamedTuple):
    migration: str
    checksum: str
    applied_at: datetime


def read(name: str, folder: Path = FOLDER) -> History:
    """The history `control` or `tenant` from its files. Raises `MigrationError` when it is not one line."""
    migrations: dict[str, Migration] = {}
    for path in sorted((folder / name).glob("[0-9]*")):
        found = NAMED.fullmatch(path.name)
        if not found:
            raise MigrationError(f"{path.name}: a migration is named NNNN_words.sql or NNNN_words.py.")
        if found[1] in migrations:
            raise MigrationError(f"{path.name} and {migrations[found[1]].path.name} have the same number.")
        text = path.read_bytes().replace(b"\r\n", b"\n")
        first = text.decode("utf-8").split("\n", 1)[0]
        opening = "-- " if path.suffix == ".sql" else '"""'
        if not first.startswith(opening):
            raise MigrationError(f"{path.name}: the first line says in one sentence what it does ({opening}…).")
        sentence = first.removeprefix(opening).strip().removesuffix('"""')
        migrations[found[1]] = Migration(path.stem, path, sentence, hashlib.sha256(text).hexdigest())
    return History(name, tuple(migrations.values()))


async def catch_up(
    connection: Any,
    history: History,
    *,
    role: str | None = None,
    finish: Callable[[Any], Awaitable[None]] | None = None,
) -> list[Applied]:
    """Runs what is missing in this database, and says all that is applied now.

    The marker of a migration is written in its own transaction, so whatever moment the process dies at, the next run
    goes on behind the last whole one. `role` owns what is made; `finish` runs at the end of every transaction (grants).
    An advisory lock lets two runners of one database wait for each other. Raises `MigrationError`.
    """
    applied = await _applied(connection, history)
    for migration in history.migrations:
        if migration.name not in applied:
            applied |= await _apply(connection, history, migration, role, finish)
    return [applied[migration.name] for migration in history.migrations]


async def _applied(connection: Any, history: History) -> dict[str, Applied]:
    if await connection.fetchval("SELECT to_regclass('public.schema_migrations')") is None:
        return {}
    rows = await connection.fetch("SELECT migration, checksum, applied_at FROM schema_migrations")
    applied = {row["migration"]: Applied(row["migration"], row["checksum"], row["applied_at"]) for row in rows}
    history.check({name: row.checksum for name, row in applied.items()})
    return applied


async def _apply(
    connection: Any,
    history: History,
    migration: Migration,
    role: str | None,
    finish: Callable[[Any], Awaitable[None]] | None,
) -> dict[str, Applied]:
    for attempt in range(1, LOCK_TRIES + 1):
        try:
            async with connection.transaction():
                await connection.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'; SET LOCAL statement_timeout = 0")
                await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
                if role:
                    await connection.execute(f'SET LOCAL ROLE "{role}"')
                await connection.execute(MARKERS)
                applied = await _applied(connection, history)
                if migration.name in applied:
                    return applied
                await migration.run(connection)
                done = Applied(migration.name, migration.checksum, clock.now())
                await connection.execute("INSERT INTO schema_migrations VALUES ($1, $2, $3)", *done)
                if finish:
                    await finish(connection)
                return applied | {migration.name: done}
        except asyncpg.LockNotAvailableError as error:
            if attempt == LOCK_TRIES:
                raise MigrationError(
                    f"{migration.name}: somebody holds a lock on what it changes. Nothing was changed; run it again."
                ) from error
            await asyncio.sleep(0.5 * attempt)
        except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise MigrationError(f"{migration.name}: {type(error).__name__}: {error}") from error
    raise AssertionError("the last try returns or raises")
