"""`fondaco web`: the web server with one or more processes that share a port."""

from __future__ import annotations

import click
from granian.constants import Interfaces, Loops
from granian.log import LogLevels

from app.core import log
from app.core.settings import settings
from app.web.server import Server

KILL_AFTER_SECONDS = 20


@click.command()
@click.option("--processes", type=click.IntRange(1, 64), help="Web processes; otherwise FONDACO_WEB_PROCESSES.")
def web(processes: int | None) -> None:
    """Serve pages, the API and health checks.

    SIGHUP replaces the processes one by one without refusing a request; SIGTERM lets requests end, then stops.
    """
    current = settings()
    log.start("web", level=current.log_level, format=current.log_format)
    Server(
        "app.asgi:serve",
        factory=True,
        interface=Interfaces.ASGI,
        address=current.host,
        port=current.port,
        workers=processes or current.web_processes,
        loop=Loops.auto,
        websockets=False,
        backlog=2048,
        log_level=LogLevels.warning,
        log_access=False,
        respawn_failed_workers=True,
        respawn_interval=0.2,
        workers_kill_timeout=KILL_AFTER_SECONDS,
    ).serve()
