"""Reports in the standard form say for each address what happened (RFC 3464), also when their form is broken."""

from __future__ import annotations

from email import message_from_string

import pytest

from app.mail.bounces import Bounce, Recipient, read
from tests.mail.bounces.reports import RETURNED, report

UNKNOWN = """\
Final-Recipient: rfc822; ann@globex.test
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <ann@globex.test>: Recipient address rejected: User unknown"""


def seen(bounce: Bounce | None) -> list[tuple[str, bool, str | None, str | None, str]]:
    assert bounce is not None
    return [(one.address, one.permanent, one.status, one.reply_code, one.reason) for one in bounce.recipients]


def test_it_names_the_dead_address_and_our_letter() -> None:
    bounce = read(report(UNKNOWN), "")
    assert bounce is not None
    assert bounce.kind == "failure"
    assert bounce.recipients == [
        Recipient(
            "ann@globex.test",
            True,
            "5.1.1",
            "550",
            "userunknown",
            "550 5.1.1 <ann@globex.test>: Recipient address rejected: User unknown",
        )
    ]
    assert bounce.original_message_id == "printer-1@acme.test"
    assert bounce.original_subject == "Your printer"
    assert bounce.original_recipients == ["ann@globex.test"]


@pytest.mark.parametrize(
    ("said", "status", "expected"),
    [
        ("552 5.2.2 <ann@globex.test>... Mailbox full", "5.2.2", (False, "5.2.2", "552", "mailboxfull")),
        ("550 5.1.1 quota exceeded for ann", "5.1.1", (False, "5.1.1", "550", "mailboxfull")),
        ("550 5.1.2 Host unknown (Name server: globex.test: host not found)", "5.1.2", (True, "5.1.2", "550", "hostunknown")),
        ("556 5.1.10 Recipient address has null MX", "5.1.10", (True, "5.1.10", "556", "notaccept")),
        ("551 5.1.6 User has moved to another place", "5.1.6", (True, "5.1.6", "551", "hasmoved")),
        ("550 5.2.1 The email account that you tried to reach is disabled", "5.2.1", (False, "5.2.1", "550", "suspend")),
        ("554 5.7.1 <ann@globex.test>: Relay access denied", "5.7.1", (False, "5.7.1", "554", "norelaying")),
        ("552 5.3.4 Message size exceeds fixed limit", "5.3.4", (False, "5.3.4", "552", "exceedlimit")),
        ("550 5.7.26 Unauthenticated email from acme.test is not accepted due to DMARC policy", "5.7.26",
         (False, "5.7.26", "550", "authfailure")),
        ("554 5.7.1 Client host [192.0.2.10] blocked using dnsbl.globex.test", "5.7.1", (False, "5.7.1", "554", "blocked")),
        ("550 5.7.25 No PTR record for 192.0.2.10", "5.7.25", (False, "5.7.25", "550", "requireptr")),
        ("554 5.7.1 Message rejected as spam by content filter", "5.7.1", (False, "5.7.1", "554", "spamdetected")),
        ("554 5.7.9 Message not accepted for policy reasons", "5.7.9", (False, "5.7.9", "554", "policyviolation")),
        ("550 5.1.8 Domain of sender address support@acme.test does not exist", "5.1.8", (False, "5.1.8", "550", "rejected")),
        ("550 5.4.1 Recipient address rejected: Access denied [frankfurt.outlook.globex.test]", "5.4.1",
         (True, "5.4.1", "550", "userunknown")),
        ("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", "5.1.10",
         (True, "5.1.10", "550", "userunknown")),
    ],
)  # fmt: skip
def test_only_a_dead_address_is_permanent(said: str, status: str, expected: tuple[bool, str, str, str]) -> None:
    fields = (
        f"Final-Recipient: rfc822; ann@globex.test\nAction: failed\nStatus: {status}\nDiagnostic-Code: smtp; {said}"
    )
    assert seen(read(report(fields), "")) == [("ann@globex.test", *expected)]


def test_user_unknown_after_the_text_was_sent_is_a_filter() -> None:
    fields = "Final-Recipient: rfc822; ann@globex.test\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 : User unknown"
    said = "<ann@globex.test>: host mx.globex.test[192.0.2.7] said: 550 : User unknown (in reply to {} command)"
    assert seen(read(report(fields, words=said.format("end of DATA")), ""))[0][1:] == (
        False,
        "5.0.0",
        "550",
        "filtered",
    )
    assert seen(read(report(fields, words=said.format("RCPT TO")), ""))[0][1:] == (True, "5.0.0", "550", "userunknown")


