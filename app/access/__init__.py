"""Who does something, and whether they may: one decision for every door."""

from app.access.actors import Actor
from app.access.permissions import allows, grant, predicate

__all__ = ["Actor", "allows", "grant", "predicate"]
