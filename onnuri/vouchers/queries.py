"""Read wallets: lots with what is left, charges, limits used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.clock import month_start
from onnuri.vouchers.lots import Lot
from onnuri.vouchers.model import Usage, Wallet

LOT_COLUMNS = (
    "l.id, l.wallet_id, l.account_id, l.source, coalesce(l.charge_id, (SELECT coalesce(o.charge_id, o.moved_lot)"
    " FROM lot_origins o WHERE o.lot_id = l.id)) AS charge_id, l.face, l.paid, l.subsidy, l.created_at,"
    " greatest(l.expires_at, (SELECT max(g.until) FROM lot_graces g WHERE g.lot_id = l.id)) AS expires_at,"
    " b.credits - b.debits - b.debits_pending AS left_won"
)
"""SQL for the fields of a `Lot`, of the lot `l` with the balance `b`."""

_FIRST_FROM = "(SELECT t.debit_account FROM transfers t WHERE t.credit_account = l.account_id ORDER BY t.seq LIMIT 1)"
"""SQL for the account that the lot `l` was made from. One row by an index, whatever the statistics say: a join planned
before a bulk grant's tables were analysed walked every account for every lot."""

PROGRAMME = (
    "CASE WHEN l.source = 'grant' THEN coalesce((SELECT o.programme FROM lot_origins o WHERE o.lot_id = l.id),"
    " (SELECT substr(a.path, length('grant_receivable:') + 1) FROM accounts a"
    f" WHERE a.kind = 'grant_receivable' AND a.id = {_FIRST_FROM})) END"
)
"""SQL for the programme of the granted lot `l`: of the first one, where it goes on for another."""
COMPANY = (
    "CASE WHEN l.source = 'gift' THEN coalesce((SELECT o.company_id FROM lot_origins o WHERE o.lot_id = l.id),"
    " (SELECT CAST(substr(a.path, length('purchase:') + 1) AS uuid) FROM accounts a"
    f" WHERE a.kind = 'purchase' AND a.id = {_FIRST_FROM})) END"
)
"""SQL for the company that gave the lot `l`, or its first one; none gave what is a holder's gift."""
GONE = (
    "((SELECT coalesce(sum(e.amount - e.paid), 0) FROM expirations e WHERE e.lot_id = l.id)"
    " + (SELECT coalesce(sum(c.amount), 0) FROM claw_backs c WHERE c.lot_id = l.id)"
    " + (SELECT coalesce(sum(t.amount), 0) FROM transfers t"
    " WHERE t.debit_account = l.account_id AND t.code = 'handover_face'))::bigint"
)
"""SQL for what is gone of the granted lot `l`: expired to its programme, clawed back, or handed over.

What is in the lot beyond its face less this came back after its holder had repaid it: it is the holder's own.
"""

_GIVERS = f"""
    SELECT l.id, coalesce(
        (SELECT g.name FROM shared.grant_programmes g WHERE g.id = {PROGRAMME}),
        (SELECT c.name FROM shared.companies c WHERE c.id = {COMPANY})) AS name
    FROM lots l WHERE l.id = ANY(:ids) AND l.source IN ('grant', 'gift')
"""

_ALIVE = "(l.expires_at > :at OR EXISTS (SELECT 1 FROM lot_graces g WHERE g.lot_id = l.id AND g.until > :at))"


def wallets(conn: Connection, ids: Sequence[UUID]) -> dict[UUID, Wallet]:
    """Give wallets of this lane by id; unknown ones are left out."""
    rows = conn.execute(
        text(
            "SELECT w.id, d.holder_id, w.status FROM wallets w JOIN shared.wallets d ON d.id = w.id WHERE w.id ="
            " ANY(:ids)"
        ),
        {"ids": list(ids)},
    )
    return {row.id: Wallet(*row) for row in rows}


