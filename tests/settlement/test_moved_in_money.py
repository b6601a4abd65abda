"""What another operator owes for value that moved in: a break with an owner until it came, then matched to its line."""

from __future__ import annotations

import hashlib
from uuid import UUID

from sqlalchemy import text

from onnuri.kit.ids import public_id
from onnuri.kit.refusals import DomainError
from onnuri.people.register import NewPerson, register_people
from onnuri.people.sealing import sealer_of
from onnuri.vouchers.moving_in.migrate_in import MovedFile, approve_migration, stage_migration
from onnuri.vouchers.moving_in.migrate_open import open_moved_in, switch_migration
from onnuri.vouchers.moving_in.migrate_paid import migration_paid, money_awaited
from onnuri.vouchers.moving_in.migrate_post import post_migration_chunk
from onnuri.vouchers.moving_in.migration_file import LOT_HEADER, MovedLot, count, read_lots
from tests.settlement.test_receipts import pay_in, told
from tests.settlement.town import FRIDAY, TUESDAY, Town, seoul
from tests.world import OPENED

BOUGHT = (
    "bought,digital,100000,93000,35000,2026-10-05,2031-10-05,settled",
    "gift,digital,33333,31000,33333,2026-01-01",
)
MONEY = 32_550 + 31_000
AT = seoul(FRIDAY, 14)


def approved(town: Town, *tails: str) -> UUID:
    """Stage a file of one newcomer and let another person approve it."""
    with town.world.begin() as conn:
        people = [NewPerson(name) for name in ("newcomer", "maker", "checker")]
        newcomer, maker, checker = register_people(conn, sealer_of(town.world.database.settings), people, at=OPENED)
    file = [",".join(LOT_HEADER) + "\n"]
    file += [f"{public_id('per', newcomer)},A{newcomer.hex}{place},{tail}\n" for place, tail in enumerate(tails)]
    sent = MovedFile("earlier operator", hashlib.sha256("".join(file).encode()).digest())
    with town.world.begin() as conn:
        id = stage_migration(conn, file, sent, by=maker, at=OPENED).id
        control = count(lot for lot in read_lots(file) if isinstance(lot, MovedLot))
        approve_migration(conn, id, control, by=checker, at=OPENED)
    return id


def moved_in(town: Town, *tails: str) -> UUID:
    """Move such a file in, up to its open wallets."""
    id = approved(town, *tails)
    for lane in town.world.engines:
        with town.world.begin(lane) as conn:
            post_migration_chunk(conn, id, at=AT)
    with town.world.begin() as conn:
        switch_migration(conn, id, at=AT)
    for lane in town.world.engines:
        with town.world.begin(lane) as conn:
            open_moved_in(conn, at=AT)
    return id


def receive(town: Town, id: UUID, reference: str) -> int | str:
    """Count what the other operator paid; how much it must be, or the refusal."""
    try:
        with town.world.begin() as conn:
            by = conn.execute(text("SELECT approved_by FROM shared.migrations WHERE id = :id"), {"id": id}).scalar_one()
            return migration_paid(conn, id, reference=reference, by=by, at=AT)
    except DomainError as refusal:
        return refusal.code


def two_lots(town: Town) -> UUID:
    return moved_in(town, BOUGHT[0], BOUGHT[1] + ",2031-01-01,settled")


def test_money_that_did_not_come_is_a_break_with_an_owner_until_it_is_counted_and_seen(town: Town) -> None:
    id = two_lots(town)
    with town.world.begin() as conn:
        assert money_awaited(conn, [id]) == {id: MONEY}
    town.fetch(FRIDAY)
    town.match(FRIDAY)
    assert told(town) == f"migration_unpaid {-MONEY:,} finance 3"
    assert (town.bank_comparison().difference, town.balanced()) == (-MONEY, True)
    reference = pay_in(town, MONEY, on=TUESDAY)
    assert receive(town, id, reference.lower()) == MONEY
    town.fetch(TUESDAY)
    assert town.match().receipts == 1
    assert (told(town), town.balanced(), town.bank_comparison().difference) == ("", True, 0)
    with town.world.begin() as conn:
        assert money_awaited(conn, [id]) == {}


def test_before_the_first_statement_of_its_day_it_is_on_its_way(town: Town) -> None:
    town.fetch(FRIDAY)
    two_lots(town)
    assert (town.bank_comparison().in_transit, town.balanced()) == (-MONEY, True)


def test_it_is_counted_once_and_only_for_what_is_live_and_owed(town: Town) -> None:
    early = approved(town, BOUGHT[0])
    assert receive(town, early, "L1") == "migration_not_at_this_step"
    grants = moved_in(town, "bought,digital,10000,0,10000,2026-10-05,2031-10-05,settled")
    assert receive(town, grants, "L1") == "migration_owes_nothing"
    id = two_lots(town)
    assert receive(town, id, "L 1") == "bank_receipt_malformed"
    assert receive(town, id, "L1") == MONEY
    assert receive(town, id, "l1") == MONEY
    assert receive(town, id, "L2") == "migration_paid_before"
    other = moved_in(town, "bought,digital,20000,18600,20000,2026-10-05,2031-10-05,settled")
    assert receive(town, other, "L1") == "bank_receipt_used"
    assert town.world.rows("shared.bank_receipts") == 1
    assert town.world.rows("shared.migrations WHERE paid_by = approved_by") == 1


def test_another_amount_than_is_owed_is_a_break(town: Town) -> None:
    assert receive(town, two_lots(town), pay_in(town, MONEY - 1_000)) == MONEY
    town.fetch(FRIDAY)
    assert (town.match(FRIDAY).receipts, told(town)) == (0, "amount_differs -1,000 bank_desk 3")
    assert town.balanced()
