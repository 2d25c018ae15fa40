"""Who holds a port that we need: told by name before anything starts."""

from __future__ import annotations

import os
import socket
from pathlib import Path

LISTEN = "0A"  # TCP_LISTEN in /proc/net/tcp, proc(5)


class PortInUse(RuntimeError):
    """The text names the port, the setting that moves it, and the process when it can be seen."""


def must_be_free(host: str, port: int, variable: str) -> None:
    """Raises `PortInUse` when we could not listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except PermissionError:
            raise PortInUse(
                f"Port {port} ({variable}) needs more rights than ours. Set {variable} to 1024 or more."
            ) from None
        except OSError as error:
            holder = holder_of(port)
            who = f"is in use by {holder}" if holder else f"cannot be used: {error.strerror or error}"
            raise PortInUse(f"Port {port} ({variable}) {who}. Stop that, or set {variable} to another port.") from None


def holder_of(port: int) -> str:
    """The process that listens on `port`, as "name (process 12)"; empty when it cannot be seen."""
    sockets = _listening(port)
    if not sockets:
        return ""
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            for descriptor in (folder / "fd").iterdir():
                if os.readlink(descriptor) in sockets:
                    words = (folder / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
                    return f"{' '.join(words).strip()[:80]} (process {folder.name})"
        except OSError:
            continue
    return "another program"


def _listening(port: int) -> set[str]:
    found: set[str] = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            rows = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for row in rows:
            columns = row.split()
            if columns[3] == LISTEN and int(columns[1].rpartition(":")[2], 16) == port:
                found.add(f"socket:[{columns[9]}]")
    return found
