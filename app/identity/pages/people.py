"""The settings that say who works here: members and teams."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.access import Actor
from app.core.errors import Invalid
from app.core.words import _
from app.identity import invitations, members, roles, teams
from app.identity.tables import ROLES, Member
from app.identity.views import InviteForm, MemberRow, Members, TeamPage, TeamRow, Teams
from app.web import forms
from app.web.components import Choice
from app.web.forms import Form
from app.web.pages import page, redirect

AnyRequest = Request[Any, Any, Any]


class MemberSettings(Controller):
    path = "/settings/members"
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Response[str]:
        return await self._members(request, actor, InviteForm(roles=role_choices("agent"), teams=await _teams(actor)))

    @post("/", status_code=303)
    async def invite(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Response[str]:
        form = await forms.read(request)
        try:
            role = members.role_of(form.line("role"))
            member = await members.invite(form.line("email"), name=form.line("name", limit=100), role=role, by=actor)
        except Invalid as refusal:
            return await self._again(request, actor, form, refusal.errors, status=422)
        except members.AlreadyMember as refusal:
            return await self._again(request, actor, form, {"email": refusal.message}, status=refusal.status)
        for team_id in sorted(form.ids("team")):
            await teams.add_member(await teams.get_for(actor, team_id, lock=True), member, by=actor)
        await invitations.send(member, by=actor)
        return redirect(request, "/settings/members")

    @post("/{member_id:uuid}/role", status_code=303)
    async def change_role(
        self, request: AnyRequest, actor: NamedDependency[Actor], member_id: FromPath[UUID]
    ) -> Response[str]:
        role = members.role_of((await forms.read(request)).line("role"))
        await roles.change(await members.get_for(actor, member_id), role, by=actor)
        return redirect(request, "/settings/members")

    @post("/{member_id:uuid}/deactivation", status_code=303)
    async def deactivate(
        self, request: AnyRequest, actor: NamedDependency[Actor], member_id: FromPath[UUID]
    ) -> Response[str]:
        await roles.deactivate(await members.get_for(actor, member_id), by=actor)
        return redirect(request, "/settings/members")

    @post("/{member_id:uuid}/activation", status_code=303)
    async def reactivate(
        self, request: AnyRequest, actor: NamedDependency[Actor], member_id: FromPath[UUID]
    ) -> Response[str]:
        await roles.reactivate(await members.get_for(actor, member_id), by=actor)
        return redirect(request, "/settings/members")

    @post("/{member_id:uuid}/invitation", status_code=303)
    async def invite_again(
        self, request: AnyRequest, actor: NamedDependency[Actor], member_id: FromPath[UUID]
    ) -> Response[str]:
        await invitations.send(await members.get_for(actor, member_id), by=actor)
        return redirect(request, "/settings/members")

    async def _again(
        self, request: AnyRequest, actor: Actor, form: Form, errors: dict[str, str], *, status: int
    ) -> Response[str]:
        """The page with everything that was typed."""
        chosen = set(form.ids("team"))
        typed = InviteForm(
            roles=role_choices(form.line("role")), teams=await _teams(actor, chosen), email=form.line("email"),
            name=form.line("name"), errors=errors, open=True,
        )  # fmt: skip
        return await self._members(request, actor, typed, status=status)

    async def _members(
        self, request: AnyRequest, actor: Actor, invite: InviteForm, *, status: int = 200
    ) -> Response[str]:
        everybody = await members.list_for(actor)
        of_member: dict[UUID, list[str]] = {}
        all_teams = await teams.list_for(actor)
        for team_id, people in (await teams.members_of(all_teams)).items():
            for member in people:
                of_member.setdefault(member.id, []).append(next(team.name for team in all_teams if team.id == team_id))
        rows = [_row(member, of_member.get(member.id, []), actor) for member in everybody]
        view = Members(members=rows, invite=invite, may_change=actor.can("member.manage"))
        return await page(request, "identity/members.html", status=status, view=view)


class TeamSettings(Controller):
    path = "/settings/teams"
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Response[str]:
        return await self._teams(request, actor)

    @post("/", status_code=303)
    async def create(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Response[str]:
        name = (await forms.read(request)).line("name", limit=80)
        try:
            team = await teams.create(name, by=actor)
        except Invalid as refusal:
            return await self._teams(request, actor, name=name, errors=refusal.errors, status=422)
        return redirect(request, f"/settings/teams/{team.id}")

    @get("/{team_id:uuid}")
    async def show_one(
        self, request: AnyRequest, actor: NamedDependency[Actor], team_id: FromPath[UUID]
    ) -> Response[str]:
        team = await teams.get_for(actor, team_id)
        inside = {member.id for member in (await teams.members_of([team]))[team.id]}
        return await self._team(request, actor, team_id, team.name, inside)

    @post("/{team_id:uuid}", status_code=303)
    async def change(
        self, request: AnyRequest, actor: NamedDependency[Actor], team_id: FromPath[UUID]
    ) -> Response[str]:
        form = await forms.read(request)
        team = await teams.get_for(actor, team_id, lock=True)
        name, inside = form.line("name", limit=80), form.ids("member")
        try:
            await teams.rename(team, name, by=actor)
        except Invalid as refusal:
            return await self._team(request, actor, team_id, name, set(inside), errors=refusal.errors, status=422)
        await teams.set_members(team, inside, by=actor)
        return redirect(request, "/settings/teams")

    @post("/{team_id:uuid}/removal", status_code=303)
    async def delete(
        self, request: AnyRequest, actor: NamedDependency[Actor], team_id: FromPath[UUID]
    ) -> Response[str]:
        await teams.delete(await teams.get_for(actor, team_id, lock=True), by=actor)
        return redirect(request, "/settings/teams")

    async def _teams(
        self, request: AnyRequest, actor: Actor, *, name: str = "", errors: dict[str, str] | None = None,
        status: int = 200,
    ) -> Response[str]:  # fmt: skip
        found = await teams.list_for(actor)
        people = await teams.members_of(found)
        waiting = await teams.open_work([team.id for team in found])
        rows = [
            TeamRow(
                id=team.id, name=team.name, members=[member.person for member in people[team.id]],
                open_tickets=waiting.get(team.id, 0),
            )
            for team in found
        ]  # fmt: skip
        view = Teams(teams=rows, name=name, errors=errors or {}, may_change=actor.can("team.manage"))
        return await page(request, "identity/teams.html", status=status, view=view)

    async def _team(
        self, request: AnyRequest, actor: Actor, team_id: UUID, name: str, inside: set[UUID], *,
        errors: dict[str, str] | None = None, status: int = 200,
    ) -> Response[str]:  # fmt: skip
        actor.must("team.manage")
        people = [member for member in await members.list_for(actor) if member.is_active or member.id in inside]
        waiting = await teams.open_work([team_id])
        view = TeamPage(
            id=team_id,
            name=name,
            members=[
                Choice(value=str(member.id), label=member.name or member.email, selected=member.id in inside)
                for member in people
            ],
            open_tickets=waiting.get(team_id, 0),
            errors=errors or {},
        )
        return await page(request, "identity/team.html", status=status, view=view)


def role_choices(chosen: str) -> list[Choice]:
    labels = {"admin": _("Admin"), "agent": _("Agent"), "viewer": _("Viewer")}
    return [Choice(value=role, label=labels[role], selected=role == chosen) for role in ROLES]


async def _teams(actor: Actor, chosen: set[UUID] | None = None) -> list[Choice]:
    return [
        Choice(value=str(team.id), label=team.name, selected=team.id in (chosen or ()))
        for team in await teams.list_for(actor)
    ]


def _row(member: Member, of_teams: list[str], actor: Actor) -> MemberRow:
    return MemberRow(
        id=member.id, person=member.person, role=members.role_of(member.role), state=member.state, teams=of_teams,
        last_seen_at=member.last_seen_at, myself=member.id == actor.member_id,
    )  # fmt: skip
