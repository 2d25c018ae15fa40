"""The pages of the desk, as a browser gets them."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import httpx
import pytest

from app.access import Actor
from app.core.db import TENANT, sql
from app.desk import conversation
from app.desk.tables import Ticket
from app.identity import members
from app.mail import receiving
from app.tenancy import tenants
from app.tenancy.tenants import Tenant
from tests.desk import world
from tests.desk.test_incoming import PNG, kept, letter
from tests.identity.conftest import Browser, Open


class Desk:
    """Acme's desk with one mail in it, and Kim before it."""

    def __init__(self, tenant: Tenant, browser: Browser, channel: UUID) -> None:
        self.tenant, self.browser, self.channel = tenant, browser, channel

    async def gets(self, mail: Any) -> None:
        with tenants.enter(self.tenant):
            await receiving.receive(str(await kept(mail, self.channel)))

    async def ticket(self, number: int = 1001) -> Ticket:
        with tenants.enter(self.tenant):
            return Ticket(**await sql.fetchrow("SELECT * FROM tickets WHERE number = $1", number))

    async def said(self, number: int = 1001) -> list[conversation.Said]:
        ticket = await self.ticket(number)
        with tenants.enter(self.tenant):
            return await conversation.of_ticket(ticket)

    async def page(self, path: str = "/tickets/1001") -> str:
        response = await self.browser.get(path)
        assert response.status_code == 200, response.text
        return response.text

    async def send(
        self, method: str, path: str, fields: dict[str, Any] | None = None, **options: Any
    ) -> httpx.Response:
        return await self.browser.send(method, path, fields, headers={"HX-Request": "true"}, **options)


@pytest.fixture
async def desk(acme: Tenant, signed_in: Open) -> Desk:
    browser = await signed_in("kim@acme.test")
    with tenants.enter(acme):
        channel = await world.channel()
    desk = Desk(acme, browser, channel)
    mail = letter("Good morning,\n\nit pulls the paper in crooked.")
    mail.add_alternative(
        '<p>Good morning,</p><p>it pulls the paper in <b>crooked</b>. <img src="cid:p@x"><img src="http://t.example/p.gif"></p>',
        subtype="html",
    )
    mail.get_payload()[1].add_related(PNG, "image", "png", cid="<p@x>", filename="p.png")  # type: ignore[index,union-attr]
    mail.add_attachment(b"<script>alert(1)</script>", "text", "html", filename="evil.html")
    await desk.gets(mail)
    return desk


async def test_the_list_shows_who_asks_and_what(desk: Desk) -> None:
    page = await desk.page("/inbox/all")
    for text in ("Marta Keller", "Nordwind", "Broken printer on floor 3", "#1001", 'href="/tickets/1001"', "is-unread"):
        assert text in page
    assert "Broken printer" in await desk.page("/inbox/unassigned?part=rows")
    assert "Broken printer" not in await desk.page("/inbox/mine")
    assert "Broken printer" in await desk.page("/inbox/all?q=marta")
    assert "No ticket fits" in await desk.page("/inbox/all?q=nobody+tag:x")
    assert (await desk.browser.get("/inbox/none")).status_code == 404
    assert (await desk.browser.get("/tickets?contact=x")).headers["location"] == "/inbox/all?contact=x"
    assert (await desk.browser.get("/")).headers["location"] == "/inbox/all"


async def test_the_filter_understands_words_with_a_colon(desk: Desk) -> None:
    await desk.send("POST", "/tickets/1001/tags", {"tag": "Hard ware"})
    await desk.send("PATCH", "/tickets/1001", {"assignee": "me", "priority": "urgent"})
    page = await desk.page('/inbox/all?q=printer+assignee:kim+tag:"hard ware"+priority:urgent')
    assert "Broken printer" in page
    assert re.search(r"Assignee is <b><bdi>Kim Brandt", page)
    assert 'name="tag" value="hard ware"' in page
    assert "Broken printer" not in await desk.page("/inbox/all?q=assignee:none")


