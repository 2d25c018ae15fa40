"""Whoever tries too often has to wait, longer each time; counted before the try, so that trying in parallel is no help.

Counts survive the rollback of the request that was refused, for they are written on a connection of their own.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from app.core import clock
from app.core.db import spawn, sql
from app.core.errors import TooMany
from app.core.words import ngettext

log = structlog.get_logger(__name__)


class TriedTooOften(TooMany):
    code = "tried_too_often"


@dataclass(frozen=True, slots=True)
class Limit:
    """From try number `free` on, each is followed by a lock: `pause`, then twice as long, up to `longest`. Tries are
    forgotten `memory` after the last.
    """

    name: str
    free: int
    memory: timedelta
    pause: timedelta
    longest: timedelta


SIGN_IN = Limit("sign-in", 5, timedelta(minutes=15), timedelta(minutes=1), timedelta(hours=1))
SIGN_IN_ADDRESS = Limit("sign-in address", 60, timedelta(minutes=15), timedelta(minutes=5), timedelta(hours=1))
FORGOT = Limit("forgot", 4, timedelta(hours=1), timedelta(minutes=15), timedelta(hours=1))
FORGOT_ADDRESS = Limit("forgot address", 20, timedelta(hours=1), timedelta(minutes=15), timedelta(hours=1))
PASSWORD = Limit("password", 5, timedelta(minutes=15), timedelta(minutes=1), timedelta(hours=1))


async def count(limit: Limit, *who: str) -> None:
    """Counts one try of `who`. Raises `TriedTooOften` while they are locked out."""
    await spawn(_count(limit, _key(limit, who)))


async def forgive(limit: Limit, *who: str) -> None:
    """It went well: all tries of `who` are forgotten."""
    await spawn(_forgive(_key(limit, who)))


async def take_back(limit: Limit, *who: str) -> None:
    """It went well, but others may come from the same place: one try less."""
    await spawn(_take_back(limit, _key(limit, who)))


def _key(limit: Limit, who: tuple[str, ...]) -> str:
    """A hash, for people type passwords into the field for the e-mail."""
    return hashlib.sha256("\0".join((limit.name, *who)).encode("utf-8", "surrogatepass")).hexdigest()


async def _count(limit: Limit, key: str) -> None:
    now = clock.now()
    counted = await sql.fetchrow(
        "INSERT INTO sign_in_attempts AS a (key, failures, locked_until, expires_at) VALUES ($1, 1, NULL, $3::timestamptz)"
        " ON CONFLICT (key) DO UPDATE SET"
        " failures = CASE WHEN a.expires_at <= $2::timestamptz THEN 1 ELSE a.failures + 1 END,"
        " locked_until = CASE WHEN a.expires_at > $2::timestamptz AND a.failures + 1 >= $4::integer"
        " THEN $2::timestamptz + least($6::interval, $5::interval * power(2, least(a.failures + 1 - $4::integer, 30))) END,"
        " expires_at = CASE WHEN a.expires_at > $2::timestamptz AND a.failures + 1 >= $4::integer"
        " THEN $3 + least($6::interval, $5::interval * power(2, least(a.failures + 1 - $4::integer, 30))) ELSE $3::timestamptz END"
        " WHERE a.locked_until IS NULL OR a.locked_until <= $2::timestamptz RETURNING failures",
        key,
        now,
        now + limit.memory,
        limit.free,
        limit.pause,
        limit.longest,
    )
    if counted is None:
        until: datetime | None = await sql.fetchval("SELECT locked_until FROM sign_in_attempts WHERE key = $1", key)
        refuse(limit, until or now)
    elif counted["failures"] == 1:
        await sql.execute(
            "DELETE FROM sign_in_attempts WHERE key IN (SELECT key FROM sign_in_attempts WHERE expires_at < $1 LIMIT 100)",
            now,
        )
    elif counted["failures"] >= limit.free:
        log.warning("attempts.locked", limit=limit.name, failures=counted["failures"])


def refuse(limit: Limit, until: datetime) -> None:
    seconds = max(1, int((until - clock.now()).total_seconds()) + 1)
    minutes = -(-seconds // 60)
    raise TriedTooOften(
        ngettext(
            "That was tried too often. Wait {number} minute, then try again.",
            "That was tried too often. Wait {number} minutes, then try again.",
            minutes,
        ).format(number=minutes),
        retry_after=seconds,
        limit=limit.name,
    )


async def _forgive(key: str) -> None:
    await sql.execute("DELETE FROM sign_in_attempts WHERE key = $1", key)


async def _take_back(limit: Limit, key: str) -> None:
    await sql.execute(
        "UPDATE sign_in_attempts SET failures = greatest(failures - 1, 0),"
        " locked_until = CASE WHEN failures > $2 THEN locked_until END WHERE key = $1",
        key,
        limit.free,
    )
