"""What a person wrote now is told from what was written before."""

from __future__ import annotations

import time
from pathlib import Path

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
    assert parted.quoted.startswith("On 2 Nov 2026")
    assert parted.quoted.endswith("wrote:\n\n> Greetings,\n> Ann")


def test_answers_that_are_announced_within_an_unmarked_letter_are_shown() -> None:
    head = "From: Ann Lee <ann@acme.test>\nSent: Monday, November 2, 2026 10:05 AM\nTo: Kim\nSubject: Printer"
    text = f"Hello Ann,\nmy answers are in red below.\n\n{head}\n\nDoes it print?\nYes!"
    assert "Yes!" in split_text(text).reply


def test_a_line_above_plain_words_is_no_head_of_an_older_letter() -> None:
    page = '<p>Hello</p><div style="border:none;border-top:solid #E1E1E1 1.0pt">Kim Larson, Acme</div><p>More words</p>'
    assert "More words" in split_html(page).reply


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
    "gmail-zh": "---------- 转发的邮件 ---------\n发件人： Ann Lee <ann@acme.test>\n日期：2026年11月2日\n主题：打印机\n"
    "收件人：<kim@acme.test>\n\n"
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
    table = (
        "The bill:\n\n--------------------\nPrinter      300.00 EUR\nPaper         10.00 EUR\n--------------------\n\n"
        "Please pay it until Friday, dear friends."
    )
    assert split_text(table).reply == table


def test_the_footer_of_a_mailing_list_below_the_quote_is_no_reply() -> None:
    text = (
        f"{ANSWER}\n\nOn 2 Nov 2026, at 10:05, Ann Lee wrote:\n{marked(OLDER)}\n\n"
        "_______________________________________________\nprinters mailing list\nprinters@lists.acme.test\nhttp://lists.acme.test/printers\n"
    )
    assert split_text(text).reply == ANSWER


NO_QUOTES = [
    "On 3 May 2020 the customer wrote:\nplease give me my money back.",
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


PAGES = {path.stem: path.read_text("utf-8") for path in sorted((Path(__file__).parent / "pages").glob("*.html"))}


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
    page = '<div>See:</div><blockquote style="margin:0 0 0 40px;border:none"><div>indented words</div></blockquote>Bye'
    assert "indented words" in split_html(page).reply


def test_html_without_any_quote_is_all_reply() -> None:
    page = "<p>Hello</p><ul><li>one</li><li>two</li></ul>"
    parted = split_html(page)
    assert parted.reply == "Hello\n\n- one\n- two"
    assert parted.reply_html == page
    assert parted.quoted_html == ""


def test_a_letter_of_a_million_lines_is_all_reply_and_takes_no_minutes() -> None:
    began = time.perf_counter()
    assert split_text("> a\n" * 1_000_000).quoted == ""
    letter = split_html("<p>" + "a<br>" * 700_000)
    assert letter.reply_html
    assert not letter.quoted
    assert time.perf_counter() - began < 300


def test_marks_and_controls_of_the_sender_do_not_hinder_cutting() -> None:
    page = '<div data-cut="0 7">Yes,&#1; it\x02 works.\x0b</div>\x03<br>\x04'
    page += '<div id="appendonsend" data-cut="1"></div>\x05<p>Does it\x01 print?</p>'
    parted = split_html(page)
    assert "Does it" not in parted.reply_html
    assert "data-cut" not in parted.reply_html + parted.quoted_html


def test_html_that_is_all_quoted_leaves_an_empty_reply() -> None:
    page = '<div class="gmail_quote"><div>On Mon, Nov 2, 2026 at 10:05 AM Ann &lt;ann@acme.test&gt; wrote:</div>'
    page += "<blockquote>x</blockquote></div>"
    assert split_html(page, "Re: Printer").reply_html.replace("<div></div>", "") in (
        "",
        '<div class="gmail_quote"></div>',
    )
