"""A report is taken apart: what its writer says, what machines say in it, and the letter that came back."""

from __future__ import annotations

import base64
import binascii
import html
import quopri
import re
from collections.abc import Iterator
from email.message import Message

import msgspec

from app.mail.parsing import charsets
from app.mail.parsing.headers import decode_words

MOST_PARTS = 400
DEEPEST = 12
LONGEST_TEXT = 256 * 1024
LONGEST_LINE = 2_000
LONGEST_HEADER = 64 * 1024
_LONG = frozenset({"x-failed-recipients"})
_TAG = re.compile(r"<(?:[A-Za-z/!])[^<>]*>")
_BREAK = re.compile(r"(?i)<(?:br|/p|/div|/tr|/td|/th|/li|/h\d|/table|/pre|hr)\b[^<>]*>")
_UNSEEN = re.compile(r"(?is)<(style|script|head|title)\b.*?</\1\s*>")
_CHARSET = re.compile(r"(?i)\bcharset\s*=\s*\"?([\w.:+-]+)")


class Letter(msgspec.Struct):
    """`headers` by lower-case name, decoded; texts in the order of the mail with "\\n" line ends."""

    headers: dict[str, list[str]]
    kind: str
    prose: str
    status: str
    feedback: str
    original: str
    nested: list[Message]
    reports: bool
    encloses: bool

    def header(self, name: str) -> str:
        """The first value of a header, "" when there is none."""
        values = self.headers.get(name)
        return values[0] if values else ""


def open_letter(message: Message, text: str) -> Letter:
    """Takes a report apart; `text` is its readable text as the mail parser sees it, used where no part reads better.

    Never raises; reads at most MOST_PARTS parts and LONGEST_TEXT characters of each.
    """
    letter = Letter(_headers(message), _kind(message), "", "", "", "", [], False, False)
    plain: list[str] = []
    marked: list[str] = []
    for part, kind in _parts(message):
        if kind == "message/delivery-status" or kind == "message/global-delivery-status":
            letter.status += _block_text(part) + "\n\n"
            letter.reports = True
        elif kind == "message/feedback-report":
            letter.feedback += _block_text(part) + "\n"
        elif kind in ("message/rfc822", "message/global"):
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message):
                letter.nested.append(inner[0])
                letter.original += _head_text(inner[0]) + "\n\n"
            else:
                letter.original += _text(part) + "\n\n"
        elif kind in ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers"):
            letter.original += _text(part) + "\n\n"
        elif kind == "text/html":
            marked.append(_plain(_text(part)))
        elif kind.startswith(("text/", "multipart/", "message/")) or not kind:
            body = _text(part)
            if plain and _only_headers(body):
                letter.original += body + "\n\n"
            else:
                plain.append(body)
    letter.encloses = bool(letter.original)
    letter.prose = "\n".join(plain)
    if len(letter.prose.split()) < 8 and marked:
        letter.prose += "\n" + "\n".join(marked)
    if not letter.prose.strip():
        letter.prose = _lines(text)
    return letter


def _parts(message: Message) -> Iterator[tuple[Message, str]]:
    """The leaves of a mail with their types; attached letters are leaves."""
    stack: list[tuple[Message, int]] = [(message, 0)]
    count = 0
    while stack and count < MOST_PARTS:
        part, depth = stack.pop()
        count += 1
        kind = _kind(part)
        payload = part.get_payload()
        if isinstance(payload, list) and not kind.startswith("message/"):
            if isinstance(part.preamble, str) and depth == 0 and not payload:
                yield part, "text/plain"
            if depth < DEEPEST:
                stack.extend((inner, depth + 1) for inner in reversed(payload) if isinstance(inner, Message))
        else:
            yield part, kind


def _kind(part: Message) -> str:
    try:
        return part.get_content_type()
    except Exception:  # header objects of modern policies raise whatever a broken header makes them raise
        return "text/plain"


def _headers(message: Message) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in list(message.raw_items())[:1_000]:
        length = LONGEST_HEADER if name.lower() in _LONG else LONGEST_LINE
        found.setdefault(name.lower(), []).append(decode_words(unfold(_clean(str(value)[:length])))[0])
    return found


def unfold(value: str) -> str:
    """A header value on one line."""
    return " ".join(value.split())


def _head_text(message: Message) -> str:
    """The header lines of an attached letter as text."""
    lines = [f"{name}: {unfold(_clean(str(value)))}" for name, value in list(message.raw_items())[:1_000]]
    return "\n".join(lines)


def _block_text(part: Message) -> str:
    """The text of a part of field groups, which the parser of the standard library opens as little messages."""
    payload = part.get_payload()
    if not isinstance(payload, list):
        return _text(part)
    groups = []
    for inner in payload[: MOST_PARTS * 10]:
        if isinstance(inner, Message):
            rest = inner.get_payload()
            groups.append(_head_text(inner) + ("\n" + _clean(rest) if isinstance(rest, str) else ""))
    text = "\n\n".join(groups)
    coding = str(part.get("content-transfer-encoding", "")).strip().lower()
    return _lines(_decoded(text, coding) if coding in ("base64", "quoted-printable") else text)


def _decoded(text: str, coding: str) -> str:
    data = text.encode("utf-8", "surrogateescape")
    try:
        raw = quopri.decodestring(data) if coding == "quoted-printable" else base64.b64decode(data)
    except (binascii.Error, ValueError):
        return text
    return charsets.decode(raw, "utf-8")[0]


def _text(part: Message) -> str:
    payload = part.get_payload()
    if isinstance(payload, list):
        return _lines("\n".join(_head_text(inner) for inner in payload[:5] if isinstance(inner, Message)))
    try:
        data = part.get_payload(decode=True)
    except Exception:  # a transfer encoding that is none
        data = None
    if not isinstance(data, bytes):
        return _lines(_clean(str(payload or ""))[:LONGEST_TEXT])
    label = _CHARSET.search(str(part.get("content-type", "")))
    return _lines(charsets.decode(data[:LONGEST_TEXT], label.group(1) if label else None)[0])


def _clean(text: str) -> str:
    """Text without the escapes that the standard library puts in place of 8-bit bytes."""
    if text.isascii():
        return text
    try:
        return charsets.decode(text.encode("ascii", "surrogateescape"), "utf-8")[0]
    except UnicodeEncodeError:
        return charsets.clean(text)


def _lines(text: str) -> str:
    text = charsets.clean(text[:LONGEST_TEXT]).replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    return "\n".join(line[:LONGEST_LINE].rstrip() for line in text.split("\n"))


def _plain(marked: str) -> str:
    """The words of an HTML text, one line a block."""
    words = _TAG.sub("", _BREAK.sub("\n", _UNSEEN.sub(" ", re.sub(r"(?s)<!--.*?-->", " ", marked))))
    return _lines(re.sub(r"\n\s*\n+", "\n\n", html.unescape(words)))


def _only_headers(body: str) -> bool:
    """A text part that holds the header of the returned letter (x-mailheaders.txt and the like)."""
    head = body.lstrip()[:4_000]
    names = re.findall(
        r"(?m)^(Received|Message-ID|From|To|Subject|Date|Return-Path|MIME-Version):", head, re.IGNORECASE
    )
    return len({name.lower() for name in names}) >= 3 and bool(re.match(r"[\w-]+:|\s", body[:1] or " "))
