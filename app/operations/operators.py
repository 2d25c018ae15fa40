"""An operator runs the cell. Operators sign in at the cell's own host and are kept in the control database."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import NoReturn
from uuid import UUID

import msgspec
from email_validator import EmailNotValidError, validate_email

from app.core import clock, ids, networks
from app.core.db import control, spawn
from app.core.errors import Invalid, SignInRequired, TooMany
from app.core.settings import settings
from app.core.words import _
from app.identity import passwords

DOOR = "/operator/sign-in"
TRIES = 8
TRIES_WITHIN = timedelta(minutes=15)
LOCKED_FOR = timedelta(minutes=15)
SESSION = timedelta(hours=12)
TOUCH_AFTER = timedelta(minutes=1)


class Operator(msgspec.Struct, frozen=True):
    id: UUID
    email: str
    name: str
    session_id: UUID


class WrongSignIn(Invalid):
    code = "wrong_sign_in"
    message = "E-mail and password do not belong together."


async def keep(email: str, name: str, password: str) -> UUID:
    """Makes the operator, or gives the one with this address the new name and password; old sessions end."""
    try:
        address = validate_email(email, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError as error:
        raise Invalid(str(error), errors={"email": str(error)}) from error
    passwords.must_be_good(password, known=(address, name))
    hashed = await passwords.hash(password)
    found: UUID = await control.fetchval(
        "INSERT INTO operators (id, email, name, password_hash, created_at) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (email) DO UPDATE SET name = EXCLUDED.name, password_hash = EXCLUDED.password_hash, disabled_at = NULL"
        " RETURNING id",
        ids.new(),
        address,
        name,
        hashed,
        clock.now(),
    )
    await control.execute("DELETE FROM operator_sessions WHERE operator_id = $1", found)
    return found


async def sign_in(email: str, password: str, *, address: str, device: str) -> str:
    """The new session's token. Raises `WrongSignIn`, the same for an unknown address, and `TooMany` after some tries."""
    email, place = email.strip().lower(), networks.counted(address)
    keys = (f"operator:{email}:{place}"[:300], f"operator-address:{place}"[:300])
    await _not_locked(keys)
    # Before the try, or many at the same moment would all be free; and in a transaction that a refusal does not undo.
    if not await spawn(_count(keys)):
        _refuse(LOCKED_FOR)
    row = await control.fetchrow(
        "SELECT id, password_hash FROM operators WHERE email = $1 AND disabled_at IS NULL", email
    )
    if not await passwords.matches(password, row["password_hash"] if row else None):
        raise WrongSignIn
    await control.execute("DELETE FROM attempts WHERE key = $1", keys[0])
    await control.execute(
        "UPDATE attempts SET count = greatest(count - 1, 0), locked_until = NULL WHERE key = $1", keys[1]
    )
    token, now = secrets.token_urlsafe(32), clock.now()
    await control.execute(
        "INSERT INTO operator_sessions (id, operator_id, token_hash, created_at, seen_at, expires_at, address, agent)"
        " VALUES ($1, $2, $3, $4, $4, $5, $6, $7)",
        ids.new(),
        row["id"],
        _hash(token),
        now,
        now + SESSION,
        address[:100],
        device[:300],
    )
    return token


async def of_session(token: str | None) -> Operator:
    """Who the token belongs to. Raises `SignInRequired`."""
    if not token:
        raise SignInRequired(door=DOOR)
    row = await control.fetchrow(
        "SELECT o.id, o.email, o.name, s.id AS session_id, s.seen_at FROM operator_sessions s"
        " JOIN operators o ON o.id = s.operator_id AND o.disabled_at IS NULL WHERE s.token_hash = $1 AND s.expires_at > $2",
        _hash(token),
        clock.now(),
    )
    if row is None:
        raise SignInRequired(door=DOOR)
    if clock.now() - row["seen_at"] > TOUCH_AFTER:
        await control.execute("UPDATE operator_sessions SET seen_at = $2 WHERE id = $1", row["session_id"], clock.now())
    return Operator(row["id"], row["email"], row["name"], row["session_id"])


async def sign_out(operator: Operator) -> None:
    await control.execute("DELETE FROM operator_sessions WHERE id = $1", operator.session_id)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


async def _not_locked(keys: tuple[str, ...]) -> None:
    until = await control.fetchval("SELECT max(locked_until) FROM attempts WHERE key = ANY($1::text[])", list(keys))
    if until and until > clock.now():
        _refuse(until - clock.now())


def _refuse(wait: timedelta) -> NoReturn:
    raise TooMany(
        _("Too many tries. Wait a quarter of an hour, then try again."), retry_after=int(wait.total_seconds()) + 1
    )


async def _count(keys: tuple[str, ...]) -> bool:
    """Counts a try; False when it is one too many."""
    now, free = clock.now(), True
    for key, limit in zip(keys, (TRIES, TRIES * 4), strict=True):
        count = await control.fetchval(
            "INSERT INTO attempts AS a (key, began_at, count) VALUES ($1, $2, 1) ON CONFLICT (key) DO UPDATE SET"
            " count = CASE WHEN a.began_at < $2 - $3::interval THEN 1 ELSE a.count + 1 END,"
            " began_at = CASE WHEN a.began_at < $2 - $3::interval THEN $2 ELSE a.began_at END,"
            " locked_until = CASE WHEN a.began_at >= $2 - $3::interval AND a.count + 1 >= $4 THEN $2 + $5::interval"
            " ELSE a.locked_until END RETURNING count",
            key,
            now,
            TRIES_WITHIN,
            limit,
            LOCKED_FOR,
        )
        free = free and count <= limit
    return free


def cookie_is_secure() -> bool:
    return settings().public_scheme == "https"
