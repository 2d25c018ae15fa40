"""Opens the house for a look at it: database, tenants, processes, addresses; and closes it in order."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from app.core import settings as house
from app.core.settings import Settings, settings
from app.operations.evaluation import accounts, locks, ports
from app.operations.evaluation.children import Child, Family
from app.operations.evaluation.postgres import Postgres
from app.operations.evaluation.progress import Progress

READY_WITHIN = 90.0


class NotReady(RuntimeError):
    """Something that was needed for the start failed; the text says what."""


def write_secret(path: Path, value: str) -> None:
    """A file that only its owner reads; an existing one is replaced as a whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(value)
    beside.replace(path)


def run(*, empty: bool, progress: Progress) -> None:
    """Starts everything and stays until SIGINT or SIGTERM. Raises an error with a sentence for each thing that can be wrong."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    home = settings().home
    home.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
    with locks.hold(home) as tell, announced(home):
        tell(address=settings().url())
        ports.must_be_free(settings().host, settings().port, "FONDACO_PORT")
        ports.must_be_free(settings().smtp_host, settings().smtp_port, "FONDACO_SMTP_PORT")
        if not settings().secret_key:
            write_secret(home / "secret.key", secrets.token_urlsafe(48))
            house.forget()
        with database(home, progress) as postgres:
            prepare(empty, progress)
            asyncio.run(stay(settings(), postgres, progress))


@contextlib.contextmanager
def announced(home: Path) -> Iterator[None]:
    """While the block runs, commands on the same folder know the ports of the house, and give people links that work."""
    places = {name: home / "running" / name for name in ("port", "smtp_port")}

    def clear() -> None:
        for place in places.values():
            place.unlink(missing_ok=True)
        house.forget()

    # Those of a house that was killed would move this one.
    clear()
    for name, place in places.items():
        write_secret(place, str(getattr(settings(), name)))
    try:
        yield
    finally:
        clear()


@contextlib.contextmanager
def database(home: Path, progress: Progress) -> Iterator[Postgres | None]:
    """The evaluation PostgreSQL while the block runs, unless the settings name another server."""
    address = home / "postgres" / "url"
    given = house.explain("database_url")
    if given.value and not given.origin.startswith("data folder"):
        yield None
        return
    (home / "logs").mkdir(mode=0o700, exist_ok=True)
    place, account = accounts.settle(home)
    postgres = Postgres(place, account, home / "logs" / "postgres.log")
    try:
        with progress.step("PostgreSQL") as remarks:
            url = postgres.start()
            remarks.append(postgres.version)
            if account.become:
                remarks.append(f"as {account.name}")
        write_secret(address, url)
        house.forget()
        yield postgres
    finally:
        postgres.stop()
        address.unlink(missing_ok=True)
        house.forget()


def command(*words: str) -> list[str]:
    return [sys.executable, "-P", "-m", "app.cli", *words]


def environment() -> dict[str, str]:
    """What our processes need to find the code and the data, from whatever folder they were called."""
    root = str(Path(__file__).parents[3])
    path = os.environ.get("PYTHONPATH", "")
    return {
        **os.environ,
        "FONDACO_HOME": str(settings().home),
        "PYTHONPATH": path if root in path.split(os.pathsep) else os.pathsep.join(filter(None, (root, path))),
        "PYTHONUNBUFFERED": "1",
    }


def prepare(empty: bool, progress: Progress) -> None:
    """Migrations, demo tenants and sign-ins, in a process of its own: what it loads is not kept while the house is open."""
    words = command("prepare-evaluation", *(["--empty"] if empty else []))
    with progress.step("Databases and tenants") as remarks:
        done = subprocess.Popen(words, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert done.stdout is not None
        for line in done.stdout:
            remarks.append(line.strip())
        _none, errors = done.communicate()
        if done.returncode:
            raise NotReady(f"The databases could not be prepared:\n{errors.strip()[-3000:]}")


async def stay(current: Settings, postgres: Postgres | None, progress: Progress) -> None:
    """Runs the processes until somebody asks us to end."""
    loop, asked = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked.set)
    family = Family(
        [
            Child("web", command("web"), patience=20.0),
            Child("mail", command("mail")),
            Child("worker", command("worker"), patience=20.0),
        ],
        current.home / "logs",
        progress.say,
        environment(),
    )
    family.start()
    watch = asyncio.create_task(_watch_postgres(postgres, progress.say)) if postgres else None
    try:
        with progress.step("Web, mail and worker"):
            await _until_ready(current, family, asked)
        if not asked.is_set():
            family.ready = True
            progress.console.print(addresses(current))
            await asyncio.wait(
                [asyncio.ensure_future(asked.wait()), *([watch] if watch else [])], return_when=asyncio.FIRST_COMPLETED
            )
    finally:
        progress.say("Closing the house ...")
        await family.stop()
        if watch:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)


async def _watch_postgres(postgres: Postgres, say: Callable[[str], None]) -> None:
    """A database that fell is started again; from this thread, for it goes down with the thread that started it."""
    while True:
        await asyncio.sleep(0.5)
        if postgres.process is not None and (code := postgres.process.poll()) is not None:
            say(f"PostgreSQL ended with code {code} and starts again (log: {postgres.log})")
            postgres.start()


async def _until_ready(current: Settings, family: Family, asked: asyncio.Event) -> None:
    async def answers() -> None:
        while not (await _is_ready(current) and await _takes_mail(current)):  # noqa: ASYNC110 - it happens in other processes
            await asyncio.sleep(0.1)

    waits: list[asyncio.Future[object]] = [
        asyncio.ensure_future(answers()), asyncio.ensure_future(asked.wait()), asyncio.ensure_future(family.failed),
    ]  # fmt: skip
    done, late = await asyncio.wait(waits, timeout=READY_WITHIN, return_when=asyncio.FIRST_COMPLETED)
    for wait in late:
        wait.cancel()
    if not done:
        raise NotReady(
            f"Web and mail did not answer within {READY_WITHIN:.0f} s. Their logs are in {current.home / 'logs'}."
        )
    for wait in done:
        wait.result()


async def _is_ready(current: Settings) -> bool:
    question = f"GET /readyz HTTP/1.1\r\nHost: {current.base_domain}\r\nConnection: close\r\n\r\n"
    return b" 200 " in await _first_line(current.host, current.port, question.encode())


async def _takes_mail(current: Settings) -> bool:
    return (await _first_line(current.smtp_host, current.smtp_port, b"")).startswith(b"220")


async def _first_line(host: str, port: int, question: bytes) -> bytes:
    """What a server on this machine says first; empty when it does not answer."""
    try:
        async with asyncio.timeout(5):
            reader, writer = await asyncio.open_connection({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port)
            try:
                writer.write(question)
                return await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError, ValueError):
        return b""


def addresses(current: Settings) -> str:
    """What a stranger needs: where to go, and how to get in."""
    entries = json.loads((current.home / "credentials.json").read_text("utf-8"))
    lines = ["", "[bold]Fondaco is open.[/bold] Ctrl-C closes it.", ""]
    for tenant in dict.fromkeys(entry["tenant"] for entry in entries):
        address = current.url("", "/operator") if tenant == "operator" else current.url(tenant)
        lines.append(f"  [bold]{address}[/bold]")
        lines.extend(
            f"      {entry['email']:22} {entry['password']:18} {entry['role']}"
            for entry in entries
            if entry["tenant"] == tenant
        )
    tenants = [entry["tenant"] for entry in entries if entry["tenant"] != "operator"]
    lines += [
        "",
        f"  Mail in: SMTP on {current.smtp_host}:{current.smtp_port}"
        + (f", for example to support@{tenants[0]}.{current.base_domain}" if tenants else ""),
    ]
    if not current.relay_host and not current.production:
        lines.append(f"  Mail out: {current.url(tenants[0] if tenants else '', '/dev/outbox')}")
    lines += [f"  Sign-ins also in {current.home / 'credentials.json'}, logs in {current.home / 'logs'}", ""]
    return "\n".join(lines)
