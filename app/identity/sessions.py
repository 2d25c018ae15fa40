"""A session is one sign-in of a member on one device; it ends when it is not used, or when somebody ends it."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from app.access import Actor
from app.core import clock
from app.core.db import TENANT, sql
from app.core.errors import NotFound
from app.core.settings import settings
from app.identity import known
from app.identity.known import Passport
from app.identity.tables import Member, Session
from app.journal import events
from app.web.readers import Reader

FRESH_SECONDS = 5.0
TOUCH = timedelta(minutes=1)


def hashed(token: str) -> bytes:
    """What is kept of a random token: 256 bits need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def lifetime() -> timedelta:
    return timedelta(hours=settings().session_hours)


async def start(member: Member, *, address: str, device: str) -> str:
    """Begins a session and answers its token, which is stored nowhere. Never takes over one that was there before."""
    token, now = secrets.token_urlsafe(32), clock.now()
    await Session(
        token_hash=hashed(token), member_id=member.id, created_at=now, seen_at=now, expires_at=now + lifetime(),
        address=address[:100], device=device[:300],
    ).save()  # fmt: skip
    await Member.update({Member.last_seen_at: now}).where(Member.id == member.id)
    await sql.execute("DELETE FROM sessions WHERE member_id = $1 AND expires_at <= $2", member.id, now)
    return token


async def recognise(token: str) -> Passport | None:
    """The passport of whoever holds this token here and now. A visit makes the session last longer."""
    token_hash = hashed(token)
    if (passport := known.find("member", token_hash)) is not None:
        return passport
    asked_in, now = known.generation(), clock.now()
    row = await sql.fetchrow(
        "SELECT s.id AS session_id, s.seen_at, s.expires_at, m.id, m.email, m.name, m.role, m.language, m.zone, m.theme,"
        " m.density, m.single_keys, m.tone FROM sessions s JOIN members m ON m.id = s.member_id"
        " WHERE s.token_hash = $1 AND s.expires_at > $2 AND m.deactivated_at IS NULL",
        token_hash,
        now,
    )
    if row is None:
        return None
    passport = Passport(
        actor=Actor(
            kind="member", id=row["id"], member_id=row["id"], name=row["name"] or row["email"], role=row["role"],
            email=row["email"], language=row["language"], zone=row["zone"],
        ),
        reader=Reader(
            language=row["language"], zone=row["zone"], theme=row["theme"], density=row["density"],
            single_keys=row["single_keys"],
        ),
        tone=row["tone"],
        key_id=row["session_id"],
    )  # fmt: skip
    ends_at = row["expires_at"]
    # Only by a request that reads: a changing one would hold the rows until its end, and others would wait for them.
    if row["seen_at"] < now - TOUCH and TENANT.current_transaction.get() is None:
        ends_at = await _touch(row["session_id"], row["id"], now)
    known.keep(token_hash, passport, seconds=FRESH_SECONDS, ends_at=ends_at, asked_in=asked_in)
    return passport


async def _touch(session_id: UUID, member_id: UUID, now: datetime) -> datetime:
    """Notes the visit. A row that another request is noting on just now is left to it."""
    ends_at = now + lifetime()
    touched = await sql.execute(
        "UPDATE sessions SET seen_at = $2, expires_at = $3 WHERE id ="
        " (SELECT id FROM sessions WHERE id = $1 FOR UPDATE SKIP LOCKED)",
        session_id,
        now,
        ends_at,
    )
    if touched:
        await sql.execute(
            "UPDATE members SET last_seen_at = $2 WHERE id = (SELECT id FROM members WHERE id = $1 FOR UPDATE SKIP LOCKED)",
            member_id,
            now,
        )
    return ends_at


async def of(member_id: UUID) -> list[Session]:
    """The sessions of a member that have not ended, the latest used first."""
    return (
        await Session.objects()
        .where((Session.member_id == member_id) & (Session.expires_at > clock.now()))
        .order_by(Session.seen_at, ascending=False)
        .order_by(Session.id)
        .limit(100)
    )


async def end(session_id: UUID, *, by: Actor) -> None:
    """Ends one session of one's own. Raises `NotFound` for another's."""
    ended = await sql.fetchrow(
        "DELETE FROM sessions WHERE id = $1 AND member_id = $2 RETURNING id", session_id, by.member_id
    )
    if ended is None:
        raise NotFound
    await events.record("session.ended", kind="member", id=by.member_id, by=by, data={"sessions": 1})
    await known.forget()


async def end_others(current: UUID, *, by: Actor) -> int:
    """Ends all sessions of one's own but the one that asks. Answers how many those were."""
    assert by.member_id is not None
    ended = await _end_all(by.member_id, but=current)
    if ended:
        await events.record("session.ended", kind="member", id=by.member_id, by=by, data={"sessions": ended})
    return ended


async def end_all(member_id: UUID, *, but: UUID | None = None) -> int:
    """Signs a member out everywhere: after a new password, or when they leave. Part of the verb that asks for it."""
    return await _end_all(member_id, but=but)


async def end_token(token: str) -> None:
    """Ends the session of this token, if there is one: signing out, or signing in over an older session."""
    await sql.execute("DELETE FROM sessions WHERE token_hash = $1", hashed(token))
    await known.forget()


async def _end_all(member_id: UUID, *, but: UUID | None) -> int:
    ended = await sql.execute("DELETE FROM sessions WHERE member_id = $1 AND id IS DISTINCT FROM $2", member_id, but)
    await known.forget()
    return ended
