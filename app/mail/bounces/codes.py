"""Codes in what a mail system answered: the enhanced status (RFC 3463), the reply (RFC 5321), and to what it answered."""

from __future__ import annotations

import re

_STATUS = re.compile(r"(?<![\d.\w-])([245])\.([0-7])\.(\d{1,3})(?![\d]|\.\d)")
REPLIES = frozenset(
    map(
        str,
        (
            421,
            422,
            430,
            432,
            441,
            442,
            446,
            447,
            449,
            450,
            451,
            452,
            453,
            454,
            455,
            458,
            459,
            471,
            500,
            501,
            502,
            503,
            504,
            510,
            511,
            512,
            513,
            515,
            521,
            523,
            525,
            530,
            531,
            533,
            534,
            535,
            538,
            540,
            541,
            542,
            543,
            544,
            545,
            546,
            547,
            550,
            551,
            552,
            553,
            554,
            555,
            556,
            557,
            571,
            573,
            576,
            577,
        ),
    )
)
# A reply stands where a line or a quoted answer begins, after what names it, or before its enhanced status.
_REPLY = re.compile(
    r"(?:^|<<<\s?|[\n\"'`<>(\[]|[:;=]\s*|#\s?|-\s|\.\s|,\s|"
    r"(?:said|says|error|reply|response|returned|code|reason|smtp|status|was|failed with|because of|problem|message|esmtp|"
    r"data|command|mail|rcpt|me|line|with|by|failure|mta)\s?\W{0,4}\s?)"
    r"([245]\d\d)(?=$|[\s:;,.)'\"#<>-])(?!\.\d)", re.IGNORECASE,
)  # fmt: skip
_LOOSE = re.compile(r"(?<![\d.\w:/-])([45]\d\d)(?=[ -]#?\(?[245]\.\d\.\d)")
_PAIR = re.compile(r"(?<![\d.\w:/])([45]\d\d)[ -][ '\"#(<]{0,3}([45]\.[0-7]\.\d{1,3})(?![\d]|\.\d)")
# What the remote system had said last, in angle brackets behind the report's own words (Amazon SES).
_INNER = re.compile(r"<([45]\d\d) ([45]\.[0-7]\.\d{1,3})(?![\d]|\.\d)[^<>]*>\s*$")
# "554 <kim@acme.test>... 550 Host unknown": the second is the remote system's.
_REPORTED = re.compile(r"\A[45]\d\d <?[^\s<>]{1,200}>?\.\.\. ([45]\d\d)(?= )")
_STAGES = (
    (
        "DATA",
        (
            r"end of (?:the )?data|after data|in reply to data|\[data\]|final dot|\.\s?\(end|accepted (?:your|our) message"
            r"|final data|message body|after pipelined (?:end )?data|response to data|sent the message|bdat"
            r"|smtp command\W{1,8}data|to data command|after sending the message|data phase|>>> data|>>> \."
            r"|failed after i sent|data command"
        ),
    ),
    (
        "RCPT",
        (
            r"rcpt[ _]to|smtp[:;]rcpt|rcpt command|does not like recipient|like our rcpt|in reply to rcpt|>>> rcpt|recipient stage"
            r"|after rcpt|to rcpt"
        ),
    ),
    (
        "MAIL",
        (
            r"(?:after|reply to|response to|to|>>>|smtp[:;]|\[) ?mail(?:[ _]from|\b(?! server| host| for| to| system))"
            r"|sender was rejected|like our mail"
        ),
    ),
    ("HELO", r"\b(?:after|in reply to|to|with|>>>) ?(?:e?helo|lhlo)|my name was rejected|helo handshake"),
    ("CONN", r"initial connection|refused to talk to me|initial greeting|connection attempt|like our connect|>>> conn"),
)
_STAGE = [(name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _STAGES]


def status_in(text: str) -> str | None:
    """The telling enhanced status of a text: one that follows a reply code, else the first; x.0.0 only if no other."""
    general: str | None = None
    if match := _INNER.search(text[:20_000]):
        return match.group(2)
    for match in _PAIR.finditer(text[:20_000]):
        if not match.group(2).endswith(".0.0") and match.group(2) != "5.5.1" and match.group(2)[0] == match.group(1)[0]:
            return match.group(2)
    for match in _STATUS.finditer(text[:20_000]):
        code = ".".join(match.groups())
        if match.group(1) == "2":
            continue
        if code.endswith(".0.0"):
            general = general or code
        elif code not in ("5.5.1", "5.5.0") or "rcpt" not in text[match.end() : match.end() + 40].lower():
            return code
    return general


def success_in(text: str) -> str | None:
    """The enhanced status of class 2 in a text."""
    match = re.search(r"(?<![\d.])(2\.[0-7]\.\d{1,3})(?![\d.])", text)
    return match.group(1) if match else None


def reply_in(text: str) -> str | None:
    """The SMTP reply code in a text, None when it has none."""
    text = text[:20_000]
    if match := _INNER.search(text) or _REPORTED.search(text) or _LOOSE.search(text):
        return match.group(1)
    for match in _REPLY.finditer(text):
        if match.group(1) in REPLIES:
            return match.group(1)
    return None


def stage_in(text: str) -> str:
    """The SMTP command that was answered: CONN, HELO, MAIL, RCPT, DATA, or "" when the text does not say."""
    text = text[:20_000]
    found = [(match.start(), name) for name, pattern in _STAGE if (match := pattern.search(text))]
    return min(found)[1] if found else ""
