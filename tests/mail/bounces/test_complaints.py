"""Complaints and notices of sending services are read as well (RFC 5965, Amazon SES)."""

from __future__ import annotations

import json
from email import message_from_string

from app.mail.bounces import read
from tests.mail.bounces.reports import RETURNED, plain

COMPLAINT = f"""\
From: feedback@provider.test
To: abuse@acme.test
Subject: FW: Your printer
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="=cut"

--=cut
Content-Type: text/plain

This is an email abuse report.

--=cut
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Provider/1.0
Version: 1
Original-Rcpt-To: <ann@globex.test>

--=cut
Content-Type: message/rfc822

{RETURNED}
--=cut--
"""


def test_a_complaint_names_who_complained_about_what() -> None:
    bounce = read(message_from_string(COMPLAINT), "")
    assert bounce is not None
    assert (bounce.kind, bounce.original_message_id) == ("complaint", "printer-1@acme.test")
    assert [(one.address, one.permanent, one.reason) for one in bounce.recipients] == [
        ("ann@globex.test", False, "feedback")
    ]


def test_a_complaint_that_hides_the_address_falls_back_on_the_letter() -> None:
    bounce = read(message_from_string(COMPLAINT.replace("Original-Rcpt-To: <ann@globex.test>\n", "")), "")
    assert bounce is not None
    assert [one.address for one in bounce.recipients] == ["ann@globex.test"]


def test_a_notice_in_json_is_read_with_the_footer_that_mail_adds() -> None:
    notice = {
        "notificationType": "Bounce",
        "bounce": {"bounceType": "Permanent", "bouncedRecipients": [
            {"emailAddress": "ann@globex.test", "action": "failed", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"},
        ]},
        "mail": {"messageId": "0101-ses", "destination": ["ann@globex.test"], "commonHeaders": {"subject": "Your printer"}},
    }  # fmt: skip
    body = json.dumps(notice) + "\n\n--\nIf you wish to stop receiving notifications, please visit the link below.\n"
    bounce = read(
        plain(body, sender="AWS Notifications <no-reply@sns.example>", subject="AWS Notification Message"), body
    )
    assert bounce is not None
    assert (bounce.kind, bounce.original_message_id, bounce.original_subject) == ("failure", "0101-ses", "Your printer")
    (one,) = bounce.recipients
    assert (one.address, one.permanent, one.status, one.reply_code) == ("ann@globex.test", True, "5.1.1", "550")
