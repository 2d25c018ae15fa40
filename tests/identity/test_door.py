"""The door as a browser meets it: in, out, and in by a link from a mail."""

from __future__ import annotations

import base64
import re
from datetime import timedelta

import msgspec
import pytest

from app.core import clock
from app.core.db import TENANT, control, sql
from app.core.sealing import unseal
from app.identity import attempts, invitations, members, notices, resets
from app.tenancy import tenants
from app.tenancy.tenants import Tenant
from tests.identity.conftest import Open
from tests.identity.world import PASSWORD, actor, ann, gil, kim

NEW = "a new sentence about paper"


async def payloads(name: str) -> list[bytes]:
    return [
        row[0] for row in await control.fetch("SELECT payload FROM pgqueuer WHERE entrypoint = $1 ORDER BY id", name)
    ]


async def mails() -> list[notices.Words]:
    """What was handed to the mail slice."""
    sealed = [msgspec.json.decode(payload)["sealed"] for payload in await payloads(notices.JOB)]
    return [msgspec.json.decode(unseal(base64.b64decode(one), notices.SEAL), type=notices.Words) for one in sealed]


async def run_forgotten() -> None:
    """What a worker does with the requests for a new password."""
    for payload in await payloads("identity.forgotten"):
        await resets.mail_link(**msgspec.json.decode(payload))
    await control.execute("DELETE FROM pgqueuer WHERE entrypoint = 'identity.forgotten'")


async def path_in_mail() -> str:
    (mail,) = await mails()
    found = re.search(r"http://acme\.localhost:8000(/\S+)", mail.text)
    assert found
    return found.group(1)


async def test_the_right_password_leads_to_where_one_wanted_to_go(acme: Tenant, browser: Open) -> None:
    with tenants.enter(acme):
        await ann()
    window = await browser()
    page = await window.get("/sign-in?next=/settings/profile")
    assert page.status_code == 200
    assert 'name="next" value="/settings/profile"' in page.text
    answer = await window.sign_in("Ann@acme.test", after="/settings/profile")
    assert (answer.status_code, answer.headers["location"]) == (303, "/settings/profile")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    assert "domain" not in cookie.lower()
    assert (await window.get("/sign-in?next=/settings/tokens")).headers["location"] == "/settings/tokens"


@pytest.mark.parametrize(
    "after",
    [
        "https://evil.test/",
        "//evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "javascript:alert(1)",
        "/\t/evil.test",
        "evil",
        "///x.y",
    ],
)
async def test_a_forged_next_leads_home(acme: Tenant, browser: Open, after: str) -> None:
    with tenants.enter(acme):
        await ann()
    window = await browser()
    page = await window.get("/sign-in", params={"next": after})
    assert 'name="next" value="/"' in page.text
    answer = await window.sign_in("ann@acme.test", after=after)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_a_wrong_password_keeps_what_was_typed_and_tells_nothing(acme: Tenant, browser: Open) -> None:
    with tenants.enter(acme):
        await ann()
    window = await browser()
    wrong = await window.sign_in("ann@acme.test", "wrong password", after="/settings/profile")
    nobody = await window.sign_in("ann.nobody@acme.test", "wrong password", after="/settings/profile")
    assert (wrong.status_code, nobody.status_code) == (422, 422)
    assert 'value="ann@acme.test"' in wrong.text
    assert 'value="/settings/profile"' in wrong.text
    assert wrong.text.replace("ann@acme.test", "ann.nobody@acme.test") == nobody.text
    assert not window.session


async def test_too_many_tries_are_asked_to_wait(acme: Tenant, browser: Open) -> None:
    with tenants.enter(acme):
        await ann()
    window = await browser()
    for _try in range(5):
        assert (await window.sign_in("ann@acme.test", "wrong password")).status_code == 422
    locked = await window.sign_in("ann@acme.test")
    assert locked.status_code == 429
    assert 50 < int(locked.headers["retry-after"]) <= 61
    assert "Wait" in locked.text
    elsewhere = await browser(address="198.51.100.7")
    assert (await elsewhere.sign_in("ann@acme.test")).status_code == 303


async def test_a_session_that_was_there_before_is_not_taken_over(acme: Tenant, browser: Open) -> None:
    with tenants.enter(acme):
        await ann()
    window = await browser()
    window.client.cookies.set("fondaco_session", "planted-by-somebody-else", domain="acme.localhost")
    await window.get("/sign-in")
    await window.sign_in("ann@acme.test")
    with tenants.enter(acme):
        assert await sql.fetchval("SELECT count(*) FROM sessions") == 1
    first = [cookie.value for cookie in window.client.cookies.jar if cookie.name == "fondaco_session"]
    assert any(value != "planted-by-somebody-else" for value in first)
    strange = await browser()
    strange.client.cookies.set("fondaco_session", "planted-by-somebody-else", domain="acme.localhost")
    assert (await strange.get("/notifications/bell")).status_code == 303


async def test_signing_in_again_ends_the_session_before(acme: Tenant, browser: Open) -> None:
    with tenants.enter(acme):
        await ann()
    window = await browser()
    await window.sign_in("ann@acme.test")
    before = window.session
    await window.post("/sign-in", {"email": "ann@acme.test", "password": PASSWORD})
    assert window.session not in ("", before)
    old = await browser()
    old.client.cookies.set("fondaco_session", before, domain="acme.localhost")
    assert (await old.get("/notifications/bell")).status_code == 303


