"""In whatever order receipts are counted and statements are read, breaks say bank less books: their sign, their sum."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from onnuri.banks.camt import StatementFile, StatementLine
from onnuri.banks.camt_write import write_statement
from onnuri.kit.ids import new_id
from onnuri.kit.refusals import DomainError
from onnuri.settlement.breaks import list_open_breaks, resolve_by_hand
from onnuri.settlement.match import match_statements
from onnuri.settlement.safeguarding import compare_bank
from onnuri.settlement.sides import Direction
from onnuri.settlement.statement import import_statement
from onnuri.vouchers.giving.corporate import CompanyPurchase, buy_for_company, register_company
from tests.settlement.town import FRIDAY, seoul
from tests.world import OPENED, World, request_key

ACCOUNT = "2201230999999"
DAYS = [FRIDAY + timedelta(days=place) for place in range(3)]


@dataclass(frozen=True)
class Shown:
    """A line on the statement of a day, won: a receipt's reference, or nobody's."""

    day: int
    reference: int
    amount: int
    direction: Direction = "in"


@dataclass(frozen=True)
class Counted:
    """A receipt that a person counts under a reference, won; `day` is when."""

    day: int
    reference: int
    amount: int


@dataclass(frozen=True)
class Story:
    """What the bank shows and what is counted; in which order both are read, and what a person puts aside."""

    lines: tuple[Shown, ...]
    counted: tuple[Counted, ...]
    order: tuple[int, ...] = ()
    by_hand: frozenset[int] = field(default_factory=frozenset[int])


amounts = st.sampled_from([30_000, 70_000, 100_000])
stories = st.builds(
    Story,
    lines=st.lists(
        st.builds(
            Shown,
            day=st.integers(0, 2),
            reference=st.integers(0, 3),
            amount=amounts,
            direction=st.sampled_from(["in", "in", "in", "out"]),
        ),
        max_size=5,
        unique_by=lambda line: (line.day, line.reference),
    ).map(tuple),
    counted=st.lists(
        st.builds(Counted, day=st.integers(0, 2), reference=st.integers(0, 3), amount=amounts),
        max_size=4,
        unique_by=lambda receipt: receipt.reference,
    ).map(tuple),
    order=st.permutations(range(7)).map(tuple),
    by_hand=st.frozensets(st.integers(0, 6), max_size=2),
)


@pytest.fixture
def company(world: World) -> UUID:
    with world.begin() as conn:
        return register_company(conn, business_number="1234567891", name="한빛", by="op", at=OPENED)


def files_of(lines: Sequence[Shown]) -> list[bytes]:
    """Write the bank's statement of each day."""
    written: list[bytes] = []
    balance = 0
    for place, on in enumerate(DAYS):
        told = tuple(
            StatementLine(f"REF{line.reference}", on, line.amount, line.direction, "", "", "")
            for line in lines
            if line.day == place
        )
        closing = balance + sum(line.amount if line.direction == "in" else -line.amount for line in told)
        file = StatementFile(f"STMT{place}", ACCOUNT, on, balance, closing, told)
        written.append(write_statement(file, created_at=seoul(on, 23)))
        balance = closing
    return written


def tell(conn: Connection, company: UUID, story: Story) -> Counter[tuple[str, int]]:
    """Read and count in the story's order, looking at the laws after each step; the breaks that are open at the end."""
    files = files_of(story.lines)
    steps = [step for step in story.order if step < len(files) + len(story.counted)]
    steps = steps or list(range(len(files) + len(story.counted)))
    for number, step in enumerate(steps):
        if step < len(files):
            for _ in range(2):  # the same file twice is the same file
                import_statement(conn, files[step], account=ACCOUNT, at=seoul(DAYS[step], 23))
        else:
            count(conn, company, story.counted[step - len(files)])
        for _ in range(2):
            match_statements(conn, at=seoul(DAYS[-1] + timedelta(days=1), 8))
            check(conn)
        if number in story.by_hand:
            put_aside(conn)
            check(conn)
    return Counter((each.kind, each.amount) for each in list_open_breaks(conn, on=DAYS[-1]))


def count(conn: Connection, company: UUID, receipt: Counted) -> None:
    reference = f"REF{receipt.reference}"
    item = CompanyPurchase(new_id(OPENED), request_key(f"buy {reference}"), company, receipt.amount, reference)
    (answer,) = buy_for_company(conn, [item], at=seoul(DAYS[receipt.day], 14))
    assert not isinstance(answer.value, DomainError), answer.value


