"""The web process, put together: gate, unit of work, and the routes of every slice."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.config.csrf import CSRFConfig
from litestar.openapi import OpenAPIConfig
from litestar.types import ASGIApp, Receive, Send

from app.core import db, log
from app.core.sealing import sign
from app.core.settings import Settings, settings
from app.journal import stream
from app.journal.live import HUB
from app.operations import health
from app.slices import all_slices
from app.tenancy import signals
from app.tenancy.cells import home
from app.tenancy.gate import Gate
from app.web import draining, faults, static_files
from app.web.bodies import HouseRequest
from app.web.description import described
from app.web.headers import SafeHeaders
from app.web.requests import RequestLog
from app.web.server import DRAIN
from app.web.unit_of_work import UnitOfWork

UPLOAD_LIMIT = 30 * 2**20


class House:
    """The ASGI application: starts and stops what all requests share."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self.app(scope, receive, send)

    async def _live(self, receive: Any, send: Any) -> None:
        await receive()
        try:
            await start()
        except Exception as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            raise
        await send({"type": "lifespan.startup.complete"})
        draining.is_up()
        await receive()
        await stop()
        await send({"type": "lifespan.shutdown.complete"})


async def start() -> None:
    """Opens pools and listens for signals of other processes."""
    current = settings()
    db.start(home(), cap=current.pool_cap, per_tenant=current.pool_per_tenant, idle_seconds=current.pool_idle_seconds)
    await signals.start()
    HUB.start()
    asyncio.get_running_loop().add_signal_handler(DRAIN, drain)


def drain() -> None:
    """This process is about to go: streams end, so that pages connect to another one, and connections are not kept."""
    draining.begin()
    HUB.end_streams()


async def stop() -> None:
    """Closes connections; requests in flight have been answered by then."""
    await HUB.stop()
    await signals.stop()
    await db.stop()


def create_app(current: Settings | None = None) -> ASGIApp:
    """The whole web application. `python -m granian app.asgi:app` style servers use `app`."""
    current = current or settings()
    slices = all_slices()
    tenant_app = _litestar(
        current,
        routes=[route for one in slices for route in one.routes] + [stream.live],
        dependencies={name: made for one in slices for name, made in one.dependencies.items()},
        cookie="fondaco_csrf",
        openapi=described(),
    )
    cell_app = _litestar(
        current,
        routes=[route for one in slices for route in one.operator_routes] + [*health.ROUTES],
        dependencies={},
        cookie="fondaco_operator_csrf",
    )
    gate = Gate(
        tenant_app=UnitOfWork(tenant_app, largest=UPLOAD_LIMIT), cell_app=cell_app, base_domain=current.base_domain
    )
    dressed = SafeHeaders(gate, https=current.public_scheme == "https")
    return House(RequestLog(dressed))


class App(Litestar):
    """Litestar, with controllers that may share a path: 2.25 brings an OPTIONS handler along with each, and refuses two."""

    @classmethod
    def get_route_handler_map(cls, value: Any) -> Any:
        found = super().get_route_handler_map(value)
        for handlers in found.values():
            if len(handlers) > 1:
                handlers.pop("OPTIONS", None)
        return found


def _litestar(
    current: Settings,
    *,
    routes: list[Any],
    dependencies: dict[str, Any],
    cookie: str,
    openapi: OpenAPIConfig | None = None,
) -> Litestar:
    https = current.public_scheme == "https"
    if https:
        # Browsers then take it from this very host alone, not from a tenant next door (RFC 6265bis, `__Host-`).
        cookie = f"__Host-{cookie}"
    return App(
        route_handlers=[*routes, static_files.serve],
        dependencies=dependencies,
        exception_handlers={Exception: faults.handle},
        csrf_config=CSRFConfig(
            secret=sign("csrf", cookie),
            cookie_name=cookie,
            header_name="x-csrf-token",
            cookie_secure=https,
            cookie_httponly=True,
            cookie_samesite="lax",
            exclude=["^/api/"],
        ),
        compression_config=CompressionConfig(backend="gzip", minimum_size=1200, exclude=["^/live", "^/static/"]),
        request_class=HouseRequest,
        request_max_body_size=UPLOAD_LIMIT,
        openapi_config=openapi,
        include_in_schema=False,
        logging_config=None,
        debug=False,
        pdb_on_exception=False,
    )


@contextlib.asynccontextmanager
async def running() -> Any:
    """The shared parts without a server, for tests and commands that call the application directly."""
    await start()
    try:
        yield
    finally:
        await stop()


def serve() -> ASGIApp:
    """What the web server loads: logging first, then the application."""
    current = settings()
    log.start("web", level=current.log_level, format=current.log_format)
    return create_app(current)
