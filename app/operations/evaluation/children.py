"""The processes of the house under one roof: started, watched, started again when they fall, stopped in order."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import json
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

PR_SET_PDEATHSIG = 1
LOG_LIMIT = 20 * 2**20
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
STEADY = 60.0
FALLS_BEFORE_READY = 3
LOUD = ("warning", "error", "critical")

Say = Callable[[str], None]


class DoesNotStand(RuntimeError):
    """A process fell again and again while the house was opening. The text ends with what it said last."""


@dataclass
class Child:
    """One process. `patience` is how many seconds it may take to end."""

    name: str
    command: Sequence[str]
    patience: float = 15.0
    falls: int = 0
    process: asyncio.subprocess.Process | None = None
    tail: deque[str] = field(default_factory=lambda: deque(maxlen=25))


class Family:
    """Runs `children` until `stop`. Their output goes to `logs`/<name>.log; warnings and worse also to `say`."""

    def __init__(self, children: Sequence[Child], logs: Path, say: Say, env: Mapping[str, str] | None = None) -> None:
        self.children, self.logs, self.say = list(children), logs, say
        self.env = {**os.environ, **(env or {})}
        self.ready = self.stopping = False
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.watches: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)
        self.watches = [asyncio.create_task(self._watch(child)) for child in self.children]

    async def stop(self) -> None:
        """Ends the children one after the other: asked first, and after its patience killed with all it started."""
        self.stopping = True
        for child in self.children:
            if child.process is not None and child.process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    child.process.send_signal(signal.SIGTERM)
                try:
                    async with asyncio.timeout(child.patience):
                        await child.process.wait()
                except TimeoutError:
                    self.say(f"{child.name} did not end within {child.patience:.0f} s and is killed")
            _kill_group(child)
        for watch in self.watches:
            watch.cancel()
        await asyncio.gather(*self.watches, return_exceptions=True)

    async def _watch(self, child: Child) -> None:
        wait = FIRST_WAIT
        while True:
            began = time.monotonic()
            code = await self._run(child)
            _kill_group(child)
            if self.stopping:
                return
            if time.monotonic() - began > STEADY:
                wait = FIRST_WAIT
            child.falls += 1
            ending = f"by signal {signal.Signals(-code).name}" if code < 0 else f"with code {code}"
            if not self.ready and child.falls >= FALLS_BEFORE_READY:
                if not self.failed.done():
                    last = "\n".join(child.tail)
                    self.failed.set_exception(
                        DoesNotStand(f"{child.name} ended {ending}, {child.falls} times. It said last:\n{last}")
                    )
                return
            self.say(
                f"{child.name} ended {ending}; it starts again in {wait:.1f} s (log: {self.logs / child.name}.log)"
            )
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)

    async def _run(self, child: Child) -> int:
        path = self.logs / f"{child.name}.log"
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_suffix(".log.1"))
        parent = os.getpid()
        child.process = await asyncio.create_subprocess_exec(
            *child.command,
            env=self.env,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=2**20,
            # A group of its own, so that a Ctrl-C in the terminal reaches us only, and we end everything in order.
            process_group=0,
            preexec_fn=lambda: _fall_with(parent),
        )
        assert child.process.stdout is not None
        with path.open("ab", buffering=0) as log:
            await self._keep(child, child.process.stdout, log)
        return await child.process.wait()

    async def _keep(self, child: Child, output: asyncio.StreamReader, log: BinaryIO) -> None:
        while True:
            try:
                line = await output.readline()
            except ValueError:  # a line longer than the limit: the reader has dropped it
                line = b"(a line of more than 1 MB was left out)\n"
            if not line:
                return
            with contextlib.suppress(OSError):  # a full disk must not stop the house
                log.write(line)
            text = line.decode("utf-8", "replace").rstrip()
            child.tail.append(text)
            # While the house opens, what a failing process says is told once, at the end.
            if (loud := loud_part(text)) and (self.ready or text.startswith("{")):
                self.say(f"{child.name}: {loud}")


def loud_part(line: str) -> str:
    """What of a log line belongs on the console: warnings and worse in short, and what is no log line at all."""
    if not line.startswith("{"):
        return line
    try:
        entry = json.loads(line)
    except ValueError:
        return line
    if entry.get("level") not in LOUD:
        return ""
    told = " ".join(f"{name}={entry[name]}" for name in ("tenant", "request_id", "job_id") if entry.get(name))
    cause = str(entry.get("exception", "")).strip().rpartition("\n")[2]
    return " ".join(part for part in (entry["level"], str(entry.get("event", "")), told, cause) if part)


def _fall_with(parent: int) -> None:
    """In the child: be asked to end when the supervisor is gone, however it went (also when that was a moment ago)."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)


def _kill_group(child: Child) -> None:
    """What the child left behind would hold its port."""
    if child.process is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.process.pid, signal.SIGKILL)
