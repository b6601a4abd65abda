"""Hand over all that is left in a wallet: an inheritance, or value that came back to a closed wallet; in four eyes.

Each lot goes on in a lot of the other wallet that keeps its expiry, its shares and its right to a refund, whatever lane
that wallet lives in. What is owed for it since an expiry is owed to the other wallet then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from onnuri.kit.clock import seoul_date
from onnuri.kit.ids import new_id
from onnuri.kit.lanes import use_lane
from onnuri.kit.refusals import Conflict, Forbidden, NotFound
from onnuri.ledger.dates import effective_date
from onnuri.ledger.lanes import current_lane, take_lanes
from onnuri.ledger.model import Event
from onnuri.ledger.post import publish
from onnuri.vouchers.expiry import expire_wallet
from onnuri.vouchers.model import WalletUnknown
from onnuri.vouchers.queries import wallets
from onnuri.vouchers.refunding.unclaimed import owed
from onnuri.vouchers.wallets.handover_lots import lots_to_hand_over
from onnuri.vouchers.wallets.handover_post import Passage, post_handover
from onnuri.vouchers.wallets.wallet_life import in_words, under_way


class HandoverBusy(Conflict):
    """Something of the wallet that would be handed over is still on its way."""

    code = "handover_busy"
    ko = "아직 끝나지 않은 일이 있어 이 지갑을 넘길 수 없습니다: {open_ko}. 끝난 뒤에 다시 올리세요."
    en = "The wallet can't be handed over yet: {open_en}. Propose it again when that is over."


class HandoverUnknown(NotFound):
    """No handover has that id."""

    code = "handover_unknown"
    ko = "이전 신청을 찾을 수 없습니다."
    en = "There is no such handover."


class HandoverOpen(Conflict):
    """A wallet has one open proposal at a time."""

    code = "handover_open"
    ko = "이 지갑에는 처리 중인 이전 신청이 있습니다."
    en = "That wallet has an open proposal already."


class HandoverDecided(Conflict):
    """A handover is decided once."""

    code = "handover_decided"
    ko = "이미 처리된 이전 신청입니다."
    en = "That handover was decided already."


class OwnHandover(Forbidden):
    """Who proposes does not approve."""

    code = "own_handover"
    ko = "본인이 올린 이전 신청은 승인하거나 반려할 수 없습니다."
    en = "Who proposes a handover does not decide it."


class HandoverFromOpenWallet(Conflict):
    """The wallet must be frozen or closed first, so that nothing moves meanwhile."""

    code = "handover_from_open_wallet"
    ko = "먼저 지갑을 정지해야 이전할 수 있습니다."
    en = "Freeze the wallet first; nothing may move meanwhile."


class HandoverReceiverNotOpen(Conflict):
    """Who takes over has a wallet that is open, also on the day of the approval."""

    code = "handover_receiver_not_open"
    ko = "받는 지갑이 정지되었거나 해지되어 지금은 이전할 수 없습니다. 풀린 뒤에 승인하거나, 반려하고 다시 올리세요."
    en = "The receiving wallet is frozen or closed: approve once it is open again, or turn this down and propose anew."


class HandoverTooEarly(Conflict):
    """A payment of the wallet can still be cancelled: its money must go back to the lot that paid."""

    code = "handover_too_early"
    ko = "취소될 수 있는 결제가 있어 {from_on}부터 이전할 수 있습니다."
    en = "A payment can still be cancelled; hand over from {from_on} on."


class HandoverWaitsForClawBack(Conflict):
    """What is claimed of a grant is decided first, so that it is taken from whoever has it then."""

    code = "handover_waits_for_claw_back"
    ko = "처리 중인 환수 요청이 있어 이전할 수 없습니다. 환수 요청을 먼저 처리해야 합니다."
    en = "A claw-back of that wallet is open; decide it first."


class NothingToHandOver(Conflict):
    """There is nothing in the wallet that can still be spent, and nothing is owed for it."""

    code = "nothing_to_hand_over"
    ko = "이전할 잔액이 없습니다."
    en = "There is nothing to hand over."


@dataclass(frozen=True, slots=True)
class HandoverDraft:
    """What an operator proposes; `reason` names the papers, never a person."""

    from_wallet: UUID
    to_wallet: UUID
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Handover:
    """A handover as it stands; won."""

    id: UUID
    from_wallet: UUID
    to_wallet: UUID
    kind: str
    reason: str
    proposed_by: UUID
    proposed_at: datetime
    status: str
    decided_by: UUID | None
    decided_at: datetime | None
    amount: int | None
    entry_id: UUID | None


def propose_handover(conn: Connection, draft: HandoverDraft, *, by: UUID, at: datetime) -> Handover:
    """Propose a handover; `conn` sees the lane of the giving wallet. Refuses what could not be approved now.

    The holding cap does not bind the receiver: an inheritance may lift a wallet above it.
    """
    _check(conn, draft, at)
    handover_id = new_id(at)
    try:
        conn.execute(
            text("""
                INSERT INTO shared.handovers (id, from_wallet, to_wallet, kind, reason, proposed_by, proposed_at,
                    status)
                VALUES (:id, :from, :to, :kind, :reason, :by, :at, 'PROPOSED')
            """),
            {
                "id": handover_id, "from": draft.from_wallet, "to": draft.to_wallet, "kind": draft.kind,
                "reason": draft.reason, "by": by, "at": at,
            },
        )  # fmt: skip
    except IntegrityError as error:
        if "handovers_one_open" in str(error.orig):
            raise HandoverOpen from error
        raise
    return handover(conn, handover_id)


def approve_handover(conn: Connection, handover_id: UUID, *, by: UUID, at: datetime) -> Handover:
    """Move all that can be spent, and what is owed, to the other wallet; approving again answers the same.

    Refuses the maker.
    """
    asked = handover(conn, handover_id)
    lane, there = _lanes(conn, asked.from_wallet, asked.to_wallet)
    heads = take_lanes(conn, {lane, there})
    found = _locked(conn, handover_id)
    if found.status == "APPROVED" and found.decided_by == by:
        return found
    _decidable(found, by)
    _check(conn, HandoverDraft(found.from_wallet, found.to_wallet, found.kind, found.reason), at)
    expire_wallet(conn, found.from_wallet, on=effective_date(at, heads[lane]), at=at)
    lots = lots_to_hand_over(conn, found.from_wallet, at=at)
    money = owed(conn, found.from_wallet, at=at).amount
    amount = money + sum(lot.amount + lot.repaid for lot in lots)
    if not amount:
        raise NothingToHandOver
    passage = Passage(handover_id, found.from_wallet, found.to_wallet, money, found.reason, lane, there)
    entries = post_handover(conn, passage, lots, heads, at=at)
    _decide(conn, handover_id, "APPROVED", by, at, (amount, *entries))
    told: dict[str, object] = {"amount": amount, "handover_id": handover_id.hex}
    publish(conn, [Event("wallet.handed_over", found.from_wallet, told)], at=at)
    use_lane(conn, there)
    publish(conn, [Event("wallet.took_over", found.to_wallet, told)], at=at)
    use_lane(conn, lane)
    return handover(conn, handover_id)


def reject_handover(conn: Connection, handover_id: UUID, *, by: UUID, at: datetime) -> Handover:
    """Turn a proposal down. Refuses its maker."""
    _decidable(_locked(conn, handover_id), by)
    _decide(conn, handover_id, "REJECTED", by, at, (None, None, None))
    return handover(conn, handover_id)


def _check(conn: Connection, draft: HandoverDraft, at: datetime) -> None:
    """Refuse wallets between which nothing can go over now."""
    lane, there = _lanes(conn, draft.from_wallet, draft.to_wallet)
    use_lane(conn, there)
    receiver = wallets(conn, [draft.to_wallet]).get(draft.to_wallet)
    use_lane(conn, lane)
    giver = wallets(conn, [draft.from_wallet]).get(draft.from_wallet)
    if giver is None or receiver is None or draft.from_wallet == draft.to_wallet:
        raise WalletUnknown
    if receiver.status != "OPEN":
        raise HandoverReceiverNotOpen
    if giver.status not in ("FROZEN", "CLOSED"):
        raise HandoverFromOpenWallet
    still_open = under_way(conn, draft.from_wallet)
    if still_open:
        raise HandoverBusy(**in_words(still_open))
    claimed = "SELECT 1 FROM shared.claw_back_orders WHERE wallet_id = :wallet AND status = 'PROPOSED' LIMIT 1"
    if conn.execute(text(claimed), {"wallet": draft.from_wallet}).first() is not None:
        raise HandoverWaitsForClawBack
    until: datetime | None = conn.execute(
        text(_CANCELLABLE_UNTIL), {"wallet": draft.from_wallet, "at": at}
    ).scalar_one()
    if until is not None:
        raise HandoverTooEarly(from_on=seoul_date(until).isoformat())


_CANCELLABLE_UNTIL = """
    SELECT max(p.paid_at + y.cancel_days * interval '24 hours')
    FROM payments p JOIN shared.policies y ON y.id = p.policy_id
    WHERE p.wallet_id = :wallet AND p.paid_at + y.cancel_days * interval '24 hours' >= :at
      AND p.amount > (SELECT coalesce(sum(c.amount), 0) FROM cancels c WHERE c.payment_id = p.id)
