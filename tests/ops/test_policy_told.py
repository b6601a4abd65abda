"""`onnuri policy list` and `budget` show every term of the rules, and what is left to sell."""

from __future__ import annotations

import json

import pytest

from onnuri.ops.telling import lines_of, percent
from tests.ops.conftest import Command
from tests.vouchers.ruling import rule
from tests.world import World


def test_every_term_and_what_is_left_of_a_budget_are_shown(
    onnuri: Command, house: dict[str, str], world: World
) -> None:
    rule(world, name="sale", rate_bps=1_000, budget=15_000)
    told = onnuri("policy", "list", env=house)
    assert told.returncode == 0, told.stderr
    last = json.loads(told.stdout)[-1]
    assert {name: last[name] for name in ("id", "refund_used_bps", "gift_days", "notice_days", "budget")} == {
        "id": "sale", "refund_used_bps": 6_000, "gift_days": 30, "notice_days": [30, 14, 10, 5, 1], "budget": 15_000,
    }  # fmt: skip
    assert last["valid_from"] == "2027-01-04T10:00:00+09:00"
    left = onnuri("policy", "budget", "sale", env=house)
    assert json.loads(left.stdout)["left"] == 15_000


@pytest.mark.parametrize("terms", ['{"rate_bps":', "", "1000", '["rate_bps"]', "null"])
def test_terms_that_are_no_json_object_are_refused_in_two_languages(
    onnuri: Command, environment: dict[str, str], terms: str
) -> None:
    words = ("propose", "cheaper", "--starts", "2027-06-01", "--terms", terms, "--reason", "a notice", "--by", "per_1")
    said = onnuri("policy", *words, env=environment)
    assert (said.returncode, said.stdout) == (3, ""), said.stderr
    assert "바뀌는 항목을 읽을 수 없습니다" in said.stderr
    assert '{"rate_bps": 1000}' in said.stderr
    assert "(terms_not_read)" in said.stderr
    assert "Traceback" not in said.stderr


def test_a_decision_on_what_is_no_proposal_is_refused(onnuri: Command, environment: dict[str, str]) -> None:
    said = onnuri("policy", "approve", "the cheaper one", "--by", "per_1", env=environment)
    assert (said.returncode, "(id_unreadable)" in said.stderr) == (3, True), said.stderr


def test_on_a_screen_rates_are_percents_and_amounts_won() -> None:
    rules = {"id": "sale", "rate_bps": 700, "refund_used_bps": 6_000, "holding_max": 2_000_000, "cancel_days": 7}
    assert dict(lines_of(rules)) == {
        "id": "sale", "rate_bps": "7 %", "refund_used_bps": "60 %", "holding_max": "2,000,000원", "cancel_days": "7",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rate_bps", "words"), [(0, "0 %"), (700, "7 %"), (1_050, "10.5 %"), (25, "0.25 %"), (5, "0.05 %")]
)
def test_basis_points_are_written_as_people_write_them(rate_bps: int, words: str) -> None:
    assert percent(rate_bps) == words
