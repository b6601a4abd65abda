"""Write what a batch decided, set-based: entries and transfers, payments, cancels, events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.ids import new_id
from onnuri.ledger.model import Entry, Event, Transfer, account_path
from onnuri.ledger.post import open_accounts, post, publish
from onnuri.payments.decide import CancelDecision, PayDecision, merchant_subject
from onnuri.payments.model import CancelReceipt, Receipt, ReceiptLot, confirmation

Decision = PayDecision | CancelDecision
Written = Receipt | CancelReceipt


def write_decisions(conn: Connection, decisions: Sequence[Decision], *, at: datetime) -> list[Written]:
    """Post the entries in order and write the rows beside them; answer the receipts in the same order."""
    if not decisions:
        return []
    accounts = open_accounts(
        conn, [account_path("merchant", merchant_subject(decision)) for decision in decisions], at=at
    )
    entries = [
        _entry(decision, new_id(at), accounts[account_path("merchant", merchant_subject(decision))])
        for decision in decisions
    ]
    post(conn, entries, at=at)
    written: list[Written] = [
        _receipt(decision, entry.id) if isinstance(decision, PayDecision) else _cancel_receipt(decision, entry.id)
        for decision, entry in zip(decisions, entries, strict=True)
    ]
    _insert_payments(
        conn, [d for d in decisions if isinstance(d, PayDecision)], [w for w in written if isinstance(w, Receipt)]
    )
    _insert_cancels(
        conn,
        [d for d in decisions if isinstance(d, CancelDecision)],
        [w for w in written if isinstance(w, CancelReceipt)],
    )
    publish(conn, [_event(receipt) for receipt in written], at=at)
    return written


def _entry(decision: Decision, entry_id: UUID, merchant: int) -> Entry:
    if isinstance(decision, PayDecision):
        transfers = tuple(
            Transfer(taking.account_id, merchant, taking.amount, "payment") for taking in decision.takings
        )
        return Entry(entry_id, "payment", decision.business_date, transfers)
    transfers = tuple(Transfer(merchant, taking.account_id, taking.amount, "cancel") for taking in decision.restored)
    return Entry(entry_id, "cancel", decision.business_date, transfers)


def _receipt(decision: PayDecision, entry_id: UUID) -> Receipt:
    return Receipt(
        id=decision.item.id,
        wallet_id=decision.item.wallet_id,
        shop_id=decision.shop.id,
        shop_name=decision.shop.name,
        market_id=decision.shop.market_id,
        amount=decision.item.amount,
        paid_at=decision.at,
        business_date=decision.business_date,
        entry_id=entry_id,
        sticker_id=decision.shop.sticker_id,
        tax_registered=decision.shop.tax_registered,
        policy_id=decision.policy_id,
        client_reference=decision.item.client_reference,
        lots=tuple(ReceiptLot(taking.lot_id, taking.amount) for taking in decision.takings),
    )


def _cancel_receipt(decision: CancelDecision, entry_id: UUID) -> CancelReceipt:
    return CancelReceipt(
        id=decision.item.id,
        payment_id=decision.payment.id,
        shop_id=decision.payment.shop_id,
        amount=decision.amount,
        cancelled_at=decision.at,
        business_date=decision.business_date,
        same_day=decision.business_date == decision.payment.business_date,
        entry_id=entry_id,
        reason=decision.item.reason,
        lots=tuple(ReceiptLot(taking.lot_id, taking.amount) for taking in decision.restored),
    )


def _insert_payments(conn: Connection, decisions: Sequence[PayDecision], receipts: Sequence[Receipt]) -> None:
    if not decisions:
        return
    conn.execute(
        text(
            "INSERT INTO payments (id, wallet_id, shop_id, market_id, amount, entry_id, paid_at, business_date, sticker_id, channel,"
            " tender, tax_registered, shop_status, policy_id, shop_name, client_reference)"
            " SELECT p.id, p.wallet_id, p.shop_id, p.market_id, p.amount, p.entry_id, p.paid_at, p.business_date, p.sticker_id, 'qr',"
            " 'wallet', p.tax_registered, p.shop_status, p.policy_id, p.shop_name, p.client_reference"
            " FROM unnest(CAST(:id AS uuid[]), CAST(:wallet AS uuid[]), CAST(:shop AS uuid[]), CAST(:market AS uuid[]),"
            " CAST(:amount AS bigint[]), CAST(:entry AS uuid[]), CAST(:paid_at AS timestamptz[]), CAST(:date AS date[]),"
            " CAST(:sticker AS text[]), CAST(:tax AS boolean[]), CAST(:status AS text[]), CAST(:policy AS text[]),"
            " CAST(:name AS text[]), CAST(:reference AS text[])) AS p (id, wallet_id, shop_id, market_id, amount, entry_id,"
            " paid_at, business_date, sticker_id, tax_registered, shop_status, policy_id, shop_name, client_reference)"
        ),
        {
            "id": [receipt.id for receipt in receipts],
            "wallet": [receipt.wallet_id for receipt in receipts],
            "shop": [receipt.shop_id for receipt in receipts],
            "market": [receipt.market_id for receipt in receipts],
            "amount": [receipt.amount for receipt in receipts],
            "entry": [receipt.entry_id for receipt in receipts],
            "paid_at": [receipt.paid_at for receipt in receipts],
            "date": [receipt.business_date for receipt in receipts],
            "sticker": [receipt.sticker_id for receipt in receipts],
            "tax": [receipt.tax_registered for receipt in receipts],
            "status": [decision.shop.status.value for decision in decisions],
            "policy": [receipt.policy_id for receipt in receipts],
            "name": [receipt.shop_name for receipt in receipts],
            "reference": [receipt.client_reference for receipt in receipts],
        },
    )


def _insert_cancels(conn: Connection, decisions: Sequence[CancelDecision], receipts: Sequence[CancelReceipt]) -> None:
    if not decisions:
        return
    conn.execute(
        text(
            "INSERT INTO cancels (id, payment_id, shop_id, amount, entry_id, cancelled_at, business_date, same_day, reason, cancelled_by)"
            " SELECT c.id, c.payment_id, c.shop_id, c.amount, c.entry_id, c.cancelled_at, c.business_date, c.same_day, c.reason, c.by"
            " FROM unnest(CAST(:id AS uuid[]), CAST(:payment AS uuid[]), CAST(:shop AS uuid[]), CAST(:amount AS bigint[]),"
            " CAST(:entry AS uuid[]), CAST(:cancelled_at AS timestamptz[]), CAST(:date AS date[]), CAST(:same_day AS boolean[]),"
            " CAST(:reason AS text[]), CAST(:by AS uuid[]))"
            " AS c (id, payment_id, shop_id, amount, entry_id, cancelled_at, business_date, same_day, reason, by)"
        ),
        {
            "id": [receipt.id for receipt in receipts],
            "payment": [receipt.payment_id for receipt in receipts],
            "shop": [receipt.shop_id for receipt in receipts],
            "amount": [receipt.amount for receipt in receipts],
            "entry": [receipt.entry_id for receipt in receipts],
            "cancelled_at": [receipt.cancelled_at for receipt in receipts],
            "date": [receipt.business_date for receipt in receipts],
            "same_day": [receipt.same_day for receipt in receipts],
            "reason": [receipt.reason for receipt in receipts],
            "by": [decision.item.cancelled_by for decision in decisions],
        },
    )


def _event(written: Written) -> Event:
    if isinstance(written, Receipt):
        facts = {
            "shop_id": written.shop_id.hex,
            "wallet_id": written.wallet_id.hex,
            "amount": written.amount,
            "confirmation": confirmation(written.id),
        }
        return Event("payment.made", written.id, dict[str, object](facts))
    return Event(
        "payment.cancelled",
        written.payment_id,
        {"cancel_id": written.id.hex, "shop_id": written.shop_id.hex, "amount": written.amount},
    )
