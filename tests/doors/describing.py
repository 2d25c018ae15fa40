"""Whether the API answers as it describes itself: status, type and shape of every answer that a test gets."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

HOUSE = "urn:house"
Hook = Callable[[httpx.Response], Awaitable[None]]


class Description:
    """The document at /api/openapi.json, asked about answers."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.registry = Registry().with_resource(HOUSE, Resource(contents=document, specification=DRAFT202012))
        self.paths = {re.compile(re.sub(r"\{[^}]*\}", "[^/]+", path)): path for path in document["paths"]}

    def operations(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Every method, path and operation."""
        return [
            (method.upper(), path, operation)
            for path, methods in self.document["paths"].items()
            for method, operation in methods.items()
        ]

    def find(self, method: str, path: str) -> tuple[str, dict[str, Any]] | None:
        for pattern, template in self.paths.items():
            if pattern.fullmatch(path) and method.lower() in self.document["paths"][template]:
                return template, self.document["paths"][template][method.lower()]
        return None

    def check(self, response: httpx.Response) -> None:
        """Fails when the answer of a described operation is not described."""
        method, path = response.request.method, response.request.url.path
        found = self.find(method, path)
        if found is None:
            return
        template, operation = found
        status = str(response.status_code)
        assert status in operation["responses"], f"{method} {path} answered {status}: {response.text[:300]}"
        content = operation["responses"][status].get("content")
        if not content:
            assert not response.content
            return
        type = response.headers["content-type"].partition(";")[0]
        if "application/octet-stream" in content:
            return
        assert type in content, f"{method} {path} {status} came as {type}"
        pointer = "/".join(
            part.replace("~", "~0").replace("/", "~1")
            for part in ("paths", template, method.lower(), "responses", status, "content", type, "schema")
        )
        schema = {"$ref": f"{HOUSE}#/{pointer}"}
        Draft202012Validator(
            schema, registry=self.registry, format_checker=Draft202012Validator.FORMAT_CHECKER
        ).validate(response.json())

    def hook(self) -> Hook:
        async def look(response: httpx.Response) -> None:
            await response.aread()
            self.check(response)

        return look


_known: list[Description] = []


async def described(client: httpx.AsyncClient) -> Description:
    """The description, which is the same for every tenant and test."""
    if not _known:
        _known.append(Description((await client.get("/api/openapi.json")).json()))
    return _known[0]
