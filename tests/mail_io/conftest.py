"""Acme and Globex with their mail addresses, a listening post office, and a folder for blobs that each test has alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app.access import Actor
from app.core import settings
from app.core.db import TENANT
from app.mail import channels, routes, smtp
from app.mail.channels import Channel
from app.mail.limits import Limits
from app.tenancy import tenants
from app.tenancy.tenants import Tenant


@pytest.fixture(autouse=True)
def own_blobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pg: str) -> Iterator[Path]:
    monkeypatch.setenv("FONDACO_BLOBS_PATH", str(tmp_path / "blobs"))
    settings.forget()
    routes.forget()
    yield tmp_path / "blobs"
    monkeypatch.undo()
    settings.forget()


async def open_channel(tenant: Tenant, local: str, name: str) -> Channel:
    with tenants.enter(tenant):
        async with TENANT.transaction():
            return await channels.create(f"{local}@{tenant.slug}.localhost", name=name, by=Actor.system())


@pytest.fixture
async def support(acme: Tenant) -> Channel:
    """support@acme.localhost"""
    return await open_channel(acme, "support", "Acme support")


@pytest.fixture
async def globex_support(globex: Tenant) -> Channel:
    """support@globex.localhost"""
    return await open_channel(globex, "support", "Globex")


class Open:
    """A listening post office and its port."""

    def __init__(self, office: smtp.PostOffice, port: int) -> None:
        self.office, self.port = office, port


@pytest.fixture
async def office(support: Channel, globex_support: Channel) -> AsyncIterator[Open]:
    opened = smtp.PostOffice(limits=Limits(idle_seconds=20))
    port = await opened.open("127.0.0.1", 0)
    yield Open(opened, port)
    await opened.close(seconds=2)
