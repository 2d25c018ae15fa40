"""What is sent is read without trust: bytes that are no text, brackets or fields without end are refused, and fail nothing."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.datastructures import FormMultiDict
from litestar.enums import RequestEncodingType

from app.core.errors import FondacoError, Invalid
from app.core.words import _

LARGEST_FORM = 5 * 2**20
"""Of a form without files: the longest message that can be written, each letter as %E5%AD%97."""
MOST_FIELDS = 1000


class FormTooLarge(FondacoError):
    status = 413
    code = "form_too_large"
    message = "This form is too large. Attach long texts as files."


class BodyCut(FondacoError):
    """Whoever sent it is gone, or cannot count; the answer is for the log and for the second kind."""

    status = 400
    code = "body_cut"
    message = "The request ended before all of it was there. Nothing was done."


class HouseRequest(Request[Any, Any, Any]):
    """Litestar's request; what its decoder breaks on, the sender is told."""

    async def json(self) -> Any:
        try:
            return await super().json()
        except (UnicodeDecodeError, RecursionError) as error:
            raise Invalid(errors={"body": _("This is not JSON in UTF-8 (RFC 8259), or nested too deeply.")}) from error

    async def form(self) -> FormMultiDict:
        """Anybody may send a form before it is known who they are, and taking one apart holds up everybody else.

        Raises `FormTooLarge`; the number of parts of a multipart form Litestar limits itself.
        """
        if self.content_type[0] == RequestEncodingType.URL_ENCODED:
            body = await self.body()
            if len(body) > LARGEST_FORM or body.count(b"&") >= MOST_FIELDS:
                raise FormTooLarge
        return await super().form()
