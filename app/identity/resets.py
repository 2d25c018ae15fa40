"""A password is chosen anew: by somebody who forgot it, through their mail, or by somebody who still knows it."""

from __future__ import annotations

import base64
from uuid import UUID

import structlog

from app.access import Actor
from app.core import clock, networks, sealing
from app.core.db import TENANT
from app.core.errors import Invalid
from app.core.words import _, use_language
from app.identity import addresses, attempts, invitations, known, links, members, notices, passwords, profiles, sessions
from app.identity.tables import Member
from app.journal import events
from app.tenancy import jobs, tenants
from app.tenancy.jobs import job

log = structlog.get_logger(__name__)
SEAL = "identity.forgotten"


async def ask(email: str, *, address: str) -> None:
    """Somebody forgot the password of `email`. Does the same for every address, known or not: the rest is a job.

    Raises `Invalid` for what is no address, `TriedTooOften`.
    """
    who = addresses.normalised(email)
    await attempts.count(attempts.FORGOT_ADDRESS, networks.counted(address))
    await attempts.count(attempts.FORGOT, who)
    sealed = base64.b64encode(sealing.seal(who, SEAL)).decode()
    await jobs.enqueue("identity.forgotten", {"sealed": sealed})


@job("identity.forgotten", attempts=3)
async def mail_link(sealed: str) -> None:
    """Mails a link to the member with this address; an invited one gets the invitation again; nobody else anything."""
    email = sealing.unseal(base64.b64decode(sealed), SEAL).decode("utf-8", "replace")
    async with TENANT.transaction():
        member = await members.by_email(email)
        if member is None or not member.is_active:
            log.info("reset.nobody")
        elif not member.has_joined:
            await invitations.send(member, by=Actor.system())
        else:
            await _send(member)


async def _send(member: Member) -> None:
    link = await links.make(member, "reset")
    house = tenants.current().name
    with use_language(member.language):
        text = "\n\n".join(
            (
                _("Somebody, we hope you, wants a new password for {email} in {house}.").format(
                    email=member.email, house=house
                ),
                _("Choose it here:"),
                link,
                _("The link works once, for one hour. If it was not you, leave it be: nothing changes."),
            )
        )
        await notices.send(member.email, _("A new password for {house}").format(house=house), text, purpose="reset")


async def choose(member: Member, password: str) -> None:
    """Sets the password after a reset link was used (`links.use`). Signs out everywhere. Raises `Invalid`."""
    await set_password(member, password, by=members.actor_of(member))


def must_agree(password: str, again: str) -> None:
    """Raises `Invalid` when the password was typed in two ways."""
    if password != again:
        raise Invalid(errors={"again": _("These two are not the same.")})


async def prove(actor: Actor, current: str) -> Member:
    """Who changes a password must know the one of now. Raises `Invalid` (field `current`), `TriedTooOften`."""
    actor.must("member.profile")
    member = await profiles.of(actor)
    await attempts.count(attempts.PASSWORD, str(member.id))
    if not await passwords.matches(current, member.password_hash):
        raise Invalid(errors={"current": _("This is not your password of now.")})
    await attempts.forgive(attempts.PASSWORD, str(member.id))
    return member


async def change(member: Member, password: str, *, session: UUID, by: Actor) -> None:
    """Sets the password of a member who has proved who they are. All sessions but `session` end. Raises `Invalid`."""
    await set_password(member, password, by=by, but=session)


async def set_password(member: Member, password: str, *, by: Actor, but: UUID | None = None) -> None:
    """Sets the password and ends all sessions (but one) and links. Raises `Invalid`."""
    passwords.must_be_good(password, known=(member.email, member.name))
    member.password_hash = await passwords.hash(password)
    member.updated_at = clock.now()
    joined = member.has_joined
    member.joined_at = member.joined_at if joined else member.updated_at
    await member.save([Member.password_hash, Member.joined_at, Member.updated_at])
    await sessions.end_all(member.id, but=but)
    await links.end_all(member)
    await events.record("member.password_changed", kind="member", id=member.id, by=by)
    await known.forget()
