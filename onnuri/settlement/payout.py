"""Request payouts: one for each shop, over all lanes and all lines that are due; stored before any bank hears of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.banks.mint import mint_bank_tran_ids
from onnuri.kit.clock import seoul_date
from onnuri.kit.ids import new_id
from onnuri.kit.lanes import each_lane
from onnuri.ledger.model import LaneHead
from onnuri.settlement.close import Begin
from onnuri.settlement.model import Deferred, PayoutRequests
from onnuri.settlement.move_payout import Part, hold_all_lanes, post_parts

CHUNK_SHOPS: Final = 1_000
"""So many shops a transaction: lanes are held for a fraction of a second each time."""

_DUE = "payout_id IS NULL AND payable > 0 AND due_on <= :on"


@dataclass(frozen=True, slots=True)
class _Due:
    """What one lane owes a shop by now, won."""

    shop_id: UUID
    amount: int
    due_on: date


def request_payouts(
    begin: Begin, *, on: date, institution_code: str, at: datetime, chunk_shops: int = CHUNK_SHOPS
) -> PayoutRequests:
    """Make a payout for each shop that has lines due on or before a date; run again, it finds nothing left.

    Shops without an open settlement account are deferred: their lines wait, nothing is lost (domain sheet, section 5).
    """
    with begin() as conn:
        shops = shops_due(conn, on=on)
    requests = PayoutRequests()
    for first in range(0, len(shops), chunk_shops):
        with begin() as conn:
            chunk = shops[first : first + chunk_shops]
            requests = requests.plus(request_chunk(conn, chunk, on=on, institution_code=institution_code, at=at))
    return requests


def shops_due(conn: Connection, *, on: date) -> list[UUID]:
    """List the shops with unpaid lines due on or before a date, over all lanes."""
    found: set[UUID] = set()
    for _ in each_lane(conn):
        found.update(
            conn.execute(text(f"SELECT DISTINCT shop_id FROM settlement_lines WHERE {_DUE}"), {"on": on}).scalars()
        )
    return sorted(found)


def request_chunk(
    conn: Connection, shops: Sequence[UUID], *, on: date, institution_code: str, at: datetime
) -> PayoutRequests:
    """Make the payouts of some shops in one transaction over all lanes."""
    heads = hold_all_lanes(conn)
    due = {lane: _due(conn, shops, on) for lane in each_lane(conn)}
    total = _over_lanes(due)
    accounts = _open_accounts_of(conn, list(total))
    paid = [each for shop_id, each in total.items() if shop_id in accounts]
    payout_ids = {each.shop_id: new_id(at) for each in paid}
    _store(conn, paid, payout_ids, accounts, tran_ids=mint_bank_tran_ids(conn, institution_code, len(paid)), at=at)
    _post(conn, due, payout_ids, heads=heads, on=on, at=at)
    return PayoutRequests(
        count=len(paid),
        amount=sum(each.amount for each in paid),
        deferred=tuple(Deferred(shop_id, each.amount) for shop_id, each in total.items() if shop_id not in accounts),
    )


def _due(conn: Connection, shops: Sequence[UUID], on: date) -> list[_Due]:
    rows = conn.execute(
        text(
            "SELECT shop_id, sum(payable)::bigint AS amount, max(due_on) AS due_on FROM settlement_lines"
            f" WHERE {_DUE} AND shop_id = ANY(CAST(:shops AS uuid[])) GROUP BY shop_id ORDER BY shop_id"
        ),
        {"on": on, "shops": list(shops)},
    )
    return [_Due(*row) for row in rows]


def _over_lanes(due: Mapping[str, Sequence[_Due]]) -> dict[UUID, _Due]:
    total: dict[UUID, _Due] = {}
    for part in (each for parts in due.values() for each in parts):
        before = total.get(part.shop_id, _Due(part.shop_id, 0, part.due_on))
        total[part.shop_id] = _Due(part.shop_id, before.amount + part.amount, max(before.due_on, part.due_on))
    return dict(sorted(total.items()))


def _open_accounts_of(conn: Connection, shops: Sequence[UUID]) -> dict[UUID, UUID]:
    rows = conn.execute(
        text(
            "SELECT shop_id, id FROM shared.shop_accounts"
            " WHERE shop_id = ANY(CAST(:shops AS uuid[])) AND closed_at IS NULL"
        ),
        {"shops": list(shops)},
    )
    return {row.shop_id: row.id for row in rows}


def _store(
    conn: Connection,
    paid: Sequence[_Due],
    payout_ids: Mapping[UUID, UUID],
    accounts: Mapping[UUID, UUID],
    *,
    tran_ids: Sequence[str],
    at: datetime,
) -> None:
    conn.execute(
        text(
            "INSERT INTO shared.payouts (id, shop_id, shop_account_id, due_on, amount, status, bank_tran_id, bank_date,"
            " requested_at, inquiries, sends, not_found)"
            " SELECT p.id, p.shop, p.account, p.due_on, p.amount, 'REQUESTED', p.tran, :today, :at, 0, 0, 0"
            " FROM unnest(CAST(:id AS uuid[]), CAST(:shop AS uuid[]), CAST(:account AS uuid[]),"
            "  CAST(:due_on AS date[]), CAST(:amount AS bigint[]), CAST(:tran AS text[]))"
            "  AS p (id, shop, account, due_on, amount, tran)"
        ),
        {
            "id": [payout_ids[each.shop_id] for each in paid],
            "shop": [each.shop_id for each in paid],
            "account": [accounts[each.shop_id] for each in paid],
            "due_on": [each.due_on for each in paid],
            "amount": [each.amount for each in paid],
            "tran": list(tran_ids),
            "today": seoul_date(at),
            "at": at,
        },
    )


def _post(
    conn: Connection,
    due: Mapping[str, Sequence[_Due]],
    payout_ids: Mapping[UUID, UUID],
    *,
    heads: Mapping[str, LaneHead],
    on: date,
    at: datetime,
) -> None:
    """Move each lane's part in flight and tie its lines to the payout."""
    for lane in each_lane(conn):
        parts = [
            Part(payout_ids[each.shop_id], each.shop_id, each.amount)
            for each in due[lane]
            if each.shop_id in payout_ids
        ]
        post_parts(conn, parts, step="requested", head=heads[lane], at=at)
        conn.execute(
            text(
                "UPDATE settlement_lines l SET payout_id = p.payout_id"
                " FROM unnest(CAST(:shop AS uuid[]), CAST(:payout AS uuid[])) AS p (shop_id, payout_id)"
                f" WHERE l.shop_id = p.shop_id AND l.{_DUE.replace(' AND ', ' AND l.')}"
            ),
            {"shop": [part.shop_id for part in parts], "payout": [part.payout_id for part in parts], "on": on},
        )
