"""Moving in from another operator: what adds up goes in, unseen until one switch; what does not, never does."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from onnuri.kit.database import Database
from onnuri.kit.ids import public_id
from onnuri.kit.refusals import DomainError
from onnuri.people.register import NewPerson, register_people
from onnuri.people.sealing import sealer_of
from onnuri.vouchers.moving_in.migrate_in import MovedFile, Reconciled, approve_migration, reconcile, stage_migration
from onnuri.vouchers.moving_in.migrate_open import MovedIn, moved_in, open_moved_in, switch_migration
from onnuri.vouchers.moving_in.migrate_post import post_migration_chunk
from onnuri.vouchers.moving_in.migration_file import (
    CONTROL_HEADER,
    LOT_HEADER,
    MovedLot,
    Total,
    Totals,
    count,
    differences,
    read_control,
    read_lots,
)
from onnuri.vouchers.queries import live_lots
from onnuri.vouchers.wallets.limits import limits_of
from tests.invariants import violations
from tests.world import OPENED, World, code

LANES = ("lane_00", "lane_01")


@pytest.fixture
def world(database: Database, invariants: None) -> Iterator[World]:
    """Two lanes, a fish shop and two of our people."""
    made = World(database, lanes=LANES)
    made.shop("fish")
    yield made
    made.close()


class Move:
    """A migration under test: its people, its file, and its steps in transactions of their own."""

    def __init__(self, world: World) -> None:
        self.world = world
        with world.begin() as conn:
            people = [NewPerson(name) for name in ("minji", "jun", "maker", "checker")]
            ids = register_people(conn, sealer_of(world.database.settings), people, at=OPENED)
        self.minji, self.jun, self.maker, self.checker = ids
        self.id, self.operator = UUID(int=0), "earlier operator"

    def line(self, holder: UUID, lot: str, tail: str) -> str:
        return f"{public_id('per', holder)},{lot},{tail}\n"

    def file(self) -> list[str]:
        return [
            ",".join(LOT_HEADER) + "\n",
            self.line(self.minji, "A1", "bought,digital,100000,93000,35000,2026-10-05,2031-10-05,settled"),
            self.line(self.minji, "A2", "gift,digital,33333,31000,33333,2026-01-01,2031-01-01,settled"),
            self.line(self.jun, "B1", "bought,digital,10000,9000,1,2025-12-31,2030-12-31,settled"),
            self.line(self.jun, "B2", "bought,digital,50000,46500,50000,2026-11-20,2031-11-20,in_transit"),
        ]

    def control(self) -> Totals:
        return count(lot for lot in read_lots(self.file()) if isinstance(lot, MovedLot))

    def stage(self, lines: list[str] | None = None) -> None:
        content = lines or self.file()
        sent = MovedFile(self.operator, hashlib.sha256("".join(content).encode()).digest())
        with self.world.begin() as conn:
            self.id = stage_migration(conn, content, sent, by=self.maker, at=OPENED).id

    def reconcile(self, control: Totals) -> Reconciled:
        with self.world.begin() as conn:
            return reconcile(conn, self.id, control)

    def approve(self, control: Totals, *, by: UUID | None = None) -> str:
        try:
            with self.world.begin() as conn:
                approve_migration(conn, self.id, control, by=by or self.checker, at=OPENED)
        except DomainError as refusal:
            return refusal.code
        return "ok"

    def post(self, *, limit: int = 1) -> int:
        posted = 0
        for lane in LANES:
            while True:
                with self.world.begin(lane) as conn:
                    now = post_migration_chunk(conn, self.id, at=OPENED, limit=limit)
                posted += now
                if not now:
                    break
        return posted

    def switch(self) -> list[MovedIn]:
        with self.world.begin() as conn:
            told = switch_migration(conn, self.id, at=OPENED)
        self.open()
        return told

    def open(self, *, limit: int = 1) -> int:
        opened = 0
        for lane in LANES:
            while True:
                with self.world.begin(lane) as conn:
                    now = open_moved_in(conn, at=OPENED, limit=limit)
                opened += now
                if not now:
                    break
        return opened

    def adopt(self, name: str, holder: UUID) -> None:
        """Tell the world about a wallet that came into being here."""
        with self.world.begin() as conn:
            row = conn.execute(text("SELECT id, lane FROM shared.wallets WHERE holder_id = :h"), {"h": holder}).one()
        self.world.wallets[name], self.world.lane_of[name], self.world.holders[name] = row.id, row.lane, holder


def test_what_adds_up_moves_in_unseen_and_opens_at_once(world: World) -> None:
    move = Move(world)
    move.stage()
    proof = move.reconcile(move.control())
    assert (proof.balances, proof.lots, proof.left) == (True, 3, 35_000 + 33_333 + 1)
    assert [(row.reference, row.left) for row in proof.in_transit] == [("B2", 50_000)]
    assert move.approve(move.control(), by=move.maker) == "own_migration"
    assert move.approve(move.control()) == "ok"
    assert move.post() == 3
    assert move.post() == 0
    move.adopt("minji", move.minji)
    move.adopt("jun", move.jun)
    assert code(world.pay("minji", "fish", 1_000)) == "wallet_not_open"
    assert violations(world.database) == []
    told = move.switch()
    assert sum(lane.left for lane in told) == proof.left
    assert move.switch() == told
    assert code(world.pay("minji", "fish", 60_000)) == "ok"
    with world.begin(world.lane_of["jun"]) as conn:
        (lot,) = live_lots(conn, [world.wallets["jun"]], at=OPENED)
    assert (lot.left, lot.paid, lot.subsidy, lot.expires_at.date()) == (1, 0, 1, date(2030, 12, 30))
    paid = 35_000 * 93_000 // 100_000 + 31_000 + 0
    assert world.balance("bank:trust") == paid
    assert world.balance("subsidy_receivable:digital") == proof.left - paid


def test_what_does_not_add_up_by_one_won_never_goes_in(world: World) -> None:
    move = Move(world)
    move.stage()
    control = dict(move.control())
    key = ("programme", "digital")
    control[key] = replace(control[key], left=control[key].left + 1)
    (difference,) = move.reconcile(control).differences
    assert (difference.what, difference.control.left - difference.counted.left) == ("programme", 1)
    assert move.approve(control) == "migration_does_not_balance"
    with world.begin() as conn, pytest.raises(DomainError, match="not at this step"):
        post_migration_chunk(conn, move.id, at=OPENED)


def test_nothing_opens_before_everything_is_posted(world: World) -> None:
    move = Move(world)
    move.stage()
    move.approve(move.control())
    with world.begin() as conn:
        post_migration_chunk(conn, move.id, at=OPENED, limit=1)
    with world.begin() as conn:
        post_migration_chunk(conn, move.id, at=OPENED, limit=1)
    with pytest.raises(DomainError) as refused:
        move.switch()
    assert refused.value.code == "migration_not_whole"
    assert world.rows("shared.wallets WHERE state = 'LIVE'") == 0
    move.post(limit=500)
    move.switch()
    assert world.rows("shared.wallets WHERE state = 'LIVE'") == 2
    with world.begin() as conn:
        assert sum(lane.lots for lane in moved_in(conn, move.id)) == 3


def test_lines_that_cannot_be_taken_are_named_and_stop_the_file(world: World) -> None:
    move = Move(world)
    world.wallet("here")
    stranger = UUID(int=5)
    tail = "bought,digital,10000,9000,1000,2026-01-01,2031-01-01,settled"
    move.stage([
        *move.file(),
        move.line(stranger, "C1", tail),
        move.line(world.holders["here"], "C2", tail),
        move.line(move.jun, "A1", tail),
        move.line(move.jun, "C4", tail.replace("1000,2026", "10001,2026")),
        move.line(move.jun, "C5", "grant,nothing-known,10000,0,1000,2026-01-01,2031-01-01,settled"),
        move.line(move.jun, "C6", tail.replace("2031-01-01", "2026-11-20")),
        move.line(move.jun, "C7", tail.replace("9000", "9,000")),
        move.line(move.jun, "Ａ1", tail),
        move.line(move.jun, "A\u200b1", tail),
        *(move.line(move.jun, f"A{dash}1", tail) for dash in "\u2010\u2011\u2212"),
    ])  # fmt: skip
    bad = {line.reference: line.problem for line in move.reconcile(move.control()).bad_lines}
    assert {ref: words.split(":")[0] for ref, words in bad.items()} == {
        "C1": "nobody here has that id", "C2": "the holder has a wallet here already",
        "A1": "the reference is used twice",
        "C4": "0 < left <= face", "C5": "no such programme", "C6": "has expired", "C7": "unreadable",
        "Ａ1": "lot looks like another", "A\u200b1": "lot looks like another",
        **{f"A{dash}1": "lot looks like another" for dash in "\u2010\u2011\u2212"},
    }  # fmt: skip
    assert move.approve(move.control()) == "migration_does_not_balance"


def test_the_same_file_is_staged_once(world: World) -> None:
    move = Move(world)
    move.stage()
    with pytest.raises(DomainError) as refused:
        move.stage()
    assert refused.value.code == "migration_staged_before"


def test_lots_charged_this_month_elsewhere_use_this_months_limit(world: World) -> None:
    move = Move(world)
    tail = "bought,digital,1990000,1850700,1000,2026-11-02,2031-11-02,settled"
    lines = [move.file()[0], move.line(move.minji, "A1", tail)]
    move.stage(lines)
    control = count(lot for lot in read_lots(lines) if isinstance(lot, MovedLot))
    assert move.approve(control) == "ok"
    move.post()
    move.switch()
    move.adopt("minji", move.minji)
    with world.begin(world.lane_of["minji"]) as conn:
        now = limits_of(conn, world.wallets["minji"], at=OPENED)
    assert (now.charge_month.left, now.holding.left, now.charge_now) == (10_000, 1_999_000, 10_000)


def test_a_control_file_reads_back() -> None:
    control = read_control([",".join(CONTROL_HEADER), "programme,digital,3,100,93", "in_transit,digital,1,5,4", ""])
    assert control == {("programme", "digital"): Total(3, 100, 93), ("in_transit", "digital"): Total(1, 5, 4)}


@given(st.integers(1, 10**9).flatmap(lambda face: st.tuples(st.just(face), st.integers(0, face), st.integers(1, face))))
def test_the_shares_of_what_is_left_add_up_and_never_exceed_what_was_paid(shares: tuple[int, int, int]) -> None:
    face, paid, left = shares
    lot = MovedLot(
        2, UUID(int=1), "A", "bought", "digital", face, paid, left, date(2026, 1, 1), date(2031, 1, 1), False
    )
    assert 0 <= lot.left_paid <= min(left, paid)
    assert left - lot.left_paid <= face - paid + (left * paid % face > 0)


NAMES = st.tuples(st.sampled_from(["holder", "programme"]), st.text(max_size=3))
TOTALS = st.builds(Total, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))


@given(st.dictionaries(NAMES, TOTALS, max_size=5))
def test_totals_differ_from_themselves_nowhere_and_from_less_somewhere(totals: Totals) -> None:
    assert differences(totals, totals) == []
    real = {key: total for key, total in totals.items() if total != Total(0, 0, 0)}
    assert len(differences(totals, {})) == len(real)
