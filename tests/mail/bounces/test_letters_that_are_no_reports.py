"""People's letters, vacation notes and receipts are never taken for bounces, and nothing breaks the reader."""

from __future__ import annotations

import time
from email import message_from_bytes, message_from_string
from email import policy as policies

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.mail.bounces import read
from tests.mail.bounces.reports import RETURNED, plain, report

KIM = "Ann <ann@globex.test>"
ORDINARY = {
    "a complaint about a parcel": (KIM, "Undeliverable parcel", "My parcel was not delivered. Write to ann@globex.test please.\n", {}),
    "a question about a bounce": (
        KIM, "Mail delivery failed", ("Hello,\n\nsince yesterday mails to bob@globex.test come back with '550 User unknown'. Can you "
        "help?\n\nAnn\nann@globex.test\n"), {"User_Agent": "Thunderbird"},
    ),
    "a forwarded bounce": (
        KIM, "Fwd: Undelivered Mail Returned to Sender", ("What does this mean?\n\n-------- Forwarded Message --------\n"
        "From: MAILER-DAEMON@mx.acme.test\nSubject: Undelivered Mail\n\nThis is the mail system at host mx.acme.test.\n\n"
        "<bob@globex.test>: User unknown\n"), {},
    ),
    "an answer to a bounce": (
        KIM, "Re: Delivery failure", "It works now, thanks.\n\n> Your message could not be delivered to:\n> bob@globex.test\n",
        {"In_Reply_To": "<1@acme.test>"},
    ),
    "a vacation note": (
        KIM, "Out of Office: Your printer", "I am away and cannot be reached until Monday. In urgent cases write to bob@globex.test.\n",
        {"Auto_Submitted": "auto-replied", "Return_Path": "<>"},
    ),
    "a vacation note that keeps our subject": (
        KIM, "Re: Your printer", ("Ich bin nicht im Büro und konnte nicht antworten. Vertretung: bob@globex.test\n\nI will not be able "
        "to read mail; it has not been delivered to anybody else.\n"), {"Auto_Submitted": "auto-replied", "Return_Path": "<>"},
    ),
    "a receipt of a ticket system": (
        "Globex support <help@globex.test>", "We received your message [#77]", "Your message was delivered to our team.\n",
        {"Auto_Submitted": "auto-generated", "Precedence": "bulk"},
    ),
    "a list that waits for a moderator": (
        "printers-bounces@lists.globex.test", "Your message to Printers awaits moderator approval",
        "Your mail to 'Printers' with the subject\n\n    Your printer\n\nIs being held until the list moderator can review it.\n",
        {"Precedence": "bulk"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ORDINARY)
def test_it_is_no_report(name: str) -> None:
    sender, subject, body, headers = ORDINARY[name]
    assert read(plain(body, sender=sender, subject=subject, **headers), body) is None


def test_a_read_receipt_is_no_report() -> None:
    text = report("Original-Recipient: rfc822;ann@globex.test\nFinal-Recipient: rfc822;ann@globex.test").as_string()
    text = text.replace("delivery-status", "disposition-notification")
    assert read(message_from_string(text), "") is None


def test_a_returned_letter_attached_by_a_person_is_no_report() -> None:
    text = (
        f"From: {KIM}\nTo: support@acme.test\nSubject: my letter\nContent-Type: multipart/mixed; boundary=x\n\n--x\n"
        f"Content-Type: text/plain\n\nsee attachment\n\n--x\nContent-Type: message/rfc822\n\n{RETURNED}\n--x--\n"
    )
    assert read(message_from_string(text), "see attachment") is None


PIECES = [
    b"From: MAILER-DAEMON@mx.acme.test\n", b"Subject: Undelivered mail\n", b"Content-Type: multipart/report; boundary=x\n",
    b"Content-Type: message/delivery-status; charset=\xff\n", b"Content-Transfer-Encoding: base64\n", b"\n", b"--x\n", b"--x--\n",
    b"Final-Recipient: rfc822; ann@globex.test\n", b"Action: failed\n", b"Status: 5.1.1 (\xe9)\n", b"<ann@globex.test>: 550 no\n",
    b"Diagnostic-Code: smtp; 550 5.1.1 \xf0\x9f\n", b"could not be delivered\n", b"Content-Type: message/rfc822\n",
    b"{\"notificationType\":", b"X-Failed-Recipients: ,,<@>,a@b\n",
    b"=?utf-8?b?////?=\n", b"\x00\x1b$B\xff\n", b"Message-ID: <\n", b"@" * 50 + b"\n",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_nothing_breaks_the_reader(pieces: list[bytes]) -> None:
    raw = b"".join(pieces)
    assert read(message_from_bytes(raw), "") == read(message_from_bytes(raw, policy=policies.default), "")


@pytest.mark.parametrize(
    "unit", ["word " * 15 + "\n", "<ann@globex.test>: user unknown\n", "550 5.1.1 ", "@", "<br ", "-" * 1_900 + "\n", "Received: x\n", " "],
)  # fmt: skip
def test_a_huge_report_reads_in_seconds(unit: str) -> None:
    body = "Your message could not be delivered\n" + unit * (8_000_000 // len(unit))
    message = plain(body)
    began = time.perf_counter()
    read(message, body)
    assert time.perf_counter() - began < 10