"""


def _lanes(conn: Connection, from_wallet: UUID, to_wallet: UUID) -> tuple[str, str]:
    """Tell the lanes of both wallets; the connection looks at the first. Refuses `WalletUnknown`."""
    query = "SELECT id, lane FROM shared.wallets WHERE id = ANY(:ids) AND state <> 'MIGRATING'"
    lanes = {row.id: str(row.lane) for row in conn.execute(text(query), {"ids": [from_wallet, to_wallet]})}
    if from_wallet not in lanes or to_wallet not in lanes or lanes[from_wallet] != current_lane(conn):
        raise WalletUnknown
    return lanes[from_wallet], lanes[to_wallet]


def _locked(conn: Connection, handover_id: UUID) -> Handover:
    conn.execute(text("SELECT 1 FROM shared.handovers WHERE id = :id FOR UPDATE"), {"id": handover_id})
    return handover(conn, handover_id)


def _decidable(found: Handover, by: UUID) -> None:
    if found.status != "PROPOSED":
        raise HandoverDecided
    if found.proposed_by == by:
        raise OwnHandover


_Done = tuple[int | None, UUID | None, UUID | None]
"""What went over, and the entries of the giver's lane and of another one of the receiver."""


def _decide(conn: Connection, handover_id: UUID, status: str, by: UUID, at: datetime, done: _Done) -> None:
    conn.execute(
        text("""
            UPDATE shared.handovers SET status = :status, decided_by = :by, decided_at = :at, amount = :amount,
                entry_id = :entry, in_entry_id = :came WHERE id = :id
        """),
        {
            "status": status, "by": by, "at": at, "amount": done[0], "entry": done[1], "came": done[2],
            "id": handover_id,
        },
    )  # fmt: skip


_COLUMNS = (
    "id, from_wallet, to_wallet, kind, reason, proposed_by, proposed_at, status, decided_by, decided_at, amount,"
    " entry_id"
)


def handover(conn: Connection, handover_id: UUID) -> Handover:
    """Give one handover. Refuses `HandoverUnknown`."""
    row = conn.execute(
        text(f"SELECT {_COLUMNS} FROM shared.handovers WHERE id = :id"), {"id": handover_id}
    ).one_or_none()
    if row is None:
        raise HandoverUnknown
    return Handover(*row)


def handovers(conn: Connection, *, limit: int = 100) -> list[Handover]:
    """List handovers, the newest first."""
    query = text(f"SELECT {_COLUMNS} FROM shared.handovers ORDER BY id DESC LIMIT :limit")
    return [Handover(*row) for row in conn.execute(query, {"limit": limit})]
