"""State grants and corporate purchases (환급행사, 상생페이백, 법인): credited by list, refused line by line,
resumable.
"""

from __future__ import annotations

import csv
import io
import threading
from datetime import timedelta
from unicodedata import normalize

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from onnuri.kit.database import Database
from onnuri.kit.ids import new_id
from onnuri.kit.refusals import DomainError
from onnuri.ledger.model import account_path
from onnuri.ledger.post import BalanceTooLow
from onnuri.vouchers.giving.corporate import (
    CompanyPurchase,
    buy_for_company,
    company_source,
    move_to_lane,
    register_company,
)
from onnuri.vouchers.giving.credit_file import CreditLine, ListUnreadable, lines_of, read_part, read_parts, read_units
from onnuri.vouchers.giving.credit_look import look_at_list
from onnuri.vouchers.giving.credit_run import CreditEdge, refusals_of, run_list
from onnuri.vouchers.giving.credit_upload import CompanyValueTooLow
from onnuri.vouchers.giving.grant import (
    ProgrammeClosed,
    ProgrammeExists,
    ProgrammeNameWrong,
    ProgrammeUnknown,
    grant_source,
)
from tests.books import books, journal
from tests.vouchers.giving import approved, credit_file, digest, programme, run
from tests.world import OPENED, World, code, request_key


@pytest.fixture
def market(world: World) -> World:
    world.wallet("minji")
    world.wallet("halmoni")
    world.shop("fish")
    return world


def test_state_grants_are_credited_by_list(market: World) -> None:
    source = programme(market)
    report = run(market, source, credit_file(market, [("minji", 50_000, "r1"), ("halmoni", 30_000, "r2")]))
    assert (report.lines, report.total, report.refused) == (2, 80_000, 0)
    assert journal(market) == books("""
        grant grant_receivable:payback -> lot:minji/1   50,000
        grant grant_receivable:payback -> lot:halmoni/1 30,000
    """)
    (lot,) = market.lots("minji")
    assert (lot.source, lot.paid, lot.subsidy, lot.expires_at) == ("grant", 0, 0, source.expires_at)
    assert market.rows("lots WHERE giftable OR refundable") == 0
    assert code(market.pay("minji", "fish", 50_000)) == "ok"


def test_state_grants_are_refused_line_by_line_and_say_which(market: World) -> None:
    source = programme(market)
    stranger = f"wal_{new_id(OPENED).hex}"
    file = credit_file(
        market,
        [
            ("minji", 50_000, "r1"), ("nobody", 1, "r2"), (stranger, 1, "r3"), ("minji", 0, "r4"), ("halmoni", 7_000,
            "r1"),
            ("halmoni", 7_000, ""), ("halmoni", 9_000, "r5"),
        ],
    )  # fmt: skip
    expected = {
        3: "credit_line_unreadable",
        4: "credit_wallet_unknown",
        5: "credit_line_unreadable",
        6: "reference_repeated",
        7: "credit_line_unreadable",
    }
    with market.begin() as conn:
        look = look_at_list(conn, file, source, at=OPENED)
    assert {line.line: line.refusal.code for line in look.first_refusals} == expected
    assert market.rows("transfers") == 0
    report = run(market, source, file)
    assert (report.lines, report.total, report.refused) == (look.lines, look.total, look.refused) == (2, 59_000, 5)
    with market.begin() as conn:
        assert {line: word for line, word, _ in refusals_of(conn, source, digest(file))} == expected


def test_a_list_that_ran_before_changes_nothing(market: World) -> None:
    source, file = programme(market), credit_file(market, [("minji", 50_000, f"r{n}") for n in range(600)])
    run(market, source, file)
    again = run(market, source, file, at=OPENED + timedelta(days=1))
    assert (again.lines, again.replayed_units) == (0, 6)
    other = run(market, source, [*file, file[1].replace("r0", "r600")])
    assert (other.lines, other.refused) == (1, 600)
    assert market.balance("grant_receivable:payback") == 601 * 50_000


@pytest.mark.parametrize("stop_after", [0, 1, 2])
def test_a_list_that_was_interrupted_goes_on_where_it_stopped(market: World, stop_after: int) -> None:
    source, file = programme(market), credit_file(market, [("halmoni", 1_000 + n, f"r{n}") for n in range(1_100)])
    edge = CreditEdge(market.begin, lambda: OPENED, lambda _: None)
    approved(market, source, file)
    running = run_list(edge, source, digest(file), file)
    done = 0
    for _ in range(stop_after):
        done = next(running).lines
    running.close()
    report = run(market, source, file)
    assert report.lines == 1_100 - done
    assert market.rows("lots") == 1_100
    assert market.balance("grant_receivable:payback") == sum(range(1_000, 2_100))


