"""A letter becomes a message that every mail system can carry and every mail program can read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import cast

import msgspec

from app.mail import headings
from app.mail.classes import LOOP_HEADER
from app.mail.parsing.addresses import Address
from app.mail.parsing.attachments import safe_name

POLICY = SMTP.clone(cte_type="7bit", utf8=False)
TYPE = re.compile(r"([a-z0-9][a-z0-9!#$&^_.+-]{0,63})/([a-z0-9][a-z0-9!#$&^_.+-]{0,63})")
CID = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.@-]{1,200}")
WRAP = '<!doctype html>\n<html><head><meta charset="utf-8"></head><body>\n{body}\n</body></html>\n'


class Enclosure(msgspec.Struct, frozen=True, kw_only=True):
    """A file that goes with a letter. With `content_id` (without angle brackets) it is a picture in the HTML."""

    name: str
    type: str
    content: bytes
    content_id: str = ""


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """What goes into one message. `message_id`, `in_reply_to` and `references` stand in angle brackets.

    `automatic` is "" for what a person wrote, else auto-replied or auto-generated (RFC 3834, section 5); `mark` is then
    what we know our own automatic mail by.
    """

    message_id: str
    at: datetime
    sender: Address
    to: Sequence[Address]
    cc: Sequence[Address] = ()
    reply_to: Address | None = None
    subject: str
    text: str
    html: str = ""
    in_reply_to: str = ""
    references: Sequence[str] = ()
    files: Sequence[Enclosure] = ()
    automatic: str = ""
    mark: str = ""


def compose(letter: Letter) -> bytes:
    """The message, lines ended by CRLF, in 7 bits but for addresses beyond ASCII. Raises `Unwritable`."""
    head = [
        headings.address_line("From", [letter.sender]),
        headings.address_line("To", letter.to) if letter.to else headings.token_line("To", "undisclosed-recipients:;"),
        headings.address_line("Cc", letter.cc) if letter.cc else b"",
        headings.address_line("Reply-To", [letter.reply_to]) if letter.reply_to else b"",
        headings.text_line("Subject", letter.subject),
        headings.token_line("Date", format_datetime(letter.at)),
        headings.id_line("Message-ID", [letter.message_id]),
        headings.id_line("In-Reply-To", [letter.in_reply_to]),
        headings.id_line("References", [*letter.references, letter.in_reply_to]),
    ]
    if letter.automatic:
        head.append(headings.token_line("Auto-Submitted", letter.automatic))
        head.append(headings.token_line("X-Auto-Response-Suppress", "All"))
        head.append(headings.token_line(LOOP_HEADER, letter.mark))
    return b"".join(head) + _body(letter).as_bytes(policy=POLICY)


def _body(letter: Letter) -> EmailMessage:
    message = EmailMessage(POLICY)
    message.set_content(_plain(letter.text) or "\n")
    shown = [file for file in letter.files if letter.html and CID.fullmatch(file.content_id)]
    if letter.html:
        message.add_alternative(WRAP.replace("{body}", _plain(letter.html)), subtype="html")
        page = cast(list[EmailMessage], message.get_payload())[1]
        for file in shown:
            main, sub = _type(file.type)
            page.add_related(
                file.content, main, sub, cid=f"<{file.content_id}>", filename=_name(file), disposition="inline"
            )
    for file in letter.files:
        if file not in shown:
            main, sub = _type(file.type)
            message.add_attachment(file.content, main, sub, filename=_name(file))
    return message


def _plain(text: str) -> str:
    whole = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return whole.encode("utf-8", "replace").decode()


def _type(declared: str) -> tuple[str, str]:
    """A type that may stand for any bytes: messages and multiparts may not be packed (RFC 2046), so they go as bytes."""
    found = TYPE.fullmatch(declared.partition(";")[0].strip().lower())
    if found is None or found[1] in ("message", "multipart"):
        return "application", "octet-stream"
    return found[1], found[2]


def _name(file: Enclosure) -> str:
    return safe_name(headings.one_line(file.name)) or "attachment"
