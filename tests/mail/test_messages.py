"""Any bytes become a message, and what was broken is said."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.messages import Address, Message, parse
from app.mail.parsing import addresses, charsets, headers, parameters, rtf

HEAD = (
    b"From: Kim <kim@acme.test>\r\nTo: support@acme.localhost\r\nSubject: Printer\r\nMessage-ID: <1@acme.test>\r\n"
    b"Date: Mon, 2 Nov 2026 10:05:00 +0100\r\n"
)


def letter(body: bytes, *more: bytes) -> Message:
    return parse(HEAD + b"".join(line + b"\r\n" for line in more) + b"\r\n" + body)


def mixed(*parts: bytes, kind: bytes = b"mixed") -> Message:
    body = b"".join(b"--b1\r\n" + part + b"\r\n" for part in parts) + b"--b1--\r\n"
    return letter(body, b"MIME-Version: 1.0", b"Content-Type: multipart/" + kind + b'; boundary="b1"')


TEXT = b"Content-Type: text/plain; charset=utf-8\r\n\r\nThe printer is broken."
HTML = b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>The printer is <b>broken</b>.</p>"


def test_a_plain_letter_is_read_without_complaint() -> None:
    message = letter(b"The printer is broken.\r\n", b"In-Reply-To: <0@acme.test>", b"References: <a@x>\r\n <b@y>,<c@z>")
    assert message.subject == "Printer"
    assert message.sender == Address("Kim", "kim@acme.test")
    assert message.to == (Address("", "support@acme.localhost"),)
    assert message.date == datetime(2026, 11, 2, 9, 5, tzinfo=UTC)
    assert (message.message_id, message.in_reply_to) == ("<1@acme.test>", "<0@acme.test>")
    assert message.references == ("<a@x>", "<b@y>", "<c@z>")
    assert message.text.strip() == "The printer is broken."
    assert message.defects == ()


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"=?utf-8?B?R3LDvMOfZQ==?=", "Grüße"),
        (b"=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"=?UTF-8*de?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"Re: =?iso-8859-1?Q?Gr=FC=DFe?= from us", "Re: Grüße from us"),
        (b"=?utf-8?Q?Gr=C3?= =?utf-8?Q?=BC=C3=9Fe?=", "Grüße"),  # a character cut in half
        (b"=?utf-8?Q?one_?=\r\n =?utf-8?Q?two?=", "one two"),
        (b"=?utf-8?B?R3LDvMOfZQ?=", "Grüße"),  # no padding
        (b"=?utf-8?Q?Gr=C3=BC=C3=9Fe to all?=", "Grüße to all"),  # blanks inside
        (b"=?gb2312?B?tPLTobv6?=", "打印机"),
        (b"=?gb2312?B?lfxoQQ==?=", charsets.decode(base64.b64decode(b"lfxoQQ=="), "gb18030")[0]),  # beyond GB 2312
        (b"=?iso-2022-jp?B?GyRCJVclaiVzJT8bKEI=?=", "プリンタ"),
        (b"=?koi8-r?Q?=F0=D2=C9=CE=D4=C5=D2?=", "Принтер"),
        (b"=?windows-1252?Q?=93quoted=94?=", "“quoted”"),
        (b"=?iso-8859-1?Q?=93quoted=94?=", "“quoted”"),
        (b"=?x-unknown?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"=?unknown-8bit?B?R3LDvMOfZQ==?=", "Grüße"),
        (b"=?utf-7?Q?Gr+APwA3w-e?=", "Grüße"),
        ("Grüße".encode(), "Grüße"),
        ("Grüße".encode("latin-1"), "Grüße"),
        ("Принтер сломался".encode("koi8-r"), "Принтер сломался"),
        ("打印机坏了，请帮忙".encode("gb18030"), "打印机坏了，请帮忙"),
        ("プリンターが壊れました".encode("shift_jis"), "プリンターが壊れました"),
        (b"=?broken", "=?broken"),
        (b"a\tb\x00c", "a bc"),
    ],
)
def test_subjects_are_read_however_they_are_encoded(raw: bytes, expected: str) -> None:
    assert parse(b"From: k@a.test\r\nSubject: " + raw + b"\r\n\r\nx").subject == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("kim@acme.test", [("", "kim@acme.test")]),
        ("<kim@acme.test>", [("", "kim@acme.test")]),
        ("Kim Larson <kim@acme.test>", [("Kim Larson", "kim@acme.test")]),
        ('"Larson, Kim" <kim@acme.test>, ann@acme.test', [("Larson, Kim", "kim@acme.test"), ("", "ann@acme.test")]),
        ("Larson, Kim <kim@acme.test>", [("Larson, Kim", "kim@acme.test")]),
        ("kim@acme.test (Kim Larson)", [("Kim Larson", "kim@acme.test")]),
        ('"Kim \\"K\\" Larson" <kim@acme.test>', [('Kim "K" Larson', "kim@acme.test")]),
        ("'Kim' <kim@acme.test>", [("Kim", "kim@acme.test")]),
        ("Kim <kim@acme.test", [("Kim", "kim@acme.test")]),
        ("kim@acme.test <kim@acme.test>", [("", "kim@acme.test")]),
        ("kim@acme.test; ann@acme.test", [("", "kim@acme.test"), ("", "ann@acme.test")]),
        (
            "Team: Kim <kim@acme.test>, ann@acme.test;, gil@globex.test",
            [("Kim", "kim@acme.test"), ("", "ann@acme.test"), ("", "gil@globex.test")],
        ),
        ("undisclosed-recipients:;", []),
        ("=?utf-8?Q?J=C3=B6rg=2C_M=C3=BCller?= <jm@acme.test>", [("Jörg, Müller", "jm@acme.test")]),
        ('"=?utf-8?Q?J=C3=B6rg?=" <jm@acme.test>', [("Jörg", "jm@acme.test")]),
        ("=?utf-8?Q?J=C3=B6rg_=3Cjm=40acme=2Etest=3E?=", [("Jörg", "jm@acme.test")]),
        ("<@relay.test:kim@acme.test>", [("", "kim@acme.test")]),
        ("mailto:kim@acme.test", [("", "kim@acme.test")]),
        ("kim @ acme.test <mailto:kim@acme.test>", [("kim @ acme.test", "kim@acme.test")]),
        ("ann@acme.test kim@acme.test", [("", "ann@acme.test"), ("", "kim@acme.test")]),
        ("Nobody", [("Nobody", "")]),
        ("", []),
    ],
)
def test_addresses_are_read_however_they_are_written(value: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.name, one.address) for one in addresses.read(value)] == expected


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ('attachment; filename="plan.pdf"', "plan.pdf"),
        ("attachment; filename=plan.pdf", "plan.pdf"),
        ("attachment; filename=the plan.pdf", "the plan.pdf"),
        ("attachment; filename*=utf-8''Gr%C3%BC%C3%9Fe.pdf", "Grüße.pdf"),
        ("attachment; filename*=iso-8859-1'de'Gr%FC%DFe.pdf", "Grüße.pdf"),
        ("attachment; filename*0*=utf-8''Gr%C3%BC; filename*1*=%C3%9Fe; filename*2=.pdf", "Grüße.pdf"),
        ("attachment; filename*1=b.pdf; filename*0=a", "ab.pdf"),
        ('attachment; filename="=?utf-8?Q?Gr=C3=BC=C3=9Fe.pdf?="', "Grüße.pdf"),
        ("attachment; filename=\"fallback.pdf\"; filename*=utf-8''real.pdf", "real.pdf"),
        ('attachment; filename="the "final" plan.pdf"', 'the "final" plan.pdf'),
        ('attachment (comment); filename="a.pdf"', "a.pdf"),
    ],
)
def test_file_names_are_read_by_rfc_2231_and_otherwise(value: str, name: str) -> None:
    assert parameters.read(value)[1]["filename"] == name


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        (b"../../etc/passwd", "passwd"),
        (b"C:\\\\Windows\\\\evil.exe", "evil.exe"),
        ("invoice\u202efdp.exe".encode(), "invoicefdp.exe"),
        (b"..", "attachment-1.pdf"),
        (b"a:b|c?.pdf", "a_b_c_.pdf"),
        (b"con.pdf", "_con.pdf"),
        (b"a" * 400 + b".pdf", "a" * 176 + ".pdf"),
    ],
)
def test_file_names_are_made_safe(given: bytes, safe: str) -> None:
    part = b'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="' + given + b'"\r\n\r\n%PDF'
    message = mixed(TEXT, part)
    assert [file.name for file in message.attachments] == [safe]
    assert any("file name" in defect for defect in message.defects)


def test_alternatives_give_one_text_and_one_html() -> None:
    message = mixed(TEXT, HTML, kind=b"alternative")
    assert message.text == "The printer is broken."
    assert message.html == "<p>The printer is <b>broken</b>.</p>"
    assert not message.html_only


def test_a_letter_in_html_only_has_text_all_the_same() -> None:
    message = letter(
        b"<html><body><p>The printer<br>is broken.</p><ul><li>one<li>two</ul></body></html>", b"Content-Type: text/html"
    )
    assert message.html_only
    assert message.text == "The printer\nis broken.\n\n- one\n- two"


def test_a_text_that_only_points_at_the_html_says_nothing() -> None:
    message = mixed(
        b"Content-Type: text/plain\r\n\r\nThis is a multi-part message in MIME format.", HTML, kind=b"alternative"
    )
    assert message.text == "The printer is broken."


def test_an_inline_picture_and_a_file_are_told_apart() -> None:
    picture = b"Content-Type: image/png; name=p.png\r\nContent-ID: <p1>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo="
    related = (
        b'Content-Type: multipart/related; boundary=b2\r\n\r\n--b2\r\nContent-Type: text/html\r\n\r\n<img src="cid:p1">\r\n--b2\r\n'
        + picture
        + b"\r\n--b2--"
    )
    message = mixed(
        related, b"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\n%PDF"
    )
    first, second = message.attachments
    assert (first.name, first.inline, first.content_id, first.content) == ("p.png", True, "p1", b"\x89PNG\r\n\x1a\n")
    assert (second.name, second.inline, second.size, second.sha256) == (
        "a.pdf",
        False,
        4,
        hashlib.sha256(b"%PDF").hexdigest(),
    )


def test_a_forwarded_letter_is_a_file_and_is_not_opened() -> None:
    inner = (
        b"Content-Type: message/rfc822\r\n\r\nFrom: ann@acme.test\r\nSubject: Old story\r\n"
        b"Content-Type: multipart/mixed; boundary=b1\r\n\r\nold"
    )
    message = mixed(TEXT, inner)
    assert message.text == "The printer is broken."
    assert [(file.name, file.type) for file in message.attachments] == [("Old story.eml", "message/rfc822")]


def test_an_invitation_is_a_calendar_and_a_file() -> None:
    part = b"Content-Type: text/calendar; method=REQUEST; charset=utf-8\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR"
    message = mixed(TEXT, HTML, part, kind=b"alternative")
    assert [calendar.method for calendar in message.calendars] == ["REQUEST"]
    assert [file.type for file in message.attachments] == ["text/calendar"]
    assert message.text == "The printer is broken."


def test_text_behind_a_file_still_belongs_to_the_letter() -> None:
    message = mixed(
        TEXT,
        b"Content-Type: application/pdf; name=a.pdf\r\n\r\n%PDF",
        b"Content-Type: text/plain\r\n\r\nGreetings, Kim",
    )
    assert message.text == "The printer is broken.\n\nGreetings, Kim"


def test_a_text_file_is_a_file() -> None:
    message = mixed(
        TEXT, b"Content-Type: text/plain; name=log.txt\r\nContent-Disposition: attachment; filename=log.txt\r\n\r\nlog"
    )
    assert message.text == "The printer is broken."
    assert [file.name for file in message.attachments] == ["log.txt"]


def test_flowed_lines_flow_together() -> None:
    message = letter(
        b"The printer is \r\nbroken since \r\nMonday.\r\n\r\n> old \r\n> words\r\n-- \r\nKim\r\n",
        b"Content-Type: text/plain; format=flowed",
    )
    assert message.text == "The printer is broken since Monday.\n\n> old words\n-- \nKim"


def test_a_uuencoded_file_in_the_text_is_taken_out() -> None:
    message = letter(b"See:\r\n\r\nbegin 644 note.txt\r\n%2&5L;&\\\r\n`\r\nend\r\n\r\nBye\r\n")
    assert [(file.name, file.content) for file in message.attachments] == [("note.txt", b"Hello")]
    assert "begin" not in message.text
    assert "Bye" in message.text


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"SGVsbG8=", b"Hello"),
        (b"SGVs\r\n bG8", b"Hello"),
        (b"SGVs*bG8=", b"Hello"),
        (b"SGVs\r\nbG8=\r\n-- \r\nFooter of a list that is plain text", b"Hello"),
        (b"SGVsbG8=\r\nSGVsbG8=", b"HelloHello"),
        (b"SGVsbG8gV29ybGQhA", b"Hello World!"),
    ],
)
def test_damaged_base64_gives_what_is_left(body: bytes, expected: bytes) -> None:
    part = b"Content-Type: application/x-data; name=a.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n" + body
    assert mixed(TEXT, part).attachments[0].content.startswith(expected)


def test_plain_text_that_says_base64_is_kept() -> None:
    message = letter(b"The printer is broken, please help us.\r\n", b"Content-Transfer-Encoding: base64")
    assert "The printer is broken" in message.text
    assert any("base64" in defect for defect in message.defects)


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        (b"gb2312", "gb18030", "打印机坏了，喆"),
        (b"iso-8859-1", "cp1252", "“Größe” – 5 €"),
        (b"iso-2022-jp", "iso2022_jp", "プリンターが壊れました"),
        (b"big5-hkscs", "big5hkscs", "打印機壞咗"),
        (b"big5", "cp950", "印表機壞了"),
        (b"ks_c_5601-1987", "cp949", "프린터가 똠방각하"),
        (b"koi8-r", "koi8-r", "Принтер сломался"),
        (b"utf-7", "utf-7", "Grüße"),
        (b"shift_jis", "cp932", "プリンター①"),
        (b"utf-16", "utf-16", "Grüße"),
        (b"x-unknown", "utf-8", "Grüße"),
        (b"unknown-8bit", "cp1251", "Принтер сломался вчера"),
        (b"us-ascii", "utf-8", "Grüße"),
        (b"utf-8", "cp1252", "Größe"),
        (b"ISO-8859-8-I", "cp1255", "המדפסת מקולקלת"),
        (b"windows-874", "cp874", "เครื่องพิมพ์เสีย"),
        (b'"utf-8"', "utf-8", "Grüße"),
    ],
)
def test_text_is_read_whatever_its_label_says(label: bytes, codec: str, text: str) -> None:
    message = letter(
        text.encode(codec), b"Content-Type: text/plain; charset=" + label, b"Content-Transfer-Encoding: 8bit"
    )
    assert message.text == text


def test_japanese_mail_with_characters_of_vendors_is_read() -> None:
    rows = b"\x1b$B-!-j\x1b(B"  # row 13: a circled one and a sign for a company, in no standard table
    assert letter(rows, b"Content-Type: text/plain; charset=iso-2022-jp").text == "①㈱"


def test_a_multipart_without_its_boundary_is_opened_by_what_stands_there() -> None:
    body = b"--real\r\nContent-Type: text/plain\r\n\r\nThe printer is broken.\r\n--real--\r\n"
    message = letter(body, b"Content-Type: multipart/mixed; boundary=other")
    assert message.text == "The printer is broken."
    assert any("boundary" in defect for defect in message.defects)


def test_a_multipart_without_any_part_is_text() -> None:
    message = letter(b"The printer is broken.", b"Content-Type: multipart/mixed; boundary=b1")
    assert message.text == "The printer is broken."


def test_a_multipart_that_is_cut_off_keeps_what_came() -> None:
    message = letter(b"--b1\r\n" + TEXT, b"Content-Type: multipart/mixed; boundary=b1")
    assert message.text == "The printer is broken."
    assert any("closing boundary" in defect for defect in message.defects)


def test_an_inner_multipart_with_the_boundary_of_the_outer_is_read() -> None:
    message = mixed(b"Content-Type: multipart/alternative; boundary=b1\r\n\r\n--b1\r\n" + TEXT + b"\r\n--b1--")
    assert message.text == "The printer is broken."


@pytest.mark.parametrize(
    "raw", [b"", b"\r\n", b"\0\0\0", b"no header at all", b":", b"\xff\xfe", b"--", b"Subject", b"\n\n\n\n"]
)
def test_nearly_nothing_is_a_message_with_defects(raw: bytes) -> None:
    assert parse(raw).defects


def test_lone_carriage_returns_end_lines() -> None:
    assert parse(b"From: kim@acme.test\rSubject: Printer\r\rbroken").subject == "Printer"


def test_a_header_folded_without_a_blank_is_joined() -> None:
    message = parse(b"From: kim@acme.test\r\nX-Long: one\r\ntwo without blank\r\nSubject: Printer\r\n\r\nbroken")
    assert (message.subject, message.text) == ("Printer", "broken")


def test_the_mailbox_line_and_empty_lines_before_the_headers_are_skipped() -> None:
    assert (
        parse(
            b"\r\nFrom kim@acme.test Mon Nov  2 10:05:00 2026\r\nFrom: kim@acme.test\r\nSubject: Printer\r\n\r\nx"
        ).subject
        == "Printer"
    )


def test_nul_and_lone_surrogates_leave_no_trace() -> None:
    message = letter(b"a\x00b", b"Content-Type: text/plain; charset=utf-8", b"X-Odd: \x00\xed\xa0\x80")
    assert message.text == "ab"
    message = letter(b"a+2AA-b", b"Content-Type: text/plain; charset=utf-7")
    message.text.encode("utf-8")


def test_references_that_were_broken_inside_an_id_are_closed() -> None:
    message = letter(b"x", b"References: <one@\r\n two.test> <three@four.test><five@six.test>")
    assert message.references == ("<one@two.test>", "<three@four.test>", "<five@six.test>")


def test_words_in_in_reply_to_are_no_ids() -> None:
    message = letter(b"x", b'In-Reply-To: Your message of "Mon, 2 Nov 2026" <0@acme.test>')
    assert message.in_reply_to == "<0@acme.test>"


def test_without_a_from_the_nearest_header_is_used() -> None:
    message = parse(b"Return-Path: <kim@acme.test>\r\nSubject: x\r\n\r\nx")
    assert message.sender == Address("", "kim@acme.test")
    assert any("From" in defect for defect in message.defects)


@pytest.mark.parametrize(
    "date",
    [
        b"Mon, 2 Nov 2026 10:05:00 +0100",
        b"2 Nov 2026 09:05 GMT",
        b"Mon, 02 Nov 26 10:05:00 +0100 (CET)",
        b"2026-11-02T10:05:00+01:00",
        b"Mon, 2 Nov 2026 10.05.00 +0100",
    ],
)
def test_dates_are_read_as_utc(date: bytes) -> None:
    assert parse(b"Date: " + date + b"\r\n\r\n").date == datetime(2026, 11, 2, 9, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "date", [b"yesterday", b"Mon, 99 Foo 2026", b"Mon, 2 Nov 99999999 10:05:00 +0100", b"0 0 0 0:0:0 +99999999"]
)
def test_dates_that_nobody_can_read_are_none(date: bytes) -> None:
    message = parse(b"Date: " + date + b"\r\n\r\n")
    assert message.date is None
    assert any("date" in defect.lower() for defect in message.defects)


def test_encoded_words_that_never_end_cost_nothing() -> None:
    headers.decode_words("=?utf-8?q?" * 20_000)
    headers.decode_words("=?" * 100_000)


def test_an_outlook_winmail_file_is_opened() -> None:
    message = mixed(
        TEXT,
        b"Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.b64encode(tnef()),
    )
    assert [(file.name, file.content) for file in message.attachments] == [("plan.txt", b"the plan")]


def test_a_damaged_winmail_file_is_kept_closed() -> None:
    broken = base64.b64encode(tnef()[:40])
    message = mixed(
        TEXT,
        b"Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n" + broken,
    )
    assert [file.name for file in message.attachments] == ["winmail.dat"]


def tnef() -> bytes:
    """A stream with one file (MS-OXTNEF, 2.1.3): level, attribute, length, data, checksum."""

    def attribute(level: int, number: int, data: bytes) -> bytes:
        return (
            bytes([level])
            + number.to_bytes(4, "little")
            + len(data).to_bytes(4, "little")
            + data
            + (sum(data) & 0xFFFF).to_bytes(2, "little")
        )

    start = (0x223E9F78).to_bytes(4, "little") + b"\x01\x00"
    version = attribute(1, 0x00089006, (0x00010000).to_bytes(4, "little"))
    page = attribute(1, 0x00069007, (1252).to_bytes(4, "little") + bytes(4))
    return (
        start
        + version
        + page
        + attribute(2, 0x00069002, bytes(14))
        + attribute(2, 0x00018010, b"plan.txt\0")
        + attribute(2, 0x0006800F, b"the plan")
    )


def test_the_compressed_rich_text_of_the_specification_is_read() -> None:
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert rtf.decompress(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert rtf.read(rtf.decompress(packed)) == ("hello world", "")


def test_html_inside_rich_text_is_taken_out() -> None:
    page = (
        rb"{\rtf1\ansi\ansicpg1252\fromhtml1 {\fonttbl{\f0 Arial;}}{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Gr\'fc\u223\'3fe "
        rb"\{Kim\}\htmlrtf\par}\htmlrtf0{\*\htmltag72 </p>}}"
    )
    assert rtf.read(page) == ("", "<p>Grüße {Kim}</p>")


@given(st.binary(max_size=300))
def test_any_rich_text_is_read(data: bytes) -> None:
    rtf.read(b"{\\rtf1" + data)
    rtf.decompress(b"\0\0\0\0\xff\xff\0\0LZFu\0\0\0\0" + data)


def test_a_letter_inside_its_own_signature_is_read() -> None:
    def wrap(tag: int, *values: bytes) -> bytes:
        data = b"".join(values)
        size = len(data).to_bytes(2, "big")
        return bytes([tag, 0x82]) + size + data

    signed_data, plain_data = bytes.fromhex("06092a864886f70d010702"), bytes.fromhex("06092a864886f70d010701")
    inner = wrap(0x30, plain_data, wrap(0xA0, wrap(0x24, wrap(0x04, TEXT[:30]), wrap(0x04, TEXT[30:]))))
    opaque = wrap(0x30, signed_data, wrap(0xA0, wrap(0x30, b"\x02\x01\x01", wrap(0x31), inner)))
    kind = b"Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m"
    message = letter(base64.b64encode(opaque), kind, b"Content-Transfer-Encoding: base64")
    assert message.text == "The printer is broken."
    assert message.attachments == ()


def test_an_encrypted_letter_says_so() -> None:
    message = letter(b"AAAA", b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m")
    assert any("encrypted" in defect for defect in message.defects)
    assert [file.name for file in message.attachments] == ["smime.p7m"]
