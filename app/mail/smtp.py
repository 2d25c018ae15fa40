"""The post office: takes mail for our tenants by SMTP (RFC 5321), and says 250 only when it is stored for good."""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from email.utils import format_datetime
from typing import Any
from uuid import UUID

import structlog
from aiosmtpd.smtp import SMTP

from app.core import clock, ids
from app.core.db import TENANT, DatabaseDown, spawn
from app.core.errors import Unavailable
from app.core.settings import settings
from app.files.blobs import StorageFull
from app.mail import inbound, routes
from app.mail.inbound import Arrival
from app.mail.limits import Gatekeeper, Limits
from app.mail.spools import Spool
from app.tenancy import tenants
from app.tenancy.tenants import Tenant

log = structlog.get_logger(__name__)
PATH = re.compile(r'\s*<(?:@[^:<>]*:)?((?:"(?:[^"\\]|\\.)*"|[^\s<>"])*)>(.*)', re.DOTALL)
BARE = re.compile(r"\s*([^\s<>]+@[^\s<>]+)(.*)", re.DOTALL)
LONGEST = 254 + 64
READ = 256 * 1024
BUSY = "451 4.3.0 We cannot store mail just now, try again later"


class PortTaken(Exception):
    """Another program listens on our port; the message names both."""


class PostOffice:
    """Everything that connections share: where mail goes, how much of it, and how to close for the night."""

    def __init__(
        self, *, limits: Limits | None = None, tls: ssl.SSLContext | None = None, size: int | None = None
    ) -> None:
        self.limits = limits or Limits()
        self.gatekeeper = Gatekeeper(self.limits)
        self.tls = tls
        self.size = size or settings().smtp_max_size
        self.talks: set[Any] = set()
        self.storing: set[asyncio.Task[str]] = set()
        self.closing = False
        self.empty = asyncio.Event()
        self.empty.set()
        self.server: asyncio.Server | None = None

    async def open(self, host: str, port: int) -> int:
        """Listens, and says on which port (0 asks for any). Raises `PortTaken`."""
        loop = asyncio.get_running_loop()
        try:
            self.server = await loop.create_server(lambda: Conversation(self), host, port)
        except OSError as error:
            raise PortTaken(
                f"The mail listener cannot use port {port} of {host}: {error.strerror}. "
                "Stop the program that uses it, or choose another one with FONDACO_SMTP_PORT."
            ) from error
        found: int = self.server.sockets[0].getsockname()[1]
        log.info("smtp.listening", host=host, port=found, starttls=self.tls is not None, size=self.size)
        return found

    async def close(self, *, seconds: float = 25.0) -> None:
        """Takes no more connections; messages under way are finished, and everybody else is sent away politely."""
        self.closing = True
        if self.server is not None:
            self.server.close()
        for talk in list(self.talks):
            if not talk.in_data:
                talk.send_away()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.empty.wait()
        for talk in list(self.talks):
            talk.send_away()
        if self.storing:
            await asyncio.wait(self.storing, timeout=5)

    def enter(self, talk: Any) -> None:
        self.talks.add(talk)
        self.empty.clear()

    def leave(self, talk: Any) -> None:
        self.talks.discard(talk)
        if not self.talks:
            self.empty.set()

    async def recipient(self, talk: Any, envelope: Any, address: str) -> str:
        """The answer to RCPT TO."""
        if len(envelope.rcpt_tos) >= self.limits.recipients or talk.refused >= self.limits.refused:
            return "452 4.5.3 Too many recipients, send to the rest in another message"
        try:
            place = await routes.find(address)
        except Unavailable:
            return BUSY
        if place is None or (place.state != "away" and place.channel_id is None):
            talk.refused += 1
            return "550 5.1.1 There is no mailbox with this address here"
        if place.state == "away":
            return "450 4.2.1 This mailbox takes no mail just now, try again later"
        if place.state == "closed":
            talk.refused += 1
            return "550 5.2.1 This mailbox has been closed"
        envelope.rcpt_tos.append(address)
        envelope.places[address] = place
        return "250 2.1.5 OK"

    async def accept(self, envelope: Any, spool: Spool, trace: bytes) -> str:
        """Stores the mail for every tenant that it is for; only then the answer is 250."""
        try:
            chosen: dict[UUID, tuple[Tenant, dict[UUID, str]]] = {}
            for address, place in envelope.places.items():
                chosen.setdefault(place.tenant.id, (place.tenant, {}))[1].setdefault(place.channel_id, address)
            for tenant, channels in chosen.values():
                with tenants.enter(tenant):
                    await self._store(envelope, spool, trace, channels)
        except StorageFull:
            return "452 4.3.1 There is no room for your message just now, try again later"
        except (DatabaseDown, Unavailable) as error:
            log.warning("smtp.put_off", error=str(error.detail))
            return BUSY
        except Exception:
            log.exception("smtp.failed")
            return BUSY
        finally:
            spool.close()
        return "250 2.0.0 OK, your message is in good hands"

    async def _store(self, envelope: Any, spool: Spool, trace: bytes, channels: dict[UUID, str]) -> None:
        message_id = inbound.message_id_of(spool.head)
        sender = "" if envelope.mail_from == "<>" else envelope.mail_from
        arrivals = [
            Arrival(
                channel_id=channel_id,
                source_key=_source_key(channel_id, sender, spool, message_id),
                envelope_from=sender,
                envelope_to=address,
            )
            for channel_id, address in channels.items()
        ]
        async with TENANT.transaction():
            kept = await inbound.keep(
                spool.content(b"Return-Path: <" + sender.encode("utf-8", "replace") + b">\r\n", trace),
                arrivals,
                source="smtp",
                message_id=message_id,
            )
        log.info("smtp.stored", size=spool.size, kept=len(kept), again=len(arrivals) - len(kept))


