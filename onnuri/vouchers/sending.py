"""How long an order may be on its way to the bank: sent soon or never, given up only well after that.

Whoever sends looks at the clock just before; whoever inquires believes "no such transfer" only once nobody may send any
more and the bank has had time to answer. So what was given up isn't sent afterwards. Should the bank pay it all the
same, its word is kept as a break: the books have ended the order, and a person must look.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.banks.answers import Answer
from onnuri.banks.codes import Verdict
from onnuri.kit.clock import seoul_date
from onnuri.kit.ids import new_id

SEND_WITHIN: Final = timedelta(minutes=1)
"""So long after it was stored an order may be sent (ours)."""

GIVE_UP_AFTER: Final = timedelta(minutes=5)
"""So long after it was stored an order is not given up, whatever the bank says of not knowing it (ours)."""

INQUIRIES_BEFORE_GIVING_UP: Final = 3

_PAID_AFTER_ALL: Final = (
    "실패로 끝난 뒤에 은행이 처리했다고 답했습니다. 담당자가 은행과 확인해야 합니다."
    " / The bank says that it did this after it had ended as failed; a person must clear it up with the bank."
)


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
    """Open a break where the bank says that it did what has ended as failed; once for an order."""
    if status != "FAILED" or answer.verdict is not Verdict.SUCCEEDED:
        return
    conn.execute(
        text(
            "INSERT INTO shared.breaks (id, kind, reference, amount, opened_on, owner, explanation)"
            " VALUES (:id, 'paid_after_failed', :reference, 0, :on, 'operator', :explanation)"
            " ON CONFLICT (kind, reference) DO NOTHING"
        ),
        {
            "id": new_id(at), "reference": f"{kind}:{id.hex}", "on": seoul_date(at), "explanation": _PAID_AFTER_ALL,
        },
    )  # fmt: skip
