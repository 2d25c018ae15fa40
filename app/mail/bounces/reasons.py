"""Why a letter was not delivered, as one word of a fixed list, and whether that says the address is dead.

The words are those of the field (Sisimai uses the same), so that reports from different tools can be compared. The
codes are those of RFC 3463, RFC 5321, RFC 7505 and the IANA registry of enhanced status codes.
"""

from __future__ import annotations

import re

import msgspec

from app.mail.bounces import phrases

MEANING = {
    "authfailure": "SPF, DKIM or DMARC of our domain failed",
    "badreputation": "our sending address has a bad reputation",
    "blocked": "our sending address or server name is refused",
    "contenterror": "the form of the letter was not accepted",
    "delivered": "a success report",
    "exceedlimit": "too large for this recipient",
    "expired": "could not be delivered in time, or is still being tried",
    "failedstarttls": "no encrypted connection came about",
    "feedback": "a complaint (ARF)",
    "filtered": "turned away after it was accepted for the address: the recipient's filter, or an unproven 'user unknown'",
    "hasmoved": "the recipient moved away",
    "hostunknown": "the domain does not exist",
    "mailboxfull": "the mailbox is full",
    "mailererror": "a delivery program on the other side failed",
    "mesgtoobig": "too large for the system",
    "networkerror": "DNS, routing or connection trouble",
    "norelaying": "the system takes no mail for this domain from us",
    "notaccept": "the domain takes no mail at all (null MX)",
    "notcompliantrfc": "the letter breaks RFC 5322",
    "onhold": "nothing can be made of what the system said",
    "policyviolation": "against the policy of the other side",
    "rejected": "the sender's address was refused",
    "requireptr": "our sending address has no reverse DNS",
    "securityerror": "refused for security: login, TLS, permissions",
    "spamdetected": "taken for spam",
    "speeding": "too much mail in too short a time",
    "suspend": "the account is switched off for now",
    "syntaxerror": "the SMTP dialogue went wrong",
    "systemerror": "trouble inside the other system",
    "systemfull": "the disk of the other system is full",
    "toomanyconn": "too many connections or recipients at once",
    "undefined": "no reason was given",
    "userunknown": "the address does not exist",
    "virusdetected": "taken for a virus",
}
PERMANENT = frozenset({"userunknown", "hostunknown", "hasmoved", "notaccept"})

# Enhanced status without its class; Microsoft, Google and Yahoo use the longer numbers.
_BY_STATUS = {
    "1.0": "userunknown", "1.1": "userunknown", "1.2": "hostunknown", "1.3": "userunknown", "1.4": "filtered",
    "1.5": "userunknown", "1.6": "hasmoved", "1.7": "rejected", "1.8": "rejected", "1.9": "rejected", "1.10": "notaccept",
    "1.351": "userunknown", "2.0": "filtered", "2.1": "userunknown", "2.2": "mailboxfull", "2.3": "exceedlimit",
    "2.4": "filtered", "3.0": "systemerror", "3.1": "systemfull", "3.2": "notaccept", "3.3": "systemerror",
    "3.4": "mesgtoobig", "3.5": "systemerror", "4.0": "networkerror", "4.1": "expired", "4.2": "networkerror",
    "4.3": "systemerror", "4.4": "hostunknown", "4.5": "toomanyconn", "4.6": "networkerror", "4.7": "expired",
    "4.310": "systemerror", "4.312": "networkerror", "4.316": "expired", "5.3": "toomanyconn",
    "5.4": "systemerror", "6.0": "contenterror", "6.1": "contenterror", "6.2": "contenterror", "6.3": "contenterror",
    "6.5": "contenterror", "6.6": "contenterror", "6.7": "contenterror", "6.8": "contenterror", "6.9": "contenterror",
    "7.0": "securityerror", "7.2": "filtered", "7.3": "securityerror", "7.4": "securityerror", "7.5": "securityerror",
    "7.6": "securityerror", "7.7": "securityerror", "7.1": "securityerror", "7.8": "securityerror", "7.9": "securityerror",
    "7.10": "securityerror", "7.11": "securityerror", "7.12": "securityerror", "7.13": "suspend", "7.14": "securityerror",
    "7.17": "hasmoved", "7.18": "hasmoved", "7.20": "authfailure", "7.21": "authfailure", "7.22": "authfailure",
    "7.23": "authfailure", "7.24": "authfailure", "7.25": "requireptr", "7.26": "authfailure", "7.27": "notaccept",
    "7.28": "speeding", "7.29": "authfailure", "7.64": "norelaying", "7.124": "rejected", "7.133": "rejected",
    "7.134": "rejected", "7.136": "rejected", "7.501": "spamdetected", "7.502": "spamdetected", "7.503": "spamdetected",
    "7.508": "toomanyconn", "7.509": "authfailure", "7.511": "blocked", "7.512": "notcompliantrfc",
    "7.515": "authfailure", "7.606": "blocked", "7.650": "badreputation", "7.705": "speeding", "7.708": "blocked",
}  # fmt: skip
_BY_REPLY = {
    "421": "expired", "450": "expired", "452": "systemfull", "503": "syntaxerror", "504": "syntaxerror",
    "521": "notaccept", "525": "suspend", "542": "userunknown", "530": "securityerror", "534": "mesgtoobig", "535": "securityerror",
    "551": "hasmoved", "552": "mailboxfull", "556": "notaccept",
}  # fmt: skip


