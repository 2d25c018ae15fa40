"""What somebody looks for in a list of tickets, read from its address and from what was typed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from app.access import Actor
from app.core import ids
from app.core.db import sql
from app.core.errors import NotFound
from app.core.words import _
from app.crm import accounts, contacts
from app.desk import people
from app.desk.listing import Filter
from app.desk.tables import PRIORITIES, STATUSES, Status

FIELDS = ("assignee", "team", "tag", "priority", "contact", "account")
LONGEST = 300
_KEYED = re.compile(r"(assignee|team|tag|priority|status|contact|account):(.*)", re.DOTALL)


class Part(msgspec.Struct, frozen=True):
    """One condition in words. `key` and `given` are how it stands in the address."""

    key: str
    given: str
    field: str
    relation: str
    value: str


class Wanted(msgspec.Struct, frozen=True):
    """The filter, the free words that were typed, and its other parts for people."""

    filter: Filter
    text: str
    parts: list[Part]

    @property
    def kept(self) -> dict[str, str]:
        """The parts as arguments of an address; several tags stand in one, with commas."""
        kept: dict[str, str] = {}
        for part in self.parts:
            kept[part.key] = f"{kept[part.key]},{part.given}" if part.key in kept else part.given
        return kept


def words_of(typed: str) -> tuple[str, dict[str, list[str]]]:
    """The free words and the `key:value` ones; a value with blanks stands in quotes."""
    lexer = shlex.shlex(typed[:LONGEST], posix=True)
    lexer.whitespace_split, lexer.commenters, lexer.quotes, lexer.escape = True, "", '"', ""
    try:
        words = list(lexer)
    except ValueError:
        words = typed[:LONGEST].split()
    free, keyed = [], dict[str, list[str]]()
    for word in words:
        if (match := _KEYED.fullmatch(word)) and match[2]:
            keyed.setdefault(match[1], []).append(match[2])
        else:
            free.append(word)
    return " ".join(free), keyed


async def read(arguments: Mapping[str, str], *, by: Actor) -> Wanted:
    """What the address asks for. What cannot be there (no such team) is left out, so that no address is an error."""
    text, keyed = words_of(arguments.get("q", ""))
    for key in FIELDS:
        keyed.setdefault(key, []).extend(value for value in arguments.get(key, "").split(",") if value)
    reading = _Reading(by)
    for key in FIELDS:
        for given in dict.fromkeys(keyed.get(key, [])[:10]):
            await reading.take(key, given.strip())
    statuses = tuple(status for status in STATUSES if status in keyed.get("status", []))
    return Wanted(reading.filter(text, statuses), text, reading.parts)


class _Reading:
    """What was understood so far."""

    def __init__(self, by: Actor) -> None:
        self.by = by
        self.parts: list[Part] = []
        self.values: dict[str, Any] = {}

    def filter(self, text: str, statuses: tuple[Status, ...]) -> Filter:
        return Filter(**{**self.values, "text": text, "statuses": statuses})

    async def take(self, key: str, given: str) -> None:
        if key == "tag":
            self.values["tags"] = (*self.values.get("tags", ()), given)
            self._say(key, given, _("Tag"), given)
        elif key == "priority" and given in PRIORITIES:
            self.values["priorities"] = (*self.values.get("priorities", ()), given)
            self._say(key, given, _("Priority"), priority_name(given))
        elif key == "assignee":
            await self._take_assignee(given)
        elif key == "team":
            await self._take_team(given)
        elif key in ("contact", "account") and (record_id := ids.read(given)):
            await self._take_customer(key, record_id)

    async def _take_assignee(self, given: str) -> None:
        if given in ("me", "none"):
            self.values["assignee"] = given
            self._say("assignee", given, _("Assignee"), _("me") if given == "me" else _("nobody"))
            return
        for one in await people.colleagues():
            if given.casefold() in (str(one.id), one.name.casefold(), one.name.casefold().partition(" ")[0], one.email):
                self.values["assignee"] = one.id
                self._say("assignee", str(one.id), _("Assignee"), one.name or one.email)
                return

    async def _take_team(self, given: str) -> None:
        if given in ("mine", "none"):
            self.values["team"] = given
            self._say("team", given, _("Team"), _("one of mine") if given == "mine" else _("none"))
            return
        for one in await people.groups():
            if given.casefold() in (str(one.id), one.name.casefold()):
                self.values["team"] = one.id
                self._say("team", str(one.id), _("Team"), one.name)
                return

    async def _take_customer(self, key: str, record_id: UUID) -> None:
        try:
            if key == "contact":
                name, label = (await contacts.get_for(self.by, record_id)).shown_name, _("Contact")
            else:
                name, label = (await accounts.get_for(self.by, record_id)).name, _("Account")
        except NotFound:
            return
        self.values[key] = record_id
        self._say(key, str(record_id), label, name)

    def _say(self, key: str, given: str, field: str, value: str) -> None:
        self.parts.append(Part(key, given, field, _("is"), value))


def status_name(status: str) -> str:
    return {"new": _("New"), "open": _("Open"), "waiting": _("Waiting"), "solved": _("Solved"), "closed": _("Closed")}[
        status
    ]


def priority_name(priority: str) -> str:
    return {"urgent": _("Urgent"), "high": _("High"), "normal": _("Normal"), "low": _("Low")}[priority]


async def tag_names() -> list[str]:
    """The names of all tags, for suggestions."""
    return [row["name"] for row in await sql.fetch("SELECT name FROM tags ORDER BY lower(name) LIMIT 500")]
