"""The auditor: recomputes everything with its own SQL and its own arithmetic. Imports nothing of the other rooms."""
