"""Whatever names, subjects and files people choose, what leaves the house is one well-formed message."""

from __future__ import annotations

import email
from datetime import UTC, datetime
from email.policy import default
from typing import Any

import dkim
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail import composing, headings, messages, signing
from app.mail.composing import Enclosure, Letter
from app.mail.parsing.addresses import Address

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
SUPPORT = Address("Acme support", "support@acme.example")
ANN = Address("Ann", "ann@customer.example")


def letter(**more: Any) -> Letter:
    given: dict[str, Any] = {
        "message_id": "<01@acme.example>", "at": AT, "sender": SUPPORT, "to": [ANN], "subject": "The printer", "text": "Hello\n",
    }  # fmt: skip
    return Letter(**given | more)


def read(raw: bytes) -> Any:
    return email.message_from_bytes(raw, policy=default)


def test_an_answer_names_its_thread_and_carries_both_forms_and_its_files() -> None:
    picture = Enclosure(name="logo.png", type="image/png", content=b"\x89PNG", content_id="logo")
    page = Enclosure(name="Prüf\r\nbericht\u202e.pdf", type="application/pdf", content=b"%PDF")
    mail = Enclosure(name="old.eml", type="message/rfc822", content=b"From: x\n\nbroken \xff")
    raw = composing.compose(
        letter(
            html='<p>Hello <img src="cid:logo"></p>', files=[picture, page, mail], cc=[Address("", "bob@customer.example")],
            in_reply_to="<2@customer.example>", references=["<1@customer.example>"], reply_to=Address("", "support+x@acme.example"),
        )
    )  # fmt: skip
    made = read(raw)
    assert made["In-Reply-To"] == "<2@customer.example>"
    assert made["References"] == "<1@customer.example> <2@customer.example>"
    assert made["Date"].datetime == AT
    assert [part.get_content_type() for part in made.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png",
        "application/pdf", "application/octet-stream",
    ]  # fmt: skip
    seen = messages.parse(raw)
    assert seen.text.strip() == "Hello"
    assert [(file.name, file.inline) for file in seen.attachments] == [
        ("logo.png", True), ("Prüf bericht.pdf", False), ("old.eml", False)
    ]  # fmt: skip
    assert seen.attachments[2].content == b"From: x\n\nbroken \xff"
    assert seen.defects == ()


@pytest.mark.parametrize(
    "text",
    [
        "Hello\r\nBcc: victim@elsewhere.example", "Hello\nX-Evil: 1\n\nbody", "a\0b", "a\rb", "\x85\u2028\u2029x", "=?utf-8?q?a=0AB?=",
        "x" * 5000, "ä" * 3000, "💥 " * 300, "\ud800 half", "\u202egnp.exe", "", "   ", "a  b", "日本語" * 100,
    ],
)  # fmt: skip
def test_nothing_that_people_write_breaks_out_of_its_header(text: str) -> None:
    raw = composing.compose(
        letter(subject=text, sender=Address(text, SUPPORT.address), to=[Address(text, ANN.address)])
    )
    made = read(raw)
    assert {name.lower() for name in made} == {
        "from", "to", "subject", "date", "message-id", "content-type", "content-transfer-encoding", "mime-version"
    }  # fmt: skip
    assert made.get_content().strip() == "Hello"
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    seen = messages.parse(raw)
    assert seen.subject == " ".join(headings.one_line(text).split())[:2000]
    assert seen.sender is not None
    assert seen.sender.address == SUPPORT.address
    assert [one.address for one in seen.to] == [ANN.address]


@given(st.text(max_size=200), st.text(max_size=60))
def test_any_subject_and_any_name_come_back_as_they_were_said(subject: str, name: str) -> None:
    raw = composing.compose(letter(subject=subject, sender=Address(name, SUPPORT.address)))
    assert raw.count(b"\r\n\r\n") >= 1
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    seen = messages.parse(raw)
    assert seen.subject == headings.one_line(subject)
    assert seen.sender is not None
    assert seen.sender.address == SUPPORT.address


@pytest.mark.parametrize(
    "address", ["", "x", "a b@c.example", "a@b\r\nBcc: x@y.example", "a@b c", "<a@b.example>", "a@", "@b", "a@b>,c@d"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(headings.Unwritable):
        composing.compose(letter(to=[Address("", address)]))


@pytest.mark.parametrize("id", ["<a@b>\r\nX: 1", "<a b@c>", "a@b", "<>", "<" + "a" * 2000 + ">", "<ä@b>", "<a@b>\0"])
def test_what_is_no_message_id_is_left_out(id: str) -> None:
    raw = composing.compose(letter(references=[id, "<good@b>"], in_reply_to=id))
    made = read(raw)
    assert made["References"] == "<good@b>"
    assert made["In-Reply-To"] is None


def test_of_a_long_conversation_the_first_and_the_newest_mails_are_named() -> None:
    made = read(composing.compose(letter(references=[f"<{number}@x>" for number in range(500)])))
    assert made["References"].split() == ["<0@x>", *[f"<{number}@x>" for number in range(481, 500)]]


def test_names_and_domains_beyond_ascii_are_written_as_other_systems_read_them() -> None:
    raw = composing.compose(
        letter(sender=Address("Jürgen", "hilfe@büro.example"), to=[Address("Søren, A.", "søren@example.dk")])
    )
    assert b"<hilfe@xn--bro-hoa.example>" in raw
    assert "søren@example.dk".encode() in raw
    assert messages.parse(raw).sender == Address("Jürgen", "hilfe@xn--bro-hoa.example")


def test_automatic_mail_says_so() -> None:
    made = read(composing.compose(letter(automatic="auto-replied", mark="mine")))
    assert (made["Auto-Submitted"], made["X-Auto-Response-Suppress"], made["X-Fondaco-Loop"]) == (
        "auto-replied",
        "All",
        "mine",
    )


def test_a_signed_mail_is_found_to_come_from_its_domain() -> None:
    pem = signing.new_key()
    assert signing.read_key(pem.decode()) == pem
    raw = composing.compose(letter(subject="Größe", html="<p>x</p>"))
    signed = signing.sign(raw, selector="fondaco", domain="acme.example", pem=pem)
    record = signing.dns_record(pem).encode()
    asked = []

    def dns(name: bytes, timeout: int = 5) -> bytes:
        asked.append(name)
        return record

    assert signed.endswith(raw)
    assert dkim.verify(signed, dnsfunc=dns)
    assert asked == [b"fondaco._domainkey.acme.example."]
    assert not dkim.verify(signed.replace(b"Hello", b"Hullo"), dnsfunc=dns)


def test_a_weak_or_broken_key_is_not_taken() -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    assert signing.read_key(weak.decode()) is None
    assert signing.read_key("-----BEGIN NOTHING-----") is None