async def test_the_ticket_shows_the_conversation_and_the_customer(desk: Desk) -> None:
    page = await desk.page()
    for text in (
        "Opened by mail to",
        "Marta Keller",
        "marta@nordwind.example",
        "Nordwind",
        "data-composer",
        "evil.html",
    ):
        assert text in page
    assert "p.png" not in page
    [said] = await desk.said()
    assert f'src="/messages/{said.message.id}/body"' in page
    assert f'data-with-images="/messages/{said.message.id}/body?images=1"' in page
    for part in ("head", "fields", "thread"):
        fragment = await desk.page(f"/tickets/1001?part={part}")
        assert "<html" not in fragment
    by_id = await desk.browser.get(f"/tickets/by-id/{said.message.ticket_id}")
    assert by_id.headers["location"] == "/tickets/1001"


async def test_the_mails_own_html_stands_in_a_frame_that_runs_nothing(desk: Desk) -> None:
    [said] = await desk.said()
    response = await desk.browser.get(f"/messages/{said.message.id}/body")
    policy = response.headers["content-security-policy"]
    assert "sandbox" in policy
    assert "script" not in policy
    assert "http:" not in policy
    assert response.headers["x-frame-options"] == "SAMEORIGIN"
    assert "<b>crooked</b>" in response.text
    assert ' src="http' not in response.text
    with_images = await desk.browser.get(f"/messages/{said.message.id}/body?images=1")
    assert ' src="http://t.example/p.gif"' in with_images.text
    assert "img-src 'self' data: http: https:" in with_images.headers["content-security-policy"]
    picture = re.search(r'src="(/attachments/[^"]+)"', response.text)
    assert picture
    shown = await desk.browser.get(picture[1])
    assert (shown.content, shown.headers["content-type"]) == (PNG, "image/png")


async def test_a_file_is_saved_and_never_run(desk: Desk) -> None:
    [said] = await desk.said()
    evil = next(file for file in said.files if file.name == "evil.html")
    response = await desk.browser.get(f"/attachments/{evil.id}")
    assert response.headers["content-disposition"].startswith("attachment")
    assert response.headers["content-type"] == "application/octet-stream"
    raw = await desk.browser.get(f"/messages/{said.message.id}/raw")
    assert b"Message-ID: <one@nordwind.example>" in raw.content
    assert raw.headers["content-disposition"].startswith("attachment")


async def test_fields_are_changed_in_place(desk: Desk) -> None:
    response = await desk.send("PATCH", "/tickets/1001", {"assignee": "me"})
    assert response.status_code == 200
    assert "Kim Brandt" in response.text
    ticket = await desk.ticket()
    assert ticket.status == "open"
    head = await desk.send("PATCH", "/tickets/1001", {"status": "solved", "part": "head"})
    assert 'id="head"' in head.text
    assert "Reopen" in head.text
    wrong = await desk.send("PATCH", "/tickets/1001", {"status": "lost"})
    assert wrong.status_code == 422
    tagged = await desk.send("POST", "/tickets/1001/tags", {"tag": "a/b & ü"})
    removal = re.search(r'hx-delete="([^"]+)"', tagged.text)
    assert removal
    gone = await desk.send("DELETE", removal[1].replace("&amp;", "&"))
    assert "a/b" not in gone.text.replace("known-tags", "").partition("<datalist")[0]
    assert (await desk.send("POST", "/tickets/1001/tags", {"tag": ""})).status_code == 200


async def test_an_answer_with_a_file_is_sent_and_taken_back(desk: Desk) -> None:
    page = await desk.page()
    newest = re.search(r'data-newest="([^"]+)"', page)
    assert newest
    added = await desk.send(
        "POST", "/tickets/1001/drafts/outbound/files", files={"file": ("a.pdf", b"%PDF", "application/pdf")}
    )
    assert added.status_code == 200
    assert "a.pdf" in added.text
    assert (
        await desk.send("PUT", "/tickets/1001/drafts/outbound", {"html": "<p>Half</p>", "cc": ""})
    ).status_code == 204
    assert "<p>Half</p>" in await desk.page()
    answer = {"html": "<p>Press the levers.</p>", "direction": "outbound", "status": "waiting", "seen": newest[1]}
    sent = (await desk.send("POST", "/tickets/1001/messages", answer)).json()
    assert sent["seconds"] == 8
    assert (await desk.ticket()).status == "waiting"
    page = await desk.page()
    assert "Press the levers." in page
    assert "goes out in a moment" in page
    assert "<p>Half</p>" not in page
    assert (await desk.send("DELETE", sent["undo"])).status_code == 200
    assert (await desk.ticket()).status == "new"
    page = await desk.page()
    assert "<p>Press the levers.</p>" in page
    assert "a.pdf" in page
    remove = re.search(r'data-remove-file="([^"]+)"', page)
    assert remove
    assert (await desk.send("DELETE", remove[1])).status_code == 204


