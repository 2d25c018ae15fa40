"""The mail process: takes mail by SMTP, and fetches it from mailboxes elsewhere, for all tenants."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import ssl
from collections.abc import Callable
from datetime import timedelta

import structlog

from app.core.db import DatabaseDown, spawn
from app.core.settings import Settings, settings
from app.mail import imap, pollers
from app.mail.pollers import Turn
from app.mail.smtp import PostOffice
from app.tenancy import cells, signals, tenants

log = structlog.get_logger(__name__)
SIDE_BY_SIDE = 12
IDLE_SECONDS = 5.0
EVERY = timedelta(seconds=30)
SLOWEST = timedelta(minutes=15)


class TlsBroken(Exception):
    """The certificate of the listener cannot be used; the message says why."""


async def serve(stop: asyncio.Event | None = None, *, ready: Callable[[int], None] | None = None) -> None:
    """Runs the mail process until SIGTERM, SIGINT or `stop`: then mail under way is finished, and the rest sent away.

    `ready` is called with the SMTP port when mail is taken. Raises `PortTaken`, `TlsBroken`.
    """
    stop = stop or asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        # Outside the main thread (tests) nobody sends signals.
        with contextlib.suppress(RuntimeError, ValueError, NotImplementedError):
            loop.add_signal_handler(name, stop.set)
    current = settings()
    office = PostOffice(tls=_tls(current))
    async with cells.open_pools(), signals.listening():
        port = await office.open(current.smtp_host, current.smtp_port)
        rounds = Rounds()
        walking = spawn(rounds.walk())
        if ready:
            ready(port)
        try:
            await stop.wait()
        finally:
            log.info("mail.stopping")
            await asyncio.gather(office.close(), rounds.end())
            await walking


def _tls(current: Settings) -> ssl.SSLContext | None:
    if current.smtp_tls_cert is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(current.smtp_tls_cert, current.smtp_tls_key)
    except (OSError, ssl.SSLError) as error:
        raise TlsBroken(f"FONDACO_SMTP_TLS_CERT {current.smtp_tls_cert} and its key cannot be used: {error}") from error
    return context


class Rounds:
    """Visits mailboxes whose turn it is, some at the same time; other processes do so too and take other ones."""

    def __init__(self) -> None:
        self.visits: set[asyncio.Task[None]] = set()
        self.woken = asyncio.Event()
        self.ending = False

    async def walk(self) -> None:
        """Goes on until `end`."""
        subscription = signals.subscribe(pollers.WAKE, lambda _payload: self.woken.set(), gap=self.woken.set)
        try:
            while not self.ending:
                self.woken.clear()
                try:
                    turns = (
                        await pollers.take(SIDE_BY_SIDE - len(self.visits)) if len(self.visits) < SIDE_BY_SIDE else []
                    )
                except DatabaseDown as error:
                    log.warning("imap.no_database", error=str(error.detail))
                    turns = []
                except Exception:
                    log.exception("imap.turn_failed")
                    turns = []
                for turn in turns:
                    visit = spawn(self._visit(turn))
                    self.visits.add(visit)
                    visit.add_done_callback(self.visits.discard)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.woken.wait(), IDLE_SECONDS)
        finally:
            subscription.cancel()

    async def end(self) -> None:
        """Finishes the mail that each visit is at."""
        self.ending = True
        self.woken.set()
        if self.visits:
            await asyncio.wait(self.visits, timeout=20)
        for visit in list(self.visits):
            visit.cancel()
        await asyncio.gather(*self.visits, return_exceptions=True)

    async def _visit(self, turn: Turn) -> None:
        again = EVERY
        try:
            tenant = await tenants.by_id(turn.tenant_id)
            if tenant is not None and tenant.is_active:
                with tenants.enter(tenant):
                    more, failures = await imap.visit(turn.channel_id)
                again = timedelta(0) if more else min(EVERY * 2 ** min(failures, 10), SLOWEST)
        except DatabaseDown as error:
            log.warning("imap.put_off", error=str(error.detail))
        except Exception:
            log.exception("imap.visit_failed", channel=str(turn.channel_id))
            again = SLOWEST
        with contextlib.suppress(DatabaseDown):
            await pollers.give_back(turn, again_in=again)
        if not again:
            self.woken.set()
