"""A token lets a program work in a member's name: with that member's rights, until it is revoked or runs out."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from app.access import Actor
from app.core import clock
from app.core.db import sql
from app.core.errors import Conflict, Invalid, NotFound
from app.core.words import _
from app.identity import known
from app.identity.known import Passport
from app.identity.sessions import hashed
from app.identity.tables import ApiToken, Member
from app.journal import events
from app.web.readers import Reader

PREFIX = "fon_"
FRESH_SECONDS = 10.0
TOUCH = timedelta(minutes=10)
MOST = 100


class TooManyTokens(Conflict):
    code = "too_many_tokens"
    message = "There are a hundred tokens in this name. Revoke those that nobody uses first."


async def create(member: Member, *, name: str, days: int | None, by: Actor) -> tuple[ApiToken, str]:
    """A token for `member` that ends after `days` (None: never), and its text, which is stored nowhere.

    Everybody makes tokens for themselves, an admin for others too. Raises `Invalid`, `TooManyTokens`.
    """
    by.must("token.create" if member.id == by.member_id else "token.manage")
    if not name:
        raise Invalid(errors={"name": _("Say what it is for: you will want to know when you revoke it.")})
    if days is not None and not 1 <= days <= 3650:
        raise Invalid(errors={"days": _("Take between 1 and 3650 days.")})
    if await ApiToken.count().where((ApiToken.member_id == member.id) & ApiToken.revoked_at.is_null()) >= MOST:
        raise TooManyTokens
    text, now = PREFIX + secrets.token_urlsafe(32), clock.now()
    token = ApiToken(
        token_hash=hashed(text), hint=text[: len(PREFIX) + 4], name=name, member_id=member.id, created_at=now,
        expires_at=now + timedelta(days=days) if days else None,
    )  # fmt: skip
    await token.save()
    await events.record(
        "token.created",
        kind="token",
        id=token.id,
        by=by,
        changes=events.difference({}, {"name": name, "member_id": member.id, "expires_at": token.expires_at}),
    )
    return token, text


async def revoke(token_id: UUID, *, by: Actor) -> None:
    """Ends a token now. Everybody their own, an admin all. Raises `NotFound`."""
    token = await ApiToken.objects().get(ApiToken.id == token_id).lock_rows("UPDATE")
    if token is None or not (token.member_id == by.member_id or by.can("token.manage")):
        raise NotFound
    if token.is_revoked:
        return
    token.revoked_at = clock.now()
    await token.save([ApiToken.revoked_at])
    await events.record(
        "token.revoked",
        kind="token",
        id=token.id,
        by=by,
        changes=events.difference({"revoked_at": None}, {"revoked_at": token.revoked_at}),
        data={"name": token.name},
    )
    await known.forget()


async def list_for(actor: Actor) -> list[Any]:
    """The tokens that work, with their owners (`owner_name`, `owner_email`, `tone`): one's own, an admin's all."""
    return await sql.fetch(
        "SELECT t.id, t.name, t.hint, t.created_at, t.last_used_at, t.expires_at, t.member_id, m.name AS owner_name,"
        " m.email AS owner_email, m.tone FROM api_tokens t JOIN members m ON m.id = t.member_id"
        " WHERE t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $3) AND ($1 OR t.member_id = $2)"
        " ORDER BY t.created_at DESC, t.id DESC LIMIT 500",
        actor.can("token.manage"),
        actor.member_id,
        clock.now(),
    )


async def recognise(text: str) -> Passport | None:
    """The passport of whoever holds this token here and now. Its use is noted now and then."""
    if not text.startswith(PREFIX):
        return None
    token_hash = hashed(text)
    if (passport := known.find("token", token_hash)) is not None:
        return passport
    asked_in, now = known.generation(), clock.now()
    row = await sql.fetchrow(
        "SELECT t.id AS token_id, t.name AS token_name, t.last_used_at, t.expires_at, m.id, m.email, m.name, m.role,"
        " m.language, m.zone, m.tone FROM api_tokens t JOIN members m ON m.id = t.member_id WHERE t.token_hash = $1"
        " AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $2) AND m.deactivated_at IS NULL",
        token_hash,
        now,
    )
    if row is None:
        return None
    passport = Passport(
        actor=Actor(
            kind="token", id=row["token_id"], member_id=row["id"], name=row["name"] or row["email"], role=row["role"],
            email=row["email"], language=row["language"], zone=row["zone"],
        ),
        reader=Reader(language=row["language"], zone=row["zone"]),
        tone=row["tone"],
        key_id=row["token_id"],
    )  # fmt: skip
    if row["last_used_at"] is None or row["last_used_at"] < now - TOUCH:
        await sql.execute(
            "UPDATE api_tokens SET last_used_at = $2 WHERE id ="
            " (SELECT id FROM api_tokens WHERE id = $1 FOR UPDATE SKIP LOCKED)",
            row["token_id"],
            now,
        )
    known.keep(token_hash, passport, seconds=FRESH_SECONDS, ends_at=row["expires_at"], asked_in=asked_in)
    return passport
