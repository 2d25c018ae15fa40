"""`fondaco mail explain` says what would become of a letter, without any database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.mail.commands import mail
from app.mail.explaining import explain

LETTER = (
    b"From: Kim <kim@acme.test>\r\nTo: support@acme.localhost\r\nSubject: Re: Printer\r\nMessage-ID: <1@acme.test>\r\n"
    b"Date: Mon, 2 Nov 2026 10:05:00 +0100\r\nIn-Reply-To: <0@acme.test>\r\nReferences: <0@acme.test>\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/mixed; boundary=b1\r\n\r\n--b1\r\nContent-Type: text/html\r\n\r\n"
    b'<p>It works.</p><script>1</script><img src="cid:p1">\r\n'
    b"--b1\r\nContent-Type: image/png; name=p.png\r\nContent-ID: <p1>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    b"iVBORw0KGgo=\r\n--b1--\r\n"
)


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    (tmp_path / "one.eml").write_bytes(LETTER)
    (tmp_path / "two.eml").write_bytes(b"Auto-Submitted: auto-replied\r\n\r\naway")
    return tmp_path


def test_it_prints_one_json_object_a_line(letters: Path) -> None:
    result = CliRunner().invoke(mail, ["explain", "--json", str(letters / "one.eml"), str(letters / "two.eml")])
    assert result.exit_code == 0
    one, two = map(json.loads, result.output.splitlines())
    assert one["file"] == str(letters / "one.eml")
    assert one["class"] == "message"
    assert one["from"] == {"name": "Kim", "address": "kim@acme.test"}
    assert one["to"] == [{"name": "", "address": "support@acme.localhost"}]
    assert (one["message_id"], one["in_reply_to"], one["references"]) == (
        "<1@acme.test>",
        "<0@acme.test>",
        ["<0@acme.test>"],
    )
    assert one["reply"] == "It works."
    assert one["html"] == '<p>It works.</p><img src="cid:p1">'
    assert one["attachments"] == [
        {
            "name": "p.png",
            "type": "image/png",
            "size": 8,
            "sha256": "4c4b6a3be1314ab86138bef4314dde022e600960d8689a2c8f8631802d20dab6",
            "inline": True,
        }
    ]
    assert one["bounce"] is None
    assert two["class"] == "auto_reply"
    assert two["from"] is None


def test_every_promised_field_is_there() -> None:
    promised = [
        "class",
        "subject",
        "from",
        "to",
        "message_id",
        "in_reply_to",
        "references",
        "text",
        "reply",
        "quoted",
        "html",
        "attachments",
        "bounce",
        "defects",
    ]
    for raw in (LETTER, b"", b"\0\xff"):
        assert set(promised) <= set(explain(raw))


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_explained(letters: Path) -> None:
    result = CliRunner().invoke(mail, ["explain", "--json", str(letters / "missing.eml"), str(letters / "one.eml")])
    assert result.exit_code == 1
    missing, one = map(json.loads, result.output.splitlines())
    assert missing == {"file": str(letters / "missing.eml"), "error": "No such file or directory"}
    assert one["subject"] == "Re: Printer"


def test_people_get_a_table(letters: Path) -> None:
    result = CliRunner().invoke(mail, ["explain", str(letters / "one.eml"), str(letters / "missing.eml")])
    assert "Kim <kim@acme.test>" in result.output
    assert "No such file" in result.output


def test_a_bounce_is_told_with_its_recipients() -> None:
    raw = (
        b"From: MAILER-DAEMON@mx.acme.test\r\nSubject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b1\r\n\r\n--b1\r\n\r\nSorry.\r\n"
        b"--b1\r\nContent-Type: message/delivery-status\r\n\r\n"
        b"Reporting-MTA: dns; mx.acme.test\r\n\r\nFinal-Recipient: rfc822; gone@globex.test\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        b"Diagnostic-Code: smtp; 550 5.1.1 User unknown\r\n--b1--\r\n"
    )
    said = explain(raw)
    assert said["class"] == "bounce"
    recipient = said["bounce"]["recipients"][0]
    assert (recipient["address"], recipient["permanent"], recipient["status"]) == ("gone@globex.test", True, "5.1.1")
