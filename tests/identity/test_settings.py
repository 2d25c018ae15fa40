"""The settings pages: one's own, members, teams, tokens, and the bell, as a browser meets them."""

from __future__ import annotations

import re
from uuid import UUID

import httpx
import pytest

from app.core import ids
from app.core.db import TENANT, sql
from app.identity import links, members, notifications, roles, teams, tokens
from app.identity.tables import Member
from app.tenancy import tenants
from app.tenancy.tenants import Tenant
from tests.identity.conftest import Browser, Open
from tests.identity.test_tokens import event_by
from tests.identity.world import PASSWORD, actor, ann, gil, kim, vera

PAGES = ("profile", "security", "members", "teams", "tokens")


async def inside(browser: Open, member: Member, slug: str = "acme") -> Browser:
    window = await browser(slug)
    assert (await window.sign_in(member.email)).status_code == 303
    return window


@pytest.mark.parametrize(
    "page", [*(f"/settings/{name}" for name in PAGES), "/notifications", "/notifications/recent", "/navigation"]
)
async def test_everybody_opens_the_settings_and_the_bell(acme: Tenant, browser: Open, page: str) -> None:
    with tenants.enter(acme):
        people = [await kim(), await vera()]
    for member in people:
        answer = await (await inside(browser, member)).get(page)
        assert answer.status_code == 200, answer.text
    assert (await (await browser()).get(page)).headers["location"].startswith("/sign-in?next=/")


async def test_a_profile_is_kept_and_read_at_once(acme: Tenant, browser: Open) -> None:
    with tenants.enter(acme):
        window = await inside(browser, await ann())
    fields = {"name": "Ann  Okafor-Lund", "language": "en", "zone": "Europe/Berlin", "theme": "dark", "density": "airy"}
    assert (await window.post("/settings/profile", fields)).headers["location"] == "/settings/profile"
    page = (await window.get("/settings/profile")).text
    assert 'data-bs-theme="dark"' in page
    assert 'data-density="airy"' in page
    assert 'data-keys="off"' in page
    assert 'value="Ann Okafor-Lund"' in page
    wrong = await window.post("/settings/profile", fields | {"name": "\u202e \0", "zone": "Moon/Tycho"})
    assert wrong.status_code == 422
    assert 'value="Moon/Tycho" selected' in wrong.text
    assert (await window.send("PATCH", "/settings/look", {"theme": "light"})).status_code == 204
    assert 'data-bs-theme="light"' in (await window.get("/settings/profile")).text
    assert (await window.send("PATCH", "/settings/look", {"theme": "pink"})).status_code == 422


async def test_a_password_is_changed_by_who_knows_the_old_one(acme: Tenant, browser: Open) -> None:
    with tenants.enter(acme):
        member = await ann()
    here, there = await inside(browser, member), await inside(browser, member)
    change = {"current": PASSWORD, "password": "paper is patient, they say", "again": "paper is patient, they say"}
    for wrong, field in (
        (change | {"current": "not this"}, "current"),
        (change | {"again": "else"}, "again"),
        (change | {"password": "short", "again": "short"}, "password"),
        (change | {"password": "annokafor1", "again": "annokafor1"}, "password"),
    ):
        answer = await here.post("/settings/security/password", wrong)
        assert answer.status_code == 422
        assert f'id="f-{field}-wrong"' in answer.text
    assert (await here.post("/settings/security/password", change)).status_code == 303
    assert (await here.get("/settings/security")).status_code == 200
    assert (await there.get("/settings/security")).status_code == 303


async def test_guessing_the_old_password_has_to_wait_too(acme: Tenant, browser: Open) -> None:
    with tenants.enter(acme):
        window = await inside(browser, await ann())
    wrong = {"current": "not this", "password": "paper is patient, they say", "again": "paper is patient, they say"}
    answers = [(await window.post("/settings/security/password", wrong)).status_code for _try in range(6)]
    assert answers == [422] * 5 + [429]


async def test_sessions_are_seen_and_ended_by_their_owner_only(acme: Tenant, browser: Open) -> None:
    with tenants.enter(acme):
        boss, member = await kim(), await ann()
    here, there, third, admin = [await inside(browser, who) for who in (member, member, member, boss)]
    page = (await here.get("/settings/security")).text
    found = re.findall(r"/settings/security/sessions/([0-9a-f-]{36})/end", page)
    assert len(found) == 2
    assert (await admin.post(f"/settings/security/sessions/{found[0]}/end")).status_code == 404
    assert (await here.post(f"/settings/security/sessions/{found[0]}/end")).status_code == 303
    statuses = [(await window.get("/settings/security")).status_code for window in (there, third)]
    assert sorted(statuses) == [200, 303]
    assert (await here.post("/settings/security/sessions/end")).status_code == 303
    assert [(await window.get("/settings/security")).status_code for window in (there, third, here)] == [303, 303, 200]


