"""Somebody pressed "this is spam": the reports that mailbox providers send about it (RFC 5965 and older forms)."""

from __future__ import annotations

import re

from app.mail.bounces.letters import Letter
from app.mail.bounces.statusreports import address_in

_RECIPIENT = re.compile(r"(?im)^\s{0,3}(?:original-rcpt-to|removal-recipient|x-hmxmroriginalrecipient)\s*:\s*(.+)$")
_KIND = re.compile(r"(?im)^\s{0,3}feedback-type\s*:\s*([\w-]+)")


def read(letter: Letter) -> list[str] | None:
    """The addresses that complained (empty when the report hides them), None when this is no complaint."""
    if letter.header("x-apple-unsubscribe").strip().lower() == "true":
        return [address] if (address := address_in(letter.header("from"))) else []
    if "staff@hotmail.com" in letter.header("return-path").lower() and "x-hmxmroriginalrecipient" in letter.headers:
        return [address] if (address := address_in(letter.header("x-hmxmroriginalrecipient"))) else []
    kind = _KIND.search(letter.feedback)
    if kind is None and not _is_old_form(letter):
        return None
    found: list[str] = []
    for match in _RECIPIENT.finditer(letter.feedback + "\n" + letter.original):
        address = address_in(match.group(1).replace("<", " ").replace(">", " "))
        if address and address.lower() not in [known.lower() for known in found]:
            found.append(address)
    return found


def _is_old_form(letter: Letter) -> bool:
    """Microsoft's junk mail reports carry the original and nothing else."""
    subject, sender = letter.header("subject").lower(), letter.header("from").lower()
    return bool(letter.original) and (
        "complaint about message from" in subject or sender.startswith(("staff@hotmail", "<staff@hotmail"))
    )
