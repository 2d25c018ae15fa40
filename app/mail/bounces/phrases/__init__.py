"""What mail systems write when they turn a letter away, by what they mean by it.

One phrase a line, lower case; "…" stands for up to 60 characters of anything, "#" begins a remark. The order in ORDER
is the order of judgement: the more telling a family of phrases, the earlier it is asked.
"""

from __future__ import annotations

import re

from app.mail.bounces.phrases import content, receivers, senders, systems

ORDER = (
    ("authfailure", senders.AUTHFAILURE),
    ("virusdetected", content.VIRUSDETECTED),
    ("requireptr", senders.REQUIREPTR),
    ("badreputation", senders.BADREPUTATION),
    ("notcompliantrfc", content.NOTCOMPLIANTRFC),
    ("mailboxfull", receivers.MAILBOXFULL),
    ("exceedlimit", content.EXCEEDLIMIT),
    ("mesgtoobig", content.MESGTOOBIG),
    ("suspend", receivers.SUSPEND),
    ("hasmoved", receivers.HASMOVED),
    ("notaccept", receivers.NOTACCEPT),
    ("rejected", senders.REJECTED),
    ("norelaying", senders.NORELAYING),
    ("speeding", senders.SPEEDING),
    ("toomanyconn", senders.TOOMANYCONN),
    ("failedstarttls", systems.FAILEDSTARTTLS),
    ("blocked", senders.BLOCKED),
    ("spamdetected", content.SPAMDETECTED),
    ("policyviolation", content.POLICYVIOLATION),
    ("mailererror", systems.MAILERERROR),
    ("networkerror", systems.NETWORKERROR),
    ("hostunknown", receivers.HOSTUNKNOWN),
    ("userunknown", receivers.USERUNKNOWN),
    ("filtered", receivers.FILTERED),
    ("systemfull", systems.SYSTEMFULL),
    ("expired", systems.EXPIRED),
    ("contenterror", content.CONTENTERROR),
    ("securityerror", systems.SECURITYERROR),
    ("syntaxerror", systems.SYNTAXERROR),
    ("systemerror", systems.SYSTEMERROR),
    ("onhold", systems.ONHOLD),
)


def _compiled(phrases: str) -> re.Pattern[str]:
    lines = [line.partition(" # ")[0].strip() for line in phrases.splitlines()]
    parts = [".{0,60}?".join(re.escape(piece) for piece in line.split("…")) for line in lines if line]
    return re.compile("|".join(parts))


_COMPILED = [(reason, _compiled(phrases)) for reason, phrases in ORDER]


def reason_in(text: str) -> str | None:
    """The first reason in ORDER one of whose phrases stands in `text` (normalised by `plain`), else None."""
    for reason, pattern in _COMPILED:
        if pattern.search(text):
            return reason
    return None


def plain(text: str) -> str:
    """`text` as the phrases are written: lower case, blanks squeezed, quotes of every kind as "'"."""
    text = text[:12_000].lower().translate(_QUOTES)
    text = re.sub(r"(?m)^(?:[245]\d\d)-(?:[245]\.\d\.\d{1,3}\s)?", " ", text)
    return " ".join(text.split())


_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": "'", "”": "'", '"': "'", "_": " "})
