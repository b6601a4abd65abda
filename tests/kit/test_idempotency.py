"""Keys: one effect, one answer for ever; every refusal survives being frozen."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

import onnuri
from onnuri.kit.idempotency import (
    RefusedBefore,
    all_refusals,
    check_same_request,
    earlier_outcomes,
    freeze,
    record_outcomes,
    thaw,
)
from onnuri.kit.refusals import DomainError
from onnuri.kit.requests import KeyReused, Outcome
from onnuri.payments.model import BalanceInsufficient
from tests.world import request_key

AT = datetime(2026, 11, 20, 1, tzinfo=UTC)


def refusals() -> list[type[DomainError]]:
    """Every refusal of the house; found by importing all of it."""
    for module in pkgutil.walk_packages(onnuri.__path__, "onnuri."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return [kind for kind in all_refusals() if kind.__module__.startswith("onnuri.")]


def test_every_refusal_says_the_same_after_it_was_frozen() -> None:
    kinds = refusals()
    assert len(kinds) > 50
    for kind in kinds:
        names = set(re.findall(r"{(\w+)", kind.ko + kind.en))
        values: list[object] = [1_500_000, "가나다", date(2026, 12, 1), UUID(int=3), None]
        facts = {name: values[place % len(values)] for place, name in enumerate(sorted(names))}
        refusal = kind(**facts)
        again = thaw(json.loads(freeze(refusal)))
        assert type(again).code == kind.code
        assert [again.message(language) for language in ("ko", "en")] == [
            refusal.message(language) for language in ("ko", "en")
        ], kind
        assert freeze(again) == freeze(refusal)


def test_a_refusal_with_other_words_for_some_facts_says_them_again_after_it_was_frozen() -> None:
    told = [(kind, name, value, words) for kind in refusals() for (name, value), words in kind.otherwise.items()]
    assert {kind.code for kind, *_ in told} >= {"monthly_limit_reached", "holding_cap_reached", "budget_spent"}
    for kind, name, value, (ko, en) in told:
        facts: dict[str, object] = {fact: date(2026, 12, 1) for fact in re.findall(r"{(\w+)", ko + en)}
        refusal = kind(**facts | {name: value})
        again = thaw(json.loads(freeze(refusal)))
        for language, words in (("ko", ko), ("en", en)):
            assert again.message(language) == refusal.message(language) != kind(**facts).message(language), kind
            assert refusal.message(language).startswith(words.partition("{")[0]), kind
        assert bool(re.search(r"[가-힣]", ko)) > bool(re.search(r"[가-힣]", en)), kind


def test_a_refusal_that_is_gone_from_the_code_is_still_a_refusal() -> None:
    again = thaw({"code": "of_a_version_long_ago", "facts": {"left": 3}})
    assert isinstance(again, RefusedBefore)
    assert again.facts == {"left": 3}


def test_keys_are_each_callers_own(conn: Connection) -> None:
    mine, yours = request_key("k", caller="me"), request_key("k", caller="you")
    record_outcomes(conn, [Outcome(mine, "payment", UUID(int=1), None)], at=AT)
    assert set(earlier_outcomes(conn, [mine, yours])) == {("me", "k")}
    assert earlier_outcomes(conn, []) == {}


def test_what_a_key_was_answered_is_found_whole(conn: Connection) -> None:
    refused = Outcome(request_key("no"), "payment", None, BalanceInsufficient(left=1_200))
    done = Outcome(request_key("yes"), "payment", UUID(int=1), None)
    record_outcomes(conn, [refused, done], at=AT)
    found = earlier_outcomes(conn, [refused.request, done.request])
    assert found["test", "yes"] == done
    earlier = found["test", "no"]
    assert isinstance(earlier.refusal, BalanceInsufficient)
    assert (earlier.refusal.facts, earlier.request) == ({"left": 1_200}, refused.request)


def test_the_same_key_with_another_body_is_refused() -> None:
    earlier = Outcome(request_key("k", "one body"), "payment", UUID(int=1), None)
    check_same_request(earlier, request_key("k", "one body"))
    with pytest.raises(KeyReused):
        check_same_request(earlier, request_key("k", "another body"))


def test_a_key_can_not_be_answered_twice(engine: Engine) -> None:
    outcome = Outcome(request_key("k"), "payment", UUID(int=1), None)
    with engine.begin() as conn:
        record_outcomes(conn, [outcome], at=AT)
    with pytest.raises(IntegrityError, match="outcomes_pk"), engine.begin() as conn:
        record_outcomes(conn, [outcome], at=AT)


def test_recording_nothing_is_nothing(conn: Connection) -> None:
    record_outcomes(conn, [], at=AT)
