"""An invitation is a mail with a link, by which somebody becomes a member for good."""

from __future__ import annotations

from app.access import Actor
from app.core.words import _, use_language
from app.identity import links, notices
from app.identity.members import AlreadyJoined
from app.identity.tables import Member
from app.tenancy import tenants


async def send(member: Member, *, by: Actor) -> str:
    """Mails a new link to somebody who has not joined yet. Answers the link, for a command to print.

    Raises `AlreadyJoined`.
    """
    by.must("member.invite")
    if member.has_joined:
        raise AlreadyJoined
    link = await links.make(member, "invitation", made_by=by.name if by.kind == "member" else "")
    house = tenants.current().name
    with use_language(member.language):
        if by.kind == "member":
            opening = _("{who} invites you to work in {house}.").format(who=by.name, house=house)
        else:
            opening = _("You are invited to work in {house}.").format(house=house)
        text = "\n\n".join(
            (
                opening,
                _("Choose a password here, and you are in:"),
                link,
                _("The link works once, for seven days. If you know nothing of this, leave it be."),
            )
        )
        await notices.send(
            member.email, _("Your invitation to {house}").format(house=house), text, purpose="invitation"
        )
    return link
