"""Bad input is answered with a 4xx and a code, and nothing is written anywhere."""

from __future__ import annotations

import json
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import sql

from onnuri.kit.database import Database
from tests.api.town import Town

INJECTION = "'; DROP TABLE shared.shops; -- \" \\ %s %(x)s :x $1"


def everything(database: Database) -> dict[str, int]:
    """Count the rows of every table, and the inserts that ever happened to none of them."""
    with psycopg.connect(database.superuser_url()) as conn:
        tables = conn.execute(
            "SELECT table_schema, table_name FROM information_schema.tables"
            " WHERE table_schema IN ('shared', 'vault') OR table_schema LIKE 'lane_%' ORDER BY 1, 2"
        ).fetchall()
        return {
            f"{schema}.{table}": conn.execute(
                sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))
            ).fetchall()[0][0]
            for schema, table in tables
        }


@pytest.fixture
def town(common_town: Town) -> Town:
    """Nothing is written, so all of these tests may share one."""
    return common_town


def refused(answer: httpx.Response) -> str:
    """Expect a problem in the 400s that moved no money, and give its code."""
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == answer.status_code
    assert told["money_moved"] == "false"
    assert told["detail_ko"]
    assert told["detail_en"]
    return str(told["code"])


WRONG_AMOUNTS: list[Any] = [-1, 0, -(10**18), 10**13, 10**29, 1.0, 1.5, 1e3, True, "1000", "천원", None, [], {}, [1000]]


@pytest.mark.parametrize("amount", WRONG_AMOUNTS, ids=repr)
def test_an_amount_is_a_positive_whole_number_of_won(town: Town, amount: object) -> None:
    before = everything(town.world.database)
    assert refused(town.pay(amount)) == "request_malformed"
    charge = town["minji"].post("/v1/charges", json={"face": amount}, headers=town.key())
    assert refused(charge) == "request_malformed"
    assert everything(town.world.database) == before


@pytest.mark.parametrize(
    "extra",
    [
        {"currency": "USD"}, {"currency": "krw"}, {"currency": 410}, {"currency": None}, {"unknown": 1}, {"Amount": 5},
        {"wallet_id": "wal_" + "0" * 32}, {"client_reference": ""}, {"client_reference": "x" * 65},
        {"client_reference": "한글"}, {"payee": ""}, {"payee": 1000006}, {"payee": "x" * 601}, {"payee": None},
    ],
    ids=repr,
)  # fmt: skip
def test_a_payment_has_only_the_fields_that_are_published(town: Town, extra: dict[str, object]) -> None:
    before = everything(town.world.database)
    body = {"payee": town.world.shops["fish"].stall_number, "amount": 1_000} | extra
    assert refused(town["minji"].post("/v1/payments", json=body, headers=town.key())) == "request_malformed"
    assert everything(town.world.database) == before


def test_a_field_with_certain_words_says_which_they_are(town: Town) -> None:
    body = {"from_wallet": f"wal_{'0' * 32}", "to_wallet": f"wal_{'1' * 32}", "kind": "gift'\u00e9", "reason": "x"}
    told = town["operator"].post("/v1/handovers", json=body).json()
    assert told["facts"]["fields"] == [
        {"field": "body.kind", "reason": "literal_error", "allowed": ["inheritance", "transfer"]}
    ]
    assert told["detail_ko"] == "요청 내용이 올바르지 않습니다: body.kind (inheritance | transfer)"
    assert told["detail_en"] == "The request is malformed: body.kind (inheritance | transfer)"
    asked = town["minji"].get("/v1/gifts", params={"side": "both"}).json()
    assert asked["facts"]["fields"][0]["allowed"] == ["sent", "received"]
    assert "gift" not in told["detail"], "what was sent is not repeated"
    wrong = town["minji"].post("/v1/charges", json={"face": "x"}, headers=town.key()).json()
    assert "allowed" not in wrong["facts"]["fields"][0]


