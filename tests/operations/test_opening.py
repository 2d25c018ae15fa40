"""scripts/run as a stranger meets it: the whole house on an empty folder, and what can come in between."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.operations.evaluation import accounts

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class House:
    """One `fondaco evaluate` on a folder and ports of its own."""

    def __init__(self, home: Path) -> None:
        self.home, self.port, self.smtp = home, free_port(), free_port()
        self.process: subprocess.Popen[str] | None = None
        self.out = home.parent / "out.txt"

    @property
    def env(self) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("FONDACO_")}
        ports = {"FONDACO_PORT": str(self.port), "FONDACO_SMTP_PORT": str(self.smtp)}
        return {**ours, **ports, "FONDACO_HOME": str(self.home), "PYTHONPATH": str(ROOT)}

    def start(self, *words: str) -> float:
        """Opens the house and answers after how many seconds it was ready."""
        began = time.monotonic()
        with self.out.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "evaluate", *words], env=self.env, stdout=out, stderr=out, text=True
            )
        while "Fondaco is open." not in self.out.read_text():
            assert self.process.poll() is None, self.out.read_text()
            assert time.monotonic() - began < 300, self.out.read_text()
            time.sleep(0.05)
        return time.monotonic() - began

    def call(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "app.cli", *words], env=self.env, capture_output=True, text=True, check=False
        )

    def stop(self, way: signal.Signals = signal.SIGINT) -> int:
        assert self.process is not None
        self.process.send_signal(way)
        return self.process.wait(60)

    def left_behind(self) -> list[str]:
        """Processes that still know this folder."""
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit() and int(folder.name) != os.getpid():
                try:
                    environment, words = (folder / "environ").read_bytes(), (folder / "cmdline").read_bytes()
                except OSError:
                    continue
                if f"FONDACO_HOME={self.home}\0".encode() in environment and words:
                    found.append(words.replace(b"\0", b" ").decode())
        return found

    def credentials(self) -> dict[str, dict[str, str]]:
        return {entry["email"]: entry for entry in json.loads((self.home / "credentials.json").read_text())}


@pytest.fixture
def opened() -> Iterator[House]:
    """A folder that only we may enter, as a clone in /root or in `mktemp -d` is."""
    folder = Path(tempfile.mkdtemp(prefix="fondaco-opening-"))
    house = House(folder / "home")
    yield house
    if house.process is not None and house.process.poll() is None:
        house.stop()
    shutil.rmtree(folder)
    accounts.sweep()


def test_the_house_opens_closes_and_opens_again_with_the_same_passwords(opened: House) -> None:
    opened.start()
    told = opened.out.read_text()
    credentials = opened.credentials()
    assert (opened.home / "credentials.json").stat().st_mode & 0o777 == 0o600
    assert (opened.home / "secret.key").stat().st_mode & 0o777 == 0o600
    assert (credentials["kim@acme.test"]["tenant"], credentials["kim@acme.test"]["role"]) == ("acme", "admin")
    assert (credentials["gil@globex.test"]["tenant"], credentials["gil@globex.test"]["role"]) == ("globex", "admin")
    assert f"http://acme.localhost:{opened.port}/" in told
    assert credentials["kim@acme.test"]["password"] in told
    with urllib.request.urlopen(f"http://127.0.0.1:{opened.port}/readyz") as answer:
        assert answer.status == 200
    listed = opened.call("tenant", "list", "--json")
    assert [tenant["slug"] for tenant in json.loads(listed.stdout)] == ["acme", "globex"], listed.stderr

    second = opened.call("evaluate")
    assert second.returncode == 3
    assert re.search(rf"process {opened.process.pid} since .* at http://localhost:{opened.port}/", second.stderr)  # type: ignore[union-attr]  # started above

    assert opened.stop() == 0, opened.out.read_text()
    assert opened.left_behind() == []
    assert opened.call("tenant", "list").returncode != 0

    opened.start()
    assert opened.credentials() == credentials
    assert opened.stop(signal.SIGTERM) == 0


def test_a_house_that_was_killed_leaves_nothing_and_opens_again(opened: House) -> None:
    opened.start()
    credentials = opened.credentials()
    opened.stop(signal.SIGKILL)
    deadline = time.monotonic() + 30
    while opened.left_behind() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert opened.left_behind() == []
    opened.start()
    assert opened.credentials() == credentials
    assert opened.stop() == 0


def test_an_empty_house_has_an_operator_and_no_tenants(opened: House) -> None:
    opened.start("--empty")
    assert [entry["tenant"] for entry in opened.credentials().values()] == ["operator"]
    assert json.loads(opened.call("tenant", "list", "--json").stdout) == []
    assert opened.stop() == 0


def test_a_port_in_use_is_said_before_anything_starts(opened: House) -> None:
    with socket.create_server(("127.0.0.1", opened.port)):
        refused = opened.call("evaluate")
    assert refused.returncode == 4
    assert f"Port {opened.port} (FONDACO_PORT) is in use by" in refused.stderr
    assert not (opened.home / "postgres").exists()


def test_another_server_is_used_instead_when_it_is_named(opened: House, pg: str, worker: str) -> None:
    env = {"FONDACO_DATABASE_URL": pg, "FONDACO_CONTROL_DATABASE": f"evaluated_{worker}"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(House, "env", property(lambda self, plain=House.env.fget: {**plain(self), **env}))  # type: ignore[attr-defined]  # a property has one
        opened.start()
        assert not (opened.home / "postgres").exists()
        assert opened.stop() == 0