def test_two_runs_of_the_same_list_at_once_credit_each_line_once(market: World) -> None:
    source, file = programme(market), credit_file(market, [("halmoni", 1_000, f"r{n}") for n in range(1_500)])
    approved(market, source, file)
    threads = [threading.Thread(target=run, args=(market, source, file)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert market.rows("lots") == 1_500
    assert market.balance("grant_receivable:payback") == 1_500_000


def test_a_list_that_begins_on_small_tables_never_walks_them_though_they_grow(market: World) -> None:
    walked = """
        SELECT coalesce(sum(seq_scan), 0)::bigint FROM pg_stat_user_tables
        WHERE schemaname = 'lane_00' AND relname IN ('accounts', 'wallets', 'lots', 'entries')
    """
    source = programme(market)
    for engine in market.engines.values():
        engine.dispose()  # a session tells what it counted when it ends
    with psycopg.connect(market.database.superuser_url(), autocommit=True) as conn:
        conn.execute("VACUUM (ANALYZE)")
        before = conn.execute(walked).fetchone()
    run(market, source, credit_file(market, [("minji", 1, f"r{n}") for n in range(400)]))
    for engine in market.engines.values():
        engine.dispose()
    with psycopg.connect(market.database.superuser_url(), autocommit=True) as conn:
        after = conn.execute(walked).fetchone()
    assert before is not None
    assert after is not None
    assert after[0] - before[0] < 40


def test_a_programme_is_credited_in_its_period_only(market: World) -> None:
    programme(market)
    with pytest.raises(ProgrammeExists):
        programme(market)
    with market.begin() as conn:
        for at in (OPENED - timedelta(days=1, seconds=1), OPENED + timedelta(days=30)):
            with pytest.raises(ProgrammeClosed):
                grant_source(conn, "payback", at=at)
        grant_source(conn, "payback", at=OPENED + timedelta(days=30) - timedelta(seconds=1))
        with pytest.raises(ProgrammeUnknown):
            grant_source(conn, "other", at=OPENED)


@pytest.mark.parametrize("name", ["", "Payback", "win win", "x" * 41, "0192f0c1a2b37c4d8e5f60718293a4b5"])
def test_a_programme_is_named_so_that_no_company_s_id_is_its_name(market: World, name: str) -> None:
    with pytest.raises(ProgrammeNameWrong):
        programme(market, name)
    with pytest.raises(IntegrityError, match="grant_programmes_"), market.begin() as conn:
        conn.execute(
            text("INSERT INTO shared.grant_programmes VALUES (:name, 'n', :at, :end, :end, 's', 'PROPOSED', :by, :at)"),
            {"name": name, "at": OPENED, "end": OPENED + timedelta(days=1), "by": market.clerk},
        )


def test_corporate_purchase_is_without_discount_and_distributed_by_list(market: World) -> None:
    with market.begin() as conn:
        company = register_company(conn, business_number="1234567891", name="한빛", by="op", at=OPENED)
        bought = [
            CompanyPurchase(new_id(OPENED), request_key(f"buy-{n}"), company, 100_000, reference)
            for n, reference in enumerate(["bank-1", "bank-1"])
        ]
        answers = buy_for_company(conn, bought, at=OPENED)
        source = company_source(conn, company, at=OPENED)
    assert [answer.value.code if isinstance(answer.value, DomainError) else "ok" for answer in answers] == [
        "ok",
        "bank_receipt_used",
    ]
    run(market, source, credit_file(market, [("minji", 40_000, "r1"), ("halmoni", 30_000, "r2")]))
    assert journal(market) == books(f"""
        company_bought bank:trust             -> purchase:{company.hex} 100,000
        company_credit purchase:{company.hex} -> lot:minji/1             40,000
        company_credit purchase:{company.hex} -> lot:halmoni/1           30,000
    """)
    (lot,) = market.lots("minji")
    assert (lot.source, lot.paid, lot.subsidy) == ("gift", 40_000, 0)
    with pytest.raises(CompanyValueTooLow):
        run(market, source, credit_file(market, [("minji", 30_001, "r3")]))
    both = [credit_file(market, [("minji", 15_001, reference)]) for reference in ("r4", "r5")]
    for file in both:
        approved(market, source, file)  # one of them would go out of what is left, both together not
    run(market, source, both[0])
    with pytest.raises(BalanceTooLow):
        run(market, source, both[1])
    assert market.balance(account_path("purchase", company)) == 14_999


def test_corporate_gifts_do_not_lift_a_wallet_above_the_holding_cap(market: World) -> None:
    market.charge("minji", 1_990_000)
    with market.begin() as conn:
        company = register_company(conn, business_number="1234567891", name="한빛", by="op", at=OPENED)
        buy_for_company(
            conn, [CompanyPurchase(new_id(OPENED), request_key("buy"), company, 100_000, "bank-1")], at=OPENED
        )
        source = company_source(conn, company, at=OPENED)
    file = credit_file(
        market, [("minji", 10_001, "r1"), ("minji", 6_000, "r2"), ("minji", 4_001, "r3"), ("minji", 4_000, "r4")]
    )
    report = run(market, source, file)
    assert (report.lines, report.total, report.refused) == (2, 10_000, 2)


def test_corporate_value_reaches_recipients_in_another_lane(database: Database, invariants: None) -> None:
    world = World(database, lanes=("lane_00", "lane_01"))
    world.wallet("far", lane="lane_01")
    with world.begin() as conn:
        company = register_company(conn, business_number="1234567891", name="한빛", by="op", at=OPENED)
        order = CompanyPurchase(new_id(OPENED), request_key("buy"), company, 100_000, "bank-1")
        buy_for_company(conn, [order], at=OPENED)
        source = company_source(conn, company, at=OPENED)
        move_to_lane(conn, company, "lane_01", 60_000, at=OPENED)
    run(world, source, credit_file(world, [("far", 45_000, "r1")]))
    assert (world.left("far"), world.balance(account_path("purchase", company))) == ([45_000], 55_000)
    assert world.balance("lane_clearing:lane_00") + world.balance("lane_clearing:lane_01") == 0
    world.close()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_a_list_is_read_as_spreadsheets_write_it(encoding: str) -> None:
    wallet = f"wal_{new_id(OPENED).hex}"
    content = f'지갑,금액,지급번호\r\n{wallet},"50,000",가나-1\r\n\r\n{wallet},"5,00",b\r\n'.encode(encoding)
    (unit,) = read_units(lines_of(io.BytesIO(content)))
    assert [(line.line, line.amount, line.reference) for line in unit.lines] == [(2, 50_000, "가나-1")]
    assert [(line.line, line.refusal.code) for line in unit.unreadable] == [(4, "credit_line_unreadable")]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("１００－２", "100-2"), ("ＡＢ1", "AB1"), (normalize("NFD", "가나-1"), "가나-1"), ("가  나", "가 나"),
        ("a  1", "a 1"), ("㈜-1", "(주)-1"), ("A\u31641", "A1"), ("A\ufe0f", "A"), ("A\U000e01001", "A1"),
        ("A\U00016fe41", "A1"), ("A\u200b1", None),
    ],
)  # fmt: skip
def test_a_reference_that_looks_like_another_is_refused_with_how_to_write_it(given: str, told: str | None) -> None:
    wallet = f"wal_{new_id(OPENED).hex}"
    file = f"wallet,amount,reference\n{wallet},1,{given}\n{wallet},1,가나-1\n{wallet},1,A-1_b.2/3\n".encode()
    (unit,) = read_units(lines_of(io.BytesIO(file)))
    assert [line.reference for line in unit.lines] == ["가나-1", "A-1_b.2/3"]
    (bad,) = unit.unreadable
    assert bad.refusal.code == ("reference_not_plain" if told else "credit_line_unreadable")
    assert bad.refusal.facts.get("plain") == told


