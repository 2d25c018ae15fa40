"""Built assets, read once into memory and sent as they were compressed at build time."""

from __future__ import annotations

import functools
import mimetypes
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from app.core.errors import NotFound
from app.web.rendering import BUILD

PACKED = (("br", ".br"), ("gzip", ".gz"))
TYPES = {".js": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml", ".css": "text/css; charset=utf-8"}


@functools.lru_cache(maxsize=256)
def read(name: str, changed_ns: int) -> bytes:
    return (BUILD / name).read_bytes()


def inside_build(name: str) -> Path | None:
    path = (BUILD / name).resolve()
    return path if path.is_relative_to(BUILD.resolve()) and path.is_file() else None


@get("/static/build/{name:path}", name="static", include_in_schema=False, opt={"open": True})
async def serve(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """One asset. Names carry the hash of their content, so a browser keeps them for ever."""
    name = str(name).lstrip("/")
    if "\0" in name or (path := inside_build(name)) is None or path.suffix in (".br", ".gz"):
        raise NotFound
    kept = "no-cache" if name in ("manifest.json", "icons.svg") else "public, max-age=31536000, immutable"
    headers = {"Cache-Control": kept, "Vary": "Accept-Encoding"}
    accepted = request.headers.get("accept-encoding", "")
    for coding, ending in PACKED:
        if coding in accepted and (packed := inside_build(name + ending)):
            path = packed
            headers["Content-Encoding"] = coding
            break
    media = TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    content = read(str(path.relative_to(BUILD.resolve())), path.stat().st_mtime_ns)
    return Response(content, media_type=media, headers=headers)
