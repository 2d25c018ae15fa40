"""Who writes becomes a contact, and the mail domain says for which company."""

from __future__ import annotations

import asyncio

import pytest

from app.access import Actor
from app.core.db import TENANT, spawn, sql
from app.core.errors import Forbidden, Invalid, NotFound
from app.crm import accounts, contacts, domains
from app.crm.editing import ChangedMeanwhile
from app.tenancy import tenants
from app.tenancy.tenants import Tenant
from tests.desk import world

MAIL = Actor.mail("Marta Keller")


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("marta@nordwind.example", "nordwind.example"),
        ("marta@mail.hh.nordwind.example", "nordwind.example"),
        ("tom@sub.harbour.co.uk", "harbour.co.uk"),
        ("Tom@HARBOUR.CO.UK.", "harbour.co.uk"),
        ("li@明远.example", "xn--2hvo44g.example"),
        ("x@co.uk", None),
        ("x@localhost", None),
        ("x@[192.0.2.1]", None),
        ("x@192.0.2.1", None),
        ("x@", None),
        ("", None),
        ("x@a..b", None),
    ],
)
def test_the_registrable_domain_of_an_address(address: str, domain: str | None) -> None:
    assert domains.of_address(address) == domain


@pytest.mark.parametrize(
    "name",
    [
        "gmail.com",
        "qq.com",
        "163.com",
        "mail.ru",
        "yandex.ru",
        "web.de",
        "gmx.de",
        "gmx.at",
        "naver.com",
        "yahoo.co.jp",
        "outlook.fr",
        "hotmail.com",
        "icloud.com",
        "proton.me",
        "tuta.com",
        "t-online.de",
        "ya.ru",
        "wp.pl",
        "docomo.ne.jp",
        "hey.com",
        "free.fr",
        "live.nl",
        "yandex.com.tr",
    ],
)
def test_free_mail_says_nothing_about_a_company(name: str) -> None:
    assert domains.is_free(name)


@pytest.mark.parametrize(
    "name", ["nordwind.example", "google.com", "microsoft.com", "gmxlogistics.com", "livemusic.org"]
)
def test_a_company_is_no_free_mail(name: str) -> None:
    assert not domains.is_free(name)


@pytest.mark.parametrize(
    ("domain", "name"),
    [("nordwind.example", "Nordwind"), ("brightside-dental.example", "Brightside Dental"), ("ibm.com", "IBM")],
)
def test_an_account_that_is_known_by_its_domain_gets_a_readable_name(domain: str, name: str) -> None:
    assert domains.company_name(domain) == name


async def test_a_first_mail_makes_contact_and_account(in_acme: Tenant) -> None:
    async with world.unit():
        marta = await contacts.find_or_create("Marta@Nordwind.example", name="Marta Keller", by=MAIL)
        again = await contacts.find_or_create("marta@nordwind.example", name="M. Keller", by=MAIL)
        jan = await contacts.find_or_create("jan@hh.nordwind.example", name="", by=MAIL)
    assert (marta.name, marta.email) == ("Marta Keller", "marta@nordwind.example")
    assert again == marta
    assert jan.account_id == marta.account_id is not None
    account = await accounts.by_domain("NORDWIND.example")
    assert account is not None
    assert account.name == "Nordwind"
    assert len(await world.events_named("contact.created")) == 2
    assert len(await world.events_named("account.created")) == 1


async def test_free_mail_and_our_own_people_make_no_account(in_acme: Tenant) -> None:
    await world.kim()
    await world.channel("support@acme-help.example")
    async with world.unit():
        for address in ("li@qq.com", "kim2@mail.acme.test", "sales@acme-help.example"):
            assert (await contacts.find_or_create(address, by=MAIL)).account_id is None
    assert await sql.fetchval("SELECT count(*) FROM accounts") == 0


async def test_ten_mails_at_once_from_one_new_person_make_one_contact(in_acme: Tenant) -> None:
    async def one() -> object:
        async with TENANT.transaction():
            return (await contacts.find_or_create("marta@nordwind.example", name="Marta", by=MAIL)).id

    found = await asyncio.gather(*(spawn(one()) for _ in range(10)))
    assert len(set(found)) == 1
    assert await sql.fetchval("SELECT count(*) FROM accounts") == 1
    assert len(await world.events_named("contact.created")) == 1


async def test_a_guessed_name_gives_way_to_the_one_in_a_later_mail_but_an_entered_one_stays(in_acme: Tenant) -> None:
    kim = await world.kim()
    async with world.unit():
        first = await contacts.find_or_create("jan.petersen@nordwind.example", by=MAIL)
        second = await contacts.find_or_create("jan.petersen@nordwind.example", name="Dr. Jan Petersen", by=MAIL)
        locked = await contacts.get_for(kim, first.id, lock=True)
        await contacts.change(locked, by=kim, name="Jan")
        third = await contacts.find_or_create("jan.petersen@nordwind.example", name="Petersen, Jan", by=MAIL)
    assert [first.name, second.name, third.name] == ["Jan Petersen", "Dr. Jan Petersen", "Jan"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Marta Keller", "Marta Keller"),
        ("  'Marta\tKeller'  ", "Marta Keller"),
        ("marta@nordwind.example", "marta@nordwind.example"),
        ("\u202eMarta", "Marta"),
        ("李伟", "李伟"),
        ("", "marta@nordwind.example"),
    ],
)
def test_the_name_that_a_mail_gives(name: str, shown: str) -> None:
    assert contacts.shown_name(name, "marta@nordwind.example") == shown


