"""Outlook's rich text is read as the words, or the HTML, that it carries (MS-OXRTFCP, MS-OXRTFEX)."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

from app.mail.parsing import charsets

LARGEST = 16 * 1024 * 1024
_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-z])|([{}])|([^\\{}\r\n]+)|[\r\n]+", re.DOTALL
)
_SKIPPED = frozenset(
    {
        b"fonttbl",
        b"colortbl",
        b"stylesheet",
        b"info",
        b"pict",
        b"object",
        b"header",
        b"footer",
        b"listtable",
        b"themedata",
        b"datastore",
    }
)
_CHARACTERS = {
    b"par": "\n", b"line": "\n", b"tab": "\t", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•",
    b"endash": "–", b"emdash": "—", b"cell": "\t", b"row": "\n",
}  # fmt: skip


def decompress(data: bytes) -> bytes:
    """The RTF behind a compressed stream; b"" when it is damaged or would grow beyond `LARGEST`."""
    if len(data) < 16:
        return b""
    _, size, kind, _ = struct.unpack_from("<IIII", data)
    if kind == 0x414C454D:
        return data[16 : 16 + min(size, LARGEST)]
    if kind != 0x75465A4C or size > LARGEST:
        return b""
    window = bytearray(_DICTIONARY.ljust(4096, b"\0"))
    write, out, at = len(_DICTIONARY), bytearray(), 16
    while at < len(data) and len(out) < size:
        flags = data[at]
        at += 1
        for bit in range(8):
            if at >= len(data) or len(out) >= size:
                break
            if flags >> bit & 1:
                if at + 1 >= len(data):
                    return bytes(out)
                place = data[at] << 8 | data[at + 1]
                at += 2
                offset, length = place >> 4, (place & 0xF) + 2
                if offset == write % 4096:
                    return bytes(out)
            else:
                offset, length = -1, 1
            for step in range(length):
                byte = data[at] if offset < 0 else window[(offset + step) % 4096]
                out.append(byte)
                window[write % 4096] = byte
                write += 1
            at += offset < 0
    return bytes(out)


@dataclass(slots=True)
class _Group:
    """What holds until the closing brace."""

    skipped: bool = False
    hidden: bool = False
    after: int = 1


def read(rtf: bytes) -> tuple[str, str]:
    """The plain text and the HTML of an RTF document, one of them "". Never raises; linear."""
    if not rtf.startswith(b"{\\rtf"):
        return "", ""
    page = re.search(rb"\\ansicpg(\d{3,5})", rtf[:2_000])
    label = f"cp{page.group(1).decode()}" if page else "cp1252"
    is_html = b"\\fromhtml" in rtf[:2_000]
    text = _read(rtf, label, is_html=is_html).strip("\n")
    return ("", text) if is_html else (text, "")


def _read(rtf: bytes, label: str, *, is_html: bool) -> str:
    out: list[str] = []
    coded = bytearray()
    stack = [_Group()]
    ignore = 0

    def say(text: str) -> None:
        if coded:
            out.append(charsets.decode(bytes(coded), label)[0])
            coded.clear()
        if text:
            out.append(text)

    starred = False
    for match in _TOKEN.finditer(rtf):
        word, number, code, symbol, brace, plain = match.groups()
        group = stack[-1]
        silent = group.skipped or group.hidden
        if brace == b"{":
            stack.append(_Group(group.skipped, group.hidden, group.after))
        elif brace == b"}":
            if len(stack) > 1:
                stack.pop()
        elif symbol == b"*":
            starred = True
            continue
        elif word is not None:
            if word == b"htmlrtf":
                group.hidden = number != b"0"
            elif word in _SKIPPED or (starred and word != b"htmltag"):
                group.skipped = True
            elif word == b"uc":
                group.after = min(int(number or 1), 8)
            elif word == b"u" and number and not silent:
                say(charsets.clean(chr(int(number) & 0xFFFF)))
                ignore = group.after
            elif word in _CHARACTERS and not silent:
                say("\n" if is_html and word in (b"par", b"line") else _CHARACTERS[word])
        elif code is not None and not silent:
            if ignore:
                ignore -= 1
            else:
                coded.append(int(code, 16))
        elif symbol is not None and not silent:
            say({b"~": "\xa0", b"_": "-", b"-": ""}.get(symbol, symbol.decode("latin-1")))
        elif plain is not None and not silent:
            rest = plain[ignore:]
            ignore = 0
            if rest:
                say(charsets.decode(rest, label)[0])
        starred = False
    say("")
    return "".join(out)