def test_no_line_and_no_quoted_end_of_line_gathers_memory() -> None:
    header = b"wallet,amount,reference\n"
    for long in (b"," * 4_000_000, b'"' + b"x" * 1_025):
        with pytest.raises(ListUnreadable):
            list(read_parts(lines_of(io.BytesIO(header + long))))
    quoted = b'"' + b'x",\n"' * 250
    parts = list(read_parts(lines_of(io.BytesIO(header + quoted))))
    assert [(part.unit.lines, len(part.unit.unreadable), part.records) for part in parts] == [
        ((), 100, 100), ((), 100, 100), ((), 51, 51),
    ]  # fmt: skip
    for part in parts:
        again = read_part(part.unit.number, part.content)
        told = [[(each.line, str(each.refusal)) for each in unit.unreadable] for unit in (part.unit, again)]
        assert told[0] == told[1]


def test_a_list_has_its_header() -> None:
    with pytest.raises(ListUnreadable):
        list(read_units(["wallet;amount", "1"]))


@given(st.text(), st.text(), st.text())
def test_no_line_breaks_the_reading_of_a_list(wallet: str, amount: str, reference: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerow([wallet, amount, reference])
    units = list(read_units(["\ufeff지갑,금액,지급번호\n", *io.StringIO(out.getvalue(), newline="")]))
    assert sum(len(unit.lines) + len(unit.unreadable) for unit in units) <= len(out.getvalue().splitlines())
    assert all(isinstance(line, CreditLine) for unit in units for line in unit.lines)
