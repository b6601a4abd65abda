"""Granted value that was handed over or moved in: it expires to its programme and is clawed back where it is now."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest

from onnuri.auditor.report import audit
from onnuri.auditor.snapshot import look_through
from onnuri.kit.database import Database
from onnuri.kit.ids import new_id
from onnuri.kit.refusals import DomainError
from onnuri.kit.requests import Answered
from onnuri.vouchers.claw_back import ClawBack, ClawBackOrder, claw_back
from onnuri.vouchers.claw_back_order import ClawBackDraft, order_claw_back, reject_claw_back
from onnuri.vouchers.expiry import expire_lots
from onnuri.vouchers.migration_file import MovedLot, count, read_lots
from tests.books import books, journal, last_seq
from tests.vouchers.giving import credit_file, programme, run
from tests.vouchers.test_migrate_in import Move
from tests.vouchers.test_wallet_life import LATER, block, hand_over, person
from tests.world import World, receipt, request_key


@pytest.fixture
def town(database: Database, invariants: None) -> Iterator[World]:
    """Minji was granted 50,000 won of which she spent 20,000; Jun's wallet is in her lane, Hana's in another."""
    made = World(database, lanes=("lane_00", "lane_01"))
    made.shop("fish")
    made.wallet("minji")
    made.wallet("jun")
    made.wallet("hana", lane="lane_01")
    run(made, programme(made), credit_file(made, [("minji", 50_000, "r1")]))
    receipt(made.pay("minji", "fish", 20_000))
    block(made, "minji")
    yield made
    made.close()


def claw(world: World, name: str, lot: UUID, amount: int | None = None) -> Answered[ClawBack]:
    """Take a grant back, or be refused."""
    maker, checker = person(world, "maker"), person(world, "checker")
    order = ClawBackOrder(request_key(f"{lot} {amount}"), new_id(LATER), lot, amount, "요건 미달", maker, checker)
    with world.begin(world.lane_of[name]) as conn:
        (answer,) = claw_back(conn, [order], at=LATER)
    return answer


@pytest.mark.parametrize("heir", ["jun", "hana"])
def test_what_was_granted_expires_to_its_programme_also_from_an_heir(town: World, heir: str) -> None:
    hand_over(town, "minji", heir)
    (lot,) = town.lots(heir)
    lane = town.lane_of[heir]
    before = last_seq(town, lane=lane)
    with town.begin(lane) as conn:
        expire_lots(conn, at=lot.expires_at)
    assert journal(town, lane=lane, after=before) == books(f"""
        expiry_grant lot:{heir}/1 -> grant_receivable:payback 30,000
    """)


@pytest.mark.parametrize("heir", ["jun", "hana"])
def test_what_was_handed_over_is_clawed_back_from_the_heir_and_only_there(town: World, heir: str) -> None:
    hand_over(town, "minji", heir)
    (old,), (new,) = town.lots("minji"), town.lots(heir)
    refused = claw(town, "minji", old.id, 20_001).value
    assert isinstance(refused, DomainError)
    assert (refused.code, refused.facts) == ("claw_back_too_much", {"left": 20_000})
    taken = claw(town, heir, new.id).value
    assert isinstance(taken, ClawBack)
    assert (taken.programme, taken.from_lot, taken.owed) == ("payback", 30_000, 0)
    owed = claw(town, "minji", old.id).value
    assert isinstance(owed, ClawBack)
    assert (owed.from_lot, owed.owed) == (0, 20_000)


def test_an_open_claw_back_is_decided_before_the_wallet_is_handed_over(town: World) -> None:
    (lot,) = town.lots("minji")
    maker, checker = person(town, "maker"), person(town, "checker")
    with town.begin() as conn:
        ordered = order_claw_back(conn, ClawBackDraft(lot.id, None, "요건 미달"), by=maker, at=LATER)
    with pytest.raises(DomainError) as refused:
        hand_over(town, "minji", "jun")
    assert refused.value.code == "handover_waits_for_claw_back"
    with town.begin() as conn:
        reject_claw_back(conn, ordered.id, by=checker, at=LATER)
    assert hand_over(town, "minji", "jun").amount == 30_000


def test_the_auditor_finds_a_claw_back_of_what_was_handed_over_before(town: World, database: Database) -> None:
    claw(town, "minji", town.lots("minji")[0].id, 10_000)
    hand_over(town, "minji", "jun")
    with psycopg.connect(database.superuser_url()) as conn:
        conn.execute("SET LOCAL session_replication_role = replica")
        conn.execute("UPDATE lane_00.transfers SET amount = 41000 WHERE code = 'handover_face'")
        report = audit(look_through(conn))
        conn.rollback()
    (wrong,) = [str(check) for check in report.checks if check.name == "claw_backs_kept"]
    assert "were handed over" in wrong


def test_what_moved_in_is_clawed_back_and_expires_as_a_grant(town: World) -> None:
    move = Move(town)
    tail = "grant,payback,50000,0,30000,2026-11-20,2027-01-20,settled"
    lines = [move.file()[0], move.line(move.minji, "G1", tail), move.line(move.jun, "G2", tail)]
    move.stage(lines)
    assert move.approve(count(lot for lot in read_lots(lines) if isinstance(lot, MovedLot))) == "ok"
    move.post()
    move.switch()
    move.adopt("newcomer", move.minji)
    (lot,) = town.lots("newcomer")
    taken = claw(town, "newcomer", lot.id, 10_000).value
    assert isinstance(taken, ClawBack)
    assert (taken.programme, taken.from_lot, taken.owed) == ("payback", 10_000, 0)
    with town.begin(town.lane_of["newcomer"]) as conn:
        expire_lots(conn, at=lot.expires_at)
    assert town.left("newcomer") == [0]
