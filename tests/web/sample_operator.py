"""Samples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def pages(*given: Any) -> Iterator[tuple[str, tuple[str, dict[str, Any]]]]:
    yield from ()
