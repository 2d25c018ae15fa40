"""What can go wrong in words for the person who meets it; each base error carries its HTTP status."""

from __future__ import annotations

from typing import Any, ClassVar


class FondacoError(Exception):
    """A refusal with a message for its reader. `detail` goes into problem details and logs, never secrets."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "error"
    message: str = "Something went wrong on our side."

    def __init__(self, message: str | None = None, **detail: Any) -> None:
        self.message = message or self.message
        self.detail = detail
        super().__init__(self.message)


class SignInRequired(FondacoError):
    status = 401
    code = "sign_in_required"
    message = "Sign in to go on."


class Forbidden(FondacoError):
    status = 403
    code = "forbidden"
    message = "Your role does not allow this."


class NotFound(FondacoError):
    status = 404
    code = "not_found"
    message = "There is nothing here that you can see."


class Conflict(FondacoError):
    status = 409
    code = "conflict"
    message = "This does not fit what is there now."


class Invalid(FondacoError):
    """The request has the wrong shape. `errors` maps a field's name to what to do about it."""

    status = 422
    code = "invalid"
    message = "Some of what you entered needs a change."

    def __init__(self, message: str | None = None, *, errors: dict[str, str] | None = None, **detail: Any) -> None:
        self.errors = errors or {}
        super().__init__(message, **detail)


class TooMany(FondacoError):
    """Asked too often. `retry_after` is in whole seconds."""

    status = 429
    code = "too_many"
    message = "That was too often. Wait a moment and try again."

    def __init__(self, message: str | None = None, *, retry_after: int = 60, **detail: Any) -> None:
        self.retry_after = retry_after
        super().__init__(message, **detail)


class Unavailable(FondacoError):
    status = 503
    code = "unavailable"
    message = "A part of the system does not answer just now. Nothing of yours is lost: try again in a moment."
