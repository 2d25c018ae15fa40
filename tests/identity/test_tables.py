"""Piccolo's tables say what the migrations made."""

from __future__ import annotations

import inspect

from piccolo.table import Table

from app.core.db import sql
from app.identity import tables
from app.tenancy import tenants


async def test_every_column_of_a_table_is_in_the_database_and_the_other_way_round(in_acme: tenants.Tenant) -> None:
    found = [
        one for _name, one in inspect.getmembers(tables, inspect.isclass) if issubclass(one, Table) and one is not Table
    ]
    assert found
    for table in found:
        rows = await sql.fetch(
            "SELECT column_name AS name, is_nullable = 'YES' AS nullable FROM information_schema.columns"
            " WHERE table_name = $1",
            table._meta.tablename,
        )
        there = {row["name"]: row["nullable"] for row in rows}
        described = {column._meta.db_column_name: column._meta.null for column in table._meta.columns}
        assert described == there, table._meta.tablename
