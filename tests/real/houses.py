"""A house of its own for tests with real processes: PostgreSQL, acme and globex, web servers and workers."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.core import settings
from app.operations.evaluation import accounts
from app.operations.evaluation.postgres import Postgres
from app.slices import all_slices
from app.tenancy import cells, runner, tenants
from app.tenancy.tenants import Tenant
from tests.doors.browsers import Person, person

ROOT = Path(__file__).parents[2]
KEY = "a key for these tests only, forty characters."  # not a secret: it seals nothing that outlives a test run


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def fall_with_us() -> None:
    """In the child: be asked to end when the tests are gone, however they went."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


class Process:
    """A process of ours. Whatever happens, it is gone at the end of its block."""

    def __init__(self, words: tuple[str, ...], env: dict[str, str], log: Path) -> None:
        self.log = log
        with log.open("ab") as file:
            self.running = subprocess.Popen(
                [sys.executable, "-P", "-m", "app.cli", *words], cwd=ROOT, env=env, stdout=file, stderr=file,
                start_new_session=True, preexec_fn=fall_with_us,
            )  # fmt: skip

    def tell(self, what: signal.Signals) -> None:
        self.running.send_signal(what)

    def children(self) -> set[int]:
        found = Path(f"/proc/{self.running.pid}/task/{self.running.pid}/children")
        with contextlib.suppress(FileNotFoundError):
            names = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in found.read_text().split()}
            return {pid for pid, words in names.items() if b"resource_tracker" not in words}
        return set()

    async def ended(self, seconds: float = 30.0) -> int:
        until = time.monotonic() + seconds
        while (code := self.running.poll()) is None:
            assert time.monotonic() < until, f"still runs after {seconds} s"
            await asyncio.sleep(0.05)
        return code

    def end(self) -> None:
        if self.running.poll() is None:
            self.running.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.running.wait(25)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait(5)


class Web(Process):
    """A running web server, asked at 127.0.0.1 with the host name in a header."""

    def __init__(self, house: House, processes: int) -> None:
        self.port = free_port()
        super().__init__(
            ("web", "--processes", str(processes)),
            house.env | {"FONDACO_PORT": str(self.port)},
            house.folder / f"web-{self.port}.log",
        )

    async def ready(self) -> None:
        until = time.monotonic() + 40
        async with self.client("localhost") as client:
            while True:
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get("/readyz")).status_code == 200:
                        return
                assert self.running.poll() is None, self.log.read_text()[-3000:]
                assert time.monotonic() < until, self.log.read_text()[-3000:]
                await asyncio.sleep(0.1)

    def client(self, host: str, **options: Any) -> httpx.AsyncClient:
        headers = {"Host": f"{host}:{self.port}"} | options.pop("headers", {})
        return httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", headers=headers, timeout=30, **options)

    def program(self, who: Person, slug: str = "acme") -> httpx.AsyncClient:
        return self.client(f"{slug}.localhost", headers={"Authorization": f"Bearer {who.token}"})

    def browser(self, who: Person, slug: str = "acme") -> httpx.AsyncClient:
        return self.client(f"{slug}.localhost", headers={"Cookie": f"fondaco_session={who.session}"})


class House:
    """PostgreSQL with a cell in which acme and globex work."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="fondaco-real-"))
        self.folder.chmod(0o711)
        self.place, self.account = accounts.settle(self.folder)
        self.postgres = self._postgres()
        self.env: dict[str, str] = {}
        self.people: dict[str, Person] = {}
        self.tenants: dict[str, Tenant] = {}

    def _postgres(self) -> Postgres:
        return Postgres(self.place, self.account, self.folder / "postgres.log", quick=True)

    def open(self) -> None:
        url = self.postgres.start()
        (self.folder / "home").mkdir()
        ours = {
            "FONDACO_HOME": str(self.folder / "home"), "FONDACO_DATABASE_URL": url, "FONDACO_SECRET_KEY": KEY,
            "FONDACO_LOG_LEVEL": "info", "FONDACO_SMTP_PORT": str(free_port()), "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("FONDACO_")} | ours
        with self.settings():
            asyncio.run(self._furnish())

    async def _furnish(self) -> None:
        all_slices()
        await tenants.forget()
        async with cells.open_pools():
            await runner.migrate()
            for slug, name, email, who, role in (
                ("acme", "Acme Printers", "kim@acme.test", "Kim Brandt", "admin"),
                ("globex", "Globex", "gil@globex.test", "Gil Moreau", "admin"),
            ):
                await runner.create(slug, name, f"first-{email}")
                tenant = await tenants.by_slug(slug)
                assert tenant is not None
                self.tenants[slug] = tenant
                self.people[email.partition("@")[0]] = await person(tenant, email, who, role)
        await tenants.forget()

    @contextlib.contextmanager
    def settings(self) -> Iterator[None]:
        """This process looks at the house's own settings inside the block."""
        with pytest.MonkeyPatch.context() as patch:
            for name in list(os.environ):
                if name.startswith("FONDACO_"):
                    patch.delenv(name)
            for name, value in self.env.items():
                if name.startswith("FONDACO_"):
                    patch.setenv(name, value)
            settings.forget()
            yield
        settings.forget()

    def close(self) -> None:
        self.postgres.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def stop_database(self) -> None:
        self.postgres.stop()

    def start_database(self) -> None:
        self.postgres = self._postgres()
        assert self.postgres.start() == self.env["FONDACO_DATABASE_URL"]

    @contextlib.asynccontextmanager
    async def web(self, processes: int = 1) -> AsyncIterator[Web]:
        """A web server that answers."""
        running = Web(self, processes)
        try:
            await running.ready()
            yield running
        finally:
            running.end()

    @contextlib.asynccontextmanager
    async def worker(self) -> AsyncIterator[Process]:
        running = Process(("worker",), self.env, self.folder / "worker.log")
        try:
            yield running
        finally:
            running.end()

    @contextlib.asynccontextmanager
    async def admin(self, slug: str = "") -> AsyncIterator[Any]:
        """A connection with every right to the control database or a tenant's."""
        with self.settings():
            async with cells.connection(self.tenants[slug].db.database if slug else None) as connection:
                yield connection


class Stream:
    """An open page's line to /live."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self.lines = lines

    async def next(self, seconds: float) -> dict[str, str]:
        """The next message by the names of its fields; comments are passed over."""
        found: dict[str, str] = {}
        async with asyncio.timeout(seconds):
            async for line in self.lines:
                if line:
                    name, _colon, value = line.partition(": ")
                    if name:
                        found[name] = value
                elif found:
                    return found
        raise EOFError


@contextlib.asynccontextmanager
async def listening(web: Web, who: Person, slug: str = "acme") -> AsyncIterator[Stream]:
    """A stream that has said it is ready."""
    async with web.browser(who, slug) as client, client.stream("GET", "/live") as response:
        assert response.status_code == 200, await response.aread()
        stream = Stream(response.aiter_lines())
        assert (await stream.next(10))["event"] == "ready"
        yield stream