BODIES: dict[str, tuple[bytes, int, str]] = {
    "broken UTF-8": (b'{"payee": "\xff\xfe", "amount": 1000}', 400, "body_unreadable"),
    "overlong UTF-8": (b'{"payee": "\xc0\xaf", "amount": 1000}', 400, "body_unreadable"),
    "UTF-16": ('{"payee": "1000006", "amount": 1000}'.encode("utf-16"), 400, "body_unreadable"),
    "cut off": (b'{"payee": "1000006", "amount"', 400, "body_unreadable"),
    "not JSON": (b"payee=1000006&amount=1000", 400, "body_unreadable"),
    "duplicate keys": (b'{"payee": "1000006", "amount": 1, "amount": 1000}', 400, "body_unreadable"),
    "escaped duplicate keys": (b'{"amount": 1, "\\u0061mount": 2, "payee": "1000006"}', 400, "body_unreadable"),
    "NaN": (b'{"payee": "1000006", "amount": NaN}', 400, "body_unreadable"),
    "Infinity": (b'{"payee": "1000006", "amount": -Infinity}', 400, "body_unreadable"),
    "a number without end": (b'{"payee": "1000006", "amount": ' + b"9" * 5000 + b"}", 400, "body_unreadable"),
    "a float without end": (b'{"payee": "1000006", "amount": 1e999}', 422, "request_malformed"),
    "NUL": (b'{"payee": "1000006\\u0000", "amount": 1000}', 400, "body_unreadable"),
    "NUL in a key": (b'{"payee": "1000006", "amount": 1000, "\\u0000": 1}', 400, "body_unreadable"),
    "half a surrogate pair": (b'{"payee": "\\ud800", "amount": 1000}', 400, "body_unreadable"),
    "a line that is turned round": ('{"payee": "1000006\u202e", "amount": 1000}'.encode(), 400, "body_unreadable"),
    "a blank that nobody sees": (b'{"payee": "1000006\\u200b", "amount": 1000}', 400, "body_unreadable"),
    "too deep": (b"[" * 30_000 + b"]" * 30_000, 400, "body_unreadable"),
    "a list": (b"[]", 422, "request_malformed"),
    "null": (b"null", 422, "request_malformed"),
    "nothing": (b"", 422, "request_malformed"),
    "over 64 KiB": (b'{"payee": "' + b"1" * 65_536 + b'", "amount": 1000}', 413, "body_too_large"),
    "over a megabyte": (b" " * 1_500_000, 413, "body_too_large"),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_can_not_be_read_is_refused(town: Town, name: str) -> None:
    body, status, code = BODIES[name]
    before = everything(town.world.database)
    headers = {**town.key(), "Content-Type": "application/json"}
    answer = town["minji"].post("/v1/payments", content=body, headers=headers)
    assert (answer.status_code, refused(answer)) == (status, code)
    assert everything(town.world.database) == before


def test_a_body_sent_in_pieces_is_bounded_too(town: Town) -> None:
    def pieces() -> Any:
        for _ in range(40):
            yield b" " * 4_096

    headers = {**town.key(), "Content-Type": "application/json"}
    answer = town["minji"].post("/v1/payments", content=pieces(), headers=headers)
    assert (answer.status_code, refused(answer)) == (413, "body_too_large")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_only_json_is_read(town: Town, kind: str) -> None:
    body = json.dumps({"payee": "1000006", "amount": 1000}).encode()
    answer = town["minji"].post("/v1/payments", content=body, headers={**town.key(), "Content-Type": kind})
    assert (answer.status_code, refused(answer)) == (415, "content_type_not_json")


def test_sql_in_every_string_is_only_a_string(town: Town) -> None:
    town.pay(1_000)
    payment = town["minji"].get("/v1/payments").json()["data"][0]["id"]
    shop = f"shp_{town.world.shops['fish'].id.hex}"
    before = everything(town.world.database)
    posts: list[tuple[str, str, dict[str, object]]] = [
        ("minji", "/v1/payments", {"payee": INJECTION, "amount": 1_000}),
        ("minji", "/v1/payments", {"payee": "1000006", "amount": 1_000, "client_reference": INJECTION}),
        ("minji", "/v1/payments", {"payee": "1000006", "amount": 1_000, "currency": INJECTION}),
        ("fish-owner", f"/v1/payments/{INJECTION}/cancels", {"reason": "x"}),
        ("minji", "/v1/charges", {"face": INJECTION}),
        ("minji", "/v1/debit_accounts", {"bank_code": INJECTION, "account_number": "1234567", "consent": True}),
        ("minji", "/v1/debit_accounts", {"bank_code": "004", "account_number": INJECTION, "consent": True}),
        ("operator", "/v1/shops", {"market_id": INJECTION, "name": "x", "business_number": "1234567891"}),
        ("operator", "/v1/shops", {"market_id": f"mkt_{0:032x}", "name": INJECTION, "business_number": INJECTION}),
        ("operator", f"/v1/shops/{shop}/statuses", {"status": INJECTION, "reason": INJECTION}),
        (
            "fish-owner",
            f"/v1/shops/{shop}/accounts",
            {"bank_code": "004", "account_number": "1", "account_holder": "x"},
        ),
        ("finance_checker", "/v1/payouts", {"due_on": INJECTION}),
        ("finance_maker", "/v1/statements", {"booked_on": INJECTION}),
        ("finance_maker", f"/v1/days/{INJECTION}/close", {}),
        ("finance_checker", f"/v1/breaks/{INJECTION}/resolutions", {"reason": INJECTION}),
    ]
    for who, path, body in posts:
        refused(town[who].post(path, json=body, headers=town.key()))
    gets: list[tuple[str, str, dict[str, str]]] = [
        ("minji", "/v1/payments", {"cursor": INJECTION}),
        ("minji", "/v1/payments", {"limit": INJECTION}),
        ("minji", "/v1/payments", {"expand[]": INJECTION}),
        ("minji", "/v1/shops/payee", {"code": INJECTION}),
        ("minji", f"/v1/markets/{INJECTION}", {}),
        ("minji", "/v1/markets", {"cursor": INJECTION}),
        ("auditor", f"/v1/entries/{INJECTION}", {}),
        ("auditor", f"/v1/accounts/{INJECTION}", {}),
        ("auditor", f"/v1/lanes/{INJECTION}/transfers", {}),
        ("auditor", "/v1/subsidies", {"since": INJECTION[:10]}),
        ("auditor", "/v1/breaks", {"open": INJECTION}),
    ]
    for who, path, query in gets:
        refused(town[who].get(path, params=query))
    reason = town["fish-owner"].post(f"/v1/payments/{payment}/cancels", json={"reason": INJECTION}, headers=town.key())
    assert reason.json()["reason"] == INJECTION
    changed = {name for name, rows in everything(town.world.database).items() if rows != before[name]}
    refusals_kept = {"lane_00.outcomes"}
    cancelled = {"cancels", "entries", "chain", "transfers", "outbox", "marks"}
    assert changed <= refusals_kept | {name for name in before if name.partition(".")[2].startswith(tuple(cancelled))}


def test_sign_in_with_sql_is_just_a_wrong_login(town: Town) -> None:
    answer = town["nobody"].post("/v1/sessions", json={"login": INJECTION, "password": INJECTION})
    assert refused(answer) == "sign_in_refused"


@pytest.mark.parametrize("key", ["", "a b", "x" * 256], ids=repr)
def test_an_idempotency_key_is_visible_ascii(town: Town, key: str) -> None:
    body = {"payee": town.world.shops["fish"].stall_number, "amount": 1_000}
    answer = town["minji"].post("/v1/payments", json=body, headers={"Idempotency-Key": key})
    assert refused(answer) in ("idempotency_key_malformed", "idempotency_key_missing")
    assert town["minji"].get("/v1/payments", params={"limit": 1}).status_code == 200


def test_two_keys_are_no_key(town: Town) -> None:
    headers = [("Idempotency-Key", "one"), ("Idempotency-Key", "two")]
    for path, body in (
        ("/v1/payments", {"payee": town.world.shops["fish"].stall_number, "amount": 1_000}),
        ("/v1/charges", {"face": 10_000}),
    ):
        answer = town["minji"].post(path, json=body, headers=headers)
        assert refused(answer) == "idempotency_key_malformed"


@pytest.mark.parametrize(
    "path",
    ["/v1/payments/1", "/v1/payments/pay_%00", "/v1/payments/chg_" + "0" * 32, "/v1/payments/%ff", "/v1/wallets/wal_x",
     "/v1/shops/payee?code=%00", "/v1/payments?cursor=%00", "/v1/payments?limit=0", "/v1/payments?limit=101",
     "/v1/payments?cursor=AAAA", "/nothing", "/v1/payments/"],
)  # fmt: skip
def test_an_address_that_means_nothing_is_refused(town: Town, path: str) -> None:
    refused(town["minji"].get(path))


def test_a_method_that_is_not_there_is_refused(town: Town) -> None:
    assert refused(town["minji"].put("/v1/payments", json={})) == "method_not_allowed"


@pytest.mark.parametrize("token", ["onk_", "onk_" + "x" * 43, "Bearer", "a b c", "onk_" + "x" * 5_000])
def test_a_wrong_token_is_not_let_in(town: Town, token: str) -> None:
    answer = town["nobody"].get("/v1/payments", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, refused(answer)) == (401, "not_signed_in")