async def test_an_answer_that_crosses_a_new_mail_is_asked_about_once(desk: Desk) -> None:
    newest = re.search(r'data-newest="([^"]+)"', await desk.page())
    assert newest
    await desk.gets(letter("Wait!", message_id="<2@nordwind.example>", In_Reply_To="<one@nordwind.example>"))
    answer = {"html": "<p>We come.</p>", "direction": "outbound", "status": "waiting", "seen": newest[1]}
    refused = await desk.send("POST", "/tickets/1001/messages", answer)
    assert refused.status_code == 409
    assert "Something new" in refused.json()["detail"]
    assert len(await desk.said()) == 2
    assert (await desk.send("POST", "/tickets/1001/messages", answer | {"force": "1"})).status_code == 200


async def test_notes_and_what_is_new_since_one_looked(desk: Desk) -> None:
    note = await desk.send("POST", "/tickets/1001/messages", {"html": "<p>Soft rollers?</p>", "direction": "note"})
    assert note.status_code == 200
    assert "undo" not in note.json()
    assert (await desk.send("POST", "/tickets/1001/reading")).status_code == 204
    assert "New since you looked" not in await desk.page()
    await desk.gets(letter("Still broken.", message_id="<2@nordwind.example>", In_Reply_To="<one@nordwind.example>"))
    page = await desk.page()
    assert "New since you looked" in page
    assert page.index("Soft rollers?") < page.index("New since you looked") < page.index("Still broken.")


async def test_a_ticket_begins_with_us(desk: Desk) -> None:
    form = {
        "email": "Priya@brightside.example",
        "name": "Priya Raman",
        "subject": "Your printers",
        "html": "<p>Hello</p>",
    }
    assert "known-contacts" in await desk.page("/tickets/new")
    sent = await desk.browser.post(
        "/tickets/new", form | {"direction": "outbound"}, files={"files": ("a.txt", b"a", "text/plain")}
    )
    assert sent.headers["location"] == "/tickets/1002"
    page = await desk.page("/tickets/1002")
    assert "Priya Raman" in page
    assert "a.txt" in page
    wrong = await desk.browser.post("/tickets/new", form | {"email": "nobody", "html": "", "direction": "note"})
    assert wrong.status_code == 422
    assert 'value="nobody"' in wrong.text


async def test_many_at_once_with_a_way_back(desk: Desk) -> None:
    ticket = await desk.ticket()
    done = await desk.send("POST", "/tickets/bulk", {"ticket": str(ticket.id), "assignee": "me"})
    assert done.status_code == 200
    undo = re.search(r'"undo": "([^"]+)"', done.headers["hx-trigger"])
    assert undo
    assert (await desk.ticket()).assignee_id is not None
    assert (await desk.send("POST", undo[1])).status_code == 200
    assert (await desk.ticket()).assignee_id is None
    assert (await desk.send("POST", undo[1])).status_code == 409
    assert (await desk.send("POST", "/tickets/bulk", {"status": "solved"})).status_code == 422


async def test_a_viewer_reads_and_writes_nothing(desk: Desk, signed_in: Open) -> None:
    vera = await signed_in("vera@acme.test")
    page = (await vera.get("/tickets/1001")).text
    assert "Broken printer" in page
    assert "data-composer" not in page
    for method, path, fields in (
        ("PATCH", "/tickets/1001", {"status": "solved"}),
        ("POST", "/tickets/1001/tags", {"tag": "x"}),
        ("POST", "/tickets/1001/messages", {"html": "<p>x</p>", "direction": "note"}),
        ("PUT", "/tickets/1001/drafts/note", {"html": "<p>x</p>"}),
        ("POST", "/tickets/new", {"email": "x@y.example", "subject": "x", "html": "x"}),
        ("POST", "/tickets/bulk", {"ticket": str((await desk.ticket()).id), "status": "solved"}),
    ):
        assert (await vera.send(method, path, fields)).status_code == 403, path
    assert (await desk.ticket()).status == "new"


