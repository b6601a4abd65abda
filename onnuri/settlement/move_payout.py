"""Post a payout's steps in every lane that has a part of it. The caller holds all lanes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.ids import new_id
from onnuri.kit.lanes import each_lane
from onnuri.ledger.dates import effective_date
from onnuri.ledger.model import BANK_TRUST, PAYOUT_IN_FLIGHT, Entry, LaneHead, Transfer, account_path
from onnuri.ledger.post import open_accounts, post, take_lane

PayoutStep = Literal["requested", "paid", "failed", "returned"]


@dataclass(frozen=True, slots=True)
class Part:
    """One lane's part of a payout, won."""

    payout_id: UUID
    shop_id: UUID
    amount: int


_CODES: Final[Mapping[PayoutStep, str]] = {
    "requested": "payout",
    "paid": "payout_paid",
    "failed": "payout_failed",
    "returned": "payout_returned",
}


def _sides(step: PayoutStep, shop_id: UUID) -> tuple[str, str]:
    """Name the debited and the credited account of a step."""
    merchant = account_path("merchant", shop_id)
    sides: dict[PayoutStep, Callable[[], tuple[str, str]]] = {
        "requested": lambda: (merchant, PAYOUT_IN_FLIGHT),
        "paid": lambda: (PAYOUT_IN_FLIGHT, BANK_TRUST),
        "failed": lambda: (PAYOUT_IN_FLIGHT, merchant),
        "returned": lambda: (BANK_TRUST, merchant),
    }
    return sides[step]()


def hold_all_lanes(conn: Connection) -> dict[str, LaneHead]:
    """Become the only writer of every lane, in order, until the transaction ends."""
    return {lane: take_lane(conn) for lane in each_lane(conn)}


def post_parts(conn: Connection, parts: Sequence[Part], *, step: PayoutStep, head: LaneHead, at: datetime) -> None:
    """Post one step of payouts in the lane that `conn` looks at, and note which entry did it."""
    if not parts:
        return
    sides = {part.payout_id: _sides(step, part.shop_id) for part in parts}
    accounts = open_accounts(conn, [path for pair in sides.values() for path in pair], at=at)
    on = effective_date(at, head)
    entries = [
        Entry(new_id(at), _CODES[step], on, (Transfer(accounts[debit], accounts[credit], part.amount, _CODES[step]),))
        for part in parts
        for debit, credit in [sides[part.payout_id]]
    ]
    post(conn, entries, at=at)
    conn.execute(
        text(
            "INSERT INTO payout_entries (payout_id, step, entry_id, amount)"
            " SELECT p.payout_id, :step, p.entry_id, p.amount"
            " FROM unnest(CAST(:payout AS uuid[]), CAST(:entry AS uuid[]), CAST(:amount AS bigint[]))"
            "  AS p (payout_id, entry_id, amount)"
        ),
        {
            "step": step,
            "payout": [part.payout_id for part in parts],
            "entry": [entry.id for entry in entries],
            "amount": [part.amount for part in parts],
        },
    )


def move_payouts(
    conn: Connection,
    shops: Mapping[UUID, UUID],
    *,
    step: PayoutStep,
    heads: Mapping[str, LaneHead],
    at: datetime,
) -> None:
    """Post a later step of payouts (payout id -> shop id) in each lane that has a part; free lines that stay unpaid."""
    if not shops:
        return
    for lane in each_lane(conn):
        rows = conn.execute(
            text(
                "SELECT payout_id, amount FROM payout_entries"
                " WHERE payout_id = ANY(CAST(:ids AS uuid[])) AND step = 'requested' ORDER BY payout_id"
            ),
            {"ids": list(shops)},
        )
        parts = [Part(row.payout_id, shops[row.payout_id], row.amount) for row in rows]
        post_parts(conn, parts, step=step, head=heads[lane], at=at)
        if step in ("failed", "returned"):
            conn.execute(
                text("UPDATE settlement_lines SET payout_id = NULL WHERE payout_id = ANY(CAST(:ids AS uuid[]))"),
                {"ids": list(shops)},
            )
