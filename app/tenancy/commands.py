"""The operator's commands for tenants: `fondaco tenant …` and `fondaco migrate`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.core import log
from app.tenancy import cells, fleet, runner
from app.tenancy.fleet import Report

T = TypeVar("T")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")


def _run(work: Coroutine[Any, Any, T]) -> T:
    log.start(level="warning", format="console")

    async def inside() -> T:
        async with cells.open_pools():
            return await work

    return asyncio.run(inside())


def _print_json(value: Any) -> None:
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


@click.group()
def tenant() -> None:
    """Create, list, show, suspend, resume and delete tenants."""


@tenant.command()
@click.argument("slug")
@click.option("--name", required=True, help="The company's name, in any script.")
@click.option("--admin", "admin_email", required=True, metavar="EMAIL", help="Who becomes the first administrator.")
@as_json
def create(slug: str, name: str, admin_email: str, as_json: bool) -> None:
    """Create the tenant SLUG, usable at once at its own host name; finishes a creation that was interrupted."""
    made = _run(runner.create(slug, name, admin_email))
    if as_json:
        _print_json(made)
        return
    click.echo(
        f"{made.name} is open at {made.url} ({made.seconds:.2f} s, {made.database_seconds:.2f} s for its database)."
    )
    for what, note in made.notes.items():
        click.echo(f"{what}: {note}")


@tenant.command("list")
@as_json
def list_all(as_json: bool) -> None:
    """List all tenants."""
    found = _run(runner.list())
    if as_json:
        _print_json(found)
        return
    if not found:
        click.echo("There is no tenant yet. Create one: fondaco tenant create SLUG --name NAME --admin EMAIL")
        return
    table = Table("Tenant", "Name", "Status", "Host", "Schema", "Since", box=None, pad_edge=False)
    for one in found:
        since = f"{one.created_at:%Y-%m-%d}"
        table.add_row(one.slug, one.name, one.status, ", ".join(one.hosts), one.schema_version or "-", since)
    Console(markup=False, emoji=False).print(table)


@tenant.command()
@click.argument("slug")
@as_json
def show(slug: str, as_json: bool) -> None:
    """Show one tenant with its sizes and counts."""
    found = _run(runner.show(slug))
    if as_json:
        _print_json(found)
        return
    for field in msgspec.structs.fields(found):
        value = getattr(found, field.name)
        if field.name == "size":
            value = "no database" if value is None else f"{value / 2**20:.1f} MiB"
        elif isinstance(value, list):
            value = ", ".join(value) or "-"
        click.echo(f"{field.name.replace('_', ' '):<16} {'-' if value is None else value}")


@tenant.command()
@click.argument("slug")
@as_json
def suspend(slug: str, as_json: bool) -> None:
    """Shut a tenant's host, mail and jobs; keep everything."""
    _run(runner.suspend(slug))
    _say(slug, "suspended", as_json)


@tenant.command()
@click.argument("slug")
@as_json
def resume(slug: str, as_json: bool) -> None:
    """Open a suspended tenant again."""
    _run(runner.resume(slug))
    _say(slug, "active", as_json)


@tenant.command()
@click.argument("slug")
@click.option("--confirm", metavar="SLUG", help="The short name once more, for scripts; otherwise you are asked.")
@as_json
def delete(slug: str, confirm: str | None, as_json: bool) -> None:
    """Delete a tenant with everything that is its own. Cannot be undone."""
    found = _run(runner.show(slug))
    if confirm is None:
        click.echo(
            f"This deletes {found.name} ({slug}): its database, files, mail routes and jobs. It cannot be undone.",
            err=True,
        )
        confirm = click.prompt("Type its short name to go on", err=True)
    if confirm != slug:
        raise click.ClickException(f"That is not {slug}. Nothing was deleted.")
    _run(runner.delete(slug))
    _say(slug, "deleted", as_json)


def _say(slug: str, status: str, as_json: bool) -> None:
    if as_json:
        _print_json({"slug": slug, "status": status})
    else:
        click.echo(f"{slug} is {status}.")


@click.command()
@click.option(
    "--parallel", default=fleet.PARALLEL, show_default=True, type=click.IntRange(1, 64), help="Tenants at a time."
)
@as_json
def migrate(parallel: int, as_json: bool) -> None:
    """Bring the control database, the template and all tenants to this version.

    A tenant that fails is named with its reason, the others are done, and the exit code is 1. Run it again for the rest.
    """
    report = _run_migrate(parallel, quiet=as_json)
    if as_json:
        _print_json(report)
    else:
        _print_report(report)
    if report.failed:
        sys.exit(1)


def _run_migrate(parallel: int, *, quiet: bool) -> Report:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), disable=quiet, transient=True) as bar:
        task = bar.add_task("Control database and template", total=None)

        def progress(done: int, of: int, slug: str, failure: str | None) -> None:
            bar.update(task, completed=done, total=of, description="Tenants")
            if failure and not quiet:
                bar.console.print(f"{slug}: {failure}", style="red", markup=False, highlight=False)

        async def inside() -> Report:
            async with cells.open_pools():
                return await fleet.migrate(parallel, progress)

        return asyncio.run(inside())


def _print_report(report: Report) -> None:
    rate = (
        f", {len(report.migrated) / report.seconds:.0f} a second" if len(report.migrated) > 9 and report.seconds else ""
    )
    click.echo(
        f"Schema {report.head}: {len(report.migrated)} migrated, {report.at_head} at head already,"
        f" {len(report.failed)} failed ({report.seconds:.1f} s{rate})."
    )
    for slug, reason in report.failed.items():
        click.echo(f"failed: {slug}: {reason}", err=True)
    for slug in report.unfinished:
        click.echo(f"unfinished: {slug}: finish it with fondaco tenant create or fondaco tenant delete", err=True)
    for sentence in report.advice:
        click.echo(f"advice: {sentence}", err=True)
