"""A message is what a customer sent us, read as well as any bytes can be read."""

from __future__ import annotations

from datetime import datetime

import msgspec

from app.mail.parsing import addresses, bodies, charsets, headers, identifiers, parts
from app.mail.parsing.addresses import Address
from app.mail.parsing.attachments import Attachment
from app.mail.parsing.bodies import Calendar
from app.mail.parsing.headers import Header

LARGEST = 64 * 1024 * 1024
LONGEST_SUBJECT = 2_000
_BLANK_START = b" \t\r\n\0"

__all__ = ["Address", "Attachment", "Calendar", "Header", "Message", "parse"]


class Message(msgspec.Struct, frozen=True):
    """A parsed mail.

    `subject` is one line. `text` always holds the readable letter ("" when there is none), made from the HTML when only
    that came (`html_only`). `html` is as the sender wrote it: never show it without `app.mail.html.sanitise`.
    Ids stand in angle brackets. `date` is aware UTC or None. `size` counts the raw bytes. `defects` are sentences
    that say what was broken and what became of it. No string holds NUL or lone surrogates.
    """

    subject: str
    sender: Address | None
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    bcc: tuple[Address, ...]
    date: datetime | None
    message_id: str | None
    in_reply_to: str | None
    references: tuple[str, ...]
    text: str
    html: str
    html_only: bool
    attachments: tuple[Attachment, ...]
    calendars: tuple[Calendar, ...]
    headers: tuple[Header, ...]
    kind: str
    size: int
    defects: tuple[str, ...]

    def header(self, name: str) -> str:
        """The first header of this name, decoded, or ""."""
        return next(iter(self.all_headers(name)), "")

    def all_headers(self, name: str) -> list[str]:
        """Every header of this name in the order of the message, decoded (RFC 2047)."""
        wanted = name.lower()
        return [headers.decode_words(header.value)[0] for header in self.headers if header.name.lower() == wanted]


def parse(raw: bytes) -> Message:
    """The message in `raw` (RFC 5322, MIME), whatever its bytes are: never raises, linear in their number.

    At most `parts.MOST_PARTS` parts in `parts.DEEPEST` levels are opened, and `LARGEST` bytes read; `defects` names every
    limit that was met.
    """
    defects: list[str] = []
    size = len(raw)
    if size > LARGEST:
        defects.append(f"The message is larger than {LARGEST >> 20} MB; its end was not read.")
        raw = raw[:LARGEST]
    raw = _straighten(raw)
    if not raw.strip():
        defects.append("The message is empty.")
    root, broken = parts.grow(raw)
    defects += broken
    fields, complaints = _read_fields(root)
    defects += complaints
    body = bodies.read(raw, root)
    defects += body.defects
    named = _Named(fields)
    sender, who = _sender(named)
    defects += who
    date = identifiers.read_date(named.first("date")) if named.first("date") else None
    if date is None:
        defects.append("The date cannot be read." if named.first("date") else "There is no date.")
    own = identifiers.read_ids(named.first("message-id"))
    if not own:
        defects.append("There is no Message-ID.")
    answered = identifiers.read_ids(named.first("in-reply-to"))
    chain = identifiers.read_ids(" ".join(named.every("references")))
    subject, said = headers.decode_words(named.first("subject"))
    if said:
        defects.append(said)
    return Message(
        subject=charsets.clean(" ".join(subject.split()))[:LONGEST_SUBJECT],
        sender=sender,
        reply_to=named.addresses("reply-to"),
        to=named.addresses("to"),
        cc=named.addresses("cc"),
        bcc=named.addresses("bcc"),
        date=date,
        message_id=own[0] if own else None,
        in_reply_to=answered[0] if answered else None,
        references=tuple(dict.fromkeys([*chain, *answered[1:]])),
        text=body.text,
        html=body.html,
        html_only=body.html_only,
        attachments=body.attachments,
        calendars=body.calendars,
        headers=fields,
        kind=root.kind,
        size=size,
        defects=tuple(dict.fromkeys(defects)),
    )


def _straighten(raw: bytes) -> bytes:
    """Without a byte order mark and empty lines before the headers; lone CR as line end becomes LF."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raw = raw.decode("utf-16", "replace").encode("utf-8", "replace")
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    if raw[:1] in _BLANK_START:
        raw = raw.lstrip(b"\r\n\0")
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    return raw


def _read_fields(root: parts.Part) -> tuple[tuple[Header, ...], list[str]]:
    """The headers as text; 8-bit ones are read in the character set of the body when UTF-8 does not fit."""
    defects: list[str] = []
    hint = next((label for part in _walk(root) if (label := part.parameters.get("charset"))), None)
    fields: list[Header] = []
    for name, value in root.fields:
        if value.isascii():
            text = charsets.clean(value.decode("ascii"))
        else:
            text, _ = charsets.decode(value, None, hint=hint)
            defects.append("A header holds characters beyond ASCII that are not encoded.")
        fields.append(Header(name.decode("ascii"), text))
    return tuple(fields), defects


def _walk(part: parts.Part) -> list[parts.Part]:
    found: list[parts.Part] = []
    waiting = [part]
    while waiting and len(found) < 20:
        current = waiting.pop()
        found.append(current)
        waiting += reversed(current.children)
    return found


def _sender(named: _Named) -> tuple[Address | None, list[str]]:
    """Who wrote: From, else what comes nearest to it."""
    for name in ("from", "sender", "reply-to", "return-path"):
        for address in named.addresses(name):
            if address.address:
                return address, [] if name == "from" else [
                    "There is no usable From; the nearest other header was used."
                ]
    for address in named.addresses("from"):
        return address, ["The From holds no address."]
    return None, ["There is no From."]


class _Named:
    """Headers by their names in lower case."""

    def __init__(self, fields: tuple[Header, ...]) -> None:
        self.values: dict[str, list[str]] = {}
        for field in fields:
            self.values.setdefault(field.name.lower(), []).append(field.value)

    def every(self, name: str) -> list[str]:
        return self.values.get(name, [])

    def first(self, name: str) -> str:
        return next((value for value in self.every(name) if value.strip()), "")

    def addresses(self, name: str) -> tuple[Address, ...]:
        found = [address for value in self.every(name) for address in addresses.read(value)]
        return tuple(Address(charsets.clean(one.name), charsets.clean(one.address)) for one in found)
