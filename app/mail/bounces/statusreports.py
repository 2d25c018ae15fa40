"""The machine-readable half of a report says per address what happened (RFC 3464), also where its form is broken."""

from __future__ import annotations

import re

import msgspec

_FIELD = re.compile(
    r"(?i)^\s{0,3}(final-recipient|original-recipient|action|status|diagnostic-code|remote-mta|reporting-mta|"
    r"x-actual-recipient|x-supplementary-info|x-original-message-id|x-notes|last-attempt-date|will-retry-until|"
    r"arrival-date|final-log-id|original-envelope-id|received-from-mta|dsn-gateway|x-[\w-]{1,60}|smtp-remote-[\w-]+|"
    r"original-subject|subject|message-id)\s*:\s*(.*)$"
)
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',:;\\]{1,128}@[A-Za-z0-9\u00a1-\u1fff._-]{1,253}")
_QUOTED = re.compile(r"\"[^\"\n]{1,128}\"@[A-Za-z0-9._-]{1,253}")
_ACTIONS = {
    "failed": "failed", "failure": "failed", "fail": "failed", "delayed": "delayed", "deferred": "delayed",
    "delivered": "delivered", "relayed": "delivered", "expanded": "delivered", "expired": "failed", "error": "failed",
    "hard": "failed", "soft": "failed", "denied": "failed", "rejected": "failed", "deliverable": "delivered",
}  # fmt: skip


class Group(msgspec.Struct):
    """The fields of one recipient as they were sent; `action` is failed, delayed, delivered or ""."""

    address: str = ""
    given: str = ""
    action: str = ""
    status: str = ""
    diagnostic: str = ""
    remote: str = ""
    extra: str = ""


def read(text: str) -> list[Group]:
    """The recipient groups of a delivery-status text in order; groups without any address are dropped. Linear."""
    groups: list[Group] = []
    current = Group()
    last = ""
    for line in text.split("\n")[:20_000]:
        match = _FIELD.match(line)
        if match is None:
            if line.strip() and (last == "diagnostic-code" or (last and line[:1].isspace())):
                _continue(current, last, line.strip())
            elif not line.strip():
                if _complete(current):
                    groups.append(current)
                    current = Group()
                last = ""
            continue
        last, value = match.group(1).lower(), match.group(2).strip()
        if last in ("final-recipient", "original-recipient") and _repeats(current, last):
            groups.append(current)
            current = Group()
        _set(current, last, value)
    if _complete(current):
        groups.append(current)
    return _joined(groups)


def _complete(group: Group) -> bool:
    return bool((group.address or group.given) and (group.action or group.status or group.diagnostic))


def _repeats(group: Group, name: str) -> bool:
    return bool(group.address if name == "final-recipient" else group.given) and _complete(group)


def _joined(groups: list[Group]) -> list[Group]:
    """Groups of one address become one: what the first leaves open the next may say."""
    found: dict[str, Group] = {}
    for group in groups:
        address = group.address or group.given
        if (known := found.get(address.lower())) is None:
            found[address.lower()] = group
        elif not known.diagnostic:
            known.diagnostic, known.status = group.diagnostic, group.status or known.status
    return list(found.values())


def _set(group: Group, name: str, value: str) -> None:
    if name == "final-recipient":
        group.address = address_in(value) or group.address
    elif name in ("original-recipient", "x-actual-recipient"):
        group.given = group.given or address_in(value)
    elif name == "action":
        word = re.match(r"[A-Za-z]+", value)
        group.action = _ACTIONS.get(word.group().lower() if word else "", group.action)
    elif name == "status":
        group.status = group.status or value
    elif name == "diagnostic-code":
        group.diagnostic = f"{group.diagnostic} {value}".strip()
    elif name == "remote-mta":
        group.remote = value
    elif name in ("x-supplementary-info", "x-notes") or name.startswith("smtp-remote"):
        group.extra += " " + value


def _continue(group: Group, name: str, value: str) -> None:
    if len(group.diagnostic) > 8_000 or len(group.extra) > 8_000:
        return
    if name == "diagnostic-code":
        group.diagnostic += " " + value
    elif name == "status":
        group.status += " " + value
    elif name in ("final-recipient", "original-recipient"):
        _set(group, name, value)
    elif name in ("x-supplementary-info", "x-notes"):
        group.extra += " " + value


def address_in(value: str) -> str:
    """The address of a recipient field ("rfc822; kim@acme.test"), "" when there is none; xtext is read (RFC 3461)."""
    text = value.partition(";")[2] if ";" in value[:40] else value
    text = text.strip() or value
    match = _QUOTED.search(text) or _ADDRESS.search(text)
    if match is None:
        packed = re.search(r"(?i)\bSMTP:([^\s:;=]+@[\w.-]+)", value) or re.search(r"IMCEA\w*-([^\s@]+)@", value)
        return packed.group(1).strip(".") if packed else ""
    return match.group().strip(".'`")
