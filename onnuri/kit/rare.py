"""Count how often rare paths ran: tests show that they did, and whoever looks sees when they do. No I/O."""

from __future__ import annotations

from collections import Counter
from typing import Final

RAN: Final[Counter[str]] = Counter()
"""How often each path ran in this process; what is never counted never ran."""


def ran(path: str) -> None:
    """Count one run of a path."""
    RAN[path] += 1
