"""pgqueuer's own statements, on our connections to the control database."""

from __future__ import annotations

from typing import cast

from pgqueuer import Queries
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder
from pgqueuer.domain.settings import DBSettings
from pgqueuer.domain.types import Channel
from pgqueuer.ports.driver import Driver

from app.core.db import control
from app.tenancy import queues

# All names are given, for pgqueuer reads some from the environment, such as a variable that is called CHANNEL.
NAMES = DBSettings(
    prefix="",
    db_schema=None,
    channel=Channel(queues.CHANNEL),
    function="fn_pgqueuer_changed",
    statistics_table="pgqueuer_statistics",
    queue_status_type="pgqueuer_status",
    queue_table="pgqueuer",
    queue_table_log="pgqueuer_log",
    trigger="tg_pgqueuer_changed",
    schedules_table="pgqueuer_schedules",
)


class ControlDriver:
    """pgqueuer's statements on the connections of the control database: the part of its driver that `Queries` calls."""

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        return [dict(row) for row in await control.fetch(query, *args)]

    async def execute(self, query: str, *args: object) -> str:
        return str(await control.execute(query, *args))


QUEUE = Queries(
    cast(Driver, ControlDriver()),
    QueryBuilderEnvironment(NAMES),
    QueryQueueBuilder(NAMES),
    QuerySchedulerBuilder(NAMES),
)
