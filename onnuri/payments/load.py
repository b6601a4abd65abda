"""Load the working set of one batch: one question to the database, whatever the size of the batch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.idempotency import thaw
from onnuri.kit.requests import Outcome, RequestKey
from onnuri.ledger.model import LaneHead
from onnuri.merchants.status import ShopStatus
from onnuri.payments.book import Book, Paid, PayeeShop
from onnuri.payments.model import Cancel, Pay, Payee, PayeeKind
from onnuri.vouchers.lots import Lot, Taking
from onnuri.vouchers.model import Policy, Wallet

Key = tuple[str, str]

_LOAD = text(Path(__file__).with_name("sql").joinpath("load.sql").read_text())
_POLICY_FIELDS = tuple(field.name for field in fields(Policy))


def load_book(
    conn: Connection, items: Sequence[Pay | Cancel], head: LaneHead, *, at: datetime
) -> tuple[Book, dict[Key, Outcome]]:
    """Load what the decisions of a batch need, and what its keys were answered before; holds the lane meanwhile."""
    found = conn.execute(_LOAD, {"asked": _asked(items), "at": at}).scalar_one()
    book = Book(
        head=head,
        policy=_policy(found["policy"]),
        wallets={UUID(row[0]): Wallet(UUID(row[0]), UUID(row[1]), row[2]) for row in found["wallets"]},
        shops={Payee(PayeeKind(row[0]), row[1]): _shop(row) for row in found["shops"]},
        payments={UUID(row["id"]): _paid(row) for row in found["payments"]},
        references=set(found["references"]),
    )
    for row in found["lots"]:
        lot = _lot(row)
        book.lots.setdefault(lot.wallet_id, {})[lot.id] = lot
    return book, {(row[0], row[1]): _outcome(row) for row in found["outcomes"]}


def _asked(items: Sequence[Pay | Cancel]) -> str:
    """Write what the items name; each wallet and payee once."""
    pays = [item for item in items if isinstance(item, Pay)]
    return json.dumps(
        {
            "keys": [{"caller": item.request.caller, "key": item.request.key} for item in items],
            "wallets": list({item.wallet_id.hex for item in pays}),
            "payees": [{"kind": payee.kind.value, "value": payee.value} for payee in {item.payee for item in pays}],
            "references": [item.client_reference for item in pays if item.client_reference],
            "payments": list({item.payment_id.hex for item in items if isinstance(item, Cancel)}),
        }
    )


def _policy(row: dict[str, Any] | None) -> Policy | None:
    """Read the rules in force; between programmes there are none."""
    if row is None:
        return None
    facts: dict[str, Any] = {name: row[name] for name in _POLICY_FIELDS}
    facts["valid_from"], facts["valid_to"] = _instant(facts["valid_from"]), _instant(facts["valid_to"])
    return Policy(**facts)


def _shop(row: Sequence[Any]) -> PayeeShop:
    return PayeeShop(
        id=UUID(row[2]),
        stall_number=row[3],
        name=row[4],
        market_id=UUID(row[5]),
        tax_registered=row[6],
        status=ShopStatus(row[7]),
        valid_until=_date(row[8]),
        sticker_id=row[9],
        sticker_revoked=row[10],
        sticker_expires_on=_date(row[11]),
        account_id=row[12],
    )


def _paid(row: dict[str, Any]) -> Paid:
    return Paid(
        id=UUID(row["id"]),
        shop_id=UUID(row["shop_id"]),
        wallet_id=UUID(row["wallet_id"]),
        amount=row["amount"],
        paid_at=datetime.fromisoformat(row["paid_at"]),
        business_date=date.fromisoformat(row["business_date"]),
        cancel_days=row["cancel_days"],
        grace_days=row["grace_days"],
        taken=tuple(Taking(UUID(lot_id), account_id, amount) for lot_id, account_id, amount in row["taken"]),
        cancelled=row["cancelled"],
        shop_account_id=row["shop_account_id"],
    )


def _lot(row: Sequence[Any]) -> Lot:
    return Lot(
        id=UUID(row[0]),
        wallet_id=UUID(row[1]),
        account_id=row[2],
        source=row[3],
        charge_id=UUID(row[4]) if row[4] else None,
        face=row[5],
        paid=row[6],
        subsidy=row[7],
        created_at=datetime.fromisoformat(row[8]),
        expires_at=datetime.fromisoformat(row[9]),
        left=row[10],
    )


def _outcome(row: Sequence[Any]) -> Outcome:
    request = RequestKey(row[0], row[1], bytes.fromhex(row[2]))
    return Outcome(request, row[3], UUID(row[4]) if row[4] else None, thaw(row[5]) if row[5] else None)


def _instant(text_given: str | None) -> datetime | None:
    return datetime.fromisoformat(text_given) if text_given else None


def _date(text_given: str | None) -> date | None:
    return date.fromisoformat(text_given) if text_given else None
