"""Measurements: each is a ratio of two things that were measured in the same run, never a time that must be kept."""
