"""Signing in: an e-mail and a password become a session, and a wrong guess learns nothing."""

from __future__ import annotations

import structlog

from app.core import clock, networks
from app.core.errors import Invalid
from app.identity import attempts, members, passwords, sessions
from app.identity.tables import Member
from app.journal import events

log = structlog.get_logger(__name__)


class SignInFailed(Invalid):
    code = "sign_in_failed"
    message = "E-mail and password do not belong together."


async def check(email: str, password: str, *, address: str) -> Member:
    """The member with this e-mail and password. Takes as long, and says the same, for whatever is wrong.

    Raises `SignInFailed`; `TriedTooOften` after some tries from one address for one e-mail, or from one address for
    many.
    """
    who, place = email.strip().lower(), networks.counted(address)
    await attempts.count(attempts.SIGN_IN_ADDRESS, place)
    await attempts.count(attempts.SIGN_IN, place, who)
    member = await members.by_email(email)
    kept = member.password_hash if member and member.is_active else None
    right = await passwords.matches(password, kept)
    if member is None or kept is None or not right:
        log.info("sign_in.failed", address=address)
        raise SignInFailed
    await attempts.forgive(attempts.SIGN_IN, place, who)
    await attempts.take_back(attempts.SIGN_IN_ADDRESS, place)
    return member


async def enter(member: Member, *, address: str, device: str, password: str = "", before: str = "") -> str:
    """Lets somebody in who was checked, on a new session; the one of the cookie `before` ends. Answers the new token.

    With `password`, it is kept anew when it was hashed with other parameters than those of today. Raises
    `SignInFailed` when the member left, or got another password, since the check.
    """
    now_there = await Member.objects().get(Member.id == member.id).lock_rows("NO KEY UPDATE")
    if now_there is None or not now_there.is_active or now_there.password_hash != member.password_hash:
        raise SignInFailed
    if before:
        await sessions.end_token(before)
    if password and passwords.is_outdated(member.password_hash):
        member.password_hash, member.updated_at = await passwords.hash(password), clock.now()
        await member.save([Member.password_hash, Member.updated_at])
    token = await sessions.start(member, address=address, device=device)
    await events.record("member.signed_in", kind="member", id=member.id, by=members.actor_of(member))
    return token
