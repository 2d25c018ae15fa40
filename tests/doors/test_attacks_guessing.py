"""Guessing passwords from as many addresses as one network has, and all at the same moment."""

from __future__ import annotations

import asyncio
from collections import Counter

from app.operations import operators
from app.tenancy.tenants import Tenant
from tests.doors.browsers import Doors, Person


async def test_a_network_of_many_addresses_is_one_place(doors: Doors, acme: Tenant, kim: Person) -> None:
    statuses = []
    for number in range(7):
        browser = await doors.browser(address=f"2001:db8:9::{number + 1:x}")
        statuses.append((await browser.sign_in("kim@acme.test", "a wrong guess")).status_code)
    assert statuses[-1] == 429
    elsewhere = await doors.browser(address="2001:db8:a::1")
    assert (await elsewhere.sign_in("kim@acme.test", "a wrong guess")).status_code == 422


async def test_operators_are_guessed_no_faster_in_parallel(doors: Doors, acme: Tenant) -> None:
    await operators.keep("operator@house.test", "Operator", "the cellar is dry in may")
    browser = await doors.browser("", address="192.0.2.77")
    await browser.get("/operator/sign-in")
    tries = [
        browser.post("/operator/sign-in", {"email": "operator@house.test", "password": f"guess {number}"})
        for number in range(20)
    ]
    told = Counter(answer.status_code for answer in await asyncio.gather(*tries))
    assert told[429] >= 20 - operators.TRIES
    assert told[422] <= operators.TRIES
