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
    first = await tenants.by_slug("t0")
    assert first is not None
    where = first.db
    hosts = ", ".join(f'"{slug}.localhost:{world.PORT}"' for slug in tokens)
    with tempfile.NamedTemporaryFile("w", suffix=".lua", delete=False) as script:
        script.write(LUA % (hosts, ", ".join(f'"{token}"' for token in tokens.values()), PATH))
    bare_url = (
        f"postgresql://{where.user}:{quote(where.password or '')}@/{where.database}?host={where.host}&port={where.port}"
    )
    granian = (
        "--interface",
        "asgi",
        "--port",
        str(world.PORT + 5),
        "--no-ws",
        "--log-level",
        "warning",
        "benchmarks.bare:app",
    )
    ours, bare = [], []
    bare_address = f"http://127.0.0.1:{world.PORT + 5}/tickets"
    with (
        world.process(*world.fondaco("web"), ready=f"http://127.0.0.1:{world.PORT}/readyz", FONDACO_POOL_CAP="120"),
        world.process(sys.executable, "-m", "granian", *granian, ready=bare_address, BARE_URL=bare_url),
    ):
        address = f"http://127.0.0.1:{world.PORT}{PATH}"
        await asyncio.to_thread(wrk, address, Path(script.name), seconds=4)
        await asyncio.to_thread(wrk, bare_address, seconds=2)
        for _round in range(ROUNDS):
            ours.append(await asyncio.to_thread(wrk, address, Path(script.name)))
            bare.append(await asyncio.to_thread(wrk, bare_address))
    ratio = world.middle([one / other for one, other in zip(ours, bare, strict=True)])
    print(
        f"ours {world.middle(ours):.0f} requests/s over {TENANTS} tenants, bare {world.middle(bare):.0f}, ratio {ratio:.2f}"
    )


if __name__ == "__main__":
    world.run(main)