async def test_two_people_change_one_contact_and_whoever_is_second_sees_both_values(in_acme: Tenant) -> None:
    kim = await world.kim()
    async with world.unit():
        marta = await contacts.find_or_create("marta@nordwind.example", name="Marta Keller", by=MAIL)
        changed = await contacts.change(marta, by=kim, seen=1, title="Head of Operations")
        assert changed.version == 2
        await contacts.change(changed, by=kim, seen=1, phone="+49 40 5550 4410", title="Head of Operations")
        marta = await contacts.get_for(kim, marta.id, lock=True)
        with pytest.raises(ChangedMeanwhile) as conflict:
            await contacts.change(marta, by=kim, seen=1, title="Boss", phone="+49 40 5550 4410")
    assert conflict.value.detail["fields"] == {"title": {"theirs": "Head of Operations", "yours": "Boss"}}


async def test_what_cannot_be_is_refused_by_field(in_acme: Tenant) -> None:
    kim = await world.kim()
    async with world.unit():
        marta = await contacts.create(name="Marta", email="marta@nordwind.example", by=kim)
        with pytest.raises(contacts.AddressTaken):
            await contacts.create(name="Other", email="MARTA@nordwind.example", by=kim)
        for given in ({"email": "marta at nordwind"}, {"name": "x" * 201}):
            with pytest.raises(Invalid) as wrong:
                await contacts.change(marta, by=kim, **given)
            assert set(wrong.value.errors) == set(given)
        with pytest.raises(Invalid):
            await contacts.create(name="", by=kim)
        with pytest.raises(Invalid):
            await accounts.create(name="Mail", domain="gmail.com", by=kim)
        nordwind = await accounts.by_domain("nordwind.example")
        assert nordwind is not None
        with pytest.raises(accounts.DomainTaken):
            await accounts.create(name="Nordwind 2", domain="www.nordwind.example", by=kim)
        hellmann = await accounts.create(name="Hellmann & Söhne", domain="hellmann.example", by=kim)
        with pytest.raises(accounts.DomainTaken):
            await accounts.change(hellmann, by=kim, domain="nordwind.example")
    assert marta.account_id == nordwind.id


async def test_a_viewer_reads_and_changes_nothing(in_acme: Tenant) -> None:
    kim, vera = await world.kim(), await world.vera()
    async with world.unit():
        marta = await contacts.create(name="Marta", email="marta@nordwind.example", by=kim)
    assert (await contacts.get_for(vera, marta.id)).name == "Marta"
    with pytest.raises(Forbidden):
        await contacts.change(marta, by=vera, name="X")
    with pytest.raises(Forbidden):
        await contacts.create(name="X", by=vera)
    with pytest.raises(Forbidden):
        await accounts.create(name="X", by=vera)


async def test_what_globex_owns_is_not_there_in_acme(acme: Tenant, globex: Tenant) -> None:
    with tenants.enter(globex):
        gil = await world.member("gil@globex.test", "Gil", "admin")
        async with world.unit():
            theirs = await contacts.create(name="Ines", email="ines@umbrella.example", by=gil)
    with tenants.enter(acme):
        kim = await world.kim()
        with pytest.raises(NotFound):
            await contacts.get_for(kim, theirs.id)
        assert theirs.account_id is not None
        with pytest.raises(NotFound):
            await accounts.get_for(kim, theirs.account_id)
        async with world.unit():
            mine = await contacts.create(name="Marta", email="marta@nordwind.example", by=kim)
            with pytest.raises(NotFound):
                await contacts.change(mine, by=kim, account_id=theirs.account_id)
        assert await contacts.by_email("ines@umbrella.example") is None


async def test_a_bounced_address_is_marked_until_a_mail_comes_from_it(in_acme: Tenant) -> None:
    async with world.unit():
        marta = await contacts.find_or_create("marta@nordwind.example", name="Marta", by=MAIL)
        bounced = await contacts.note_bounce("MARTA@nordwind.example", reason="550 no such user", by=Actor.system())
        assert bounced is not None
        assert (bounced.mail_state, bounced.mail_reason) == ("bounced", "550 no such user")
        assert await contacts.note_bounce("marta@nordwind.example", reason="again", by=Actor.system()) is None
        back = await contacts.note_mail(bounced, by=MAIL)
    assert (back.id, back.mail_state, back.mail_reason) == (marta.id, "ok", "")
