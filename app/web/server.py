"""The web server's processes go without anybody noticing: they say so first, then answer what is on its way, then end."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from typing import Any

from granian.server.mp import MPServer, WorkerProcess

DRAIN = signal.SIGUSR1
DRAIN_SECONDS = 1.5
"""Clients that keep a connection are told with an answer to close it; one idle for longer than this loses nothing either."""


class DrainingProcess(WorkerProcess):
    """Is told to drain before it is told to end."""

    drained = False

    def drain(self) -> None:
        if not self.drained and self.inner.is_alive():
            self.drained = True
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.inner.pid, DRAIN)

    def terminate(self) -> None:
        if not self.drained:
            self.drain()
            time.sleep(DRAIN_SECONDS)
        super().terminate()  # type: ignore[no-untyped-call]  # granian has no types here


class Server(MPServer):
    """granian with processes that drain."""

    def _spawn_worker(self, *args: Any, **kwargs: Any) -> Any:
        process = super()._spawn_worker(*args, **kwargs)
        process.__class__ = DrainingProcess
        return process

    def _stop_workers(self) -> None:
        for process in self.wrks:
            if isinstance(process, DrainingProcess):
                process.drain()
        time.sleep(DRAIN_SECONDS)
        super()._stop_workers()  # type: ignore[no-untyped-call]  # granian has no types here
