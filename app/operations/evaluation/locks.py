"""One house on one data folder: a second start is told who runs there."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from app.core import clock


class RunsAlready(RuntimeError):
    """Somebody runs on this data folder; the text names the process and its addresses."""


@contextlib.contextmanager
def hold(home: Path, **about: object) -> Iterator[Callable[..., None]]:
    """Holds the folder while the block runs. The kernel lets go of it however the process ends. Raises `RunsAlready`.

    What the block gets tells a second start more, or something else, than `about` does.
    """
    path = home / "run.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunsAlready(_say(home, file.read())) from None
        known = {"pid": os.getpid(), "since": clock.now().isoformat(timespec="seconds")}

        def tell(**more: object) -> None:
            known.update(more)
            file.seek(0)
            file.truncate(0)
            file.write(json.dumps(known))
            file.flush()

        tell(**about)
        yield tell
        file.truncate(0)


def _say(home: Path, text: str) -> str:
    try:
        known = json.loads(text)
    except ValueError:
        return f"Fondaco runs on {home} already."
    return (
        f"Fondaco runs on {home} already: process {known['pid']} since {known['since']}, at {known.get('address', '?')}. "
        f"Stop it with Ctrl-C in its terminal or with: kill {known['pid']}. "
        "A second house needs its own FONDACO_HOME, FONDACO_PORT and FONDACO_SMTP_PORT."
    )
