"""Lists of credits as they are uploaded: looked through, approved by another person, run in stretches, told by line."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from onnuri.kit.database import Database
from onnuri.kit.ids import new_id
from onnuri.kit.refusals import DomainError
from onnuri.ledger.model import account_path
from onnuri.people.register import NewPerson, register_people
from onnuri.people.sealing import sealer_of
from onnuri.vouchers.giving import credit_upload
from onnuri.vouchers.giving.corporate import CompanyPurchase, buy_for_company, company_source, register_company
from onnuri.vouchers.giving.credit_list import CreditSource
from onnuri.vouchers.giving.credit_progress import lists_to_run, progress_of, rows_of, run_stretch
from onnuri.vouchers.giving.credit_run import CreditEdge
from onnuri.vouchers.giving.credit_upload import CreditList, approve_list, credit_list, keep_list, reject_list
from tests.vouchers.giving import credit_file, digest, programme, run
from tests.world import OPENED, World, request_key


class Desk:
    """Two people at a desk, and a programme to credit."""

    def __init__(self, world: World) -> None:
        self.world = world
        with world.begin() as conn:
            self.maker, self.checker = register_people(
                conn, sealer_of(world.database.settings), [NewPerson("maker"), NewPerson("checker")], at=OPENED
            )
        self.edge = CreditEdge(world.begin, lambda: OPENED, lambda _: None)

    def upload(self, source: CreditSource, file: Sequence[str]) -> CreditList:
        with self.world.begin() as conn:
            answer = keep_list(conn, source, digest(file), file, by=self.maker, at=OPENED)
        assert isinstance(answer.value, CreditList)
        return answer.value

    def approve(self, found: CreditList, by: UUID | None = None) -> str:
        with self.world.begin() as conn:
            try:
                return approve_list(conn, found.id, by=by or self.checker, at=OPENED).status
            except DomainError as refusal:
                return refusal.code

    def rows(self, found: CreditList, *, only_bad: bool = False) -> list[tuple[int, str]]:
        """Walk the rows page by page: line, and what became of it."""
        told: list[tuple[int, str]] = []
        with self.world.begin() as conn:
            now, after = credit_list(conn, found.id), 0
            while page := rows_of(conn, now, after=after, limit=7, only_bad=only_bad):
                told += [(row.line, row.refusal.code if row.refusal else row.status) for row in page]
                after = page[-1].line
        return told


@pytest.fixture
def desk(world: World) -> Desk:
    world.wallet("minji")
    world.wallet("halmoni")
    return Desk(world)


def file_of(desk: Desk, count: int, *, first: int = 0) -> list[str]:
    return credit_file(desk.world, [("minji", 1_000, f"r{n}") for n in range(first, first + count)])


def test_a_list_is_looked_through_when_it_is_uploaded_and_credits_nothing(desk: Desk) -> None:
    source = programme(desk.world)
    run(desk.world, source, file_of(desk, 1))
    stranger = f"wal_{new_id(OPENED).hex}"
    rows = [("minji", 5, "r0"), (stranger, 1, "a"), ("halmoni", 0, "b"), ("halmoni", 7, "c"), ("minji", 9, "c")]
    found = desk.upload(source, credit_file(desk.world, rows))
    assert (found.status, found.good_lines, found.total, found.bad_lines) == ("CHECKED", 1, 7, 4)
    assert desk.rows(found) == [
        (2, "credited_before"), (3, "credit_wallet_unknown"), (4, "credit_line_unreadable"), (5, "WAITING"),
        (6, "reference_repeated"),
    ]  # fmt: skip
    assert [line for line, _ in desk.rows(found, only_bad=True)] == [2, 3, 4, 6]
    assert desk.world.rows("lots") == 1


def test_the_same_file_is_the_same_list_whoever_sends_it(desk: Desk) -> None:
    source, file = programme(desk.world), file_of(desk, 250)
    first = desk.upload(source, file)
    with desk.world.begin() as conn:
        again = keep_list(conn, source, digest(file), file, by=desk.checker, at=OPENED + timedelta(days=1))
    assert (again.value, again.replayed) == (first, True)
    assert desk.world.rows("shared.credit_list_parts") == 3


def test_the_same_file_beside_its_own_upload_is_refused_at_once_and_told_afterwards(desk: Desk) -> None:
    source, file = programme(desk.world), file_of(desk, 3)
    with desk.world.begin() as conn:
        keep_list(conn, source, digest(file), file, by=desk.maker, at=OPENED)
        with desk.world.begin() as other:
            other.execute(text("SET LOCAL statement_timeout = '5s'"))
            with pytest.raises(DomainError, match="being uploaded"):
                keep_list(other, source, digest(file), file, by=desk.maker, at=OPENED)
    assert desk.upload(source, file).good_lines == 3


def test_empty_lines_count_towards_the_length_of_a_list(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credit_upload, "LINES_MAX", 250)
    source = programme(desk.world)
    assert desk.upload(source, [*file_of(desk, 1), *[""] * 249]).good_lines == 1
    with pytest.raises(DomainError, match="at most 250 lines"):
        desk.upload(source, [*file_of(desk, 1), *[""] * 250])


@pytest.mark.parametrize("column", ["parts", "good_lines", "total", "bad_lines"])
def test_what_the_look_found_is_changed_by_nobody(desk: Desk, column: str) -> None:
    desk.upload(programme(desk.world), file_of(desk, 3))
    with pytest.raises(DBAPIError, match="does not change"), desk.world.begin() as conn:
        conn.execute(text(f"UPDATE shared.credit_lists SET {column} = {column} + 1"))


def test_a_part_that_is_put_behind_an_approved_list_is_never_credited(world: World) -> None:
    world.wallet("minji")
    desk = Desk(world)
    found = desk.upload(programme(world), file_of(desk, 3))
    desk.approve(found)
    with world.begin() as conn:
        conn.execute(
            text("INSERT INTO shared.credit_list_parts SELECT list_id, 1, replace(content, ',r', ',x') FROM"
                 " shared.credit_list_parts")
        )  # fmt: skip
    done = run_stretch(desk.edge, found.id)
    assert (done.status, done.parts_done, world.rows("lots")) == ("DONE", 1, 3)
    with psycopg.connect(world.database.superuser_url(), autocommit=True) as owner:
        owner.execute("DELETE FROM shared.credit_list_parts WHERE part = 1")  # the audit finds it


def test_a_list_is_credited_only_after_another_person_approved_it(desk: Desk) -> None:
    found = desk.upload(programme(desk.world), file_of(desk, 3))
    with pytest.raises(DomainError, match="not approved"):
        run_stretch(desk.edge, found.id)
    assert desk.approve(found, desk.maker) == "own_credit_list"
    assert desk.approve(found) == "APPROVED"
    assert desk.approve(found) == "APPROVED"
    assert run_stretch(desk.edge, found.id).status == "DONE"
    assert [status for _, status in desk.rows(found)] == ["CREDITED"] * 3
    with desk.world.begin() as conn, pytest.raises(DomainError, match="decided already"):
        reject_list(conn, found.id, by=desk.checker, at=OPENED)
    assert desk.world.balance("grant_receivable:payback") == 3_000


def test_a_rejected_or_empty_list_is_never_credited(desk: Desk) -> None:
    source = programme(desk.world)
    found, empty = desk.upload(source, file_of(desk, 3)), desk.upload(source, file_of(desk, 0))
    with desk.world.begin() as conn:
        assert reject_list(conn, found.id, by=desk.checker, at=OPENED).status == "REJECTED"
    assert desk.approve(found) == "credit_list_decided"
    assert desk.approve(empty) == "credit_list_empty"
    with pytest.raises(DomainError, match="not approved"):
        run_stretch(desk.edge, found.id)


def test_a_run_goes_on_where_it_stopped_and_a_second_run_beside_it_credits_nothing_twice(desk: Desk) -> None:
    found = desk.upload(programme(desk.world), file_of(desk, 1_050))
    desk.approve(found)
    stretch = run_stretch(desk.edge, found.id, parts_max=4)
    assert (stretch.status, stretch.parts_done, stretch.parts) == ("APPROVED", 4, 11)
    assert [status for _, status in desk.rows(found)] == ["CREDITED"] * 400 + ["WAITING"] * 650

    def finish() -> None:
        while run_stretch(desk.edge, found.id, parts_max=3).status != "DONE":
            pass

    threads = [threading.Thread(target=finish) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with desk.world.begin() as conn:
        done = credit_list(conn, found.id)
        progress = progress_of(conn, done)
        assert lists_to_run(conn) == []
    assert (done.status, progress.credited, progress.total, progress.refused) == ("DONE", 1_050, 1_050_000, 0)
    assert desk.world.rows("lots") == 1_050


def test_what_the_giver_refuses_stops_the_list_and_is_told(desk: Desk) -> None:
    found = desk.upload(programme(desk.world), file_of(desk, 3))
    desk.approve(found)
    late = CreditEdge(desk.world.begin, lambda: OPENED + timedelta(days=31), lambda _: None)
    with pytest.raises(DomainError, match="credited from"):
        run_stretch(late, found.id)
    with desk.world.begin() as conn:
        assert (credit_list(conn, found.id).stopped_by, lists_to_run(conn)) == ("grant_programme_closed", [found.id])
    assert (run_stretch(desk.edge, found.id).stopped_by, desk.world.rows("lots")) == (None, 3)


def test_a_line_that_became_good_after_the_look_was_not_approved_and_stays_refused(desk: Desk) -> None:
    desk.world.shop("fish")
    desk.world.charge("minji", 1_950_000)
    company = company_with(desk.world, 100_000)
    with desk.world.begin() as conn:
        source = company_source(conn, company, at=OPENED)
    found = desk.upload(source, credit_file(desk.world, [("minji", 60_000, "a"), ("halmoni", 1, "b")]))
    assert (found.good_lines, found.total) == (1, 1)
    assert desk.approve(found) == "APPROVED"
    desk.world.pay("minji", "fish", 100_000)
    run_stretch(desk.edge, found.id)
    assert desk.rows(found) == [(2, "credit_above_holding_cap"), (3, "CREDITED")]
    assert desk.world.balance(account_path("purchase", company)) == 99_999


@pytest.fixture
def town(database: Database, invariants: None) -> Iterator[Desk]:
    """Give a desk over two lanes, with a wallet in each."""
    lanes = ("lane_00", "lane_01")
    world = World(database, lanes=lanes)
    for lane in lanes:
        world.wallet(lane, lane=lane)
    yield Desk(world)
    world.close()


def test_a_reference_is_credited_once_though_its_wallets_are_in_two_lanes(town: Desk) -> None:
    source = programme(town.world)
    found = town.upload(source, credit_file(town.world, [("lane_00", 700, "a"), ("lane_01", 700, "a")]))
    assert (found.good_lines, found.total) == (1, 700)
    town.approve(found)
    run_stretch(town.edge, found.id)
    assert [status for _, status in town.rows(found)] == ["CREDITED", "reference_repeated"]
    assert (town.world.left("lane_00"), town.world.left("lane_01")) == ([700], [])
    with town.world.begin() as conn:
        progress = progress_of(conn, found)
    assert (progress.credited, progress.total, progress.refused) == (1, 700, 1)


def test_two_lists_that_were_looked_through_before_either_ran_credit_a_reference_once(town: Desk) -> None:
    source = programme(town.world)
    lists = [
        town.upload(source, credit_file(town.world, [(lane, 100, f"r{n}") for n in range(250)]))
        for lane in town.world.engines
    ]
    threads = [threading.Thread(target=run_stretch, args=(town.edge, found.id)) for found in lists]
    assert [town.approve(found) for found in lists] == ["APPROVED"] * 2
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert town.world.balance("grant_receivable:payback") == 25_000
    assert [word for found in lists for _, word in town.rows(found, only_bad=True)] == ["credited_before"] * 250


def company_with(world: World, won: int) -> UUID:
    with world.begin() as conn:
        company = register_company(conn, business_number="1234567891", name="한빛", by="op", at=OPENED)
        buy_for_company(conn, [CompanyPurchase(new_id(OPENED), request_key("b"), company, won, "bank-1")], at=OPENED)
    return company


def test_a_company_hands_out_at_most_what_it_bought_and_nobody_above_the_cap(desk: Desk) -> None:
    company = company_with(desk.world, 100_000)
    desk.world.charge("minji", 1_950_000)
    with desk.world.begin() as conn:
        source = company_source(conn, company, at=OPENED)
    file = credit_file(desk.world, [("minji", 30_000, "a"), ("minji", 30_000, "b"), ("halmoni", 70_001, "c")])
    found = desk.upload(source, file)
    assert [status for _, status in desk.rows(found)] == ["WAITING", "credit_above_holding_cap", "WAITING"]
    assert desk.approve(found) == "company_value_too_low"
    smaller = desk.upload(source, credit_file(desk.world, [("minji", 30_000, "a"), ("halmoni", 70_000, "c")]))
    assert desk.approve(smaller) == "APPROVED"
    assert run_stretch(desk.edge, smaller.id).status == "DONE"
    assert desk.world.balance(account_path("purchase", company)) == 0


def test_a_company_s_value_follows_its_recipients_into_their_lanes(database: Database, invariants: None) -> None:
    lanes = ("lane_00", "lane_01", "lane_02")
    world = World(database, lanes=lanes)
    for lane in lanes:
        world.wallet(lane, lane=lane)
    desk = Desk(world)
    company = company_with(world, 100_000)
    with world.begin() as conn:
        source = company_source(conn, company, at=OPENED)
    for turn, shares in enumerate([(20_000, 30_000, 10_000), (0, 1_000, 25_000), (14_000, 0, 0)]):
        lines = [(lane, won, f"{turn}-{lane}") for lane, won in zip(lanes, shares, strict=True) if won]
        found = desk.upload(source, credit_file(world, lines))
        assert desk.approve(found) == "APPROVED"
        assert run_stretch(desk.edge, found.id).status == "DONE"
    assert [sum(world.left(lane)) for lane in lanes] == [34_000, 31_000, 35_000]
    assert world.balance(account_path("purchase", company)) == 0
    world.close()
