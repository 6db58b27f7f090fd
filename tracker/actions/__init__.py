"""The verbs: each opens the transactions it needs, and nothing below opens any."""
