"""Which business date an entry gets. Pure: no I/O."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from onnuri.kit.clock import seoul_date
from onnuri.ledger.model import LaneHead


def effective_date(at: datetime, head: LaneHead) -> date:
    """Give the business date: the date in Seoul, or the first open one where that day is closed already."""
    today = seoul_date(at)
    if head.last_day is not None and today <= head.last_day:
        return head.last_day + timedelta(days=1)
    return today
