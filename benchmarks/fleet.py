"""Creating and migrating 300 tenants, and how both grow with the number that is there.

Run: python -m benchmarks.fleet
"""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

from app.tenancy import migrations, runner
from benchmarks import world

COUNT, STEP = 300, 100
NEXT = """-- One more column, as a release would bring it.
ALTER TABLE tickets ADD COLUMN benchmark text;
CREATE INDEX benchmark_tickets ON tickets (benchmark);
"""


async def main() -> None:
    made: list[float] = []
    for number in range(COUNT):
        began = time.perf_counter()
        await runner.create(f"t{number}", f"Tenant {number}", f"kim@t{number}.test")
        made.append(time.perf_counter() - began)
    parts = [made[start : start + STEP] for start in range(0, COUNT, STEP)]
    print(
        f"created {COUNT} in {sum(made) / 60:.2f} min; median of each {STEP}: "
        + ", ".join(f"{world.middle(part) * 1000:.0f} ms" for part in parts)
    )
    with tempfile.TemporaryDirectory() as folder:
        for name in ("control", "tenant"):
            shutil.copytree(migrations.FOLDER / name, Path(folder) / name)
        newest = int(migrations.read("tenant").head[:4]) + 1
        (Path(folder) / "tenant" / f"{newest:04}_benchmark.sql").write_text(NEXT)
        history = migrations.read("tenant", Path(folder))
        began = time.perf_counter()
        await runner.migrate(history=history)
        first = time.perf_counter() - began
        began = time.perf_counter()
        await runner.migrate(history=history)
        print(
            f"migrated {COUNT} in {first / 60:.2f} min ({COUNT / first:.0f}/s); at head {(time.perf_counter() - began) * 1000:.0f} ms"
        )


if __name__ == "__main__":
    world.run(main)
