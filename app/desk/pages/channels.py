"""The settings of mail channels: the addresses that customers write to, and how mail gets from there to here."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.access import Actor
from app.core import clock, ids
from app.core.db import sql
from app.core.errors import FondacoError, Invalid
from app.core.words import _
from app.desk.views import ChannelForm, ChannelRow, Channels, ImapTest
from app.identity import teams
from app.mail import channels, imap
from app.mail.channels import Channel, Imap
from app.mail.mailboxes import MailboxError
from app.web import forms
from app.web.components import Choice
from app.web.forms import Form
from app.web.pages import fragment, page, redirect

AnyRequest = Request[Any, Any, Any]
HERE = "/settings/channels"
SELECTOR = "fondaco"


class ChannelSettings(Controller):
    path = HERE
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Response[str]:
        actor.must("channel.read")
        names = {team.id: team.name for team in await teams.list_for(actor)}
        rows = [
            ChannelRow(
                id=channel.id, address=channel.address, name=channel.name,
                team=names.get(channel.team_id, "") if channel.team_id else "", is_default=channel.is_default,
                state=_state(channel), reason=channel.imap_error, checked_at=channel.imap_checked_at,
            )
            for channel in await channels.every()
        ]  # fmt: skip
        view = Channels(channels=rows, may_change=actor.can("channel.manage"))
        return await page(request, "desk/channels.html", view=view)

    @get("/new")
    async def show_empty(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Response[str]:
        actor.must("channel.manage")
        return await _form(request, actor, None)

    @post("/new", status_code=303)
    async def create(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Response[str]:
        actor.must("channel.manage")
        form = await forms.read(request)
        try:
            channel = await channels.create(
                form.line("address"), name=form.line("name"), by=actor, team_id=await _team(actor, form),
                signature=form.prose("signature", limit=10_000), imap=_imap(form, None),
            )  # fmt: skip
        except FondacoError as refusal:
            return await _form(request, actor, None, form=form, refusal=refusal)
        if form.flag("is_default"):
            await channels.make_default(channel, by=actor)
        return redirect(request, f"{HERE}/{channel.id}")

    @post("/new/test", status_code=200)
    async def try_new(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Response[str]:
        actor.must("channel.manage")
        return await _try(request, _imap(await forms.read(request), None))

    @get("/{channel_id:uuid}")
    async def show_one(
        self, request: AnyRequest, actor: NamedDependency[Actor], channel_id: FromPath[UUID]
    ) -> Response[str]:
        actor.must("channel.manage")
        return await _form(request, actor, await channels.get(channel_id))

    @post("/{channel_id:uuid}", status_code=303)
    async def change(
        self, request: AnyRequest, actor: NamedDependency[Actor], channel_id: FromPath[UUID]
    ) -> Response[str]:
        actor.must("channel.manage")
        form, channel = await forms.read(request), await channels.get(channel_id, lock=True)
        try:
            await _change(channel, form, actor)
        except FondacoError as refusal:
            return await _form(request, actor, channel, form=form, refusal=refusal)
        return redirect(request, HERE)

    @post("/{channel_id:uuid}/test", status_code=200)
    async def try_mailbox(
        self, request: AnyRequest, actor: NamedDependency[Actor], channel_id: FromPath[UUID]
    ) -> Response[str]:
        actor.must("channel.manage")
        known = await channels.imap_of(await channels.get(channel_id))
        return await _try(request, _imap(await forms.read(request), known))

    @post("/{channel_id:uuid}/dkim", status_code=303)
    async def make_key(
        self, request: AnyRequest, actor: NamedDependency[Actor], channel_id: FromPath[UUID]
    ) -> Response[str]:
        channel = await channels.get(channel_id, lock=True)
        await channels.set_dkim(channel, selector=channel.dkim_selector or SELECTOR, key=None, by=actor)
        return redirect(request, f"{HERE}/{channel.id}")

    @post("/{channel_id:uuid}/removal", status_code=303)
    async def delete(
        self, request: AnyRequest, actor: NamedDependency[Actor], channel_id: FromPath[UUID]
    ) -> Response[str]:
        await channels.delete(await channels.get(channel_id, lock=True), by=actor)
        return redirect(request, HERE)


async def _change(channel: Channel, form: Form, actor: Actor) -> None:
    if form.line("address") and form.line("address").lower() != channel.address:
        raise Invalid(errors={"address": _("An address stays what it is. Create a new channel, then remove this one.")})
    channel = await channels.change(
        channel, by=actor, name=form.line("name"), team_id=await _team(actor, form),
        signature=form.prose("signature", limit=10_000),
    )  # fmt: skip
    known = await channels.imap_of(channel)
    wanted = _imap(form, known)
    if wanted != known:
        # An empty password keeps the one that is stored.
        typed = form.secret("imap_password") or None
        await channels.set_imap(channel, wanted and _with_password(wanted, typed), by=actor)
    if form.flag("active") and not channel.active:
        await channels.activate(channel, by=actor)
        channel = await channels.get(channel.id)
    if form.flag("is_default") and not channel.is_default:
        await channels.make_default(channel, by=actor)
        channel = await channels.get(channel.id)
    if not form.flag("active") and channel.active:
        await channels.deactivate(channel, by=actor)


def _with_password(imap: Imap, password: str | None) -> Imap:
    return Imap(
        host=imap.host, port=imap.port, security=imap.security, user=imap.user, password=password, folder=imap.folder
    )


def _imap(form: Form, known: Imap | None) -> Imap | None:
    """The mailbox that stands in the form; None when no server does. The stored password fills an empty field only for the
    same server, or it could be sent to another one.
    """
    host = form.line("imap_host").lower()
    if not host:
        return None
    port, security = form.line("imap_port"), form.line("imap_security")
    same = known is not None and known.host == host
    return Imap(
        host=host,
        port=int(port) if port.isascii() and port.isdecimal() and len(port) < 6 else 0,
        security=_security(security),
        user=form.line("imap_user"),
        password=form.secret("imap_password") or (known.password if known and same else None),
        folder=form.line("imap_folder") or "INBOX",
    )


def _security(text: str) -> Literal["tls", "starttls", "none"]:
    return "starttls" if text == "starttls" else "none" if text == "none" else "tls"


async def _team(actor: Actor, form: Form) -> UUID | None:
    chosen = ids.read(form.line("team"))
    if chosen is None:
        return None
    if chosen not in {team.id for team in await teams.list_for(actor)}:
        raise Invalid(errors={"team": _("There is no such team.")})
    return chosen


async def _try(request: AnyRequest, wanted: Imap | None) -> Response[str]:
    if wanted is None:
        view = ImapTest(ok=False, text=_("Enter the name of the mail server first."))
    elif wanted.password is None:
        view = ImapTest(ok=False, text=_("Enter the password of the mailbox."))
    else:
        try:
            await imap.verify(wanted)
        except MailboxError as error:
            view = ImapTest(ok=False, text=str(error))
        else:
            view = ImapTest(ok=True, text=_("It works: the folder can be opened."), at=clock.now())
    return await fragment(request, "desk/_imap_test.html", view=view)


async def _form(
    request: AnyRequest, actor: Actor, channel: Channel | None, *, form: Form | None = None,
    refusal: FondacoError | None = None,
) -> Response[str]:  # fmt: skip
    """The page of one channel, or of a new one: as it is stored, or as it was sent when it was refused."""
    errors: dict[str, str] = {}
    if refusal is not None:
        errors = refusal.errors if isinstance(refusal, Invalid) else {"address": refusal.message}
    given = _sent(form, channel) if form else _stored(channel)
    view = ChannelForm(
        base=f"{HERE}/{channel.id}" if channel else f"{HERE}/new",
        teams=await _team_choices(actor, given.pop("team")),
        securities=_securities(given.pop("security")),
        id=channel.id if channel else None,
        has_password=bool(channel and channel.imap_host),
        state=_state(channel) if channel else "quiet",
        errors=errors,
        **given,
        **(await _signature_of(channel) if channel else {}),
    )
    return await page(request, "desk/channel.html", status=refusal.status if refusal else 200, view=view)


def _stored(channel: Channel | None) -> dict[str, Any]:
    if channel is None:
        return {"team": "", "security": "tls"}
    return {
        "team": str(channel.team_id or ""), "security": channel.imap_security, "address": channel.address,
        "name": channel.name, "signature": channel.signature, "is_default": channel.is_default, "active": channel.active,
        "imap_host": channel.imap_host, "imap_port": channel.imap_port, "imap_user": channel.imap_user,
        "imap_folder": channel.imap_folder,
    }  # fmt: skip


def _sent(form: Form, channel: Channel | None) -> dict[str, Any]:
    wanted = _imap(form, None)
    return {
        "team": form.line("team"), "security": form.line("imap_security"), "address": form.line("address"),
        "name": form.line("name"), "signature": form.prose("signature", limit=10_000),
        "is_default": form.flag("is_default"), "active": form.flag("active") or channel is None,
        "imap_host": form.line("imap_host"), "imap_port": wanted.port if wanted else 993,
        "imap_user": form.line("imap_user"), "imap_folder": form.line("imap_folder") or "INBOX",
    }  # fmt: skip


async def _signature_of(channel: Channel) -> dict[str, Any]:
    """The DNS record of the channel's key, and how many tickets came through it."""
    found: dict[str, Any] = {
        "dkim_selector": channel.dkim_selector,
        "tickets": await sql.fetchval("SELECT count(*) FROM tickets WHERE channel_id = $1", channel.id),
    }
    if record := await channels.dkim_record(channel):
        found |= {"dkim_record": record, "dkim_name": f"{channel.dkim_selector}._domainkey.{channel.domain}"}
    return found


async def _team_choices(actor: Actor, chosen: str) -> list[Choice]:
    nobody = Choice(value="", label=_("No team"), selected=not chosen)
    found = await teams.list_for(actor)
    return [nobody, *(Choice(value=str(team.id), label=team.name, selected=str(team.id) == chosen) for team in found)]


def _securities(chosen: str) -> list[Choice]:
    labels = {"tls": "TLS", "starttls": "STARTTLS", "none": _("None")}
    return [Choice(value=value, label=label, selected=value == chosen) for value, label in labels.items()]


def _state(channel: Channel) -> Literal["receives", "quiet", "failing", "off"]:
    if not channel.active:
        return "off"
    if channel.imap_error:
        return "failing"
    return "receives" if channel.imap_host else "quiet"
