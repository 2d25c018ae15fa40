"""A finding is one thing that was looked at: well, or with what is wrong and what to do."""

from __future__ import annotations

from typing import Literal

import msgspec

Level = Literal["ok", "warn", "fail"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """`check` names what was looked at, `tenant` whose it is (empty: the cell's), `remedy` what to do unless `level` is ok."""

    check: str
    level: Level
    what: str
    remedy: str = ""
    tenant: str = ""


def ok(check: str, what: str, *, tenant: str = "") -> Finding:
    return Finding(check=check, level="ok", what=what, tenant=tenant)


def warn(check: str, what: str, remedy: str, *, tenant: str = "") -> Finding:
    return Finding(check=check, level="warn", what=what, remedy=remedy, tenant=tenant)


def fail(check: str, what: str, remedy: str, *, tenant: str = "") -> Finding:
    return Finding(check=check, level="fail", what=what, remedy=remedy, tenant=tenant)
