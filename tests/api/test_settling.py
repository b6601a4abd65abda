"""A day is closed, paid out and matched over HTTP; every line opens down to its transfers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from onnuri.kit.clock import seoul_date, seoul_midnight
from onnuri.people.model import PersonRole
from tests.api.town import Town


def after_midnight(on: date) -> int:
    """Tell how many seconds from now it is half past midnight after a date in Seoul."""
    wanted = seoul_midnight(on + timedelta(days=1)) + timedelta(minutes=30)
    return int((wanted - datetime.now(UTC)).total_seconds()) + 1


def sell(town: Town) -> date:
    """Let suho charge at the bank and pay: fish 15,000 less 5,000, tofu 7,000; only fish has an account."""
    shop = f"shp_{town.world.shops['fish'].id.hex}"
    account = {"bank_code": "004", "account_number": "1234560000100", "account_holder": "김망원"}
    registered = town["fish-owner"].post(f"/v1/shops/{shop}/accounts", json=account)
    assert registered.json()["masked"] == "1234560000***"
    assert town["fish-clerk"].post(f"/v1/shops/{shop}/accounts", json=account).status_code == 403
    suho = {"bank_code": "004", "account_number": "1234560000200", "consent": True}
    town["suho"].post("/v1/debit_accounts", json=suho)
    assert town["suho"].post("/v1/charges", json={"face": 50_000}, headers=town.key()).status_code == 201
    payment = town.pay(15_000, who="suho").json()
    cancel = {"amount": 5_000, "reason": "반품"}
    town["fish-clerk"].post(f"/v1/payments/{payment['id']}/cancels", json=cancel, headers=town.key())
    town.pay(7_000, shop="tofu", who="suho")
    return date.fromisoformat(payment["business_date"])


def test_a_day_is_closed_paid_and_matched(town: Town) -> None:
    maker, checker, fish = town["finance_maker"], town["finance_checker"], town.world.shops["fish"]
    shop = f"shp_{fish.id.hex}"
    day = sell(town)
    early = maker.post(f"/v1/days/{day}/close", json={})
    assert (early.status_code, early.json()["code"]) == (409, "day_not_over")

    moved = town["operator"].post("/v1/sandbox/clock", json={"ahead_seconds": after_midnight(day)})
    assert moved.status_code == 200, moved.text
    for already in (False, True):
        closed = maker.post(f"/v1/days/{day}/close", json={})
        assert closed.status_code == 201, closed.text
        if not already:
            assert closed.json()["data"][-1]["payable"] == 17_000
    listed = maker.get("/v1/days").json()["data"][0]
    assert (listed["day"], listed["sums"]["gross"], listed["sums"]["payable"]) == (day.isoformat(), 22_000, 17_000)
    markets = maker.get(f"/v1/days/{day}/markets").json()["data"]
    assert [(market["shops"], market["sums"]["net"]) for market in markets] == [(2, 17_000)]
    office = town.person("office", (PersonRole.MARKET_OFFICE, town.world.market_id))
    shops = office.get(f"/v1/days/{day}/shops", params={"market_id": markets[0]["market_id"]}).json()["data"]
    assert [(line["name"], line["sums"]["payable"], line["state"]) for line in shops] == [
        ("fish", 10_000, "waiting"), ("tofu", 7_000, "deferred"),
    ]  # fmt: skip
    assert office.get(f"/v1/days/{day}/shops").status_code == 403
    items = maker.get(f"/v1/days/{day}/shops/{shop}/items").json()["data"]
    assert [(item["kind"], item["amount"]) for item in items] == [("payment", 15_000), ("cancel", 5_000)]
    assert items[0]["transfers"][0]["credit"] == f"merchant:{fish.id.hex}"
    entry = maker.get(f"/v1/entries/{items[0]['entry_id']}").json()
    assert [line["amount"] for line in entry["transfers"]] == [15_000]

    due_on = date.fromisoformat(shops[0]["due_on"])
    town["operator"].post(
        "/v1/sandbox/clock", json={"ahead_seconds": after_midnight(due_on - timedelta(days=1)) + 36_000}
    )
    run = checker.post("/v1/payouts", json={"due_on": due_on.isoformat()})
    assert run.status_code == 201, run.text
    assert (run.json()["requested"], run.json()["amount"], run.json()["results"]) == (1, 10_000, {"PAID": 1})
    assert run.json()["deferred"] == [{"shop_id": f"shp_{town.world.shops['tofu'].id.hex}", "amount": 7_000}]
    payout = checker.get("/v1/payouts", params={"status": "PAID"}).json()["data"][0]
    detail = checker.get(f"/v1/payouts/{payout['id']}").json()
    assert detail["parts"][0]["lines"] == [{"day": day.isoformat(), "payable": 10_000}]
    own = town["fish-clerk"].get(f"/v1/shops/{shop}/statement").json()["data"][0]
    assert (own["state"], own["payouts"][0]["status"]) == ("paid", "PAID")
    assert town["tofu-owner"].get(f"/v1/shops/{shop}/statement").status_code == 404

    taken = maker.post("/v1/statements", json={"booked_on": seoul_date(town.clock.now()).isoformat()})
    assert taken.status_code == 201, taken.text
    assert taken.json()["matched"]["payouts"] == 1
    assert maker.get("/v1/safeguarding").json()["difference"] == 0
    assert maker.get("/v1/trial_balance").json()["difference"] == 0
    assert maker.get("/v1/accounts/bank:trust").json()["lanes"].keys() == {"lane_00"}


def test_a_break_is_resolved_by_a_checker_with_a_reason(town: Town) -> None:
    maker, checker = town["finance_maker"], town["finance_checker"]
    suho = town["suho"]
    suho.post("/v1/debit_accounts", json={"bank_code": "004", "account_number": "12345600044", "consent": True})
    assert suho.post("/v1/charges", json={"face": 10_000}, headers=town.key()).status_code == 201
    maker.post("/v1/statements", json={"booked_on": seoul_date(town.clock.now()).isoformat()})
    found = maker.get("/v1/breaks").json()["data"]
    assert found, "an account ending in 44 leaves a line that is short"
    url = f"/v1/breaks/{found[0]['id']}"
    assert maker.post(f"{url}/resolutions", json={"reason": "x"}).json()["code"] == "role_missing"
    blank = checker.post(f"{url}/resolutions", json={"reason": "   "})
    assert (blank.status_code, blank.json()["code"]) == (422, "break_resolution_missing")
    done = checker.post(f"{url}/resolutions", json={"reason": "은행 정정"})
    assert done.status_code == 201, done.text
    assert maker.get(url).json()["resolution"] == "은행 정정"
    again = checker.post(f"{url}/resolutions", json={"reason": "은행 정정"})
    assert (again.status_code, again.json()["code"]) == (409, "break_resolved_already")


def test_the_sandbox_clock_never_goes_back(town: Town) -> None:
    operator = town["operator"]
    assert operator.post("/v1/sandbox/clock", json={"ahead_seconds": 3_600}).json()["ahead_seconds"] == 3_600
    back = operator.post("/v1/sandbox/clock", json={"ahead_seconds": 60})
    assert (back.status_code, back.json()["code"]) == (409, "clock_backward")
    assert town["minji"].post("/v1/sandbox/clock", json={"ahead_seconds": 7_200}).status_code == 403
    assert town["nobody"].get("/v1/sandbox/clock").json()["ahead_seconds"] == 3_600
