"""How much of our time and room one sender may take."""

from __future__ import annotations

import ipaddress
import time
from collections import Counter, deque
from dataclasses import dataclass

from app.core import networks


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`refused` recipients of one connection are looked up; further ones are put off. A message may be late by
    `data_seconds` and a command by `idle_seconds`. What a client sends beyond the size limit is read up to `overrun` bytes.
    """

    connections: int = 500
    connections_per_peer: int = 50
    messages_per_minute: int = 300
    recipients: int = 100
    refused: int = 200
    idle_seconds: float = 120.0
    data_seconds: float = 1800.0
    overrun: int = 64 * 2**20
    spare_private: bool = True
    """Peers in private networks are our own relays and balancers, behind which many senders stand."""


class Gatekeeper:
    """Counts what each peer does now and did in the last minute."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.open: Counter[str] = Counter()
        self.lately: dict[str, deque[float]] = {}

    def admit(self, peer: str) -> str | None:
        """Counts a new connection; the answer is why there is no room for it."""
        place = networks.counted(peer)
        if self.open.total() >= self.limits.connections:
            return "421 4.3.2 Too many connections, try again later"
        if not self._spared(peer) and self.open[place] >= self.limits.connections_per_peer:
            return "421 4.7.0 Too many connections from your address"
        self.open[place] += 1
        return None

    def leave(self, peer: str) -> None:
        place = networks.counted(peer)
        self.open[place] -= 1
        if self.open[place] <= 0:
            del self.open[place]

    def may_send(self, peer: str) -> bool:
        """Counts a message; False when the peer has sent too many in a minute."""
        if self._spared(peer):
            return True
        now = time.monotonic()
        times = self.lately.setdefault(networks.counted(peer), deque())
        while times and times[0] < now - 60:
            times.popleft()
        if len(times) >= self.limits.messages_per_minute:
            return False
        times.append(now)
        if len(self.lately) > 10_000:
            self.lately = {one: seen for one, seen in self.lately.items() if seen and seen[-1] > now - 60}
        return True

    def _spared(self, peer: str) -> bool:
        try:
            return self.limits.spare_private and ipaddress.ip_address(peer.partition("%")[0]).is_private
        except ValueError:
            return False
