"""What a story of the sample world is made of. Every `age` is in minutes before the story is told."""

from __future__ import annotations

from typing import Literal

import msgspec

from app.desk.tables import Priority, Status

HOUR, DAY = 60, 1440


class Company(msgspec.Struct, frozen=True, kw_only=True):
    """A customer. `owner` is a colleague by the part of the address before its @."""

    name: str
    domain: str
    age: int
    owner: str = ""
    phone: str = ""
    note: str = ""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who asks."""

    name: str
    email: str
    title: str = ""
    phone: str = ""

    @property
    def header(self) -> str:
        return f'"{self.name}" <{self.email}>'


class Step(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    age: float


class Reply(Step, frozen=True, kw_only=True, tag=True):
    """The customer, or `sender`, answers by mail. `above` quotes what was said before, as mail programs do."""

    text: str
    sender: Person | None = None
    files: tuple[str, ...] = ()
    above: bool = True


class Answer(Step, frozen=True, kw_only=True, tag=True):
    who: str
    text: str
    status: Status = "waiting"


class Note(Step, frozen=True, kw_only=True, tag=True):
    who: str
    text: str


class Give(Step, frozen=True, kw_only=True, tag=True):
    """`who` gives the ticket to a colleague or takes it."""

    who: str
    to: str


class Change(Step, frozen=True, kw_only=True, tag=True):
    who: str
    status: Status | None = None
    priority: Priority | None = None
    team: str = ""
    tags: tuple[str, ...] = ()


class Story(Step, frozen=True, kw_only=True, tag=True):
    """A mail that begins a ticket, and what came after. `html` is sent along when given."""

    sender: Person
    subject: str
    text: str
    html: str = ""
    files: tuple[str, ...] = ()
    steps: tuple[Reply | Answer | Note | Give | Change, ...] = ()


class World(msgspec.Struct, frozen=True, kw_only=True):
    """One demo tenant. `teams` maps a name to its members, `signature` stands below answers."""

    channel: Literal["support", "help"]
    channel_name: str
    signature: str
    teams: dict[str, tuple[str, ...]]
    companies: tuple[Company, ...]
    stories: tuple[Story, ...]
