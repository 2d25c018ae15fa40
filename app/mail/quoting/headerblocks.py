"""“From: … Sent: … To: … Subject: …”: the head that Outlook and its like copy above an older letter, in all languages."""

from __future__ import annotations

import re

from app.mail import phrases
from app.mail.quoting.lines import Line

_ROLES: dict[str, set[str]] = {}
for _row in phrases.rows("labels"):
    _role, _, _names = _row.partition(":")
    for _name in _names.split("|"):
        _ROLES.setdefault(_name.strip().casefold(), set()).add(_role)
_LABEL = re.compile(r"^[\s*_|>\-•]*(?P<label>[^\W\d_][^:：*\n<>@]{0,28}?)\s*[*_]*\s*[:：]\s*[*_]*\s*(?P<value>.*)$")
_MAIL = re.compile(r"@|\[mailto:|\[?SMTP:", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
LONGEST_BLOCK = 24


def roles(text: str) -> tuple[set[str], str]:
    """What a line's label may mean ("from", "sent", "to", "cc", "subject", "more"), and the value behind it."""
    match = _LABEL.match(text)
    if match is None:
        return set(), ""
    return _ROLES.get(" ".join(match["label"].split()).casefold(), set()), match["value"].strip()


def find(lines: list[Line], at: int) -> int | None:
    """The index after the block of headers that begins at line `at`, or None when there is none."""
    first, _ = roles(lines[at].bare)
    if not first - {"more"}:
        return None
    seen: set[str] = set()
    values: list[str] = []
    end, there, loose = at, at, 0
    depth = lines[at].depth
    while there < min(len(lines), at + LONGEST_BLOCK):
        line = lines[there]
        found, value = roles(line.bare)
        fresh = found - seen
        if line.depth != depth or (line.cut and there > at):
            break
        if found and (fresh or found & {"cc", "more"}):
            seen.add(min(fresh or found, key=_WEIGHT.__getitem__))
            values.append(value)
            end, loose = there + 1, 0
        elif line.is_empty:
            if not _label_follows(lines, there, seen):
                break
        elif found:
            break
        else:  # a value that goes on: a long list of people, a long subject
            loose += 1
            if loose > (8 if "to" in seen and "subject" not in seen else 2) or not _label_follows(lines, there, seen):
                break
            values.append(line.bare)
        there += 1
    return end if _is_enough(seen, values) else None


_WEIGHT = {"from": 0, "sent": 1, "to": 2, "subject": 3, "cc": 4, "more": 5}


def _label_follows(lines: list[Line], at: int, seen: set[str]) -> bool:
    return (
        any(roles(line.bare)[0] - seen for line in lines[at + 1 : at + 10] if not line.is_empty) if len(seen) else False
    )


def _is_enough(seen: set[str], values: list[str]) -> bool:
    """Three of the four, and something that only a letter's head has: a subject line or an address beside a date."""
    main = seen & {"from", "sent", "to", "subject"}
    joined = " ".join(values)
    if len(main) >= 3 and ("subject" in main or _MAIL.search(joined)) and ("sent" in main or _MAIL.search(joined)):
        return bool(_DIGIT.search(joined) or _MAIL.search(joined))
    return len(main) == 2 and "from" in main and bool(_MAIL.search(joined)) and ("sent" in main or "subject" in main)
