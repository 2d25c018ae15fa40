"""`fondaco evaluate`: the whole house on this machine, with one command."""

from __future__ import annotations

import asyncio
import sys

import click

from app.core import log
from app.core.settings import settings

ALREADY, PORT, FAILED = 3, 4, 1


@click.command()
@click.option("--empty", is_flag=True, help="Without demo tenants and sample data.")
def evaluate(empty: bool) -> None:
    """Starts PostgreSQL, web, mail and worker on the data in FONDACO_HOME; Ctrl-C stops them.

    Exit codes: 0 stopped as asked, 3 runs already, 4 a port is in use, 1 anything else that failed.
    """
    from app.operations.evaluation import accounts, children, locks, ports, postgres, start
    from app.operations.evaluation.progress import Progress

    if settings().production:
        raise click.UsageError(
            "This is for a look at the house. In production run fondaco web, worker and mail, each for itself."
        )
    log.start("evaluate", level="warning", format="console")
    try:
        start.run(empty=empty, progress=Progress())
    except KeyboardInterrupt:
        sys.exit(130)
    except locks.RunsAlready as error:
        _leave(error, ALREADY)
    except ports.PortInUse as error:
        _leave(error, PORT)
    except (start.NotReady, children.DoesNotStand, postgres.PostgresFailed, accounts.NoAccount) as error:
        _leave(error, FAILED)


def _leave(error: Exception, code: int) -> None:
    click.echo(f"fondaco: {error}", err=True)
    sys.exit(code)


@click.command(hidden=True)
@click.option("--empty", is_flag=True)
def prepare(empty: bool) -> None:
    """Brings databases to head and makes the demo; a step of `fondaco evaluate`, which reads each line of output."""
    log.start("prepare", level="warning", format="console")
    failed = asyncio.run(_prepare(empty))
    for slug, reason in failed.items():
        click.echo(f"Tenant {slug} could not be migrated: {reason}", err=True)
    sys.exit(FAILED if failed else 0)


async def _prepare(empty: bool) -> dict[str, str]:
    from app.operations.evaluation import demo
    from app.tenancy import cells, runner

    async with cells.open_pools():
        report = await runner.migrate()
        if report.migrated:
            click.echo(f"{len(report.migrated)} tenants brought to {report.head}")
        await demo.prepare(settings().home / "credentials.json", empty=empty, say=click.echo)
    return report.failed
