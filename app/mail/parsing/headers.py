"""The lines above the letter are taken apart, however they were folded, repeated or encoded (RFC 5322, RFC 2047)."""

from __future__ import annotations

import binascii
import re

import msgspec

from app.mail.parsing import charsets

MOST_HEADERS = 2_000
LONGEST_VALUE = 256 * 1024
_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:")
_KNOWN = re.compile(
    rb"(?i)(from|to|cc|subject|date|message-id|received|content-[a-z-]+|mime-version|return-path|reply-to|sender|x-[\w-]+"
    rb"|in-reply-to|references|importance|precedence|auto-submitted|list-[\w-]+|dkim-signature|delivered-to)[ \t]*:"
)
# A payload stops at the next word's start: broken words cost no more than their own length.
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?((?:(?!=\?[^?\s]{1,60}\?[bBqQ]\?)[^\r\n])*?)\?=")
_BETWEEN = re.compile(r"(?<=\?=)[ \t\r\n]+(?==\?[^?\s]+\?[bBqQ]\?)")


class Header(msgspec.Struct, frozen=True):
    """One line as it came: the name as written, the value unfolded but not decoded, 8-bit characters read."""

    name: str
    value: str


class Block(msgspec.Struct, frozen=True):
    """The header lines of a message or part, and where its body starts."""

    fields: list[tuple[bytes, bytes]]
    body: int
    defects: list[str]


def split(raw: bytes, start: int, end: int, is_delimiter: frozenset[bytes] | None = None) -> Block:
    """The fields from `start` up to the first empty line before `end`, names and unfolded values as bytes.

    A line that is neither field nor continuation belongs to the value above when more fields follow, else it begins
    the body. A line equal to one of `is_delimiter` ends the part at once. Linear in the length of the block.
    """
    fields: list[tuple[bytes, list[bytes]]] = []
    defects: list[str] = []
    at = start
    while at < end:
        stop = raw.find(b"\n", at, end)
        following = end if stop < 0 else stop + 1
        line = raw[at:following].rstrip(b"\r\n")
        if not line.strip(b" \t\r") and not (line and fields and _continues(raw, following, end)):
            return _block(fields, following, defects)
        if is_delimiter and line[:2] == b"--" and line[2:].rstrip() in is_delimiter:
            defects.append("A part has no empty line between its headers and its body.")
            return _block(fields, at, defects)
        if line[:1] in b" \t" and line:
            if fields:
                fields[-1][1].append(line.lstrip())
        elif match := _FIELD.match(line):
            fields.append((match.group(1), [line[match.end() :].strip()]))
        elif not fields and line[:5] in (b"From ", b">From"):
            pass  # the envelope line of a mailbox file
        elif fields and _more_fields(raw, following, end):
            defects.append("A header line was folded without the blank that marks it; it was joined.")
            fields[-1][1].append(line.strip())
        else:
            defects.append("The headers end without an empty line.")
            return _block(fields, at, defects)
        if len(fields) > MOST_HEADERS:
            defects.append(f"There are more than {MOST_HEADERS} header lines; the rest was not read.")
            cut = re.compile(rb"\r?\n\r?\n").search(raw, following, end)
            return _block(fields, cut.end() if cut else end, defects)
        at = following
    return _block(fields, end, defects)


def _block(fields: list[tuple[bytes, list[bytes]]], body: int, defects: list[str]) -> Block:
    joined = [(name, b" ".join(pieces)[:LONGEST_VALUE]) for name, pieces in fields]
    return Block(joined, body, defects)


def _continues(raw: bytes, at: int, end: int) -> bool:
    """A line of blanks only is a fold when an indented line or a known field follows (seen from old gateways)."""
    if _KNOWN.match(raw, at, end):
        return True
    return raw[at : at + 1] in (b" ", b"\t") and at < end and bool(raw[at : min(end, at + 200)].strip())


def _more_fields(raw: bytes, at: int, end: int) -> bool:
    for _ in range(3):
        stop = raw.find(b"\n", at, min(end, at + 2_000))
        line = raw[at : stop if stop >= 0 else min(end, at + 2_000)]
        if not line.strip():
            return False
        if _KNOWN.match(line):
            return True
        if stop < 0:
            return False
        at = stop + 1
    return False


def decode_words(value: str) -> tuple[str, str | None]:
    """A header value with its encoded words read (RFC 2047), and a sentence when one was broken.

    Adjacent words of one character set are joined before they are decoded, because many programs cut characters in
    half. Blanks inside a word, missing padding and unknown sets are read as well as they can be. Never raises.
    """
    if "=?" not in value:
        return value, None
    said: str | None = None
    out: list[str] = []
    pending: list[bytes] = []
    label = ""
    position = 0

    def flush() -> None:
        nonlocal said
        if pending:
            text, complaint = charsets.decode(b"".join(pending), label)
            out.append(text)
            said = said or (complaint and f"A header: {complaint[0].lower()}{complaint[1:]}")
            pending.clear()

    value = _BETWEEN.sub("", value)
    for match in _WORD.finditer(value):
        between = value[position : match.start()]
        charset, form, payload = match.group(1).partition("*")[0].lower(), match.group(2), match.group(3)
        if between or charset != label:
            flush()
            out.append(between)
        label = charset
        position = match.end()
        decoded = _word(form, payload)
        if decoded is None:
            said = said or "A header holds an encoded word that cannot be read."
            flush()
            out.append(match.group())
        else:
            pending.append(decoded)
    flush()
    rest = value[position:]
    if (broken := re.match(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?\s]+)\??$", rest)) is not None:
        said = said or "A header ends in the middle of an encoded word."
        text = _word(broken.group(2), broken.group(3))
        rest = charsets.decode(text, broken.group(1))[0].rstrip("\ufffd") if text else rest
    out.append(rest)
    return charsets.clean("".join(out)), said


def _word(form: str, payload: str) -> bytes | None:
    data = payload.encode("utf-8", "surrogateescape" if payload.isascii() else "replace")
    if form in "qQ":
        return binascii.a2b_qp(data.replace(b"_", b" ").replace(b"=20", b" "), header=False)
    packed = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    if len(packed) % 4 == 1:
        packed = packed[:-1]
    try:
        return binascii.a2b_base64(packed + b"=" * (-len(packed) % 4))
    except (binascii.Error, ValueError):
        return None
