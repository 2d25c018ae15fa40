"""No letter stops the house: whatever comes is read in a time that its length explains."""

from __future__ import annotations

import base64
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.mail.explaining import explain
from app.mail.messages import parse
from app.mail.parsing.parts import DEEPEST, MOST_PARTS
from app.mail.replies import split_html, split_text

LINES = st.sampled_from(
    [
        b"From: Kim <kim@acme.test>",
        b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=",
        b"Subject: =?utf-8?b?R3L",
        b"Content-Type: multipart/mixed; boundary=b",
        b'Content-Type: multipart/alternative; boundary="b',
        b"Content-Type: text/html; charset=utf-7",
        b"Content-Type: message/rfc822",
        b"Content-Type: application/ms-tnef; name=winmail.dat",
        b"Content-Transfer-Encoding: base64",
        b"Content-Transfer-Encoding: quoted-printable",
        b"Content-Transfer-Encoding: x-uuencode",
        b"Content-Disposition: attachment; filename*0*=utf-8''%ff; filename*1=b",
        b"--b",
        b"--b--",
        b"",
        b" folded",
        b"begin 644 x",
        b"<p>x<blockquote>",
        b"On Mon, 2 Nov 2026 at 10:05, Ann <ann@acme.test> wrote:",
        b"> quoted",
        b"\x78\x9f\x3e\x22\x00\x00",
        b"=FF=00=",
        b"To: a, b: c; <d",
        b"Date: 0",
        b"Message-ID: <",
        b"References: <a@b> <",
        b"\x00\xed\xa0\x80\xff",
    ]
)


@given(st.binary(max_size=2_000))
@settings(max_examples=200)
def test_any_bytes_are_explained(raw: bytes) -> None:
    json.dumps(explain(raw)).encode()


@given(st.lists(LINES, max_size=40), st.sampled_from([b"\r\n", b"\n", b"\r"]))
@settings(max_examples=300, deadline=None)
def test_any_mixture_of_lines_of_mail_is_explained(lines: list[bytes], end: bytes) -> None:
    json.dumps(explain(end.join(lines)), ensure_ascii=False).encode("utf-8")


@given(st.text(alphabet=st.sampled_from(list("> \n:-_<>@abOn1:0wrote.|")), max_size=400))
@settings(max_examples=200)
def test_every_line_of_a_text_is_in_one_part(text: str) -> None:
    parted = split_text(text)
    left = sorted(line.strip() for line in text.split("\n") if line.strip())
    right = sorted(
        line.strip()
        for part in (parted.reply, parted.quoted, parted.signature)
        for line in part.split("\n")
        if line.strip()
    )
    assert left == right


def seconds(raw: bytes) -> float:
    start = time.perf_counter()
    json.dumps(explain(raw), ensure_ascii=False).encode("utf-8")
    return time.perf_counter() - start


def test_a_thousand_parts_are_all_read() -> None:
    part = b"--b\r\nContent-Type: text/plain; name=a.txt\r\nContent-Disposition: attachment\r\n\r\nx\r\n"
    message = parse(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part * 1_000 + b"--b--")
    assert len(message.attachments) == 1_000


def test_too_many_parts_are_named_and_not_opened() -> None:
    message = parse(
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        + b"--b\r\nContent-Type: image/png\r\n\r\nx\r\n" * (MOST_PARTS + 50)
    )
    assert len(message.attachments) < MOST_PARTS
    assert any("more than" in defect for defect in message.defects)


def nested(levels: int) -> bytes:
    head = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (at, at) for at in range(levels))
    return (
        b"Subject: deep\r\n"
        + head
        + b"Content-Type: text/plain\r\n\r\nbottom\r\n"
        + b"".join(b"--b%d--\r\n" % at for at in reversed(range(levels)))
    )


def test_parts_in_few_levels_are_read_to_the_bottom() -> None:
    assert parse(nested(DEEPEST - 1)).text.strip() == "bottom"


