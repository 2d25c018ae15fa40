"""The pages about customers, as a browser gets them."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from app.core.db import sql
from app.tenancy import tenants
from app.tenancy.tenants import Tenant
from tests.desk import world
from tests.desk.conftest import signed_in
from tests.desk.test_incoming import letter
from tests.desk.test_pages import Desk
from tests.identity.conftest import Open

__all__ = ["signed_in"]


@pytest.fixture
async def desk(acme: Tenant, signed_in: Open) -> Desk:
    browser = await signed_in("kim@acme.test")
    with tenants.enter(acme):
        channel = await world.channel()
    desk = Desk(acme, browser, channel)
    await desk.gets(letter("It pulls the paper in crooked."))
    return desk


async def ids_of(desk: Desk) -> tuple[UUID, UUID]:
    ticket = await desk.ticket()
    assert ticket.contact_id
    assert ticket.account_id
    return ticket.contact_id, ticket.account_id


async def test_lists_of_customers_are_searched(desk: Desk) -> None:
    await desk.gets(letter(sender="Priya Raman <priya@brightside.example>", message_id="<p@b.example>"))
    page = await desk.page("/accounts")
    assert "Nordwind" in page
    assert "Brightside" in page
    assert "Brightside" not in await desk.page("/accounts?q=nordwind&part=rows")
    page = await desk.page("/contacts?q=brightside")
    assert "Priya Raman" in page
    assert "Marta" not in page
    assert "Nobody has this" in await desk.page("/contacts?q=nobody")


async def test_one_timeline_tells_of_customer_tickets_and_messages(desk: Desk) -> None:
    contact, account = await ids_of(desk)
    await desk.send(
        "POST",
        "/tickets/1001/messages",
        {"html": "<p>Press the levers.</p>", "direction": "outbound", "status": "solved"},
    )
    await desk.send("POST", "/tickets/1001/messages", {"html": "<p>Soft rollers</p>", "direction": "note"})
    await desk.send("PATCH", f"/contacts/{contact}", {"title": "Head of Operations", "version": "1"})
    for path in (f"/contacts/{contact}", f"/accounts/{account}"):
        page = await desk.page(path)
        for text in (
            "asked: <a href=\"/tickets/1001\"", "Press the levers.", "Soft rollers", "Position: – → Head of Operations",
            "Kim Brandt", "Known since" if "contacts" in path else "Customer since",
        ):  # fmt: skip
            assert text in page, text
        assert page.index("Head of Operations") < page.index("Soft rollers") < page.index("Press the levers.")
        assert "Broken printer" in await desk.page(f"{path}?tab=tickets")
        assert "<html" not in await desk.page(f"{path}?part=timeline")
        assert "<html" not in await desk.page(f"{path}?part=fields")


async def test_a_long_timeline_is_turned_over(desk: Desk) -> None:
    _contact, account = await ids_of(desk)
    for number in range(50):
        await desk.send("POST", "/tickets/1001/messages", {"html": f"<p>Note {number:02}.</p>", "direction": "note"})
    seen, path = "", f"/accounts/{account}?part=timeline"
    for _page in range(5):
        part = await desk.page(path)
        seen += part
        older = re.search(r'hx-get="([^"]+)"', part)
        if older is None:
            break
        path = older[1].replace("&amp;", "&")
    assert [int(number) for number in re.findall(r"Note (\d\d)\.", seen)] == list(range(49, -1, -1))


async def test_fields_are_changed_in_place_and_two_values_are_both_shown(desk: Desk) -> None:
    contact, account = await ids_of(desk)
    changed = await desk.send("PATCH", f"/accounts/{account}", {"phone": "+49 40 5550", "version": "1"})
    assert changed.status_code == 200
    assert "+49 40 5550" in changed.text
    late = await desk.send("PATCH", f"/accounts/{account}", {"phone": "112", "version": "1"})
    assert late.status_code == 422
    assert "+49 40 5550" in late.text
    assert "112" in late.text
    other = await desk.send("PATCH", f"/accounts/{account}", {"website": "nordwind.example", "version": "1"})
    assert 'value="https://nordwind.example"' in other.text
    wrong = await desk.send("PATCH", f"/contacts/{contact}", {"email": "no address", "version": "1"})
    assert wrong.status_code == 422
    assert "Write an address" in wrong.text
    none = await desk.send("PATCH", f"/contacts/{contact}", {"account": "", "version": "1"})
    assert none.status_code == 200
    with tenants.enter(desk.tenant):
        assert await sql.fetchval("SELECT account_id FROM contacts WHERE id = $1", contact) is None
        kim = await sql.fetchval("SELECT id FROM members WHERE email = 'kim@acme.test'")
    owned = await desk.send("PATCH", f"/accounts/{account}", {"owner": str(kim)})
    assert "Kim Brandt" in owned.text


async def test_customers_are_made_by_hand(desk: Desk) -> None:
    made = await desk.browser.post("/accounts", {"name": "Hellmann & Söhne", "domain": "hellmann.example"})
    assert made.status_code == 303
    assert "Hellmann &amp; Söhne" in await desk.page(made.headers["location"])
    again = await desk.browser.post("/accounts", {"name": "X", "domain": "hellmann.example"})
    assert again.status_code == 409
    assert "Another account has this mail domain." in again.text
    oliver = await desk.browser.post("/contacts", {"name": "Oliver", "email": "oliver@hellmann.example"})
    assert "Hellmann &amp; Söhne" in await desk.page(oliver.headers["location"])
    free = await desk.browser.post("/accounts", {"name": "Mail", "domain": "gmail.com"})
    assert free.status_code == 422


async def test_an_address_that_bounced_can_be_trusted_again(desk: Desk) -> None:
    contact, _account = await ids_of(desk)
    with tenants.enter(desk.tenant):
        await sql.execute("UPDATE contacts SET mail_state = 'bounced', mail_reason = 'no such user'")
    assert "no such user" in await desk.page(f"/contacts/{contact}")
    assert (await desk.browser.post(f"/contacts/{contact}/mail")).status_code == 303
    assert "no such user" not in (await desk.page(f"/contacts/{contact}")).partition("f-timeline")[0]


async def test_a_viewer_changes_nothing(desk: Desk, signed_in: Open) -> None:
    contact, account = await ids_of(desk)
    vera = await signed_in("vera@acme.test")
    assert "hx-patch" not in (await vera.get(f"/contacts/{contact}")).text
    for method, path in (
        ("PATCH", f"/contacts/{contact}"), ("PATCH", f"/accounts/{account}"), ("POST", "/contacts"), ("POST", "/accounts"),
        ("POST", f"/contacts/{contact}/mail"),
    ):  # fmt: skip
        assert (await vera.send(method, path, {"name": "X"})).status_code == 403, path
