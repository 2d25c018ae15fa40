"""Reports in the free words of each mail system name who was not reached, and why."""

from __future__ import annotations

import pytest

from app.mail.bounces import read
from tests.mail.bounces.reports import RETURNED, plain

ANN = "ann@globex.test"
EXIM = """\
This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

"""
QMAIL = """\
Hi. This is the qmail-send program at mx.acme.test.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

"""
BELOW = "\n--- Below this line is a copy of the message.\n\n" + RETURNED

DIALECTS = {
    "qmail": (QMAIL + f"<{ANN}>:\nSorry, no mailbox here by that name. (#5.1.1)\n" + BELOW, True, "userunknown", "5.1.1", None),
    "qmail over SMTP": (
        QMAIL + f"<{ANN}>:\n192.0.2.7 does not like recipient.\nRemote host said: 552 5.2.2 mailbox is full\nGiving up.\n" + BELOW,
        False, "mailboxfull", "5.2.2", "552",
    ),
    "exim": (
        EXIM + f"  {ANN}\n    SMTP error from remote mail server after RCPT TO:<{ANN}>:\n    host mx.globex.test [192.0.2.7]: "
        "550 5.1.1 User unknown\n\n------ This is a copy of the message, including all the headers. ------\n\n" + RETURNED,
        True, "userunknown", "5.1.1", "550",
    ),
    "exim without a route": (EXIM + f"  {ANN}\n    Unrouteable address\n", True, "hostunknown", None, None),
    "exim at the time limit": (EXIM + f"  {ANN}\n    retry timeout exceeded\n", False, "expired", None, None),
    "postfix": (
        ("This is the mail system at host mx.acme.test.\n\nI'm sorry to have to inform you that your message could not\nbe "
        f"delivered to one or more recipients.\n\n<{ANN}>: host mx.globex.test[192.0.2.7] said: 550 5.7.1 Blocked by SPF "
        "check (in reply to MAIL FROM\n    command)\n"), False, "authfailure", "5.7.1", "550",
    ),
    "sendmail": (
        ("The original message was received at Tue, 3 Mar 2026 10:00:00 GMT\nfrom desk.acme.test\n\n   ----- The following addresses "
        f"had permanent fatal errors -----\n<{ANN}>\n\n   ----- Transcript of session follows -----\n... while talking to "
        f"mx.globex.test.:\n>>> RCPT To:<{ANN}>\n<<< 550 5.1.1 <{ANN}>... User unknown\n550 5.1.1 <{ANN}>... User unknown\n"),
        True, "userunknown", "5.1.1", "550",
    ),
    "opensmtpd": (
        "    Hi!\n\n    This is the MAILER-DAEMON, please DO NOT REPLY to this e-mail.\n\n    An error has occurred while attempting "
        f"to deliver a message for\n    the following list of recipients:\n\n{ANN}: 550 5.2.2 Mailbox full\n\n    Below is a copy "
        "of the original message:\n\n" + RETURNED, False, "mailboxfull", "5.2.2", "550",
    ),
    "dragonfly": (
        f"This is the DragonFly Mail Agent v0.13 at df.acme.test.\n\nThere was an error delivering your mail to <{ANN}>.\n\n"
        "mx.globex.test [192.0.2.7] did not like our RCPT TO:\n550 5.1.1 User unknown\n\nMessage headers follow.\n\n" + RETURNED,
        True, "userunknown", "5.1.1", "550",
    ),
    "exchange 5.5": (
        (f"Your message\n\n  To:      {ANN}\n  Subject: Your printer\n  Sent:    Tue, 3 Mar 2026 10:00:00 -0000\n\ndid not reach the "
        f"following recipient(s):\n\n{ANN} on Tue, 3 Mar 2026 10:00:01 -0000\n    The recipient name is not recognized\n"
        "    MSEXCH:IMS:GLOBEX:SITE:HUB 0 (000C05A6) Unknown Recipient\n"), True, "userunknown", None, None,
    ),
    "exchange over X.400": (
        ("Your message\n\n  To:      ann\n\ndid not reach the following recipient(s):\n\n"
        f"c=US;a= ;p=GLOBEX;o=Site;dda:SMTP={ANN}; on Tue, 3 Mar 2026\n10:00:00 -0000\n    The recipient name is not recognized\n"),
        True, "userunknown", None, None,
    ),
    "exchange 2007": (
        f"Delivery has failed to these recipients or distribution lists:\n\nAnn<mailto:{ANN}>\nThe recipient's e-mail address was not "
        "found.\n\nDiagnostic information for administrators:\n\nGenerating server: hub.globex.test\n\n"
        f"{ANN}\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n\nOriginal message headers:\n\n" + RETURNED,
        True, "userunknown", "5.1.1", "550",
    ),
    "gmail": (
        f"Delivery to the following recipient failed permanently:\n\n     {ANN}\n\nTechnical details of permanent failure: \nGoogle "
        "tried to deliver your message, but it was rejected by the server for the recipient domain globex.test.\n\nThe error "
        "that the other server returned was:\n550 5.1.1 User unknown\n\n----- Original message -----\n\n" + RETURNED,
        True, "userunknown", "5.1.1", "550",
    ),
    "yahoo": (
        f"Sorry, we were unable to deliver your message to the following address.\n\n<{ANN}>:\nRemote host said: 550 5.2.2 Mailbox "
        "Full [RCPT_TO]\n" + BELOW, False, "mailboxfull", "5.2.2", "550",
    ),
    "gmx": (
        EXIM.replace("address(es)", "address") + f'"{ANN}":\nSMTP error from remote server after RCPT command:\nhost: mx.globex.test\n'
        "5.1.1 User unknown\n\n--- The header of the original message is following. ---\n\n" + RETURNED,
        True, "userunknown", "5.1.1", None,
    ),
    "zoho": (
        ("This message was created automatically by mail delivery software.\nA message that you sent could not be delivered to one or "
        f"more of its recipients. This is a permanent error.\n\n{ANN} Invalid Address, ERROR_CODE :550, ERROR_CODE :5.1.1 User "
        "Unknown\n"), True, "userunknown", "5.1.1", "550",
    ),
    "domino": (
        (f"Your message\n\n  Subject: Your printer\n\nwas not delivered to:\n\n  {ANN}\n\nbecause:\n\n  User Ann ({ANN}) not listed "
        "in Domino Directory\n"), True, "userunknown", None, None,
    ),
    "imail": (f"Unknown user: {ANN}\n\n\nOriginal message follows.\n\n" + RETURNED, True, "userunknown", None, None),
    "mailfoundry": (
        (f"Unable to deliver message to: <{ANN}>\nDelivery failed for the following reason:\nServer mx.globex.test[192.0.2.7] failed "
        "with: 552 5.2.2 Mailbox full\n"), False, "mailboxfull", "5.2.2", "552",
    ),
    "mailenable": (
        ("MailEnable: Message could not be delivered to some recipients.\nThe following recipient(s) could not be reached:\n\n"
        f"\tRecipient: [SMTP:{ANN}]\n\tReason: The message mailbox is full\n"), False, "mailboxfull", None, None,
    ),
    "x.400 gateway": (
        (f"Your message cannot be delivered to the following recipients:\n\n  Recipient address: {ANN}\n  Reason: Remote SMTP server has "
        "rejected address\n  Diagnostic code: smtp;550 5.1.1 User Unknown\n"), True, "userunknown", "5.1.1", "550",
    ),
    "a Japanese gateway": (
        "このメールは「m-FILTER」が自動的に生成して送信しています。\n以下のメールアドレスへの送信に失敗しました。\n"
        f"{ANN}\n\n\n-------server message\n550 5.1.1 User unknown\n\n-------SMTP command\nRCPT\n\n-------original message\n" + RETURNED,
        True, "userunknown", "5.1.1", "550",
    ),
    "a Japanese phone company": (
        f"Your mail sent on: Tue, 3 Mar 2026 10:00:00 +0900\n     Could not be delivered to: <{ANN}>\n     As their mailbox is full.\n",
        False, "mailboxfull", None, None,
    ),
    "a Russian provider": (
        ("Это письмо создано автоматически сервером.\n\nК сожалению, Ваше письмо не может быть доставлено одному или нескольким "
        f"получателям:\n\n  {ANN}\n    Почтовый ящик переполнен\n"), False, "mailboxfull", None, None,
    ),
    "a German provider": (
        f"Ihre Nachricht konnte nicht zugestellt werden an:\n\n{ANN}: 550 5.1.1 Benutzer unbekannt\n", True, "userunknown", "5.1.1", "550",
    ),
    "a Chinese provider": (
        f"很抱歉，您的邮件无法送达。\n\n收件人：{ANN}\n退信原因：收件人不存在 550 5.1.1\n", True, "userunknown", "5.1.1", "550",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DIALECTS)
def test_each_system_is_understood(name: str) -> None:
    body, permanent, reason, status, reply = DIALECTS[name]
    bounce = read(plain(body, charset="iso-2022-jp" if "Japanese gateway" in name else "utf-8"), body)
    assert bounce is not None
    assert bounce.kind == "failure"
    (one,) = bounce.recipients
    assert (one.address, one.permanent, one.reason, one.status, one.reply_code) == (
        ANN,
        permanent,
        reason,
        status,
        reply,
    )
    if RETURNED in body:
        assert bounce.original_message_id == "printer-1@acme.test"
        assert bounce.original_subject == "Your printer"


def test_several_addresses_keep_their_own_words() -> None:
    body = EXIM + f"  {ANN}\n    mailbox is full\n  bob@globex.test\n    550 5.1.1 <bob@globex.test>: User unknown\n"
    bounce = read(plain(body), body)
    assert bounce is not None
    assert [(one.address, one.permanent, one.reason) for one in bounce.recipients] == [
        (ANN, False, "mailboxfull"), ("bob@globex.test", True, "userunknown"),
    ]  # fmt: skip


def test_the_header_names_whom_the_text_does_not() -> None:
    body = "Your message could not be delivered. The mailbox is full.\n"
    bounce = read(plain(body, X_Failed_Recipients=f"{ANN}, bob@globex.test"), body)
    assert bounce is not None
    assert [one.address for one in bounce.recipients] == [ANN, "bob@globex.test"]


def test_the_returned_letter_names_whom_nobody_else_does() -> None:
    body = "Your message could not be delivered: mailbox full.\n\n----- Original message -----\n\n" + RETURNED
    bounce = read(plain(body), body)
    assert bounce is not None
    assert [one.address for one in bounce.recipients] == [ANN]


def test_the_subject_may_be_all_there_is() -> None:
    bounce = read(plain("The message could not be delivered.\n", subject=f"Undeliverable: {ANN}"), "")
    assert bounce is not None
    assert [one.address for one in bounce.recipients] == [ANN]


def test_a_late_letter_is_a_delay() -> None:
    body = f"This is a warning message only. YOU DO NOT NEED TO RESEND IT.\n\nDelivery to the following has been delayed:\n\n  {ANN}\n"
    bounce = read(plain(body, subject="Warning: message delayed 24 hours"), body)
    assert bounce is not None
    assert (bounce.kind, bounce.recipients[0].permanent, bounce.recipients[0].reason) == ("delay", False, "expired")


def test_a_system_that_names_nobody_still_sent_a_report() -> None:
    body = "Your message could not be delivered.\n"
    bounce = read(plain(body), body)
    assert bounce is not None
    assert (bounce.kind, bounce.recipients) == ("failure", [])


def test_nobody_is_given_up_when_it_is_open_which_of_several_failed() -> None:
    body = "Your message could not be delivered: user unknown.\n\n----- Original message -----\n\n"
    body += RETURNED.replace("To: Ann", "To: Bob <bob@globex.test>, Ann")
    bounce = read(plain(body), body)
    assert bounce is not None
    assert [(one.address, one.permanent) for one in bounce.recipients] == [("bob@globex.test", False), (ANN, False)]
