"""Post a handover: out of each lot into the handover's account, and on into new lots, also of another lane.

What is owed to the giver as money is owed to the receiver then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from onnuri.kit.ids import new_id
from onnuri.kit.lanes import use_lane
from onnuri.ledger.dates import effective_date
from onnuri.ledger.model import Entry, LaneHead, Transfer, account_path
from onnuri.ledger.post import open_accounts, post
from onnuri.vouchers.wallets.handover_lots import HandedLot, NewLots, histories, insert_handed_lots


@dataclass(frozen=True, slots=True)
class Passage:
    """What goes from a wallet's lane to another wallet's, which may be the same; `unclaimed` won are owed as money."""

    handover_id: UUID
    from_wallet: UUID
    to_wallet: UUID
    unclaimed: int
    reason: str
    from_lane: str
    to_lane: str

    @property
    def crosses(self) -> bool:
        """Tell whether it leaves the lane."""
        return self.from_lane != self.to_lane


def post_handover(
    conn: Connection, passage: Passage, lots: Sequence[HandedLot], heads: Mapping[str, LaneHead], *, at: datetime
) -> tuple[UUID, UUID | None]:
    """Write it in the lanes of both sides, which are held; answers the entry of the giver's, and of another receiver's.

    Both lanes keep their books balanced: what leaves one for the clearing account comes out of the other's.
    """
    was, made = histories(conn, lots), [(lot, new_id(at)) for lot in lots if lot.amount]
    goals = [account_path("lane_clearing", passage.to_lane) if passage.crosses else _lot(id) for _, id in made]
    through = account_path("handover", passage.handover_id)
    out = [
        leg
        for (lot, _), goal in zip(made, goals, strict=True)
        for share, won in lot.parts
        for leg in (_Leg(_lot(lot.id), through, won, share), _Leg(through, goal, won, f"in_{share}"))
    ]
    owing = account_path("unclaimed", passage.to_wallet)
    owed = [_Leg(_lot(lot.id), through, lot.repaid, "owed") for lot in lots if lot.repaid]
    if passage.unclaimed:
        owed.append(_Leg(account_path("unclaimed", passage.from_wallet), through, passage.unclaimed, "owed"))
    goal = account_path("lane_clearing", passage.to_lane) if passage.crosses else owing
    out += [*owed, *(_Leg(through, goal, leg.won, "in_owed") for leg in owed)]
    entry_id, accounts = _write(conn, passage.reason, out, heads[passage.from_lane], at)
    came_id = None
    if passage.crosses:
        use_lane(conn, passage.to_lane)
        clearing = account_path("lane_clearing", passage.from_lane)
        legs = [_Leg(clearing, _lot(id), won, f"in_{share}") for lot, id in made for share, won in lot.parts]
        legs += [_Leg(clearing, owing, leg.won, "in_owed") for leg in owed]
        came_id, accounts = _write(conn, passage.reason, legs, heads[passage.to_lane], at)
    new = [(lot, id, accounts[_lot(id)]) for lot, id in made]
    insert_handed_lots(
        conn,
        NewLots(passage.handover_id, passage.to_wallet, came_id or entry_id, new, passage.crosses),
        was,
        at=at,
    )
    use_lane(conn, passage.from_lane)
    return entry_id, came_id


@dataclass(frozen=True, slots=True)
class _Leg:
    """One transfer by the paths of its accounts; won."""

    debit: str
    credit: str
    won: int
    what: str


def _write(
    conn: Connection, reason: str, legs: Sequence[_Leg], head: LaneHead, at: datetime
) -> tuple[UUID, dict[str, int]]:
    """Post one entry in the lane looked at; answers it and the accounts by their paths."""
    accounts = open_accounts(conn, [path for leg in legs for path in (leg.debit, leg.credit)], at=at)
    moves = tuple(Transfer(accounts[leg.debit], accounts[leg.credit], leg.won, f"handover_{leg.what}") for leg in legs)
    entry_id = new_id(at)
    post(conn, [Entry(entry_id, "handover", effective_date(at, head), moves, reason=reason)], at=at)
    return entry_id, accounts


def _lot(id: UUID) -> str:
    return account_path("lot", id)
