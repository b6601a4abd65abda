"""Take granted value back: what is left of it from the lot, and where it was spent a debt of the holder; and its
repayment.

A debt is repaid by a bank receipt, from value the holder agrees to give, or when a cancel brings clawed value back to
its
lot. Nothing else of the holder's is touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.ids import new_id
from onnuri.kit.refusals import Conflict, NotFound, Refused
from onnuri.kit.requests import Answered, RequestKey
from onnuri.ledger.dates import effective_date
from onnuri.ledger.model import Entry, Event, LaneHead, Transfer, account_path
from onnuri.ledger.post import open_accounts, post, publish, take_lane
from onnuri.vouchers.acts import Act, answer_each
from onnuri.vouchers.queries import GONE, PROGRAMME


class GrantUnknown(NotFound):
    """No granted lot has that id here."""

    code = "grant_unknown"
    ko = "지급 내역을 찾을 수 없습니다. 돈은 움직이지 않았습니다."
    en = "There is no such grant. No money moved."


class ClawBackNeedsAnother(Refused):
    """Who orders a claw-back does not approve it."""

    code = "claw_back_needs_another_person"
    ko = "환수는 요청한 사람이 아닌 다른 사람이 승인해야 합니다. 돈은 움직이지 않았습니다."
    en = "A claw-back is approved by somebody else than who orders it. No money moved."


class ClawBackTooMuch(Conflict):
    """More than was granted and not yet taken back, expired or handed over."""

    code = "claw_back_too_much"
    ko = "환수할 수 있는 금액은 {left}원입니다. 돈은 움직이지 않았습니다."
    en = "Only {left} won of it can be taken back. No money moved."


@dataclass(frozen=True, slots=True)
class ClawBackOrder:
    """Take a grant back, whole where no amount is named; won. Two people stand for it."""

    request: RequestKey
    id: UUID
    lot_id: UUID
    amount: int | None
    reason: str
    ordered_by: UUID
    approved_by: UUID


@dataclass(frozen=True, slots=True)
class ClawBack:
    """A claw-back in the books; won."""

    id: UUID
    lot_id: UUID
    wallet_id: UUID
    programme: str
    amount: int
    from_lot: int
    owed: int
    reason: str
    entry_id: UUID
    clawed_at: datetime


@dataclass(frozen=True, slots=True)
class GrantedLot:
    """A granted lot as the books tell it; won. `gone` expired, was clawed back or was handed over before;
    `given_by` is the programme by the name people know.

    What was handed over is claimed of the lot it goes on in.
    """

    id: UUID
    wallet_id: UUID
    account_id: int
    programme: str
    face: int
    left: int
    gone: int
    given_by: str | None


@dataclass(frozen=True, slots=True)
class _Decision:
    order: ClawBackOrder
    lot: GrantedLot
    from_lot: int
    owed: int

    @property
    def id(self) -> UUID:
        return self.order.id


def claw_back(conn: Connection, orders: Sequence[ClawBackOrder], *, at: datetime) -> list[Answered[ClawBack]]:
    """Take grants of this lane back; answer each. Refuses `GrantUnknown`, `ClawBackNeedsAnother`, `ClawBackTooMuch`."""
    head = take_lane(conn)

    def load(fresh: Sequence[ClawBackOrder]) -> _Decide:
        return _Decide(granted_lots(conn, [order.lot_id for order in fresh]))

    def write(decisions: Sequence[_Decision]) -> None:
        _write(conn, decisions, head, at)

    return answer_each(conn, orders, Act("claw_back", load, write, lambda ids: claw_backs(conn, ids)), at=at)


class _Decide:
    def __init__(self, lots: dict[UUID, GrantedLot]) -> None:
        self._lots = lots

    def __call__(self, order: ClawBackOrder) -> _Decision:
        if order.ordered_by == order.approved_by:
            raise ClawBackNeedsAnother
        lot = self._lots.get(order.lot_id)
        if lot is None:
            raise GrantUnknown
        left = lot.face - lot.gone
        amount = left if order.amount is None else order.amount
        if not 0 < amount <= left:
            raise ClawBackTooMuch(left=left)
        from_lot = min(amount, lot.left)
        self._lots[lot.id] = replace(lot, left=lot.left - from_lot, gone=lot.gone + amount)
        return _Decision(order, lot, from_lot, amount - from_lot)


def _write(conn: Connection, decisions: Sequence[_Decision], head: LaneHead, at: datetime) -> None:
    state = {d.id: account_path("grant_receivable", d.lot.programme) for d in decisions}
    debt = {d.id: account_path("holder_receivable", d.lot.wallet_id) for d in decisions}
    accounts = open_accounts(conn, [*state.values(), *(debt[d.id] for d in decisions if d.owed)], at=at)
    on = effective_date(at, head)
    entries: list[Entry] = []
    for d in decisions:
        legs = [Transfer(d.lot.account_id, accounts[state[d.id]], d.from_lot, "claw_back")] if d.from_lot else []
        if d.owed:
            legs.append(Transfer(accounts[debt[d.id]], accounts[state[d.id]], d.owed, "claw_back_spent"))
        entries.append(Entry(new_id(at), "claw_back", on, tuple(legs), reason=d.order.reason))
    post(conn, entries, at=at)
    conn.execute(
        text("""
            INSERT INTO claw_backs (id, lot_id, wallet_id, programme, amount, from_lot, owed, reason, ordered_by,
            approved_by,
                                    entry_id, clawed_at)
            SELECT c.id, c.lot, c.wallet, c.programme, c.from_lot + c.owed, c.from_lot, c.owed, c.reason, c.ordered_by,
                   c.approved_by, c.entry, :at
            FROM unnest(CAST(:ids AS uuid[]), CAST(:lots AS uuid[]), CAST(:wallets AS uuid[]), CAST(:programmes AS
                text[]),
                        CAST(:from_lot AS bigint[]), CAST(:owed AS bigint[]), CAST(:reasons AS text[]), CAST(:ordered
                            AS uuid[]),
                        CAST(:approved AS uuid[]), CAST(:entries AS uuid[]))
                AS c (id, lot, wallet, programme, from_lot, owed, reason, ordered_by, approved_by, entry)
        """),
        {
            "at": at, "ids": [d.id for d in decisions], "lots": [d.lot.id for d in decisions],
            "wallets": [d.lot.wallet_id for d in decisions], "programmes": [d.lot.programme for d in decisions],
            "from_lot": [d.from_lot for d in decisions], "owed": [d.owed for d in decisions],
            "reasons": [d.order.reason for d in decisions], "ordered": [d.order.ordered_by for d in decisions],
            "approved": [d.order.approved_by for d in decisions], "entries": [entry.id for entry in entries],
        },
    )  # fmt: skip
    publish(conn, [_event(d) for d in decisions], at=at)


def _event(decision: _Decision) -> Event:
    facts: dict[str, object] = {
        "wallet_id": decision.lot.wallet_id.hex, "from_lot": decision.from_lot, "owed": decision.owed,
        "reason": decision.order.reason,
    }  # fmt: skip
    return Event("grant.clawed_back", decision.id, facts)


def granted_lots(conn: Connection, ids: Sequence[UUID]) -> dict[UUID, GrantedLot]:
    """Give granted lots of this lane by id, with what is left and what is gone; others are left out."""
    rows = conn.execute(
        text(f"""
            SELECT l.id, l.wallet_id, l.account_id, {PROGRAMME} AS programme,
                   l.face, b.credits - b.debits - b.debits_pending AS left_won,
                   {GONE} AS gone,
                   (SELECT g.name FROM shared.grant_programmes g WHERE g.id = {PROGRAMME}) AS given_by
            FROM lots l JOIN balances b ON b.account_id = l.account_id WHERE l.id = ANY(:ids) AND l.source = 'grant'
        """),
        {"ids": list(ids)},
    )
    return {row.id: GrantedLot(*row) for row in rows}


def claw_backs(conn: Connection, ids: Sequence[UUID]) -> dict[UUID, ClawBack]:
    """Give claw-backs of this lane by id."""
    rows = conn.execute(
        text(
            "SELECT id, lot_id, wallet_id, programme, amount, from_lot, owed, reason, entry_id, clawed_at FROM"
            " claw_backs"
            " WHERE id = ANY(:ids)"
        ),
        {"ids": list(ids)},
    )
    return {row.id: ClawBack(*row) for row in rows}
