"""What happened to the requests of a demo day: counted as the answers come in. No I/O."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Tally:
    """Requests, retries and answers. Refusals are counted once for each request, however often it was sent."""

    requests: int = 0
    retries: int = 0
    replayed: int = 0
    hung_up: int = 0
    unknown_charges: int = 0
    refusals: Counter[str] = field(default_factory=Counter[str])
    surprises: list[str] = field(default_factory=list[str])
    milliseconds: list[int] = field(default_factory=list[int])

    def percentile(self, percent: int) -> int:
        """Tell within how many milliseconds so many percent of the requests were answered."""
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0
