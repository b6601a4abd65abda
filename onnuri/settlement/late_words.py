"""Open a break for each order that had ended as failed when the bank said that it did it: a person must clear it up."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, text

from onnuri.kit.lanes import each_lane
from onnuri.settlement.breaks import open_breaks
from onnuri.settlement.model import NewBreak
from onnuri.settlement.sides import OF_LANES, Side

_PAID_AFTER_ALL: Final = (
    "실패로 끝난 {won}원을 뒤늦게 은행이 처리했다고 답했습니다. 담당자가 은행과 확인해야 합니다."
    " / The bank says that it did this, {won} won, after it had ended as failed; a person must clear it up."
)


def open_late_words(conn: Connection, *, at: datetime) -> int:
    """Open the breaks of what was heard since the last time, in every lane; answer how many.

    Their amount is 0: should the money be on the statement, that line is a break of its own with the won.
    """
    return sum(open_breaks(conn, _heard(conn, side), at=at) for _ in each_lane(conn) for side in OF_LANES)


def _heard(conn: Connection, side: Side) -> list[NewBreak]:
    rows = conn.execute(
        text(
            f"SELECT f.reference, o.{side.amount} AS won FROM (SELECT order_id, kind || ':' ||"
            "  replace(CAST(order_id AS text), '-', '') AS reference FROM late_words WHERE kind = :kind) AS f"
            f" JOIN {side.table} o ON o.id = f.order_id"
            " WHERE NOT EXISTS (SELECT 1 FROM shared.breaks b"
            "  WHERE b.kind = 'paid_after_failed' AND b.reference = f.reference) ORDER BY f.order_id"
        ),
        {"kind": side.kind},
    )
    return [
        NewBreak("paid_after_failed", row.reference, 0, "operator", _PAID_AFTER_ALL.format(won=f"{row.won:,}"))
        for row in rows
    ]
