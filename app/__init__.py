"""Fondaco: one house, one gate, a locked room for every tenant."""

__version__ = "0.1.0"
