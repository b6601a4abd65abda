"""Empty gift boxes: to the receiver as new lots with the same expiry and shares, or back to the sender's same lots."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.ids import new_id
from onnuri.kit.lanes import use_lane
from onnuri.ledger.dates import effective_date
from onnuri.ledger.model import Entry, Event, LaneHead, Transfer, account_path
from onnuri.ledger.post import open_accounts, post, publish
from onnuri.vouchers.gifts.gift_model import Ending, GiftEnd, Part
from onnuri.vouchers.gifts.gift_rows import end_gifts, end_received
from onnuri.vouchers.grace import give_grace
from onnuri.vouchers.life_rules import life_rules_at


def write_endings(
    conn: Connection, endings: Sequence[Ending], heads: dict[str, LaneHead], *, here: str, at: datetime
) -> None:
    """Post and write endings in both lanes of each; every lane of theirs is held (`heads`)."""
    for lane in sorted({ending.gift.from_lane for ending in endings}):
        use_lane(conn, lane)
        _empty_boxes(conn, [e for e in endings if e.gift.from_lane == lane], heads[lane], at)
    for lane in sorted({ending.gift.to_lane for ending in endings}):
        use_lane(conn, lane)
        theirs = [e for e in endings if e.gift.to_lane == lane]
        _receive(conn, [e for e in theirs if e.how is GiftEnd.ACCEPTED], lane, heads[lane], at)
        end_received(conn, theirs, at=at)
        _tell(conn, theirs, at, receiver=True)
    use_lane(conn, here)


def _empty_boxes(conn: Connection, endings: Sequence[Ending], head: LaneHead, at: datetime) -> None:
    """In the sender's lane: returns go to the lots; what leaves for another lane goes to the clearing account.

    What is accepted inside one lane is posted once, when the receiver's lots are made.
    """
    posted = [e for e in endings if e.how is not GiftEnd.ACCEPTED or e.gift.to_lane != e.gift.from_lane]
    entries = {ending.id: new_id(at) for ending in endings}
    on = effective_date(at, head)
    paths = [account_path("gift_box", e.id) for e in posted]
    paths += [account_path("lane_clearing", e.gift.to_lane) for e in posted if e.how is GiftEnd.ACCEPTED]
    accounts = open_accounts(conn, paths, at=at)
    books: list[Entry] = []
    for ending in posted:
        box = accounts[account_path("gift_box", ending.id)]
        if ending.how is GiftEnd.ACCEPTED:
            clearing = accounts[account_path("lane_clearing", ending.gift.to_lane)]
            transfers = _moved("gift_accept", [(box, clearing, part) for part in ending.gift.parts])
            books.append(Entry(entries[ending.id], "gift_accept", on, transfers))
        else:
            transfers = _moved("gift_return", [(box, part.account_id, part) for part in ending.gift.parts])
            books.append(Entry(entries[ending.id], "gift_return", on, transfers))
    returned = [part.lot_id for e in posted if e.how is not GiftEnd.ACCEPTED for part in e.gift.parts]
    if returned:
        give_grace(conn, returned, days=life_rules_at(conn, at=at).grace_days, on=on, at=at)
    if books:
        post(conn, books, at=at)
    if posted:
        end_gifts(conn, posted, entries, at=at)
    _tell(conn, endings, at, receiver=False)


def _receive(conn: Connection, accepted: Sequence[Ending], lane: str, head: LaneHead, at: datetime) -> None:
    """In the receiver's lane: a lot for each part, with its expiry and shares; it can't be given on or paid back."""
    if not accepted:
        return
    made = [(ending, part, new_id(at)) for ending in accepted for part in ending.gift.parts]
    sources = {e.id: _source(e, lane) for e in accepted}
    accounts = open_accounts(conn, [*sources.values(), *(account_path("lot", lot) for _, _, lot in made)], at=at)
    entries = {ending.id: new_id(at) for ending in accepted}
    on = effective_date(at, head)
    post(
        conn,
        [
            Entry(
                entries[ending.id], "gift_accept", on,
                _moved("gift_accept", [
                    (accounts[sources[ending.id]], accounts[account_path("lot", lot)], part)
                    for owner, part, lot in made if owner is ending
                ]),
            )
            for ending in accepted
        ],
        at=at,
    )  # fmt: skip
    _insert_lots(conn, [(e, part, lot, accounts[account_path("lot", lot)]) for e, part, lot in made], entries, at)
    inside = [ending for ending in accepted if ending.gift.from_lane == lane]
    if inside:
        end_gifts(conn, inside, entries, at=at)


def _source(ending: Ending, lane: str) -> str:
    if ending.gift.from_lane == lane:
        return account_path("gift_box", ending.id)
    return account_path("lane_clearing", ending.gift.from_lane)


def _moved(code: str, legs: Sequence[tuple[int, int, Part]]) -> tuple[Transfer, ...]:
    """Move both shares of each part from one account to another; a share of nothing moves nothing."""
    paid = [Transfer(debit, credit, part.paid, f"{code}_paid") for debit, credit, part in legs if part.paid]
    subsidy = [Transfer(debit, credit, part.subsidy, f"{code}_subsidy") for debit, credit, part in legs if part.subsidy]
    return (*paid, *subsidy)


def _insert_lots(
    conn: Connection, made: Sequence[tuple[Ending, Part, UUID, int]], entries: dict[UUID, UUID], at: datetime
) -> None:
    conn.execute(
        text("""
            INSERT INTO lots (id, wallet_id, account_id, source, charge_id, face, paid, subsidy, giftable, refundable,
            created_at, expires_at)
            SELECT l.id, l.wallet, l.account, 'gift', NULL, l.paid + l.subsidy, l.paid, l.subsidy, false, false, :at,
                l.expires
            FROM unnest(CAST(:ids AS uuid[]), CAST(:wallets AS uuid[]), CAST(:accounts AS bigint[]), CAST(:paid AS
                bigint[]),
                        CAST(:subsidy AS bigint[]), CAST(:expires AS timestamptz[])) AS l (id, wallet, account, paid,
                            subsidy, expires)
        """),
        {
            "at": at, "ids": [lot for _, _, lot, _ in made], "wallets": [e.gift.to_wallet for e, _, _, _ in made],
            "accounts": [account for _, _, _, account in made], "paid": [part.paid for _, part, _, _ in made],
            "subsidy": [part.subsidy for _, part, _, _ in made], "expires": [part.expires_at for _, part, _, _ in made],
        },
    )  # fmt: skip
    conn.execute(
        text("""
            INSERT INTO gift_lots (lot_id, gift_id, entry_id)
            SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:gifts AS uuid[]), CAST(:entries AS uuid[]))
        """),
        {
            "ids": [lot for _, _, lot, _ in made], "gifts": [e.id for e, _, _, _ in made],
            "entries": [entries[e.id] for e, _, _, _ in made],
        },
    )  # fmt: skip


def _tell(conn: Connection, endings: Sequence[Ending], at: datetime, *, receiver: bool) -> None:
    """Tell one side of each gift how it ended, in that side's lane."""
    events = [
        Event(
            "gift.accepted" if e.how is GiftEnd.ACCEPTED else "gift.returned",
            e.id,
            {
                "wallet_id": (e.gift.to_wallet if receiver else e.gift.from_wallet).hex,
                "amount": e.gift.amount,
                "reason": e.how.value,
            },
        )
        for e in endings
    ]
    publish(conn, events, at=at)
