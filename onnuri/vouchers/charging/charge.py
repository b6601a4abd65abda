"""Charge a wallet: the holder's share from the own bank account, the discount from the state.

Two short transactions with the bank between them: `request_charge` stores the order before anything is sent,
`settle_charge` writes down what the bank answered. An unknown answer stays UNKNOWN until an inquiry resolves it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.banks.answers import Answer
from onnuri.banks.mint import mint_bank_tran_ids
from onnuri.kit.clock import seoul_date, seoul_midnight
from onnuri.kit.ids import new_id
from onnuri.kit.requests import Answered
from onnuri.ledger.dates import effective_date
from onnuri.ledger.model import BANK_TRUST, Entry, Event, LaneHead, Transfer, account_path
from onnuri.ledger.post import open_accounts, post, publish, take_lane
from onnuri.vouchers.asking import ask_once, status_after, told_by_bank
from onnuri.vouchers.bank_window import check_bank_open
from onnuri.vouchers.model import (
    Charge,
    ChargeOrder,
    ChargeUnknown,
    NoDebitAccount,
    WalletNotOpen,
    WalletUnknown,
    check_limits,
    split,
    years_later,
)
from onnuri.vouchers.policies.budget import release_subsidy, reserve_subsidy
from onnuri.vouchers.policies.policy import policy_at
from onnuri.vouchers.queries import usage, wallets
from onnuri.vouchers.sending import keep_late_word

PROGRAMME = "digital"
SUBSIDY_RECEIVABLE = account_path("subsidy_receivable", PROGRAMME)


def request_charge(conn: Connection, order: ChargeOrder, *, institution_code: str, at: datetime) -> Answered[Charge]:
    """Store a charge before the bank hears of it, or freeze why not. Commit, then send it unless it is a replay."""

    def store(_: LaneHead) -> UUID:
        return _request(conn, order, institution_code, at)

    return ask_once(conn, order.request, "charge", store, charge, at=at)


def _request(conn: Connection, order: ChargeOrder, institution_code: str, at: datetime) -> UUID:
    wallet = wallets(conn, [order.wallet_id]).get(order.wallet_id)
    if wallet is None:
        raise WalletUnknown
    if wallet.status != "OPEN":
        raise WalletNotOpen
    check_bank_open(conn, at=at)
    account_id = conn.execute(
        text("SELECT id FROM shared.debit_accounts WHERE holder_id = :holder AND revoked_at IS NULL"),
        {"holder": wallet.holder_id},
    ).scalar_one_or_none()
    if account_id is None:
        raise NoDebitAccount
    policy = policy_at(conn, at=at)
    check_limits(order.face, policy, usage(conn, order.wallet_id, at=at), at=at)
    shares = split(order.face, policy.rate_bps)
    reserve_subsidy(conn, policy, shares.subsidy)
    charge_id = new_id(at)
    conn.execute(
        text(
            """
            INSERT INTO charges (id, wallet_id, face, paid, subsidy, policy_id, status, bank_tran_id, debit_account_id,
                                 requested_at, requested_on, inquiries)
            VALUES (:id, :wallet, :face, :paid, :subsidy, :policy, 'REQUESTED', :tran, :account, :at, :on, 0)
            """
        ),
        {
            "id": charge_id, "wallet": order.wallet_id, "face": order.face, "paid": shares.paid,
            "subsidy": shares.subsidy, "policy": policy.id, "account": account_id,
            "tran": mint_bank_tran_ids(conn, institution_code, 1)[0],
            "at": at, "on": seoul_date(at),
        },
    )  # fmt: skip
    return charge_id


def settle_charge(conn: Connection, charge_id: UUID, answer: Answer, *, inquired: bool, at: datetime) -> Charge:
    """Write down what the bank said: success makes the lot, a definite failure ends it, anything else stays UNKNOWN.

    What is final stays final: a second call changes nothing. `inquired` says that the answer came from an inquiry. That
    the bank did what has failed here opens a break.
    """
    head = take_lane(conn)
    before = charge(conn, charge_id)
    if before.status in ("SUCCEEDED", "FAILED"):
        keep_late_word(conn, "charge", charge_id, before.status, answer, at)
        return before
    heard = before.inquiries + inquired
    status = status_after(answer, inquiries=heard, requested_at=before.requested_at, at=at)
    if status == "SUCCEEDED":
        _make_lot(conn, before, head, answer, at)
        return charge(conn, charge_id)
    _answered(conn, replace(before, status=status, inquiries=heard), answer, at=at)
    if status == "FAILED":
        release_subsidy(conn, before.policy_id, before.subsidy)
        told: dict[str, object] = {"wallet_id": before.wallet_id.hex, "code": answer.bank_rsp_code}
        rule_told: dict[str, object] = {
            "wallet_id": before.wallet_id.hex, "face": before.face, "code": "charge_refused_by_bank",
            "charge_id": charge_id.hex, "bank_code": answer.bank_rsp_code,
        }  # fmt: skip
        by_rule = [Event("auto_charge.refused", rule_id, rule_told) for rule_id in _rules_behind(conn, before)]
        publish(conn, [Event("charge.failed", charge_id, told), *by_rule], at=at)
    return charge(conn, charge_id)


def _rules_behind(conn: Connection, order: Charge) -> list[UUID]:
    """Name the standing order that asked for a charge, if one did: its key is the order's id and its month or day."""
    query = """
        SELECT r.id FROM auto_charges r JOIN outcomes o ON o.caller = 'auto_charge'
            AND o.key = replace(CAST(r.id AS text), '-', '') || ':' || CASE r.kind WHEN 'date' THEN :month ELSE :day END
        WHERE r.wallet_id = :wallet AND o.subject_id = :charge
    """
    on = order.requested_on
    facts = {"month": f"{on:%Y-%m}", "day": f"{on:%Y-%m-%d}", "wallet": order.wallet_id, "charge": order.id}
    return list(conn.execute(text(query), facts).scalars())


