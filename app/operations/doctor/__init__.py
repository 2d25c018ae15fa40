"""The doctor looks at the whole cell and says of each thing that is wrong what to do about it."""

from app.operations.doctor.checks import CHECKS, examine
from app.operations.doctor.findings import Finding

__all__ = ["CHECKS", "Finding", "examine"]
