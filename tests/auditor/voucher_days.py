"""Weeks of vouchers after the market days, by the house's own verbs: gifts, grants, claw-backs, a company, expiry."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg

from onnuri.kit.database import Database, Role
from onnuri.kit.ids import new_id
from onnuri.ledger.archive import archive_partition, partitions, return_partition
from onnuri.people.register import NewPerson, register_people
from onnuri.people.sealing import sealer_of
from onnuri.settlement.match import match_statements
from onnuri.vouchers.claw_backs.claw_back import ClawBack, ClawBackOrder, claw_back
from onnuri.vouchers.claw_backs.claw_back_repay import Repaid, Repayment, collect_refilled, repay
from onnuri.vouchers.expiry import expire_lots, notify_expiring
from onnuri.vouchers.gifts.gift_model import GiftEnd
from onnuri.vouchers.giving.corporate import (
    CompanyPurchase,
    buy_for_company,
    company_source,
    move_to_lane,
    register_company,
)
from onnuri.vouchers.policies.policy_change import PolicyDraft, approve_policy, propose_policy, reject_policy
from tests.auditor.market_day import LANES, RECEIPT, run_market_days
from tests.auditor.office_days import run_office_days
from tests.auditor.repaid_days import run_repaid_days
from tests.auditor.wallet_days import run_wallet_days
from tests.vouchers.giving import accept, credit_file, end, gift_of, programme, return_due, run, send
from tests.vouchers.money_back import CANCEL, came_back, give_back, seoul
from tests.world import NO_FUNDS, World, code, receipt, request_key, settled

THURSDAY = seoul(2026, 11, 26, 10)
PARTITION = 12


def run_voucher_days(database: Database) -> None:
    """Run the market days, seven weeks of vouchers and what was repaid then: every table of the house has a row."""
    _small_partitions(database)
    world = run_market_days(database)
    _archive(world)
    maker, checker = people(world, "maker", "checker")
    _change_the_rules(world, maker, checker)
    for lane in LANES:
        far = LANES[LANES.index(lane) - 1]
        world.wallet(f"mother/{lane}", 100_000, 50_000, lane=lane, at=THURSDAY)
        world.wallet(f"child/{lane}", lane=lane, at=THURSDAY)
        world.wallet(f"cousin/{lane}", lane=far, at=THURSDAY)
    _company(world)
    for lane in LANES:
        _gifts(world, lane)
    _grants(world, maker, checker)
    run_office_days(world, maker, checker)
    _expire(world)
    _sell_the_budget(world)
    _end_gifts(world)
    run_wallet_days(world, maker, checker)
    run_repaid_days(world, maker, checker)
    world.close()


def people(world: World, *names: str) -> list[UUID]:
    """Register people who work here."""
    with world.begin() as conn:
        return register_people(
            conn, sealer_of(world.database.settings), [NewPerson(name) for name in names], at=THURSDAY
        )


def _small_partitions(database: Database) -> None:
    """Let the partitions of lane_00 be so small that the first days fill one."""
    with psycopg.connect(database.superuser_url(), autocommit=True) as conn:
        conn.execute("SET search_path = lane_00")
        conn.execute("DROP TABLE transfers_000000000001")
        conn.execute("UPDATE lane SET partition_rows = %s, partition_hi = 1", (PARTITION,))
        conn.execute("SELECT add_partition()")
        conn.execute("UPDATE lane SET partition_rows = 100000")


def _archive(world: World) -> None:
    """The oldest transfers of lane_00 leave to a file and come back."""
    owner = world.database.single(Role.OWNER)
    with tempfile.TemporaryDirectory() as folder, owner.begin() as conn:
        name = partitions(conn)[0][0]
        left = archive_partition(conn, name, directory=Path(folder), at=THURSDAY)
        return_partition(conn, left.path, at=THURSDAY + timedelta(minutes=1))


def _change_the_rules(world: World, maker: UUID, checker: UUID) -> None:
    """The year ends with ten percent and a budget, after half a day of twelve; one proposal is refused, one waits."""
    special = PolicyDraft("special", {"rate_bps": 1_000, "budget": 100_001}, seoul(2026, 12, 28, 0), None, "연말 할인")
    worse = PolicyDraft("worse", {"rate_bps": 100}, seoul(2027, 3, 1, 0), None, "고시 2026-77")
    open_one = PolicyDraft("spring", {"rate_bps": 1_200}, seoul(2027, 4, 1, 0), seoul(2027, 5, 1, 0), "고시 2026-78")
    begins = seoul(2026, 12, 27, 0)
    morning = PolicyDraft("morning", {"rate_bps": 1_200}, begins, begins + timedelta(hours=12), "하루 할인")
    with world.begin() as conn:
        ids = [propose_policy(conn, each, by=maker, at=THURSDAY).id for each in (special, worse, open_one, morning)]
        approve_policy(conn, ids[0], by=checker, at=THURSDAY + timedelta(minutes=2))
        approve_policy(conn, ids[3], by=checker, at=THURSDAY + timedelta(minutes=2))
        reject_policy(conn, ids[1], by=checker, at=THURSDAY + timedelta(minutes=3))


def _gifts(world: World, lane: str) -> None:
    """Gifts are accepted at home and in the other lane, declined, withdrawn, left until their time is over."""
    at = THURSDAY + timedelta(hours=1)
    mother, child, cousin = f"mother/{lane}", f"child/{lane}", f"cousin/{lane}"
    assert code(world.pay(mother, "rice", 7_777, at=at)) == "ok"
    accept(world, gift_of(send(world, mother, child, 120_000, at=at)), child, at=at + timedelta(minutes=1))
    accept(world, gift_of(send(world, mother, cousin, 10_001, at=at)), cousin, at=at + timedelta(minutes=2))
    end(world, gift_of(send(world, mother, child, 3_000, at=at)), child, GiftEnd.DECLINED, at=at + timedelta(minutes=3))
    end(
        world, gift_of(send(world, mother, cousin, 2_000, at=at)), mother, GiftEnd.WITHDRAWN, at=at + timedelta(hours=1)
    )
    gift_of(send(world, mother, cousin, 4_321, at=at + timedelta(hours=2)))
    assert code(world.pay(child, "tofu", 20_000, at=at + timedelta(hours=2))) == "ok"
    refused = send(world, child, mother, 1, at=at + timedelta(hours=2))
    assert not refused.replayed


def _company(world: World) -> None:
    """A company buys, brings a part to the other lane and distributes by list; something stays with it."""
    at = THURSDAY + timedelta(minutes=30)
    with world.begin() as conn:
        company = register_company(conn, business_number="1234567891", name="한빛", by="op", at=at)
        orders = [
            CompanyPurchase(new_id(at), request_key(f"buy {n}"), company, won, f"receipt-{n}")
            for n, won in enumerate((RECEIPT, 50_000))
        ]
        buy_for_company(conn, orders, at=at)
        source = company_source(conn, company, at=at)
        move_to_lane(conn, company, LANES[1], 70_000, at=at)
        assert match_statements(conn, at=at).receipts == 1
    rows = [(f"child/{lane}", 25_000, f"staff-{place}") for place, lane in enumerate(LANES)]
    report = run(world, source, credit_file(world, [*rows, ("nobody", 1, "staff-9")]), at=at)
    assert (report.lines, report.refused) == (2, 1)


def _grants(world: World, maker: UUID, checker: UUID) -> None:
    """Two programmes credit both lanes; one of them takes back what was left and what was spent, and is repaid."""
    at = THURSDAY + timedelta(hours=4)
    brief, long = programme(world, days=31, at=seoul(2026, 11, 5, 0)), programme(world, "winter", days=400, at=at)
    for source in (brief, long):
        rows = [
            (f"{who}/{lane}", 20_000 + 1_000 * place, f"{who}{place}")
            for who in ("child", "cousin")
            for place, lane in enumerate(LANES)
        ]
        report = run(world, source, credit_file(world, [*rows, (f"child/{LANES[0]}", 5, "child0")]), at=at)
        assert (report.lines, report.refused) == (4, 1)
    for lane in LANES:
        _claw_back(world, lane, maker, checker)


def _claw_back(world: World, lane: str, maker: UUID, checker: UUID) -> None:
    """Of a grant of winter 15,000 won are spent; all of it is taken back; the debt is repaid in three ways, in part."""
    at = THURSDAY + timedelta(hours=5)
    name = next(who for who in (f"cousin/{LANES[0]}", f"cousin/{LANES[1]}") if world.lane_of[who] == lane)
    granted = [lot for lot in world.lots(name) if lot.source == "grant"]
    brief, winter = sorted(granted, key=lambda lot: lot.expires_at)
    paid = receipt(world.pay(name, "kimchi", brief.left + 10_001 + 15_000, at=at))
    order = ClawBackOrder(request_key(f"claw {lane}"), new_id(at), winter.id, None, "소득 요건 미달", maker, checker)
    with world.begin(lane) as conn:
        (done,) = claw_back(conn, [order], at=at + timedelta(minutes=1))
    assert isinstance(done.value, ClawBack), done.value
    world.cancel(paid, 4_000, at=at + timedelta(minutes=2))
    world.charge(name, 30_000, at=at + timedelta(minutes=3))
    with world.begin(lane) as conn:
        collect_refilled(conn, at=at + timedelta(minutes=4))
        items = [
            Repayment(request_key(f"repay {lane} {n}"), new_id(at), world.wallets[name], 2_500 + n, consent, bank)
            for n, (consent, bank) in enumerate([(at, None), (None, f"repaid-{lane[-2:]}")])
        ]
        answers = repay(conn, items, at=at + timedelta(minutes=5))
    assert all(isinstance(answer.value, Repaid) for answer in answers), answers


def _sell_the_budget(world: World) -> None:
    """In the special budget: one charge stays, one fails, one comes back, one finds too little left."""
    at = seoul(2026, 12, 28, 10)
    for lane in LANES:
        name = f"mother/{lane}"
        settled(world.charge(name, 300_000, at=at))
        settled(world.charge(name, 40_000, at=at, bank=NO_FUNDS))
        settled(world.charge(name, 50_000, at=at))
        came_back(give_back(world, name, CANCEL, place=len(world.lots(name)), at=at + timedelta(minutes=1)))
        assert code(world.charge(name, 260_000, at=at + timedelta(minutes=2))) == "budget_spent"


def _expire(world: World) -> None:
    """The brief programme ends: notices, a payment at the last moment, its cancel with grace, postings once."""
    for lane in LANES:
        for day in (1, 5):
            _notify(world, lane, seoul(2026, 12, day, 11))
        late = receipt(world.pay(f"child/{lane}", "fish", 9_000, at=seoul(2026, 12, 5, 20)))
        _post_expired(world, lane, seoul(2026, 12, 6, 0))
        assert code(world.cancel(late, 3_000, at=seoul(2026, 12, 7))) == "ok"
        _post_expired(world, lane, seoul(2026, 12, 7, 13))


def _end_gifts(world: World) -> None:
    """What nobody accepted goes back; one more is boxed and stays so."""
    return_due(world, at=seoul(2026, 12, 30))
    at = seoul(2026, 12, 30, 13)
    for lane in LANES:
        world.wallet(f"aunt/{lane}", 20_000, lane=lane, at=at)
        gift_of(send(world, f"aunt/{lane}", f"child/{lane}", 6_000, at=at))


def _notify(world: World, lane: str, at: datetime) -> None:
    with world.begin(lane) as conn:
        notify_expiring(conn, at=at)


def _post_expired(world: World, lane: str, at: datetime) -> None:
    with world.begin(lane) as conn:
        expire_lots(conn, at=at)
