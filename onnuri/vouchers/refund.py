"""Pay back a charge: the holder's share to the own bank account, the discount to the budget it came from.

Two short transactions with the bank between them, as a charge has. `request_refund` takes the value from the lot before
the bank hears of it; `settle_refund` pays it out of what is in flight, or brings it back to the same lot.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.banks.answers import Answer
from onnuri.banks.codes import Verdict
from onnuri.banks.mint import mint_bank_tran_ids
from onnuri.kit.clock import seoul_date
from onnuri.kit.idempotency import check_same_request, earlier_outcomes, record_outcomes
from onnuri.kit.ids import new_id
from onnuri.kit.refusals import DomainError, NotFound
from onnuri.kit.requests import Answered, Outcome, RequestKey
from onnuri.ledger.dates import effective_date
from onnuri.ledger.model import BANK_TRUST, Entry, Event, LaneHead, Transfer, account_path
from onnuri.ledger.post import open_accounts, post, publish, take_lane
from onnuri.vouchers.bank_window import check_bank_open
from onnuri.vouchers.budget import subsidy_came_back
from onnuri.vouchers.charge import INQUIRIES_BEFORE_GIVING_UP, SUBSIDY_RECEIVABLE
from onnuri.vouchers.charge_facts import facts_of_charges
from onnuri.vouchers.grace import give_grace
from onnuri.vouchers.life_rules import life_rules_at
from onnuri.vouchers.model import ChargeUnknown, NoDebitAccount, Shares, WalletNotOpen, WalletUnknown
from onnuri.vouchers.queries import wallets
from onnuri.vouchers.refund_rule import (
    ChargeFacts,
    MoneyOnItsWay,
    NothingLeft,
    RefundKind,
    decide_refund,
)

REFUND_IN_FLIGHT = account_path("refund_in_flight", "all")


class RefundUnknown(NotFound):
    """No refund has that id here."""

    code = "refund_unknown"
    ko = "환불 내역을 찾을 수 없습니다."
    en = "There is no such refund."


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """A holder asks for money back of one charge."""

    request: RequestKey
    wallet_id: UUID
    charge_id: UUID
    kind: RefundKind


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund as it stands; won."""

    id: UUID
    wallet_id: UUID
    charge_id: UUID
    lot_id: UUID
    kind: str
    amount: int
    paid: int
    subsidy: int
    used: int
    status: str
    bank_tran_id: str
    fintech_use_num: str
    requested_at: datetime
    requested_on: date
    answered_at: datetime | None
    bank_code_given: str | None
    bank_message: str | None
    inquiries: int
    entry_id: UUID


def request_refund(conn: Connection, order: RefundOrder, *, institution_code: str, at: datetime) -> Answered[Refund]:
    """Take what comes back from the lot, or freeze why not. Commit, then send it to the bank unless it is over."""
    head = take_lane(conn)
    earlier = earlier_outcomes(conn, [order.request]).get((order.request.caller, order.request.key))
    if earlier is not None:
        check_same_request(earlier, order.request)
        if earlier.refusal is not None:
            return Answered(earlier.refusal, replayed=True)
        assert earlier.subject_id is not None
        return Answered(refund(conn, earlier.subject_id), replayed=True)
    try:
        decision = _decide(conn, order, institution_code, at)
    except DomainError as refusal:
        record_outcomes(conn, [Outcome(order.request, "refund", None, refusal)], at=at)
        return Answered(refusal)
    refund_id = _take(conn, decision, head, at=at)
    record_outcomes(conn, [Outcome(order.request, "refund", refund_id, None)], at=at)
    return Answered(refund(conn, refund_id))


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
    if not _has_account(conn, facts):
        raise NoDebitAccount
    return _Decision(facts, order.kind, shares, mint_bank_tran_ids(conn, institution_code, 1)[0])


