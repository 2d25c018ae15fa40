"""Log lines carry who and what, and never a secret."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from app.core import log


@pytest.fixture
def lines() -> Iterator[Any]:
    stream = io.StringIO()
    root = logging.getLogger()
    before, level, ours = root.handlers[:], root.level, structlog.get_config()
    log.start("web", stream=stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:], root.level = before, level
    logging.captureWarnings(False)
    structlog.configure(**ours)


def test_every_line_carries_request_tenant_and_job(lines: Any) -> None:
    with log.bound(request_id="r1", tenant="acme", job_id="7"):
        structlog.get_logger("app.desk").info("ticket.closed", number=12)
        logging.getLogger("granian").warning("worker %s is late", 1)
    ours, theirs = lines()
    assert ours["event"] == "ticket.closed"
    assert ours["number"] == 12
    assert theirs["event"] == "worker 1 is late"
    for line in (ours, theirs):
        assert (line["request_id"], line["tenant"], line["job_id"], line["role"]) == ("r1", "acme", "7", "web")
        assert line["at"].endswith("Z")


def test_secrets_are_masked_wherever_they_stand(lines: Any) -> None:
    structlog.get_logger().info(
        "connect",
        password="hush",
        url="postgresql://root:hush@db/x",
        headers={"Authorization": "Bearer hush"},
        tokens=["hush"],
        note="Bearer hush",
    )
    logging.getLogger("asyncpg").error("cannot reach postgresql://root:hush@db/x")
    assert "hush" not in json.dumps(lines())
    assert lines()[0]["url"] == "postgresql://root:***@db/x"


def test_an_exception_is_one_line_with_its_trace_and_no_secret(lines: Any) -> None:
    try:
        raise ValueError("https://kim:hush@acme.test said no")
    except ValueError:
        structlog.get_logger().exception("failed")
    (line,) = lines()
    assert "ValueError" in line["exception"]
    assert "hush" not in line["exception"]


def test_what_is_less_important_than_the_level_is_not_written(lines: Any) -> None:
    structlog.get_logger().debug("detail")
    assert lines() == []


def test_a_traceback_for_people_shows_no_values(lines: Any) -> None:
    stream = io.StringIO()
    log.start("web", format="console", stream=stream)
    answer = "hush"
    try:
        raise ValueError("went wrong")
    except ValueError:
        structlog.get_logger().exception("failed")
    assert "went wrong" in stream.getvalue()
    assert "test_log.py" in stream.getvalue()
    assert answer not in stream.getvalue().replace('answer = "hush"', "")
