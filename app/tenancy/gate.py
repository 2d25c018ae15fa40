"""The gate: the host name decides whose house a request enters, before anything of a tenant is touched."""

from __future__ import annotations

import ipaddress
import re
from typing import Any

import structlog
from litestar import Request
from litestar.types import ASGIApp, Receive, Scope, Send

from app.core.errors import FondacoError
from app.tenancy import hosts, tenants
from app.web import faults

log = structlog.get_logger(__name__)
BRACKETED = re.compile(r"\[([0-9A-Fa-f:.]{2,45})\](?::\d{1,5})?")
"""An IPv6 address as a host (RFC 3986, 3.2.2)."""
ANYWHERE = ("/healthz", "/readyz", "/metrics", "/static/")


class Gate:
    """ASGI: `tenant_app` behind a tenant's host name, `cell_app` behind the cell's own and for probes on any host.

    What breaks out of either becomes an answer here, such as a commit that failed after the handler had finished.
    """

    def __init__(self, *, tenant_app: ASGIApp, cell_app: ASGIApp, base_domain: str) -> None:
        self.tenant_app, self.cell_app = tenant_app, cell_app
        self.own = {base_domain.lower(), "localhost"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._dispatch(scope, receive, send)
        except Exception as error:
            if not isinstance(error, FondacoError):
                log.exception("request.broke_out")
            request: Request[Any, Any, Any] = Request(scope, receive)
            scope.setdefault("state", {})
            response = await faults.answer(request, error)
            await response.to_asgi_response(None, request)(scope, receive, send)

    async def _dispatch(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["path"] = plain_path(scope["path"])
        host = host_of(scope)
        if scope["path"].startswith(ANYWHERE) or host in self.own or is_address(host):
            await self.cell_app(scope, receive, send)
            return
        with tenants.enter(await tenants.at(host)):
            await self.tenant_app(scope, receive, send)


def host_of(scope: Scope) -> str:
    """The asked-for host as a plain name: lower case, without port and trailing dot. None (empty) for two different Host
    headers, and for what no host can look like.
    """
    given = {value for name, value in scope["headers"] if name == b"host"}
    if len(given) != 1:
        return ""
    text = given.pop().decode("latin-1").strip()
    if address := BRACKETED.fullmatch(text):
        return address[1]
    return hosts.normalise(text) or ""


def plain_path(path: str) -> str:
    """The path as routes are found by it, without doubled and trailing slashes: all who judge by the path see the same."""
    return "/" + "/".join(part for part in path.split("/") if part)


def is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