def _has_account(conn: Connection, facts: ChargeFacts) -> bool:
    """Tell whether there is an account to pay to: the one of today, or the one that paid where it is still theirs."""
    query = """
        SELECT 1 FROM charges WHERE id = :charge AND wallet_id = :wallet
        UNION ALL
        SELECT 1 FROM shared.debit_accounts a JOIN shared.wallets w ON w.holder_id = a.holder_id
        WHERE w.id = :wallet AND a.revoked_at IS NULL
    """
    return conn.execute(text(query), {"charge": facts.charge_id, "wallet": facts.wallet_id}).first() is not None


def _on_its_way(conn: Connection, charge_id: UUID) -> bool:
    query = "SELECT 1 FROM refunds WHERE charge_id = :id AND status IN ('REQUESTED', 'UNKNOWN')"
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
    over = shares.paid == 0
    conn.execute(
        text(_INSERT),
        {
            "id": refund_id, "lot": facts.lot_id, "kind": kind, "amount": facts.left, "paid": shares.paid,
            "subsidy": shares.subsidy, "used": facts.used, "status": "SUCCEEDED" if over else "REQUESTED",
            "tran": decision.tran_id, "at": at, "on": seoul_date(at), "answered": at if over else None,
            "entry": entry_id, "charge": facts.charge_id, "wallet": facts.wallet_id,
        },
    )  # fmt: skip
    told: dict[str, object] = {
        "wallet_id": facts.wallet_id.hex, "charge_id": facts.charge_id.hex, "paid": shares.paid,
        "subsidy": shares.subsidy,
    }  # fmt: skip
    events = [Event("refund.requested", refund_id, told)]
    if over:
        _give_to_budget(conn, facts.charge_id, shares.subsidy)
        events.append(Event("refund.succeeded", refund_id, told))
    publish(conn, events, at=at)
    return refund_id


_INSERT = """
    INSERT INTO refunds (id, wallet_id, charge_id, lot_id, kind, amount, paid, subsidy, used, status, bank_tran_id,
        debit_account_id, requested_at, requested_on, answered_at, entry_id, inquiries)
    SELECT :id, :wallet, c.id, :lot, :kind, :amount, :paid, :subsidy, :used, :status, :tran,
        coalesce((SELECT a.id FROM shared.debit_accounts a JOIN shared.wallets w ON w.holder_id = a.holder_id
                  WHERE w.id = :wallet AND a.revoked_at IS NULL),
                 CASE WHEN c.wallet_id = :wallet THEN c.debit_account_id END),
        :at, :on, CAST(:answered AS timestamptz), :entry, 0
    FROM charges c WHERE c.id = :charge
"""


def settle_refund(conn: Connection, refund_id: UUID, answer: Answer, *, inquired: bool, at: datetime) -> Refund:
    """Write down what the bank said: success pays it out, a definite failure brings it back to the lot, else UNKNOWN.

    What is final stays final. "No such transfer" means that nothing moved only after it was heard repeatedly.
    """
    head = take_lane(conn)
    before = refund(conn, refund_id)
    if before.status in ("SUCCEEDED", "FAILED"):
        return before
    heard = before.inquiries + inquired
    never_arrived = answer.verdict is Verdict.NO_SUCH_TRANSFER and heard >= INQUIRIES_BEFORE_GIVING_UP
    if answer.verdict is Verdict.SUCCEEDED:
        after = replace(before, status="SUCCEEDED")
    elif answer.verdict.is_definite_failure or never_arrived:
        after = replace(before, status="FAILED")
    else:
        after = replace(before, status="UNKNOWN", inquiries=heard)
    entry_id = None if after.status == "UNKNOWN" else _end(conn, after, head, at)
    conn.execute(
        text("""
            UPDATE refunds SET status = :status, end_entry_id = :entry, answered_at = :answered,
                bank_code_given = :code, bank_message = :message, inquiries = :inquiries WHERE id = :id
        """),
        {
            "status": after.status, "entry": entry_id, "answered": at if entry_id else None, "id": refund_id,
            "code": answer.bank_rsp_code or answer.rsp_code or None,
            "message": answer.alarm or answer.trouble or answer.message or None, "inquiries": after.inquiries,
        },
    )  # fmt: skip
    return refund(conn, refund_id)


