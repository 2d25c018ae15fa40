"""Times as people say them: relative up to a day, then dates, in the reader's own zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Literal

from babel.dates import format_date, format_datetime, format_skeleton, format_time
from babel.numbers import format_decimal
from babel.units import format_unit
from markupsafe import Markup

from app.core import clock
from app.core.words import _
from app.web.readers import reader

MINUTE, HOUR, DAY = 60, 3600, 86400


def _local(at: datetime) -> datetime:
    return at.astimezone(reader().tz)


def _today() -> date:
    return _local(clock.now()).date()


def relative(at: datetime) -> str:
    """`now`, `6 min`, `3 hr`; from a day on the date."""
    seconds = (clock.now() - at).total_seconds()
    if seconds < 0 or seconds >= DAY:
        return day(at)
    if seconds < MINUTE:
        return _("now")
    number, unit = (seconds // MINUTE, "minute") if seconds < HOUR else (seconds // HOUR, "hour")
    return format_unit(int(number), f"duration-{unit}", length="short", locale=reader().tag.replace("-", "_"))


def day(at: datetime) -> str:
    """`Today`, `Yesterday`, `12 Nov`, and with the year when it is another one."""
    when, today = _local(at).date(), _today()
    if when == today:
        return _("Today")
    if when == today - timedelta(days=1):
        return _("Yesterday")
    skeleton = "MMMd" if when.year == today.year else "yMMMd"
    return format_skeleton(skeleton, datetime.combine(when, datetime.min.time()), locale=reader().locale)


def time_of_day(at: datetime) -> str:
    return format_time(_local(at).time(), "short", locale=reader().locale)


def exact(at: datetime) -> str:
    """The whole moment with its zone, for titles and details."""
    locale = reader().locale
    return f"{format_datetime(at, 'medium', tzinfo=reader().tz, locale=locale)} {_local(at).tzname()}"


def _element(at: datetime, text: str, live: str = "") -> Markup:
    mark = Markup(" data-relative") if live else ""
    iso = at.astimezone(UTC).isoformat(timespec="seconds")
    return Markup('<time datetime="{}" title="{}"{}>{}</time>').format(iso, exact(at), mark, text)


def ago(at: datetime | None) -> Markup:
    """A `<time>` that times.js keeps true while the page stands open."""
    return _element(at, relative(at), "relative") if at else Markup("–")


def moment(at: datetime | None) -> Markup:
    """`<time>` with day and time of day: `Today, 09:12`."""
    if at is None:
        return Markup("–")
    return _element(at, _("{day}, {time}").format(day=day(at), time=time_of_day(at)))


def clock_time(at: datetime | None) -> Markup:
    """`<time>` with the time of day alone, where the day stands above it."""
    return _element(at, time_of_day(at)) if at else Markup("–")


def on_date(at: datetime | None) -> Markup:
    """`<time>` with the date, also when it is today."""
    if at is None:
        return Markup("–")
    when = _local(at)
    skeleton = "MMMd" if when.year == _today().year else "yMMMd"
    return _element(at, format_skeleton(skeleton, when.replace(tzinfo=None), locale=reader().locale))


def on_day(at: datetime | None) -> Markup:
    """`<time>` with the day alone."""
    return _element(at, day(at)) if at else Markup("–")


def long_date(at: datetime) -> str:
    return format_date(_local(at).date(), "long", locale=reader().locale)


def size(octets: int) -> str:
    """`310 kB`, `2.1 MB`: decimal units, as file managers show them."""
    value, unit = float(octets), "byte"
    for name in ("kilobyte", "megabyte", "gigabyte", "terabyte"):
        if value < 1000:
            break
        value, unit = value / 1000, name
    shown = round(value, 1) if value < 10 and unit != "byte" else round(value)
    length: Literal["short", "long"] = "long" if unit == "byte" else "short"
    return format_unit(shown, f"digital-{unit}", length=length, locale=reader().locale)


def number(value: int | float) -> str:
    return format_decimal(value, locale=reader().locale)
