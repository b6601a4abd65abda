"""Read payouts: lists in keyset pages, one payout with the lines it carries and what each lane posted for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.lanes import each_lane
from onnuri.kit.refusals import NotFound
from onnuri.ledger.model import JournalLine
from onnuri.settlement.line import transfers_of
from onnuri.settlement.model import Payout, PayoutStatus
from onnuri.settlement.record import PAYOUT_COLUMNS, payout_of


class PayoutUnknown(NotFound):
    """No payout has that id."""

    code = "payout_unknown"
    ko = "지급 내역을 찾을 수 없습니다."
    en = "There is no such payout."


@dataclass(frozen=True, slots=True)
class PayoutPart:
    """What one lane carries of a payout: its lines' days with their payable in won, and the transfers of each step."""

    lane: str
    lines: tuple[tuple[date, int], ...]
    transfers: tuple[JournalLine, ...]


def read_payout(conn: Connection, payout_id: UUID) -> Payout:
    """Give one payout. Refuses `PayoutUnknown`."""
    row = conn.execute(
        text(f"SELECT {PAYOUT_COLUMNS} FROM shared.payouts WHERE id = :id"), {"id": payout_id}
    ).one_or_none()
    if row is None:
        raise PayoutUnknown
    return payout_of(row)


def list_payouts(
    conn: Connection,
    *,
    shop_id: UUID | None = None,
    status: PayoutStatus | None = None,
    before: UUID | None = None,
    limit: int = 100,
) -> list[Payout]:
    """List payouts, the newest first, from before one; of one shop or of one status where given."""
    rows = conn.execute(
        text(
            f"SELECT {PAYOUT_COLUMNS} FROM shared.payouts WHERE (CAST(:shop AS uuid) IS NULL OR shop_id = :shop)"
            " AND (CAST(:status AS text) IS NULL OR status = :status)"
            " AND (CAST(:before AS uuid) IS NULL OR id < :before) ORDER BY id DESC LIMIT :limit"
        ),
        {"shop": shop_id, "status": status and status.value, "before": before, "limit": limit},
    )
    return [payout_of(row) for row in rows]


def payout_parts(conn: Connection, payout_id: UUID) -> list[PayoutPart]:
    """List what each lane carries of a payout; the lines of one that failed or came back are free again, so none."""
    parts: list[PayoutPart] = []
    for lane in each_lane(conn):
        lines = conn.execute(
            text(
                "SELECT day, sum(payable)::bigint AS payable FROM settlement_lines WHERE payout_id = :id"
                " GROUP BY day ORDER BY day"
            ),
            {"id": payout_id},
        ).all()
        entries = conn.execute(
            text("SELECT entry_id FROM payout_entries WHERE payout_id = :id"), {"id": payout_id}
        ).scalars()
        transfers = [line for each in transfers_of(conn, list(entries)).values() for line in each]
        if lines or transfers:
            in_order = sorted(transfers, key=lambda line: line.seq)
            parts.append(PayoutPart(lane, tuple((row.day, row.payable) for row in lines), tuple(in_order)))
    return parts
