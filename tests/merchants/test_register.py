"""Shops in the register: opening, the life cycle with its history, and what is refused on the way."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError

from onnuri.kit.database import Database, Role
from onnuri.kit.refusals import DomainError
from onnuri.merchants.change_status import (
    BusinessNumberFixed,
    ShopPapersMissing,
    StatusChange,
    change_statuses,
    confirm_business_number,
    expire_due,
)
from onnuri.merchants.import_markets import import_markets
from onnuri.merchants.import_merchants import import_merchants
from onnuri.merchants.merchant_files import read_merchant_file
from onnuri.merchants.queries import (
    find_shop,
    markets_by_code,
    shops_of_market,
    status_history,
    statuses_at,
)
from onnuri.merchants.register import OpenedShop, ShopOpening, open_shops
from onnuri.merchants.sample_markets import sample_markets
from onnuri.merchants.sample_shops import sample_shops
from onnuri.merchants.stall_number import parse_stall_number
from onnuri.merchants.status import ShopStatus, ShopUnknown, StatusMoveRefused, may_be_paid

AT = datetime(2026, 11, 20, 1, tzinfo=UTC)


def _market_ids(conn: Connection) -> list[UUID]:
    markets = sample_markets()
    import_markets(conn, markets=markets, source="sample", at=AT)
    known = markets_by_code(conn, codes=[market.code for market in markets])
    return [known[market.code].id for market in markets]


def _opened(conn: Connection, count: int, status: ShopStatus = ShopStatus.ACTIVE) -> list[UUID]:
    markets = _market_ids(conn)
    openings = [
        ShopOpening(markets[place % len(markets)], shop.name, shop.business_number, shop.goods)
        for place, shop in enumerate(sample_shops(count))
    ]
    answers = open_shops(conn, openings=openings, at=AT, by="test", status=status)
    shops = [answer for answer in answers if isinstance(answer, OpenedShop)]
    assert len(shops) == count
    return [shop.id for shop in shops]


def _codes(answers: list[OpenedShop | DomainError]) -> list[str]:
    return [answer.code if isinstance(answer, DomainError) else "opened" for answer in answers]


def test_a_shop_gets_a_stall_number_of_its_own_and_three_years(conn: Connection) -> None:
    ids = _opened(conn, 200)
    shop = find_shop(conn, shop_id=ids[0])
    numbers = {find_shop(conn, shop_id=shop_id).stall_number for shop_id in ids}
    assert len(numbers) == 200
    assert all(parse_stall_number(number) == number and number[0] != "0" for number in numbers)
    assert (shop.status, shop.valid_until) == (ShopStatus.ACTIVE, date(2029, 11, 19))
    assert [period.status for period in status_history(conn, shop_id=shop.id)] == [ShopStatus.ACTIVE]


def test_one_refusal_in_a_batch_leaves_its_neighbours(conn: Connection) -> None:
    market = _market_ids(conn)[0]
    good, other = (shop.business_number for shop in sample_shops(2))
    wrong = good[:9] + str((int(good[9]) + 1) % 10)
    openings = [
        ShopOpening(market, "망원 떡집", good),
        ShopOpening(market, "망원 떡집", wrong),
        ShopOpening(uuid4(), "어딘가", good),
        ShopOpening(market, "망원떡집", good),
        ShopOpening(market, "망원 떡집 2호", good),
        ShopOpening(market, "망원 떡집", other),
    ]
    answers = open_shops(conn, openings=openings, at=AT, by="test")
    expected = ["business_number_wrong", "market_unknown", "shop_registered_already", "opened", "opened"]
    assert _codes(answers) == ["opened", *expected]
    assert _codes(open_shops(conn, openings=openings[:1], at=AT, by="test")) == ["shop_registered_already"]
    assert len(shops_of_market(conn, market_id=market)) == 3


def test_an_ended_shop_may_register_anew(conn: Connection) -> None:
    market = _market_ids(conn)[0]
    opening = ShopOpening(market, "망원 떡집", sample_shops(1)[0].business_number)
    (first,) = open_shops(conn, openings=[opening], at=AT, by="test", status=ShopStatus.ACTIVE)
    assert isinstance(first, OpenedShop)
    change_statuses(conn, changes=[StatusChange(first.id, ShopStatus.DEREGISTERED, "moved")], at=AT, by="test")
    (second,) = open_shops(conn, openings=[opening], at=AT, by="test")
    assert isinstance(second, OpenedShop)
    assert second.stall_number != first.stall_number


def test_the_history_keeps_every_status_and_tells_the_one_of_any_instant(conn: Connection) -> None:
    (shop_id,) = _opened(conn, 1, ShopStatus.APPLIED)
    steps = [ShopStatus.CONDITIONAL, ShopStatus.ACTIVE, ShopStatus.SUSPENDED, ShopStatus.ACTIVE]
    for day, step in enumerate(steps, start=1):
        change_statuses(
            conn, changes=[StatusChange(shop_id, step, f"step {day}")], at=AT + timedelta(days=day), by="minji"
        )
    history = status_history(conn, shop_id=shop_id)
    assert [period.status for period in history] == [ShopStatus.APPLIED, *steps]
    assert {period.changed_by for period in history[1:]} == {"minji"}
    told = statuses_at(conn, ids=[shop_id], at=AT + timedelta(days=3, hours=1))
    assert told[shop_id].status is ShopStatus.SUSPENDED
    assert statuses_at(conn, ids=[shop_id], at=AT - timedelta(days=1)) == {}
    assert find_shop(conn, shop_id=shop_id).valid_until == date(2029, 11, 21)


def test_several_steps_of_one_shop_in_a_batch_are_taken_in_order(conn: Connection) -> None:
    first, second = _opened(conn, 2)
    answers = change_statuses(
        conn,
        changes=[
            StatusChange(first, ShopStatus.SUSPENDED, "complaint"),
            StatusChange(first, ShopStatus.CONDITIONAL, "nonsense"),
            StatusChange(uuid4(), ShopStatus.ACTIVE, "nobody"),
            StatusChange(second, ShopStatus.CANCELLED, "gambling"),
            StatusChange(first, ShopStatus.ACTIVE, "cleared"),
        ],
        at=AT,
        by="test",
    )
    assert answers[0] is ShopStatus.ACTIVE
    assert isinstance(answers[1], StatusMoveRefused)
    assert isinstance(answers[2], ShopUnknown)
    assert answers[3:] == [ShopStatus.ACTIVE, ShopStatus.SUSPENDED]
    reasons = [period.reason for period in status_history(conn, shop_id=first)]
    assert reasons == ["opened", "complaint", "cleared"]
    assert find_shop(conn, shop_id=first).status is ShopStatus.ACTIVE
    assert find_shop(conn, shop_id=second).status is ShopStatus.CANCELLED


def test_three_years_begin_with_the_activation_also_when_a_suspension_follows_at_once(conn: Connection) -> None:
    (shop_id,) = _opened(conn, 1, ShopStatus.APPLIED)
    steps = [StatusChange(shop_id, ShopStatus.ACTIVE, "papers"), StatusChange(shop_id, ShopStatus.SUSPENDED, "closed")]
    change_statuses(conn, changes=steps, at=AT, by="test")
    assert find_shop(conn, shop_id=shop_id).valid_until == date(2029, 11, 19)


def test_registrations_expire_the_day_after_their_last(conn: Connection) -> None:
    ids = _opened(conn, 3)
    last = date(2029, 11, 19)
    assert expire_due(conn, on=last, at=AT) == []
    assert sorted(expire_due(conn, on=last + timedelta(days=1), at=AT)) == sorted(ids)
    shop = find_shop(conn, shop_id=ids[0])
    assert shop.status is ShopStatus.EXPIRED
    assert not may_be_paid(shop.status, shop.valid_until, last)


def test_the_history_can_not_be_rewritten_by_the_application(engine: Engine) -> None:
    with engine.begin() as conn:
        _opened(conn, 1)
    for statement in (
        "UPDATE shared.shop_statuses SET status = 'ACTIVE'",
        "DELETE FROM shared.shop_statuses",
        "DELETE FROM shared.shops",
        "UPDATE shared.shops SET stall_number = '1000000'",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), engine.begin() as conn:
            conn.execute(text(statement))


def test_stall_numbers_stay_unique_when_many_open_shops_at_once(engine: Engine) -> None:
    with engine.begin() as conn:
        market = _market_ids(conn)[0]
    shops = sample_shops(200)
    failures: list[BaseException] = []

    def work(part: int) -> None:
        try:
            for shop in shops[part * 50 : part * 50 + 50 : 5]:
                with engine.begin() as mine:
                    opening = ShopOpening(market, shop.name, shop.business_number)
                    open_shops(mine, openings=[opening], at=AT, by=f"clerk {part}")
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=work, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with engine.begin() as conn:
        assert len({shop.stall_number for shop in shops_of_market(conn, market_id=market)}) == 40


HEADER = "가맹점명,소속 시장명,소재지,취급품목,지류형 가맹 여부,디지털형 가맹 여부,등록년도"
LINES = (
    "은하떡집,망원시장,서울특별시 마포구 망원동,떡,Y,Y,2021",
    "종이만,망원시장,서울특별시,잡화,Y,N,2021",
    "강릉건어물,중앙시장,강원도,건어물,Y,Y,2020",
    "어딘가,없는시장,서울특별시,잡화,Y,Y,2021",
    "속초횟집,속초관광수산시장(구 속초중앙전통시장),강원도 속초시,수산물,N,Y,2022",
)


def test_the_official_merchants_come_in_once_and_wait_for_their_papers(conn: Connection) -> None:
    _market_ids(conn)
    merchants = read_merchant_file("\r\n".join([HEADER, *LINES]).encode("cp949")).merchants
    dry = import_merchants(conn, merchants=merchants, at=AT, by="import", dry_run=True)
    done = import_merchants(conn, merchants=merchants, at=AT, by="import")
    again = import_merchants(conn, merchants=merchants, at=AT, by="import")
    assert (dry.added, done.added, again.added) == (3, 3, 0)
    assert (done.unchanged, again.unchanged, done.paper_only) == (0, 3, 1)
    assert [f"{note.line}: {note.text}" for note in done.market_unknown] == ["5: 서울특별시 없는시장"]
    assert done.market_ambiguous == ()
    shops = conn.execute(text("SELECT name, status, stall_number FROM shared.shops ORDER BY stall_number")).all()
    assert [(row.name, row.status) for row in shops] == [
        ("은하떡집", "APPLIED"),
        ("강릉건어물", "APPLIED"),
        ("속초횟집", "APPLIED"),
    ]


def test_a_market_name_that_two_districts_share_needs_the_district(conn: Connection) -> None:
    here = next(market for market in sample_markets() if market.name == "망원시장")
    rows = ("가,망원시장,서울특별시,떡,Y,Y,2021", "나,망원시장,서울특별시 중구 어딘가,떡,Y,Y,2021")
    table = read_merchant_file("\n".join([HEADER, *rows]).encode())
    import_markets(conn, markets=[here], source="sample", at=AT)
    conn.execute(text(_elsewhere(here.code)))
    done = import_merchants(conn, merchants=table.merchants, at=AT, by="import")
    assert (done.added, [note.line for note in done.market_ambiguous]) == (1, [2])


def _elsewhere(code: str) -> str:
    """Copy a market to another district of its province."""
    return f"""INSERT INTO shared.markets (id, code, name, join_name, sido, sigungu, kind, opening_cycle,
                                           source, imported_at)
               SELECT '{uuid4()}', 'm-other', name, join_name, sido, '중구', kind, opening_cycle,
                      source, imported_at FROM shared.markets WHERE code = '{code}'"""


def test_a_listed_shop_becomes_active_only_with_a_business_number(database: Database) -> None:
    engine = database.single(Role.OWNER)
    number, other = (shop.business_number for shop in sample_shops(2))
    with engine.begin() as conn:
        _market_ids(conn)
        import_merchants(
            conn, merchants=read_merchant_file("\n".join([HEADER, LINES[0]]).encode()).merchants, at=AT, by="import"
        )
        shop_id = conn.execute(text("SELECT id FROM shared.shops")).scalar_one()
        step = [StatusChange(shop_id, ShopStatus.ACTIVE, "papers complete")]
        (refused,) = change_statuses(conn, changes=step, at=AT, by="test")
        assert isinstance(refused, ShopPapersMissing)
        confirm_business_number(conn, shop_id=shop_id, business_number=number)
        assert change_statuses(conn, changes=step, at=AT, by="test") == [ShopStatus.APPLIED]
        with pytest.raises(BusinessNumberFixed):
            confirm_business_number(conn, shop_id=shop_id, business_number=other)
        with pytest.raises(ShopUnknown):
            confirm_business_number(conn, shop_id=uuid4(), business_number=other)