def test_five_thousand_levels_are_cut_and_said() -> None:
    message = parse(nested(5_000))
    assert message.subject == "deep"
    assert any("deeper" in defect for defect in message.defects)


def test_a_mail_of_25_megabytes_is_read_whole() -> None:
    content = bytes(range(256)) * 70_000
    raw = (
        b"Subject: large\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n"
        b"See the file.\r\n--b\r\n"
        b"Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(content).replace(b"\n", b"\r\n")
        + b"--b--\r\n"
    )
    assert len(raw) > 24_000_000
    message = parse(raw)
    assert message.attachments[0].content == content
    assert message.defects[:1] == ("There is no From.",) or "There is no From." in message.defects


BOMBS = {
    "recipients": b"To: " + b", ".join(b"user%d@acme.test" % at for at in range(10_000)) + b"\r\n\r\nx",
    "headers": b"X-A: b\r\n" * 100_000 + b"\r\nx",
    "one-long-header": b"Subject: " + b"a" * 5_000_000 + b"\r\n\r\nx",
    "folded": b"Subject: a\r\n" + b" b\r\n" * 500_000 + b"\r\nx",
    "words": b"Subject: " + b"=?utf-8?q?a?= " * 100_000 + b"\r\n\r\nx",
    "open-words": b"Subject: " + b"=?utf-8?q?" * 100_000 + b"\r\n\r\nx",
    "angles": b"From: " + b"<" * 200_000 + b"\r\n\r\nx",
    "comments": b"From: " + b"(" * 200_000 + b"\r\n\r\nx",
    "quotes": b"From: " + b'"' * 200_001 + b"\r\n\r\nx",
    "references": b"References: " + b"<a@b> " * 100_000 + b"\r\n\r\nx",
    "parameters": b"Content-Type: text/plain" + b"; a*0*=b" * 50_000 + b"\r\n\r\nx",
    "dashes": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--x\r\n" * 300_000,
    "boundaries": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n" * 200_000,
    "childless": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + b"--b\r\nContent-Type: multipart/mixed; boundary=never\r\n\r\nx\r\n" * 4_000,
    "text-lines": b"Subject: x\r\n\r\n" + b"a@b.c:\r\n" * 100_000,
    "one-long-line": b"Subject: x\r\n\r\n" + b"a" * 10_000_000,
    "marks": b"Subject: x\r\n\r\n" + b">" * 2_000_000,
    "quoted-lines": b"Subject: x\r\n\r\n" + b"> a\r\nb\r\n" * 100_000,
    "signatures": b"Subject: x\r\n\r\n" + b"-- \r\nx\r\n" * 100_000,
    "tags": b"Content-Type: text/html\r\n\r\n" + b"<div>" * 200_000,
    "blockquotes": b"Content-Type: text/html\r\n\r\n" + b"<blockquote>a" * 50_000,
    "uuencode": b"Subject: x\r\n\r\n" + b"begin 644 a\r\n" * 50_000,
    "uuencode-open": b"Subject: x\r\n\r\nbegin 644 a\r\n" + b"M" + b"0" * 60 + b"\r\n" + b"M0000\r\n" * 100_000,
    "tnef": b"Content-Type: application/ms-tnef; name=winmail.dat\r\n\r\n\x78\x9f\x3e\x22\x00\x00"
    + b"\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" * 200_000,
    "nul": b"Subject: x\r\n\r\n" + b"\x00" * 2_000_000,
    "eight-bit": b"Subject: x\r\n\r\n" + bytes(range(128, 256)) * 20_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_do_not_go_off(name: str) -> None:
    assert seconds(BOMBS[name]) < 30


def test_deep_html_is_parted_by_its_words_only() -> None:
    parted = split_html("<div>" * 1_500 + "It works.<blockquote>old</blockquote>")
    assert parted.reply == "It works."
