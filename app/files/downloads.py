"""A file goes to the browser so that it can be saved or looked at, and never run on our pages.

Only pictures that browsers draw without running anything are shown in place, and those in a sandbox; everything else
is offered for saving (RFC 6266, names as in RFC 8187).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.response import Stream

from app.files import blobs

SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
POLICY = "sandbox; default-src 'none'"
TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}")
UNFIT = re.compile(r'[\x00-\x1f\x7f-\x9f"\\/:*?<>|%]')
PLAIN = "!#$&+-.^_`|~"


def disposition(name: str, *, inline: bool = False) -> str:
    """The Content-Disposition for a file of this name, whatever is in it; always plain ASCII without line breaks."""
    text = "".join("_" if UNFIT.match(c) or unicodedata.category(c) in ("Cf", "Cs") else c for c in name)
    text = text.strip(" .")[:200] or "file"
    fallback = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().strip()
    if not fallback.partition(".")[0].strip():
        fallback = f"file{fallback}"
    way = "inline" if inline else "attachment"
    value = f'{way}; filename="{fallback}"'
    return value if fallback == text else f"{value}; filename*=UTF-8''{quote(text, safe=PLAIN)}"


def may_show(type: str) -> bool:
    """Whether a file of this type may be drawn in place."""
    return type.partition(";")[0].strip().lower() in SHOWN


async def send(
    request: Request[Any, Any, Any], *, key: str, name: str, type: str, sha256: str, size: int, inline: bool = False
) -> Response[Any]:
    """The answer that carries a blob of the current tenant. `inline` asks for it to be shown, which only pictures are.

    Who may have it is decided before. Raises `BlobMissing`.
    """
    declared = type.partition(";")[0].strip().lower()
    shown = inline and may_show(declared)
    headers = {
        "Content-Disposition": disposition(name, inline=shown),
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-cache",
        "ETag": f'"{sha256}"',
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    media = declared if shown else _harmless(declared)
    chunks = blobs.open(key)
    first = await anext(chunks, b"")

    async def content() -> Any:
        yield first
        async for chunk in chunks:
            yield chunk

    return Stream(content(), media_type=media, headers={**headers, "Content-Length": str(size)})


def _harmless(declared: str) -> str:
    """A type under which no browser runs anything even when it ignores that it should save."""
    main = declared.partition("/")[0]
    risky = main in ("text", "message", "multipart") or "xml" in declared or "script" in declared or "html" in declared
    return declared if TYPE.fullmatch(declared) and not risky else "application/octet-stream"
