"""The income deduction over HTTP: register the market, consent, pay, file, cancel, corrected file; and who said so."""

from __future__ import annotations

from datetime import datetime, timedelta

import httpx
import pytest

from onnuri.kit.clock import SEOUL, seoul_date, seoul_midnight
from onnuri.kit.ids import public_id
from onnuri.people.model import PersonRole
from tests.api.town import Town, seconds_until_the_bank_is_open


@pytest.fixture
def address(town: Town) -> str:
    """The market, registered no more: its earlier registration ended before the first payment."""
    home = f"/v1/markets/{town.world.market}"
    assert town["operator"].post(f"{home}/tax_registrations/current/endings", json={}).status_code == 201
    return home


def go_to(town: Town, at: datetime) -> None:
    """Put the clock forward to an instant, or past the bank's closed hour after it."""
    ahead = int((at - datetime.now(SEOUL)).total_seconds()) + 1
    town.clock.set_ahead(ahead + seconds_until_the_bank_is_open(at))


def cancel(town: Town, payment: httpx.Response, amount: int) -> None:
    """Take back a part of a payment, as its shop."""
    done = town["fish-owner"].post(
        f"/v1/payments/{payment.json()['id']}/cancels", json={"amount": amount, "reason": "반품"}, headers=town.key()
    )
    assert done.status_code == 201, done.text


def test_from_the_registered_market_to_the_corrected_file(town: Town, address: str) -> None:
    operator, maker, minji = town["operator"], town["finance_maker"], town["minji"]
    who = public_id("per", town.world.holders["minji"])
    assert town.pay(1_000).json()["tax_registered"] is False
    assert town["nobody"].get(address).json()["tax_registered"] is False
    made = operator.post(f"{address}/tax_registrations", json={})
    assert (made.status_code, made.json()["valid_to"]) == (201, None), made.text
    assert town["nobody"].get(address).json()["tax_registered"] is True
    assert minji.post("/v1/tax_consents", json={"version": "2026-1"}).status_code == 201
    paid = town.pay(30_000)
    assert paid.json()["tax_registered"] is True
    year = int(paid.json()["business_date"][:4])
    go_to(town, datetime(year + 1, 1, 2, 9, tzinfo=SEOUL))
    assert maker.post("/v1/tax_files", json={"year": year}).json()["change"] == 30_000
    first = maker.get(f"/v1/tax_files/{year}/0").text.splitlines()
    assert first[1:] == [f"{year},0,{who},0,30000,30000", f"{year},0,합계 1명,,,30000"]


def test_a_cancel_after_the_file_corrects_it(town: Town, address: str) -> None:
    """The cancel is of the new year, within the seven days: a payment of its last days is taken back in part."""
    operator, maker, minji = town["operator"], town["finance_maker"], town["minji"]
    who, year = public_id("per", town.world.holders["minji"]), seoul_date(town.clock.now()).year
    go_to(town, datetime(year, 12, 30, 14, tzinfo=SEOUL))
    assert operator.post(f"{address}/tax_registrations", json={}).status_code == 201
    assert minji.post("/v1/tax_consents", json={"version": "2026-1"}).status_code == 201
    paid = town.pay(30_000)
    year = int(paid.json()["business_date"][:4])
    go_to(town, datetime(year + 1, 1, 2, 9, tzinfo=SEOUL))
    assert maker.post("/v1/tax_files", json={"year": year}).json()["change"] == 30_000
    assert maker.post("/v1/tax_files", json={"year": year}).status_code == 204
    cancel(town, paid, 12_000)
    assert maker.post("/v1/tax_files", json={"year": year}).json()["issue"] == 1
    corrected = maker.get(f"/v1/tax_files/{year}/1").text.splitlines()
    assert corrected[1:] == [f"{year},1,{who},30000,18000,-12000", f"{year},1,합계 1명,,,-12000"]


def test_a_registration_that_ends_between_two_payments_counts_the_first_only(town: Town, address: str) -> None:
    operator, maker = town["operator"], town["finance_maker"]
    assert town["minji"].post("/v1/tax_consents", json={"version": "2026-1"}).status_code == 201
    tomorrow = seoul_date(town.clock.now()) + timedelta(days=1)
    assert operator.post(f"{address}/tax_registrations", json={"from_on": tomorrow.isoformat()}).status_code == 201
    assert town.pay(100).json()["tax_registered"] is False
    go_to(town, seoul_midnight(tomorrow))
    assert town.pay(20_000).json()["tax_registered"] is True
    after = tomorrow + timedelta(days=1)
    ended = operator.post(f"{address}/tax_registrations/current/endings", json={"on": after.isoformat()})
    assert (ended.status_code, ended.json()["valid_to"]) == (
        201, seoul_midnight(after).strftime("%Y-%m-%dT%H:%M:%S.000000Z"),
    )  # fmt: skip
    assert town.pay(3_000).json()["tax_registered"] is True
    go_to(town, seoul_midnight(after))
    assert town.pay(400).json()["tax_registered"] is False
    go_to(town, datetime(tomorrow.year + 1, 1, 2, 9, tzinfo=SEOUL))
    assert maker.post("/v1/tax_files", json={"year": tomorrow.year}).json()["change"] == 23_000


