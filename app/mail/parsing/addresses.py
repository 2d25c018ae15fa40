"""Who wrote and who should read, out of address lines that no standard would accept (RFC 5322, section 3.4)."""

from __future__ import annotations

import re

import msgspec

from app.mail.parsing.headers import decode_words

MOST_ADDRESSES = 20_000
LONGEST = 320
# The colon ends a group's name, the semicolon the group; Outlook puts semicolons between addresses as well.
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|<([^<>]*)(?:>|$)|([,;])|([^",;<()]+)|(\()|(.)', re.DOTALL)
_ADDRESS = re.compile(r"[^\s<>\"'(),:;\[\]]+@(?:[^\s<>\"'(),:;@]+|\[[^\]\s]*\])")


class Address(msgspec.Struct, frozen=True):
    """A name as people see it ("" when none was given) and an address as it was written ("" when there is none)."""

    name: str
    address: str


def read(value: str) -> list[Address]:
    """The addresses of an unfolded header value, in order, groups opened. Never raises; linear.

    Names are decoded (RFC 2047), also inside quotes; commas in unquoted names are understood when the part before
    them holds no address; an address given twice ("a@b <a@b>") has no name.
    """
    found: list[Address] = []
    words: list[str] = []
    carried: list[str] = []
    angle: str | None = None
    before_angle = 0
    comment: list[str] = []

    def finish() -> None:
        nonlocal angle
        if (
            angle is None
            and len(words) == 1
            and len(several := words[0].split()) > 1
            and all(map(_ADDRESS.fullmatch, several))
        ):
            found.extend(Address("", one) for one in several)  # addresses with only blanks between them
            words.clear()
        item = _build(" ".join(words), angle, " ".join(comment))
        if item is None and words:
            carried.append(" ".join(words))
        elif item is not None:
            if carried:
                before = ", ".join(carried)
                if angle is not None and item.name and '"' not in value:
                    item = Address(f"{_decoded(before)}, {item.name}", item.address)
                else:
                    found.extend(Address(_decoded(name), "") for name in carried if name.strip())
                carried.clear()
            found.append(item)
        words.clear()
        comment.clear()
        angle = None

    at = 0
    while at < len(value) and len(found) < MOST_ADDRESSES:
        match = _TOKEN.match(value, at)
        if match is None:
            break
        at = match.end()
        quoted, angled, separator, plain, opening, _other = match.groups()
        if quoted is not None:
            words.append(re.sub(r"\\(.)", r"\1", quoted))
        elif angled is not None:
            if angle is not None and "@" in angle and len(words) > before_angle and "@" in angled:
                later = words[before_angle:]
                del words[before_angle:]
                finish()
                words.extend(later)
            if angle is None or "@" not in angle:
                angle, before_angle = angled, len(words)
        elif separator:
            finish()
            if separator == ";":
                found.extend(Address(_decoded(name), "") for name in carried if name.strip())
                carried.clear()
        elif plain is not None:
            if ":" in plain and "@" not in plain.partition(":")[0] and "=?" not in plain.partition(":")[0]:
                head, _, plain = plain.partition(":")
                words.clear()
                if head.strip().lower() == "mailto":
                    plain = plain.strip()
            if plain.strip():
                words.append(plain.strip())
        elif opening:
            text, at = _comment(value, at)
            comment.append(text)
    finish()
    found.extend(Address(_decoded(name), "") for name in carried if name.strip())
    return found


def _comment(value: str, at: int) -> tuple[str, int]:
    """The text of a comment whose "(" stands before `at`, and the place after its ")"."""
    depth, start = 1, at
    for match in re.compile(r"\\.|[()]", re.DOTALL).finditer(value, at):
        depth += {"(": 1, ")": -1}.get(match.group(), 0)
        if depth == 0:
            return value[start : match.start()], match.end()
    return value[start:], len(value)


def _build(text: str, angle: str | None, comment: str) -> Address | None:
    if angle is not None:
        address = _bare(angle)
        name = _decoded(text) or _decoded(comment)
        if "@" not in address and (inner := _ADDRESS.search(name)):  # "kim@acme.test" <Kim>
            return Address(_decoded(angle), inner.group())
        return Address("" if name.lower() == address.lower() else name, address)
    if not text.strip():
        return None
    if "=?" in text:
        text = _decoded(text)
    if match := _ADDRESS.search(text):
        rest = (text[: match.start()] + " " + text[match.end() :]).strip(" \t'\"<>")
        return Address(_decoded(rest) or _decoded(comment), _bare(match.group()))
    return None


def _bare(address: str) -> str:
    """`address` without blanks, quotes, "mailto:" and source routes (<@a,@b:kim@acme.test>)."""
    if "(" in address and '"' not in address:
        address = re.sub(r"\([^()]*\)", "", address)
    text = decode_words(address)[0].strip().strip("'\"").removeprefix("mailto:").removeprefix("MAILTO:")
    if text.startswith("@") and ":" in text:
        text = text.rpartition(":")[2]
    if '"' not in text:
        text = re.sub(r"\s+", "", text)
    return text[:LONGEST]


def _decoded(name: str) -> str:
    text = " ".join(decode_words(name)[0].split())
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1].strip()
    return text[:1_000]
