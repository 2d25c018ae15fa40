"""The operator's door, and what somebody sees who comes to the cell itself."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get, post
from litestar.datastructures import Cookie

from app.core.errors import SignInRequired, TooMany
from app.core.settings import settings
from app.identity.devices import address_of
from app.operations import operators
from app.operations.console.shell import COOKIE, AnyRequest, operator_of, page
from app.operations.views import OperatorSignIn
from app.tenancy import tenants
from app.web import forms
from app.web.components import Link, Notice
from app.web.pages import redirect


class Landing(Controller):
    """`/` on the cell's own host."""

    @get("/")
    async def show(self, request: AnyRequest) -> Response[str]:
        known: list[Link] = []
        if not settings().production:
            known = [Link(href=settings().url(one.slug), label=one.name) for one in await tenants.all_active()][:20]
        return await page(request, "operations/landing.html", None, tenants=known, house="")


class Door(Controller):
    path = "/operator"

    @get(["/sign-in"])
    async def ask(self, request: AnyRequest) -> Response[str]:
        return await self._door(request, OperatorSignIn())

    @post("/sign-in", status_code=303)
    async def sign_in(self, request: AnyRequest) -> Response[str]:
        form = await forms.read(request)
        email = form.line("email")
        try:
            token = await operators.sign_in(
                email,
                form.secret("password"),
                address=address_of(request),
                device=request.headers.get("user-agent", ""),
            )
        except (operators.WrongSignIn, TooMany) as refusal:
            notice = Notice(text=refusal.message, tone="bad", glyph="alert-circle")
            return await self._door(
                request, OperatorSignIn(email=email, notice=notice, wrong=True), status=refusal.status
            )
        response = redirect(request, "/operator")
        response.set_cookie(_cookie(token, max_age=int(operators.SESSION.total_seconds())))
        return response

    @post("/sign-out", status_code=303)
    async def sign_out(self, request: AnyRequest) -> Response[str]:
        try:
            await operators.sign_out(await operator_of(request))
        except SignInRequired:
            return redirect(request, "/operator/sign-in")
        response = redirect(request, "/operator/sign-in")
        response.set_cookie(_cookie("", max_age=0))
        return response

    async def _door(self, request: AnyRequest, door: OperatorSignIn, *, status: int = 200) -> Response[Any]:
        return await page(request, "operations/sign_in.html", None, status=status, door=door, house="")


def _cookie(token: str, *, max_age: int) -> Cookie:
    return Cookie(
        key=COOKIE,
        value=token,
        path="/operator",
        max_age=max_age,
        httponly=True,
        samesite="strict",
        secure=operators.cookie_is_secure(),
    )
