"""The `fondaco` command. Each command is imported when it is called, so that a small one starts at once."""

from __future__ import annotations

import importlib
import sys

import click

import app
from app.core.errors import FondacoError
from app.core.sources import SettingsError

# The name of a command: where it is, and its line in `fondaco --help`.
COMMANDS: dict[str, tuple[str, str]] = {
    "web": ("app.web.commands:web", "Serve pages, the API and health checks."),
    "worker": ("app.worker:worker", "Run jobs: mail, journal, clean-up."),
    "mail": ("app.mail.commands:mail", "Take mail by SMTP; explain what would become of a message."),
    "migrate": ("app.tenancy.commands:migrate", "Bring the control database and all tenants to this version."),
    "tenant": ("app.tenancy.commands:tenant", "Create, list, show, suspend, resume and delete tenants."),
    "user": ("app.identity.commands:user", "Add members, change roles, set passwords."),
    "operator": ("app.operations.operator_commands:operator", "Say who may sign in to the operator console."),
    "token": ("app.identity.commands:token", "Create and revoke API tokens."),
    "config": ("app.operations.config_commands:config", "Show settings, and where each value came from."),
    "doctor": ("app.operations.doctor.commands:command", "Look for trouble; each finding says what to do."),
    "evaluate": ("app.operations.evaluation.commands:evaluate", "Start the whole house on this machine (scripts/run)."),
}
HIDDEN = {"prepare-evaluation": "app.operations.evaluation.commands:prepare"}
# Commands that act as the house does need every slice's rights, jobs and hooks; the others start without them.
COMPOSED = {"worker", "tenant", "user", "token", "prepare-evaluation"}


class Lazy(click.Group):
    """A group that knows its commands by name and imports only the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = HIDDEN.get(cmd_name) or COMMANDS.get(cmd_name, ("", ""))[0]
        if not place:
            return None
        if cmd_name in COMPOSED:
            importlib.import_module("app.slices").all_slices()
        module, _, name = place.partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_place, line) in COMMANDS.items()])


@click.command(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(app.__version__, prog_name="fondaco")
def fondaco() -> None:
    """The customer platform of a B2B software vendor: one house, a locked room per tenant."""


def main() -> None:
    """The border of every command: what went wrong is said in one sentence, and the exit code is honest."""
    try:
        fondaco(prog_name="fondaco", standalone_mode=True)
    except SettingsError as error:
        for problem in error.problems:
            click.echo(f"fondaco: {problem}", err=True)
        sys.exit(2)
    except FondacoError as error:
        click.echo(f"fondaco: {error.message}", err=True)
        for name, problem in getattr(error, "errors", {}).items():
            click.echo(f"  {name}: {problem}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
