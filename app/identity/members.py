"""A member is a person who works here: invited by an admin, known by an e-mail address."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.access import Actor
from app.core import clock, ids
from app.core.errors import Conflict, Invalid, NotFound
from app.core.words import _
from app.identity import addresses, passwords
from app.identity.tables import ROLES, Member, Role
from app.journal import events
from app.web.components import tone_of


class AlreadyMember(Conflict):
    code = "already_member"
    message = "There is a member with this e-mail address."


class AlreadyJoined(Conflict):
    code = "already_joined"
    message = "This member has joined already."


async def get_for(actor: Actor, member_id: UUID, *, lock: bool = False) -> Member:
    """Raises `NotFound` also for what `actor` may not see."""
    query = Member.objects().get(Member.id == member_id)
    member = await (query.lock_rows("NO KEY UPDATE") if lock else query) if actor.can("member.read") else None
    if member is None:
        raise NotFound
    return member


async def by_email(email: str) -> Member | None:
    """The member with this address, in whatever spelling, also one who left."""
    address = addresses.as_typed(email)
    return await Member.objects().get(Member.email == address) if address else None


async def list_for(actor: Actor, *, left: bool = True) -> list[Member]:
    """All members by name, those who left at the end (or not at all)."""
    actor.must("member.read")
    query = Member.objects()
    if not left:
        query = query.where(Member.deactivated_at.is_null())
    members = await query.order_by(Member.name).order_by(Member.id).limit(1000)
    return sorted(members, key=lambda member: (not member.is_active, (member.name or member.email).casefold()))


def role_of(text: str, *, field: str = "role") -> Role:
    """Raises `Invalid` for what is no role."""
    for role in ROLES:
        if role == text:
            return role
    raise Invalid(errors={field: _("Take one of: {roles}.").format(roles=", ".join(ROLES))})


async def invite(email: str, *, role: Role, name: str = "", by: Actor) -> Member:
    """Adds somebody who has no password yet. Sending the link is `invitations.send`. Raises `AlreadyMember`."""
    by.must("member.invite")
    return await _add(email, name=name, role=role, by=by, event="member.invited", invited_at=clock.now())


async def create(email: str, *, name: str, role: Role, password: str, by: Actor) -> Member:
    """Adds somebody who can sign in at once. Raises `AlreadyMember`, `Invalid`."""
    by.must("member.invite")
    if not name:
        raise Invalid(errors={"name": _("How shall others call this person?")})
    passwords.must_be_good(password, known=(email, name))
    kept = await passwords.hash(password)
    return await _add(
        email, name=name, role=role, by=by, event="member.joined", password_hash=kept, joined_at=clock.now()
    )


async def seed(email: str, name: str, role: Role, password: str) -> Member:
    """A member of the sample data: made, or given this name, role and password again."""
    by = Actor.system()
    kept = await passwords.hash(password)
    member = await by_email(email)
    if member is None:
        return await _add(
            email, name=name, role=role, by=by, event="member.joined", password_hash=kept, joined_at=clock.now()
        )
    member.name, member.role, member.password_hash = name, role, kept
    member.updated_at = clock.now()
    if not member.has_joined:
        member.joined_at = member.updated_at
    await member.save([Member.name, Member.role, Member.password_hash, Member.joined_at, Member.updated_at])
    return member


async def join(member: Member, *, name: str, password: str) -> Member:
    """The invited member comes in with a name and a password. Take the link first. Raises `AlreadyJoined`, `Invalid`."""
    if member.has_joined:
        raise AlreadyJoined
    if not name:
        raise Invalid(errors={"name": _("How shall others call you?")})
    passwords.must_be_good(password, known=(member.email, name))
    before = {"name": member.name, "joined_at": None}
    member.name, member.password_hash = name, await passwords.hash(password)
    member.joined_at = member.updated_at = clock.now()
    await member.save([Member.name, Member.password_hash, Member.joined_at, Member.updated_at])
    await events.record(
        "member.joined",
        kind="member",
        id=member.id,
        by=actor_of(member),
        changes=events.difference(before, {"name": name, "joined_at": member.joined_at}),
    )
    return member


def actor_of(member: Member) -> Actor:
    """This member as the one who does something."""
    return Actor(
        kind="member", id=member.id, member_id=member.id, name=member.name or member.email, role=member.role,
        email=member.email, language=member.language, zone=member.zone,
    )  # fmt: skip


async def _add(email: str, *, name: str, role: Role, by: Actor, event: str, **values: Any) -> Member:
    address, now = addresses.normalised(email), clock.now()
    member = Member(
        id=ids.new(),
        email=address,
        name=name,
        role=role,
        tone=tone_of(address),
        created_at=now,
        updated_at=now,
        **values,
    )
    if not await Member.insert(member).on_conflict(action="DO NOTHING").returning(Member.id):
        raise AlreadyMember
    await events.record(
        event,
        kind="member",
        id=member.id,
        by=by,
        changes=events.difference({}, {"email": address, "name": name, "role": role}),
    )
    return (await Member.objects().get(Member.id == member.id)) or member
