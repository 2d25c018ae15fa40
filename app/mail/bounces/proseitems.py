"""Who is named as not reached in the free text of a report, and what is said about each."""

from __future__ import annotations

import re

import msgspec

from app.mail.bounces.dialects.records import ADDRESS, Dialect

MOST_LINES = 4_000
_LISTED = re.compile(
    r"^[\s>*•\-|]{0,20}(?:recipient:\s?)?[\"'<\[]{0,2}(?:mailto:|smtp:|rfc822;\s?)?" + ADDRESS
    + r"[\"'>\]]{0,2}(?:\s*<[^<>\s]*>)?\s*[:;,.]?\s*(?P<error>[(\[].*[)\]])?\s*$", re.IGNORECASE,
)  # fmt: skip
_LED = re.compile(
    r"^[\s>*•\-]{0,12}[\"'<\[]{0,2}" + ADDRESS
    + r"[\"'>\]]{0,2}\s?(?:\([^()]{0,200}\))?\s?(?::|\.\.\.|;|,? -{1,2} |,)\s*(?P<error>.+)$", re.IGNORECASE,
)  # fmt: skip
_REPLIED = re.compile(
    r"^(?:<<<\s*)?[45]\d\d[ -](?:[45]\.\d\.\d{1,3}\s+)?\W{0,2}" + ADDRESS + r"\W{0,2}(?P<error>.*)$", re.IGNORECASE
)
_NAMED = re.compile(
    r"(?:rcpt to|recipients?(?: address| is)?|delivered to|deliver(?:ing|y)? (?:[\w']+ ){0,4}to|unable to (?:\w+ ){0,4}to|"
    r"(?:sent|send|message|mail|e-mail|email) (?:[\w']+ ){0,3}to|unknown (?:user|address|recipient)|no such user|addressed to|"
    r"address(?:ee)?|user|mailbox|account|for|to|undeliverable|generated from)\W{1,6}(?:smtp:)?"
    + ADDRESS + r"(?P<error>.*)$", re.IGNORECASE,
)  # fmt: skip
_ANYWHERE = re.compile(ADDRESS + r"(?P<error>.*)$")
_NOT_HERE = re.compile(
    r"(?i)^\s{0,8}(?:from|sender|reply-to|return-path|envelope-from|mail from|received|message-id|date|subject|by|cc|x-[\w-]+"
    r"|in-reply-to|references|from user|sent by|contact|help|support|postmaster)\s*[:=]|please (?:contact|send|forward|e-?mail)"
    r"|(?:contact|send (?:mail|e-?mail)(?: to)?|write to|questions|assistance|problem report)|mailto:(?:postmaster|abuse|support)"
    r"|>>> mail from|^\s*mail from|\(from |envelope-sender"
)
_STAFF = re.compile(r"(?i)^(?:postmaster|mailer-?daemon|abuse|support|helpdesk|hostmaster|no-?reply|webmaster|admin)@")


_ANY = re.compile(r"[^\s<>()\[\]\"',:;\\]{1,128}@[\w.-]{1,253}")


class Item(msgspec.Struct):
    """An address and the lines about it."""

    address: str
    said: str


def find(prose: str, dialects: list[Dialect], own: frozenset[str]) -> list[Item]:
    """The recipients named in the text, in order, each once; `own` addresses are not taken for recipients.

    The dialects' own lines are asked first, then lines that hold an address only or begin with one, then sentences.
    """
    lines = prose.split("\n")[:MOST_LINES]
    spoken = [pattern for dialect in dialects for pattern in dialect.names]
    for patterns, loose in ((spoken, False), ([_LISTED, _LED, _REPLIED], False), ([_NAMED], True), ([_ANYWHERE], True)):
        items = _scan(lines, patterns, own, searching=loose) if patterns else []
        if items and (patterns != [_ANYWHERE] or len(items) < 4):
            return items
    return []


def _scan(lines: list[str], patterns: list[re.Pattern[str]], own: frozenset[str], *, searching: bool) -> list[Item]:
    starts: list[tuple[int, str, str]] = []
    for at, line in enumerate(lines):
        if (
            "@" not in line
            or _NOT_HERE.search(line)
            or (at and _NOT_HERE.search(lines[at - 1][-60:]) and not lines[at].strip())
        ):
            continue
        for pattern in patterns:
            match = pattern.search(line[:600])
            if match is None:
                continue
            address = match.group("address").strip(".'`*")
            domain = address.rpartition("@")[2]
            if (
                address.lower() in own
                or ("." not in domain and not domain.isalnum())
                or (_STAFF.match(address) and searching)
            ):
                continue
            told = line if re.match(r"(?:<<<|[45]\d\d|[45]\.\d\.\d)", line) else match.group("error") or ""
            starts.append((at, address, told))
            break
    return _grouped(lines, starts)


def _grouped(lines: list[str], starts: list[tuple[int, str, str]]) -> list[Item]:
    items: dict[str, Item] = {}
    begins = [_dialogue(lines, at) for at, _address, _error in starts]
    for number, (at, address, error) in enumerate(starts):
        end = begins[number + 1] if number + 1 < len(starts) else len(lines)
        said = "\n".join([*lines[begins[number] : at], error, *lines[at + 1 : min(end, at + 30)]]).strip()
        known = items.get(address.lower())
        if known is None:
            items[address.lower()] = Item(address, said)
        elif said not in known.said:
            known.said = f"{known.said}\n{said}".strip()
    return list(items.values())


def _dialogue(lines: list[str], at: int) -> int:
    """Where the SMTP dialogue begins whose outcome stands at `at`."""
    begin = at
    while begin > max(0, at - 8) and lines[begin - 1].lstrip().startswith((">>>", "<<<")) and "@" in lines[at][:80]:
        begin -= 1
    return begin if lines[at][:1].isdigit() else at


def addresses_in(text: str) -> frozenset[str]:
    """Every address in a header value, in lower case."""
    return frozenset(match.group().lower().strip(".'") for match in _ANY.finditer(text[:20_000]))
