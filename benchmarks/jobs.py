"""Jobs a second of one worker, and how long a small tenant waits behind 10,000 jobs of another.

Run: python -m benchmarks.jobs
"""

from __future__ import annotations

import asyncio
import time

from app.core.db import control
from app.tenancy import jobs, runner, tenants
from app.tenancy.workers import Worker
from benchmarks import world

FLOOD = 10_000
done: dict[str, int] = {}
told = asyncio.Event()


@jobs.job("benchmark")
async def count() -> None:
    """Does next to nothing, as the queue is what is measured."""
    slug = tenants.current().slug
    done[slug] = done.get(slug, 0) + 1
    if slug == "small":
        told.set()


async def flood(tenant: tenants.Tenant) -> None:
    await control.execute(
        "INSERT INTO pgqueuer (priority, status, entrypoint, payload, headers)"
        " SELECT -least(n, 1000), 'queued', 'benchmark', '{}', jsonb_build_object('tenant', $1::text)"
        " FROM generate_series(0, $2::int - 1) n",
        str(tenant.id),
        FLOOD,
    )


async def main() -> None:
    for slug in ("large", "small"):
        await runner.create(slug, slug, "you@bench.test")
    large, small = await tenants.by_slug("large"), await tenants.by_slug("small")
    assert large is not None
    assert small is not None
    with tenants.enter(large):
        began = time.monotonic()
        for _ in range(500):
            await jobs.enqueue("benchmark")
        put_in = 500 / (time.monotonic() - began)
    await flood(large)
    worker = Worker(concurrency=10)
    began = time.monotonic()
    task = asyncio.create_task(worker.run())
    waits = []
    with tenants.enter(small):
        for _ in range(10):
            told.clear()
            asked = time.monotonic()
            await jobs.enqueue("benchmark")
            await told.wait()
            waits.append(time.monotonic() - asked)
            await asyncio.sleep(0.1)
    while (await jobs.counts()).get("queued"):  # noqa: ASYNC110 - another process could work on the same queue
        await asyncio.sleep(0.05)
    rate = sum(done.values()) / (time.monotonic() - began)
    worker.stop()
    await task
    print(f"put in {put_in:.0f}/s; done {rate:.0f}/s by one worker with one tenant's {FLOOD} jobs;")
    print(
        f"a small tenant's job waited {world.middle(waits) * 1000:.0f} ms meanwhile, {max(waits) * 1000:.0f} ms at worst"
    )


if __name__ == "__main__":
    world.run(main)
