"""Not every letter was written by a person, and a machine must never answer a machine."""

from __future__ import annotations

import pytest

from app.mail import autoreplies
from app.mail.classes import LOOP_HEADER, classify
from app.mail.messages import parse

BASE = "From: Kim <kim@acme.test>\r\nTo: support@acme.localhost\r\nMessage-ID: <1@acme.test>\r\n"


def letter(*lines: str, subject: str = "Printer") -> bytes:
    return (BASE + f"Subject: {subject}\r\n" + "".join(f"{line}\r\n" for line in lines) + "\r\nHello").encode()


def test_a_person_s_letter_is_a_message_that_may_be_answered() -> None:
    verdict = classify(parse(letter("Auto-Submitted: no", "X-Auto-Response-Suppress: None")))
    assert (verdict.kind, verdict.may_answer, verdict.why_not) == ("message", True, "")


@pytest.mark.parametrize(
    "line",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated",
        "auto-submitted: auto-replied (vacation)",
        "X-Autoreply: yes",
        "X-Autorespond: yes",
        "Precedence: auto_reply",
        "X-Autoresponder: on",
        "X-POST-MessageClass: 9; Autoresponder",
        "Delivered-To: Autoresponder",
        "X-Mailer: vacation 3.1",
        "X-AutoReply-From: kim@acme.test",
        "X-FC-MachineGenerated: true",
        "X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent",
    ],
)
def test_headers_that_programs_write_make_an_automatic_reply(line: str) -> None:
    verdict = classify(parse(letter(line)))
    assert (verdict.kind, verdict.may_answer) == ("auto_reply", False)
    assert verdict.why


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Printer",
        "Out of Office: Printer",
        "Out of office AutoReply: Printer",
        "Auto: Printer",
        "Auto-Reply: Printer",
        "AutoReply",
        "Automatische Antwort: Drucker",
        "Abwesenheitsnotiz: Drucker",
        "Abwesenheitsnotiz",
        "Réponse automatique : Imprimante",
        "Message d'absence",
        "Absence du bureau : Imprimante",
        "Respuesta automática: Impresora",
        "Fuera de la oficina: Impresora",
        "Resposta automática: Impressora",
        "Risposta automatica: Stampante",
        "Fuori sede: Stampante",
        "Automatisch antwoord: Printer",
        "Automatiskt svar: Skrivare",
        "Autosvar: Printer",
        "Automatisk svar: Skriver",
        "Automaattinen vastaus: Tulostin",
        "Automatyczna odpowiedź: Drukarka",
        "Autoodpowiedź: Drukarka",
        "Automatická odpověď: Tiskárna",
        "Automatikus válasz: Nyomtató",
        "Răspuns automat: Imprimantă",
        "Автоответ: Принтер",
        "Автоматический ответ: Принтер",
        "Автоматична відповідь: Принтер",
        "Αυτόματη απάντηση: Εκτυπωτής",
        "Otomatik yanıt: Yazıcı",
        "自动回复: 打印机",
        "自动回复：打印机",
        "自動回覆: 印表機",
        "自動応答: プリンター",
        "自動返信メール",
        "자동 회신: 프린터",
        "부재중 자동 응답",
        "رد تلقائي: الطابعة",
        "תשובה אוטומטית: מדפסת",
        "[Auto-Reply] Printer",
    ],
)
def test_subjects_that_programs_write_make_an_automatic_reply(subject: str) -> None:
    assert classify(parse(letter(subject=subject))).kind == "auto_reply"


@pytest.mark.parametrize(
    "subject",
    [
        "Re: Automatic reply: Printer",
        "AW: Automatische Antwort: Drucker",
        "Automatic replies do not work",
        "Out of office hours support",
        "Vacation plans",
        "Urlaub im August",
        "How do I set an automatic reply?",
        "Autoren gesucht",
        "Automation broken",
        "Automatische Antworten einrichten",
    ],
)
def test_people_may_write_about_automatic_replies(subject: str) -> None:
    assert classify(parse(letter(subject=subject))).kind == "message"


