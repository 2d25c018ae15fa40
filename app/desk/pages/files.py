"""What came with a message, for those who may see its ticket: files, the mail's own HTML, the mail as it came."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.params import FromPath

from app.access import Actor
from app.core.db import sql
from app.core.errors import NotFound
from app.desk import conversation, folding
from app.files import downloads
from app.web import rendering

AnyRequest = Request[Any, Any, Any]
# No script, no form, no frame; the page around it measures its height, and links open elsewhere.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:{remote}; font-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)
STYLE = (
    "html{color-scheme:light}body{margin:0;padding:2px 0;font:14px/1.6 Inter,system-ui,sans-serif;color:#1d1c1a;"
    "background:#fff;overflow-wrap:anywhere}img{max-width:100%;height:auto}table{max-width:100%}pre{white-space:pre-wrap}"
    "blockquote{margin:0 0 0 4px;padding-left:12px;border-left:2px solid #dcd9d2}a{color:#3443b8}"
    "body>:first-child{margin-top:0}body>:last-child{margin-bottom:0}"
)
FACES = {
    "inter-latin.woff2": "U+0000-00FF,U+0131,U+0152-0153,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122",
    "inter-latin-ext.woff2": "U+0100-024F,U+1E00-1EFF",
    "inter-cyrillic.woff2": "U+0400-045F,U+0490-0491,U+04B0-04B1,U+2116",
}


def style() -> str:
    """The style sheet of the frame: our own letters, where a mail does not choose others."""
    faces = "".join(
        f'@font-face{{font-family:Inter;font-weight:100 900;src:url("{rendering.asset(name)}") format("woff2");'
        f"unicode-range:{reach}}}"
        for name, reach in FACES.items()
    )
    return faces + STYLE


class Files(Controller):
    include_in_schema = False

    @get("/attachments/{attachment_id:uuid}")
    async def download(
        self, request: AnyRequest, actor: NamedDependency[Actor], attachment_id: FromPath[UUID]
    ) -> Response[Any]:
        file = await conversation.file_for(actor, attachment_id)
        return await downloads.send(
            request, key=file.blob_key, name=file.name, type=file.type, sha256=file.sha256, size=file.size, inline=True
        )

    @get("/messages/{message_id:uuid}/body")
    async def body(
        self, request: AnyRequest, actor: NamedDependency[Actor], message_id: FromPath[UUID]
    ) -> Response[str]:
        """The mail's own HTML as a page for a frame; `images=1` lets remote pictures in, `whole=1` shows what it quotes."""
        message = await conversation.message_for(actor, message_id)
        remote = request.query_params.get("images") == "1"
        html = message.html
        if request.query_params.get("whole") != "1":
            folded = folding.fold(html, reply=message.reply, signature=message.signature, quoted=message.quoted)
            html = folded.html if folded else html
        if remote:
            html = folding.with_remote_images(html)
        return Response(
            '<!doctype html><html><head><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
            f"<style>{style()}</style></head><body>{html}</body></html>",
            media_type=MediaType.HTML,
            headers={
                "Content-Security-Policy": POLICY.format(remote=" http: https:" if remote else ""),
                "X-Frame-Options": "SAMEORIGIN",
                "Referrer-Policy": "no-referrer",
                "Cache-Control": "private, no-store",
            },
        )

    @get("/messages/{message_id:uuid}/raw")
    async def raw(
        self, request: AnyRequest, actor: NamedDependency[Actor], message_id: FromPath[UUID]
    ) -> Response[Any]:
        """The mail as it came, byte for byte."""
        message = await conversation.message_for(actor, message_id)
        row = await sql.fetchrow(
            "SELECT i.blob_key, i.size, encode(b.sha256, 'hex') AS sha256 FROM inbound_mails i"
            " JOIN blobs b ON b.key = i.blob_key WHERE i.id = $1",
            message.inbound_id,
        )
        if row is None:
            raise NotFound
        name = f"{message.subject[:80] or 'message'}.eml"
        return await downloads.send(
            request, key=row["blob_key"], name=name, type="message/rfc822", sha256=row["sha256"], size=row["size"]
        )
