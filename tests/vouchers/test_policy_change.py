"""Changing the rules: four eyes, the future, a month's notice for what worsens, and history that stays as it was."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onnuri.kit.refusals import DomainError
from onnuri.people.register import NewPerson, register_people
from onnuri.people.sealing import sealer_of
from onnuri.vouchers.policies.policy import policies, policy_at
from onnuri.vouchers.policies.policy_change import (
    OwnProposal,
    PolicyDatesTaken,
    PolicyDraft,
    PolicyStartsTooEarly,
    PolicyTermsNotAllowed,
    Proposal,
    ProposalDecided,
    ProposalUnknown,
    approve_policy,
    proposals,
    propose_policy,
    reject_policy,
)
from onnuri.vouchers.policies.policy_terms import Term, earliest_start, months_later, worsened
from tests.vouchers.money_back import CANCEL, RESIDUAL, give_back, seoul, word
from tests.world import OPENED, World, settled

NOW = OPENED


@pytest.fixture
def offices(world: World) -> tuple[UUID, UUID]:
    """A maker and a checker."""
    with world.begin() as conn:
        maker, checker = register_people(
            conn, sealer_of(world.database.settings), [NewPerson("maker"), NewPerson("checker")], at=NOW
        )
    return maker, checker


def draft(start: datetime, until: datetime | None = None, *, name: str = "next", **terms: Term) -> PolicyDraft:
    return PolicyDraft(name, terms, start, until, "고시 2026-77")


def change(world: World, offices: tuple[UUID, UUID], asked: PolicyDraft, *, at: datetime = NOW) -> Proposal:
    maker, checker = offices
    with world.begin() as conn:
        made = propose_policy(conn, asked, by=maker, at=at)
        return approve_policy(conn, made.id, by=checker, at=at)


def test_a_better_rate_takes_effect_at_its_instant_and_the_version_before_ends_there(
    world: World, offices: tuple[UUID, UUID]
) -> None:
    start = seoul(2026, 12, 1, 0)
    made = change(world, offices, draft(start, rate_bps=1_000))
    assert (made.status, made.worsens, made.based_on) == ("APPROVED", (), "2026-03-01")
    with world.begin() as conn:
        before, after = policies(conn)[-2:]
        assert (before.valid_to, after.valid_from, after.valid_to) == (start, start, None)
        assert (after.rate_bps, after.charge_min, after.cancel_days) == (1_000, before.charge_min, before.cancel_days)
        assert policy_at(conn, at=seoul(2026, 11, 30, 23, 59, 59)).id == "2026-03-01"
        assert policy_at(conn, at=start).id == "next"
    world.wallet("minji", at=NOW)
    assert settled(world.charge("minji", 100_000, at=seoul(2026, 11, 30, 23, 29))).subsidy == 7_000
    assert settled(world.charge("minji", 100_000, at=seoul(2026, 12, 1, 0, 30))).subsidy == 10_000


def test_who_proposes_does_not_decide_and_nobody_decides_twice(world: World, offices: tuple[UUID, UUID]) -> None:
    maker, checker = offices
    with world.begin() as conn:
        made = propose_policy(conn, draft(seoul(2026, 12, 1), rate_bps=1_000), by=maker, at=NOW)
        for decide in (approve_policy, reject_policy):
            with pytest.raises(OwnProposal):
                decide(conn, made.id, by=maker, at=NOW)
        assert len(policies(conn)) == 3
        assert reject_policy(conn, made.id, by=checker, at=NOW).status == "REJECTED"
        with pytest.raises(ProposalDecided):
            approve_policy(conn, made.id, by=checker, at=NOW)
        with pytest.raises(ProposalUnknown):
            approve_policy(conn, UUID(int=1), by=checker, at=NOW)
        assert [each.status for each in proposals(conn)] == ["REJECTED"]


@pytest.mark.parametrize(
    ("start", "terms", "allowed"),
    [
        (seoul(2026, 12, 20, 23, 59, 59), {"rate_bps": 500}, False),
        (seoul(2026, 12, 21, 0), {"rate_bps": 500}, True),
        (seoul(2026, 12, 20, 23, 59, 59), {"refund_used_bps": 6_001}, False),
        (seoul(2026, 12, 20, 23, 59, 59), {"refund_used_bps": 5_999}, True),
        (seoul(2026, 12, 20, 23, 59, 59), {"charge_cancel_days": 6}, False),
        (seoul(2026, 12, 20, 23, 59, 59), {"refund_small_max": 50_000}, False),
        (seoul(2026, 12, 20, 23, 59, 59), {"charge_month_max": 1_000_000}, False),
        (seoul(2026, 12, 20, 23, 59, 59), {"rate_bps": 1_000, "budget": 1_000_000}, False),
        (seoul(2026, 12, 20, 23, 59, 59), {"bank_closes_at": "23:00:00"}, False),
        (OPENED, {"rate_bps": 1_000}, False),
        (seoul(2026, 11, 20, 10, 0, 1), {"rate_bps": 1_000}, True),
    ],
)
def test_what_worsens_the_holders_position_is_announced_a_month_ahead(
    world: World, offices: tuple[UUID, UUID], start: datetime, terms: dict[str, Term], allowed: bool
) -> None:
    asked = PolicyDraft("next", terms, start, None, "고시 2026-77")
    if allowed:
        assert change(world, offices, asked).status == "APPROVED"
    else:
        with pytest.raises(PolicyStartsTooEarly):
            change(world, offices, asked)


def test_the_month_runs_from_the_approval(world: World, offices: tuple[UUID, UUID]) -> None:
    maker, checker = offices
    with world.begin() as conn:
        made = propose_policy(conn, draft(seoul(2026, 12, 21, 0), rate_bps=500), by=maker, at=NOW)
        with pytest.raises(PolicyStartsTooEarly):
            approve_policy(conn, made.id, by=checker, at=seoul(2026, 11, 21, 0))
        assert approve_policy(conn, made.id, by=checker, at=seoul(2026, 11, 20, 23, 59, 59)).worsens == ("rate_bps",)


@pytest.mark.parametrize(
    ("announced", "earliest"),
    [
        (seoul(2026, 11, 20), date(2026, 12, 21)),
        (seoul(2026, 12, 31), date(2027, 2, 1)),
        (seoul(2027, 1, 30), date(2027, 3, 1)),
        (seoul(2028, 1, 28), date(2028, 2, 29)),
        (seoul(2028, 1, 30), date(2028, 3, 1)),
    ],
)
def test_a_month_ahead_by_the_calendar(announced: datetime, earliest: date) -> None:
    assert earliest_start(announced, 1) == seoul(earliest.year, earliest.month, earliest.day, 0)


@given(st.dates(date(2025, 1, 1), date(2040, 1, 1)), st.integers(0, 30))
def test_months_later_never_comes_before_the_last_day_of_the_month_meant(on: date, months: int) -> None:
    later = months_later(on, months)
    meant = (on.year * 12 + on.month - 1 + months) % 12 + 1
    assert later.day == on.day or (later.day == 1 and (later.month - 2) % 12 + 1 == meant)


@given(st.dictionaries(st.sampled_from(["rate_bps", "charge_min", "budget", "something"]), st.integers(0, 10)))
def test_no_change_worsens_nothing(terms: dict[str, int]) -> None:
    assert worsened(terms, terms, ends_earlier=False) == []
    assert worsened(terms, terms, ends_earlier=True) == ["valid_to"]


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        (draft(seoul(2026, 12, 1), colour=7), PolicyTermsNotAllowed),
        (draft(seoul(2026, 12, 1), rate_bps="1000"), PolicyTermsNotAllowed),
        (draft(seoul(2026, 12, 1), rate_bps=True), PolicyTermsNotAllowed),
        (draft(seoul(2026, 12, 1), rate_bps=10_001), PolicyTermsNotAllowed),
        (draft(seoul(2026, 12, 1), approved_by="me"), PolicyTermsNotAllowed),
        (draft(seoul(2026, 12, 1), notice_months=0), PolicyTermsNotAllowed),
        (draft(seoul(2027, 2, 1), budget=-1), PolicyTermsNotAllowed),
        (draft(seoul(2026, 12, 1), name="", rate_bps=1_000), PolicyTermsNotAllowed),
        (draft(seoul(2026, 12, 1), name="2026-03-01", rate_bps=1_000), PolicyDatesTaken),
        (draft(seoul(2027, 12, 1), seoul(2027, 12, 1), rate_bps=1_000), PolicyDatesTaken),
    ],
)
def test_what_no_rule_can_say_is_refused(
    world: World, offices: tuple[UUID, UUID], asked: PolicyDraft, refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        change(world, offices, asked)


def test_a_promotion_between_two_versions_ends_where_it_says(world: World, offices: tuple[UUID, UUID]) -> None:
    start, end = seoul(2027, 2, 1, 0), seoul(2027, 2, 11, 0)
    change(world, offices, draft(start, end, name="seollal", rate_bps=1_500))
    with world.begin() as conn:
        assert [(each.id, each.valid_to) for each in policies(conn)][-3:] == [
            ("2026-03-01", start), ("seollal", end), ("seollal.after", None)
        ]  # fmt: skip
    change(world, offices, draft(end + timedelta(days=1), name="after", rate_bps=700))
    with world.begin() as conn:
        assert policy_at(conn, at=end).id == "seollal.after"
        assert policy_at(conn, at=end + timedelta(days=1)).id == "after"


def test_a_charge_keeps_the_refund_terms_of_its_own_version(world: World, offices: tuple[UUID, UUID]) -> None:
    change(world, offices, draft(seoul(2026, 12, 21, 0), refund_used_bps=9_000, charge_cancel_days=1))
    world.shop("fish")
    world.wallet("minji", 100_000, at=seoul(2026, 12, 20))
    world.wallet("suho", 100_000, at=seoul(2026, 12, 21))
    at = seoul(2026, 12, 24)
    assert [word(give_back(world, name, CANCEL, at=at)) for name in ("minji", "suho")] == [
        "SUCCEEDED", "charge_cancel_too_late"
    ]  # fmt: skip
    settled(world.charge("minji", 100_000, at=at))
    world.pay("suho", "fish", 60_000, at=at)
    assert word(give_back(world, "suho", RESIDUAL, at=at)) == "not_used_enough"
