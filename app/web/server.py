"""The web server's processes are replaced without anybody noticing: the new one is up first, then the old one says that it
goes, answers what is on its way, and ends.
"""

from __future__ import annotations

import contextlib
import functools
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from typing import Any

import structlog
from granian.server.mp import MPServer, WorkerProcess

from app.web import draining

log = structlog.get_logger(__name__)
DRAIN = signal.SIGUSR1
DRAIN_SECONDS = 1.5
"""Clients that keep a connection are told with an answer to close it; one idle for longer than this loses nothing either."""
UP_WITHIN_SECONDS = 60.0


def load(loader: Callable[[], Any], up: Any) -> Any:
    """In a new process: the application, which tells the server through `up` when it has started."""
    draining.when_up(up.set)
    return loader()


class DrainingProcess(WorkerProcess):
    """Says when it is up, and is told to drain before it is told to end."""

    up: Any
    drained = False

    def drain(self) -> None:
        # Before it is up nobody in it hears the signal, and the signal itself would end it.
        if not self.drained and self.up.is_set() and self.inner.is_alive():
            self.drained = True
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.inner.pid, DRAIN)

    def terminate(self) -> None:
        if not self.drained:
            self.drain()
            time.sleep(DRAIN_SECONDS if self.drained else 0)
        super().terminate()  # type: ignore[no-untyped-call]  # granian has no types here


class Server(MPServer):
    """granian with processes that follow each other, and one socket for all of them.

    With a socket each (SO_REUSEPORT, granian's way on Linux) whatever waits at the socket of a process that ends is
    reset, and between the end of one and the start of the next nobody listens.
    """

    def _init_shared_socket(self) -> None:
        super()._init_shared_socket()  # type: ignore[no-untyped-call]  # granian has no types here
        own: Any = self._ssp
        if own is not None and multiprocessing.get_start_method() == "fork":
            self._shd, self._ssp = own.build(), None

    def _spawn_worker(self, idx: int, target: Any, callback_loader: Any, *_more: Any) -> Any:
        up = multiprocessing.get_context().Event()
        process: Any = super()._spawn_worker(
            idx=idx, target=target, callback_loader=functools.partial(load, callback_loader, up)
        )
        process.__class__ = DrainingProcess
        process.up = up
        return process

    def _respawn_workers(self, workers: list[int], spawn_target: Any, target_loader: Any, delay: float = 0) -> None:
        """One by one, and each only when the one that follows it is up. When that does not come up, the old ones stay."""
        for idx in workers:
            old: Any = self.wrks[idx]
            if not old.is_alive():
                super()._respawn_workers([idx], spawn_target, target_loader, delay)
                continue
            new = self._spawn_worker(idx=idx, target=spawn_target, callback_loader=target_loader)
            new.interrupt_by_parent = True  # until it is up, its end is no reason to start yet another one
            new.start()
            if not self._is_up(new):
                log.error("web.not_replaced", process=idx + 1, reason="the new process did not start")
                new.kill()
                return
            new.interrupt_by_parent = False
            self.wrks[idx] = new
            old.terminate()
            old.join(self.workers_kill_timeout)
            if old.is_alive():
                old.kill()
                old.join()

    def _is_up(self, process: Any) -> bool:
        until = time.monotonic() + UP_WITHIN_SECONDS
        while not process.up.wait(0.1):
            if self.interrupt_signal or not process.is_alive() or time.monotonic() > until:
                return False
        return True

    def _stop_workers(self) -> None:
        for process in self.wrks:
            if isinstance(process, DrainingProcess):
                process.drain()
        time.sleep(DRAIN_SECONDS)
        shared: Any = self._shd
        if shared is not None:
            # Nobody takes connections any more: better refused than left waiting.
            with contextlib.suppress(OSError):
                os.close(shared.get_fd())
        super()._stop_workers()  # type: ignore[no-untyped-call]  # granian has no types here
