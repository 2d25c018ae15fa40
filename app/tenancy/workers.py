"""A worker does the jobs of all tenants: none fills it, none is forgotten, and what a dead worker held is done by another."""

from __future__ import annotations

import asyncio
import contextlib
import random
import traceback
from collections import Counter
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import structlog
from pgqueuer import Job as QueuedJob
from pgqueuer.domain.models import TracebackRecord
from pgqueuer.domain.types import JOB_STATUS, JobId

from app.core import clock
from app.core.db import DatabaseDown, spawn
from app.core.errors import FondacoError
from app.core.settings import settings
from app.tenancy import alarms, periodic, queues, signals, tenants
from app.tenancy.jobs import JOBS, Job
from app.tenancy.pgqueues import QUEUE
from app.tenancy.tenants import Tenant

log = structlog.get_logger(__name__)
IDLE_SECONDS = 5.0
BEAT_SECONDS = 8.0
GRACE_SECONDS = 25.0
DOWN_PAUSE = timedelta(seconds=10)
CREATION_PAUSE = timedelta(seconds=1)


class WorkerDied(Exception):
    """The worker that tried this job before ended in the middle of it, again and again."""


class Taken(msgspec.Struct, frozen=True):
    """A job in this worker's hands; `attempts` counts the failed ones."""

    id: int
    name: str
    tenant_id: UUID
    payload: dict[str, Any]
    attempts: int


class Worker:
    """Runs at most `concurrency` jobs at once, and of one tenant at most half of that."""

    def __init__(self, *, concurrency: int | None = None, stale: timedelta = queues.STALE) -> None:
        self.concurrency = concurrency or settings().worker_concurrency
        self.per_tenant = max(1, self.concurrency // 2)
        self.stale = stale
        self.id = uuid4()
        self.running: dict[int, asyncio.Task[None]] = {}
        self.load: Counter[str] = Counter()
        self.woken = asyncio.Event()
        self.stopping = asyncio.Event()

    async def run(self) -> None:
        """Works until `stop` is called; then what runs may end within 25 seconds, and the rest is put back."""
        subscriptions = [
            signals.subscribe(queues.CHANNEL, self._hear, gap=self.woken.set),
            signals.subscribe(queues.RETRIED, lambda _payload: self.woken.set()),
            signals.subscribe(tenants.CHANNEL, lambda _payload: self.woken.set()),
        ]
        aside = [spawn(self._beat()), spawn(self._periodic())]
        log.info("worker.started", worker=str(self.id), concurrency=self.concurrency)
        try:
            while not self.stopping.is_set():
                await self._turn()
        finally:
            for subscription in subscriptions:
                subscription.cancel()
            await self._end(aside)
            log.info("worker.stopped", worker=str(self.id))

    def stop(self) -> None:
        self.stopping.set()
        self.woken.set()

    async def drain(self, *, ahead: timedelta = timedelta(0)) -> int:
        """Does what is due (also within `ahead` from now), and what comes of it; says how many jobs were done."""
        done = 0
        while True:
            begun = await self._begin(ahead=ahead)
            done += begun
            if self.running:
                await asyncio.wait(self.running.values(), return_when=asyncio.FIRST_COMPLETED)
            elif not begun:
                return done

    async def _turn(self) -> None:
        self.woken.clear()
        pause = IDLE_SECONDS
        try:
            if await self._begin():
                return
            if len(self.running) < self.concurrency and (due := await queues.next_due(list(JOBS))) is not None:
                pause = min(pause, max(due, 0.02))
        except DatabaseDown as error:
            log.warning("worker.no_database", error=str(error.detail))
            pause = 1.0
        except Exception:
            log.exception("worker.turn_failed")
            pause = 1.0
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.woken.wait(), pause)

    async def _begin(self, *, ahead: timedelta = timedelta(0)) -> int:
        """Takes as many jobs as there is room for, and says how many."""
        free = self.concurrency - len(self.running)
        if free <= 0 or not JOBS:
            return 0
        room = {tenant: self.per_tenant - count for tenant, count in self.load.items() if count}
        rows = await queues.take(
            list(JOBS), room, per_tenant=self.per_tenant, limit=free, worker=self.id, ahead=ahead, stale=self.stale
        )
        for row in rows:
            if row["id"] not in self.running:  # our own beat was late, and we took over from ourselves
                self._start(row)
        return len(rows)

    def _start(self, row: Any) -> None:
        tenant = msgspec.json.decode(row["headers"])["tenant"]
        job = Taken(row["id"], row["entrypoint"], UUID(tenant), msgspec.json.decode(row["payload"]), row["attempts"])
        self.load[tenant] += 1
        task = spawn(self._do(job))
        self.running[job.id] = task

        def ended(_task: asyncio.Task[None]) -> None:
            self.running.pop(job.id, None)
            self.load[tenant] -= 1
            if not self.load[tenant]:
                del self.load[tenant]
            self.woken.set()

        task.add_done_callback(ended)

    async def _do(self, job: Taken) -> None:
        with structlog.contextvars.bound_contextvars(job_id=str(job.id), job=job.name):
            try:
                await self._try(job)
            except asyncio.CancelledError:
                await asyncio.shield(queues.put_back([job.id], self.id))
                raise
            except DatabaseDown as error:
                # The control database is away: the row stays ours, grows stale, and is taken over.
                log.warning("job.left", error=str(error.detail))
            except Exception:
                log.exception("job.left")

    async def _try(self, job: Taken) -> None:
        kind, tenant = JOBS[job.name], await tenants.by_id(job.tenant_id)
        if tenant is None:
            await self._finish(job, "canceled")
            return
        if not tenant.is_active:
            pause = CREATION_PAUSE if tenant.status == "creating" else DOWN_PAUSE
            await queues.put_back([job.id], self.id, delay=pause)
            await queues.park(tenant.id)
            return
        with tenants.enter(tenant):
            try:
                if job.attempts >= kind.attempts:
                    raise WorkerDied(f"attempt {job.attempts}")
                async with asyncio.timeout(kind.seconds):
                    await kind.work(**job.payload)
            except DatabaseDown as error:
                log.warning("job.put_off", error=str(error.detail))
                await queues.put_back([job.id], self.id, delay=DOWN_PAUSE * random.uniform(0.5, 1.5))
            except Exception as error:
                await self._failed(job, kind, tenant, error)
            else:
                await self._finish(job, "successful")

    async def _failed(self, job: Taken, kind: Job, tenant: Tenant, error: Exception) -> None:
        attempts = job.attempts + 1
        record = _record(job, error)
        if attempts < kind.attempts:
            pause = kind.pause_after(attempts) * random.uniform(0.8, 1.2)
            log.warning(
                "job.again", error=repr(error)[:500], attempts=attempts, seconds=round(pause.total_seconds(), 1)
            )
            await QUEUE.retry_job(_row_of(job), pause, record)
            return
        log.error("job.failed", exc_info=error, attempts=attempts)
        await self._finish(job, "failed", record)
        await alarms.raise_alarm(
            "job.failed", f"{job.name} gave up in {tenant.slug}: {type(error).__name__}", repr(error)
        )

    async def _finish(self, job: Taken, status: JOB_STATUS, record: TracebackRecord | None = None) -> None:
        await QUEUE.log_jobs([(_row_of(job), status, record)])

    def _hear(self, payload: str) -> None:
        if '"delete"' not in payload:
            self.woken.set()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(min(BEAT_SECONDS, self.stale.total_seconds() / 3))
            if self.running:
                await _quietly(queues.beat(list(self.running), self.id))

    async def _periodic(self) -> None:
        """Looks every second for periodic work that is due, and does it beside the jobs."""
        registered = False
        async with asyncio.TaskGroup() as group:
            while True:
                try:
                    if not registered:
                        await periodic.register_all()
                        registered = True
                    for one in await periodic.claim():
                        group.create_task(_quietly(periodic.run(one)))
                except DatabaseDown:
                    pass
                except Exception:
                    log.exception("periodic.claim_failed")
                await asyncio.sleep(1)

    async def _end(self, aside: list[asyncio.Task[None]]) -> None:
        aside[1].cancel()
        if self.running:
            await asyncio.wait(self.running.values(), timeout=GRACE_SECONDS)
        for task in list(self.running.values()):
            task.cancel()
        aside[0].cancel()
        await asyncio.gather(*self.running.values(), *aside, return_exceptions=True)


