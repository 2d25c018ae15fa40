"""An address leads to one tenant, whatever crashes between the cell's list and the tenant's own database."""

from __future__ import annotations

import pytest

from app.access import Actor
from app.core.db import TENANT, control, sql
from app.core.errors import Forbidden, Invalid
from app.mail import channels, routes
from app.mail.channels import Channel
from app.tenancy import runner, tenants
from app.tenancy.tenants import Tenant

VIEWER = Actor(kind="member", name="Vera", role="viewer")


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ("Support@ACME.localhost.", "support@acme.localhost"), ("hilfe@BÜRO.example", "hilfe@xn--bro-hoa.example"),
        ("søren@x.example", "søren@x.example"), ("a+b@c.example", "a+b@c.example"), ("a@b", "a@b"), ("", None), ("@x", None),
        ("a@", None), ("a b@c.example", None), ("a@b@c.example", None), ("a@c.example:25", None), ("x" * 65 + "@c.example", None),
        ("a@[127.0.0.1]", None), ("\0@c.example", None), ('"a b"@c.example', None),
    ],
)  # fmt: skip
def test_an_address_has_one_form(given: str, normal: str | None) -> None:
    assert routes.normalise(given) == normal


async def test_a_new_tenant_has_an_address_at_once_and_a_second_run_changes_nothing(acme: Tenant) -> None:
    with tenants.enter(acme):
        for _turn in range(2):
            async with TENANT.transaction():
                assert await channels.on_tenant_created(acme, "kim@acme.test") == {"mail": "support@acme.localhost"}
        [channel] = await channels.every()
    assert (channel.address, channel.name, channel.is_default) == ("support@acme.localhost", "Acme Printers", True)
    place = await routes.find("SUPPORT+anything@acme.localhost")
    assert place is not None
    assert (place.tenant.id, place.channel_id, place.state) == (acme.id, channel.id, "open")


async def test_what_one_tenant_has_another_cannot_take(acme: Tenant, globex: Tenant) -> None:
    with tenants.enter(acme):
        async with TENANT.transaction():
            await channels.create("help@company.example", name="Help", by=Actor.system())
    with tenants.enter(globex):
        for address in ("help@company.example", "HELP@company.example"):
            with pytest.raises(routes.AddressTaken):
                async with TENANT.transaction():
                    await channels.create(address, name="Help", by=Actor.system())
        for address in ("x@acme.localhost", "x@localhost", "x@initech.localhost"):
            with pytest.raises(Invalid):
                async with TENANT.transaction():
                    await channels.create(address, name="Help", by=Actor.system())
        assert await channels.every() == []


async def test_a_channel_that_was_not_committed_is_no_address_and_its_route_is_mended(acme: Tenant) -> None:
    with tenants.enter(acme):
        with pytest.raises(RuntimeError):
            async with TENANT.transaction():
                await channels.create("ghost@acme.localhost", name="Ghost", by=Actor.system())
                raise RuntimeError
        place = await routes.find("ghost@acme.localhost")
        assert place is None
        assert await control.fetchval("SELECT count(*) FROM mail_routes") == 1
        await routes.repair()
        assert await control.fetchval("SELECT count(*) FROM mail_routes") == 0


async def test_a_route_that_was_lost_is_mended(acme: Tenant, support: Channel) -> None:
    await control.execute("DELETE FROM mail_routes")
    await tenants.forget()
    assert await routes.find(support.address) is None
    with tenants.enter(acme):
        await routes.repair()
    assert await routes.find(support.address) is not None


async def test_a_removed_channel_is_no_address_any_more(acme: Tenant, support: Channel) -> None:
    with tenants.enter(acme):
        async with TENANT.transaction():
            sales = await channels.create("sales@acme.localhost", name="Sales", by=Actor.system())
        assert await routes.find(sales.address) is not None
        with pytest.raises(channels.LastChannel):
            await channels.delete(support, by=Actor.system())
        with pytest.raises(Forbidden):
            await channels.delete(sales, by=VIEWER)
        async with TENANT.transaction():
            await channels.delete(sales, by=Actor.system())
        routes.forget()
        assert await routes.find(sales.address) is None
        assert await sql.fetchval("SELECT count(*) FROM mail_channels") == 1


async def test_a_deleted_tenant_takes_its_addresses_with_it(control: object) -> None:
    await runner.create("initech", "Initech", "you@initech.test")
    tenant = await tenants.by_slug("initech")
    assert tenant is not None
    with tenants.enter(tenant):
        async with TENANT.transaction():
            await channels.on_tenant_created(tenant, "you@initech.test")
    assert await routes.find("support@initech.localhost") is not None
    await runner.delete("initech")
    routes.forget()
    assert await routes.find("support@initech.localhost") is None
