"""How long an order may be on its way to the bank: sent soon or never, given up only well after that.

Whoever sends looks at the clock just before; whoever inquires believes "no such transfer" only once nobody may send any
more and the bank has had time to answer. So what was given up isn't sent afterwards. Should the bank pay it all the
same, its word is kept: the books have ended the order, and settlement makes it a break that a person must look at.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.banks.answers import Answer
from onnuri.banks.codes import Verdict

SEND_WITHIN: Final = timedelta(minutes=1)
"""So long after it was stored an order may be sent (ours)."""

GIVE_UP_AFTER: Final = timedelta(minutes=5)
"""So long after it was stored an order is not given up, whatever the bank says of not knowing it (ours)."""

INQUIRIES_BEFORE_GIVING_UP: Final = 3


def not_sent(requested_at: datetime, *, at: datetime) -> Answer | None:
    """Say that an order is too old to be sent, a definite failure where its only sender says so; None if it is not."""
    if at <= requested_at + SEND_WITHIN:
        return None
    return Answer(Verdict.FAILED_REQUEST, trouble="not sent: too late")


def never_arrived(answer: Answer, *, inquiries: int, requested_at: datetime, at: datetime) -> bool:
    """Tell whether nothing moved: the bank did not know the order repeatedly, and nobody can still be sending it."""
    heard = answer.verdict is Verdict.NO_SUCH_TRANSFER and inquiries >= INQUIRIES_BEFORE_GIVING_UP
    return heard and at >= requested_at + GIVE_UP_AFTER


def keep_late_word(
    conn: Connection,
    kind: Literal["charge", "refund", "purchase"],
    id: UUID,
    status: str,
    answer: Answer,
    at: datetime,
) -> None:
    """Keep it where the bank says that it did what has ended as failed; settlement opens a break for it, once."""
    if status != "FAILED" or answer.verdict is not Verdict.SUCCEEDED:
        return
    conn.execute(
        text("INSERT INTO late_words (kind, order_id, heard_at) VALUES (:kind, :id, :at) ON CONFLICT DO NOTHING"),
        {"kind": kind, "id": id, "at": at},
    )
