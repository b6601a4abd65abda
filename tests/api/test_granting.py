"""State grants over HTTP: a list is uploaded, looked through, approved, run, told by line; taken back in four eyes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.requests import Request

from onnuri.api import credit_lists, files
from onnuri.kit.ids import public_id
from onnuri.people.model import PersonRole
from onnuri.vouchers.giving import credit_upload
from tests.api.town import Town

CSV = {"Content-Type": "text/csv"}
Body = dict[str, Any]
NAME = "상생페이백"


@pytest.fixture
def programme(town: Town) -> str:
    now = town.clock.now()
    body = {
        "id": "win-win", "name": NAME, "opens_at": (now - timedelta(days=1)).isoformat(),
        "closes_at": (now + timedelta(days=30)).isoformat(), "expires_at": (now + timedelta(days=90)).isoformat(),
        "source": "공고 2026-1",
    }  # fmt: skip
    assert town["finance_checker"].post("/v1/grant_programmes", json=body).status_code == 403
    answer = town["finance_maker"].post("/v1/grant_programmes", json=body)
    assert (answer.status_code, answer.json()["status"]) == (201, "PROPOSED"), answer.text
    again = town["finance_maker"].post("/v1/grant_programmes", json=body)
    assert (again.status_code, again.json()["code"]) == (409, "grant_programme_exists")
    opened = town["finance_checker"].post("/v1/grant_programmes/win-win/approvals")
    assert (opened.status_code, opened.json()["status"]) == (201, "APPROVED"), opened.text
    return "win-win"


def list_of(town: Town, *rows: tuple[str, object, str]) -> bytes:
    """Write a list: wallet by name, amount, reference."""
    wallets = {name: public_id("wal", id) for name, id in town.world.wallets.items()}
    lines = [f"{wallets.get(who, who)},{amount},{reference}" for who, amount, reference in rows]
    return "\n".join(["지갑,금액,지급번호", *lines, ""]).encode()


def upload(town: Town, content: bytes | Iterable[bytes], *, who: str = "finance_maker") -> httpx.Response:
    return town[who].post("/v1/grant_programmes/win-win/lists", content=content, headers=CSV)


def decide(town: Town, address: str, act: str, *, who: str = "finance_checker") -> httpx.Response:
    return town[who].post(f"{address}/{act}", headers=town.key())


def granted(town: Town, *rows: tuple[str, object, str]) -> Body:
    """Upload, approve and run a list."""
    address = upload(town, list_of(town, *rows)).headers["location"]
    assert decide(town, address, "approvals").status_code == 201
    done = decide(town, address, "runs").json()
    assert done["status"] == "DONE"
    rows_told: list[Body] = town["operator"].get(f"{address}/rows").json()["data"]
    return {**done, "rows": rows_told}


def test_a_list_is_looked_through_approved_by_another_person_run_and_told_by_line(town: Town, programme: str) -> None:
    content = list_of(town, ("minji", 50_000, "a"), ("nobody", 1, "b"), ("suho", 0, "c"), ("suho", 30_000, "d"))
    sent = upload(town, content)
    assert sent.status_code == 201, sent.text
    told, address = sent.json(), sent.headers["location"]
    assert (told["status"], told["good_lines"], told["total"], told["bad_lines"]) == ("CHECKED", 2, 80_000, 2)
    assert told["progress"] == {"credited": 0, "total": 0, "refused": 0}
    bad = town["auditor"].get(f"{address}/rows", params={"which": "refused"}).json()["data"]
    assert [(row["line"], row["status"], row["code"]) for row in bad] == [
        (3, "REFUSED", "credit_line_unreadable"), (4, "REFUSED", "credit_line_unreadable"),
    ]  # fmt: skip
    assert bad[0]["detail_ko"].startswith("지갑 칸에는 wal_로 시작하는 지갑 번호를 쓰세요: ")
    assert bad[1]["detail_ko"] == "금액은 1원 이상 1,000,000,000,000원 이하의 정수로 쓰세요: 0"
    early = decide(town, address, "runs")
    assert (early.status_code, early.json()["code"]) == (409, "credit_list_not_approved")
    assert town["finance_checker"].post(f"{address}/approvals").json()["code"] == "idempotency_key_missing"
    assert decide(town, address, "approvals", who="finance_maker").status_code == 403
    assert [decide(town, address, "approvals").json()["status"] for _ in range(2)] == ["APPROVED"] * 2
    done = decide(town, address, "runs", who="finance_maker").json()
    assert (done["status"], done["progress"]) == ("DONE", {"credited": 2, "total": 80_000, "refused": 2})
    assert decide(town, address, "runs").json() == done
    page = town["operator"].get(f"{address}/rows", params={"limit": 3}).json()
    rest = town["operator"].get(f"{address}/rows", params={"limit": 3, "cursor": page["next_cursor"]}).json()
    rows = page["data"] + rest["data"]
    assert [row["status"] for row in rows] == ["CREDITED", "REFUSED", "REFUSED", "CREDITED"]
    assert rest["next_cursor"] is None
    (lot,) = town["suho"].get("/v1/wallets/current").json()["lots"]
    assert (lot["id"], lot["source"], lot["given_by"]) == (rows[3]["lot_id"], "grant", NAME)
    assert town["minji"].get("/v1/wallets/current").json()["lots"][-1]["given_by"] is None
    assert town["suho"].get(address).status_code == 403


def test_the_same_file_twice_is_answered_with_the_list_it_is(town: Town, programme: str) -> None:
    content = list_of(town, ("minji", 50_000, "a"))
    first, again = upload(town, content), upload(town, content)
    assert (first.status_code, again.status_code) == (201, 200)
    assert (again.json(), again.headers["idempotent-replayed"]) == (first.json(), "true")
    (listed,) = town["operator"].get("/v1/grant_programmes/win-win/lists").json()["data"]
    assert listed["id"] == first.json()["id"]
    assert [each["id"] for each in town["auditor"].get("/v1/grant_programmes").json()["data"]] == ["win-win"]


def test_who_uploads_a_list_does_not_decide_it_and_a_rejected_one_is_never_credited(town: Town, programme: str) -> None:
    town.person("both", (PersonRole.FINANCE_MAKER, None), (PersonRole.FINANCE_CHECKER, None))
    address = upload(town, list_of(town, ("minji", 1, "a")), who="both").headers["location"]
    own = decide(town, address, "approvals", who="both")
    assert (own.status_code, own.json()["code"]) == (403, "own_credit_list")
    assert decide(town, address, "rejections").json()["status"] == "REJECTED"
    late = decide(town, address, "approvals")
    assert (late.status_code, late.json()["code"], late.json()["money_moved"]) == (409, "credit_list_decided", "false")


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "credit_list_unreadable"),
        (b"wallet;amount\n", 422, "credit_list_unreadable"),
        ("지갑,금액,지급번호\n".encode("utf-16"), 422, "credit_list_unreadable"),
        ("지갑,금액,지급번호\na,1,가\n".encode() + b"a,1,\xc1\xf6\n", 422, "credit_list_unreadable"),
        (b"wallet,amount,reference\n" + b"," * 1_025 + b"\n", 422, "credit_list_unreadable"),
        (b"wallet,amount,reference\na\x00b,1,r\n", 422, "credit_list_unreadable"),
        (b'wallet,amount,reference\n"' + b"x" * 200_000, 422, "credit_list_unreadable"),
        (b"x" * 3_000, 413, "file_too_large"),
    ],
)
def test_what_is_no_list_is_refused_and_leaves_nothing(
    town: Town, programme: str, monkeypatch: pytest.MonkeyPatch, content: bytes, status: int, code: str
) -> None:
    if status == 413:
        monkeypatch.setattr(files, "FILE_BYTES_MAX", 2_000)
    answers = [upload(town, content), upload(town, iter([content]))]  # of known length, and in chunks
    assert [(each.status_code, each.json()["code"]) for each in answers] == [(status, code)] * 2
    assert town.world.rows("shared.credit_lists") + town.world.rows("shared.credit_list_parts") == 0
    wrong = town["finance_maker"].post("/v1/grant_programmes/win-win/lists", json={})
    assert (wrong.status_code, wrong.json()["code"]) == (415, "content_type_not_csv")
    assert upload(town, content, who="operator").status_code == 403


def test_a_list_is_streamed_and_a_cut_one_leaves_nothing(town: Town, programme: str) -> None:
    def pieces() -> Iterator[bytes]:
        yield list_of(town)
        for first in range(0, 20_000, 500):
            rows = [("minji", 10, f"r{n}") for n in range(first, first + 500)]
            yield list_of(town, *rows).split(b"\n", 1)[1]

    sent = upload(town, pieces())
    assert (sent.status_code, sent.json()["good_lines"], sent.json()["parts"]) == (201, 20_000, 200)

    def broken() -> Iterator[bytes]:
        yield list_of(town, ("minji", 1, "x"))
        raise ConnectionError

    with pytest.raises(ConnectionError):
        upload(town, broken())
    assert town.world.rows("shared.credit_lists") == 1


def test_a_file_that_drips_is_refused_after_its_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "GRACE_SECONDS", 0.1)

    async def drip() -> dict[str, Any]:
        await asyncio.sleep(0.03)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def take() -> None:
        request = Request({"type": "http", "method": "POST", "headers": [(b"content-type", b"text/csv")]}, drip)
        async with files.received(request):
            raise AssertionError

    with pytest.raises(files.FileTooSlow):
        asyncio.run(asyncio.wait_for(take(), 5))


def test_a_list_is_not_looked_through_beside_as_many_as_the_server_does_at_once(
    town: Town, programme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credit_lists, "_looking", threading.BoundedSemaphore(1))
    content, answers = list_of(town, ("minji", 1, "a")), list[httpx.Response]()
    keep = credit_upload.keep_list

    def slow(*given: Any, **named: Any) -> Any:
        answers.append(upload(town, content))
        return keep(*given, **named)

    monkeypatch.setattr(credit_lists, "keep_list", slow)
    assert upload(town, content).status_code == 201
    (beside,) = answers
    assert (beside.status_code, beside.json()["code"]) == (503, "uploads_busy")


def test_a_programme_nobody_opened_takes_no_list(town: Town) -> None:
    missing = town["finance_maker"].post("/v1/grant_programmes/none/lists", content=b"x", headers=CSV)
    assert (missing.status_code, missing.json()["code"]) == (404, "grant_programme_unknown")
    assert town["nobody"].post("/v1/grant_programmes/none/lists", content=b"x", headers=CSV).status_code == 401


def test_a_grant_is_taken_back_in_four_eyes_and_its_debt_repaid(town: Town, programme: str) -> None:
    (row,) = granted(town, ("suho", 50_000, "a"))["rows"]
    assert town.pay(30_000, who="suho").status_code == 201
    body = {"lot_id": row["lot_id"], "reason": "소득 요건 미달"}
    assert town["suho"].post("/v1/claw_backs", json=body).status_code == 403
    too_much = town["operator"].post("/v1/claw_backs", json={**body, "amount": 50_001})
    assert (too_much.status_code, too_much.json()["facts"]) == (409, {"left": 50_000})
    ordered = town["operator"].post("/v1/claw_backs", json=body)
    assert (ordered.status_code, ordered.json()["status"], ordered.json()["booked"]) == (201, "PROPOSED", None)
    assert town["operator"].post("/v1/claw_backs", json=body).json()["code"] == "claw_back_open"
    address = f"/v1/claw_backs/{ordered.json()['id']}"
    assert town["suho"].get("/v1/wallets/current").json()["balance"] == 20_000
    assert decide(town, address, "approvals", who="operator").status_code == 403
    done = [decide(town, address, "approvals").json() for _ in range(2)]
    assert done[0] == done[1] == town["auditor"].get(address).json()
    taken = {name: done[0]["booked"][name] for name in ("amount", "from_lot", "owed")}
    assert taken == {"amount": 50_000, "from_lot": 20_000, "owed": 30_000}
    debt = town["suho"].get("/v1/wallets/current/debt").json()
    assert (debt["owed"], debt["claw_backs"][0]["reason"]) == (30_000, "소득 요건 미달")
    wallet = public_id("wal", town.world.wallets["suho"])
    paid_in = {"amount": 10_000, "bank_reference": "bank-7"}
    head = town.key()
    booked = [
        town["finance_maker"].post(f"/v1/wallets/{wallet}/repayments", json=paid_in, headers=head) for _ in range(2)
    ]
    assert [each.status_code for each in booked] == [201, 201]
    assert (booked[1].json(), booked[1].headers["idempotent-replayed"]) == (booked[0].json(), "true")
    twice = town["finance_maker"].post(f"/v1/wallets/{wallet}/repayments", json=paid_in, headers=town.key())
    assert (twice.status_code, twice.json()["code"]) == (409, "bank_receipt_used")
    granted(town, ("suho", 15_000, "b"))
    unasked = town["suho"].post("/v1/wallets/current/repayments", json={"amount": 1}, headers=town.key())
    assert unasked.status_code == 422
    own = {"amount": 15_000, "consent": True}
    assert town["suho"].post("/v1/wallets/current/repayments", json=own, headers=town.key()).status_code == 201
    debt = town["operator"].get(f"/v1/wallets/{wallet}/debt").json()
    assert (debt["owed"], [each["how"] for each in debt["repayments"]]) == (5_000, ["consent", "bank"])
    assert debt == town["suho"].get("/v1/wallets/current/debt").json()
    assert (debt["grants_count"], debt["claw_backs_count"], debt["repayments_count"]) == (2, 1, 2)
    (listed,) = town["auditor"].get("/v1/claw_backs", params={"wallet": wallet}).json()["data"]
    assert listed == done[0]


def test_a_rejected_claw_back_takes_nothing(town: Town, programme: str) -> None:
    (row,) = granted(town, ("suho", 50_000, "a"))["rows"]
    ordered = town["finance_maker"].post("/v1/claw_backs", json={"lot_id": row["lot_id"], "reason": "x"}).json()
    address = f"/v1/claw_backs/{ordered['id']}"
    assert decide(town, address, "rejections").json()["status"] == "REJECTED"
    late = decide(town, address, "approvals")
    assert (late.status_code, late.json()["code"]) == (409, "claw_back_decided")
    assert town["suho"].get("/v1/wallets/current").json()["balance"] == 50_000
    missing = town["operator"].post("/v1/claw_backs", json={"lot_id": "lot_" + "0" * 32, "reason": "x"})
    assert (missing.status_code, missing.json()["code"]) == (404, "grant_unknown")


def test_the_events_tell_of_grants_claw_backs_and_gifts_in_order_and_once(town: Town, programme: str) -> None:
    town.world.charge("suho", 20_000, at=town.clock.now())
    (row,) = granted(town, ("suho", 50_000, "a"))["rows"]
    ordered = town["operator"].post("/v1/claw_backs", json={"lot_id": row["lot_id"], "reason": "x"}).json()
    decide(town, f"/v1/claw_backs/{ordered['id']}", "approvals")
    gift = {"to_wallet": public_id("wal", town.world.wallets["minji"]), "amount": 5_000}
    assert town["suho"].post("/v1/gifts", json=gift, headers=town.key()).status_code == 201
    wanted = "credits.made,grant.clawed_back,gift.sent,gift.received"
    told: list[Body] = []
    place: dict[str, str] = {}
    while True:
        page = town["operator"].get("/v1/events", params={"types": wanted, "limit": "2", **place}).json()
        told += page["data"]
        place = {"after": page["next"]}
        if page["caught_up"]:
            break
    assert [each["type"] for each in told] == ["credits.made", "grant.clawed_back", "gift.sent", "gift.received"]
    wallet = public_id("wal", town.world.wallets["suho"])
    assert (
        told[0]["facts"]["name"] == town["suho"].get("/v1/wallets/current/debt").json()["grants"][0]["given_by"] == NAME
    )
    assert told[1]["subject"] == ordered["id"]
    assert told[1]["facts"] == {"wallet_id": wallet, "from_lot": 50_000, "owed": 0, "reason": "x"}
    assert len({each["position"] for each in told}) == 4
    assert town["operator"].get("/v1/events", params=place).json() == {
        "data": [],
        "next": place["after"],
        "caught_up": True,
    }
    assert town["suho"].get("/v1/events").status_code == 403
    assert town["operator"].get("/v1/events", params={"after": "x"}).json()["code"] == "last_event_id_unreadable"
