"""A programme of the state over HTTP: one person proposes it, another opens it, and only then it credits."""

from __future__ import annotations

from datetime import timedelta

from onnuri.people.model import PersonRole
from tests.api.test_granting import NAME, list_of, upload
from tests.api.town import Town


def test_a_programme_is_opened_by_two_people_and_credits_nobody_before(town: Town) -> None:
    both = town.person("both", (PersonRole.FINANCE_MAKER, None), (PersonRole.FINANCE_CHECKER, None))
    now = town.clock.now()
    body = {
        "id": "win-win", "name": NAME, "opens_at": now.isoformat(), "source": "공고 2026-1",
        "closes_at": (now + timedelta(days=30)).isoformat(), "expires_at": (now + timedelta(days=90)).isoformat(),
    }  # fmt: skip
    made = both.post("/v1/grant_programmes", json=body).json()
    home = "/v1/grant_programmes/win-win"
    for act in ("approvals", "rejections"):
        own = both.post(f"{home}/{act}")
        assert (own.status_code, own.json()["code"]) == (409, "own_grant_programme")
        assert town["finance_maker"].post(f"{home}/{act}").status_code == 403
    early = upload(town, list_of(town, ("suho", 1_000, "a")))
    assert (early.status_code, early.json()["code"]) == (409, "grant_programme_not_approved")
    done = town["finance_checker"].post(f"{home}/approvals").json()
    assert (done["proposed_by"], done["status"]) == (made["proposed_by"], "APPROVED")
    assert done["decided_by"] not in (None, made["proposed_by"])
    assert town["finance_checker"].post(f"{home}/approvals").json() == done
    late = town["finance_checker"].post(f"{home}/rejections")
    assert (late.status_code, late.json()["code"]) == (409, "grant_programme_decided")
    assert upload(town, list_of(town, ("suho", 1_000, "a"))).status_code == 201
    none = town["finance_checker"].post("/v1/grant_programmes/none/approvals")
    assert (none.status_code, none.json()["code"]) == (404, "grant_programme_unknown")
