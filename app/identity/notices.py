"""Mails of the house to its own members: an invitation, a new password.

Identity and mail are neighbours that do not know each other: the words go to the job `mail.notice`, which the mail
slice runs. Its payload is `{"sealed": text}`: Base64 of the JSON of `Words`, sealed for the purpose `mail.notice`
because it holds a link.
"""

from __future__ import annotations

import base64

import msgspec

from app.core import sealing
from app.tenancy import jobs

JOB = "mail.notice"
SEAL = "mail.notice"


class Words(msgspec.Struct, kw_only=True):
    """One mail to one person. `purpose` (invitation, reset) is for those who look after outgoing mail."""

    purpose: str
    to: str
    subject: str
    text: str
    html: str = ""


async def send(to: str, subject: str, text: str, *, purpose: str, html: str = "") -> None:
    """Hands a mail over after the commit, or never when that does not come."""
    words = Words(purpose=purpose, to=to, subject=subject, text=text, html=html)
    sealed = base64.b64encode(sealing.seal(msgspec.json.encode(words), SEAL)).decode()
    await jobs.enqueue(JOB, {"sealed": sealed})
