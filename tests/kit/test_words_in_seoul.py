"""Instants in words meant for people are Seoul's, wherever they are written."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from onnuri.kit.refusals import Refused
from onnuri.ops.saying import print_json
from onnuri.ops.telling import lines_of

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
    assert Later(on=on).message("ko") == "2026-12-01 00:00 이후에 됩니다."


def test_a_day_stays_a_day() -> None:
    assert Later(on="2026-12-01").message("en") == "From 2026-12-01 on."


def test_a_command_shows_seoul_time_on_a_screen_and_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(lines_of({"renews_at": FIRST_OF_DECEMBER})) == [("renews_at", "2026-12-01 00:00")]
    print_json({"renews_at": FIRST_OF_DECEMBER})
    assert json.loads(capsys.readouterr().out) == {"renews_at": "2026-12-01T00:00:00+09:00"}
