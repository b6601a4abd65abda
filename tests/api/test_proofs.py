"""Over HTTP: a receipt and a statement carry proofs that one file checks, and the past is told as it was."""

from __future__ import annotations

from datetime import date

from onnuri.auditor import verify
from onnuri.ledger.model import account_path
from tests.api.test_settling import after_midnight
from tests.api.town import Town


def sealed_payment(town: Town) -> dict[str, object]:
    """Pay, close the day, and give the receipt."""
    paid: dict[str, object] = town.pay(12_500).json()
    day = date.fromisoformat(str(paid["business_date"]))
    early = town["minji"].get(f"/v1/payments/{paid['id']}/proof")
    assert (early.status_code, early.json()["code"]) == (409, "not_sealed_yet")
    town["operator"].post("/v1/sandbox/clock", json={"ahead_seconds": after_midnight(day)})
    assert town["finance_maker"].post(f"/v1/days/{day}/close", json={}).status_code == 201
    return paid


def test_a_holder_proves_a_payment_without_believing_us(town: Town) -> None:
    paid = sealed_payment(town)
    proof = town["minji"].get(f"/v1/payments/{paid['id']}/proof").json()
    keys = town["nobody"].get("/v1/public_keys").json()["data"]
    key = next(each["public_key"] for each in keys if each["key_id"] == proof["seal"]["key_id"])
    statement = verify.verify_receipt(proof, bytes.fromhex(key))
    assert sum(transfer["amount"] for transfer in proof["transfers"]) == 12_500
    log = town["nobody"].get("/v1/lanes/lane_00/seals").json()
    assert proof["seal"]["statement"] in [each["statement"] for each in log["data"]]
    assert statement["number"] == len(log["data"])
    grown = town["nobody"].get(
        "/v1/lanes/lane_00/seals/consistency", params={"before": 1, "after": statement["number"]}
    )
    verify.verify_log(grown.json())
    assert grown.json()["root_after"] == log["root"]
    assert town["suho"].get(f"/v1/payments/{paid['id']}/proof").status_code == 404


def test_every_line_of_a_statement_is_proven_and_its_balance_runs_on(town: Town) -> None:
    sealed_payment(town)
    path = account_path("merchant", town.world.shops["fish"].id)
    base = f"/v1/lanes/lane_00/accounts/{path}"
    auditor = town["auditor"]
    page = auditor.get(f"{base}/statement").json()
    assert page["closing"] == page["data"][-1]["balance"] == auditor.get(f"{base}/balance").json()["balance"]
    proofs = auditor.get(f"{base}/statement/proofs").json()["data"]
    proven = {transfer["seq"] for proof in proofs for transfer in proof["transfers"] if verify.verify_receipt(proof)}
    assert {line["seq"] for line in page["data"]} <= proven
    sides = auditor.get(f"{base}/t_account").json()
    assert (
        sum(side["amount"] for side in sides["credit"]) - sum(side["amount"] for side in sides["debit"])
        == page["closing"]
    )
    assert auditor.get(f"{base}/why").json()["balance"] == page["closing"]
    first = page["data"][0]
    before = auditor.get(f"{base}/balance", params={"on": "2000-01-01"}).json()["balance"]
    then = auditor.get(f"{base}/balance", params={"at": first["recorded_at"]}).json()
    assert (before, then["balance"]) == (0, first["balance"])
    trial = auditor.get("/v1/lanes/lane_00/trial_balance").json()
    assert trial["difference"] == 0
    assert trial["lines"] == auditor.get("/v1/trial_balance").json()["lines"]
    for refused, code in (({"at": "yesterday"}, "instant_unreadable"), ({"on": "x"}, "date_unreadable")):
        answer = auditor.get(f"{base}/balance", params=refused)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert town["minji"].get(f"{base}/statement").status_code == 403
    assert auditor.get(f"/v1/lanes/lane_77/accounts/{path}/why").status_code == 404
