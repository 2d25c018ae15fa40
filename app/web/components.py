"""What every page shows: people, choices, navigation, notices. Plain shapes without a database behind them."""

from __future__ import annotations

import unicodedata
import zlib
from typing import Literal
from uuid import UUID

import msgspec


class View(msgspec.Struct, kw_only=True):
    """The base of all shapes that templates are fed with."""


Tone = Literal["", "ok", "warn", "bad", "info", "accent"]


def initials(name: str) -> str:
    """One or two letters for a face without a picture; CJK names give one character, blanks a question mark."""
    words = [word for word in name.replace("@", " ").split() if word and unicodedata.category(word[0])[0] in "LN"]
    if not words:
        return "?"
    if unicodedata.category(words[0][0]) == "Lo":
        return words[0][0]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else words[0][1:2])).upper()


def tone_of(text: str) -> int:
    """The same quiet colour for the same name, 1 to 6."""
    return zlib.crc32(text.encode("utf-8", "surrogatepass")) % 6 + 1


class Person(View):
    """A member or a contact wherever a face stands. `tone` 0 means: from the name."""

    name: str
    id: UUID | None = None
    email: str = ""
    tone: int = 0

    @property
    def initials(self) -> str:
        return initials(self.name or self.email)

    @property
    def colour(self) -> int:
        return self.tone or tone_of(self.email or self.name)


class Choice(View):
    """One entry of a select or a menu. `value` is what the form sends."""

    value: str
    label: str
    selected: bool = False


class Tag(View):
    name: str
    tone: int = 1


class Tab(View):
    """A link above a list. `count` None shows no number."""

    href: str
    label: str
    count: int | None = None
    current: bool = False


class NavigationEntry(View):
    """A page in the navigation. `key` is what `Shell.current` names; `go` is the letter after G that leads there."""

    key: str
    href: str
    glyph: str
    label: str
    count: int | None = None
    go: str = ""


class NavigationGroup(View):
    title: str
    entries: list[NavigationEntry]


class Shell(View):
    """The house around a page: whose it is, who is in, where one can go.

    `home` is where the logo leads. `settings` holds the pages of the settings that this member may open.
    `navigation_href` answers the navigation alone, to be fetched again when something happens."""

    tenant: str
    slug: str
    member: Person
    role: Literal["admin", "agent", "viewer"]
    current: str
    navigation: list[NavigationGroup]
    settings: list[NavigationGroup]
    unread: int = 0
    home: str = "/"
    may_create: bool = True

    @property
    def settings_href(self) -> str:
        return self.settings[0].entries[0].href if self.settings else ""


class Notice(View):
    """A line that says: look here. `title` is set in strong ink before the text."""

    text: str
    title: str = ""
    tone: Tone = ""
    glyph: str = "info-circle"
    href: str = ""
    link: str = ""


class Link(View):
    """A way on. `glyph` may be empty."""

    href: str
    label: str
    glyph: str = ""
