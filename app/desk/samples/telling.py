"""Tells the stories of a demo tenant through the doors that mail and people use, each at its time."""

from __future__ import annotations

import html
import struct
import zlib
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Literal
from uuid import UUID

import structlog

from app.access import Actor
from app.core import clock
from app.core.db import TENANT, sql
from app.core.settings import settings
from app.crm import accounts, contacts
from app.desk import answers, incoming, messages, notifying, reads, tags, tickets
from app.desk.samples.acme import ACME
from app.desk.samples.globex import GLOBEX
from app.desk.samples.stories import Answer, Change, Give, Note, Person, Reply, Story, World
from app.desk.tables import Ticket
from app.identity import members, teams
from app.journal import consumers
from app.mail import channels, inbound, receiving
from app.mail.channels import Channel
from app.mail.inbound import Arrival
from app.mail.receiving import register_receiver
from app.tenancy import tenants

log = structlog.get_logger(__name__)
WORLDS = {"acme": ACME, "globex": GLOBEX}
Told = Story | Reply | Answer | Note | Give | Change
FEW = 6
HEARD = timedelta(hours=3)


async def fill(size: Literal["few", "all"] = "all") -> int:
    """Fills the current tenant when it is one of the demo tenants and has no ticket yet; says how many tickets it made.

    All of it is one transaction, so that a start that is interrupted leaves nothing half told. Nothing is sent.
    """
    world = WORLDS.get(tenants.current().slug)
    if world is None or await sql.fetchval("SELECT EXISTS (SELECT FROM tickets)"):
        return 0
    stories = world.stories[-FEW:] if size == "few" else world.stories
    register_receiver(incoming.receive)
    async with TENANT.transaction():
        telling = Telling(world, clock.now())
        await telling.prepare()
        await telling.tell(stories)
    consumers.consumer("desk.notifications")(notifying.notify)
    await consumers.drain()
    await _settle()
    log.info("samples.told", tickets=len(stories))
    return len(stories)


async def _settle() -> None:
    """What the bell says came when it happened, and what is older has been seen."""
    await sql.execute(
        "UPDATE notifications n SET created_at = e.at, read_at = CASE WHEN e.at < $1 THEN e.at END FROM events e"
        " WHERE e.id = n.event_id",
        clock.now() - HEARD,
    )