def _source_key(channel_id: UUID, sender: str, spool: Spool, message_id: str) -> str:
    """A sender that did not hear our 250 sends the same bytes again. Without a Message-ID two equal mails may both be
    meant: a script that says the same thing twice.
    """
    name = f"{spool.digest.hexdigest()} {sender}" if message_id else ids.new().hex
    return f"smtp {channel_id} {name}"


class Conversation(SMTP):
    """One connection. aiosmtpd knows the commands; what makes a mail ours stands here."""

    session: Any
    envelope: Any
    transport: Any

    def __init__(self, office: PostOffice) -> None:
        super().__init__(
            self,
            data_size_limit=office.size,
            enable_SMTPUTF8=True,
            hostname=settings().base_domain,
            ident="Fondaco",
            tls_context=office.tls,
            timeout=office.limits.idle_seconds,
            auth_exclude_mechanism=["LOGIN", "PLAIN"],
            loop=asyncio.get_running_loop(),
        )
        self.office = office
        self.refused = 0
        self.in_data = False
        self.greeted = False

    @property
    def peer(self) -> str:
        peer = self.session.peer
        return str(peer[0]) if isinstance(peer, tuple) and peer else "local"

    def send_away(self) -> None:
        """Ends the connection with a word of why."""
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(b"421 4.3.2 Closing, try again in a moment\r\n")
            self.transport.close()

    async def _handle_client(self) -> None:
        peer = self.peer
        refusal = "421 4.3.2 Closing" if self.office.closing else self.office.gatekeeper.admit(peer)
        if refusal:
            await self.push(refusal)
            self.transport.close()
            return
        self.office.enter(self)
        try:
            # A client that goes away in the middle is nothing to speak of.
            with contextlib.suppress(ConnectionError):
                await super()._handle_client()
        finally:
            self.office.leave(self)
            self.office.gatekeeper.leave(peer)

    def _create_envelope(self) -> Any:
        envelope: Any = super()._create_envelope()
        envelope.places = {}
        return envelope

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """The address and the rest of MAIL FROM and RCPT TO; source routes are dropped (RFC 5321, section 4.1.1.3)."""
        found = PATH.fullmatch(arg) or BARE.fullmatch(arg)
        if found is None or len(found[1]) > LONGEST or not found[1].isprintable():
            return None, None
        if any("\ud800" <= c <= "\udfff" for c in found[1]):
            return None, None
        return found[1] or "<>", found[2]

    async def handle_EHLO(self, _server: Any, session: Any, _envelope: Any, name: str, lines: list[str]) -> list[str]:
        session.host_name = name
        kept = [line for line in lines if not line.startswith("250-AUTH")]
        return [*kept[:-1], "250-PIPELINING", kept[-1]]

    async def smtp_AUTH(self, _arg: str) -> None:
        await self.push("502 5.5.1 Nobody signs in here")

    async def smtp_VRFY(self, _arg: str) -> None:
        await self.push("252 2.1.5 Send your message, then we shall see")

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]) -> str:
        return await self.office.recipient(self, envelope, address)

    async def handle_exception(self, error: Exception) -> str:
        log.error("smtp.talk_failed", exc_info=error)
        return "451 4.3.0 Something went wrong on our side, try again later"

    async def smtp_DATA(self, arg: str | None) -> None:
        """aiosmtpd's own would hold the mail in memory and refuse long lines, which real mail has."""
        if await self.check_helo_needed():
            return
        if not self.envelope.rcpt_tos or arg:
            await self.push("501 5.5.4 Syntax: DATA" if arg else "503 5.5.1 Error: need RCPT command")
            return
        if not self.office.gatekeeper.may_send(self.peer):
            await self.push("450 4.7.1 Too many messages from your address, try again in a minute")
            self.envelope = self._create_envelope()
            return
        self.in_data = True
        try:
            answer = await self._take(Spool(settings().blobs / "spool", self.office.size))
        finally:
            self.in_data = False
        self.envelope = self._create_envelope()
        await self.push(answer)
        if self.office.closing or answer.startswith("421"):
            self.send_away()

    async def _take(self, spool: Spool) -> str:
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        try:
            refusal = await self._read_mail(spool)
        except BaseException:
            spool.close()
            raise
        if refusal:
            spool.close()
            return refusal
        # A task of its own: a client that hangs up now must not stop what is being stored.
        storing = spawn(self.office.accept(self.envelope, spool, self._trace()))
        self.office.storing.add(storing)
        storing.add_done_callback(self.office.storing.discard)
        return await asyncio.shield(storing)

    async def _read_mail(self, spool: Spool) -> str:
        """Reads until the mail ends; the answer is why it cannot be taken, or nothing."""
        rest: bytes | None = None
        try:
            async with asyncio.timeout(self.office.limits.data_seconds):
                while rest is None:
                    data = await self._reader.read(READ)
                    if not data:
                        raise ConnectionResetError("the client left in the middle of its mail")
                    self._reset_timeout()
                    rest = spool.feed(data)
                    if spool.taken > self.office.size + self.office.limits.overrun:
                        return "421 4.3.4 Your message is far too large"
        except TimeoutError:
            return "421 4.4.2 Your message took too long"
        if rest:
            # read() has emptied the buffer, so what came behind the mail is put back as the first thing in it.
            self._reader.feed_data(rest)
        if spool.too_large:
            return f"552 5.3.4 Your message is larger than {self.office.size} bytes"
        if spool.failed is not None:
            log.error("smtp.no_room", error=str(spool.failed))
            return "452 4.3.1 There is no room for your message just now, try again later"
        return ""

    def _trace(self) -> bytes:
        """The Received line that every server adds (RFC 5321, section 4.4)."""
        name = re.sub(r"[^\w.:\[\]-]", "?", self.session.host_name or "unknown")[:255]
        way = ("UTF8" if self.envelope.smtp_utf8 else "E") + "SMTP" + ("S" if self.session.ssl else "")
        when = format_datetime(clock.now())
        here, id = settings().base_domain, ids.new().hex
        line = f"Received: from {name} ([{self.peer}])\r\n by {here} (Fondaco) with {way} id {id};\r\n {when}\r\n"
        return line.encode("utf-8", "replace")
