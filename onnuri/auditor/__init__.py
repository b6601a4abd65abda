"""Recomputes everything with its own SQL and its own arithmetic; imports nothing of the rest."""
