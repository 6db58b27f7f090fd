"""Forecasts from op-eds become dated records, deadlines reminders, and outcomes a scorecard."""

__version__ = "0.1.0"