def test_the_remote_answer_counts_more_than_a_vague_field() -> None:
    fields = UNKNOWN.replace("Status: 5.1.1", "Status: 5.0.0")
    assert seen(read(report(fields), "")) == [("ann@globex.test", True, "5.1.1", "550", "userunknown")]


def test_every_address_has_its_own_state() -> None:
    full = UNKNOWN.replace("ann@", "bob@").replace("5.1.1", "5.2.2").replace("User unknown", "Mailbox full")
    done = "Final-Recipient: rfc822; cid@globex.test\nAction: delivered\nStatus: 2.0.0\nDiagnostic-Code: smtp; 250 2.0.0 Ok"
    bounce = read(report(f"{UNKNOWN}\n\n{full}\n\n{done}"), "")
    assert bounce is not None
    assert bounce.kind == "failure"
    assert seen(bounce) == [
        ("ann@globex.test", True, "5.1.1", "550", "userunknown"),
        ("bob@globex.test", False, "5.2.2", "550", "mailboxfull"),
        ("cid@globex.test", False, "2.0.0", "250", "delivered"),
    ]


def test_a_delay_makes_nobody_permanent() -> None:
    bounce = read(report(UNKNOWN.replace("failed", "delayed").replace("5.1.1", "4.1.1").replace("550", "450")), "")
    assert bounce is not None
    assert bounce.kind == "delay"
    assert not bounce.recipients[0].permanent


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded", "deliverable"])
def test_a_success_is_a_report_too(action: str) -> None:
    bounce = read(report(f"Final-Recipient: rfc822; ann@globex.test\nAction: {action}\nStatus: 2.1.5"), "")
    assert bounce is not None
    assert bounce.kind == "success"
    assert seen(bounce) == [("ann@globex.test", False, "2.1.5", None, "delivered")]


def test_junk_between_the_fields_is_passed_over() -> None:
    fields = UNKNOWN.replace("Action: failed", "X-Odd: \x01\x02\n???\nAction: FAILED (for good)")
    assert seen(read(report(fields), ""))[0][0] == "ann@globex.test"


def test_fields_in_the_text_are_read_when_the_parts_fell_apart() -> None:
    text = (
        "From: MAILER-DAEMON@mx.acme.test\nTo: support@acme.test\nSubject: Returned mail\n"
        f"Content-Type: text/plain\n\n--cut\nContent-Type: message/delivery-status\n\n{UNKNOWN}\n"
    )
    assert seen(read(message_from_string(text), text)) == [("ann@globex.test", True, "5.1.1", "550", "userunknown")]


def test_a_name_inside_some_system_gives_way_to_the_address_we_wrote_to() -> None:
    fields = """\
Original-Recipient: rfc822;ann@globex.test
Final-Recipient: rfc822;@relay.globex.test:ann@store
Action: failed
Status: 5.2.0
Diagnostic-Code: smtp;522 5.2.0 Over quota"""
    assert seen(read(report(fields), ""))[0][:2] == ("ann@globex.test", False)


def test_a_report_inside_a_report_is_opened() -> None:
    inner = report(UNKNOWN).as_string()
    outer = (
        "From: Mail Delivery Subsystem <MAILER-DAEMON@gate.acme.test>\nTo: support@acme.test\nSubject: Returned mail: User unknown\n"
        'Content-Type: multipart/mixed; boundary="=out"\n\n--=out\nContent-Type: text/plain\n\n'
        "----- The following addresses had permanent delivery errors -----\n\n"
        f"--=out\nContent-Type: message/rfc822\n\n{inner}\n--=out--\n"
    )
    assert seen(read(message_from_string(outer), ""))[0][:2] == ("ann@globex.test", True)


def test_the_returned_letter_may_be_headers_only() -> None:
    bounce = read(report(UNKNOWN, returned=RETURNED.split("\n\n")[0] + "\n"), "")
    assert bounce is not None
    assert bounce.original_message_id == "printer-1@acme.test"


def test_our_letter_is_known_without_being_enclosed() -> None:
    text = report(UNKNOWN + "\nX-Original-Message-ID: <printer-1@acme.test>", returned="\n").as_string()
    bounce = read(message_from_string(text), "")
    assert bounce is not None
    assert bounce.original_message_id == "printer-1@acme.test"
