"""The letter that came back inside a report: where it begins, and which of ours it was."""

from __future__ import annotations

import re

import msgspec

from app.mail.parsing import addresses
from app.mail.parsing.headers import decode_words

# A ruled line that announces the returned letter, in the words of many systems.
_RULED = re.compile(
    r"(?i)^[\s>|]*[-=*_#+~]{2,}+[\s>|]*+(?:"
    r"[^\n]{0,80}\b(?:original|returned|unsent|undelivered|unsent) (?:message|mail|header|text|e-mail)"
    r"|[^\n]{0,60}\bcop(?:y|ies) of (?:the |your |this )?(?:original |returned )?(?:message|mail)"
    r"|[^\n]{0,60}\bbelow (?:this line|the (?:next )?line)|[^\n]{0,40}\bbelow is a copy"
    r"|[^\n]{0,60}\bheaders? (?:of|from|follow|only)|\s*message (?:header|follows|text|contents?)|\s*rejected message"
    r"|[^\n]{0,40}\b(?:included|enclosed) is a copy|\s*your message|\s*(?:begin|start) of (?:original|message)"
    r"|[^\n]{0,40}元の?メッセージ|[^\n]{0,40}(?:исходно|оригинал)|\s*original message|[^\n]{0,30}original-nachricht"
    r"|\s*message original|[^\n]{0,30}urspr.ngliche nachricht|\s*原始邮件|\s*原邮件)"
)
# An unruled line that announces it.
_SAID = re.compile(
    r"(?i)^\s{0,8}(?:\*\s*)?(?:"
    r"(?:the )?(?:original|returned) (?:message|mail)(?: headers?| text)?(?: (?:follows|is attached|is included)[^\n]{0,60})?\s*:?\s*$"
    r"|(?:the )?(?:header|headers|body|beginning|first \w+ lines) of (?:the|your) (?:original |returned )?(?:message|mail)"
    r"[^\n]{0,60}(?:follow|below|is|:)[^\n]{0,30}$"
    r"|(?:original )?message headers?(?: follows?)?[.:]?\s*$|(?:original )?message headers follow\b[^\n]{0,40}$"
    r"|(?:included|enclosed|below|here|following|attached) is (?:a copy|your|the) (?:of )?[^\n]{0,60}(?:message|mail)[^\n]{0,40}$"
    r"|your (?:original )?(?:message|mail) (?:reads|follows|began|was)[^\n]{0,40}:\s*$|message contents? follows?\b"
    r"|(?:a )?copy of (?:the|your) (?:original )?(?:message|mail)[^\n]{0,60}:?\s*$"
    r"|original message details:"
    r"|content-type:\s*(?:message/rfc822|text/rfc822-headers))"
)
_FIELD = re.compile(
    r"(?i)^(received|return-path|message-id|from|to|subject|date|mime-version|dkim-signature|reply-to"
    r"|x-mailer|delivered-to|cc|content-type|user-agent|references|x-originating-ip)\s*:"
)
_STRONG = frozenset({"received", "message-id", "return-path", "dkim-signature"})


class Original(msgspec.Struct, frozen=True):
    """What is known of the returned letter; `failed` are addresses its own headers call recipients of a failure."""

    message_id: str | None
    subject: str | None
    to: list[str]
    sender: str | None


def cut(prose: str) -> tuple[str, str]:
    """The words of the report and the letter that follows them, "" when none does."""
    lines = prose.split("\n")
    for at, line in enumerate(lines):
        if at and (_RULED.match(line[:240]) or _SAID.match(line[:240])) and _worth(lines, at):
            return "\n".join(lines[:at]), "\n".join(lines[at + 1 :])
        if _begins_header(lines, at):
            return "\n".join(lines[:at]), "\n".join(lines[at:])
    return prose, ""


def _worth(lines: list[str], at: int) -> bool:
    """Nothing is cut where no word of the report stands above, or where the failures only come below."""
    if not any("@" in line or len(line) > 20 for line in lines[:at]):
        return False
    following = [line for line in lines[at + 1 : at + 12] if line.strip()]
    return not any(
        re.search(r"(?i)could not be delivered to|following (?:address|recipient)|-recipient\s*:", line)
        for line in following[:4]
    )


def _begins_header(lines: list[str], at: int) -> bool:
    """A header block of a letter starts here: three known fields close together, one of which only machines write."""
    first = _FIELD.match(lines[at])
    if first is None or (at and lines[at - 1].strip() and _FIELD.match(lines[at - 1])):
        return False
    names = {first.group(1).lower()}
    for line in lines[at + 1 : at + 40]:
        if not line.strip():
            break
        match = _FIELD.match(line)
        if match:
            names.add(match.group(1).lower())
        elif line[:1] not in " \t" and ":" not in line[:40]:
            break
    return (len(names) >= 3 and bool(names & _STRONG)) or {"from", "to", "subject", "date"} <= names


def completed(returned: Original, told: Original, status: str, answered: str) -> Original:
    """What the returned letter leaves open, from the report's words, its fields, and which letter it answers."""
    named = re.search(r"(?im)^\s*x-original-message-id\s*:\s*<?([^\s<>]{3,250})", status)
    reply = re.search(r"<([^<>\s]{3,250})>", answered)
    later = named.group(1) if named else reply.group(1) if reply else None
    return Original(
        message_id=returned.message_id or told.message_id or later,
        subject=returned.subject or told.subject,
        to=returned.to,
        sender=returned.sender,
    )


def read(text: str) -> Original:
    """Message-ID, subject and recipients out of the header lines in `text`; later letters do not overwrite."""
    fields: dict[str, str] = {}
    name = ""
    for line in text[:64_000].split("\n")[:1_500]:
        match = re.match(r"\s{0,4}(Message-ID|Subject|To|From|X-Envelope-To|Cc)\s*:\s*(.*)", line, re.IGNORECASE)
        if match and (not line[:1].isspace() or match.group(1).lower() not in fields):
            name = match.group(1).lower()
            if name in fields:
                name = ""
                continue
            fields[name] = match.group(2)
        elif name and line[:1] in " \t" and line.strip() and len(fields[name]) < 20_000:
            fields[name] += " " + line.strip()
        else:
            name = ""
    found = re.search(r"<\s*([^<>\s]{3,250})\s*>", fields.get("message-id", ""))
    bare = fields.get("message-id", "").strip()
    subject = decode_words(fields["subject"])[0].strip()[:1_000] if "subject" in fields else None
    to = [item.address for key in ("to", "x-envelope-to") for item in addresses.read(fields.get(key, ""))][:200]
    sender = [item.address for item in addresses.read(fields.get("from", ""))]
    return Original(
        message_id=found.group(1) if found else bare[:250] if bare and " " not in bare and "<" not in bare else None,
        subject=subject or None,
        to=[address for address in to if "@" in address],
        sender=sender[0] if sender else None,
    )