async def test_an_admin_invites_by_the_form_and_keeps_what_was_typed(acme: Tenant, browser: Open) -> None:
    with tenants.enter(acme):
        boss = await kim()
        await ann()
        async with TENANT.transaction():
            team = await teams.create("Paper", by=actor(boss))
    window = await inside(browser, boss)
    typed = {"email": "ann@acme.test", "name": "Ann Again", "role": "viewer", "team": str(team.id)}
    taken = await window.post("/settings/members", typed)
    assert taken.status_code == 409
    assert 'value="Ann Again"' in taken.text
    assert re.search(rf'value="{team.id}" checked', taken.text)
    assert (await window.post("/settings/members", typed | {"email": "no address"})).status_code == 422
    assert (await window.post("/settings/members", typed | {"role": "owner"})).status_code == 422
    assert (await window.post("/settings/members", typed | {"email": "Jo@acme.test"})).status_code == 303
    page = (await window.get("/settings/members")).text
    assert "jo@acme.test" in page
    with tenants.enter(acme):
        jo = await members.by_email("jo@acme.test")
        assert jo is not None
        assert [one.name for one in await teams.of(jo.id)] == ["Paper"]
    assert (await window.post(f"/settings/members/{jo.id}/invitation")).status_code == 303
    assert (await window.post(f"/settings/members/{boss.id}/invitation")).status_code == 409


async def test_who_may_not_manage_members_is_refused_at_every_door(acme: Tenant, browser: Open) -> None:
    with tenants.enter(acme):
        boss, member = await kim(), await ann()
        async with TENANT.transaction():
            team = await teams.create("Paper", by=actor(boss))
    window = await inside(browser, member)
    for path, fields in (
        ("/settings/members", {"email": "jo@acme.test", "role": "admin"}),
        (f"/settings/members/{boss.id}/role", {"role": "viewer"}),
        (f"/settings/members/{member.id}/role", {"role": "admin"}),
        (f"/settings/members/{boss.id}/deactivation", {}),
        (f"/settings/members/{boss.id}/activation", {}),
        (f"/settings/members/{boss.id}/invitation", {}),
        ("/settings/teams", {"name": "Mine"}),
        (f"/settings/teams/{team.id}", {"name": "Mine"}),
        (f"/settings/teams/{team.id}/removal", {}),
    ):
        assert (await window.post(path, fields)).status_code == 403, path
    assert (await window.get(f"/settings/teams/{team.id}")).status_code == 403
    with tenants.enter(acme):
        rows = await sql.fetch("SELECT name FROM events WHERE actor_id = $1 AND name <> 'member.signed_in'", member.id)
    assert rows == []


async def test_the_last_admin_stays_also_by_the_form(acme: Tenant, browser: Open) -> None:
    with tenants.enter(acme):
        boss = await kim()
    window = await inside(browser, boss)
    for path, fields in (("role", {"role": "viewer"}), ("deactivation", {})):
        answer = await window.post(f"/settings/members/{boss.id}/{path}", fields, headers={"Accept": "text/html"})
        assert answer.status_code == 409
        assert "last admin" in answer.text


async def test_whoever_is_sent_away_is_out_with_the_next_click(acme: Tenant, browser: Open) -> None:
    with tenants.enter(acme):
        boss, member = await kim(), await ann()
    admin, window = await inside(browser, boss), await inside(browser, member)
    assert (await window.get("/settings/profile")).status_code == 200
    assert (await admin.post(f"/settings/members/{member.id}/deactivation")).status_code == 303
    assert (await window.get("/settings/profile")).status_code == 303
    assert (await window.sign_in("ann@acme.test")).status_code == 422
    assert (await admin.post(f"/settings/members/{member.id}/activation")).status_code == 303
    assert (await window.sign_in("ann@acme.test")).status_code == 303


async def test_ids_of_globex_are_not_there_in_acme(acme: Tenant, globex: Tenant, browser: Open) -> None:
    with tenants.enter(globex):
        stranger = await gil()
        async with TENANT.transaction():
            team = await teams.create("Globex", by=actor(stranger))
            token, _text = await tokens.create(stranger, name="Export", days=None, by=actor(stranger))
            link = await links.make(stranger, "reset")
    with tenants.enter(acme):
        window = await inside(browser, await kim())
    for path, fields in (
        (f"/settings/members/{stranger.id}/role", {"role": "viewer"}),
        (f"/settings/members/{stranger.id}/deactivation", {}),
        (f"/settings/members/{stranger.id}/invitation", {}),
        (f"/settings/teams/{team.id}", {"name": "Ours"}),
        (f"/settings/teams/{team.id}/removal", {}),
        (f"/settings/tokens/{token.id}/revocation", {}),
        (f"/reset/{link.rpartition('/')[2]}", {"password": "x" * 20, "again": "x" * 20}),
    ):
        assert (await window.post(path, fields)).status_code == 404, path
    assert (await window.get(f"/settings/teams/{team.id}")).status_code == 404
    invited = {"email": "jo@acme.test", "role": "agent", "team": str(team.id)}
    assert (await window.post("/settings/members", invited)).status_code == 404
    with tenants.enter(acme):
        assert await members.by_email("jo@acme.test") is None


