"""The only source of the present moment: aware, in UTC."""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Iterator
from datetime import UTC, datetime

_standing: contextvars.ContextVar[datetime | None] = contextvars.ContextVar("standing_clock", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _standing.get() or datetime.now(UTC)


@contextlib.contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Inside the block it is `moment`: for sample data and tests, which tell what happened earlier."""
    token = _standing.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _standing.reset(token)