def test_a_wrong_end_to_come_is_corrected_and_taken_back_and_the_file_says_what_payments_said(
    town: Town, address: str
) -> None:
    operator, maker = town["operator"], town["finance_maker"]
    assert town["minji"].post("/v1/tax_consents", json={"version": "2026-1"}).status_code == 201
    made = operator.post(f"{address}/tax_registrations", json={}).json()
    ends = f"{address}/tax_registrations/{made['id']}/endings"
    days = [seoul_date(town.clock.now()) + timedelta(days=n) for n in range(4)]
    assert operator.post(ends, json={"on": days[3].isoformat()}).json()["ends"][0]["reason"] is None
    silent = operator.post(ends, json={"on": days[1].isoformat()})
    assert (silent.status_code, silent.json()["code"], silent.json()["money_moved"]) == (
        422, "tax_end_reason_missing", "false",
    )  # fmt: skip
    moved = operator.post(ends, json={"on": days[2].isoformat(), "reason": "통지일을 잘못 적음"}).json()
    go_to(town, seoul_midnight(days[1]) + timedelta(hours=12))
    back = operator.post(f"{ends}/current/withdrawals", json={"reason": "등록이 연장됨"})
    assert (back.status_code, back.json()["valid_to"], back.json()["ended_by"]) == (201, None, None), back.text
    assert back.json()["ends"][:2] == moved["ends"]
    assert [each["reason"] for each in back.json()["ends"]] == [None, "통지일을 잘못 적음", "등록이 연장됨"]
    assert {each["recorded_by"] for each in back.json()["ends"]} == {made["recorded_by"]}
    assert town["auditor"].get(f"{address}/tax_registrations").json()["data"][0] == back.json()
    go_to(town, seoul_midnight(days[2]))
    assert town.pay(20_000).json()["tax_registered"] is True
    assert operator.post(ends, json={"reason": "등록 말소"}).json()["valid_to"] is not None
    assert town.pay(3_000).json()["tax_registered"] is False
    for late, body in ((ends, {"on": days[3].isoformat()}), (f"{ends}/current/withdrawals", {"reason": "다시"})):
        refused = operator.post(late, json=body)
        assert (refused.status_code, refused.json()["code"]) == (409, "tax_registration_over")
    go_to(town, datetime(days[2].year + 1, 1, 2, 9, tzinfo=SEOUL))
    assert maker.post("/v1/tax_files", json={"year": days[2].year}).json()["change"] == 20_000


def test_who_recorded_a_registration_is_kept_and_nobody_else_may(town: Town, address: str) -> None:
    operator = town.person("oh", (PersonRole.OPERATOR, None))
    for name in ("minji", "finance_maker", "fish-owner", "auditor"):
        for path in ("", "/current/endings", "/current/endings/current/withdrawals"):
            refused = town[name].post(f"{address}/tax_registrations{path}", json={"reason": "x"} if path else {})
            assert (refused.status_code, refused.json()["code"]) == (403, "role_missing"), name
    me = operator.get("/v1/sessions/current").json()["person_id"]
    made = operator.post(f"{address}/tax_registrations", json={}).json()
    assert made["recorded_by"] == me
    again = operator.post(f"{address}/tax_registrations", json={})
    assert (again.status_code, again.json()["code"]) == (409, "tax_registration_stands")
    past = town["operator"].post(f"{address}/tax_registrations/current/endings", json={"on": "2026-01-01"})
    assert (past.status_code, past.json()["code"]) == (409, "tax_registration_backdated")
    newest, first = town["auditor"].get(f"{address}/tax_registrations").json()["data"]
    assert (newest["recorded_by"], newest["ended_by"]) == (made["recorded_by"], None)
    assert first["recorded_by"] == public_id("per", town.world.clerk)
    assert first["ended_by"] not in (None, first["recorded_by"], newest["recorded_by"])
    assert town["minji"].get(f"{address}/tax_registrations").status_code == 403
    unknown = operator.post("/v1/markets/no-such/tax_registrations", json={})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "market_unknown")
