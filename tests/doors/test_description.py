"""The API describes itself, and answers as it says, whatever is sent."""

from __future__ import annotations

import json
from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate

from app.desk.tables import PRIORITIES, STATUSES
from tests.doors.browsers import Doors, Person
from tests.doors.describing import Description, described
from tests.doors.test_tickets_api import SOME, is_problem, make

ANY_TEXT = st.text(st.characters(), max_size=30)
NASTY = st.sampled_from(
    [
        "\0",
        "\ud83d",
        "\u202eabc",
        "a" * 600,
        "%",
        "'; --",
        "\ufffe",
        " ",
        "me",
        SOME,
        "marta@nordwind.example",
        "9" * 30,
        "\r\n",
    ]
)
SCALAR = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False), ANY_TEXT, NASTY,
    st.sampled_from([*STATUSES, *PRIORITIES, "outbound", "note"]),
)  # fmt: skip
ANYTHING = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3), max_leaves=6
)
FIELDS = st.sampled_from(
    [
        "subject",
        "text",
        "html",
        "contact",
        "status",
        "priority",
        "assignee",
        "team",
        "account",
        "tags",
        "direction",
        "cc",
        "email",
    ]
)
BODIES = st.one_of(
    ANYTHING,
    st.dictionaries(FIELDS, ANYTHING, max_size=5),
    st.builds(lambda subject, more: {"subject": subject} | more, ANY_TEXT, st.dictionaries(FIELDS, SCALAR, max_size=2)),
    st.builds(
        lambda text, direction: {"text": text, "direction": direction}, ANY_TEXT, st.sampled_from(["note", "outbound"])
    ),
)
QUERIES = st.dictionaries(
    st.sampled_from(["limit", "after", "filter", "sort", "other"]),
    st.one_of(
        ANY_TEXT, NASTY, st.integers(-(2**70), 2**70).map(str), st.sampled_from(["-created_at", "updated_at", "{}"]),
        st.dictionaries(st.sampled_from(["status", "assignee", "tag", "number", "contact", "x"]), ANYTHING, max_size=2).map(
            json.dumps
        ),
    ),
    max_size=3,
)  # fmt: skip
HEADERS = st.dictionaries(
    st.sampled_from(["If-Match", "Idempotency-Key", "Accept", "Content-Type", "If-None-Match", "Accept-Language"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20),
    max_size=2,
)


async def test_the_description_is_valid_and_told_to_strangers(doors: Doors) -> None:
    client = await doors.client()
    response = await client.get("/api/openapi.json")
    assert response.status_code == 200
    document = response.json()
    validate(document)
    assert {operation["operationId"] for _method, _path, operation in Description(document).operations()} >= {
        "listTickets", "createTicket", "getTicket", "changeTicket", "deleteTicket", "listMessages", "createMessage",
        "getAttachment",
    }  # fmt: skip
    assert document["security"] == [{"token": []}]
    assert (await client.get("/api")).json() == document
    for nothing in ("/api/nothing", "/api/openapi.yaml", "/api/v1", "/api/openapi.json/x", "/api/v1/"):
        is_problem(await client.get(nothing), 404)


async def test_a_field_that_is_described_is_taken_and_one_that_is_not_is_refused(
    doors: Doors, api: httpx.AsyncClient
) -> None:
    document = (await api.get("/api/openapi.json")).json()
    examples: dict[str, Any] = {
        "subject": "x", "text": "y", "contact": "marta@nordwind.example", "status": "open", "priority": "low",
        "assignee": "me", "team": None, "tags": ["a"],
    }  # fmt: skip
    shape = document["components"]["schemas"]["NewTicket"]
    assert set(shape["properties"]) == set(examples)
    assert shape["required"] == ["subject"]
    made = await make(api, **examples)
    assert made["status"] == "open"


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_whatever_is_sent_the_answer_is_described_and_never_a_failure(
    doors: Doors, kim: Person, api: httpx.AsyncClient, data: st.DataObject
) -> None:
    description = await described(api)
    method, path, _operation = data.draw(st.sampled_from(description.operations()))
    there = (await make(api))["id"]
    for name in ("ticket_id", "attachment_id"):
        path = path.replace(f"{{{name}}}", data.draw(st.sampled_from([there, there, SOME])))
    options: dict[str, Any] = {"headers": data.draw(HEADERS)}
    if method in ("POST", "PATCH"):
        body = json.dumps(data.draw(BODIES)).encode()
        cut = data.draw(st.sampled_from([0, 0, 0, 0, 1]))
        options["content"] = body[: len(body) - cut]
        options["headers"] = {"Content-Type": "application/json"} | options["headers"]
    else:
        options["params"] = {name: value.encode("utf-8", "surrogatepass") for name, value in data.draw(QUERIES).items()}
    response = await api.request(method, path, **options)
    assert response.status_code < 500, response.text
    description.check(response)


async def test_paths_that_nobody_wrote_are_not_there(api: httpx.AsyncClient) -> None:
    for path in (
        "/api/v1/tickets/%00",
        "/api/v1/tickets/%ed%a0%bd",
        "/api/v1/tickets/..%2f..%2fetc",
        "/api/v1/tickets/" + "9" * 5000,
    ):
        is_problem(await api.get(path), 404)
