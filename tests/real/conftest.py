"""What tests with real processes share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.real.houses import House


@pytest.fixture(scope="module")
def standing() -> Iterator[House]:
    """A house with its database up, for the tests of one file."""
    house = House()
    try:
        house.open()
        yield house
    finally:
        house.close()
