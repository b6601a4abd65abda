"""Read what a holder was granted, what of it was taken back, what is owed for it, and how that was repaid."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.vouchers.claw_backs.claw_back import ClawBack, GrantedLot, claw_backs, granted_lots
from onnuri.vouchers.claw_backs.claw_back_repay import Repaid, owed_by

SHOWN_MAX = 500


@dataclass(frozen=True, slots=True)
class Debt:
    """What a holder owes after claw-backs, won, and what led there, the newest first; each count is of all there are.

    `grants` is one page, `next_after` the lot after which the next one begins.
    """

    owed: int
    grants: list[GrantedLot]
    claw_backs: list[ClawBack]
    repayments: list[Repaid]
    grants_count: int
    claw_backs_count: int
    repayments_count: int
    next_after: UUID | None


def debt_of(conn: Connection, wallet_id: UUID, *, after: UUID | None = None, limit: int = SHOWN_MAX) -> Debt:
    """Tell what the holder of a wallet of this lane owes: claw-backs of what was spent, less what was repaid.

    Lists grants from after a lot on, so many, and of claw-backs and repayments the last ones.
    """
    wallet = {"wallet": wallet_id, "limit": SHOWN_MAX}
    granted = conn.execute(
        text("""
            SELECT id FROM lots
            WHERE wallet_id = :wallet AND source = 'grant' AND (CAST(:after AS uuid) IS NULL OR id < :after)
            ORDER BY id DESC LIMIT :limit
        """),
        {"wallet": wallet_id, "after": after, "limit": limit + 1},
    )
    found = list(granted.scalars())
    lots = granted_lots(conn, ids := found[:limit])
    counts = conn.execute(text(_COUNTS), {"wallet": wallet_id}).one()
    taken = conn.execute(
        text("SELECT id FROM claw_backs WHERE wallet_id = :wallet ORDER BY clawed_at DESC, id LIMIT :limit"),
        wallet,
    )
    backs = claw_backs(conn, order := list(taken.scalars()))
    repaid = conn.execute(
        text(
            "SELECT id, wallet_id, amount, how, entry_id, repaid_at FROM claw_back_repayments"
            " WHERE wallet_id = :wallet ORDER BY id DESC LIMIT :limit"
        ),
        wallet,
    )
    return Debt(
        owed=owed_by(conn, [wallet_id])[wallet_id],
        grants=[lots[id] for id in ids],
        claw_backs=[backs[id] for id in order],
        repayments=[Repaid(*row) for row in repaid],
        grants_count=counts.grants,
        claw_backs_count=counts.claw_backs,
        repayments_count=counts.repayments,
        next_after=ids[-1] if len(found) > limit else None,
    )


_COUNTS = """
    SELECT (SELECT count(*) FROM lots WHERE wallet_id = :wallet AND source = 'grant') AS grants,
           (SELECT count(*) FROM claw_backs WHERE wallet_id = :wallet) AS claw_backs,
           (SELECT count(*) FROM claw_back_repayments WHERE wallet_id = :wallet) AS repayments
"""