async def _quietly(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except DatabaseDown as error:
        log.warning("worker.left", error=str(error.detail))
    except Exception:
        log.exception("worker.left")


def _record(job: Taken, error: Exception) -> TracebackRecord:
    text = error.message if isinstance(error, FondacoError) else str(error)
    plain = text.replace("\0", "").encode("utf-8", "replace").decode()[:500]
    frames = "".join(traceback.format_tb(error.__traceback__))[-4000:]
    return TracebackRecord(
        job_id=JobId(job.id),
        timestamp=clock.now(),
        exception_type=type(error).__name__,
        exception_message=plain,
        traceback=frames.replace("\0", ""),
        additional_context=None,
    )


def _row_of(job: Taken) -> QueuedJob:
    """The job in pgqueuer's own words, for those of its statements that look at the number only."""
    return QueuedJob.model_construct(id=JobId(job.id))


async def work(stop: asyncio.Event, *, concurrency: int | None = None) -> None:
    """Runs a worker until `stop` is set. Needs open pools and `signals`."""
    worker = Worker(concurrency=concurrency)
    running = spawn(worker.run())
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({running, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    worker.stop()
    await running


async def drain(*, ahead: timedelta = timedelta(0)) -> int:
    """Does all jobs that are due, and those they put in, in this process; for commands and tests."""
    return await Worker().drain(ahead=ahead)


@periodic.periodic("queue.rebalance", seconds=15)
async def rebalance() -> None:
    await queues.rebalance()


@periodic.periodic("queue.prune", seconds=3600)
async def prune() -> None:
    await queues.prune()
