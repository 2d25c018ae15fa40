"""What a start shows: one line for each step, with its time; on a terminal it moves while it lasts."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape


class Progress:
    """Steps on a console. `step` yields a function that adds a remark to the step's line."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, soft_wrap=True)

    def say(self, text: str) -> None:
        self.console.print(f"  {escape(text)}")

    @contextlib.contextmanager
    def step(self, label: str) -> Iterator[list[str]]:
        began, remarks = time.monotonic(), list[str]()
        moving = self.console.status(f"{escape(label)} …", spinner="dots") if self.console.is_terminal else None
        if moving is None:
            self.say(f"{label} ...")
        try:
            with moving or contextlib.nullcontext():
                yield remarks
        except BaseException:
            self.say(f"{label}: stopped after {time.monotonic() - began:.1f} s")
            raise
        told = f" {', '.join(remarks)}" if remarks else ""
        self.console.print(f"  {escape(label)}:{escape(told)} [dim]{time.monotonic() - began:.1f} s[/dim]")
