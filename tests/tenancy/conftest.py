"""The tenant runner by itself: what the slices add to a new tenant belongs to their own tests."""

from __future__ import annotations

import pytest

from app.tenancy import runner


@pytest.fixture(autouse=True)
def no_hooks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another test on this worker may have composed the whole house; these schemas have none of its tables."""
    monkeypatch.setattr(runner, "_hooks", ())
