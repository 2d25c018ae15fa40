"""What a member may do here, and whether they may at all; one admin always stays."""

from __future__ import annotations

from typing import Any

from app.access import Actor
from app.core import clock
from app.core.db import sql
from app.core.errors import Conflict
from app.identity import known, links, sessions
from app.identity.tables import Member, Role
from app.journal import events


class LastAdmin(Conflict):
    code = "last_admin"
    message = "This is the last admin. Make somebody else an admin first."


async def change(member: Member, role: Role, *, by: Actor) -> None:
    """Gives a member another role, from the next request on. Raises `LastAdmin`. Do not lock the row before."""
    by.must("member.manage")
    others = await _lock(member)
    if member.role == role:
        return
    if member.role == "admin" and not others:
        raise LastAdmin
    before, member.role, member.updated_at = member.role, role, clock.now()
    await member.save([Member.role, Member.updated_at])
    await events.record("member.role_changed", kind="member", id=member.id, by=by, changes={"role": [before, role]})
    await known.forget()


async def deactivate(member: Member, *, by: Actor) -> None:
    """Closes the house to a member: sessions, links and tokens end now. What they did stays. Raises `LastAdmin`."""
    by.must("member.manage")
    others = await _lock(member)
    if not member.is_active:
        return
    if member.role == "admin" and not others:
        raise LastAdmin
    member.deactivated_at = member.updated_at = clock.now()
    await member.save([Member.deactivated_at, Member.updated_at])
    await sessions.end_all(member.id)
    await links.end_all(member)
    await events.record(
        "member.deactivated",
        kind="member",
        id=member.id,
        by=by,
        changes=events.difference({"deactivated_at": None}, {"deactivated_at": member.deactivated_at}),
    )


async def reactivate(member: Member, *, by: Actor) -> None:
    """Opens the house to a member again, with the role, teams and password of before; tokens that were not revoked
    work again too.
    """
    by.must("member.manage")
    await _lock(member)
    if member.is_active:
        return
    before = member.deactivated_at
    await Member.update({Member.deactivated_at: None, Member.updated_at: clock.now()}).where(Member.id == member.id)
    await member.refresh()
    await events.record(
        "member.reactivated",
        kind="member",
        id=member.id,
        by=by,
        changes=events.difference({"deactivated_at": before}, {"deactivated_at": None}),
    )
    await known.forget()


async def _lock(member: Member) -> list[Any]:
    """Locks this member and all admins, in one order for everybody, so that two who demote each other at the same
    moment do not both succeed. Answers the other admins that there are; `member` is as it is now.
    """
    rows = await sql.fetch(
        "SELECT id, role = 'admin' AND deactivated_at IS NULL AND joined_at IS NOT NULL AS admin FROM members"
        " WHERE role = 'admin' OR id = $1 ORDER BY id FOR NO KEY UPDATE",
        member.id,
    )
    await member.refresh()
    return [row["id"] for row in rows if row["admin"] and row["id"] != member.id]
