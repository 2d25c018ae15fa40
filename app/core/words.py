"""What people read, in their language (gettext), with English as the source."""

from __future__ import annotations

import contextlib
import contextvars
import functools
from collections.abc import Iterator
from pathlib import Path

from babel.support import NullTranslations, Translations

LOCALES = Path(__file__).parent.parent / "locales"
_language: contextvars.ContextVar[str] = contextvars.ContextVar("language", default="en")


@functools.lru_cache(maxsize=16)
def catalogue(language: str) -> NullTranslations:
    return Translations.load(LOCALES, [language], domain="messages")


def language() -> str:
    """The language of whoever is reading now, as a Babel locale name."""
    return _language.get()


def speak(name: str) -> None:
    """From here on this task speaks the language `name`: for a request, whose task ends with it."""
    _language.set(name)


@contextlib.contextmanager
def use_language(name: str) -> Iterator[None]:
    token = _language.set(name)
    try:
        yield
    finally:
        _language.reset(token)


def _(text: str) -> str:
    return str(catalogue(_language.get()).ugettext(text)) if text else ""


def ngettext(one: str, many: str, number: int) -> str:
    return str(catalogue(_language.get()).ungettext(one, many, number))