def test_words_of_absence_count_beside_a_header_that_programs_write() -> None:
    assert classify(parse(letter("Return-Path: <>", subject="On vacation until Monday"))).kind == "auto_reply"
    assert classify(parse(letter("X-Auto-Response-Suppress: All", subject="Urlaub bis Montag"))).kind == "auto_reply"
    assert not autoreplies.is_certain("On vacation until Monday")


@pytest.mark.parametrize(
    "line",
    [
        "Precedence: bulk",
        "Precedence: list",
        "Precedence: junk",
        "List-Id: <printers.acme.test>",
        "List-Unsubscribe: <mailto:off@acme.test>",
        "Return-Path: <>",
        "X-Auto-Response-Suppress: DR, OOF, AutoReply",
        "X-Loop: printers@acme.test",
    ],
)
def test_some_messages_must_never_be_answered_by_a_program(line: str) -> None:
    verdict = classify(parse(letter(line)))
    assert (verdict.kind, verdict.may_answer) == ("message", False)
    assert verdict.why_not


@pytest.mark.parametrize(
    "sender",
    [
        "no-reply@acme.test",
        "MAILER-DAEMON@acme.test",
        "bounces+7@acme.test",
        "owner-list@acme.test",
        "donotreply@acme.test",
        "info-noreply@acme.test",
    ],
)
def test_nobody_answers_an_address_that_nobody_reads(sender: str) -> None:
    raw = letter().replace(b"Kim <kim@acme.test>", sender.encode())
    assert not classify(parse(raw)).may_answer


def test_our_own_address_is_never_answered() -> None:
    assert not classify(parse(letter()), own_addresses=["KIM@acme.test"]).may_answer


def test_a_mail_with_our_mark_is_a_loop() -> None:
    raw = letter(f"{LOOP_HEADER}: acme-7f3a")
    assert classify(parse(raw)).kind == "loop"
    assert classify(parse(raw), own_mark="acme-7f3a").kind == "loop"


def test_the_mark_of_another_tenant_is_no_loop_but_is_not_answered() -> None:
    verdict = classify(parse(letter(f"{LOOP_HEADER}: globex-1111")), own_mark="acme-7f3a")
    assert (verdict.kind, verdict.may_answer) == ("message", False)


def test_a_mail_that_went_in_circles_is_a_loop() -> None:
    assert classify(parse(letter(*["Received: from a by b"] * 50))).kind == "loop"
    assert classify(parse(letter(*["Received: from a by b"] * 12))).kind == "message"
    assert classify(parse(letter(*["Delivered-To: support@acme.localhost"] * 3))).kind == "loop"


def report(kind: str, *parts: str) -> bytes:
    body = "".join(f"--b1\r\n{part}\r\n" for part in ("Content-Type: text/plain\r\n\r\nhello", *parts))
    return (BASE + f"Content-Type: multipart/report; report-type={kind}; boundary=b1\r\n\r\n{body}--b1--\r\n").encode()


def test_a_feedback_report_is_a_complaint() -> None:
    raw = report("feedback-report", "Content-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nVersion: 1")
    assert classify(parse(raw)).kind == "complaint"


def test_a_report_about_authentication_is_no_complaint() -> None:
    raw = report(
        "feedback-report", "Content-Type: message/feedback-report\r\n\r\nFeedback-Type: auth-failure\r\nVersion: 1"
    )
    assert classify(parse(raw)).kind != "complaint"


def test_a_read_receipt_is_an_automatic_reply() -> None:
    raw = report(
        "disposition-notification",
        "Content-Type: message/disposition-notification\r\n\r\nDisposition: manual-action; displayed",
    )
    assert classify(parse(raw)).kind == "auto_reply"


@pytest.mark.parametrize(
    ("found", "kind"), [("failure", "bounce"), ("delay", "bounce"), ("success", "bounce"), ("complaint", "complaint")]
)
def test_what_the_bounce_reader_found_decides(found: str, kind: str) -> None:
    verdict = classify(parse(letter("Auto-Submitted: auto-replied")), report=found)
    assert (verdict.kind, verdict.may_answer) == (kind, False)
