"""How a member is called and how they like to read."""

from __future__ import annotations

import functools
from typing import Literal
from zoneinfo import available_timezones

import msgspec
from babel import Locale

from app.access import Actor
from app.core import clock
from app.core.errors import Invalid, NotFound
from app.core.words import LOCALES, _
from app.identity import known
from app.identity.tables import Member
from app.journal import events

Theme = Literal["system", "light", "dark"]
Density = Literal["dense", "airy"]
THEMES: tuple[Theme, ...] = ("system", "light", "dark")
DENSITIES: tuple[Density, ...] = ("dense", "airy")


class Taste(msgspec.Struct, kw_only=True):
    """What a member chooses for themselves."""

    name: str
    language: str
    zone: str
    theme: str
    density: str
    single_keys: bool


@functools.cache
def languages() -> dict[str, str]:
    """The languages there are words for, each by its own name: `{"en": "English"}`."""
    found = {"en"} | {path.parent.parent.name for path in LOCALES.glob("*/LC_MESSAGES/messages.mo")}
    return {name: (Locale.parse(name).display_name or name).capitalize() for name in sorted(found)}


@functools.cache
def zones() -> tuple[str, ...]:
    """Time zones by their place (IANA), without the old short names."""
    places = ("Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/",
              "Pacific/")  # fmt: skip
    return ("UTC", *sorted(zone for zone in available_timezones() if zone.startswith(places)))


async def of(actor: Actor, *, lock: bool = False) -> Member:
    """One's own row."""
    query = Member.objects().get(Member.id == actor.member_id)
    member = await (query.lock_rows("NO KEY UPDATE") if lock else query)
    if member is None:
        raise NotFound
    return member


async def change(member: Member, taste: Taste, *, by: Actor) -> None:
    """Raises `Invalid` with each field that is wrong."""
    by.must("member.profile" if member.id == by.member_id else "member.manage")
    errors = _problems(taste)
    if errors:
        raise Invalid(errors=errors)
    chosen = msgspec.structs.asdict(taste)
    changes = events.difference({name: getattr(member, name) for name in chosen}, chosen)
    if not changes:
        return
    for name, value in chosen.items():
        setattr(member, name, value)
    member.updated_at = clock.now()
    await member.save([*(Member._meta.get_column_by_name(name) for name in changes), Member.updated_at])
    await events.record("member.changed", kind="member", id=member.id, by=by, changes=changes)
    await known.forget()


async def rename(member: Member, name: str, *, by: Actor) -> None:
    """Gives a member another name. Raises `Invalid`."""
    await change(member, msgspec.structs.replace(taste_of(member), name=name), by=by)


def taste_of(member: Member) -> Taste:
    return Taste(
        name=member.name, language=member.language, zone=member.zone, theme=member.theme, density=member.density,
        single_keys=member.single_keys,
    )  # fmt: skip


def _problems(taste: Taste) -> dict[str, str]:
    errors: dict[str, str] = {}
    if not taste.name:
        errors["name"] = _("How shall others call you?")
    for field, value, right in (
        ("language", taste.language, languages()),
        ("zone", taste.zone, available_timezones()),
        ("theme", taste.theme, THEMES),
        ("density", taste.density, DENSITIES),
    ):
        if value not in right:
            errors[field] = _("Choose one from the list.")
    return errors
