"""Freeze and unfreeze a wallet, report it lost, and close it.

A block stands until it is lifted; a wallet is open again when none stands. From the instant of a loss report the
operator is liable (전자금융거래법 제10조): the books say which payments came after it, and there are none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.clock import seoul_date
from onnuri.kit.ids import new_id
from onnuri.kit.refusals import Conflict, NotFound
from onnuri.ledger.model import Event, LaneHead, account_path
from onnuri.ledger.post import publish, take_lane
from onnuri.ledger.read import balances
from onnuri.vouchers.life import whole_days_later
from onnuri.vouchers.life_rules import joining_rules_at
from onnuri.vouchers.model import WalletNotOpen, WalletUnknown
from onnuri.vouchers.queries import all_lots, wallets
from onnuri.vouchers.wallets.leave_gifts import (
    check_no_gift_sent,
    decline_what_waits,
    gifts_from_elsewhere,
    take_lanes_to_leave,
)


class BlockUnknown(NotFound):
    """The wallet is not blocked in that way."""

    code = "wallet_block_unknown"
    ko = "지갑에 해당하는 정지나 분실 신고가 없습니다."
    en = "The wallet has no such block."


class WalletNotEmpty(Conflict):
    """A wallet is closed with nothing in it."""

    code = "wallet_not_empty"
    ko = "지갑에 {left}원이 남아 있어 해지할 수 없습니다. 사용하거나 환불받은 뒤에 해지할 수 있습니다."
    en = "The wallet still holds {left} won; spend it or have it refunded, then close it."


class WalletBusy(Conflict):
    """Something of the wallet is still on its way: a charge, a refund, a gift, or a debt."""

    code = "wallet_busy"
    ko = "아직 끝나지 않은 일이 있어 해지할 수 없습니다: {open_ko}. 끝난 뒤에 다시 신청하세요."
    en = "The wallet can't be closed yet: {open_en}. Ask again when that is over."


class HandoverUndecided(Conflict):
    """Two people still decide whether another person gets what is in the wallet; it stays until they have."""

    code = "handover_undecided"
    ko = (
        "이 지갑을 다른 분께 넘기는 신청이 결정을 기다리고 있어 해지할 수 없습니다. 승인이나 반려 뒤에 다시 신청하세요."
    )
    en = "A handover of this wallet waits to be decided, so it can't be closed. Ask again when that is over."


@dataclass(frozen=True, slots=True)
class Blocking:
    """Who blocks a wallet, or lifts a block, and why; `kind` is frozen (an operator) or lost (the holder)."""

    wallet_id: UUID
    kind: str
    reason: str
    by: UUID


@dataclass(frozen=True, slots=True)
class Block:
    """A block as it stands."""

    id: UUID
    wallet_id: UUID
    kind: str
    reason: str
    blocked_by: UUID
    blocked_at: datetime
    after_seq: int
    lifted_by: UUID | None
    lifted_at: datetime | None
    lift_reason: str | None


def block_wallet(conn: Connection, block: Blocking, *, at: datetime) -> Block:
    """Freeze a wallet, or take its loss report. A second one of the same kind answers the first, with its instant.

    Refuses `WalletUnknown`, and `WalletNotOpen` where it is closed. Whatever commits after this is refused.
    """
    head = take_lane(conn)
    _alive(conn, block.wallet_id)
    standing = [each for each in blocks(conn, block.wallet_id) if each.kind == block.kind and each.lifted_at is None]
    if standing:
        return standing[0]
    block_id = new_id(at)
    conn.execute(
        text("""
            INSERT INTO wallet_blocks (id, wallet_id, kind, reason, blocked_by, blocked_at, after_seq)
            VALUES (:id, :wallet, :kind, :reason, :by, :at, :seq)
        """),
        {
            "id": block_id, "wallet": block.wallet_id, "kind": block.kind, "reason": block.reason, "by": block.by,
            "at": at, "seq": head.last_seq,
        },
    )  # fmt: skip
    _set_status(conn, block.wallet_id, "FROZEN")
    publish(conn, [Event(f"wallet.{block.kind}", block.wallet_id, {"blocked_at": at.isoformat()})], at=at)
    return next(each for each in blocks(conn, block.wallet_id) if each.id == block_id)


def lift_block(conn: Connection, lift: Blocking, *, at: datetime) -> Block:
    """Lift a block; the wallet opens again if no other one stands. Refuses `BlockUnknown`."""
    head = take_lane(conn)
    _alive(conn, lift.wallet_id)
    standing = [each for each in blocks(conn, lift.wallet_id) if each.lifted_at is None]
    mine = next((each for each in standing if each.kind == lift.kind), None)
    if mine is None:
        raise BlockUnknown
    conn.execute(
        text("""
            UPDATE wallet_blocks SET lifted_by = :by, lifted_at = :at, lift_reason = :reason, lift_seq = :seq
            WHERE id = :id
        """),
        {"by": lift.by, "at": at, "reason": lift.reason, "seq": head.last_seq, "id": mine.id},
    )
    if len(standing) == 1:
        _set_status(conn, lift.wallet_id, "OPEN")
        publish(conn, [Event("wallet.opened", lift.wallet_id, {})], at=at)
    return next(each for each in blocks(conn, lift.wallet_id) if each.id == mine.id)


def blocks(conn: Connection, wallet_id: UUID) -> list[Block]:
    """List the blocks of a wallet, the newest first, lifted ones too."""
    rows = conn.execute(
        text("""
            SELECT id, wallet_id, kind, reason, blocked_by, blocked_at, after_seq, lifted_by, lifted_at, lift_reason
            FROM wallet_blocks WHERE wallet_id = :wallet ORDER BY id DESC
        """),
        {"wallet": wallet_id},
    )
    return [Block(*row) for row in rows]


def borne_by_the_operator(conn: Connection, wallet_id: UUID) -> list[tuple[UUID, int]]:
    """List payments at or after the instant of a standing loss report, with their amounts.

    They were in the books before the report could be: whoever waited for the lane with it. The holder bears none.
    """
    rows = conn.execute(
        text("""
            SELECT p.id, p.amount FROM wallet_blocks b JOIN payments p ON p.wallet_id = b.wallet_id
            WHERE b.wallet_id = :wallet AND b.kind = 'lost' AND p.paid_at >= b.blocked_at
              AND (b.lifted_at IS NULL OR p.paid_at < b.lifted_at) ORDER BY p.id
        """),
        {"wallet": wallet_id},
    )
    return [(row.id, row.amount) for row in rows]


@dataclass(frozen=True, slots=True)
class Closed:
    """A wallet that its holder has left."""

    wallet_id: UUID
    closed_at: datetime
    rejoin_from: datetime


def close_wallet(
    conn: Connection, wallet_id: UUID, *, at: datetime, heads: dict[str, LaneHead] | None = None
) -> Closed:
    """Close a wallet with nothing in it and nothing on its way; closing it again answers the same.

    Gifts that wait for it go back to their senders. What a shop cancels later goes back to the lots of the closed
    wallet, and an operator hands it over. `heads` are lanes the caller took by `take_lanes_to_leave`. Refuses
    `WalletUnknown`, `WalletNotOpen`, `GiftStillBoxed`, `HandoverUndecided`, `WalletBusy`, `WalletNotEmpty`.
    """
    heads = take_lanes_to_leave(conn, wallet_id) if heads is None else heads
    wallet = wallets(conn, [wallet_id]).get(wallet_id)
    if wallet is None:
        raise WalletUnknown
    if wallet.status == "CLOSED":
        return closed_wallet(conn, wallet_id)
    if wallet.status != "OPEN":
        raise WalletNotOpen
    check_no_gift_sent(conn, wallet_id)
    check_no_handover(conn, wallet_id)
    still_open = [name for name in under_way(conn, wallet_id) if name != "gift_received"]
    if gifts_from_elsewhere(conn, wallet_id, heads):
        still_open.append("gift_received")
    if still_open:
        raise WalletBusy(**in_words(still_open))
    left = sum(lot.left for lot in all_lots(conn, wallet_id))
    if left:
        raise WalletNotEmpty(left=left)

    decline_what_waits(conn, wallet_id, heads, at=at)
    _set_status(conn, wallet_id, "CLOSED")
    rejoin_from = whole_days_later(at, joining_rules_at(conn, at=at).rejoin_days)
    conn.execute(
        text("UPDATE shared.wallets SET state = 'CLOSED', closed_at = :at, rejoin_from = :rejoin WHERE id = :id"),
        {"at": at, "rejoin": rejoin_from, "id": wallet_id},
    )
    conn.execute(
        text("UPDATE auto_charges SET revoked_at = :at WHERE wallet_id = :id AND revoked_at IS NULL"),
        {"at": at, "id": wallet_id},
    )
    publish(conn, [Event("wallet.closed", wallet_id, {"rejoin_on": seoul_date(rejoin_from).isoformat()})], at=at)
    return closed_wallet(conn, wallet_id)


def check_no_handover(conn: Connection, wallet_id: UUID) -> None:
    """Refuse `HandoverUndecided` while somebody may still approve that an open wallet of this lane is handed over."""
    query = """
        SELECT 1 FROM shared.handovers h JOIN wallets w ON w.id = h.from_wallet
        WHERE h.from_wallet = :wallet AND h.status = 'PROPOSED' AND w.status = 'OPEN'
    """
    if conn.execute(text(query), {"wallet": wallet_id}).first() is not None:
        raise HandoverUndecided


def under_way(conn: Connection, wallet_id: UUID) -> list[str]:
    """Name what of a wallet has not come to its end: charges, refunds, gifts, debts."""
    row = conn.execute(text(_UNDER_WAY), {"wallet": wallet_id}).one()
    owed = balances(conn, [path := account_path("holder_receivable", wallet_id)])[path]
    found = {
        "charge": row.charge, "refund": row.refund, "gift_sent": row.gift_sent, "gift_received": row.gift_received,
        "debt": owed != 0,
    }  # fmt: skip
    return [name for name, is_open in found.items() if is_open]


_OPEN_WORDS: Final = {
    "charge": ("은행의 답을 기다리는 충전", "a charge waits for the bank"),
    "refund": ("은행의 답을 기다리는 환불", "a refund waits for the bank"),
    "gift_sent": ("보냈지만 아직 받지 않은 선물", "a gift that was sent is not accepted yet"),
    "gift_received": ("받을지 아직 정하지 않은 선물", "a gift waits to be accepted or declined"),
    "debt": ("아직 돌려주지 않은 지원금", "granted money that was taken back is still owed"),
}


def in_words(names: Sequence[str]) -> dict[str, str]:
    """Say what is under way: by name, and in words of both languages."""
    ko, en = ([_OPEN_WORDS[name][place] for name in names] for place in (0, 1))
    return {"open": ", ".join(names), "open_ko": ", ".join(ko), "open_en": ", ".join(en)}


_UNDER_WAY = """
    SELECT EXISTS (SELECT 1 FROM charges WHERE wallet_id = :wallet AND status IN ('REQUESTED', 'UNKNOWN')) AS charge,
           EXISTS (SELECT 1 FROM refunds WHERE wallet_id = :wallet AND kind <> 'unclaimed'
                   AND status IN ('REQUESTED', 'UNKNOWN')) AS refund,
           EXISTS (SELECT 1 FROM gifts WHERE from_wallet = :wallet AND status = 'BOXED') AS gift_sent,
           EXISTS (SELECT 1 FROM gifts_received WHERE to_wallet = :wallet AND status = 'BOXED') AS gift_received
"""


def closed_wallet(conn: Connection, wallet_id: UUID) -> Closed:
    """Say when a closed wallet was closed, and from when on its holder may join again."""
    row = conn.execute(
        text("SELECT id, closed_at, rejoin_from FROM shared.wallets WHERE id = :id"), {"id": wallet_id}
    ).one()
    return Closed(*row)


def _alive(conn: Connection, wallet_id: UUID) -> None:
    wallet = wallets(conn, [wallet_id]).get(wallet_id)
    if wallet is None:
        raise WalletUnknown
    if wallet.status not in ("OPEN", "FROZEN"):
        raise WalletNotOpen


def _set_status(conn: Connection, wallet_id: UUID, status: str) -> None:
    conn.execute(text("UPDATE wallets SET status = :status WHERE id = :id"), {"status": status, "id": wallet_id})
