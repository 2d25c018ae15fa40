"""Every request gets a name, a line in the log, and a place in the metrics."""

from __future__ import annotations

import re
import time
from typing import Any
from uuid import uuid4

import structlog
from litestar.types import ASGIApp, Message, Receive, Send
from prometheus_client import Counter, Histogram

from app.core.log import bound
from app.web import draining

log = structlog.get_logger("app.requests")
NAME = re.compile(rb"[A-Za-z0-9._-]{8,64}")
REQUESTS = Counter("fondaco_http_requests_total", "Requests answered", ["method", "status"])
SECONDS = Histogram(
    "fondaco_http_request_seconds",
    "Time to answer a request, in seconds",
    ["method"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Whoever asks may make up others, and every name in the metrics stays in memory."""
SECRET_PATH = re.compile(r"^(/+(?:reset|invitation)/+)[^/]+", re.IGNORECASE)
"""Links that let in whoever has them: their tokens are written down nowhere."""
QUIET = ("/static/", "/healthz", "/readyz", "/metrics")


class RequestLog:
    """ASGI middleware, the outermost. A caller's `X-Request-Id` is kept when it is harmless."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(b"x-request-id", b"")
        name = given.decode() if NAME.fullmatch(given) else uuid4().hex
        method = scope["method"] if scope["method"] in METHODS else "other"
        started, status = time.perf_counter(), 500

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                closing = [(b"connection", b"close")] if draining.draining() else []
                message["headers"] = [*message["headers"], (b"x-request-id", name.encode()), *closing]
            await send(message)

        with bound(request_id=name):
            try:
                await self.app(scope, receive, named)
            finally:
                seconds = time.perf_counter() - started
                REQUESTS.labels(method, str(status)).inc()
                SECONDS.labels(method).observe(seconds)
                if not scope["path"].startswith(QUIET):
                    log.info(
                        "request",
                        method=method,
                        path=SECRET_PATH.sub(r"\1***", scope["path"]),
                        status=status,
                        ms=round(seconds * 1000, 1),
                    )