def _make_lot(conn: Connection, order: Charge, head: LaneHead, answer: Answer, at: datetime) -> None:
    lot_id, entry_id = new_id(at), new_id(at)
    lot_path = account_path("lot", lot_id)
    accounts = open_accounts(conn, [BANK_TRUST, SUBSIDY_RECEIVABLE, lot_path], at=at)
    transfers = [Transfer(accounts[BANK_TRUST], accounts[lot_path], order.paid, "charge_paid")] if order.paid else []
    if order.subsidy:
        transfers.append(Transfer(accounts[SUBSIDY_RECEIVABLE], accounts[lot_path], order.subsidy, "charge_subsidy"))
    post(conn, [Entry(entry_id, "charge", effective_date(at, head), tuple(transfers))], at=at)
    _answered(conn, replace(order, status="SUCCEEDED"), answer, entry_id=entry_id, at=at)
    validity_years = conn.execute(
        text("SELECT validity_years FROM shared.policies WHERE id = :id"), {"id": order.policy_id}
    ).scalar_one()
    conn.execute(
        text(
            """
            INSERT INTO lots (id, wallet_id, account_id, source, charge_id, face, paid, subsidy, giftable, refundable,
                              created_at, expires_at)
            VALUES (:id, :wallet, :account, 'bought', :charge, :face, :paid, :subsidy, true, true, :at, :expires)
            """
        ),
        {
            "id": lot_id, "wallet": order.wallet_id, "account": accounts[lot_path], "charge": order.id,
            "face": order.face, "paid": order.paid, "subsidy": order.subsidy, "at": at,
            "expires": seoul_midnight(years_later(order.requested_on, validity_years)),
        },
    )  # fmt: skip
    publish(conn, [Event("charge.succeeded", order.id, {"wallet_id": order.wallet_id.hex, "face": order.face})], at=at)


def _answered(conn: Connection, after: Charge, answer: Answer, *, at: datetime, entry_id: UUID | None = None) -> None:
    final = after.status in ("SUCCEEDED", "FAILED")
    conn.execute(
        text(
            "UPDATE charges SET status = :status, entry_id = :entry, answered_at = :answered, bank_code_given = :code,"
            " bank_message = :message, inquiries = :inquiries WHERE id = :id"
        ),
        {
            "status": after.status, "entry": entry_id, "answered": at if final else None, "id": after.id,
            "inquiries": after.inquiries,
        } | told_by_bank(answer),
    )  # fmt: skip


def charge(conn: Connection, charge_id: UUID) -> Charge:
    """Give one charge. Refuses `ChargeUnknown`."""
    row = conn.execute(text(f"{_SELECT} WHERE c.id = :id"), {"id": charge_id}).one_or_none()
    if row is None:
        raise ChargeUnknown
    return Charge(*row)


def charges_of(conn: Connection, wallet_id: UUID, *, before: UUID | None, limit: int) -> list[Charge]:
    """List charges of a wallet, newest first, from before a charge."""
    rows = conn.execute(
        text(
            f"{_SELECT} WHERE c.wallet_id = :wallet"
            + (" AND c.id < :before" if before else "")
            + " ORDER BY c.id DESC LIMIT :limit"
        ),
        {"wallet": wallet_id, "limit": limit} | ({"before": before} if before else {}),
    )
    return [Charge(*row) for row in rows]


def open_charges(conn: Connection, *, asked_before: datetime, limit: int = 1000) -> list[Charge]:
    """List charges whose result is not known, asked before an instant: the bank must be inquired."""
    rows = conn.execute(
        text(
            f"{_SELECT} WHERE c.status IN ('REQUESTED', 'UNKNOWN') AND c.requested_at < :before"
            " ORDER BY c.id LIMIT :limit"
        ),
        {"before": asked_before, "limit": limit},
    )
    return [Charge(*row) for row in rows]


_SELECT = (
    "SELECT c.id, c.wallet_id, c.face, c.paid, c.subsidy, c.policy_id, c.status, c.bank_tran_id, a.fintech_use_num,"
    " c.requested_at, c.requested_on, c.answered_at, c.bank_code_given, c.bank_message, c.inquiries"
    " FROM charges c JOIN shared.debit_accounts a ON a.id = c.debit_account_id"
)
