"""Hand over all that is left in a wallet: an inheritance, or value that came back to a closed wallet; in four eyes.

Each lot goes on in a lot of the other wallet that keeps its expiry, its shares and its right to a refund.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from onnuri.kit.clock import seoul_date
from onnuri.kit.ids import new_id
from onnuri.kit.refusals import Conflict, Forbidden, NotFound
from onnuri.ledger.dates import effective_date
from onnuri.ledger.model import Entry, Event, LaneHead, Transfer, account_path
from onnuri.ledger.post import open_accounts, post, publish, take_lane
from onnuri.vouchers.handover_lots import HandedLot, insert_handed_lots, lots_to_hand_over
from onnuri.vouchers.model import WalletNotOpen, WalletUnknown
from onnuri.vouchers.queries import wallets
from onnuri.vouchers.wallet_life import WalletBusy, under_way


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


class HandoverTooEarly(Conflict):
    """A payment of the wallet can still be cancelled: its money must go back to the lot that paid."""

    code = "handover_too_early"
    ko = "취소될 수 있는 결제가 있어 {from_on}부터 이전할 수 있습니다."
    en = "A payment can still be cancelled; hand over from {from_on} on."


class HandoverAcrossLanes(Conflict):
    """Refunds are judged in the books of the charge, so both wallets live in one lane."""

    code = "handover_across_lanes"
    ko = "두 지갑이 다른 원장에 있어 바로 이전할 수 없습니다. 받는 분의 지갑을 {lane}에 새로 열어야 합니다."
    en = "The two wallets live in different lanes; the receiver needs a wallet in {lane}."


class NothingToHandOver(Conflict):
    """There is nothing in the wallet that can still be spent."""

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
    """Move all that can be spent to the other wallet; approving again answers the same. Refuses the maker."""
    head = take_lane(conn)
    found = _locked(conn, handover_id)
    if found.status == "APPROVED" and found.decided_by == by:
        return found
    _decidable(found, by)
    _check(conn, HandoverDraft(found.from_wallet, found.to_wallet, found.kind, found.reason), at)
    lots = lots_to_hand_over(conn, found.from_wallet, at=at)
    if not lots:
        raise NothingToHandOver
    entry_id = _post(conn, found, lots, head, at)
    _decide(conn, handover_id, "APPROVED", by, at, (sum(lot.amount for lot in lots), entry_id))
    told: dict[str, object] = {"amount": sum(lot.amount for lot in lots), "handover_id": handover_id.hex}
    publish(
        conn,
        [Event("wallet.handed_over", found.from_wallet, told), Event("wallet.took_over", found.to_wallet, told)],
        at=at,
    )
    return handover(conn, handover_id)


def reject_handover(conn: Connection, handover_id: UUID, *, by: UUID, at: datetime) -> Handover:
    """Turn a proposal down. Refuses its maker."""
    _decidable(_locked(conn, handover_id), by)
    _decide(conn, handover_id, "REJECTED", by, at, (None, None))
    return handover(conn, handover_id)


def _check(conn: Connection, draft: HandoverDraft, at: datetime) -> None:
    """Refuse wallets between which nothing can go over now."""
    found = wallets(conn, [draft.from_wallet, draft.to_wallet])
    giver, receiver = found.get(draft.from_wallet), found.get(draft.to_wallet)
    if giver is None or draft.from_wallet == draft.to_wallet:
        raise WalletUnknown
    if receiver is None:
        lane: str = conn.execute(text("SELECT CAST(current_schema() AS text)")).scalar_one()
        known = conn.execute(text("SELECT 1 FROM shared.wallets WHERE id = :id"), {"id": draft.to_wallet}).first()
        raise WalletUnknown if known is None else HandoverAcrossLanes(lane=lane)
    if receiver.status != "OPEN":
        raise WalletNotOpen
    if giver.status not in ("FROZEN", "CLOSED"):
        raise HandoverFromOpenWallet
    still_open = under_way(conn, draft.from_wallet)
    if still_open:
        raise WalletBusy(open=", ".join(still_open))
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


def _post(conn: Connection, found: Handover, lots: Sequence[HandedLot], head: LaneHead, at: datetime) -> UUID:
    """Write one entry: out of each lot into the handover's account, and from there into the new lots."""
    made = {lot.id: new_id(at) for lot in lots}
    through = account_path("handover", found.id)
    paths = {id: account_path("lot", new) for id, new in made.items()}
    accounts = open_accounts(conn, [through, *paths.values()], at=at)
    legs: list[Transfer] = []
    for lot in lots:
        for share, amount in lot.parts:
            legs.append(Transfer(lot.account_id, accounts[through], amount, f"handover_{share}"))
            legs.append(Transfer(accounts[through], accounts[paths[lot.id]], amount, f"handover_in_{share}"))
    entry_id = new_id(at)
    post(conn, [Entry(entry_id, "handover", effective_date(at, head), tuple(legs), reason=found.reason)], at=at)
    new_accounts = {id: accounts[path] for id, path in paths.items()}
    insert_handed_lots(
        conn, found.id, found.to_wallet, [(lot, made[lot.id], new_accounts[lot.id]) for lot in lots], entry_id, at=at
    )
    return entry_id


def _locked(conn: Connection, handover_id: UUID) -> Handover:
    conn.execute(text("SELECT 1 FROM shared.handovers WHERE id = :id FOR UPDATE"), {"id": handover_id})
    return handover(conn, handover_id)


def _decidable(found: Handover, by: UUID) -> None:
    if found.status != "PROPOSED":
        raise HandoverDecided
    if found.proposed_by == by:
        raise OwnHandover


def _decide(
    conn: Connection, handover_id: UUID, status: str, by: UUID, at: datetime, done: tuple[int | None, UUID | None]
) -> None:
    conn.execute(
        text("""
            UPDATE shared.handovers SET status = :status, decided_by = :by, decided_at = :at, amount = :amount,
                entry_id = :entry WHERE id = :id
        """),
        {"status": status, "by": by, "at": at, "amount": done[0], "entry": done[1], "id": handover_id},
    )


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
