"""What the house writes down about itself: one line an event, with request, tenant and job on it, and never a secret."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

SECRET_KEYS = re.compile(
    r"password|passwd|secret|token|authorization|cookie|credential|api_?key|private_?key|database_url|dsn",
    re.IGNORECASE,
)
URL_PASSWORD = re.compile(r"(?<=://)([^\s:/@]*):[^\s@/]+@")
BEARER = re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]+", re.IGNORECASE)
MASK = "***"
_role = ""


def mask_text(text: str) -> str:
    """The text without passwords in addresses and without credentials of an Authorization header."""
    if "://" in text:
        text = URL_PASSWORD.sub(rf"\1:{MASK}@", text)
    if "earer" in text or "asic" in text or "EARER" in text:
        text = BEARER.sub(rf"\1 {MASK}", text)
    return text


def mask(value: Any, key: str = "") -> Any:
    """The value as it may be written down: what its key calls a secret is hidden, also inside dicts and lists."""
    if key and SECRET_KEYS.search(key) and value not in (None, "") and not isinstance(value, bool | int | float):
        return MASK
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, dict):
        return {name: mask(inner, str(name)) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [mask(inner) for inner in value]
    return value


def _mask_event(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if not key.startswith("_"):
            event[key] = mask(value, key)
    return event


def _add_role(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if _role:
        event.setdefault("role", _role)
    return event


def start(role: str = "", *, level: str = "info", format: str = "json", stream: TextIO | None = None) -> None:
    """Sends structlog and the standard library's logging to `stream` (stderr) as JSON lines, or as text for people.

    `role` (web, worker, mail) stands on every line. May be called again; the last call counts.
    """
    global _role
    _role = role
    stream = stream or sys.stderr
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.StackInfoRenderer(),
        _add_role,
    ]
    if format == "json":
        ending: list[Any] = [
            structlog.processors.format_exc_info,
            _mask_event,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    else:
        # The pretty tracebacks of structlog print the values of local variables, passwords and tokens among them.
        people = structlog.dev.ConsoleRenderer(
            colors=stream.isatty(), timestamp_key="at", exception_formatter=structlog.dev.plain_traceback
        )
        ending = [_mask_event, people]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ending]
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.captureWarnings(True)
    for noisy in ("httpx", "httpcore", "asyncio", "mail.log"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def bind(**values: str) -> None:
    """Puts values (request_id, tenant, job_id) on every further line of this task. For a block: `bound`."""
    structlog.contextvars.bind_contextvars(**values)


bound = structlog.contextvars.bound_contextvars
