"""Headers that every answer carries, whoever made it."""

from __future__ import annotations

from typing import Any

from litestar.types import ASGIApp, Message, Receive, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self';"
    " form-action 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)
FIXED = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class SafeHeaders:
    """ASGI middleware: adds what is missing, so that a handler can be stricter or frame its own content."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        fixed = {"content-security-policy": POLICY} | FIXED
        fixed |= {"strict-transport-security": "max-age=31536000"} if https else {}
        self.fixed = [(name.encode(), value.encode()) for name, value in fixed.items()]

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message["headers"])
                names = {name.lower() for name, _value in given}
                message["headers"] = given + [one for one in self.fixed if one[0] not in names]
            await send(message)

        await self.app(scope, receive, dressed if scope["type"] == "http" else send)
