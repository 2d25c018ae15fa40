"""What mail systems write when they turn a letter away, by what they mean by it.

One phrase a line, lower case; "…" stands for up to 60 characters of anything, "_" for a blank at an end. The order in
ORDER is the order of judgement: the more telling a family of phrases, the earlier it is asked.
"""

from __future__ import annotations

import re

from app.mail.bounces.phrases import addresses, content, domains, hosts, mailboxes, senders, systems

ORDER = (
    ("authfailure", senders.AUTHFAILURE),
    ("virusdetected", content.VIRUSDETECTED),
    ("requireptr", hosts.REQUIREPTR),
    ("badreputation", hosts.BADREPUTATION),
    ("notcompliantrfc", content.NOTCOMPLIANTRFC),
    ("mailboxfull", mailboxes.MAILBOXFULL),
    ("exceedlimit", content.EXCEEDLIMIT),
    ("mesgtoobig", content.MESGTOOBIG),
    ("suspend", mailboxes.SUSPEND),
    ("hasmoved", addresses.HASMOVED),
    ("notaccept", domains.NOTACCEPT),
    ("policyviolation", content.POLICYVIOLATION),
    ("rejected", senders.REJECTED),
    ("norelaying", senders.NORELAYING),
    ("speeding", hosts.SPEEDING),
    ("toomanyconn", hosts.TOOMANYCONN),
    ("failedstarttls", systems.FAILEDSTARTTLS),
    ("spamdetected", content.SPAMDETECTED),
    ("networkerror", systems.NETWORKERROR),
    ("hostunknown", domains.HOSTUNKNOWN),
    ("blocked", hosts.BLOCKED),
    ("mailererror", systems.MAILERERROR),
    ("userunknown", addresses.USERUNKNOWN),
    ("filtered", mailboxes.FILTERED),
    ("systemfull", systems.SYSTEMFULL),
    ("contenterror", content.CONTENTERROR),
    ("securityerror", systems.SECURITYERROR),
    ("syntaxerror", systems.SYNTAXERROR),
    ("systemerror", systems.SYSTEMERROR),
    ("expired", systems.EXPIRED),
    ("spamdetected", content.SPAM_AT_ALL),
    ("onhold", systems.ONHOLD),
)


def _compiled(phrases: str) -> re.Pattern[str]:
    lines = [line.strip() for line in phrases.splitlines()]
    parts = [".{0,60}?".join(re.escape(piece.replace("_", " ")) for piece in line.split("…")) for line in lines if line]
    return re.compile("|".join(parts))


_COMPILED = [(reason, _compiled(phrases)) for reason, phrases in ORDER]
# The codes that open the further lines of one reply.
_CONTINUED = re.compile(r"(?<=\S )[245]\d\d(?:-(?:[245]\.\d{1,3}\.\d{1,3} ?)?| [245]\.\d{1,3}\.\d{1,3} )(?=[a-z(<\[])")
# Words that only gloss an enhanced status, whatever the remote system meant by it.
_NOISE = re.compile(r"[45]\.\d\.\d - (?:unknown address error|other mail system problem|other or undefined \w+ status)")
_TELLING = _compiled(addresses.TELLING)
_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": "'", "”": "'", '"': "'", "_": " "})


def reason_in(text: str) -> str | None:
    """The first reason in ORDER one of whose phrases stands in `text` (normalised by `plain`), else None."""
    for reason, pattern in _COMPILED:
        if pattern.search(text):
            return reason
    return None


def is_telling(text: str) -> bool:
    """Whether a "user unknown" text says so in words that no filter uses."""
    return _TELLING.search(text) is not None


def plain(text: str) -> str:
    """`text` as the phrases are written: lower case, blanks squeezed and around it, quotes of every kind as "'"."""
    text = text[:12_000].lower().translate(_QUOTES)
    return f" {_NOISE.sub(' ', _CONTINUED.sub(' ', ' '.join(text.split())))} "
