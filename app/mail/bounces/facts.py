"""What a bounce tells: which letter did not arrive, at whom, and whether trying again makes sense."""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal["failure", "delay", "success", "complaint"]


class Recipient(msgspec.Struct, frozen=True):
    """One address of a report and its state.

    `permanent`: the address does not exist or takes no mail (a hard bounce). `status`: enhanced code as "5.1.1"
    (RFC 3463), `reply_code`: SMTP reply as "550" (RFC 5321), None where nobody gave one. `reason`: a word of
    `reasons.MEANING`. `diagnostic`: the remote system's own words, at most 1,000 characters, "" when it gave none.
    """

    address: str
    permanent: bool
    status: str | None
    reply_code: str | None
    reason: str
    diagnostic: str


class Bounce(msgspec.Struct, frozen=True):
    """A report on a letter of ours.

    `kind` is the worst that happened to any recipient; `recipients` is empty where a mail system names nobody.
    `original_…` come from the returned letter, else from what the report says of it (Message-ID without angle brackets;
    `original_recipients` are who it was addressed to). `why`: one sentence on how it was recognised.
    """

    kind: Kind
    recipients: list[Recipient]
    original_message_id: str | None
    original_subject: str | None
    original_recipients: list[str]
    why: str