async def test_teams_are_made_filled_renamed_and_removed(acme: Tenant, browser: Open) -> None:
    with tenants.enter(acme):
        boss, member = await kim(), await ann()
    window = await inside(browser, boss)
    assert (await window.post("/settings/teams", {"name": " "})).status_code == 422
    made = await window.post("/settings/teams", {"name": "Paper"})
    path = made.headers["location"]
    assert (await window.post("/settings/teams", {"name": "paper"})).status_code == 422
    both = {"name": "Printers", "member": [str(boss.id), str(member.id), "nonsense", str(ids.new())]}
    assert (await window.post(path, both)).status_code == 303
    with tenants.enter(acme):
        team = await teams.get_for(actor(boss), UUID(path.rpartition("/")[2]))
        assert {one.name for one in (await teams.members_of([team]))[team.id]} == {"Kim Brandt", "Ann Okafor"}
    assert "Printers" in (await window.get(path)).text
    assert (await window.post(f"{path}/removal")).status_code == 303
    assert (await window.get(path)).status_code == 404


async def test_a_token_is_shown_once(acme: Tenant, browser: Open) -> None:
    with tenants.enter(acme):
        window = await inside(browser, await vera())
    assert (await window.post("/settings/tokens", {"name": "", "days": "30"})).status_code == 422
    assert (await window.post("/settings/tokens", {"name": "Scanner", "days": "soon"})).status_code == 422
    made = await window.post("/settings/tokens", {"name": "Scanner", "days": "30"})
    found = re.search(r"fon_[\w-]{40,}", made.text)
    assert found
    text = found.group()
    page = (await window.get("/settings/tokens")).text
    assert text not in page
    assert "Scanner" in page
    with tenants.enter(acme):
        assert await tokens.recognise(text)
    (path,) = re.findall(r"/settings/tokens/[0-9a-f-]{36}/revocation", page)
    assert (await window.post(path)).status_code == 303
    with tenants.enter(acme):
        assert await tokens.recognise(text) is None


async def test_a_cookie_opens_no_api_and_a_token_no_page(acme: Tenant, globex: Tenant, browser: Open) -> None:
    with tenants.enter(acme):
        member = await ann()
        async with TENANT.transaction():
            _token, text = await tokens.create(member, name="Export", days=None, by=actor(member))
    window = await inside(browser, member)
    program = (await browser()).client
    bearer = {"Authorization": f"Bearer {text}"}
    assert (await window.get("/api/who")).status_code == 401
    assert (await program.get("/settings/profile", headers=bearer)).status_code == 303
    assert_problem(await program.get("/api/who", headers={"Authorization": "Bearer fon_wrong"}))
    assert_problem(await program.get("/api/who", headers={"Authorization": f"Basic {text}"}))
    for scheme in ("Bearer", "bearer"):
        answer = await program.get("/api/who", headers={"Authorization": f"{scheme} {text}"})
        assert (answer.status_code, answer.text) == (200, "token Ann Okafor")
    other = (await browser("globex")).client
    assert_problem(await other.get("/api/who", headers=bearer))


def assert_problem(answer: httpx.Response) -> None:
    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_role_that_changes_counts_for_tokens_too(acme: Tenant, browser: Open) -> None:
    with tenants.enter(acme):
        boss, member = await kim(), await ann()
        async with TENANT.transaction():
            _token, text = await tokens.create(member, name="Export", days=None, by=actor(member))
        assert await tokens.recognise(text)
        async with TENANT.transaction():
            await roles.change(member, "viewer", by=actor(boss))
        passport = await tokens.recognise(text)
    assert passport is not None
    assert passport.actor.role == "viewer"


async def test_the_bell_counts_lists_and_forgets(acme: Tenant, browser: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    # Another test on this worker may have told where tickets stand.
    monkeypatch.setattr(notifications, "_addresses", {})
    with tenants.enter(acme):
        boss, member = await kim(), await ann()
        async with TENANT.transaction():
            for number in range(60):
                await notifications.create(
                    member.id, event_by(boss, ids.new()), reason="assigned", title=f"<b>Printer {number}</b>"
                )
    window, other = await inside(browser, member), await inside(browser, boss)
    assert "60 new" in (await window.get("/notifications/bell")).text
    page = (await window.get("/notifications")).text
    assert "&lt;b&gt;Printer 59" in page
    assert "Printer 9&lt;" not in page
    older = re.search(r'href="(/notifications\?[^"]+)"', page)
    assert older
    assert "Printer 9&lt;" in (await window.get(older.group(1).replace("&amp;", "&"))).text
    assert (await window.get("/notifications?at=yesterday&id=x")).status_code == 422
    (first, *_rest) = re.findall(r"/notifications/[0-9a-f-]{36}/reading", page)
    assert (await other.post(first)).status_code == 404
    assert (await window.post(first)).headers["location"] == "/notifications"
    assert "59 new" in (await window.get("/notifications/bell")).text
    assert (await window.post("/notifications/reading")).status_code == 303
    assert " new" not in (await window.get("/notifications/bell")).text
