"""What each role may do: one decision, and the same decision as a condition on rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.access.actors import Actor

ROLES = ("admin", "agent", "viewer")
_granted: dict[str, set[str]] = {role: set() for role in ROLES}


def grant(verbs_by_role: dict[str, Iterable[str]]) -> None:
    """Adds what a slice's manifest lets each role do: `{"agent": ["ticket.update"]}`. An admin may do all that is
    granted to any.
    """
    for role, verbs in verbs_by_role.items():
        _granted[role].update(verbs)
        _granted["admin"].update(verbs)


def allows(actor: Actor, verb: str, record: Any = None) -> bool:
    """Whether `actor` may do `verb` (`ticket.update`), on `record` when one is given.

    The house itself (`system`, `mail`, `rule`) may do what its own code asks for. Today no rule looks at the record:
    a role's right holds for all records of the tenant, and `predicate` says the same.
    """
    if actor.role == "system":
        return True
    return verb in _granted.get(actor.role, ())


def predicate(actor: Actor, kind: str) -> str:
    """The rows of `kind` that `actor` may read, as a condition for a WHERE clause without arguments."""
    return "true" if allows(actor, f"{kind}.read") else "false"
