"""A believable world for demo tenants: customers who ask, colleagues who answer, in many languages."""

from app.desk.samples.telling import fill

__all__ = ["fill"]
