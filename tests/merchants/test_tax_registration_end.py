"""The end of a market's registration: replaced or taken back while it has not come, and never of the past."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from onnuri.kit.clock import seoul_midnight
from onnuri.kit.refusals import DomainError
from onnuri.merchants.queries import find_market
from onnuri.merchants.tax_registration import (
    TaxRegistration,
    TaxRegistrationBackdated,
    TaxRegistrationStands,
    register_for_tax,
    registered_for_tax,
    tax_registrations,
)
from onnuri.merchants.tax_registration_end import (
    TaxEndMissing,
    TaxEndReasonMissing,
    TaxRegistrationMissing,
    TaxRegistrationOver,
    TaxRegistrationsOverlap,
    TaxRegistrationUnclear,
    TaxRegistrationUnknown,
    WhichRegistration,
    end_tax_registration,
    take_back_tax_end,
)
from tests.vouchers.money_back import seoul
from tests.world import World

NOON = seoul(2026, 12, 1, 12)
SECOND = timedelta(seconds=1)
WHY = "통지일을 잘못 적음"


@pytest.fixture
def market(world: World) -> World:
    """A market with a shop, registered at the tax service since the world began."""
    world.shop("fish")
    return world


def end(
    market: World, on: date | None, *, at: datetime = NOON, id: UUID | None = None, reason: str = WHY
) -> TaxRegistration:
    with market.begin() as conn:
        which = WhichRegistration(market.market, id)
        return end_tax_registration(conn, which, by=market.clerk, at=at, on=on, reason=reason)


def take_back(
    market: World, *, at: datetime = NOON, id: UUID | None = None, reason: str = "등록이 연장됨"
) -> TaxRegistration:
    with market.begin() as conn:
        return take_back_tax_end(conn, WhichRegistration(market.market, id), by=market.clerk, at=at, reason=reason)


def register(market: World, since: date | None, *, at: datetime = NOON) -> TaxRegistration:
    with market.begin() as conn:
        return register_for_tax(conn, codes=[market.market], by=market.clerk, at=at, since=since)[0]


def every(market: World) -> list[TaxRegistration]:
    with market.begin() as conn:
        return tax_registrations(conn, market_id=find_market(conn, code=market.market).id)


def counts(market: World, at: datetime) -> bool:
    with market.begin() as conn:
        return bool(registered_for_tax(conn, market_ids=[find_market(conn, code=market.market).id], at=at))


@pytest.mark.parametrize("right", [date(2026, 12, 5), date(2026, 12, 20)], ids=["nearer", "later"])
def test_a_wrong_day_to_come_is_replaced_and_both_words_are_kept(market: World, right: date) -> None:
    first = end(market, date(2026, 12, 10), reason="")
    assert [(each.ends_at, each.reason) for each in first.ends] == [(seoul_midnight(date(2026, 12, 10)), None)]
    second = end(market, right, at=NOON + SECOND)
    assert second.valid_to == seoul_midnight(right)
    assert [(each.ends_at, each.reason, each.recorded_by, each.recorded_at) for each in second.ends] == [
        (seoul_midnight(date(2026, 12, 10)), None, market.clerk, NOON),
        (seoul_midnight(right), WHY, market.clerk, NOON + SECOND),
    ]
    assert (second.ended_by, second.ended_at) == (market.clerk, NOON + SECOND)
    assert every(market) == [second]
    assert counts(market, seoul_midnight(right) - SECOND)
    assert not counts(market, seoul_midnight(right))


def test_an_end_to_come_is_taken_back_and_recorded_again(market: World) -> None:
    end(market, date(2026, 12, 10))
    back = take_back(market, at=NOON + SECOND)
    assert (back.valid_to, back.ended_by, back.ended_at) == (None, None, None)
    assert [each.ends_at is None for each in back.ends] == [False, True]
    assert counts(market, seoul(2027, 6, 1))
    with pytest.raises(TaxEndMissing):
        take_back(market, at=NOON + 2 * SECOND)
    again = end(market, None, at=NOON + 3 * SECOND)
    assert (again.valid_to, len(again.ends)) == (NOON + 3 * SECOND, 3)


def test_an_end_can_be_replaced_until_it_comes_and_never_from_then_on(market: World) -> None:
    midnight = seoul_midnight(date(2026, 12, 10))
    (id,) = [each.id for each in every(market)]
    end(market, date(2026, 12, 10))
    end(market, date(2026, 12, 11), at=midnight - timedelta(microseconds=1))
    end(market, date(2026, 12, 10), at=midnight - timedelta(microseconds=1))
    for at in (midnight, midnight + timedelta(days=30)):
        with pytest.raises(TaxRegistrationOver) as refused:
            end(market, date(2027, 5, 1), at=at, id=id)
        assert refused.value.facts == {"ended_at": midnight}
        with pytest.raises(TaxRegistrationOver):
            take_back(market, at=at, id=id)
        with pytest.raises(TaxRegistrationMissing):
            end(market, None, at=at)
        with pytest.raises(TaxEndMissing):
            take_back(market, at=at)
    (found,) = every(market)
    assert (found.valid_to, len(found.ends)) == (midnight, 3)


def test_no_end_is_recorded_for_a_day_that_is_over(market: World) -> None:
    end(market, date(2026, 12, 10))
    for day in (date(2026, 11, 30), date(2026, 1, 1)):
        with pytest.raises(TaxRegistrationBackdated):
            end(market, day)
    assert end(market, date(2026, 12, 1), at=NOON + SECOND).valid_to == NOON + SECOND  # today is from now on


def test_a_correction_says_why_and_the_same_end_again_changes_nothing(market: World) -> None:
    first = end(market, date(2026, 12, 10), reason="")
    assert end(market, date(2026, 12, 10), at=NOON + SECOND, reason="") == first
    for reason in ("", "  ", "가" * 201):
        with pytest.raises(TaxEndReasonMissing):
            end(market, date(2026, 12, 11), reason=reason)
        with pytest.raises(TaxEndReasonMissing):
            take_back(market, reason=reason)
    assert every(market) == [first]


def test_an_end_never_runs_into_the_next_registration(market: World) -> None:
    (first,) = every(market)
    end(market, date(2026, 12, 10))
    following = register(market, date(2026, 12, 20))
    with pytest.raises(TaxRegistrationUnclear) as refused:
        end(market, date(2026, 12, 12))
    assert refused.value.facts["count"] == 2
    with pytest.raises(TaxRegistrationsOverlap) as overlap:
        end(market, date(2026, 12, 21), id=first.id)
    assert overlap.value.facts == {"begins_at": following.valid_from}
    with pytest.raises(TaxRegistrationsOverlap):
        take_back(market, id=first.id)
    assert end(market, date(2026, 12, 20), id=first.id).valid_to == following.valid_from
    end(market, None, id=following.id)  # it never begins, so nothing is in the way any more
    assert take_back(market, id=first.id).valid_to is None
    with pytest.raises(TaxRegistrationsOverlap):
        take_back(market, id=following.id)
    with pytest.raises(TaxRegistrationStands):
        register(market, date(2026, 12, 25))


def test_a_registration_that_was_to_begin_later_and_never_will_may_still_be_kept(market: World) -> None:
    end(market, None)
    later = register(market, date(2026, 12, 20), at=NOON + SECOND)
    assert end(market, None, at=NOON + 2 * SECOND).valid_to == later.valid_from
    assert not counts(market, later.valid_from)
    assert take_back(market, at=NOON + 3 * SECOND).valid_to is None
    assert counts(market, later.valid_from)


def test_a_wrong_beginning_to_come_is_ended_and_the_right_one_is_the_one_that_is_meant(market: World) -> None:
    end(market, None)
    wrong = register(market, date(2026, 12, 20), at=NOON + SECOND)
    with pytest.raises(TaxRegistrationStands):
        register(market, date(2026, 12, 15), at=NOON + 2 * SECOND)
    end(market, None, at=NOON + 2 * SECOND)
    right = register(market, date(2026, 12, 15), at=NOON + 3 * SECOND)
    assert [counts(market, seoul(2026, 12, day)) for day in (14, 15, 20)] == [False, True, True]
    ended = end(market, date(2026, 12, 25), at=NOON + 4 * SECOND)
    assert (ended.id, ended.valid_to) == (right.id, seoul_midnight(date(2026, 12, 25)))
    with pytest.raises(TaxRegistrationsOverlap):
        take_back(market, at=NOON + 5 * SECOND, id=wrong.id)


def test_a_registration_of_another_market_is_not_known(market: World) -> None:
    with pytest.raises(TaxRegistrationUnknown):
        end(market, None, id=uuid4())
    with pytest.raises(TaxRegistrationUnknown):
        take_back(market, id=uuid4())


def test_every_refusal_says_that_no_money_moved() -> None:
    for refusal in (
        TaxRegistrationBackdated, TaxRegistrationStands, TaxRegistrationMissing, TaxRegistrationUnknown,
        TaxRegistrationOver, TaxRegistrationUnclear, TaxRegistrationsOverlap, TaxEndMissing, TaxEndReasonMissing,
    ):  # fmt: skip
        found: type[DomainError] = refusal
        assert found.money_moved == "false"
        assert (found.ko.endswith("돈은 움직이지 않았습니다."), found.en.endswith("No money moved.")) == (True, True)


DENIED, KEPT = "permission denied", "any more|not_backdated"
RECORD = "INSERT INTO shared.tax_registration_ends VALUES (:id, {number}, {ends_at}, 'why', :by, {at})"
FORBIDDEN = {
    "an end is changed": (DENIED, "UPDATE shared.tax_registration_ends SET ends_at = ends_at + interval '1 day'"),
    "a record is taken out": (DENIED, "DELETE FROM shared.tax_registration_ends"),
    "a period is changed": (DENIED, "UPDATE shared.tax_registrations SET valid_to = NULL"),
    "a registration begins with an end": (
        DENIED,
        (
            "INSERT INTO shared.tax_registrations (id, market_id, valid_from, valid_to, recorded_by, recorded_at)"
            " SELECT gen_random_uuid(), market_id, valid_to, valid_to, :by, recorded_at FROM shared.tax_registrations"
        ),
    ),
    "an end has come": (KEPT, RECORD.format(number=2, ends_at="'2027-01-01Z'", at="'2026-12-20Z'")),
    "an end is of the past": (KEPT, RECORD.format(number=2, ends_at="'2026-12-01Z'", at="'2026-12-02Z'")),
    "a record is left out": (KEPT, RECORD.format(number=3, ends_at="'2027-01-01Z'", at="'2026-12-02Z'")),
    "a record is older than the last": (KEPT, RECORD.format(number=2, ends_at="'2027-01-01Z'", at="'2026-11-25Z'")),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_application_can_not_record_what_the_rules_forbid(market: World, what: str) -> None:
    before = end(market, date(2026, 12, 10))
    words, statement = FORBIDDEN[what]
    given = {name: value for name, value in (("id", before.id), ("by", market.clerk)) if f":{name}" in statement}
    with pytest.raises(DatabaseError, match=words), market.begin() as conn:
        conn.execute(text(statement), given)
    assert every(market) == [before]


def test_a_payment_is_stamped_by_the_end_that_counts_when_it_is_made(market: World) -> None:
    market.wallet("minji", 100_000)
    acts: list[tuple[datetime, Callable[[datetime], object]]] = [
        (seoul(2026, 12, 2), lambda at: end(market, date(2026, 12, 10), at=at)),
        (seoul(2026, 12, 9, 23, 59, 59), lambda at: end(market, date(2026, 12, 12), at=at)),
        (seoul(2026, 12, 11, 23, 59, 59), lambda at: take_back(market, at=at)),
        (seoul(2026, 12, 14), lambda at: end(market, None, at=at)),
    ]
    for at, act in acts:
        act(at)
        for pay in (at + SECOND, at + timedelta(days=1)):
            market.pay("minji", "fish", 100, at=pay)
    with market.begin() as conn:
        stamps = conn.execute(text("SELECT tax_registered FROM payments ORDER BY paid_at")).scalars().all()
    assert stamps == [True] * 6 + [False] * 2


def test_a_clock_a_little_behind_the_one_that_recorded_before_is_no_fault(market: World) -> None:
    end(market, date(2026, 12, 10))
    moved = end(market, date(2026, 12, 12), at=NOON - SECOND)
    assert [said.recorded_at for said in moved.ends] == [NOON, NOON]
    assert take_back(market, at=NOON - SECOND).valid_to is None
    over = end(market, None, at=NOON - SECOND)
    assert over.valid_to == NOON
    with pytest.raises(TaxRegistrationMissing):
        end(market, date(2026, 12, 20), at=NOON - SECOND)
    with pytest.raises(TaxRegistrationOver):
        take_back(market, at=NOON - SECOND, id=over.id)
