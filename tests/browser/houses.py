"""A whole house for the browser to visit: its own home, its own ports, started as a stranger starts it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
import urllib.request
from email.message import EmailMessage
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
OPEN_WITHIN = 240.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class House:
    """`fondaco evaluate` in a home of its own, with the sample data that everybody gets."""

    def __init__(self, home: Path, port: int = 0, smtp_port: int = 0) -> None:
        self.home, self.port, self.smtp_port = home, port or free_port(), smtp_port or free_port()
        self.said = home.with_suffix(".log")
        self.process: subprocess.Popen[bytes] | None = None

    def open(self) -> None:
        env = {name: value for name, value in os.environ.items() if not name.startswith(("FONDACO_", "PYTEST_"))}
        env |= {
            "FONDACO_HOME": str(self.home),
            "FONDACO_PORT": str(self.port),
            "FONDACO_SMTP_PORT": str(self.smtp_port),
            "PYTHONPATH": str(ROOT),
        }
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "evaluate"], cwd=ROOT, env=env, stdout=said, stderr=said
            )
        until = time.monotonic() + OPEN_WITHIN
        while b"Fondaco is open" not in self.said.read_bytes():
            assert self.process.poll() is None, self.said.read_text()
            assert time.monotonic() < until, self.said.read_text()
            time.sleep(0.1)

    def close(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            assert self.process.wait(60) == 0, self.said.read_text()

    def url(self, tenant: str, path: str = "/") -> str:
        """The address of a page; without a tenant that of the operator's host."""
        return f"http://{tenant + '.' if tenant else ''}localhost:{self.port}{path}"

    def password(self, email: str) -> str:
        entries = json.loads((self.home / "credentials.json").read_text("utf-8"))
        return str(next(entry["password"] for entry in entries if entry["email"] == email))

    def deliver(self, mail: EmailMessage | bytes, *, sender: str = "", to: str = "support@acme.localhost") -> None:
        """Hands a mail to the house as a customer's mail server does."""
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=20) as server:
            if isinstance(mail, bytes):
                server.sendmail(sender, [to], mail)
            else:
                server.send_message(mail)

    def ask(self, tenant: str, path: str) -> Any:
        """The JSON at an address that needs no sign-in."""
        host = f"{tenant}.localhost:{self.port}"
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers={"Host": host})
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return json.load(answer)

    def outbox(self, subject: str, *, seconds: float = 20) -> dict[str, Any] | None:
        """The newest mail that left acme with this in its subject, or None when none has after so many seconds."""
        until = time.monotonic() + seconds
        while True:
            for mail in self.ask("acme", "/dev/outbox?format=json"):
                if subject in mail["subject"] and mail["state"] == "sent":
                    return dict(mail)
            if time.monotonic() > until:
                return None
            time.sleep(0.2)

    def wait(self, seconds: float = 40) -> None:
        """Until the web server answers again."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with (
                contextlib.suppress(OSError),
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2),
            ):
                return
            time.sleep(0.2)
        raise AssertionError("the web server does not answer")

    def processes(self, name: str) -> list[int]:
        """The process ids of `fondaco web`, `mail` or `worker` that belong to this house and to no other."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                words = (folder / "cmdline").read_bytes().split(b"\0")
                ours = f"FONDACO_HOME={self.home}\0".encode() in (folder / "environ").read_bytes()
                if ours and words[-3:-1] == [b"app.cli", name.encode()]:
                    found.append(int(folder.name))
        return found
