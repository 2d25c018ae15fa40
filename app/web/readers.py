"""Who reads a page: language, zone and taste of the member, known everywhere while the page is rendered."""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Iterator
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec
from babel import Locale

from app.core.words import use_language

RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}
DATES_AS = {"en": "en_GB"}
"""English without a country is read everywhere: 24 hours, and the day before the month."""


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """What rendering must know about whoever looks. `csrf` is the token that forms and htmx send back."""

    language: str = "en"
    zone: str = "UTC"
    theme: Literal["system", "light", "dark"] = "system"
    density: Literal["dense", "airy"] = "dense"
    single_keys: bool = True
    csrf: str = ""

    @property
    def locale(self) -> Locale:
        return Locale.parse(DATES_AS.get(self.language, self.language).replace("-", "_"))

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        return "rtl" if self.language.split("-")[0].split("_")[0] in RIGHT_TO_LEFT else "ltr"

    @property
    def dates(self) -> str:
        """The language for dates and times in the browser, as BCP 47."""
        return str(self.locale).replace("_", "-")

    @property
    def tag(self) -> str:
        """The language as BCP 47, for `lang` and for Intl in the browser."""
        return self.language.replace("_", "-")


_reader: contextvars.ContextVar[Reader] = contextvars.ContextVar("reader", default=Reader())  # noqa: B039  frozen


def reader() -> Reader:
    return _reader.get()


@contextlib.contextmanager
def reading(who: Reader) -> Iterator[None]:
    """Everything rendered inside is in the words, the zone and the look of this reader."""
    token = _reader.set(who)
    try:
        with use_language(who.language):
            yield
    finally:
        _reader.reset(token)
