"""What is sent is read without trust: bytes that are no text, or brackets without end, are refused and fail nothing."""

from __future__ import annotations

from typing import Any

from litestar import Request

from app.core.errors import Invalid
from app.core.words import _


class HouseRequest(Request[Any, Any, Any]):
    """Litestar's request; what its decoder breaks on, the sender is told."""

    async def json(self) -> Any:
        try:
            return await super().json()
        except (UnicodeDecodeError, RecursionError) as error:
            raise Invalid(errors={"body": _("This is not JSON in UTF-8 (RFC 8259), or nested too deeply.")}) from error