def is_permanent(reason: str, status: str | None) -> bool:
    """Whether the address is dead; "takes no mail" told with a passing status may be trouble with DNS."""
    return reason in PERMANENT and not (reason == "notaccept" and (status or "").startswith("4."))


# A reply that begins with the address answers RCPT TO, whoever forgot to say so; filters do not say "does not exist".
_NAMES = re.compile(r"does(?: not|n't) exist|\b55[0-4]:? <?[^\s<>@]+@[^\s<>@]+>?[:. ]")


class Evidence(msgspec.Struct, frozen=True):
    """All that is known of one failure; `said` holds texts from the most to the least telling."""

    said: tuple[str, ...]
    status: str | None
    reply: str | None
    stage: str
    hint: str = ""
    certain: str = ""


def judge(evidence: Evidence) -> str:
    """The reason for a failure: by what was said, then by enhanced status, then by reply. A word of MEANING."""
    found = None
    if evidence.certain:
        return evidence.certain
    for text in evidence.said:
        reason = phrases.reason_in(phrases.plain(text))
        if found is None or (found == "userunknown" and reason in ("mailboxfull", "suspend")):
            found = reason or found  # who says both "unknown" and "full" knows the mailbox
    status = (evidence.status or "").partition(".")[2]
    if found == "userunknown" and evidence.stage in ("", "RCPT", "DATA"):
        return "userunknown" if _is_proven(evidence, status) else "filtered"
    found = (
        found or evidence.hint or _BY_STATUS.get(status) or _BY_REPLY.get(evidence.reply or "") or _by_stage(evidence)
    )
    if found in ("userunknown", "hostunknown") and evidence.stage in ("CONN", "HELO", "MAIL"):
        return "rejected" if evidence.stage == "MAIL" else "blocked"  # it is our name or sender that is not known
    if found == "hostunknown" and (evidence.status or "").startswith("4."):
        return "networkerror"
    return found


def _is_proven(evidence: Evidence, status: str) -> bool:
    """Whether "user unknown" speaks of the address.

    Some providers say it to turn away a letter that they had accepted the address for (after DATA, or with a status
    that is not about the address): those are filters, and the address must not be given up for them.
    """
    if evidence.stage == "RCPT" or status.startswith("1.") or evidence.hint == "userunknown":
        return True
    first = phrases.plain(next((text for text in evidence.said if text.strip()), ""))
    if phrases.is_telling(first) or (evidence.stage != "DATA" and _NAMES.search(first)):
        return True
    return evidence.stage != "DATA" and evidence.reply is None and not status.startswith(("2.", "7."))


def _by_stage(evidence: Evidence) -> str:
    if evidence.stage in ("CONN", "HELO"):
        return "blocked"
    if evidence.stage == "MAIL" and evidence.reply and evidence.reply[0] == "5":
        return "rejected"
    return "onhold" if evidence.status or evidence.reply or re.search(r"\w", evidence.said[0]) else "undefined"
