"""`fondaco config`: which settings there are, what they are, and where each value came from."""

from __future__ import annotations

import json
import sys

import click
from rich.console import Console
from rich.table import Table

from app.core.settings import Explained, explain, explain_all


def as_dict(setting: Explained) -> dict[str, object]:
    return setting._asdict()


@click.group()
def config() -> None:
    """Show settings, and where each value came from. Secrets are never shown."""


@config.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object, by setting.")
@click.option("--changed", is_flag=True, help="Only what is not at its default.")
def show(as_json: bool, changed: bool) -> None:
    """All settings with value and origin."""
    found = [setting for setting in explain_all() if not changed or setting.origin != "default"]
    if as_json:
        click.echo(json.dumps({setting.name: as_dict(setting) for setting in found}, indent=2))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("Setting", "Value", "From"):
        table.add_column(column, overflow="fold")
    for setting in found:
        table.add_row(setting.name, setting.value or "[dim]empty[/dim]", setting.origin)
    Console(soft_wrap=not sys.stdout.isatty()).print(table)


@config.command("explain")
@click.argument("key")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def explain_one(key: str, as_json: bool) -> None:
    """What one setting means. KEY is port or FONDACO_PORT."""
    try:
        setting = explain(key)
    except KeyError as error:
        raise click.BadParameter(str(error.args[0]), param_hint="KEY") from None
    if as_json:
        click.echo(json.dumps(as_dict(setting), indent=2))
        return
    click.echo(f"{setting.name}: {setting.help}")
    lines = (
        ("value", setting.value or "empty"),
        ("from", setting.origin),
        ("default", setting.default or "empty"),
        ("right", setting.right),
        (
            "set by",
            f"{setting.variable}{f' or {setting.variable}_FILE' if setting.secret else ''}, or {setting.name} in the TOML file",
        ),
    )
    for name, text in lines:
        click.echo(f"  {name:8} {text}")


@config.command()
def reference() -> None:
    """All settings as the page docs/reference/settings.md."""
    click.echo(page(), nl=False)


def page() -> str:
    """The reference page in Markdown: the same for every environment."""
    lines = [
        "# Settings",
        "",
        "Made by `fondaco config reference`; do not edit by hand.",
        "",
        "A setting is read from its environment variable, else from the TOML file that `FONDACO_CONFIG` names, else from its default.",
        "In the file, `[relay]` with `host = \"…\"` is the same as `relay_host = \"…\"`. Secrets may also stand in a file named by",
        "`FONDACO_…_FILE`. An empty variable counts as not set. `fondaco config explain KEY` says what a value is and where it came from.",
        "",
        "| variable | default | right | meaning |",
        "|---|---|---|---|",
    ]  # fmt: skip
    for setting in explain_all():
        default = f"`{setting.default}`" if setting.default else "empty"
        secret = " Secret." if setting.secret else ""
        lines.append(f"| `{setting.variable}` | {default} | {setting.right} | {setting.help}{secret} |")
    return "\n".join(lines) + "\n"
