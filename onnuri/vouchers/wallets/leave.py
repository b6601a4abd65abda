"""Leave: have every charge paid back that can be, then close the wallet; one key for the whole act.

Refunds run around the bank, so they come as an edge; what the bank has not answered keeps the wallet open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.idempotency import check_same_request, earlier_outcomes, record_outcomes
from onnuri.kit.refusals import Conflict, DomainError
from onnuri.kit.requests import Answered, Outcome, RequestKey
from onnuri.vouchers.refunding.calculator import explain_wallet
from onnuri.vouchers.refunding.refund import Refund, RefundOrder
from onnuri.vouchers.refunding.run_refund import Refunding
from onnuri.vouchers.wallets.leave_gifts import GiftStillBoxed, check_no_gift_sent, take_lanes_to_leave
from onnuri.vouchers.wallets.wallet_life import (
    Closed,
    HandoverUndecided,
    check_no_handover,
    close_wallet,
    closed_wallet,
    under_way,
)

Refunder = Callable[[RefundOrder], Answered[Refund]]


class RefundedButNotClosed(Conflict):
    """Part of the wallet was paid back on the way out, then something kept it open; this time money moved."""

    code = "refunded_but_not_closed"
    money_moved = "true"
    ko = "{refunded}원은 은행 계좌로 환불했습니다. 지갑은 아직 해지되지 않았습니다. {why_ko}"
    en = "{refunded} won were paid back to the bank account. The wallet is not closed yet. {why_en}"


class RefundUnanswered(Conflict):
    """The bank has not said yet whether it paid a refund on the way out: whether money moved is not known."""

    code = "leaving_refund_unanswered"
    money_moved = "unknown"
    ko = "환불에 대한 은행의 답을 아직 받지 못해 돈이 움직였는지 확인하고 있습니다. 아직 해지되지 않았습니다. {why_ko}"
    en = "The bank has not said yet whether a refund was paid; the wallet is not closed yet. {why_en}"


@dataclass(frozen=True, slots=True)
class Leaving:
    """A holder leaves; with `refund` every charge that can be paid back is, first."""

    request: RequestKey
    wallet_id: UUID
    refund: bool


def leave(edge: Refunding, act: Leaving, refund: Refunder) -> Answered[Closed]:
    """Close a wallet. A refusal is no last word here: when what is missing is done, the same key may close it.

    Refuses what `close_wallet` refuses, and what a refund refuses: the bank is closed, no account is registered. While
    a gift the holder sent may still come back, or a handover is undecided, nothing is refunded.
    `RefundedButNotClosed`, `RefundUnanswered`: refused after refunds.
    """
    try:
        with edge.begin() as conn:
            done = left_before(conn, act.request)
            if done is None:
                check_no_gift_sent(conn, act.wallet_id)
                check_no_handover(conn, act.wallet_id)
    except (GiftStillBoxed, HandoverUndecided) as refusal:
        return Answered(refusal)
    if done is not None:
        return Answered(done, replayed=True)
    refunded = 0
    if act.refund:
        refused, refunded = _refund_all(edge, act, refund)
        if refused is not None:
            return Answered(_after_refunds(edge, act, refused, refunded))
    try:
        with edge.begin() as conn:
            heads = take_lanes_to_leave(conn, act.wallet_id)
            done = left_before(conn, act.request)
            if done is not None:
                return Answered(done, replayed=True)
            at = edge.now()
            closed = close_wallet(conn, act.wallet_id, at=at, heads=heads)
            record_outcomes(conn, [Outcome(act.request, "wallet_close", act.wallet_id, None)], at=at)
    except DomainError as refusal:
        return Answered(_after_refunds(edge, act, refusal, refunded))
    return Answered(closed)


def _after_refunds(edge: Refunding, act: Leaving, refusal: DomainError, refunded: int) -> DomainError:
    """Tell a refusal with what became of the money: some was paid back, or a refund has no answer yet."""
    why = {"why": refusal.code, "why_ko": refusal.reason("ko"), "why_en": refusal.reason("en")}
    if refunded:
        return RefundedButNotClosed(refunded=refunded, **why)
    if act.refund:
        with edge.begin() as conn:
            if "refund" in under_way(conn, act.wallet_id):
                return RefundUnanswered(**why)
    return refusal


def _refund_all(edge: Refunding, act: Leaving, refund: Refunder) -> tuple[DomainError | None, int]:
    """Pay back each charge under a key of its own, derived from the act's; the first refusal ends it.

    Tells that refusal, and how many won the bank has taken for the holder.
    """
    with edge.begin() as conn:
        back = [
            (each.facts.charge_id, way.kind)
            for each in explain_wallet(conn, act.wallet_id, at=edge.now())
            for way in [each.cancel if each.cancel.comes_back else each.residual]
            if way.comes_back
        ]
    refunded = 0
    for charge_id, kind in back:
        key = RequestKey(
            f"{act.request.caller}/leave", f"{charge_id.hex}:{act.request.key}"[:255], act.request.body_hash
        )
        answer = refund(RefundOrder(key, act.wallet_id, charge_id, kind))
        if isinstance(answer.value, DomainError):
            return answer.value, refunded
        if answer.value.status == "SUCCEEDED":
            refunded += answer.value.paid
    return None, refunded


def left_before(conn: Connection, request: RequestKey) -> Closed | None:
    """Give what an earlier act under this key came to in this lane. Refuses `KeyReused` for another request."""
    found = earlier_outcomes(conn, [request]).get((request.caller, request.key))
    if found is None:
        return None
    check_same_request(found, request)
    is_wallet = "SELECT 1 FROM wallets WHERE id = :id AND status = 'CLOSED'"
    if found.subject_id is None or conn.execute(text(is_wallet), {"id": found.subject_id}).first() is None:
        return None
    return closed_wallet(conn, found.subject_id)
