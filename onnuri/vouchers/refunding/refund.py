"""Pay back a charge: the holder's share to the own bank account, the discount to the budget it came from.

Two short transactions with the bank between them, as a charge has. `request_refund` takes the value from the lot before
the bank hears of it; `settle_refund` pays it out of what is in flight, or brings it back to where it was taken from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.banks.answers import Answer
from onnuri.banks.mint import mint_bank_tran_ids
from onnuri.kit.ids import new_id
from onnuri.kit.requests import Answered, RequestKey
from onnuri.ledger.dates import effective_date
from onnuri.ledger.model import BANK_TRUST, Entry, Event, LaneHead, Transfer, account_path
from onnuri.ledger.post import open_accounts, post, publish, take_lane
from onnuri.vouchers.asking import ask_once, status_after, told_by_bank
from onnuri.vouchers.bank_window import check_bank_open
from onnuri.vouchers.charging.charge import SUBSIDY_RECEIVABLE
from onnuri.vouchers.grace import give_grace
from onnuri.vouchers.life_rules import life_rules_at
from onnuri.vouchers.model import ChargeUnknown, NoDebitAccount, Shares, WalletNotOpen, WalletUnknown
from onnuri.vouchers.policies.budget import subsidy_came_back
from onnuri.vouchers.queries import wallets
from onnuri.vouchers.refunding.charge_facts import facts_of_charges
from onnuri.vouchers.refunding.refund_rows import (
    UNCLAIMED,
    NewRefund,
    Refund,
    RefundUnknown,
    has_account,
    insert_refund,
    open_refunds,
    refund,
    refunds_of,
)
from onnuri.vouchers.refunding.refund_rule import (
    ChargeFacts,
    MoneyOnItsWay,
    NothingLeft,
    RefundKind,
    decide_refund,
)
from onnuri.vouchers.sending import keep_late_word

__all__ = [
    "Refund", "RefundOrder", "RefundUnknown", "open_refunds", "refund", "refunds_of", "request_refund",
    "settle_refund",
]  # fmt: skip

REFUND_IN_FLIGHT = account_path("refund_in_flight", "all")


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """A holder asks for money back of one charge."""

    request: RequestKey
    wallet_id: UUID
    charge_id: UUID
    kind: RefundKind


def request_refund(conn: Connection, order: RefundOrder, *, institution_code: str, at: datetime) -> Answered[Refund]:
    """Take what comes back from the lot, or freeze why not. Commit, then send it to the bank unless it is over."""

    def take(head: LaneHead) -> UUID:
        return _take(conn, _decide(conn, order, institution_code, at), head, at=at)

    return ask_once(conn, order.request, "refund", take, refund, at=at)


@dataclass(frozen=True, slots=True)
class _Decision:
    """A refund that will be written: of which charge, who gets what, under which id on the rail."""

    facts: ChargeFacts
    kind: RefundKind
    shares: Shares
    tran_id: str


def _decide(conn: Connection, order: RefundOrder, institution_code: str, at: datetime) -> _Decision:
    wallet = wallets(conn, [order.wallet_id]).get(order.wallet_id)
    if wallet is None:
        raise WalletUnknown
    if wallet.status != "OPEN":
        raise WalletNotOpen
    found = facts_of_charges(conn, [order.charge_id]).get(order.charge_id)
    if found is None or found[0].wallet_id != order.wallet_id:
        raise ChargeUnknown
    check_bank_open(conn, at=at)
    facts, terms = found
    try:
        shares = decide_refund(facts, terms, order.kind, at=at)
    except NothingLeft:
        if _on_its_way(conn, order.charge_id):
            raise MoneyOnItsWay from None
        raise
    if not has_account(conn, facts.wallet_id, facts.charge_id):
        raise NoDebitAccount
    return _Decision(facts, order.kind, shares, mint_bank_tran_ids(conn, institution_code, 1)[0])


def _on_its_way(conn: Connection, charge_id: UUID) -> bool:
    query = """
        SELECT 1 FROM refunds WHERE (charge_id = :id OR moved_lot = :id) AND status IN ('REQUESTED', 'UNKNOWN')
    """
    return conn.execute(text(query), {"id": charge_id}).first() is not None


def _take(conn: Connection, decision: _Decision, head: LaneHead, *, at: datetime) -> UUID:
    """Post and store a refund. Without a share for the holder it is over at once: no bank moves nothing."""
    facts, shares, kind = decision.facts, decision.shares, decision.kind.value
    refund_id, entry_id = new_id(at), new_id(at)
    accounts = open_accounts(conn, [REFUND_IN_FLIGHT, SUBSIDY_RECEIVABLE], at=at)
    legs = [
        Transfer(facts.account_id, accounts[path], amount, code)
        for path, amount, code in (
            (REFUND_IN_FLIGHT, shares.paid, "refund_paid"),
            (SUBSIDY_RECEIVABLE, shares.subsidy, "refund_subsidy"),
        )
        if amount
    ]
    post(conn, [Entry(entry_id, kind, effective_date(at, head), tuple(legs))], at=at)
    insert_refund(
        conn,
        NewRefund(
            refund_id, facts.wallet_id, facts.charge_id, facts.from_elsewhere, facts.lot_id, kind, shares, facts.used,
            decision.tran_id, entry_id,
        ),
        at=at,
    )  # fmt: skip
    told: dict[str, object] = {
        "wallet_id": facts.wallet_id.hex, "charge_id": facts.charge_id.hex, "paid": shares.paid,
        "subsidy": shares.subsidy,
    }  # fmt: skip
    events = [Event("refund.requested", refund_id, told)]
    if shares.paid == 0:
        _give_to_budget(conn, facts.charge_id, shares.subsidy)
        events.append(Event("refund.succeeded", refund_id, told))
    publish(conn, events, at=at)
    return refund_id


def settle_refund(conn: Connection, refund_id: UUID, answer: Answer, *, inquired: bool, at: datetime) -> Refund:
    """Write down what the bank said: success pays it out, a definite failure brings it back to the lot, else UNKNOWN.

    What is final stays final; that the bank paid what has failed here opens a break.
    """
    head = take_lane(conn)
    before = refund(conn, refund_id)
    if before.status in ("SUCCEEDED", "FAILED"):
        keep_late_word(conn, "refund", refund_id, before.status, answer, at)
        return before
    heard = before.inquiries + inquired
    status = status_after(answer, inquiries=heard, requested_at=before.requested_at, at=at)
    after = replace(before, status=status, inquiries=heard if status == "UNKNOWN" else before.inquiries)
    entry_id = None if after.status == "UNKNOWN" else _end(conn, after, head, at)
    conn.execute(
        text("""
            UPDATE refunds SET status = :status, end_entry_id = :entry, answered_at = :answered,
                bank_code_given = :code, bank_message = :message, inquiries = :inquiries WHERE id = :id
        """),
        {
            "status": after.status, "entry": entry_id, "answered": at if entry_id else None, "id": refund_id,
            "inquiries": after.inquiries,
        } | told_by_bank(answer),
    )  # fmt: skip
    return refund(conn, refund_id)


def _end(conn: Connection, ended: Refund, head: LaneHead, at: datetime) -> UUID:
    """Post the end of a refund: out of what is in flight to the bank, or back to where it was taken from."""
    entry_id, paid_out, on = new_id(at), ended.status == "SUCCEEDED", effective_date(at, head)
    if not paid_out and ended.lot_id is not None:
        give_grace(conn, [ended.lot_id], days=life_rules_at(conn, at=at).grace_days, on=on, at=at)
    legs = [(REFUND_IN_FLIGHT, BANK_TRUST, ended.paid, "refund_done")] if paid_out else _way_back(ended)
    accounts = open_accounts(conn, [path for leg in legs for path in (leg[0], leg[1])], at=at)
    transfers = tuple(Transfer(accounts[debit], accounts[credit], won, code) for debit, credit, won, code in legs)
    kind = "refund_done" if paid_out else "refund_back"
    post(conn, [Entry(entry_id, kind, on, transfers)], at=at)
    if paid_out and ended.charge_id is not None:
        _give_to_budget(conn, ended.charge_id, ended.subsidy)
    publish(conn, [_how_it_ended(ended)], at=at)
    return entry_id


def _way_back(failed: Refund) -> list[tuple[str, str, int, str]]:
    """List what brings back what the bank did not pay: both shares to the lot, or what is owed to its owner."""
    if failed.lot_id is None:
        return [(REFUND_IN_FLIGHT, account_path(UNCLAIMED, failed.wallet_id), failed.paid, "unclaimed_back")]
    lot = account_path("lot", failed.lot_id)
    back = [
        (REFUND_IN_FLIGHT, lot, failed.paid, "refund_back_paid"),
        (SUBSIDY_RECEIVABLE, lot, failed.subsidy, "refund_back_subsidy"),
    ]
    return [leg for leg in back if leg[2]]


def _how_it_ended(ended: Refund) -> Event:
    done = "succeeded" if ended.status == "SUCCEEDED" else "failed"
    if ended.charge_id is None:
        return Event(f"unclaimed.{done}", ended.id, {"wallet_id": ended.wallet_id.hex, "amount": ended.paid})
    told: dict[str, object] = {"wallet_id": ended.wallet_id.hex, "charge_id": ended.charge_id.hex, "paid": ended.paid}
    return Event(f"refund.{done}", ended.id, told)


def _give_to_budget(conn: Connection, charge_id: UUID, subsidy: int) -> None:
    """Only what reached the bank is sold again: what may still come back to the lot is not, nor what others granted."""
    query = "SELECT policy_id FROM charges WHERE id = :id"
    policy_id = conn.execute(text(query), {"id": charge_id}).scalar_one_or_none()
    if policy_id is not None:
        subsidy_came_back(conn, policy_id, subsidy)
