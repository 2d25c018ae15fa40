"""The command `fondaco mail`: what happens to letters, for people at a terminal."""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.mail import explaining


@click.group(invoke_without_command=True)
@click.pass_context
def mail(context: click.Context) -> None:
    """Take mail by SMTP and read mailboxes by IMAP; or explain what would become of a message."""
    if context.invoked_subcommand is None:
        # Reading a message needs neither settings nor a database, so they are not loaded for it.
        settings = importlib.import_module("app.core.settings").settings()
        importlib.import_module("app.core.log").start("mail", level=settings.log_level, format=settings.log_format)
        asyncio.run(importlib.import_module("app.mail.server").serve())


@mail.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def explain(files: tuple[Path, ...], as_json: bool) -> None:
    """Say what would become of each message FILE and why. Stores nothing, needs no database.

    A file that cannot be read is named with its error; the others are explained, and the exit code is 1.
    """
    failed = False
    console = Console()
    for path in files:
        said = explaining.explain_file(path)
        failed = failed or "error" in said
        if as_json:
            click.echo(json.dumps(said, ensure_ascii=False))
        else:
            _show(console, said)
    sys.exit(1 if failed else 0)


def _show(console: Console, said: dict[str, Any]) -> None:
    table = Table(
        show_header=False, box=None, padding=(0, 2, 0, 0), title_justify="left", title=Text(said["file"], "bold")
    )
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in _rows(said):
        table.add_row(name, Text(value))
    console.print(table)
    console.print()


def _rows(said: dict[str, Any]) -> list[tuple[str, str]]:
    if "error" in said:
        return [("error", said["error"])]
    rows = [
        ("class", f"{said['class']}: {said['why']}"),
        (
            "answer",
            "may be answered automatically" if said["may_answer"] else f"no automatic answer: {said['why_not_answer']}",
        ),
        ("from", _person(said["from"])),
        ("to", ", ".join(_person(one) for one in said["to"])),
        ("subject", said["subject"]),
        (
            "thread",
            " ".join(dict.fromkeys(filter(None, [said["message_id"], said["in_reply_to"], *said["references"]]))),
        ),
        ("reply", said["reply"]),
        ("signature", said["signature"]),
        ("quoted", f"{len(said['quoted'].splitlines())} lines" if said["quoted"] else ""),
    ]
    rows += [
        ("attachment", f"{file['name']} ({file['type']}, {file['size']} bytes{', inline' if file['inline'] else ''})")
        for file in said["attachments"]
    ]
    for one in (said["bounce"] or {}).get("recipients", []):
        lasting = "permanent" if one["permanent"] else "passing"
        rows.append(("bounced", f"{one['address']}: {lasting}, {one['reason']} {one['status'] or ''}".rstrip()))
    rows += [("broken", sentence) for sentence in said["defects"]]
    return [(name, value) for name, value in rows if value]


def _person(person: dict[str, str] | None) -> str:
    if person is None:
        return ""
    return f"{person['name']} <{person['address']}>" if person["name"] else person["address"]
