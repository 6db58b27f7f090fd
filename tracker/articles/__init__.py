"""From an op-ed to its forecasts: fetch, extract, split, spot."""
