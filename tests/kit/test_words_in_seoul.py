"""Instants in words meant for people are Seoul's, wherever they are written."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from onnuri.kit.refusals import Refused
from onnuri.ops.saying import print_json
from onnuri.ops.telling import lines_of


class Ruled(Refused):
    """Names a version of the rules."""

    code = "ruled"
    ko = "{policy} 기준입니다."
    en = "By {policy}."


class Moved(Refused):
    """Says that nothing moved."""

    code = "moved"
    ko = "{won}원이 모자랍니다. 돈은 움직이지 않았습니다."
    en = "{won} won are missing. No money moved."


FIRST_OF_DECEMBER = datetime(2026, 11, 30, 15, tzinfo=UTC)


class Later(Refused):
    """Says when."""

    code = "later"
    ko = "{on} 이후에 됩니다."
    en = "From {on} on."


@pytest.mark.parametrize(
    "on", [FIRST_OF_DECEMBER, FIRST_OF_DECEMBER.isoformat(), "2026-11-30T15:00:00Z", "2026-12-01T00:00:00.000001+09:00"]
)
def test_a_refusal_says_an_instant_in_seoul_time_also_when_it_was_kept(on: object) -> None:
    assert Later(on=on).message("ko") == "2026년 12월 1일 00:00 이후에 됩니다."
    assert Later(on=on).message("en") == "From 2026-12-01 00:00 on."


@pytest.mark.parametrize("on", ["2026-12-01", date(2026, 12, 1)])
def test_a_day_stays_a_day_and_is_written_as_people_write_it(on: object) -> None:
    assert Later(on=on).message("ko") == "2026년 12월 1일 이후에 됩니다."
    assert Later(on=on).message("en") == "From 2026-12-01 on."


def test_the_name_of_rules_that_looks_like_a_day_is_not_one() -> None:
    assert Ruled(policy="2026-03-01").message("ko") == "2026-03-01 기준입니다."


def test_a_reason_where_nothing_was_asked_to_move_says_nothing_of_money() -> None:
    assert Ruled(policy="x").reason("ko") == "x 기준입니다."
    assert Moved(won=1_000).message("ko") == "1,000원이 모자랍니다. 돈은 움직이지 않았습니다."
    assert Moved(won=1_000).reason("ko") == "1,000원이 모자랍니다."
    assert Moved(won=1_000).reason("en") == "1,000 won are missing."


def test_a_command_shows_seoul_time_on_a_screen_and_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(lines_of({"renews_at": FIRST_OF_DECEMBER})) == [("renews_at", "2026-12-01 00:00")]
    print_json({"renews_at": FIRST_OF_DECEMBER})
    assert json.loads(capsys.readouterr().out) == {"renews_at": "2026-12-01T00:00:00+09:00"}
