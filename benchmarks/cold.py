"""A tenant's first request against a warm one, and what an idle tenant costs in memory.

Run: python -m benchmarks.cold
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import httpx

from benchmarks import world

COLD, IDLE = 30, 200
PATH = '/api/v1/tickets?limit=50&filter={"status":"open"}'


def memory(pid: int) -> float:
    """Private memory of a process and its children in MB."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    pids = [pid, *(int(child) for task in tasks for child in (task / "children").read_text().split())]
    total = 0
    for one in pids:
        for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
            if line.startswith("Private_"):
                total += int(line.split()[1])
    return total / 1024


async def timed(client: httpx.AsyncClient, slug: str, token: str) -> float:
    headers = {"Host": f"{slug}.localhost:{world.PORT}", "Authorization": f"Bearer {token}"}
    began = time.perf_counter()
    response = await client.get(f"http://127.0.0.1:{world.PORT}{PATH}", headers=headers)
    response.raise_for_status()
    return (time.perf_counter() - began) * 1000


async def main() -> None:
    tokens = {
        f"t{number}": await world.tenant(f"t{number}", tickets=2000 if number < COLD else 0) for number in range(IDLE)
    }
    with world.process(
        *world.fondaco("web"),
        ready=f"http://127.0.0.1:{world.PORT}/readyz",
        FONDACO_POOL_IDLE_SECONDS="2",
        FONDACO_POOL_CAP="250",
    ) as pid:
        async with httpx.AsyncClient() as client:
            for _again in range(30):
                await timed(client, "t0", tokens["t0"])
            cold, warm = [], []
            for slug in list(tokens)[1:COLD]:
                cold.append(await timed(client, slug, tokens[slug]))
                warm.append(world.middle([await timed(client, slug, tokens[slug]) for _again in range(5)]))
            before = memory(pid)
            for slug in list(tokens)[COLD:]:
                await timed(client, slug, tokens[slug])
            await asyncio.sleep(5)
            after = memory(pid)
    print(
        f"cold {world.middle(cold):.1f} ms, warm {world.middle(warm):.1f} ms, ratio {world.middle(cold) / world.middle(warm):.1f};"
        f" {IDLE - COLD} more tenants that went idle cost {(after - before) / (IDLE - COLD):.3f} MB each"
    )


if __name__ == "__main__":
    world.run(main)
