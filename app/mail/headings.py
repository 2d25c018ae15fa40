"""The lines above a letter of ours: whatever names and subjects people choose, each is one well-formed header.

RFC 5322 (lines, addresses, identifiers), RFC 2047 (words beyond ASCII), RFC 6532 (addresses beyond ASCII).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from email.header import Header

import idna

from app.mail.parsing.addresses import Address

FOLD = 76
LONGEST_WORD = 400
MOST_REFERENCES = 20
NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
PLAIN_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,600}>")
LOCAL = re.compile(r"[^\s\x00-\x20\x7f\"(),:;<>@\[\]\\]+")
NOT_SHOWN = re.compile("[\u200b-\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ufeff]")


class Unwritable(ValueError):
    """What was given cannot stand in a header, and leaving a part out would change its meaning."""


def one_line(text: str) -> str:
    """The text without line breaks, control characters, half characters and turned-around writing: safe in a header."""
    whole = text.encode("utf-8", "replace").decode()
    kept = "".join(" " if c.isspace() or unicodedata.category(c) == "Cc" else c for c in NOT_SHOWN.sub("", whole))
    return " ".join(kept.split())


def text_line(name: str, value: str) -> bytes:
    """A header for people, such as a subject, folded."""
    value = one_line(value)
    words = value.split(" ")
    if value.isascii() and "=?" not in value and max(map(len, words)) <= LONGEST_WORD:
        return _fold(name, words)
    return _line(name, _encoded(value, len(name) + 2))


def token_line(name: str, value: str) -> bytes:
    """A header for programs. Raises `Unwritable` when it is more than plain characters on one line."""
    if not value.isascii() or not value.isprintable() or len(value) > 900:
        raise Unwritable(f"{name} cannot hold {value[:50]!r}")
    return _line(name, value)


def address_line(name: str, people: Iterable[Address]) -> bytes:
    """A header of addresses, one on each line. Raises `Unwritable` for what is no address."""
    return _line(name, ",\r\n ".join(_person(one, len(name) + 2) for one in people))


def id_line(name: str, ids: Sequence[str]) -> bytes:
    """A header of Message-IDs, of many the first and the newest; what is none is left out. Empty when none is left."""
    good = [one for one in dict.fromkeys(ids) if ID.fullmatch(one)]
    if len(good) > MOST_REFERENCES:
        good = [good[0], *good[-MOST_REFERENCES + 1 :]]
    return _line(name, "\r\n ".join(good)) if good else b""


def ascii_address(address: str) -> str:
    """The address with its domain as A-labels (RFC 5890); the part before the at sign stays. Raises `Unwritable`."""
    local, at, domain = address.strip().rpartition("@")
    if not at or not LOCAL.fullmatch(local) or len(address) > 320:
        raise Unwritable(f"{address[:80]!r} is no mail address")
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError) as error:
            raise Unwritable(f"{address[:80]!r} has no valid domain") from error
    if not re.fullmatch(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?|\[[0-9A-Fa-f:.]+\]", domain):
        raise Unwritable(f"{address[:80]!r} has no valid domain")
    return f"{local}@{domain}"


def _person(one: Address, used: int) -> str:
    address, name = ascii_address(one.address), one_line(one.name)[:200]
    if not name:
        return address
    if not name.isascii() or "=?" in name:
        phrase = _encoded(name, used)
    elif PLAIN_PHRASE.fullmatch(name):
        phrase = name
    else:
        phrase = '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    return f"{phrase}\r\n <{address}>" if len(phrase) + len(address) > FOLD - used else f"{phrase} <{address}>"


def _encoded(value: str, used: int) -> str:
    return Header(value, "utf-8", maxlinelen=FOLD, header_name="x" * min(used, 40)).encode(linesep="\r\n")


def _fold(name: str, words: Sequence[str]) -> bytes:
    lines, current = [], f"{name}:"
    for word in words:
        if len(current) + 1 + len(word) > FOLD and current.strip() and current != f"{name}:":
            lines.append(current)
            current = ""
        current += f" {word}"
    return ("\r\n".join([*lines, current]) + "\r\n").encode("ascii")


def _line(name: str, value: str) -> bytes:
    if not NAME.fullmatch(name):
        raise Unwritable(f"{name!r} is no header")
    line = f"{name}: {value}\r\n"
    if "\0" in line or re.search(r"\r(?!\n)|(?<!\r)\n|\n(?![ \t]|\Z)", line):
        raise Unwritable(f"{name} would break out of its line")
    return line.encode("utf-8")
