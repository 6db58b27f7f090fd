"""Scoring: from (probability, count, hits) to an honest scorecard; no store and no clock."""
