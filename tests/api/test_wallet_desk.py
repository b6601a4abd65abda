"""A call-centre agent over HTTP: finds a wallet, sees all that its holder sees, and every look is kept."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from onnuri.kit.database import Role
from onnuri.kit.ids import public_id
from onnuri.people.model import PersonRole
from onnuri.people.register import NewPerson, grant_roles, register_people
from onnuri.people.sealing import sealer_of
from onnuri.vouchers.wallets.open_wallet import open_wallet
from tests.api.town import Town
from tests.world import OPENED

PARTS = ("", "/limits", "/charges", "/refundable", "/owed")


@pytest.fixture
def wallet(town: Town) -> str:
    """The address of Minji's wallet."""
    return f"/v1/wallets/{town['minji'].get('/v1/wallets/current').json()['id']}"


def looks(town: Town) -> list[tuple[str, str, str]]:
    """Tell who looked at whom, at what."""
    with town.world.begin() as conn:
        rows = conn.execute(text("SELECT reader, person_id, reason FROM vault.access_log ORDER BY id")).all()
    return [(row.reader, public_id("per", row.person_id), row.reason) for row in rows]


def test_an_operator_sees_of_a_wallet_what_its_holder_sees(town: Town, wallet: str) -> None:
    minji, operator = town["minji"], town["operator"]
    own = {
        "": minji.get("/v1/wallets/current").json(),
        "/limits": minji.get("/v1/wallets/current/limits").json(),
        "/charges": minji.get("/v1/charges").json()["data"],
        "/refundable": minji.get("/v1/refunds/possible").json(),
    }
    assert own[""]["balance"] == 100_000
    for part in PARTS:
        shown = operator.get(f"{wallet}{part}")
        assert shown.status_code == 200, (part, shown.text)
        assert minji.get(f"{wallet}{part}").json() == shown.json(), part
        if part in own:
            assert (shown.json()["data"] if part == "/charges" else shown.json()) == own[part], part
    (charge,) = own["/charges"]
    for who in (operator, minji):
        assert who.get(f"/v1/charges/{charge['id']}").json() == charge
    way = operator.get(f"{wallet}/refundable").json()["data"][0]["residual"]
    assert (way["possible"], way["reason"]["code"]) == (False, "not_used_enough")


def test_whoever_is_no_operator_is_told_that_there_is_no_such_wallet(town: Town, wallet: str) -> None:
    charge = town["minji"].get("/v1/charges").json()["data"][0]["id"]
    for name in ("suho", "fish-owner", "finance_maker", "finance_checker", "auditor"):
        for address in (*(f"{wallet}{part}" for part in PARTS), f"/v1/charges/{charge}"):
            answer = town[name].get(address)
            assert answer.status_code == 404, (name, address, answer.text)
        assert town[name].get("/v1/wallets", params={"login": "x"}).status_code == 403
    assert looks(town) == []
    unknown = town["operator"].get(f"/v1/wallets/wal_{'0' * 32}")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "wallet_unknown")
    assert town["operator"].get(f"/v1/charges/chg_{'0' * 32}").json()["code"] == "charge_unknown"


def test_every_look_is_kept_with_who_looked_at_whom(town: Town, wallet: str) -> None:
    operator, whose = town["operator"], public_id("per", town.world.holders["minji"])
    me = f"person:{operator.get('/v1/sessions/current').json()['person_id'].removeprefix('per_')}"
    charge = town["minji"].get("/v1/charges").json()["data"][0]["id"]
    for part in (*PARTS, "/debt", "/blocks"):
        assert operator.get(f"{wallet}{part}").status_code == 200
    assert operator.get(f"/v1/charges/{charge}").status_code == 200
    assert operator.get("/v1/wallets", params={"person": whose}).status_code == 200
    seen = looks(town)
    assert {(reader, person) for reader, person, _ in seen} == {(me, whose)}
    assert [reason for _, _, reason in seen] == [
        "wallet: balance and lots", "wallet: limits", "wallet: charges", "wallet: what can come back",
        "wallet: what is owed since an expiry", "wallet: debt", "wallet: blocks", "wallet: a charge",
        "wallet: searched for",
    ]  # fmt: skip
    town["minji"].get(wallet)
    assert looks(town) == seen


def test_what_went_wrong_on_the_line_is_plain_for_the_holder_and_as_it_was_for_an_operator(
    town: Town, wallet: str
) -> None:
    """A bank that answered with an error of HTTP said nothing that its customer could read."""
    charge = town["minji"].get("/v1/charges").json()["data"][0]["id"]
    for said in ("http status 500", "잔액 부족"):
        with town.world.database.single(Role.OWNER).begin() as conn:
            conn.execute(text("UPDATE charges SET bank_message = :said"), {"said": said})
        shown = "잔액 부족" if said == "잔액 부족" else "은행이 알아들을 수 있는 답을 하지 않았습니다"
        holder, operator = town["minji"], town["operator"]
        assert holder.get(f"/v1/charges/{charge}").json()["bank_message"] == shown
        assert holder.get(f"{wallet}/charges").json()["data"][0]["bank_message"] == shown
        assert operator.get(f"/v1/charges/{charge}").json()["bank_message"] == said
        assert operator.get(f"{wallet}/charges").json()["data"][0]["bank_message"] == said


def test_a_wallet_is_found_by_login_or_person_and_not_by_name(town: Town, wallet: str) -> None:
    with town.world.begin() as conn:
        newcomer = NewPerson("김하나", None, "hana", "market-day-1")
        (hana,) = register_people(conn, sealer_of(town.world.database.settings), [newcomer], at=OPENED)
        grant_roles(conn, [(hana, PersonRole.HOLDER, None)], at=OPENED)
        made = open_wallet(conn, holder_id=hana, lane="lane_00", at=OPENED)
    operator = town["operator"]
    (found,) = operator.get("/v1/wallets", params={"login": "hana"}).json()["data"]
    assert found["wallet_id"] == public_id("wal", made)
    assert operator.get("/v1/wallets", params={"person": public_id("per", hana)}).json()["data"] == [found]
    assert operator.get("/v1/wallets", params={"login": "김하나"}).json() == {"data": []}
    with town.world.begin() as conn:
        (duri,) = register_people(
            conn,
            sealer_of(town.world.database.settings),
            [NewPerson("이두리", None, "duri", "market-day-2")],
            at=OPENED,
        )
    for params in ({"login": "duri"}, {"person": public_id("per", duri)}):
        seen = len(looks(town))
        assert operator.get("/v1/wallets", params=params).json() == {"data": []}
        assert [(whose, why) for _, whose, why in looks(town)[seen:]] == [
            (public_id("per", duri), "wallet: searched for")
        ]
    for params in ({}, {"login": "hana", "person": public_id("per", hana)}):
        answer = operator.get("/v1/wallets", params=params)
        assert (answer.status_code, answer.json()["code"]) == (422, "wallet_search_unnamed")
