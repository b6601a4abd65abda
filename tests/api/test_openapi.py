"""The published document is true: a property tester believes it and finds nothing."""

# Schemathesis is only partly typed: mypy reads this file strictly, pyright not.
# pyright: basic

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from onnuri.api.app import create_app
from onnuri.kit.config import Settings
from onnuri.kit.database import Database
from onnuri.people.model import PersonRole
from tests.api.town import Town

# A stream without end, and what would move the clock for, close the days of, or sign out everybody else.
NOT_TRIED = ["followShop", "moveSandboxClock", "closeDay", "signOut"]


@pytest.fixture(scope="module")
def document(common_town: Town) -> dict[str, Any]:
    document: dict[str, Any] = common_town["nobody"].get("/openapi.json").json()
    return document


@pytest.fixture(scope="module")
def everybody(common_town: Town) -> dict[str, str]:
    """Give the header of somebody who may do everything."""
    fish = common_town.world.shops["fish"].id
    roles = [(role, None) for role in PersonRole if role not in (PersonRole.SHOP_OWNER, PersonRole.SHOP_CLERK)]
    holder = common_town.world.holders["minji"]
    client = common_town.person("everybody", *roles, (PersonRole.SHOP_OWNER, fish), holder=holder)
    return {"Authorization": client.headers["authorization"]}


def written_down() -> dict[str, Any]:
    """Write the document as a server would, without a database."""
    nowhere = Settings(Path(), None, None, b"", sandbox=True, bank_url=None)
    return create_app(Database(nowhere, "", ""), nowhere).openapi()


schema = schemathesis.openapi.from_dict(written_down()).exclude(operation_id=NOT_TRIED)


@schema.parametrize()
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_every_answer_is_as_the_document_says(
    case: schemathesis.Case[Any], common_town: Town, everybody: dict[str, str]
) -> None:
    case.call_and_validate(common_town.url, headers=everybody, excluded_checks=[positive_data_acceptance], timeout=20)


def test_operation_ids_are_unique_and_stable_words(document: dict[str, Any]) -> None:
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    ids = [operation["operationId"] for operation in operations]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z][A-Za-z]+", each) for each in ids)
    assert all(operation["summary"] and operation["description"] for operation in operations)


def test_paths_are_plural_snake_case_nouns(document: dict[str, Any]) -> None:
    for path in document["paths"]:
        assert path.startswith(("/v1/", "/health/"))
        for part in path.split("/")[1:]:
            assert re.fullmatch(r"v1|[a-z_]+|\{[a-z_]+\}|sticker\.\{form\}", part), path


def test_every_refusal_is_declared_as_a_problem(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            told = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
            if path.startswith("/v1/") and path != "/v1/status":
                assert {"422", "500", "503"} <= told.keys(), (method, path)
            for answer in told.values():
                assert list(answer["content"]) == ["application/problem+json"]


def test_whatever_moves_money_asks_for_a_key(document: dict[str, Any]) -> None:
    asked = {
        (method, path)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        for parameter in operation.get("parameters", ())
        if parameter["name"] == "Idempotency-Key" and parameter["required"]
    }
    assert asked == {
        ("post", "/v1/payments"),
        ("post", "/v1/charges"),
        ("post", "/v1/payments/{payment_id}/cancels"),
        ("post", "/v1/gifts"),
        ("post", "/v1/gifts/{gift_id}/endings"),
        ("post", "/v1/refunds"),
        ("post", "/v1/unclaimed_payouts"),
        ("post", "/v1/wallets/current/closings"),
        ("post", "/v1/handovers/{handover_id}/approvals"),
        ("post", "/v1/credit_lists/{credit_list_id}/approvals"),
        ("post", "/v1/credit_lists/{credit_list_id}/runs"),
        ("post", "/v1/claw_backs/{claw_back_id}/approvals"),
        ("post", "/v1/wallets/current/repayments"),
        ("post", "/v1/wallets/{wallet_id}/repayments"),
        ("post", "/v1/companies/{company_id}/purchases"),
    }
