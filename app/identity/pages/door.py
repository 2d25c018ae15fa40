"""The door: signing in and out, and the links that let somebody in without a password."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath

from app.core.db import TENANT
from app.core.errors import Invalid
from app.identity import attempts, links, members, resets, sessions, sign_in
from app.identity.authentication import give_session, passport_of, session_token, take_session
from app.identity.devices import address_of, device_of
from app.identity.tables import Member
from app.identity.views import Forgot, NewPassword, SignIn
from app.tenancy import tenants
from app.web import forms
from app.web.components import Notice
from app.web.forms import Form
from app.web.pages import inside, page, redirect
from app.web.unit_of_work import stand_apart

AnyRequest = Request[Any, Any, Any]
SIGN_IN = ["/sign-in", "/auth/sign-in"]
SIGN_OUT = ["/sign-out", "/auth/sign-out"]
FORGOT = ["/forgot", "/auth/forgot"]
# Each try is counted, whatever becomes of it, before the answer is known.
stand_apart(*SIGN_IN, *FORGOT)


class Door(Controller):
    include_in_schema = False

    @get(SIGN_IN)
    async def ask_in(self, request: AnyRequest) -> Response[str]:
        after = inside(request.query_params.get("next", "/"))
        if await passport_of(request) is not None:
            return redirect(request, after)
        return await self._door(request, "sign_in", SignIn(next=after))

    @post(SIGN_IN, status_code=303)
    async def sign_in(self, request: AnyRequest) -> Response[str]:
        form = await forms.read(request)
        email, password, after = form.line("email"), form.secret("password"), inside(form.secret("next") or "/")
        try:
            member = await sign_in.check(email, password, address=address_of(request))
            return await self._enter(request, member, after, password=password)
        except sign_in.SignInFailed as refusal:
            notice = Notice(text=refusal.message, tone="bad", glyph="alert-circle")
            return await self._door(
                request, "sign_in", SignIn(email=email, next=after, wrong=True, notice=notice), status=422
            )
        except attempts.TriedTooOften as refusal:
            return await self._wait(
                request, "sign_in", SignIn(email=email, next=after, notice=_clock(refusal)), refusal
            )

    @post(SIGN_OUT, status_code=303)
    async def sign_out(self, request: AnyRequest) -> Response[str]:
        if token := session_token(request):
            await sessions.end_token(token)
        response = redirect(request, "/sign-in")
        take_session(response)
        return response

    @get(FORGOT)
    async def ask_forgotten(self, request: AnyRequest) -> Response[str]:
        return await self._door(request, "forgot", Forgot(email=forms.line(request.query_params.get("email", ""))))

    @post(FORGOT, status_code=200)
    async def forgot(self, request: AnyRequest) -> Response[str]:
        email = (await forms.read(request)).line("email")
        try:
            await resets.ask(email, address=address_of(request))
        except Invalid as refusal:
            return await self._door(request, "forgot", Forgot(email=email, errors=refusal.errors), status=422)
        except attempts.TriedTooOften as refusal:
            return await self._wait(request, "forgot", Forgot(email=email, notice=_clock(refusal)), refusal)
        return await self._door(request, "forgot", Forgot(email=email, sent=True))

    @get("/reset/{token:str}")
    async def ask_password(self, request: AnyRequest, token: FromPath[str]) -> Response[str]:
        try:
            member, _link = await links.find(token, "reset")
        except links.LinkUsed as refusal:
            return await self._door(request, "new_password", NewPassword(expired=True), status=refusal.status)
        return await self._door(request, "new_password", NewPassword(email=member.email))

    @post("/reset/{token:str}", status_code=303)
    async def choose_password(self, request: AnyRequest, token: FromPath[str]) -> Response[str]:
        form = await forms.read(request)
        try:
            member = await links.use(token, "reset")
        except links.LinkUsed as refusal:
            return await self._door(request, "new_password", NewPassword(expired=True), status=refusal.status)
        try:
            resets.must_agree(form.secret("password"), form.secret("again"))
            await resets.choose(member, form.secret("password"))
        except Invalid as refusal:
            view = NewPassword(email=member.email, errors=refusal.errors)
            return await self._door(request, "new_password", view, status=422)
        return await self._enter(request, member, "/")

    @get("/invitation/{token:str}")
    async def ask_name(self, request: AnyRequest, token: FromPath[str]) -> Response[str]:
        try:
            member, link = await links.find(token, "invitation")
        except links.LinkUsed as refusal:
            view = NewPassword(invitation=True, expired=True)
            return await self._door(request, "new_password", view, status=refusal.status)
        view = NewPassword(email=member.email, invitation=True, invited_by=link.made_by, name=member.name)
        return await self._door(request, "new_password", view)

    @post("/invitation/{token:str}", status_code=303)
    async def join(self, request: AnyRequest, token: FromPath[str]) -> Response[str]:
        form = await forms.read(request)
        try:
            found, link = await links.find(token, "invitation")
            member = await links.use(token, "invitation")
        except links.LinkUsed as refusal:
            view = NewPassword(invitation=True, expired=True)
            return await self._door(request, "new_password", view, status=refusal.status)
        try:
            resets.must_agree(form.secret("password"), form.secret("again"))
            await members.join(member, name=form.line("name", limit=100), password=form.secret("password"))
        except Invalid as refusal:
            view = self._asked_again(found, link.made_by, form, refusal)
            return await self._door(request, "new_password", view, status=422)
        return await self._enter(request, member, "/")

    def _asked_again(self, member: Member, invited_by: str, form: Form, refusal: Invalid) -> NewPassword:
        return NewPassword(
            email=member.email, invitation=True, invited_by=invited_by, name=form.line("name", limit=100),
            errors=refusal.errors,
        )  # fmt: skip

    async def _enter(self, request: AnyRequest, member: Member, after: str, *, password: str = "") -> Response[str]:
        """A new session for somebody who proved who they are."""
        async with TENANT.transaction():
            token = await sign_in.enter(
                member, address=address_of(request), device=device_of(request), password=password,
                before=session_token(request),
            )  # fmt: skip
        response = redirect(request, after)
        give_session(response, token)
        return response

    async def _door(
        self, request: AnyRequest, template: str, view: Any, *, status: int = 200, headers: dict[str, str] | None = None
    ) -> Response[str]:
        # A link in the address must not leave with the next click.
        kept = {"Referrer-Policy": "no-referrer"} | (headers or {})
        return await page(
            request, f"identity/{template}.html", status=status, headers=kept, plain=True, door=view,
            house=tenants.current().name,
        )  # fmt: skip

    async def _wait(
        self, request: AnyRequest, template: str, view: Any, refusal: attempts.TriedTooOften
    ) -> Response[str]:
        headers = {"Retry-After": str(refusal.retry_after)}
        return await self._door(request, template, view, status=refusal.status, headers=headers)


def _clock(refusal: attempts.TriedTooOften) -> Notice:
    return Notice(text=refusal.message, tone="warn", glyph="clock")
