"""Bounces are read for who was not reached and whether the address is dead."""

from email import message_from_string

from app.mail.bounces import read

STANDARD = """\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.acme.test>
To: support@acme.test
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="xx"

--xx
Content-Type: text/plain

This is the mail system at host mx.acme.test. Your message could not be delivered.

<ann@gone.test>: host mx.gone.test[192.0.2.7] said: 550 5.1.1 <ann@gone.test>: User unknown (in reply to RCPT TO command)

--xx
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.acme.test

Final-Recipient: rfc822; ann@gone.test
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <ann@gone.test>: User unknown

--xx
Content-Type: text/rfc822-headers

From: support@acme.test
To: ann@gone.test
Subject: Your printer
Message-ID: <printer-1@acme.test>

--xx--
"""


def test_a_standard_report_names_the_dead_address_and_our_letter() -> None:
    bounce = read(message_from_string(STANDARD), "")
    assert bounce is not None
    assert (bounce.kind, bounce.original_message_id, bounce.original_subject) == ("failure", "printer-1@acme.test", "Your printer")
    (ann,) = bounce.recipients
    assert (ann.address, ann.permanent, ann.status, ann.reply_code, ann.reason) == (
        "ann@gone.test", True, "5.1.1", "550", "userunknown",
    )  # fmt: skip


def test_an_ordinary_letter_is_no_bounce() -> None:
    text = "From: kim@acme.test\nTo: support@acme.test\nSubject: Undeliverable parcel\n\nMy parcel was not delivered to ann@acme.test.\n"
    assert read(message_from_string(text), text) is None
