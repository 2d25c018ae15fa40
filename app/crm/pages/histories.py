"""The timeline of a customer in sentences, day by day."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from app.access import Actor
from app.core.words import _
from app.crm import timeline
from app.crm.tables import Account, Contact
from app.crm.timeline import Entry
from app.crm.views import Timeline, TimelineDay, TimelineEntry
from app.journal.events import Event
from app.web.readers import reader

PAGE = 40
ROUNDS = 5


async def history(customer: Account | Contact, *, by: Actor, after: str | None = None) -> Timeline:
    """What happened, newest first. Events that say nothing to people are left out, so several pages may be read."""
    kind = "account" if isinstance(customer, Account) else "contact"
    base, shown, following = f"/{kind}s/{customer.id}", list[TimelineEntry](), after
    for _round in range(ROUNDS):
        entries, following = await _read(customer, by, following)
        shown += [told for entry in entries if (told := _tell(entry, own=kind))]
        if following is None or len(shown) >= PAGE // 2:
            break
    older = f"{base}?" + urlencode({"part": "earlier", "after": following}) if following else ""
    return Timeline(
        days=_by_day(shown), src=f"{base}?part=timeline", live=f"{kind}:{customer.id} contact ticket", older_href=older
    )


async def _read(customer: Account | Contact, by: Actor, after: str | None) -> tuple[list[Entry], str | None]:
    if isinstance(customer, Account):
        return await timeline.of_account(customer, by=by, after=after, limit=PAGE)
    return await timeline.of_contact(customer, by=by, after=after, limit=PAGE)


def _by_day(entries: list[TimelineEntry]) -> list[TimelineDay]:
    days: list[TimelineDay] = []
    zone = reader().tz
    for entry in entries:
        if not days or days[-1].at.astimezone(zone).date() != entry.at.astimezone(zone).date():
            days.append(TimelineDay(at=entry.at, entries=[]))
        days[-1].entries.append(entry)
    return days


def _tell(entry: Entry, *, own: str) -> TimelineEntry | None:
    event = entry.event
    if relation := timeline.relation_of(event.kind):
        return relation.tell(entry)
    if event.name.endswith(".created"):
        return _created(entry, own=own)
    if event.name == "contact.mail_failed":
        return say(
            entry,
            glyph="mail-exclamation",
            sentence=_("Mail to {record} comes back"),
            tone="bad",
            detail=str(event.data.get("reason", "")),
        )
    if event.name in ("account.changed", "contact.changed"):
        return _changed(entry)
    return None


def say(entry: Entry, *, glyph: str, sentence: str, detail: str = "", tone: Any = "", **values: Any) -> TimelineEntry:
    """A sentence of ours with `{who}` and `{record}` in it; what is put in is escaped."""
    record: Any = entry.about.title if entry.about else ""
    if entry.about and entry.about.href:
        record = Markup('<a href="{}"><bdi>{}</bdi></a>').format(entry.about.href, entry.about.title)
    who = Markup("<b><bdi>{}</bdi></b>").format(entry.event.actor_name)
    told = Markup(sentence).format(who=who, record=record, **values)  # noqa: S704  ours; format() escapes the rest
    return TimelineEntry(at=entry.event.at, sentence=told, glyph=glyph, detail=detail, tone=tone)


def _created(entry: Entry, *, own: str) -> TimelineEntry:
    event = entry.event
    by_mail = event.actor_kind == "mail"
    if event.kind == own:
        return say(
            entry, glyph="plus", sentence=_("First heard of, by mail") if by_mail else _("{who} added this customer")
        )
    return say(
        entry, glyph="user", sentence=_("{record} wrote for the first time") if by_mail else _("{who} added {record}")
    )


def _changed(entry: Entry) -> TimelineEntry | None:
    event = entry.event
    column = next((one for one in event.changes if one != "mail_state"), None)
    if column is None:
        return (
            say(entry, glyph="mail", sentence=_("Mail to {record} works again"))
            if "mail_state" in event.changes
            else None
        )
    words = [f"{field_name(name)}: {_value(event, name)}" for name in event.changes if name != "note"]
    return say(
        entry, glyph="pencil", sentence=_("{who} changed {record}"), detail=" · ".join(words) or field_name(column)
    )


def _value(event: Event, column: str) -> str:
    before, after = event.data.get("names", {}).get(column) or event.changes[column]
    return f"{before or '–'} → {after or '–'}"


def field_name(column: str) -> str:
    """What a column is called on the pages."""
    return {
        "name": _("Name"),
        "domain": _("Mail domain"),
        "phone": _("Phone"),
        "website": _("Website"),
        "note": _("Note"),
        "owner_id": _("Owner"),
        "email": _("E-mail"),
        "title": _("Position"),
        "account_id": _("Account"),
    }.get(column, column)