def put_aside(conn: Connection) -> None:
    """Let a person resolve the oldest open break without a booking."""
    for each in list_open_breaks(conn, on=DAYS[-1], limit=1):
        resolve_by_hand(conn, each.id, by="finance", reason="확인 중", at=seoul(DAYS[-1], 9))


def check(conn: Connection) -> None:
    """Bank less books is the sum of what explains it; each break has the sign of bank less books for its subject."""
    compared = compare_bank(conn)
    if compared is not None:
        assert compared.unexplained == 0, compared
    receipts = {
        f"receipt:{row.subject_id.hex}": row.amount
        for row in conn.execute(text("SELECT subject_id, amount FROM shared.bank_receipts"))
    }
    lines = {
        f"line:{row.id}": row.amount if row.direction == "in" else -row.amount
        for row in conn.execute(text("SELECT id, amount, direction FROM shared.statement_lines"))
    }
    for each in list_open_breaks(conn, on=DAYS[-1]):
        if each.kind == "receipt_unseen":
            assert each.amount == -receipts[each.reference] < 0
            assert f"{receipts[each.reference]:,}원" in each.explanation
        if each.kind == "unknown_line":
            assert each.amount == lines[each.reference]


def test_the_sign_and_the_sum_of_breaks_are_bank_less_books_in_any_order(world: World, company: UUID) -> None:
    seen: defaultdict[str, int] = defaultdict(int)

    @given(story=stories)
    @example(Story((Shown(1, 1, 30_000),), (Counted(0, 0, 70_000),), (0, 3, 1, 2)))
    @example(
        Story(
            (Shown(0, 0, 30_000), Shown(1, 0, 100_000)),
            (Counted(0, 0, 100_000), Counted(0, 1, 70_000)),
            (0, 3, 1, 4, 2),
        )
    )
    @example(Story((Shown(0, 0, 30_000),), (Counted(0, 0, 70_000),), (0, 3, 1, 2), frozenset({0})))
    @settings(suppress_health_check=[HealthCheck.too_slow], max_examples=2 * settings().max_examples)
    def check_story(story: Story) -> None:
        with world.engines["lane_00"].connect() as conn:
            for kind, _ in tell(conn, company, story):
                seen[kind] += 1
            conn.rollback()

    check_story()
    assert {"receipt_unseen", "unknown_line", "amount_differs"} <= set(seen)


def test_the_breaks_that_stay_are_the_same_in_every_order(world: World, company: UUID) -> None:
    lines = (Shown(0, 0, 100_000), Shown(1, 1, 70_000), Shown(1, 3, 70_000), Shown(2, 0, 30_000, "out"))
    counted = (Counted(0, 1, 70_000), Counted(0, 2, 70_000))
    stay: list[Counter[tuple[str, int]]] = []
    for order in itertools.islice(itertools.permutations(range(5)), 0, None, 7):
        with world.engines["lane_00"].connect() as conn:
            stay.append(tell(conn, company, Story(lines, counted, order)))
            conn.rollback()
    assert stay[0] == {
        ("receipt_unseen", -70_000): 1,
        ("unknown_line", 100_000): 1,
        ("unknown_line", 70_000): 1,
        ("unknown_line", -30_000): 1,
    }
    assert all(each == stay[0] for each in stay)


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("receipt_unseen", Shown(2, 0, 70_000)),
        ("receipt_unseen", Shown(2, 0, 100_000)),
        ("amount_differs", Shown(2, 0, 70_000)),
        ("amount_differs", Shown(2, 0, 30_000)),
    ],
)
def test_what_a_person_put_aside_explains_nothing_any_more_once_its_line_came(
    world: World, company: UUID, kind: str, line: Shown
) -> None:
    before = (Shown(0, 0, 30_000),) if kind == "amount_differs" else ()
    order = (3, 0, 1, 2)
    with world.engines["lane_00"].connect() as conn:
        tell(conn, company, Story((*before, line), (Counted(0, 0, 70_000),), order, frozenset({1})))
        aside = "SELECT kind FROM shared.breaks WHERE resolved_by = 'finance'"
        assert conn.execute(text(aside)).scalars().all() == [kind]
        conn.rollback()
