"""`fondaco doctor`: what is wrong, and what to do."""

from __future__ import annotations

import asyncio
import sys

import click
import msgspec
from rich.console import Console

from app.operations import doctor
from app.operations.doctor.findings import Finding
from app.tenancy import cells

MARKS = {"ok": "[green]ok  [/green]", "warn": "[yellow]warn[/yellow]", "fail": "[red]fail[/red]"}


@click.command("doctor")
@click.option("--tenant", help="Look at this tenant only.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def command(tenant: str | None, as_json: bool) -> None:
    """Looks at database, migrations, journal chains, mail, disk and clock. Exits with 1 when something fails."""
    sys.exit(asyncio.run(_examine(tenant, as_json)))


async def _examine(tenant: str | None, as_json: bool) -> int:
    console, failed, warned, seen = Console(highlight=False), 0, 0, 0
    async with cells.open_pools():
        async for finding in doctor.examine(tenant=tenant):
            seen += 1
            failed += finding.level == "fail"
            warned += finding.level == "warn"
            if as_json:
                click.echo(msgspec.json.encode(finding).decode())
            else:
                _show(console, finding)
    if not seen:
        raise click.ClickException(f"There is no active tenant {tenant}.")
    if not as_json:
        console.print(f"\n{_sum_up(seen, failed, warned)}")
    return 1 if failed else 0


def _sum_up(seen: int, failed: int, warned: int) -> str:
    parts = [f"{failed} failed"] * bool(failed) + [f"{warned} with a warning"] * bool(warned)
    return f"{seen} checks: {', '.join(parts) or 'all is well'}."


def _show(console: Console, finding: Finding) -> None:
    whose = f"{finding.tenant}: " if finding.tenant else ""
    console.print(f"{MARKS[finding.level]}  {finding.check:<11}", end="")
    console.print(f"{whose}{finding.what}", markup=False)
    if finding.remedy:
        console.print(f"                  → {finding.remedy}", markup=False)
