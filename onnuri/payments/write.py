"""Write what a batch decided, in one call: entries and transfers, payments, cancels, answers, events."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError

from onnuri.kit.idempotency import frozen
from onnuri.kit.ids import new_id
from onnuri.kit.requests import Outcome
from onnuri.ledger.model import Transfer, account_path
from onnuri.ledger.post import open_accounts, translated
from onnuri.payments.decide import CancelDecision, PayDecision
from onnuri.payments.model import CancelReceipt, Receipt, ReceiptLot, confirmation
from onnuri.vouchers.grace import give_grace

Decision = PayDecision | CancelDecision
Written = Receipt | CancelReceipt

_WRITE = text("SELECT write_batch(:entries, :transfers, :payments, :cancels, :outcomes, :at)")


def write_batch(
    conn: Connection, decisions: Sequence[Decision], outcomes: Sequence[Outcome], *, at: datetime
) -> list[Written]:
    """Post the entries in order and write the rows beside them; answer the receipts in the same order."""
    if not decisions and not outcomes:
        return []
    _give_graces(conn, decisions, at)
    accounts = _shop_accounts(conn, decisions, at)
    receipts: list[Written] = []
    entries: list[dict[str, object]] = []
    transfers: list[dict[str, object]] = []
    rows: dict[type[Written], list[dict[str, object]]] = {Receipt: [], CancelReceipt: []}
    for place, decision in enumerate(decisions, 1):
        receipt = _receipt(decision, new_id(at))
        receipts.append(receipt)
        kind = "payment" if isinstance(receipt, Receipt) else "cancel"
        on = decision.business_date.isoformat()
        entries.append({"id": receipt.entry_id.hex, "kind": kind, "effective_on": on})
        for transfer in _transfers(decision, accounts[receipt.shop_id]):
            transfers.append(
                {
                    "of": place,
                    "debit": transfer.debit,
                    "credit": transfer.credit,
                    "amount": transfer.amount,
                    "code": kind,
                }
            )
        rows[type(receipt)].append(_row(decision, receipt) | {"place": place})
    try:
        conn.execute(
            _WRITE,
            {
                "entries": json.dumps(entries),
                "transfers": json.dumps(transfers),
                "payments": json.dumps(rows[Receipt]),
                "cancels": json.dumps(rows[CancelReceipt]),
                "outcomes": json.dumps([frozen(outcome) for outcome in outcomes]),
                "at": at,
            },
        )
    except DatabaseError as error:
        raise translated(error) from error
    return receipts


def _give_graces(conn: Connection, decisions: Sequence[Decision], at: datetime) -> None:
    for decision in decisions:
        if isinstance(decision, CancelDecision) and decision.revived:
            days, on = decision.payment.grace_days, decision.business_date
            give_grace(conn, decision.revived, days=days, on=on, at=at)


def _shop_accounts(conn: Connection, decisions: Sequence[Decision], at: datetime) -> dict[UUID, int]:
    """Give the account of each shop, opening it at the first payment."""
    known: dict[UUID, int] = {}
    missing: set[UUID] = set()
    for decision in decisions:
        shop_id, account_id = (
            (decision.shop.id, decision.shop.account_id)
            if isinstance(decision, PayDecision)
            else (decision.payment.shop_id, decision.payment.shop_account_id)
        )
        if account_id is None:
            missing.add(shop_id)
        else:
            known[shop_id] = account_id
    if missing:
        opened = open_accounts(conn, [account_path("merchant", shop_id) for shop_id in sorted(missing)], at=at)
        known |= {shop_id: opened[account_path("merchant", shop_id)] for shop_id in missing}
    return known


def _transfers(decision: Decision, merchant: int) -> list[Transfer]:
    if isinstance(decision, PayDecision):
        return [Transfer(taking.account_id, merchant, taking.amount, "payment") for taking in decision.takings]
    return [Transfer(merchant, taking.account_id, taking.amount, "cancel") for taking in decision.restored]


def _receipt(decision: Decision, entry_id: UUID) -> Written:
    if isinstance(decision, CancelDecision):
        return _cancel_receipt(decision, entry_id)
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


def _row(decision: Decision, receipt: Written) -> dict[str, object]:
    row: dict[str, object] = {
        "id": receipt.id.hex,
        "shop_id": receipt.shop_id.hex,
        "amount": receipt.amount,
        "entry_id": receipt.entry_id.hex,
        "business_date": receipt.business_date.isoformat(),
    }
    if isinstance(receipt, Receipt):
        assert isinstance(decision, PayDecision)
        return row | {
            "wallet_id": receipt.wallet_id.hex,
            "market_id": receipt.market_id.hex,
            "sticker_id": receipt.sticker_id,
            "tax_registered": receipt.tax_registered,
            "shop_status": decision.shop.status.value,
            "policy_id": receipt.policy_id,
            "shop_name": receipt.shop_name,
            "client_reference": receipt.client_reference,
            "confirmation": confirmation(receipt.id),
        }
    assert isinstance(decision, CancelDecision)
    return row | {
        "payment_id": receipt.payment_id.hex,
        "same_day": receipt.same_day,
        "reason": receipt.reason,
        "cancelled_by": decision.item.cancelled_by.hex,
    }
