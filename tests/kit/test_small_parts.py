"""Ids, clocks, refusals and configuration: small parts that everything stands on."""

from __future__ import annotations

import stat
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onnuri.kit.clock import AheadClock, SystemClock, month_start, seoul_date, seoul_midnight
from onnuri.kit.config import ConfigurationError, load_settings
from onnuri.kit.ids import IdUnreadable, new_id, new_ids, parse_id, public_id
from onnuri.kit.refusals import DomainError, Refused

instants = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is the strategy's own argument


@given(at=instants)
def test_an_id_is_a_uuid_of_version_7_and_tells_its_time(at: datetime) -> None:
    made = new_id(at)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    told = datetime.fromtimestamp((made.int >> 80) / 1000, UTC)
    assert abs(told - at) < timedelta(seconds=1.1)


def test_ids_ascend_and_never_repeat_from_many_threads() -> None:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    made: list[list[UUID]] = [[] for _ in range(8)]

    def make(mine: list[UUID]) -> None:
        mine += [new_id(at) for _ in range(1_000)] + new_ids(at, 1_000)

    threads = [threading.Thread(target=make, args=(mine,)) for mine in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(mine == sorted(mine) for mine in made)
    assert len({id for mine in made for id in mine}) == 16_000


@given(value=st.uuids(), prefix=st.sampled_from(["pay", "chg", "shop"]))
def test_a_public_id_is_read_back_by_its_own_kind_only(value: UUID, prefix: str) -> None:
    written = public_id(prefix, value)
    assert parse_id(prefix, written) == value
    with pytest.raises(IdUnreadable):
        parse_id("other", written)


@given(given_text=st.text(max_size=100))
def test_anything_else_is_no_id(given_text: str) -> None:
    with pytest.raises(IdUnreadable):
        parse_id("pay", given_text)


@pytest.mark.parametrize("wrong", ["pay_", "pay_" + "g" * 32, "pay_" + "0" * 31, "pay_" + "0" * 33, "pay" + "0" * 32])
def test_an_id_with_a_wrong_tail_is_refused(wrong: str) -> None:
    with pytest.raises(IdUnreadable):
        parse_id("pay", wrong)


def test_the_business_date_turns_at_midnight_in_seoul() -> None:
    assert seoul_date(datetime(2026, 11, 20, 14, 59, 59, tzinfo=UTC)) == date(2026, 11, 20)
    assert seoul_date(datetime(2026, 11, 20, 15, tzinfo=UTC)) == date(2026, 11, 21)


@given(on=st.dates(date(2020, 1, 1), date(2100, 1, 1)))
def test_midnight_in_seoul_is_the_first_instant_of_its_date(on: date) -> None:
    midnight = seoul_midnight(on)
    assert seoul_date(midnight) == on
    assert seoul_date(midnight - timedelta(microseconds=1)) == on - timedelta(days=1)


@given(at=instants)
def test_a_month_starts_before_its_instants_and_on_a_first(at: datetime) -> None:
    start = month_start(at)
    assert start <= at
    assert seoul_date(start) == seoul_date(at).replace(day=1)


def test_a_sandbox_clock_only_moves_forward() -> None:
    clock = AheadClock(60)
    assert clock.now() - SystemClock().now() > timedelta(seconds=55)
    clock.set_ahead(10)
    assert clock.now() - SystemClock().now() > timedelta(seconds=55)
    clock.set_ahead(86_400)
    assert clock.now() - SystemClock().now() > timedelta(hours=23)


class TooSmall(Refused):
    """A refusal for these tests."""

    code = "too_small_in_a_test"
    ko = "{least}원부터 됩니다: {given}"
    en = "At least {least} won: {given}"


def test_a_refusal_says_its_facts_with_separators_and_takes_nothing_literally() -> None:
    refusal = TooSmall(least=1_000_000, given="{least} %s {0}")
    assert refusal.message("ko") == "1,000,000원부터 됩니다: {least} %s {0}"
    assert str(refusal) == "At least 1,000,000 won: {least} %s {0}"
    assert str(TooSmall()) == "At least ? won: ?"
    assert isinstance(refusal, DomainError)


def test_a_secret_is_made_once_kept_and_only_the_owner_reads_it(tmp_path: Path, clean: None) -> None:
    first, second = load_settings(tmp_path), load_settings(tmp_path)
    assert first.secret == second.secret
    assert len(first.secret) == 64
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    assert load_settings(tmp_path / "other").secret != first.secret


def test_each_purpose_has_a_secret_of_its_own(tmp_path: Path, clean: None) -> None:
    settings = load_settings(tmp_path)
    assert settings.derive("one") == settings.derive("one") != settings.derive("two")
    assert len(settings.derive("one")) == 32


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"ONNURI_MODE": "test"}, "ONNURI_MODE"),
        ({"ONNURI_MODE": "production"}, "production needs ONNURI_SECRET"),
        ({"ONNURI_SECRET": "short"}, "at least 32"),
    ],
)
def test_a_wrong_configuration_says_which_variable(
    tmp_path: Path, clean: None, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], words: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=words):
        load_settings(tmp_path)


def test_production_takes_the_given_secret_and_is_no_sandbox(
    tmp_path: Path, clean: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONNURI_MODE", "production")
    monkeypatch.setenv("ONNURI_SECRET", "s" * 32)
    settings = load_settings(tmp_path)
    assert (settings.sandbox, settings.secret) == (False, b"s" * 32)
    assert not (tmp_path / "secret").exists()


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ONNURI_MODE", "ONNURI_SECRET", "ONNURI_DATA_DIR", "DATABASE_URL", "ONNURI_BANK_URL"):
        monkeypatch.delenv(name, raising=False)
