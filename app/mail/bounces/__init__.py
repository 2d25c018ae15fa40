"""A letter of ours came back: who was not reached, and whether it is worth writing there again."""

from app.mail.bounces.facts import Bounce, Kind, Recipient
from app.mail.bounces.reading import read

__all__ = ["Bounce", "Kind", "Recipient", "read"]
