"""What stands behind the semicolons of Content-Type and Content-Disposition (RFC 2045, RFC 2231 and their abuse)."""

from __future__ import annotations

import re
import urllib.parse

from app.mail.parsing import charsets
from app.mail.parsing.headers import decode_words

_PIECE = re.compile(
    r"""[;\s]*(?P<name>[^\s;=]{1,200}?)(?P<number>\*\d{1,4})?(?P<coded>\*)?\s*=\s*
        (?:"(?P<quoted>(?:[^"\\]|\\.)*)(?:"|$)(?P<after>[^;]*) | (?P<plain>[^;]*))""",
    re.VERBOSE | re.DOTALL,
)
MOST_PIECES = 400


def read(value: str) -> tuple[str, dict[str, str]]:
    """The main value in lower case and its parameters, names in lower case, values decoded.

    RFC 2231 continuations in any order, with or without character set; RFC 2047 words where they do not belong;
    missing quotes and semicolons. The first of two equal parameters counts, an RFC 2231 form before a plain one.
    """
    value = _without_comments(value)
    main, _, rest = value.partition(";")
    main = main.strip()
    if " " in main or "=" in main:  # a forgotten semicolon: "text/plain charset=utf-8"
        head, _, tail = main.replace("\t", " ").partition(" ")
        main, rest = (head, tail + ";" + rest) if "=" not in head else ("", value)
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for count, match in enumerate(_PIECE.finditer(rest)):
        if count > MOST_PIECES:
            break
        name = match["name"].lower()
        text = _value(match)
        if match["number"] or match["coded"]:
            number = int(match["number"][1:]) if match["number"] else 0
            pieces.setdefault(name, {}).setdefault(number, (text, bool(match["coded"])))
        else:
            plain.setdefault(name, decode_words(text)[0])
    joined = {name: _join(numbered) for name, numbered in pieces.items()}
    return main.lower(), plain | joined


def _value(match: re.Match[str]) -> str:
    if match["quoted"] is None:
        return match["plain"].strip().strip('"')
    text = re.sub(r'\\(["\\])', r"\1", match["quoted"])
    after = match["after"].strip()
    if after and "=" not in after:  # an inner quotation mark that nobody escaped: name="the "final" plan.pdf"
        return text + '"' + after.removesuffix('"')
    return text


def _without_comments(value: str) -> str:
    return (
        re.sub(r'("(?:[^"\\]|\\.)*")|\([^()"]*\)', lambda match: match.group(1) or "", value) if "(" in value else value
    )


def _join(numbered: dict[int, tuple[str, bool]]) -> str:
    label = ""
    chunks: list[bytes] = []
    for number in sorted(numbered):
        text, coded = numbered[number]
        if coded and number == min(numbered) and text.count("'") >= 2:
            label, _, text = text.split("'", 2)
        data = text.encode("utf-8", "replace")
        chunks.append(urllib.parse.unquote_to_bytes(data) if coded else data)
    if not any(coded for _, coded in numbered.values()):
        return decode_words(b"".join(chunks).decode("utf-8"))[0]
    return charsets.decode(b"".join(chunks), label or "utf-8")[0]
