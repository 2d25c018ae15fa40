"""The 50 newest of 20,000 tickets, filtered, as JSON, over 50 tenants: our whole stack against a bare handler.

Run: python -m benchmarks.list_tickets   (needs wrk)
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

from app.core.db import Db
from app.tenancy import tenants
from benchmarks import world

TENANTS, TICKETS, ROUNDS, SECONDS = 50, 20_000, 5, 6
PATH = "/api/v1/tickets?limit=50&filter=" + quote('{"status":"open"}')
LUA = """
local hosts = {%s}
local tokens = {%s}
local n = 0
request = function()
  n = n %% #hosts + 1
  return wrk.format("GET", "%s", {["Host"] = hosts[n], ["Authorization"] = "Bearer " .. tokens[n]})
end
done = function(summary, latency, requests)
  if summary.errors.status > 0 then io.write("REFUSED ", summary.errors.status, "\\n") end
end
"""


def wrk(url: str, script: Path | None = None, *, seconds: int = SECONDS) -> float:
    """Requests per second. Raises when any was refused."""
    words = ["wrk", "-t1", "-c16", f"-d{seconds}s", *(["-s", str(script)] if script else []), url]
    out = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    if "REFUSED" in out or "Non-2xx" in out:
        raise RuntimeError(out)
    found = re.search(r"Requests/sec:\s+([\d.]+)", out)
    assert found
    return float(found[1])


async def main() -> None:
    tokens = {f"t{number}": await world.tenant(f"t{number}", tickets=TICKETS) for number in range(TENANTS)}
    urls = [address_of((await tenants.by_slug(slug)).db) for slug in tokens]  # type: ignore[union-attr]  # just made
    hosts = ", ".join(f'"{slug}.localhost:{world.PORT}"' for slug in tokens)
    with tempfile.NamedTemporaryFile("w", suffix=".lua", delete=False) as script:
        script.write(LUA % (hosts, ", ".join(f'"{token}"' for token in tokens.values()), PATH))
    ours: list[float] = []
    one: list[float] = []
    same: list[float] = []
    ports = {"one": world.PORT + 5, "same": world.PORT + 6}
    addresses = {name: f"http://127.0.0.1:{port}/tickets" for name, port in ports.items()}
    with (
        world.process(*world.fondaco("web"), ready=f"http://127.0.0.1:{world.PORT}/readyz", FONDACO_POOL_CAP="120"),
        world.process(*granian(ports["one"]), ready=addresses["one"], BARE_URLS=urls[0]),
        world.process(*granian(ports["same"]), ready=addresses["same"], BARE_URLS="\n".join(urls)),
    ):
        address = f"http://127.0.0.1:{world.PORT}{PATH}"
        await asyncio.to_thread(wrk, address, Path(script.name), seconds=4)
        for other in addresses.values():
            await asyncio.to_thread(wrk, other, seconds=2)
        for _round in range(ROUNDS):
            ours.append(await asyncio.to_thread(wrk, address, Path(script.name)))
            one.append(await asyncio.to_thread(wrk, addresses["one"]))
            same.append(await asyncio.to_thread(wrk, addresses["same"]))
    print(f"ours {world.middle(ours):.0f} requests/s over {TENANTS} tenants")
    for words, bare in (("on one database", one), (f"over the same {TENANTS} databases", same)):
        ratio = world.middle([mine / theirs for mine, theirs in zip(ours, bare, strict=True)])
        print(f"bare {words} {world.middle(bare):.0f}, ratio {ratio:.2f}")


def address_of(where: Db) -> str:
    return (
        f"postgresql://{where.user}:{quote(where.password or '')}@/{where.database}?host={where.host}&port={where.port}"
    )


def granian(port: int) -> tuple[str, ...]:
    return (
        sys.executable, "-m", "granian", "--interface", "asgi", "--port", str(port), "--no-ws", "--log-level", "warning",
        "benchmarks.bare:app",
    )  # fmt: skip


if __name__ == "__main__":
    world.run(main)
