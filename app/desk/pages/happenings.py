"""What happened to a ticket between its messages, one sentence each."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from app.core.words import _
from app.desk import wanted
from app.desk.views import Happening
from app.journal.events import Event


def of(event: Event) -> list[Happening]:
    """The sentences that an event is worth; none for what its message shows anyway."""
    if event.name == "ticket.created":
        return [_created(event)]
    if event.name == "message.received":
        return [_reopened(event)] if event.changes.get("status", [""])[0] == "solved" else []
    if event.name == "message.sent":
        return [_changed(event, "status", [*event.changes["status"]])] if _solves(event) else []
    if event.name == "ticket.changed":
        columns = [column for column in event.changes if not (column == "account_id" and "contact_id" in event.changes)]
        return [_changed(event, column, event.changes[column]) for column in columns]
    return []


def _solves(event: Event) -> bool:
    return event.changes.get("status", ["", ""])[1] in ("solved", "closed")


def who(event: Event) -> Markup:
    return strong(event.actor_name)


def strong(text: str) -> Markup:
    return Markup("<b><bdi>{}</bdi></b>").format(text)


def _say(event: Event, *, glyph: str, sentence: str, **values: Any) -> Happening:
    # The sentence is ours; what is put into it is escaped by format().
    return Happening(at=event.at, sentence=Markup(sentence).format(who=who(event), **values), glyph=glyph)  # noqa: S704


def _created(event: Event) -> Happening:
    if follows := event.data.get("follows"):
        link = Markup('<a href="/tickets/{0}">#{0}</a>').format(follows)
        return _say(event, glyph="mail", sentence=_("Opened by an answer to {link}, which was closed"), link=link)
    if quoted := event.data.get("quotes"):
        link = Markup('<a href="/tickets/{0}">#{0}</a>').format(quoted)
        return _say(
            event,
            glyph="mail",
            sentence=_("Opened by mail; it quotes {link}, but {who} takes no part in that"),
            link=link,
        )
    if channel := event.data.get("channel"):
        return _say(event, glyph="mail", sentence=_("Opened by mail to {channel}"), channel=strong(channel))
    if event.actor_kind == "mail":
        return _say(event, glyph="mail", sentence=_("Opened by mail"))
    return _say(event, glyph="plus", sentence=_("{who} opened it"))


def _reopened(event: Event) -> Happening:
    return _say(event, glyph="arrow-back-up", sentence=_("Reopened by the answer"))


def _changed(event: Event, column: str, change: list[Any]) -> Happening:
    before, after = event.data.get("names", {}).get(column) or change
    if column == "status":
        return _status(event, str(after))
    if column == "assignee_id":
        return _assignee(event, change[1], before, after)
    if column == "tags":
        if after:
            return _say(event, glyph="tag", sentence=_("{who} added the tag {tag}"), tag=strong(after))
        return _say(event, glyph="tag", sentence=_("{who} removed the tag {tag}"), tag=strong(before))
    if column == "priority":
        return _say(
            event,
            glyph="flag",
            sentence=_("{who} set the priority to {value}"),
            value=strong(wanted.priority_name(after)),
        )
    if column == "subject":
        return _say(event, glyph="pencil", sentence=_("{who} changed the subject from {value}"), value=strong(before))
    if column == "team_id" and after is None:
        return _say(
            event, glyph="users-group", sentence=_("{who} took it from the team {value}"), value=strong(before or "")
        )
    glyphs_and_words = {
        "team_id": ("users-group", _("{who} gave it to the team {value}")),
        "contact_id": ("user", _("{who} set the customer to {value}")),
        "account_id": ("building", _("{who} set the account to {value}")),
    }
    glyph, sentence = glyphs_and_words.get(column, ("pencil", _("{who} changed it")))
    return _say(event, glyph=glyph, sentence=sentence, value=strong(after or _("nobody")))


def _status(event: Event, after: str) -> Happening:
    sentences = {
        "open": _("{who} opened it again")
        if event.changes["status"][0] in ("solved", "closed")
        else _("{who} set it to open"),
        "waiting": _("{who} set it to wait for the customer"),
        "solved": _("{who} solved it"),
        "closed": _("{who} closed it"),
        "new": _("{who} set it back to new"),
    }
    glyph = {"solved": "circle-check", "closed": "circle-minus", "waiting": "clock-hour-3"}.get(after, "history")
    return _say(event, glyph=glyph, sentence=sentences[after])


def _assignee(event: Event, member: str | None, before: str | None, after: str | None) -> Happening:
    if member is None:
        return _say(event, glyph="user-minus", sentence=_("{who} took it from {value}"), value=strong(before or ""))
    if event.actor_id is not None and member == str(event.actor_id):
        return _say(event, glyph="user", sentence=_("{who} took it"))
    return _say(event, glyph="user", sentence=_("{who} gave it to {value}"), value=strong(after or ""))
