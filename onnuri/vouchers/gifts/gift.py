"""Give bought value away: into a box, then to the receiver, or back to the very lots it came from.

A box is an account of the sender's lane. Every act holds the lanes of both sides, so that both see the same state;
value
that crosses lanes is two balanced entries through their clearing accounts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.ids import new_id
from onnuri.kit.lanes import use_lane
from onnuri.kit.requests import Answered
from onnuri.ledger.dates import effective_date
from onnuri.ledger.lanes import current_lane, take_lanes
from onnuri.ledger.model import Entry, Event, LaneHead, Transfer, account_path
from onnuri.ledger.post import open_accounts, post, publish
from onnuri.vouchers.acts import Act, answer_each
from onnuri.vouchers.gifts.gift_end import write_endings
from onnuri.vouchers.gifts.gift_model import (
    EndGift,
    Ending,
    EndingBook,
    Gift,
    GiftEnd,
    Part,
    SendGift,
    Sending,
    SendingBook,
    decide_ending,
    decide_sending,
)
from onnuri.vouchers.gifts.gift_rows import due_gifts, gifts_by_id, insert_gifts, insert_received
from onnuri.vouchers.holdings import giftable_lots, holdings
from onnuri.vouchers.life_rules import life_rules_at
from onnuri.vouchers.queries import wallets


def send_gifts(conn: Connection, items: Sequence[SendGift], *, at: datetime) -> list[Answered[Gift]]:
    """Box gifts of wallets of this lane; answer each, a refusal too."""
    here = current_lane(conn)
    lanes = _lanes(conn, [item.to_wallet for item in items])
    heads = take_lanes(conn, {here, *lanes.values()})
    lanes = _living(conn, lanes)

    def load(fresh: Sequence[SendGift]) -> _DecideSending:
        senders = [item.from_wallet for item in fresh]
        book = SendingBook(
            wallets(conn, senders), lanes, giftable_lots(conn, senders, at=at), life_rules_at(conn, at=at)
        )
        return _DecideSending(book, at)

    def write(sendings: Sequence[Sending]) -> None:
        _box(conn, sendings, heads[here], at)
        _tell_receivers(conn, sendings, here, at)

    return answer_each(conn, items, Act("gift", load, write, lambda ids: gifts_by_id(conn, ids)), at=at)


def preview_gift(conn: Connection, item: SendGift, *, at: datetime) -> Sending:
    """Tell what a gift would be by the rule that sending asks; nothing is written. Refuses what sending refuses."""
    lanes = _living(conn, _lanes(conn, [item.to_wallet]))
    senders = [item.from_wallet]
    book = SendingBook(wallets(conn, senders), lanes, giftable_lots(conn, senders, at=at), life_rules_at(conn, at=at))
    return decide_sending(item, book, at=at)


class _DecideSending:
    def __init__(self, book: SendingBook, at: datetime) -> None:
        self._book, self._at = book, at

    def __call__(self, item: SendGift) -> Sending:
        return decide_sending(item, self._book, at=self._at)


def _box(conn: Connection, sendings: Sequence[Sending], head: LaneHead, at: datetime) -> None:
    accounts = open_accounts(conn, [account_path("gift_box", sending.id) for sending in sendings], at=at)
    entries = {sending.id: new_id(at) for sending in sendings}
    on = effective_date(at, head)
    post(
        conn,
        [Entry(entries[s.id], "gift", on, _boxed(s.parts, accounts[account_path("gift_box", s.id)])) for s in sendings],
        at=at,
    )
    insert_gifts(conn, sendings, entries, at=at)
    publish(
        conn,
        [Event("gift.sent", s.id, {"wallet_id": s.item.from_wallet.hex, "amount": s.item.amount}) for s in sendings],
        at=at,
    )


def _boxed(parts: Sequence[Part], box: int) -> tuple[Transfer, ...]:
    paid = [Transfer(part.account_id, box, part.paid, "gift_paid") for part in parts if part.paid]
    subsidy = [Transfer(part.account_id, box, part.subsidy, "gift_subsidy") for part in parts if part.subsidy]
    return (*paid, *subsidy)


def _tell_receivers(conn: Connection, sendings: Sequence[Sending], here: str, at: datetime) -> None:
    for lane in sorted({sending.to_lane for sending in sendings}):
        theirs = [sending for sending in sendings if sending.to_lane == lane]
        use_lane(conn, lane)
        insert_received(conn, theirs, here, at=at)
        publish(
            conn,
            [
                Event("gift.received", s.id, {"wallet_id": s.item.to_wallet.hex, "amount": s.item.amount})
                for s in theirs
            ],
            at=at,
        )
    use_lane(conn, here)


def end_gifts(conn: Connection, items: Sequence[EndGift], *, at: datetime) -> list[Answered[Gift]]:
    """Accept or decline gifts to wallets of this lane, or withdraw gifts of wallets of this lane; answer each."""
    here = current_lane(conn)
    sides = _sides(conn, [item.gift_id for item in items], here)
    lanes = {lane for side in sides.values() for lane in side} | {here}
    heads = take_lanes(conn, lanes)

    def load(fresh: Sequence[EndGift]) -> _DecideEnding:
        gifts = _gifts(conn, {item.gift_id: sides[item.gift_id][0] for item in fresh if item.gift_id in sides}, here)
        receivers = [gift.to_wallet for gift in gifts.values() if gift.to_lane == here]
        held = holdings(conn, receivers, at=at)
        book = EndingBook(wallets(conn, receivers), gifts, held, life_rules_at(conn, at=at))
        return _DecideEnding(book, at)

    def write(endings: Sequence[Ending]) -> None:
        write_endings(conn, endings, heads, here=here, at=at)

    def read(ids: Sequence[UUID]) -> dict[UUID, Gift]:
        return _gifts(conn, {id: sides[id][0] for id in ids}, here)

    return answer_each(conn, items, Act("gift_end", load, write, read), at=at)


class _DecideEnding:
    def __init__(self, book: EndingBook, at: datetime) -> None:
        self._book, self._at = book, at

    def __call__(self, item: EndGift) -> Ending:
        return decide_ending(item, self._book, at=self._at)


def return_due_gifts(conn: Connection, *, at: datetime, limit: int = 500) -> list[Gift]:
    """Send gifts of this lane whose time is over back to their lots; answers them. Safe to run at any moment, any
    number of times.
    """
    here = current_lane(conn)
    due = due_gifts(conn, at=at, limit=limit)
    if not due:
        return []
    heads = take_lanes(conn, {here, *(lane for _, lane in due)})
    gifts = gifts_by_id(conn, [id for id, _ in due])
    endings = [Ending(gift, GiftEnd.TIMED_OUT) for gift in gifts.values() if gift.status == "BOXED"]
    if endings:
        write_endings(conn, endings, heads, here=here, at=at)
    return list(gifts_by_id(conn, [ending.id for ending in endings]).values())


def _lanes(conn: Connection, wallet_ids: Sequence[UUID]) -> dict[UUID, str]:
    rows = conn.execute(text("SELECT id, lane FROM shared.wallets WHERE id = ANY(:ids)"), {"ids": list(wallet_ids)})
    return {row.id: row.lane for row in rows}


def _living(conn: Connection, lanes: dict[UUID, str]) -> dict[UUID, str]:
    """Leave out who has left meanwhile, or has not arrived; their lanes are held."""
    query = "SELECT id FROM shared.wallets WHERE id = ANY(:ids) AND state = 'LIVE'"
    living = set(conn.execute(text(query), {"ids": list(lanes)}).scalars())
    return {id: lane for id, lane in lanes.items() if id in living}


def _sides(conn: Connection, ids: Sequence[UUID], here: str) -> dict[UUID, tuple[str, str]]:
    """Tell the sender's and the receiver's lane of each gift; neither ever changes."""
    rows = conn.execute(
        text("""
            SELECT id, :here AS from_lane, to_lane FROM gifts WHERE id = ANY(:ids)
            UNION
            SELECT gift_id, from_lane, :here FROM gifts_received WHERE gift_id = ANY(:ids)
        """),
        {"ids": list(ids), "here": here},
    )
    return {row.id: (row.from_lane, row.to_lane) for row in rows}


def _gifts(conn: Connection, lanes: dict[UUID, str], here: str) -> dict[UUID, Gift]:
    """Read gifts in the lanes of their senders."""
    found: dict[UUID, Gift] = {}
    for lane in sorted(set(lanes.values())):
        use_lane(conn, lane)
        found |= gifts_by_id(conn, [id for id, theirs in lanes.items() if theirs == lane])
    use_lane(conn, here)
    return found
