"""The worker process: the jobs of all tenants, and what has to be done again and again."""

from __future__ import annotations

import asyncio
import signal

import click

from app.core import log
from app.core.settings import settings
from app.slices import all_slices
from app.tenancy import cells, signals, workers


async def serve() -> None:
    """Works until SIGTERM or SIGINT; what runs then may end, the rest is put back."""
    all_slices()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    async with cells.open_pools(), signals.listening():
        await workers.work(stop)


@click.command()
def worker() -> None:
    """Run jobs: mail, journal, clean-up."""
    current = settings()
    log.start("worker", level=current.log_level, format=current.log_format)
    asyncio.run(serve())
