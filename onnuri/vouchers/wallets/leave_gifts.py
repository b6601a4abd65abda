"""Gifts of somebody who leaves: what was sent keeps the wallet open, what was never accepted goes back to its senders.

Value in a box is still the sender's: should it return, it needs a wallet to return to. What waits for a receiver who
leaves can't be accepted any more, so leaving declines it; nobody can keep a wallet open by sending gifts to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.clock import seoul_date
from onnuri.kit.idempotency import record_outcomes
from onnuri.kit.lanes import use_lane
from onnuri.kit.refusals import Conflict
from onnuri.kit.requests import Outcome, RequestKey
from onnuri.ledger.lanes import current_lane, take_lanes
from onnuri.ledger.model import LaneHead
from onnuri.vouchers.gifts.gift_end import write_endings
from onnuri.vouchers.gifts.gift_model import Ending, GiftEnd
from onnuri.vouchers.gifts.gift_rows import gifts_by_id


class GiftStillBoxed(Conflict):
    """What a holder sent is still in its box; it may come back, and needs a wallet to come back to."""

    code = "gift_still_boxed"
    ko = (
        "보낸 선물 {gifts}건({amount}원)을 받는 분이 아직 받지 않아 해지할 수 없습니다. 선물을 취소해 돌려받거나,"
        " 받을 때까지 기다려 주세요. 늦어도 {returns_on}에는 돌아옵니다. 돈은 움직이지 않았습니다."
    )
    en = (
        "Gifts you sent are still in their boxes ({gifts}, {amount} won), so the wallet can't be closed. Withdraw them,"
        " or wait until they are accepted; they return by {returns_on} at the latest. No money moved."
    )


def check_no_gift_sent(conn: Connection, wallet_id: UUID) -> None:
    """Refuse `GiftStillBoxed` while something a wallet of this lane sent is in its box."""
    query = """
        SELECT count(*) AS gifts, coalesce(sum(amount), 0)::bigint AS amount, max(deadline) AS deadline
        FROM gifts WHERE from_wallet = :wallet AND status = 'BOXED'
    """
    row = conn.execute(text(query), {"wallet": wallet_id}).one()
    if row.gifts:
        raise GiftStillBoxed(
            gifts=row.gifts, amount=row.amount, returns_on=seoul_date(row.deadline).isoformat()
        )  # fmt: skip


def take_lanes_to_leave(conn: Connection, wallet_id: UUID) -> dict[str, LaneHead]:
    """Hold the lane of a wallet, and those of whoever sent it what still waits for it."""
    return take_lanes(conn, {current_lane(conn), *(lane for _, lane in _waiting(conn, wallet_id))})


def gifts_from_elsewhere(conn: Connection, wallet_id: UUID, heads: Mapping[str, LaneHead]) -> bool:
    """Tell whether a gift came, while the lanes were being taken, from one that is not held."""
    return any(lane not in heads for _, lane in _waiting(conn, wallet_id))


def decline_what_waits(conn: Connection, wallet_id: UUID, heads: dict[str, LaneHead], *, at: datetime) -> None:
    """Send every gift that waits for a wallet of this lane back to the lots it came from; the lanes are held.

    Each is an act of its own, under a key of its own: a gift ends once.
    """
    here, waiting = current_lane(conn), _waiting(conn, wallet_id)
    endings: list[Ending] = []
    for lane in sorted({lane for _, lane in waiting}):
        use_lane(conn, lane)
        gifts = gifts_by_id(conn, [id for id, theirs in waiting if theirs == lane])
        endings += [Ending(gift, GiftEnd.DECLINED) for gift in gifts.values()]
    use_lane(conn, here)
    if not endings:
        return
    write_endings(conn, endings, heads, here=here, at=at)
    keys = [RequestKey("leaving", ending.id.hex, ending.id.bytes * 2) for ending in endings]
    outcomes = [Outcome(key, "gift_end", ending.id, None) for key, ending in zip(keys, endings, strict=True)]
    record_outcomes(conn, outcomes, at=at)


def _waiting(conn: Connection, wallet_id: UUID) -> Sequence[tuple[UUID, str]]:
    query = "SELECT gift_id, from_lane FROM gifts_received WHERE to_wallet = :wallet AND status = 'BOXED' ORDER BY 1"
    return [(row.gift_id, row.from_lane) for row in conn.execute(text(query), {"wallet": wallet_id})]