class Telling:
    """One world while it is told."""

    def __init__(self, world: World, now: datetime) -> None:
        self.world, self.now = world, now
        self.house = Actor.system()
        self.colleagues: dict[str, Actor] = {}
        self.groups: dict[str, UUID] = {}
        self.channel: Channel
        self.mails = 0

    def at(self, age: float) -> datetime:
        return self.now - timedelta(minutes=age)

    async def prepare(self) -> None:
        """Colleagues, teams, the mail channel and the companies."""
        rows = await sql.fetch("SELECT email FROM members WHERE deactivated_at IS NULL ORDER BY created_at, id")
        for row in rows:
            member = await members.by_email(row["email"])
            if member is not None:
                self.colleagues[row["email"].partition("@")[0]] = members.actor_of(member)
        with clock.standing_at(self.at(max(one.age for one in self.world.companies) + 60)):
            self.channel = await self._channel()
            for name, people in self.world.teams.items():
                team = await teams.create(name, by=self.house)
                ids = [one.member_id for email in people if (one := self.colleagues.get(email)) and one.member_id]
                await teams.set_members(team, ids, by=self.house)
                self.groups[name] = team.id
        for company in self.world.companies:
            with clock.standing_at(self.at(company.age)):
                await accounts.create(
                    name=company.name,
                    domain=company.domain,
                    phone=company.phone,
                    note=company.note,
                    website=f"https://www.{company.domain}",
                    owner_id=self.who(company.owner).member_id if company.owner else None,
                    by=self.who("kim" if "kim" in self.colleagues else "gil"),
                )

    async def _channel(self) -> Channel:
        found = await channels.default()
        if found is None:
            address = f"{self.world.channel}@{tenants.current().slug}.{settings().base_domain}"
            found = await channels.create(address, name=self.world.channel_name, by=self.house)
        return await channels.change(
            found, by=self.house, name=self.world.channel_name, team_id=found.team_id, signature=self.world.signature
        )

    def who(self, name: str) -> Actor:
        """A colleague; whoever is not there is stood in for by the first one."""
        return self.colleagues.get(name) or next(iter(self.colleagues.values()), self.house)

    async def tell(self, stories: tuple[Story, ...]) -> None:
        """All that happened, in the order in which it happened."""
        moments: list[tuple[float, int, Told]] = [(story.age, number, story) for number, story in enumerate(stories)]
        moments += [(step.age, number, step) for number, story in enumerate(stories) for step in story.steps]
        begun: dict[int, UUID] = {}
        for age, number, step in sorted(moments, key=lambda moment: -moment[0]):
            with clock.standing_at(self.at(age)):
                if isinstance(step, Story):
                    begun[number] = await self._begin(step)
                else:
                    await self._go_on(
                        step, stories[number], await tickets.get_for(self.house, begun[number], lock=True)
                    )
        for number, story in enumerate(stories):
            await self._seen(story, begun[number])

    async def _begin(self, story: Story) -> UUID:
        mail = self._letter(story.sender, story.subject, story.text, story.files, story.html)
        await self._arrives(mail, story.sender)
        ticket_id: UUID = await sql.fetchval("SELECT id FROM tickets ORDER BY number DESC LIMIT 1")
        await self._introduce(story.sender)
        return ticket_id

    async def _introduce(self, person: Person) -> None:
        """What colleagues know of somebody beside the address."""
        contact = await contacts.by_email(person.email)
        if contact is None or not (person.title or person.phone):
            return
        contact = await contacts.get_for(self.house, contact.id, lock=True)
        await contacts.change(contact, by=self.house, title=person.title, phone=person.phone)

    async def _go_on(self, step: Reply | Answer | Note | Give | Change, story: Story, ticket: Ticket) -> None:
        if isinstance(step, Reply):
            await self._reply(step, story, ticket)
        elif isinstance(step, Answer):
            sent = await answers.send(ticket, by=self.who(step.who), html=paragraphs(step.text), status=step.status)
            await sql.execute(
                "UPDATE outbound_mails SET state = 'sent', sent_at = $2, attempts = 1 WHERE id = $1",
                sent.outbound_id,
                clock.now(),
            )
        elif isinstance(step, Note):
            await messages.add_note(ticket, by=self.who(step.who), html=paragraphs(step.text))
        elif isinstance(step, Give):
            await tickets.change(ticket, by=self.who(step.who), assignee_id=self.who(step.to).member_id)
        else:
            await self._change(step, ticket)

    async def _change(self, step: Change, ticket: Ticket) -> None:
        by = self.who(step.who)
        for name in step.tags:
            await tags.add(ticket, name, by=by)
        wanted = {name: value for name in ("status", "priority") if (value := getattr(step, name))}
        if step.team:
            wanted["team_id"] = self.groups[step.team]
        if wanted:
            await tickets.change(await tickets.get_for(by, ticket.id, lock=True), by=by, **wanted)

    async def _reply(self, step: Reply, story: Story, ticket: Ticket) -> None:
        sender = step.sender or story.sender
        before = await sql.fetchrow(
            "SELECT message_id, author_name, reply, created_at FROM messages WHERE ticket_id = $1 AND message_id <> ''"
            " ORDER BY created_at DESC, id DESC LIMIT 1",
            ticket.id,
        )
        text = step.text
        if step.above:
            quoted = "\n".join(f"> {line}" for line in before["reply"].split("\n"))
            text += f"\n\nOn {before['created_at']:%d %b %Y at %H:%M} {before['author_name']} wrote:\n{quoted}\n"
        mail = self._letter(sender, f"Re: {story.subject}", text, step.files)
        mail["In-Reply-To"] = before["message_id"]
        await self._arrives(mail, sender)

    def _letter(self, sender: Person, subject: str, text: str, files: tuple[str, ...], html: str = "") -> EmailMessage:
        self.mails += 1
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender.header, self.channel.address, subject
        mail["Date"] = format_datetime(clock.now())
        mail["Message-ID"] = f"<{self.mails:04}.{clock.now():%Y%m%d%H%M%S}@{sender.email.rpartition('@')[2]}>"
        mail.set_content(text)
        if html:
            mail.add_alternative(html, subtype="html")
        for name in files:
            content, kind = file_of(name)
            mail.add_attachment(content, *kind.split("/"), filename=name)
        return mail

    async def _arrives(self, mail: EmailMessage, sender: Person) -> None:
        arrival = Arrival(
            channel_id=self.channel.id,
            source_key=f"sample {mail['Message-ID']}",
            envelope_from=sender.email,
            envelope_to=self.channel.address,
        )
        for inbound_id in await inbound.keep(bytes(mail), [arrival], source="smtp", message_id=mail["Message-ID"]):
            await receiving.receive(str(inbound_id))

    async def _seen(self, story: Story, ticket_id: UUID) -> None:
        """What is older than a few hours, everybody has looked at; of the rest, those who did something with it."""
        last = min([story.age, *(step.age for step in story.steps)])
        hands = {step.who for step in story.steps if not isinstance(step, Reply) and step.age <= last + 1}
        for name, actor in self.colleagues.items():
            if last > HEARD.total_seconds() / 60 or name in hands:
                await reads.mark_read(ticket_id, by=actor, at=self.at(max(last - 1, 0)))
            elif own := [step.age for step in story.steps if not isinstance(step, Reply) and step.who == name]:
                await reads.mark_read(ticket_id, by=actor, at=self.at(min(own)))


def paragraphs(text: str) -> str:
    """What a colleague types: empty lines part paragraphs, `*` around a word makes it strong."""
    blocks = [html.escape(block, quote=False).replace("\n", "<br>") for block in text.strip().split("\n\n")]
    joined = "".join(f"<p>{block}</p>" for block in blocks)
    parts = joined.split("*")
    return "".join(f"<b>{part}</b>" if number % 2 else part for number, part in enumerate(parts))


def file_of(name: str) -> tuple[bytes, str]:
    """Some bytes that are really of the kind that the name promises."""
    extension = name.rpartition(".")[2]
    if extension == "png":
        return picture(320, 200), "image/png"
    if extension == "pdf":
        return (
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n",
            ("application/pdf"),
        )
    if extension == "csv":
        return b"device,pages,error\nM480-3,18211,E-13\nM480-4,9120,\n", "text/csv"
    return b"09:02:11 tray 2: pick-up slipped\n09:02:12 E-13 paper skew\n09:02:12 stopped\n", "text/plain"


def picture(width: int, height: int) -> bytes:
    """A PNG (RFC 2083): something grey that a phone might have seen in a dim corridor."""
    rows = b"".join(
        b"\0" + bytes(channel for x in range(width) for channel in _dim(x / width, y / height)) for y in range(height)
    )

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def _dim(x: float, y: float) -> tuple[int, int, int]:
    if 0.3 < x < 0.72 and 0.25 < y < 0.8:
        light = int(205 - 60 * y + (25 if 0.4 < y < 0.44 else 0))
        return light, light, light + 6
    wall = int(120 + 50 * x - 30 * y)
    return wall, wall - 4, wall - 12
