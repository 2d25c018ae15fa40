"""The slices of which the house is made."""

from __future__ import annotations

import functools
import importlib

from app.access import grant
from app.tenancy import runner
from app.web.manifest import Slice

NAMES = ("identity", "mail", "crm", "desk", "operations")
KERNELS = ("app.journal.consumers", "app.journal.sweeps")


@functools.cache
def all_slices() -> tuple[Slice, ...]:
    """Every slice, with its rights granted and its jobs and consumers known to this process."""
    found = tuple(importlib.import_module(f"app.{name}.slice").SLICE for name in NAMES)
    for module in KERNELS:
        importlib.import_module(module)
    for one in found:
        grant(dict(one.grants))
        for module in one.modules:
            importlib.import_module(module)
    runner.compose(hook for one in found for hook in one.on_tenant_created)
    return found
