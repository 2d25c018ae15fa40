"""A host name leads to its tenant however it is written, and a forged one leads nowhere."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from app.core.db import TENANT, sql
from app.core.db import control as control_sql
from app.tenancy import cells, hosts, runner, signals, tenants
from app.tenancy.cells import Cell
from app.tenancy.tenants import Tenant


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("acme.localhost", "acme.localhost"),
        ("ACME.LocalHost:8000", "acme.localhost"),
        ("acme.localhost.", "acme.localhost"),
        ("acme.localhost.:8000", "acme.localhost"),
        (" acme.localhost ", "acme.localhost"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example:80", "xn--bcher-kva.example"),
        ("日本語.example", "xn--wgv71a119e.example"),
        ("127.0.0.1:8000", "127.0.0.1"),
    ],
)
def test_a_host_is_looked_up_in_one_form(written: str, name: str) -> None:
    assert hosts.normalise(written) == name


@pytest.mark.parametrize(
    "forged",
    ["", ".", "a..b", "-a.b", "a-.b", "acme.localhost:80:80", "acme.localhost:x", "acme.localhost:", "[::1]:80", "a b", "a/b",
     "a@b", "a\0b", "acme.localhost\r\nX: y", "\ud800.example", "x" * 64 + ".example", "a." * 130, "‮acme.localhost"],
)  # fmt: skip
def test_a_forged_host_is_no_host(forged: str) -> None:
    assert hosts.normalise(forged) is None


@pytest.mark.parametrize("slug", ["acme", "a", "a1", "big-co", "x" * 63, "4711a"])
def test_a_short_name_is_a_label_of_a_host_name(slug: str) -> None:
    assert hosts.refusal_of(slug) is None


@pytest.mark.parametrize(
    "slug",
    [
        "",
        "Acme",
        "-a",
        "a-",
        "a_b",
        "a.b",
        "x" * 64,
        "www",
        "operator",
        "api",
        "xn--bcher",
        "12",
        "bücher",
        "a\n",
        "a\0",
    ],
)
def test_a_short_name_that_would_mislead_is_refused_with_a_reason(slug: str) -> None:
    assert hosts.refusal_of(slug)


async def test_a_tenant_is_found_by_host_slug_and_id(acme: Tenant) -> None:
    assert await tenants.by_host("ACME.localhost.:8000") == acme
    assert await tenants.by_slug("acme") == acme
    assert await tenants.by_id(acme.id) == acme
    assert await tenants.by_host("nobody.localhost") is None
    assert [tenant.slug for tenant in await tenants.all_active()] == ["acme", "globex"]


async def test_an_unknown_host_touches_no_tenants_database(acme: Tenant) -> None:
    assert TENANT.pool is not None
    before = TENANT.pool.connects
    for host in ("nobody.localhost", "acme.localhost.evil.example", "acme.localhost\0", ""):
        with pytest.raises(tenants.NoSuchHost):
            await tenants.at(host)
    assert TENANT.pool.connects == before


async def test_hosts_are_remembered_also_those_that_do_not_exist(acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        await tenants.by_host("acme.localhost")
        await tenants.by_host("nobody.localhost")
    await control_sql.execute("UPDATE tenants SET name = 'Changed' WHERE slug = 'acme'")
    try:
        found = await tenants.by_host("acme.localhost")
        assert found is not None
        assert found.name == "Acme Printers"
    finally:
        await control_sql.execute("UPDATE tenants SET name = 'Acme Printers' WHERE slug = 'acme'")
    monkeypatch.setattr(tenants, "KNOWN", 10)
    for number in range(30):
        await tenants.by_host(f"nobody{number}.localhost")
    assert len(tenants._cache) == 10


async def test_a_suspended_tenant_is_shut_and_a_resumed_one_open(acme: Tenant) -> None:
    assert await tenants.at("acme.localhost") == acme
    await runner.suspend("acme")
    with pytest.raises(tenants.TenantSuspended):
        await tenants.at("acme.localhost")
    assert acme.slug not in [tenant.slug for tenant in await tenants.all_active()]
    await runner.suspend("acme")
    await runner.resume("acme")
    assert (await tenants.at("acme.localhost")).is_active


async def test_a_tenant_in_creation_or_deletion_is_not_there(acme: Tenant) -> None:
    for status in ("creating", "deleting"):
        await control_sql.execute("UPDATE tenants SET status = $1 WHERE slug = 'acme'", status)
        await tenants.forget()
        with pytest.raises(tenants.NoSuchHost):
            await tenants.at("acme.localhost")


async def test_every_process_hears_of_a_suspension(acme: Tenant) -> None:
    """The change comes from outside: written and announced on a connection that is not this process's own."""
    async with signals.listening():
        assert (await tenants.at("acme.localhost")).is_active
        async with cells.connection() as other:
            await other.execute("UPDATE tenants SET status = 'suspended' WHERE slug = 'acme'")
            assert (await tenants.at("acme.localhost")).is_active
            await other.execute("SELECT pg_notify('fondaco_tenants', '')")
        async with asyncio.timeout(2):
            while True:
                try:
                    await tenants.at("acme.localhost")
                except tenants.TenantSuspended:
                    break
                await asyncio.sleep(0.01)


async def test_a_suspension_closes_the_tenants_connections(in_acme: Tenant) -> None:
    await sql.fetchval("SELECT 1")
    await runner.suspend("acme")
    assert TENANT.pool is not None
    assert in_acme.db not in TENANT.pool.slots


async def test_a_new_password_is_used_by_everybody_at_once(acme: Tenant) -> None:
    with tenants.enter(acme):
        await sql.fetchval("SELECT 1")
    await runner.change_password("acme")
    changed = await tenants.by_slug("acme")
    assert changed is not None
    assert changed.db.password != acme.db.password
    with tenants.enter(changed):
        assert await sql.fetchval("SELECT current_user") == changed.db.user


async def test_signals_reach_subscribers_and_come_back_after_the_connection_broke(control: Cell) -> None:
    heard: list[str] = []
    gaps: list[str] = []

    async def hear(payload: str) -> None:
        heard.append(payload)

    subscription = signals.subscribe("news", hear, gap=lambda: gaps.append("gap"))
    try:
        async with signals.listening():
            late = signals.subscribe("late", heard.append)
            await asyncio.sleep(0.1)
            await signals.notify("news", "one")
            await signals.notify("late", "two")
            await signals.notify("other", "three")
            await _eventually(lambda: sorted(heard) == ["one", "two"])
            late.cancel()
            async with cells.connection() as admin:
                await admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND application_name = 'fondaco admin' AND pid <> pg_backend_pid()"
                )
            await _eventually(lambda: gaps == ["gap"])
            with contextlib.suppress(Exception):
                await signals.notify("late", "nobody listens")
            await signals.notify("news", "four")
            await _eventually(lambda: heard[2:] == ["four"])
    finally:
        subscription.cancel()


async def _eventually(condition: object) -> None:
    async with asyncio.timeout(5):
        while not condition():  # type: ignore[operator]  # a function without arguments
            await asyncio.sleep(0.01)
