"""Whether this process is about to go: it still answers, but keeps no connection and is not ready for more."""

from __future__ import annotations

_since: list[bool] = []


def begin() -> None:
    _since[:] = [True]


def draining() -> bool:
    return bool(_since)
