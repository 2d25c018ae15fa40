"""What a person wrote now is told from what was written before."""

from __future__ import annotations

import pytest

from app.mail.replies import split_html, split_text
from tests.mail import introductions, phones

ANSWER = "Yes, it works.\nThank you for asking!"
OLDER = "Hello Kim,\n\ndoes the printer work again?\n\nAnn"


def marked(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


@pytest.mark.parametrize("gap", ["\n\n", "\n"], ids=["apart", "tight"])
@pytest.mark.parametrize(("name", "introduction"), introductions.read(introductions.MARKED))
def test_an_answer_above_a_marked_letter_is_the_reply(name: str, introduction: str, gap: str) -> None:
    parted = split_text(f"{ANSWER}{gap}{introduction}\n\n{marked(OLDER)}\n")
    assert parted.reply == ANSWER, name
    assert parted.quoted.splitlines()[0].strip() == introduction.splitlines()[0].strip()
    assert "> does the printer work again?" in parted.quoted


@pytest.mark.parametrize("gap", ["\n\n", "\n"], ids=["apart", "tight"])
@pytest.mark.parametrize(("name", "introduction"), introductions.read(introductions.BARE))
def test_an_answer_above_an_unmarked_letter_is_the_reply(name: str, introduction: str, gap: str) -> None:
    parted = split_text(f"{ANSWER}{gap}{introduction}\n\n{OLDER}\n")
    assert parted.reply == ANSWER, name
    assert "does the printer work again?" in parted.quoted
    assert "Thank you" not in parted.quoted


def test_windows_line_ends_change_nothing() -> None:
    text = f"{ANSWER}\n\nOn Mon, Nov 2, 2026 at 10:05 AM Ann <ann@acme.test> wrote:\n{marked(OLDER)}"
    assert split_text(text.replace("\n", "\r\n")) == split_text(text)


def test_an_answer_on_the_line_of_the_introduction_is_kept() -> None:
    parted = split_text(f"Works. On 2 Nov 2026, at 10:05, Ann <ann@acme.test> wrote:\n{marked(OLDER)}")
    assert parted.reply == "Works."


def test_answers_between_the_quotes_are_all_shown() -> None:
    text = (
        "Hello Ann,\n\nOn 2 Nov 2026, at 10:05, Ann Lee <ann@acme.test> wrote:\n\n> Does it print?\n\nYes.\n\n"
        "> In colour?\n\nOnly black.\n\n> Greetings,\n> Ann\n"
    )
    parted = split_text(text)
    for words in ("Hello Ann,", "> Does it print?", "Yes.", "> In colour?", "Only black."):
        assert words in parted.reply
    assert parted.quoted == "> Greetings,\n> Ann"


def test_answers_between_the_quotes_without_blank_lines_are_all_shown() -> None:
    parted = split_text("Am 02.11.26 um 10:05 schrieb Ann Lee:\n> Does it print?\nYes.\n> In colour?\nOnly black.\n")
    assert "Yes." in parted.reply
    assert "> In colour?" in parted.reply
    assert "Only black." in parted.reply


def test_an_answer_below_the_quote_is_the_reply() -> None:
    parted = split_text(f"On 2 Nov 2026, at 10:05, Ann Lee wrote:\n{marked(OLDER)}\n\n{ANSWER}\n")
    assert parted.reply == ANSWER
    assert parted.quoted.startswith("On 2 Nov 2026")


def test_words_above_and_below_the_quote_are_both_kept() -> None:
    parted = split_text(f"Hello,\n\nOn 2 Nov 2026, at 10:05, Ann Lee wrote:\n{marked(OLDER)}\n\n{ANSWER}\n")
    assert "Hello," in parted.reply
    assert ANSWER in parted.reply
    assert "printer" not in parted.reply


def test_quoted_lines_that_were_broken_by_a_gateway_stay_quoted() -> None:
    text = (
        f"{ANSWER}\n\nOn 2 Nov 2026, at 10:05, Ann Lee wrote:\n"
        "> The printer on the second floor prints only black pages since this Monday morn\ning.\n> Could you have a look?\n"
    )
    assert split_text(text).reply == ANSWER


def test_a_quote_that_nobody_introduced_is_hidden_at_the_end_only() -> None:
    assert split_text(f"{ANSWER}\n\n{marked(OLDER)}").reply == ANSWER
    between = f"{marked('When does it come?')}\n\nTomorrow."
    assert split_text(between).reply == between


def test_only_a_quote_is_shown_when_nobody_introduced_it() -> None:
    assert split_text("> only this").reply == "> only this"


def test_an_empty_answer_above_a_marked_letter_is_empty() -> None:
    parted = split_text(f"\n\nOn 2 Nov 2026, at 10:05, Ann Lee <ann@acme.test> wrote:\n{marked(OLDER)}", "Re: Printer")
    assert parted.reply == ""
    assert "printer" in parted.quoted


FORWARDS = {
    "gmail": "---------- Forwarded message ---------\nFrom: Ann Lee <ann@acme.test>\nDate: Mon, Nov 2, 2026 at 10:05 AM\n"
    "Subject: Printer\nTo: <kim@acme.test>\n\n\nThe printer is broken.",
    "apple": "Begin forwarded message:\n\n> From: Ann Lee <ann@acme.test>\n> Subject: Printer\n> Date: 2 November 2026 at 10:05\n"
    "> To: kim@acme.test\n>\n> The printer is broken.",
    "apple-de": "Anfang der weitergeleiteten Nachricht:\n\n> Von: Ann Lee <ann@acme.test>\n> Betreff: Drucker\n"
    "> Datum: 2. November 2026 um 10:05\n> An: kim@acme.test\n>\n> The printer is broken.",
    "thunderbird-fr": "-------- Message transféré --------\nSujet : Imprimante\nDate : Mon, 2 Nov 2026 10:05:00 +0100\n"
    "De : Ann Lee <ann@acme.test>\nPour : kim@acme.test\n\nThe printer is broken.",
    "gmail-es": "---------- Forwarded message ---------\nDe: Ann Lee <ann@acme.test>\nDate: lun, 2 nov 2026 a las 10:05\n"
    "Subject: Impresora\nTo: <kim@acme.test>\n\nThe printer is broken.",
    "gmail-zh": "---------- 转发的邮件 ---------\n发件人： Ann Lee <ann@acme.test>\n日期：2026年11月2日\n主题：打印机\n收件人：<kim@acme.test>\n\n"
    "The printer is broken.",
}


@pytest.mark.parametrize("name", FORWARDS)
def test_a_forwarded_letter_without_own_words_is_the_content(name: str) -> None:
    parted = split_text(FORWARDS[name], "Fwd: Printer")
    assert "The printer is broken." in parted.reply
    assert parted.quoted == ""


@pytest.mark.parametrize("name", FORWARDS)
def test_own_words_above_a_forwarded_letter_are_the_reply(name: str) -> None:
    parted = split_text(f"Please have a look.\n\n{FORWARDS[name]}")
    assert parted.reply == "Please have a look."
    assert "The printer is broken." in parted.quoted


def test_outlook_forwards_with_the_head_of_an_answer_are_known_by_the_subject() -> None:
    head = "From: Ann Lee <ann@acme.test>\nSent: Monday, November 2, 2026 10:05 AM\nTo: Kim\nSubject: Printer\n\nIt is broken."
    assert "It is broken." in split_text(head, "FW: Printer").reply
    assert split_text(head, "RE: Printer").reply == ""


@pytest.mark.parametrize("line", phones.FROM_PHONES)
def test_what_phones_add_is_signature(line: str) -> None:
    parted = split_text(
        f"{ANSWER}\n\n{line}\n\nOn Mon, Nov 2, 2026 at 10:05 AM Ann <ann@acme.test> wrote:\n{marked(OLDER)}"
    )
    assert (parted.reply, parted.signature) == (ANSWER, line)


@pytest.mark.parametrize("line", phones.FROM_PEOPLE)
def test_what_people_write_about_phones_is_reply(line: str) -> None:
    assert line in split_text(f"{ANSWER}\n\n{line}").reply


@pytest.mark.parametrize("delimiter", ["-- ", "--"])
def test_what_stands_under_two_hyphens_is_signature(delimiter: str) -> None:
    parted = split_text(f"{ANSWER}\n\n{delimiter}\nKim Larson\nAcme Inc.\n+49 30 1234567\n")
    assert parted.reply == ANSWER
    assert parted.signature.endswith("Kim Larson\nAcme Inc.\n+49 30 1234567")


def test_a_card_under_a_rule_is_signature_and_a_table_is_not() -> None:
    card = f"{ANSWER}\n\n____________________\nKim Larson\nTel. +49 30 1234567\nwww.acme.test"
    assert split_text(card).reply == ANSWER
    table = "The bill:\n\n--------------------\nPrinter      300.00 EUR\nPaper         10.00 EUR\n--------------------\n\nPlease pay it until Friday, dear friends."
    assert split_text(table).reply == table


def test_the_footer_of_a_mailing_list_below_the_quote_is_no_reply() -> None:
    text = (
        f"{ANSWER}\n\nOn 2 Nov 2026, at 10:05, Ann Lee wrote:\n{marked(OLDER)}\n\n"
        "_______________________________________________\nprinters mailing list\nprinters@lists.acme.test\nhttp://lists.acme.test/printers\n"
    )
    assert split_text(text).reply == ANSWER


NO_QUOTES = [
    "On Monday I wrote to you that the printer is broken:\nno answer since then.",
    "On the other hand, it prints.\nOn Friday it will be 3 weeks.",
    "From: Berlin\nTo: Paris\nWe need 3 printers there.",
    "My list:\n- On 2 November 2026 we ordered\n- Sent: nothing",
    "Subject: is missing in your form.\nCan you add it?",
    "He said: it works.",
    "We had a forwarded message yesterday and it was lost.",
    "The original message was: out of paper. What now?",
    "a | b\n--|--\n1 | 2",
    "Steps:\n1. Open http://acme.test/wrote\n2. Press print",
    "Kim -> Ann -> Gil\nis how it goes.",
    "if a > b and c\n> d is wrong here\nthen tell me",
    "Der Kollege schrieb uns am Montag, dass alles gut ist:\nstimmt das?",
    "Bonjour,\nM. Dupont a écrit que l'imprimante est en panne :\nest-ce vrai ?",
    "De: 10h\nA: 12h\nest-ce possible ?",
    "日付: 明日\n場所: 東京\nよろしくお願いします。",
]


@pytest.mark.parametrize("text", NO_QUOTES)
def test_when_unsure_everything_is_shown(text: str) -> None:
    parted = split_text(text)
    assert (parted.reply, parted.quoted) == (text, "")


OUTLOOK_HEAD = (
    "<p class=MsoNormal><b>From:</b> Ann Lee &lt;ann@acme.test&gt;<br><b>Sent:</b> Monday, November 2, 2026 10:05 AM<br>"
    "<b>To:</b> Kim<br><b>Subject:</b> Printer</p>"
)
PAGES = {
    "gmail": '<div dir="ltr">Yes, it works.</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, Nov 2, 2026 at 10:05 AM '
    'Ann &lt;<a href="mailto:ann@acme.test">ann@acme.test</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex;'
    'border-left:1px #ccc solid;padding-left:1ex">Does it print?</blockquote></div>',
    "gmail-unknown-language": '<div dir="ltr">Yes, it works.</div><div class="gmail_quote"><div class="gmail_attr">Ann-ek idatzi du:</div>'
    '<blockquote class="gmail_quote">Does it print?</blockquote></div>',
    "apple": '<html><head></head><body style="word-wrap: break-word;">Yes, it works.<br><div><br><blockquote type="cite"><div>On 2 Nov 2026, at 10:05, '
    'Ann &lt;ann@acme.test&gt; wrote:</div><br class="Apple-interchange-newline"><div>Does it print?</div></blockquote></div><br></body></html>',
    "iphone": '<html><body dir="auto">Yes, it works.<div dir="ltr"><br><blockquote type="cite">Am 02.11.2026 um 10:05 schrieb Ann &lt;ann@acme.test&gt;:'
    '<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">Does it print?</div></blockquote></body></html>',
    "thunderbird": '<html><body><p>Yes, it works.</p><div class="moz-cite-prefix">Am 02.11.26 um 10:05 schrieb Ann:<br></div>'
    '<blockquote type="cite" cite="mid:1@acme.test"><p>Does it print?</p></blockquote></body></html>',
    "outlook-desktop": '<html><body><div class=WordSection1><p class=MsoNormal>Yes, it works.</p><p class=MsoNormal>&nbsp;</p><div><div style="border:none;'
    f'border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">{OUTLOOK_HEAD}</div></div><p class=MsoNormal>Does it print?</p></div></body></html>',
    "outlook-unknown-language": '<html><body><div class=WordSection1><p class=MsoNormal>Yes, it works.</p><div><div style="border:none;'
    'border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p><b>Nork:</b> Ann</p></div></div><p class=MsoNormal>Does it print?</p></div></body></html>',
    "outlook-web": '<html><body><div class="elementToProof">Yes, it works.</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%">'
    '<div id="divRplyFwdMsg" dir="ltr"><font><b>Nork:</b> Ann<br><b>Noiz:</b> gaur</font></div><div>Does it print?</div></body></html>',
    "outlook-mobile": '<html><body><div dir="auto">Yes, it works.</div><div id="ms-outlook-mobile-signature">Get <a href="https://aka.ms/o0ukef">Outlook for '
    'iOS</a></div><div id="mail-editor-reference-message-container"><div>Does it print?</div></div></body></html>',
    "yahoo": '<div>Yes, it works.</div><div id="yahoo_quoted_123" class="yahoo_quoted"><div><div>On Monday, November 2, 2026, Ann wrote:</div>'
    "<div>Does it print?</div></div></div>",
    "gmx": '<html><body><div>Yes, it works.</div><div name="quote" style="margin:10px 5px 5px 10px; border-left:2px solid #C3D9E5;">'
    "<div><b>Gesendet:</b> Montag<br><b>Von:</b> Ann</div><div name=\"quoted-content\">Does it print?</div></div></body></html>",
    "protonmail": '<div>Yes, it works.</div><div class="protonmail_signature_block">Sent with Proton Mail</div><div class="protonmail_quote">On Monday, '
    'Ann wrote:<br><blockquote class="protonmail_quote" type="cite">Does it print?</blockquote></div>',
    "zoho": '<div>Yes, it works.</div><div class="zmail_extra"><div id="Zm-_Id_-Sgn1">---- On Mon, 02 Nov 2026 Ann wrote ----</div>'
    "<blockquote>Does it print?</blockquote></div>",
    "zimbra": '<div>Yes, it works.</div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>Nork: </b>Ann</div>'
    '<div data-marker="__QUOTED_TEXT__">Does it print?</div>',
    "mail-ru": '<HTML><BODY><div>Yes, it works.</div><blockquote style="border-left:1px solid #0857A6; margin:10px; padding:0 0 0 10px;">Понедельник, '
    "2 ноября 2026, 10:05 +03:00 от Ann &lt;ann@acme.test&gt;:<br><div>Does it print?</div></blockquote></BODY></HTML>",
    "yandex": "<div>Yes, it works.</div><div>02.11.2026, 10:05, \"Ann\" &lt;ann@acme.test&gt;:</div><blockquote><div>Does it print?</div></blockquote>",
    "qq": '<div>Yes, it works.</div><div style="font-size: 12px;">------------------&nbsp;原始邮件&nbsp;------------------</div><div><b>发件人:</b> Ann</div>'
    "<div>Does it print?</div>",
    "netease": '<div>Yes, it works.</div><br>在 2026-11-02 10:05:00，"Ann" &lt;ann@acme.test&gt; 写道：<br><blockquote id="isReplyContent">Does it print?</blockquote>',
    "lotus": '<font size=2 face="sans-serif">Yes, it works.</font><br><br><font size=1 color=#5f5f5f face="sans-serif">From:&nbsp; &nbsp;</font>'
    '<font size=1>Ann &lt;ann@acme.test&gt;</font><br><font size=1>To:&nbsp; </font>Kim<br><font>Date:&nbsp;</font>02.11.2026 10:05<br>'
    "<font>Subject:</font>&nbsp;Printer<br><hr>Does it print?",
    "spark": '<div name="messageBodySection">Yes, it works.</div><div name="messageReplySection">On 2 Nov 2026, 10:05 +0100, Ann, wrote:<br>'
    '<blockquote type="cite">Does it print?</blockquote></div>',
    "roundcube": '<p>Yes, it works.</p><p id="reply-intro">On 2026-11-02 10:05, Ann wrote:</p><blockquote type="cite"><p>Does it print?</p></blockquote>',
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_html_of_mail_programs_is_parted_by_their_own_marks(name: str) -> None:
    parted = split_html(PAGES[name])
    assert parted.reply == "Yes, it works."
    assert "Does it print?" in parted.quoted
    assert "Yes, it works." in parted.reply_html
    assert "Does it print?" not in parted.reply_html
    assert "Does it print?" in parted.quoted_html
    assert "Yes, it works." not in parted.quoted_html


def test_answers_between_the_quotes_are_shown_in_html_too() -> None:
    page = (
        '<div class="gmail_quote"><div class="gmail_attr">On Mon, Nov 2, 2026 at 10:05 AM Ann &lt;ann@acme.test&gt; wrote:</div>'
        '<blockquote class="gmail_quote">Does it print?</blockquote><div>Yes.</div><blockquote class="gmail_quote">In colour?'
        "</blockquote><div>No.</div></div>"
    )
    parted = split_html(page)
    assert "Yes." in parted.reply
    assert "No." in parted.reply
    assert "> In colour?" in parted.reply
    assert "No." in parted.reply_html


def test_indented_paragraphs_and_cited_sentences_are_no_older_letter() -> None:
    page = '<div>See:</div><blockquote style="margin:0 0 0 40px;border:none;padding:0px"><div>indented words</div></blockquote><div>Bye</div>'
    assert "indented words" in split_html(page).reply


def test_html_without_any_quote_is_all_reply() -> None:
    page = "<p>Hello</p><ul><li>one</li><li>two</li></ul>"
    parted = split_html(page)
    assert parted.reply == "Hello\n\n- one\n- two"
    assert parted.reply_html == page
    assert parted.quoted_html == ""
