"""Wallet life over HTTP: age, limits, loss report, freezing, leaving, handing over, and the tax file."""

from __future__ import annotations

from onnuri.kit.clock import SystemClock
from onnuri.people.model import PersonRole
from tests.api.test_charging import with_account
from tests.api.test_refunding import charged
from tests.api.town import Town

OPERATOR, CHECKER = PersonRole.OPERATOR, PersonRole.FINANCE_CHECKER


def test_who_is_not_fourteen_opens_no_wallet_and_the_first_date_told_stays(town: Town) -> None:
    hana = town.person("hana")
    unknown = hana.post("/v1/wallets", json={})
    assert (unknown.status_code, unknown.json()["code"]) == (409, "birth_date_unknown")
    born = f"{town.clock.now().year - 10}-01-01"
    for date in (born, "1990-05-01"):
        young = hana.post("/v1/wallets", json={"birth_date": date})
        assert (young.status_code, young.json()["code"]) == (403, "too_young")
    assert hana.post("/v1/wallets", json={"birth_date": "1990-02-30"}).status_code == 422
    later = town.person("jun").post("/v1/wallets", json={"birth_date": "2999-01-01"})
    assert (later.status_code, later.json()["code"]) == (422, "birth_date_impossible")


def test_limits_say_what_is_left_and_when_it_renews(town: Town) -> None:
    limits = town["minji"].get("/v1/wallets/current/limits").json()
    assert limits["charge_month"]["left"] == limits["charge_now"] == 1_900_000
    assert (limits["holding"]["used"], limits["holding"]["renews_at"]) == (100_000, None)
    assert limits["charge_month"]["renews_at"].endswith("T15:00:00.000000Z")


def test_after_a_loss_report_nothing_is_paid_until_an_operator_lifts_it(town: Town) -> None:
    operator = town.person("frank", (OPERATOR, None))
    report = town["minji"].post("/v1/wallets/current/loss_reports", json={"reason": "휴대전화 분실"})
    assert (report.status_code, report.json()["kind"]) == (201, "lost")
    assert town.pay(1_000).json()["code"] == "wallet_not_open"
    address = f"/v1/wallets/{report.json()['wallet_id']}"
    assert town["minji"].post(f"{address}/unblocks", json={"kind": "lost", "reason": "나"}).status_code == 403
    assert operator.get(f"{address}/blocks").json()["borne_by_the_operator"] == []
    lifted = operator.post(f"{address}/unblocks", json={"kind": "lost", "reason": "본인 확인"})
    assert lifted.json()["lift_reason"] == "본인 확인"
    assert town.pay(1_000).status_code == 201


def test_who_was_refunded_but_may_not_leave_yet_is_told_that_money_moved(town: Town) -> None:
    suho = with_account(town, "00")
    for face in (30_000, 50_000):
        assert suho.post("/v1/charges", json={"face": face}, headers=town.key()).status_code == 201
        town.clock.set_ahead(int((town.clock.now() - SystemClock().now()).total_seconds()) + 10 * 86_400)
    assert suho.post("/v1/charges", json={"face": 20_000}, headers=town.key()).status_code == 201
    refused = suho.post("/v1/wallets/current/closings", json={}, headers=town.key())
    assert (refused.status_code, refused.json()["code"]) == (409, "refunded_but_not_closed")
    assert refused.json()["money_moved"] == "true"
    assert refused.json()["facts"]["refunded"] == 18_600
    assert "80,000원" in refused.json()["detail_ko"]
    assert suho.get("/v1/wallets/current").json()["balance"] == 80_000


def test_who_leaves_while_the_bank_owes_its_answer_is_told_that_nobody_knows_yet(town: Town) -> None:
    suho, _ = charged(town, 20_000, ending="95")
    key = town.key()
    for _ in range(2):
        refused = suho.post("/v1/wallets/current/closings", json={"refund": True}, headers=key)
        told = refused.json()
        assert (refused.status_code, told["code"]) == (409, "leaving_refund_unanswered")
        assert (told["money_moved"], told["facts"]["why"]) == ("unknown", "wallet_busy")
        assert "은행의 답을 기다리는 환불" in told["detail_ko"]


