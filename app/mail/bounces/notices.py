"""Sending services report in JSON, some by mail: Amazon SES through SNS."""

from __future__ import annotations

import json
import re
from typing import Any

from app.mail.bounces import codes, reasons
from app.mail.bounces.facts import Bounce, Kind, Recipient

LONGEST = 256 * 1024
_FOLD = re.compile(r"!?\n[ \t]?")
_WHY = "It is a notice of Amazon SES."


def read(prose: str) -> Bounce | None:
    """The notice a text consists of (with or without the folds and the footer that mail adds), None when it has none."""
    start = prose[:2_000].find('{"')
    if start < 0 or ('"notificationType"' not in prose and '"eventType"' not in prose):
        return None
    for text in (prose[start:LONGEST], _FOLD.sub("", prose[start:LONGEST])):
        try:
            found, _end = json.JSONDecoder(strict=False).raw_decode(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            return _notice(found)
    return None


def _notice(found: dict[str, Any]) -> Bounce | None:
    letter = _record(found.get("mail"))
    headers = _record(letter.get("commonHeaders"))
    told = str(found.get("notificationType") or found.get("eventType") or "").lower()
    part = _record(found.get(told))
    kind: Kind
    if told == "bounce":
        recipients = [_bounced(_record(item)) for item in _rows(part.get("bouncedRecipients"))]
        kind = "failure"
    elif told == "complaint":
        recipients = [
            Recipient(str(_record(item).get("emailAddress", "")), False, None, None, "feedback", "")
            for item in _rows(part.get("complainedRecipients"))
        ]
        kind = "complaint"
    elif told == "delivery":
        answer = str(part.get("smtpResponse", ""))
        reply = re.match(r"2\d\d", answer)
        recipients = [
            Recipient(
                str(address),
                False,
                codes.success_in(answer),
                reply.group() if reply else None,
                "delivered",
                answer[:1_000],
            )
            for address in _rows(part.get("recipients"))
        ]
        kind = "success"
    else:
        return None
    known = [recipient for recipient in recipients if "@" in recipient.address]
    identity = str(headers.get("messageId") or letter.get("messageId") or "").strip("<> ")
    subject = headers.get("subject")
    to = [str(address) for address in _rows(letter.get("destination"))]
    return Bounce(kind, known, identity or None, str(subject) if subject else None, to, _WHY) if known else None


def _bounced(item: dict[str, Any]) -> Recipient:
    diagnostic = str(item.get("diagnosticCode", "")).partition(";")[2].strip() or str(item.get("diagnosticCode", ""))
    status = codes.status_in(diagnostic) or codes.status_in(str(item.get("status", "")))
    reply = codes.reply_in(diagnostic)
    reason = reasons.judge(reasons.Evidence((diagnostic,), status, reply, codes.stage_in(diagnostic)))
    address = str(item.get("emailAddress", ""))
    return Recipient(address, reasons.is_permanent(reason, status), status, reply, reason, diagnostic[:1_000])


def _record(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _rows(value: object) -> list[Any]:
    return value[:1_000] if isinstance(value, list) else []
