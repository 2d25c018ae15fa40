"""Where one can go: each slice says what it adds to the navigation of work and to that of the settings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from app.core.words import _
from app.web.components import NavigationEntry, NavigationGroup

Source = Callable[[Any], Awaitable[list[NavigationGroup]]]
_sources: list[tuple[int, Source]] = []
_settings: list[SettingsPage] = []


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """A page of the settings, for those who may do `verb`. `title` and `group` are English and translated when shown."""

    key: str
    href: str
    glyph: str
    title: str
    group: str
    verb: str
    order: int = 100


def add(source: Source, *, order: int = 100) -> None:
    """Registers what tells the pages of work: called with the actor for every page, so one quick query at most."""
    if source not in (known for _order, known in _sources):
        _sources.append((order, source))
        _sources.sort(key=lambda one: one[0])


def add_settings(*pages: SettingsPage) -> None:
    """Registers pages of the settings; the group of the lowest order comes first."""
    _settings.extend(page for page in pages if page not in _settings)
    _settings.sort(key=lambda page: page.order)


async def work_for(actor: Any) -> list[NavigationGroup]:
    """The navigation of work, groups of the same title as one."""
    groups: dict[str, NavigationGroup] = {}
    for _order, source in _sources:
        for group in await source(actor):
            groups.setdefault(group.title, NavigationGroup(title=group.title, entries=[])).entries.extend(group.entries)
    return list(groups.values())


def settings_for(actor: Any) -> list[NavigationGroup]:
    """The settings that this actor may open."""
    groups: dict[str, NavigationGroup] = {}
    for page in _settings:
        if actor.can(page.verb):
            group = groups.setdefault(page.group, NavigationGroup(title=_(page.group), entries=[]))
            group.entries.append(NavigationEntry(key=page.key, href=page.href, glyph=page.glyph, label=_(page.title)))
    return list(groups.values())


def current(path: str, groups: list[NavigationGroup]) -> str:
    """The key of the page that `path` belongs to: the entry whose address is the longest beginning of it."""
    entries = [entry for group in groups for entry in group.entries]
    fitting = [entry for entry in entries if path == entry.href or path.startswith(entry.href.partition("?")[0] + "/")]
    return max(fitting, key=lambda entry: len(entry.href)).key if fitting else ""