async def test_signing_out_ends_it_in_the_server(acme: Tenant, browser: Open) -> None:
    with tenants.enter(acme):
        await ann()
    window = await browser()
    await window.sign_in("ann@acme.test")
    token = window.session
    assert (await window.get("/notifications/bell")).status_code == 200
    assert (await window.post("/sign-out")).headers["location"] == "/sign-in"
    assert not window.session
    thief = await browser()
    thief.client.cookies.set("fondaco_session", token, domain="acme.localhost")
    assert (await thief.get("/notifications/bell")).headers["location"].startswith("/sign-in")


async def test_a_form_from_elsewhere_signs_nobody_in(acme: Tenant, browser: Open) -> None:
    with tenants.enter(acme):
        await ann()
    window = await browser()
    answer = await window.client.post("/sign-in", data={"email": "ann@acme.test", "password": PASSWORD})
    assert answer.status_code == 403


async def test_a_session_of_acme_opens_nothing_in_globex(acme: Tenant, globex: Tenant, browser: Open) -> None:
    with tenants.enter(acme):
        await ann()
    with tenants.enter(globex):
        await gil()
    window = await browser("acme")
    await window.sign_in("ann@acme.test")
    other = await browser("globex")
    other.client.cookies.set("fondaco_session", window.session, domain="globex.localhost")
    assert (await other.get("/notifications/bell")).headers["location"].startswith("/sign-in")
    assert (await other.sign_in("ann@acme.test")).status_code == 422


async def test_a_forgotten_password_is_chosen_anew_once(acme: Tenant, browser: Open) -> None:
    with tenants.enter(acme):
        await ann()
    elsewhere = await browser(address="198.51.100.7")
    await elsewhere.sign_in("ann@acme.test")
    window = await browser()
    assert (await window.get("/forgot")).status_code == 200
    assert (await window.post("/forgot", {"email": "ANN@acme.test"})).status_code == 200
    with tenants.enter(acme):
        await run_forgotten()
    path = await path_in_mail()
    assert path.startswith("/reset/")
    assert (await window.get(path)).status_code == 200
    short = await window.post(path, {"password": "short", "again": "short"})
    assert short.status_code == 422
    apart = await window.post(path, {"password": NEW, "again": NEW + "!"})
    assert apart.status_code == 422
    answer = await window.post(path, {"password": NEW, "again": NEW})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert window.session
    assert (await elsewhere.get("/notifications/bell")).status_code == 303
    again = await browser()
    assert (await again.get(path)).status_code == 404
    assert (await again.post(path, {"password": NEW, "again": NEW})).status_code == 404
    assert not again.session
    assert (await again.sign_in("ann@acme.test")).status_code == 422
    assert (await again.sign_in("ann@acme.test", NEW)).status_code == 303


async def test_the_forgot_page_never_tells_who_is_a_member(acme: Tenant, browser: Open) -> None:
    with tenants.enter(acme):
        await ann()
    window = await browser()
    there = await window.post("/forgot", {"email": "ann@acme.test"})
    nobody = await window.post("/forgot", {"email": "ann.nobody@acme.test"})
    assert there.text.replace("ann@acme.test", "ann.nobody@acme.test") == nobody.text
    assert (await window.post("/forgot", {"email": "no address"})).status_code == 422
    with tenants.enter(acme):
        await run_forgotten()
    assert [mail.to for mail in await mails()] == ["ann@acme.test"]
    assert not any(b"ann@acme.test" in payload for payload in await payloads(notices.JOB))


async def test_links_are_not_asked_for_without_end(acme: Tenant, browser: Open) -> None:
    window = await browser()
    answers = [await window.post("/forgot", {"email": "nobody@acme.test"}) for _try in range(attempts.FORGOT.free + 1)]
    assert [answer.status_code for answer in answers] == [200] * attempts.FORGOT.free + [429]
    assert int(answers[-1].headers["retry-after"]) > 60


async def test_a_link_is_for_its_tenant_its_purpose_and_its_time(
    acme: Tenant, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tenants.enter(acme):
        await ann()
        async with TENANT.transaction():
            await resets._send(await ann())
    path = await path_in_mail()
    window = await browser()
    assert (await (await browser("globex")).get(path)).status_code == 404
    assert (await window.get(path.replace("/reset/", "/invitation/"))).status_code == 404
    assert (await window.get(path)).status_code == 200
    late = clock.now() + timedelta(minutes=61)
    monkeypatch.setattr(clock, "now", lambda: late)
    assert (await window.get(path)).status_code == 404


async def test_an_invitation_makes_a_member(acme: Tenant, browser: Open) -> None:
    with tenants.enter(acme):
        by = actor(await kim())
        async with TENANT.transaction():
            jo = await members.invite("jo@acme.test", role="agent", by=by)
            await invitations.send(jo, by=by)
    path = await path_in_mail()
    window = await browser()
    page = await window.get(path)
    assert "Kim Brandt" in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    wrong = await window.post(path, {"name": "", "password": NEW, "again": NEW})
    assert wrong.status_code == 422
    answer = await window.post(path, {"name": "Jo  Smith\u202e", "password": NEW, "again": NEW})
    assert answer.status_code == 303
    with tenants.enter(acme):
        found = await members.by_email("jo@acme.test")
    assert found is not None
    assert (found.name, found.state) == ("Jo Smith", "active")
    assert (await (await browser()).post(path, {"name": "Eve", "password": NEW, "again": NEW})).status_code == 404


async def test_many_who_sign_in_at_once_do_not_wait_for_each_other(acme: Tenant, browser: Open) -> None:
    import asyncio

    with tenants.enter(acme):
        await ann()
    windows = [await browser(address=f"10.0.0.{number}") for number in range(12)]
    for window in windows:
        await window.get("/sign-in")
    async with asyncio.timeout(8):
        answers = await asyncio.gather(*(window.sign_in("ann@acme.test", "wrong password") for window in windows))
    assert {answer.status_code for answer in answers} == {422}
