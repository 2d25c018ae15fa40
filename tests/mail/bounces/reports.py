"""Small reports in the manner of each mail system, about people of acme and globex who do not exist."""

from __future__ import annotations

from email import message_from_bytes
from email.message import Message

RETURNED = """\
Received: from desk.acme.test (desk.acme.test [192.0.2.10]) by mx.acme.test; Tue, 03 Mar 2026 10:00:00 +0000
From: Acme support <support@acme.test>
To: Ann <ann@globex.test>
Subject: Your printer
Message-ID: <printer-1@acme.test>
Date: Tue, 03 Mar 2026 10:00:00 +0000

It prints again.
"""


def plain(
    body: str, *, sender: str = "Mail Delivery System <MAILER-DAEMON@mx.acme.test>", subject: str = "Undelivered mail",
    charset: str = "utf-8", **headers: str,
) -> Message:  # fmt: skip
    """A mail of one text."""
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    head = "\n".join([
        f"From: {sender}", "To: support@acme.test", f"Subject: {subject}", *lines,
        f"Content-Type: text/plain; charset={charset}", "Content-Transfer-Encoding: 8bit",
    ])  # fmt: skip
    return message_from_bytes(head.encode() + b"\n\n" + body.encode(charset))


def report(
    fields: str, *, words: str = "Your message could not be delivered.", returned: str = RETURNED,
    sender: str = "MAILER-DAEMON@mx.acme.test", subject: str = "Undelivered Mail Returned to Sender",
) -> Message:  # fmt: skip
    """A report in the standard form (RFC 3464)."""
    text = f"""\
From: {sender}
To: support@acme.test
Subject: {subject}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=cut"

--=cut
Content-Type: text/plain; charset=utf-8

{words}

--=cut
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.acme.test

{fields}

--=cut
Content-Type: message/rfc822

{returned}
--=cut--
"""
    return message_from_bytes(text.encode())
