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
from onnuri.vouchers.claw_backs.claw_back import ClawBack, ClawBackOrder, claw_back
from onnuri.vouchers.claw_backs.claw_back_order import ClawBackDraft, order_claw_back, reject_claw_back
from onnuri.vouchers.claw_backs.claw_back_repay import Repaid, Repayment, collect_refilled, repay
from onnuri.vouchers.expiry import expire_lots
from onnuri.vouchers.moving_in.migration_file import MovedLot, count, read_lots
from onnuri.vouchers.refunding.unclaimed import owed
from tests.books import books, journal, last_seq
from tests.vouchers.giving import credit_file, programme, run
from tests.vouchers.test_migrate_in import Move
from tests.vouchers.test_wallet_life import LATER, block, hand_over, person
from tests.world import OPENED, World, code, receipt, request_key


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


def refilled(world: World) -> None:
    """What she had spent is clawed back and repaid by bank; then the shop cancels."""
    maker, checker, (lot,) = person(world, "maker"), person(world, "checker"), world.lots("minji")
    paid = receipt(world.pay("minji", "fish", 20_000, key="paid again"))
    order = ClawBackOrder(request_key("all"), new_id(OPENED), lot.id, None, "요건 미달", maker, checker)
    debt = Repayment(request_key("debt"), new_id(OPENED), world.wallets["minji"], 40_000, None, "bank-1")
    with world.begin() as conn:
        (taken,) = claw_back(conn, [order], at=OPENED)
        (repaid,) = repay(conn, [debt], at=OPENED)
    assert isinstance(taken.value, ClawBack)
    assert isinstance(repaid.value, Repaid)
    assert code(world.cancel(paid)) == "ok"
    with world.begin() as conn:
        assert collect_refilled(conn, at=OPENED) == []


@pytest.fixture
def repaid(world: World) -> World:
    """Minji spent 40,000 of her grant, repaid it, and then a shop gave 20,000 back."""
    for name in ("minji", "jun"):
        world.wallet(name)
    world.shop("fish")
    run(world, programme(world), credit_file(world, [("minji", 50_000, "r1")]))
    receipt(world.pay("minji", "fish", 20_000))
    refilled(world)
    return world


def test_what_comes_back_after_it_was_repaid_is_its_holders_when_it_expires(repaid: World) -> None:
    (lot,) = repaid.lots("minji")
    assert lot.left == 20_000
    before = last_seq(repaid)
    with repaid.begin() as conn:
        (expired,), _ = expire_lots(conn, at=lot.expires_at)
    assert (expired.amount, expired.repaid) == (20_000, 20_000)
    assert journal(repaid, after=before) == books(f"""
        expiry_repaid lot:minji/1 -> unclaimed:{repaid.wallets["minji"].hex} 20,000
    """)
    assert repaid.balance("grant_receivable:payback") == 0


def test_what_comes_back_after_it_was_repaid_is_owed_to_the_heir(repaid: World) -> None:
    block(repaid, "minji")
    assert hand_over(repaid, "minji", "jun").amount == 20_000
    assert repaid.lots("jun") == []
    assert repaid.balance(f"unclaimed:{repaid.wallets['jun'].hex}") == 20_000


@pytest.mark.parametrize("heir", ["jun", "hana"])
def test_what_is_owed_since_an_expiry_goes_to_the_heir_too(town: World, heir: str) -> None:
    town.wallet("suho", 10_000)
    block(town, "suho")
    (lot,) = town.lots("suho")
    with town.begin() as conn:
        expire_lots(conn, at=lot.expires_at)
    done = hand_over(town, "suho", heir, at=lot.expires_at)
    assert (done.status, done.amount) == ("APPROVED", 9_300)
    with town.begin(town.lane_of[heir]) as conn:
        assert owed(conn, town.wallets[heir], at=lot.expires_at).amount == 9_300
    with town.begin() as conn:
        assert owed(conn, town.wallets["suho"], at=lot.expires_at).amount == 0
