"""What a load balancer and a monitoring system ask of a process."""

from __future__ import annotations

import asyncio
import hmac
from typing import Any

from litestar import Request, Response, get
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.core.db import control
from app.core.errors import NotFound
from app.core.settings import settings
from app.tenancy.gate import host_of
from app.web.draining import draining
from app.web.nearness import from_here, is_loopback


@get("/healthz", sync_to_thread=False, include_in_schema=False)
def healthz() -> dict[str, str]:
    """The process is alive; nothing else is asked."""
    return {"status": "ok"}


@get("/readyz", include_in_schema=False)
async def readyz() -> Response[dict[str, str]]:
    """Whether requests should come here: the control database answers and the process stays."""
    if draining():
        return Response({"status": "draining"}, status_code=503)
    try:
        async with asyncio.timeout(3):
            await control.fetchval("SELECT 1")
    except Exception as error:
        return Response({"status": "unavailable", "database": type(error).__name__}, status_code=503)
    return Response({"status": "ready", "database": "ok"})


@get("/metrics", include_in_schema=False, sync_to_thread=False)
def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Prometheus text. With a token set it must be shown; without one only this machine may ask, for itself: not a proxy
    on it that hands on what the world asks.
    """
    wanted = settings().metrics_token
    if wanted:
        shown = request.headers.get("authorization", "").removeprefix("Bearer ")
        allowed = hmac.compare_digest(shown.encode("utf-8", "replace"), wanted.encode())
    else:
        allowed = from_here(request) and is_loopback(host_of(request.scope))
    if not allowed:
        raise NotFound
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


ROUTES = (healthz, readyz, metrics)
__all__ = ["ROUTES"]
