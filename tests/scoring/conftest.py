"""Hypothesis without a stopwatch: shared machines pause, and an oracle's first call imports it."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
