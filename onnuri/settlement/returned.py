"""Take back payouts that the shop's bank returned: the money is the shop's again, its account is no good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.settlement.move_payout import hold_all_lanes, move_payouts
from onnuri.settlement.record import close_accounts


def match_returns(conn: Connection, lines: Sequence[int], *, at: datetime) -> int:
    """Match incoming lines that carry a paid payout's id and amount, and book the return; answer how many.

    The payout becomes RETURNED, its lines wait for a new payout, and the shop's account is closed with the reason.
    """
    pairs = _returns(conn, lines)
    if not pairs:
        return 0
    heads = hold_all_lanes(conn)
    payouts = conn.execute(
        text(
            "SELECT id, shop_id, shop_account_id FROM shared.payouts"
            " WHERE id = ANY(CAST(:ids AS uuid[])) AND status = 'PAID' ORDER BY id FOR UPDATE"
        ),
        {"ids": [payout_id for _, payout_id in pairs]},
    ).all()
    ids = {row.id for row in payouts}
    move_payouts(conn, {row.id: row.shop_id for row in payouts}, step="returned", heads=heads, at=at)
    conn.execute(
        text("UPDATE shared.payouts SET status = 'RETURNED', answered_at = :at WHERE id = ANY(CAST(:ids AS uuid[]))"),
        {"ids": sorted(ids), "at": at},
    )
    close_accounts(conn, {row.shop_account_id: "returned by the shop's bank" for row in payouts}, at=at)
    conn.execute(
        text(
            "INSERT INTO shared.matches (line_id, matched_kind, subject_id, matched_at)"
            " SELECT m.line_id, 'payout_return', m.payout_id, :at"
            " FROM unnest(CAST(:lines AS bigint[]), CAST(:payouts AS uuid[])) AS m (line_id, payout_id)"
        ),
        {
            "lines": [line_id for line_id, payout_id in pairs if payout_id in ids],
            "payouts": [payout_id for _, payout_id in pairs if payout_id in ids],
            "at": at,
        },
    )
    return len(ids)


def _returns(conn: Connection, lines: Sequence[int]) -> list[tuple[int, UUID]]:
    """Pair each paid payout with the first line that brings its money back."""
    rows = conn.execute(
        text(
            "SELECT DISTINCT ON (p.id) l.id AS line_id, p.id AS payout_id"
            " FROM unnest(CAST(:lines AS bigint[])) AS c (id) JOIN shared.statement_lines l ON l.id = c.id"
            " JOIN shared.payouts p ON p.bank_tran_id = l.end_to_end_id AND p.amount = l.amount"
            " WHERE l.direction = 'in' AND p.status = 'PAID' ORDER BY p.id, l.id"
        ),
        {"lines": list(lines)},
    )
    return [(row.line_id, row.payout_id) for row in rows]
