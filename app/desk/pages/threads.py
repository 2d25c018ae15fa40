"""The conversation as it stands on the page: messages, what happened between them, and where new begins."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from app.access import Actor
from app.core.words import _
from app.desk import conversation, folding
from app.desk.conversation import Said
from app.desk.pages import happenings
from app.desk.tables import Attachment, Message, Ticket
from app.desk.views import Delivery, Entry, FileView, Happening, Happenings, MessageView, Thread
from app.files import downloads
from app.journal import events
from app.journal.events import Event
from app.mail.tokens import without_token
from app.web.components import Notice, Person

SHOWN = 100
TOGETHER = timedelta(hours=1)


async def thread(ticket: Ticket, *, by: Actor, since: datetime | None, whole: bool = False) -> Thread:
    """`since` is when the reader looked before; the oldest messages of a long conversation wait for `whole`."""
    limit = conversation.MOST if whole else SHOWN
    said = await conversation.of_ticket(ticket, limit=limit + 1)
    earlier = len(said) > limit
    said = said[-limit:]
    happened = await events.of("ticket", ticket.id, limit=500)
    if earlier:
        happened = [event for event in happened if event.at >= said[0].message.created_at]
    source = {"part": "thread", "since": since.isoformat() if since else "", "whole": "1" if whole else ""}
    return Thread(
        ticket=ticket.id,
        src=f"/tickets/{ticket.number}?" + urlencode({name: value for name, value in source.items() if value}),
        entries=[
            *([Entry(earlier_href=f"/tickets/{ticket.number}?whole=1")] if earlier else []),
            *_entries(said, happened[::-1], by=by, since=since),
        ],
        newest=str(said[-1].message.id) if said else "",
        read_href=f"/tickets/{ticket.number}/reading",
    )


def _entries(said: list[Said], happened: list[Event], *, by: Actor, since: datetime | None) -> list[Entry]:
    """All in the order of time; changes by one person in a row are folded into one line."""
    moments: list[tuple[datetime, int, Said | Event]] = [
        *((one.message.created_at, 0, one) for one in said),
        *((event.at, -1 if event.name == "ticket.created" else 1, event) for event in happened),
    ]
    entries: list[Entry] = []
    row: list[tuple[str, Happening]] = []
    marked = since is None
    for _at, _order, one in sorted(moments, key=lambda moment: moment[:2]):
        if isinstance(one, Said):
            _flush(row, entries)
            if not marked and since and one.message.created_at > since and one.message.member_id != by.member_id:
                entries.append(Entry(since=True))
                marked = True
            entries.append(Entry(message=_message(one, since=since)))
            continue
        for happening in happenings.of(one):
            if row and (row[-1][0] != one.actor_name or happening.at - row[-1][1].at > TOGETHER):
                _flush(row, entries)
            row.append((one.actor_name, happening))
    _flush(row, entries)
    return entries


def _flush(row: list[tuple[str, Happening]], entries: list[Entry]) -> None:
    if len(row) > 1:
        entries.append(Entry(events=Happenings(person=row[0][0], events=[one for _name, one in row])))
    elif row:
        entries.append(Entry(event=row[0][1]))
    row.clear()


def _message(one: Said, *, since: datetime | None) -> MessageView:
    message = one.message
    shown = _body(message)
    return MessageView(
        id=message.id,
        kind=message.direction,
        class_=message.class_,
        person=Person(
            name=message.author_name or message.author_address,
            id=message.member_id or message.contact_id,
            email=message.author_address,
            tone=one.tone,
        ),
        at=message.created_at,
        to=", ".join(map(without_token, message.to_addresses[:2])) + ("…" if len(message.to_addresses) > 2 else ""),
        to_all=message.to_addresses,
        cc=message.cc_addresses,
        subject=message.subject,
        files=[_file(file) for file in one.files if not file.inline],
        delivery=_delivery(one),
        notice=_notice(message),
        raw_href=f"/messages/{message.id}/raw" if message.inbound_id else "",
        unread=since is not None and message.created_at > since,
        **shown,
    )


def _body(message: Message) -> dict[str, Any]:
    """What of the message stands open, and what is folded below it."""
    folds = {"quoted": message.quoted, "signature": message.signature}
    if message.direction != "inbound":
        return {"body": Markup(message.html)}  # noqa: S704  our own people's words, cleaned when they were written
    if not message.html or message.class_ in ("bounce", "complaint"):
        text = message.reply or message.text
        return {"text": text, **(folds if message.reply else {})}
    address = f"/messages/{message.id}/body"
    folded = folding.fold(message.html, reply=message.reply, signature=message.signature, quoted=message.quoted)
    images = "data-remote-src=" in (folded.html if folded else message.html)
    return {
        "frame": address,
        "images_frame": f"{address}?images=1" if images else "",
        "signature": message.signature if folded and folded.signature else "",
        "quoted": message.quoted if folded and folded.quoted else "",
    }


def _file(file: Attachment) -> FileView:
    return FileView(
        id=file.id, name=file.name, size=file.size, href=file_href(file), picture=downloads.may_show(file.type)
    )


def file_href(file: Attachment) -> str:
    return f"/attachments/{file.id}"


def _delivery(one: Said) -> Delivery | None:
    if one.delivery is None:
        return None
    failed = one.delivery.state == "failed"
    return Delivery(
        state=one.delivery.state,
        reason=one.delivery.reason,
        again_href=f"/messages/{one.message.id}/again" if failed else "",
    )


def _notice(message: Message) -> Notice | None:
    if message.class_ == "complaint":
        return Notice(
            tone="bad",
            glyph="mail-exclamation",
            text=_("Somebody marked a mail of ours as unwanted. Do not write again."),
        )
    return None
