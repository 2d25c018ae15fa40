"""What would become of a letter, and why: for people who wonder where a mail went. Nothing is stored."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path
from typing import Any

from app.mail import bounces, classes, html, messages, replies
from app.mail.bounces import Bounce
from app.mail.messages import Address, Message

LONGEST_FOR_BOUNCES = 1_000_000
MOST_BOUNDARIES = 150


def explain_file(path: Path) -> dict[str, Any]:
    """`explain` for a file; `{"file", "error"}` when it cannot be read."""
    name = str(path).encode("utf-8", "replace").decode("utf-8")
    try:
        raw = path.read_bytes()
    except OSError as error:
        return {"file": name, "error": error.strerror or str(error)}
    return {"file": name, **explain(raw)}


def explain(raw: bytes) -> dict[str, Any]:
    """Everything there is to say about a message, in the shape of `fondaco mail explain --json`. Never raises."""
    message = messages.parse(raw)
    bounce = read_bounce(raw, message)
    verdict = classes.classify(message, report=bounce.kind if bounce is not None else None)
    parted = replies.split_message(message)
    pictures = {file.content_id: f"cid:{file.content_id}" for file in message.attachments if file.content_id}
    return {
        "class": verdict.kind,
        "why": verdict.why,
        "may_answer": verdict.may_answer,
        "why_not_answer": verdict.why_not,
        "subject": message.subject,
        "from": _person(message.sender),
        "to": [_person(one) for one in message.to],
        "cc": [_person(one) for one in message.cc],
        "reply_to": [_person(one) for one in message.reply_to],
        "date": message.date.isoformat() if message.date else None,
        "message_id": message.message_id,
        "in_reply_to": message.in_reply_to,
        "references": list(message.references),
        "text": message.text,
        "reply": parted.reply,
        "quoted": parted.quoted,
        "signature": parted.signature,
        "html": html.sanitise(message.html, inline=pictures) if message.html else "",
        "attachments": [
            {"name": file.name, "type": file.type, "size": file.size, "sha256": file.sha256, "inline": file.inline}
            for file in message.attachments
        ],
        "bounce": _bounce(bounce) if verdict.kind == "bounce" and bounce is not None else None,
        "defects": list(message.defects),
    }


def read_bounce(raw: bytes, message: Message) -> Bounce | None:
    """What `app.mail.bounces.read` says of it, or None. The tree it gets is cut to a size that is safe to parse."""
    if raw.count(b"boundary") > MOST_BOUNDARIES:
        return None
    tree = email.message_from_bytes(raw[:LONGEST_FOR_BOUNCES], policy=email.policy.compat32)
    return bounces.read(tree, message.text)


def _person(address: Address | None) -> dict[str, str] | None:
    return {"name": address.name, "address": address.address} if address is not None else None


def _bounce(bounce: Bounce) -> dict[str, Any]:
    return {
        "kind": bounce.kind,
        "original_message_id": bounce.original_message_id,
        "recipients": [
            {
                "address": one.address, "permanent": one.permanent, "status": one.status, "reply_code": one.reply_code,
                "reason": one.reason, "diagnostic": one.diagnostic,
            }
            for one in bounce.recipients
        ],
    }  # fmt: skip