def live_lots(conn: Connection, wallet_ids: Sequence[UUID], *, at: datetime, with_empty: bool = False) -> list[Lot]:
    """List the lots of wallets that have not expired and still hold something (or also those that do not).

    Their expiry is the one that counts: the end of the grace where an expired lot got money back.
    """
    rows = conn.execute(
        text(
            f"SELECT {LOT_COLUMNS} FROM lots l JOIN balances b ON b.account_id = l.account_id"
            f" WHERE l.wallet_id = ANY(:ids) AND {_ALIVE}"
            + ("" if with_empty else " AND b.credits > b.debits + b.debits_pending")
        ),
        {"ids": list(wallet_ids), "at": at},
    )
    return [Lot(*row) for row in rows]


def givers(conn: Connection, lot_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Name who gave lots, by lot: the programme of a grant, the company of a distribution; others are left out."""
    rows = conn.execute(text(_GIVERS), {"ids": list(lot_ids)})
    return {row.id: row.name for row in rows if row.name is not None}


def all_lots(conn: Connection, wallet_id: UUID) -> list[Lot]:
    """List every lot of a wallet, newest first, the empty and the expired too."""
    rows = conn.execute(
        text(
            f"SELECT {LOT_COLUMNS} FROM lots l JOIN balances b ON b.account_id = l.account_id"
            " WHERE l.wallet_id = :id ORDER BY l.created_at DESC, l.id DESC"
        ),
        {"id": wallet_id},
    )
    return [Lot(*row) for row in rows]


def usage(conn: Connection, wallet_id: UUID, *, at: datetime) -> Usage:
    """Tell how much of the monthly limit and the holding cap is used at an instant.

    Counted from the books. A refund that the bank has not confirmed counts as held: it may come back.
    """
    row = conn.execute(text(_USAGE), {"id": wallet_id, "month": month_start(at), "at": at}).one()
    return Usage(charged_this_month=row.charged, held=row.held, pending=row.pending, cancelled_this_month=row.cancelled)


# charged: what charges of the month moved in the books, or will once the bank has answered; and lots bought in the
# month at another operator. held: what can be spent, and refunds that may still come back.
_USAGE = f"""
    SELECT (SELECT coalesce(sum(CASE WHEN c.status <> 'SUCCEEDED' THEN c.face ELSE
                                    (SELECT sum(t.amount) FROM transfers t WHERE t.entry_id = c.entry_id) END), 0)
            FROM charges c WHERE c.wallet_id = :id AND c.requested_at >= :month AND c.status <> 'FAILED')::bigint
           + (SELECT coalesce(sum(o.face), 0) FROM lots l JOIN lot_origins o ON o.lot_id = l.id
              WHERE l.wallet_id = :id AND o.kind = 'migration' AND l.source = 'bought'
                AND o.charged_at >= :month)::bigint AS charged,
           (SELECT coalesce(sum(r.amount), 0) FROM refunds r LEFT JOIN charges c ON c.id = r.charge_id
            LEFT JOIN lot_origins o ON o.lot_id = r.moved_lot
            WHERE r.wallet_id = :id AND r.kind = 'charge_cancel' AND r.status = 'SUCCEEDED'
              AND coalesce(c.requested_at, o.charged_at) >= :month)::bigint AS cancelled,
           (SELECT coalesce(sum(face), 0) FROM charges
            WHERE wallet_id = :id AND status IN ('REQUESTED', 'UNKNOWN'))::bigint AS pending,
           (SELECT coalesce(sum(b.credits - b.debits), 0) FROM lots l JOIN balances b ON b.account_id = l.account_id
            WHERE l.wallet_id = :id AND {_ALIVE})::bigint
           + (SELECT coalesce(sum(amount), 0) FROM refunds
              WHERE wallet_id = :id AND kind <> 'unclaimed' AND status IN ('REQUESTED', 'UNKNOWN'))::bigint AS held
"""


def claimable(conn: Connection, lot_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Tell what the programmes of granted lots may still get back of each; won. Other lots are left out."""
    query = f"SELECT l.id, l.face - {GONE} AS won FROM lots l WHERE l.id = ANY(:ids) AND l.source = 'grant'"
    return {row.id: row.won for row in conn.execute(text(query), {"ids": list(lot_ids)})}
