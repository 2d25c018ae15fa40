"""What others sent is saved or looked at, and never runs on our pages; its name survives the way."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar, Request, Response, get
from litestar.testing import TestClient

from app.files import blobs, downloads


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("report.pdf", 'attachment; filename="report.pdf"'),
        ("Prüfbericht.pdf", "attachment; filename=\"Prufbericht.pdf\"; filename*=UTF-8''Pr%C3%BCfbericht.pdf"),
        ("报告.pdf", "attachment; filename=\"file.pdf\"; filename*=UTF-8''%E6%8A%A5%E5%91%8A.pdf"),
        ('a"b\\c\r\nSet-Cookie: x.txt', 'attachment; filename="a_b_c__Set-Cookie_ x.txt"'),
        ("../../etc/passwd", 'attachment; filename="_.._etc_passwd"'),
        ("invoice\u202efdp.exe", 'attachment; filename="invoice_fdp.exe"'),
        ("", 'attachment; filename="file"'),
        ("\0", 'attachment; filename="_"'),
    ],
)
def test_a_name_is_told_in_a_way_that_every_browser_reads(name: str, value: str) -> None:
    assert downloads.disposition(name) == value


@given(st.text(max_size=300))
def test_no_name_breaks_the_header(name: str) -> None:
    value = downloads.disposition(name)
    assert value.isascii()
    assert value.isprintable()
    assert value.count('"') == 2
    read = EmailMessage()
    read["Content-Disposition"] = value
    assert read["Content-Disposition"].content_disposition == "attachment"
    if "filename*=" in value:
        assert "/" not in unquote(value.rpartition("''")[2])


@pytest.mark.parametrize(
    ("declared", "shown", "sent"),
    [
        ("image/png", True, "image/png"), ("IMAGE/JPEG; name=x", True, "image/jpeg"),
        ("image/svg+xml", False, "application/octet-stream"), ("text/html", False, "application/octet-stream"),
        ("text/plain", False, "application/octet-stream"), ("application/xhtml+xml", False, "application/octet-stream"),
        ("application/javascript", False, "application/octet-stream"), ("application/pdf", False, "application/pdf"),
        ("nonsense", False, "application/octet-stream"), ("image/png\r\nX: y", False, "application/octet-stream"),
        ("message/rfc822", False, "application/octet-stream"), ("", False, "application/octet-stream"),
    ],
)  # fmt: skip
def test_only_pictures_are_shown_in_place_and_those_in_a_sandbox(
    declared: str, shown: bool, sent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def content(_key: str) -> Any:
        yield b"bytes"

    monkeypatch.setattr(blobs, "open", content)

    @get("/")
    async def file(request: Request[Any, Any, Any]) -> Response[Any]:
        return await downloads.send(request, key="k", name="a.b", type=declared, sha256="f00", size=5, inline=True)

    with TestClient(Litestar([file], openapi_config=None)) as client:
        answer = client.get("/")
        assert answer.content == b"bytes"
        assert answer.headers["content-disposition"].startswith("inline" if shown else "attachment")
        assert answer.headers["content-type"].partition(";")[0] == sent
        assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-length"] == "5"
        assert client.get("/", headers={"if-none-match": '"f00"'}).status_code == 304
