"""A link in a mail lets one member in, once and for a while: to accept an invitation, or to choose a new password."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Literal

from app.core import clock
from app.core.db import sql
from app.core.errors import NotFound
from app.core.settings import settings
from app.identity.sessions import hashed
from app.identity.tables import Member, MemberLink
from app.tenancy import tenants

Purpose = Literal["invitation", "reset"]
LIFETIMES: dict[Purpose, timedelta] = {"invitation": timedelta(days=7), "reset": timedelta(hours=1)}


class LinkUsed(NotFound):
    code = "link_used"
    message = "This link was used already, or is too old."


async def make(member: Member, purpose: Purpose, *, made_by: str = "") -> str:
    """A new link for `member`, as the whole address. Links made before go on working until one of them is used."""
    token, now = secrets.token_urlsafe(32), clock.now()
    await MemberLink(
        token_hash=hashed(token), member_id=member.id, purpose=purpose, made_by=made_by, created_at=now,
        expires_at=now + LIFETIMES[purpose],
    ).save()  # fmt: skip
    return settings().url(tenants.current().slug, f"/{purpose}/{token}")


async def find(token: str, purpose: Purpose) -> tuple[Member, MemberLink]:
    """Whom this link lets in. Raises `LinkUsed` also for a member who left meanwhile."""
    link = (
        await MemberLink.objects()
        .where(
            (MemberLink.token_hash == hashed(token))
            & (MemberLink.purpose == purpose)
            & (MemberLink.expires_at > clock.now())
            & MemberLink.used_at.is_null()
        )
        .first()
    )
    member = await Member.objects().get(Member.id == link.member_id) if link else None
    if link is None or member is None or not member.is_active:
        raise LinkUsed
    return member, link


async def use(token: str, purpose: Purpose) -> Member:
    """Takes the link, and with it all others for the same purpose; of two at the same moment one gets it. The member's
    row is locked. Raises `LinkUsed`.
    """
    member_id = await sql.fetchval(
        "UPDATE member_links SET used_at = $3 WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL"
        " AND expires_at > $3 RETURNING member_id",
        hashed(token),
        purpose,
        clock.now(),
    )
    member: Member | None = None
    if member_id:
        member = await Member.objects().get(Member.id == member_id).lock_rows("NO KEY UPDATE")
    if member is None or not member.is_active:
        raise LinkUsed
    await end_all(member)
    return member


async def end_all(member: Member) -> None:
    """No link of this member works any more: a password was chosen, or they left."""
    await sql.execute(
        "UPDATE member_links SET used_at = $2 WHERE member_id = $1 AND used_at IS NULL", member.id, clock.now()
    )