def test_leaving_pays_back_what_can_be_and_the_key_answers_for_ever(town: Town) -> None:
    suho = with_account(town, "00")
    assert suho.post("/v1/charges", json={"face": 50_000}, headers=town.key()).status_code == 201
    kept = suho.post("/v1/wallets/current/closings", json={"refund": False}, headers=town.key())
    assert (kept.status_code, kept.json()["code"]) == (409, "wallet_not_empty")
    key = town.key()
    closed = suho.post("/v1/wallets/current/closings", json={}, headers=key)
    assert closed.status_code == 201, closed.text
    again = suho.post("/v1/wallets/current/closings", json={}, headers=key)
    assert (again.json(), again.headers["idempotent-replayed"]) == (closed.json(), "true")
    assert suho.get("/v1/wallets/current").status_code == 404
    early = suho.post("/v1/wallets", json={"birth_date": "1990-05-01"})
    assert (early.status_code, early.json()["code"]) == (409, "rejoin_too_early")
    assert town.world.balance("bank:trust") == 93_000


def test_a_handover_takes_two_people(town: Town) -> None:
    operator, checker = town.person("frank", (OPERATOR, None)), town.person("gina", (CHECKER, None))
    wallets = {who: town[who].get("/v1/wallets/current").json()["id"] for who in ("minji", "suho")}
    body = {"from_wallet": wallets["minji"], "to_wallet": wallets["suho"], "kind": "inheritance", "reason": "상속 서류"}
    early = operator.post("/v1/handovers", json=body)
    assert (early.status_code, early.json()["code"]) == (409, "handover_from_open_wallet")
    assert operator.post(f"/v1/wallets/{wallets['minji']}/blocks", json={"reason": "사망 신고"}).status_code == 201
    proposed = operator.post("/v1/handovers", json=body)
    assert proposed.status_code == 201, proposed.text
    address = f"/v1/handovers/{proposed.json()['id']}/approvals"
    assert checker.post(address).json()["code"] == "idempotency_key_missing"
    assert operator.post(address, headers=town.key()).json()["code"] == "own_handover"
    done = checker.post(address, headers=town.key())
    assert (done.status_code, done.json()["amount"]) == (201, 100_000), done.text
    assert town["suho"].get("/v1/wallets/current").json()["balance"] == 100_000
    assert len(operator.get("/v1/handovers").json()["data"]) == 1


def test_a_tax_consent_is_given_and_withdrawn_and_a_year_that_runs_has_no_file(town: Town) -> None:
    maker = town.person("mira", (PersonRole.FINANCE_MAKER, None))
    agreed = town["minji"].post("/v1/tax_consents", json={"version": "2026-1"})
    assert (agreed.status_code, agreed.json()["revoked_at"]) == (201, None)
    assert town["minji"].post("/v1/tax_consents/current/withdrawals").json()["revoked_at"]
    assert len(town["minji"].get("/v1/tax_consents").json()["data"]) == 1
    year = town.clock.now().year
    running = maker.post("/v1/tax_files", json={"year": year + 1})
    assert (running.status_code, running.json()["code"]) == (409, "tax_year_not_over")
    made = maker.post("/v1/tax_files", json={"year": year - 2})
    assert (made.status_code, made.json()["issue"]) == (201, 0)
    assert maker.post("/v1/tax_files", json={"year": year - 2}).status_code == 204
    file = maker.get(f"/v1/tax_files/{year - 2}/0")
    assert file.headers["content-type"].startswith("text/csv")
    assert file.text.splitlines()[-1].endswith(",0")
    assert maker.get(f"/v1/tax_files/{year - 2}/7").json()["code"] == "tax_file_unknown"