def _end(conn: Connection, ended: Refund, head: LaneHead, at: datetime) -> UUID:
    """Post the end of a refund: out of what is in flight to the bank, or back to the lot and to what the state owes."""
    entry_id = new_id(at)
    lot_path = account_path("lot", ended.lot_id)
    accounts = open_accounts(conn, [BANK_TRUST, REFUND_IN_FLIGHT, SUBSIDY_RECEIVABLE, lot_path], at=at)
    told: dict[str, object] = {"wallet_id": ended.wallet_id.hex, "charge_id": ended.charge_id.hex, "paid": ended.paid}
    if ended.status == "SUCCEEDED":
        legs = [Transfer(accounts[REFUND_IN_FLIGHT], accounts[BANK_TRUST], ended.paid, "refund_done")]
        _give_to_budget(conn, ended.charge_id, ended.subsidy)
        kind, event = "refund_done", Event("refund.succeeded", ended.id, told)
    else:
        legs = [Transfer(accounts[REFUND_IN_FLIGHT], accounts[lot_path], ended.paid, "refund_back_paid")]
        if ended.subsidy:
            legs.append(
                Transfer(accounts[SUBSIDY_RECEIVABLE], accounts[lot_path], ended.subsidy, "refund_back_subsidy")
            )
        kind, event = "refund_back", Event("refund.failed", ended.id, told)
    post(conn, [Entry(entry_id, kind, effective_date(at, head), tuple(legs))], at=at)
    if ended.status == "FAILED":
        give_grace(conn, [ended.lot_id], days=life_rules_at(conn, at=at).grace_days, at=at)
    publish(conn, [event], at=at)
    return entry_id


def _give_to_budget(conn: Connection, charge_id: UUID, subsidy: int) -> None:
    """Only what reached the bank is sold again: what may still come back to the lot is not."""
    policy_id = conn.execute(text("SELECT policy_id FROM charges WHERE id = :id"), {"id": charge_id}).scalar_one()
    subsidy_came_back(conn, policy_id, subsidy)


def refund(conn: Connection, refund_id: UUID) -> Refund:
    """Give one refund. Refuses `RefundUnknown`."""
    row = conn.execute(text(f"{_SELECT} WHERE r.id = :id"), {"id": refund_id}).one_or_none()
    if row is None:
        raise RefundUnknown
    return Refund(*row)


def refunds_of(conn: Connection, wallet_id: UUID, *, before: UUID | None, limit: int) -> list[Refund]:
    """List refunds of a wallet, newest first, from before a refund."""
    older = " AND r.id < :before" if before else ""
    rows = conn.execute(
        text(f"{_SELECT} WHERE r.wallet_id = :wallet{older} ORDER BY r.id DESC LIMIT :limit"),
        {"wallet": wallet_id, "limit": limit} | ({"before": before} if before else {}),
    )
    return [Refund(*row) for row in rows]


def open_refunds(conn: Connection, *, asked_before: datetime, limit: int = 1000) -> list[Refund]:
    """List refunds whose result is not known, asked before an instant: the bank must be inquired."""
    waiting = "r.status IN ('REQUESTED', 'UNKNOWN') AND r.requested_at < :before"
    rows = conn.execute(
        text(f"{_SELECT} WHERE {waiting} ORDER BY r.id LIMIT :limit"), {"before": asked_before, "limit": limit}
    )
    return [Refund(*row) for row in rows]


_SELECT = """
    SELECT r.id, r.wallet_id, r.charge_id, r.lot_id, r.kind, r.amount, r.paid, r.subsidy, r.used, r.status,
        r.bank_tran_id, a.fintech_use_num, r.requested_at, r.requested_on, r.answered_at, r.bank_code_given,
        r.bank_message, r.inquiries, r.entry_id
    FROM refunds r JOIN shared.debit_accounts a ON a.id = r.debit_account_id"""
