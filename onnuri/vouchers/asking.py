"""Ask the bank once: an order is stored under its key before anything is sent, and what was answered ends it.

Charges, refunds, payouts of what is owed and purchases of companies go this way, two short transactions each with the
bank between them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal, TypeVar
from uuid import UUID

from sqlalchemy import Connection

from onnuri.banks.answers import Answer
from onnuri.banks.codes import Verdict
from onnuri.kit.idempotency import check_same_request, earlier_outcomes, record_outcomes
from onnuri.kit.refusals import DomainError
from onnuri.kit.requests import Answered, KeyReused, Outcome, RequestKey
from onnuri.ledger.model import LaneHead
from onnuri.ledger.post import take_lane
from onnuri.vouchers.sending import never_arrived

Order = TypeVar("Order")
OrderStatus = Literal["SUCCEEDED", "FAILED", "UNKNOWN"]


def ask_once(
    conn: Connection,
    request: RequestKey,
    kind: str,
    store: Callable[[LaneHead], UUID],
    read: Callable[[Connection, UUID], Order],
    *,
    at: datetime,
) -> Answered[Order]:
    """Hold the lane and store an order under its key, once: `store` refuses before it writes, and gives the order's id.

    A refusal is the key's answer too. Refuses `KeyReused` for another request under the same key. Commit, then send it
    unless it is a replay.
    """
    head = take_lane(conn)
    earlier = earlier_outcomes(conn, [request]).get((request.caller, request.key))
    if earlier is not None:
        check_same_request(earlier, request)
        if earlier.kind != kind:
            raise KeyReused
        if earlier.refusal is not None:
            return Answered(earlier.refusal, replayed=True)
        assert earlier.subject_id is not None
        return Answered(read(conn, earlier.subject_id), replayed=True)
    try:
        order_id = store(head)
    except DomainError as refusal:
        record_outcomes(conn, [Outcome(request, kind, None, refusal)], at=at)
        return Answered(refusal)
    record_outcomes(conn, [Outcome(request, kind, order_id, None)], at=at)
    return Answered(read(conn, order_id))


def status_after(answer: Answer, *, inquiries: int, requested_at: datetime, at: datetime) -> OrderStatus:
    """Tell what an answer makes of an order: success and definite failure end it, anything else leaves it unknown.

    "No such transfer" means that nothing moved only after it was heard repeatedly, when nobody can still be sending.
    """
    if answer.verdict is Verdict.SUCCEEDED:
        return "SUCCEEDED"
    if answer.verdict.is_definite_failure:
        return "FAILED"
    return "FAILED" if never_arrived(answer, inquiries=inquiries, requested_at=requested_at, at=at) else "UNKNOWN"


def told_by_bank(answer: Answer) -> dict[str, str | None]:
    """Give the code and the message of an answer as orders keep them."""
    return {
        "code": answer.bank_rsp_code or answer.rsp_code or None,
        "message": answer.alarm or answer.trouble or answer.message or None,
    }
