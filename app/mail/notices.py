"""The house writes to its own people: an invitation, a new password. Who asks for it need not know how mail is sent."""

from __future__ import annotations

import base64
import hashlib
from uuid import UUID

import msgspec

from app.core import sealing
from app.core.db import TENANT
from app.mail import channels, outgoing
from app.mail.parsing.addresses import Address
from app.tenancy.jobs import job

SEAL = "mail.notice"


class Words(msgspec.Struct, kw_only=True):
    """One notice to one person; sealed on its way, for it may hold a link that opens a door."""

    to: str
    subject: str
    text: str
    html: str = ""
    purpose: str = "notice"


@job("mail.notice", attempts=8)
async def send(sealed: str) -> None:
    """Queues a notice from the tenant's default address. `sealed`: Base64 of the sealed JSON of `Words`.

    The mail's identifier is made from the seal, which is never the same twice, so a job that runs again sends nothing
    again.
    """
    packed = base64.b64decode(sealed)
    words = msgspec.json.decode(sealing.unseal(packed, SEAL), type=Words)
    async with TENANT.transaction():
        await outgoing.queue(
            id=UUID(bytes=hashlib.sha256(packed).digest()[:16], version=5),
            purpose=words.purpose,
            channel=await channels.default(),
            to=[Address("", words.to)],
            subject=words.subject,
            text=words.text,
            html=words.html,
            automatic="auto-generated",
        )
