"""Where this process is in its life: up, or about to go, when it still answers but keeps no connection and is not ready for
more.
"""

from __future__ import annotations

from collections.abc import Callable

_since: list[bool] = []
_waiting: list[Callable[[], object]] = []


def when_up(tell: Callable[[], object]) -> None:
    """Calls `tell` once this process has started."""
    _waiting.append(tell)


def is_up() -> None:
    while _waiting:
        _waiting.pop()()


def begin() -> None:
    _since[:] = [True]


def draining() -> bool:
    return bool(_since)
