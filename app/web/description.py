"""The API describes itself (OpenAPI 3.1) at one address; only resources that ask for it are in it."""

from __future__ import annotations

from typing import Any

from litestar import Request, Router
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, License, SecurityScheme


class OneDocument(Router):
    """Holds the document alone: Litestar would also register a page of its own for every other address beside it."""

    def register(self, value: Any) -> Any:
        return super().register(value) if getattr(value, "name", None) else []


class Document(JsonRenderPlugin):
    """What we answer: a refused request is 422 here, where Litestar takes 400 for granted."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        for methods in openapi_schema["paths"].values():
            for operation in methods.values():
                operation["responses"].pop("400", None)
        return super().render(request, openapi_schema)


def described() -> OpenAPIConfig:
    """The description at /api/openapi.json, also at /api itself."""
    return OpenAPIConfig(
        title="Fondaco",
        version="1",
        summary="The tickets of one tenant.",
        description="Send `Authorization: Bearer <token>`; make tokens under Settings, API tokens. Errors are problem details"
        " (RFC 9457). A POST with an `Idempotency-Key` can be repeated safely. A 503 says in `Retry-After` when to try again.",
        license=License(name="Apache-2.0", identifier="Apache-2.0"),
        components=Components(security_schemes={"token": SecurityScheme(type="http", scheme="bearer")}),
        security=[{"token": []}],
        openapi_router=OneDocument("/api", route_handlers=[], include_in_schema=False),
        render_plugins=[Document(path="/openapi.json")],
        use_handler_docstrings=True,
    )