async def test_whoever_is_not_in_sees_nothing(desk: Desk) -> None:
    [said] = await desk.said()
    desk.browser.client.cookies.clear()
    for path in (
        "/inbox/all",
        "/tickets/1001",
        f"/messages/{said.message.id}/body",
        f"/attachments/{said.files[0].id}",
    ):
        assert (await desk.browser.client.get(path)).status_code == 303


async def test_what_globex_owns_is_not_there_in_acme(desk: Desk, globex: Tenant, signed_in: Open) -> None:
    gil = await signed_in("gil@globex.test")
    [said] = await desk.said()
    ticket = await desk.ticket()
    paths = (
        "/tickets/1001", f"/tickets/by-id/{ticket.id}", f"/messages/{said.message.id}/body", f"/messages/{said.message.id}/raw",
        f"/attachments/{said.files[0].id}", f"/contacts/{ticket.contact_id}", f"/accounts/{ticket.account_id}",
    )  # fmt: skip
    for path in paths:
        assert (await gil.get(path)).status_code == 404, path
    for method, path in (
        ("PATCH", "/tickets/1001"),
        ("POST", "/tickets/1001/messages"),
        ("POST", "/tickets/1001/reading"),
        ("PUT", "/tickets/1001/drafts/note"),
        ("DELETE", f"/tickets/1001/messages/{said.message.id}"),
        ("DELETE", f"/attachments/{said.files[0].id}"),
        ("POST", f"/messages/{said.message.id}/again"),
    ):
        assert (await gil.send(method, path, {"html": "x", "direction": "note"})).status_code == 404, path


async def test_what_is_written_in_a_mail_is_never_markup_on_our_pages(desk: Desk) -> None:
    evil = '<script>alert("x")</script>'
    await desk.gets(
        letter(evil, sender=f'"{evil}" <e@evil.example>', subject=f"{evil} \u202e", message_id="<e@evil.example>")
    )
    for path in ("/inbox/all", "/tickets/1002", "/contacts", "/accounts"):
        assert evil not in await desk.page(path)


async def actor_of(email: str) -> Actor:
    member = await members.by_email(email)
    assert member is not None
    return members.actor_of(member)


async def test_somebody_else_who_is_writing_is_shown(desk: Desk, signed_in: Open) -> None:
    ann = await signed_in("ann@acme.test")
    await ann.get("/tickets/1001")
    await ann.send("PUT", "/tickets/1001/drafts/outbound", {"html": "<p>Levers</p>"})
    assert "Ann Okafor is replying" in await desk.page()
    assert "Ann Okafor is replying" in await desk.page("/inbox/all")
    with tenants.enter(desk.tenant):
        async with TENANT.transaction():
            assert (await actor_of("ann@acme.test")).name == "Ann Okafor"


async def test_a_ticket_knows_the_list_it_was_opened_from(desk: Desk) -> None:
    for number in (2, 3):
        await desk.gets(letter(subject=f"Ticket {number}", message_id=f"<{number}@nordwind.example>"))
    assert 'href="/inbox"' in await desk.page("/tickets/1002")
    await desk.page("/inbox/unassigned?q=nordwind&sort=newest")
    page = await desk.page("/tickets/1002")
    assert 'href="/inbox/unassigned?q=nordwind&amp;sort=newest"' in page
    assert "2 of 3" in page
    assert re.search(r'href="/tickets/1003"[^>]*data-previous', page)
    assert re.search(r'href="/tickets/1001"[^>]*data-next', page)
    await desk.send("PATCH", "/tickets/1002", {"assignee": "me"})
    page = await desk.page("/tickets/1002")
    assert " of 3" not in page
    assert re.search(r'href="/tickets/1001"[^>]*data-next', page)
    desk.browser.client.cookies.set("fondaco_list", "/inbox/teams/x?q=%00", domain="acme.localhost")
    assert (await desk.browser.get("/tickets/1002")).status_code == 200
