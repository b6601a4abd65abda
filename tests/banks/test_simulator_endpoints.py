"""What else the simulated bank does: questions about accounts, balances, claims, receipts; and what it refuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path

import httpx
import pytest

from onnuri.banks.camt import StatementLine, parse_statement
from onnuri.banks.client import OpenBankingClient
from onnuri.banks.codes import Verdict
from onnuri.banks.mailbox import StatementMailbox, StatementsUnreachable
from onnuri.banks.simulator.process import SimulatorProcess
from onnuri.banks.simulator.scenarios import SCENARIOS
from onnuri.banks.tran_id import KST
from onnuri.banks.wire import BalanceQuestion, Deposit, RealNameQuestion, Withdrawal

NewId = Callable[[], str]

AT = datetime(2026, 11, 20, 14, 30, tzinfo=KST)
ON = AT.date()


def charge(tran_id: str, amount: int) -> Withdrawal:
    return Withdrawal(tran_id, "1" * 22 + "00", amount, "홍길동", "HONG", "온누리충전", AT)


def payout(tran_id: str, amount: int) -> Deposit:
    return Deposit(tran_id, "088", "110123456700", "홍길동", amount, "디지털온누리", AT)


def lines(mailbox: StatementMailbox, client: OpenBankingClient, on: date) -> list[StatementLine]:
    names = mailbox.names(client.contract.account_num, on=on)
    return [line for name in names for line in parse_statement(mailbox.fetch(name)).lines]


@pytest.fixture
def bearer(simulator: SimulatorProcess) -> dict[str, str]:
    form = {"client_id": "c", "client_secret": "s", "scope": "oob", "grant_type": "client_credentials"}
    token = httpx.post(f"{simulator.base_url}/oauth/2.0/token", data=form).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


def test_questions_about_accounts_are_answered(client: OpenBankingClient, new_id: NewId) -> None:
    told = client.real_name(RealNameQuestion(new_id(), "088", "110123456700", "6", "2208162517", AT))
    assert told.verdict is Verdict.SUCCEEDED
    received = client.receive_inquiry(payout(new_id(), 1_000))
    assert received.verdict is Verdict.SUCCEEDED
    assert received.fields["account_holder_name"] == told.fields["account_holder_name"] != ""
    missing = RealNameQuestion(new_id(), "088", "110123456722", "6", "2208162517", AT)
    assert client.real_name(missing).verdict is Verdict.FAILED_ACCOUNT
    other = RealNameQuestion(new_id(), "088", "110123456711", "6", "2208162517", AT)
    assert client.real_name(other).fields["account_holder_name"] == "예금주다름"


def test_our_balance_is_what_came_in_less_what_went_out(client: OpenBankingClient, new_id: NewId) -> None:
    client.withdraw(charge(new_id(), 1_000_000))
    client.deposit(payout(new_id(), 187_500))
    told = client.balance(BalanceQuestion(new_id(), client.contract.account_num.rjust(24, "0"), AT))
    assert (told.verdict, told.fields["balance_amt"]) == (Verdict.SUCCEEDED, "812500")


def test_a_claimed_deposit_comes_back_once(
    simulator: SimulatorProcess, client: OpenBankingClient, mailbox: StatementMailbox, bearer: dict[str, str],
    new_id: NewId,
) -> None:  # fmt: skip
    client.withdraw(charge(new_id(), 1_000_000))
    out = payout(new_id(), 187_500)
    client.deposit(out)
    claim = {
        "bank_tran_id": new_id(),
        "org_bank_tran_date": "20261120",
        "org_bank_tran_id": out.bank_tran_id,
        "org_tran_amt": "187500",
        "claim_code": "05",
        "total_return_yn": "Y",
        "tran_dtime": "20261123100000",
    }
    url = f"{simulator.base_url}/v2.0/return/claim"
    codes = [httpx.post(url, json=claim, headers=bearer).json()["rsp_code"] for _ in range(2)]
    assert codes == ["A0000", "A0008"]
    unknown = {**claim, "org_tran_amt": "187501"}
    assert httpx.post(url, json=unknown, headers=bearer).json()["rsp_code"] == "A0310"
    back = lines(mailbox, client, date(2026, 11, 23))
    assert [(line.direction, line.amount, line.end_to_end_id) for line in back] == [("in", 187_500, out.bank_tran_id)]


def test_money_from_elsewhere_appears_without_an_id_of_ours(
    simulator: SimulatorProcess, client: OpenBankingClient, mailbox: StatementMailbox
) -> None:
    receipt = {
        "account": client.contract.account_num,
        "date": "20261120",
        "amount": "70000",
        "payer": "중소벤처기업부",
        "text": "할인지원금 10월",
    }
    assert httpx.post(f"{simulator.base_url}/simulator/receipts", json=receipt).status_code == 200
    (line,) = lines(mailbox, client, ON)
    assert (line.direction, line.amount, line.end_to_end_id) == ("in", 70_000, "")
    assert (line.counterparty, line.remitter) == ("중소벤처기업부", "할인지원금 10월")


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b"\xff", b'"x"', b"[" * 50_000, b'{"bank_tran_id": 7}', b'{"tran_amt": "-1"}', b" " * 200_000],
)
@pytest.mark.parametrize("path", ["withdraw/fin_num", "deposit/acnt_num", "result"])
def test_a_malformed_request_is_refused_as_such(
    simulator: SimulatorProcess, bearer: dict[str, str], path: str, body: bytes
) -> None:
    answer = httpx.post(f"{simulator.base_url}/v2.0/transfer/{path}", content=body, headers=bearer)
    assert (answer.status_code, answer.json()["rsp_code"]) == (200, "A0004")


def test_several_items_in_one_deposit_are_refused(
    simulator: SimulatorProcess, client: OpenBankingClient, bearer: dict[str, str], new_id: NewId
) -> None:
    body = payout(new_id(), 1_000).encode(client.contract)
    body["req_cnt"] = "2"
    answer = httpx.post(f"{simulator.base_url}/v2.0/transfer/deposit/acnt_num", json=body, headers=bearer)
    assert answer.json()["rsp_code"] == "A0004"


def test_without_a_token_nothing_is_served(
    simulator: SimulatorProcess, client: OpenBankingClient, new_id: NewId
) -> None:
    url = f"{simulator.base_url}/v2.0/transfer/withdraw/fin_num"
    body = charge(new_id(), 10_000).encode(client.contract)
    assert httpx.post(url, json=body).status_code == 401
    assert httpx.post(url, json=body, headers={"Authorization": "Bearer nonsense"}).status_code == 401
    assert httpx.post(f"{simulator.base_url}/oauth/2.0/token", data={"grant_type": "x"}).status_code == 401


@pytest.mark.parametrize(
    "name", ["nothing.xml", "1101230000678-20261199-1.xml", "1101230000678-20261120-9.xml", "..%2f..%2fetc%2fpasswd"]
)
def test_a_file_that_does_not_exist_is_not_served(mailbox: StatementMailbox, name: str) -> None:
    with pytest.raises(StatementsUnreachable):
        mailbox.fetch(name)


def test_a_day_without_lines_has_one_empty_file(client: OpenBankingClient, mailbox: StatementMailbox) -> None:
    (name,) = mailbox.names(client.contract.account_num, on=ON)
    read = parse_statement(mailbox.fetch(name))
    assert (read.account, read.on, read.opening, read.closing, read.lines) == (
        client.contract.account_num,
        ON,
        0,
        0,
        (),
    )


def test_the_page_lists_every_account_that_misbehaves() -> None:
    page = (Path(__file__).parents[2] / "docs" / "bank-simulator.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| (\d\d) \| ([^|]+) \|", page, flags=re.MULTILINE))
    shown = {ending: it for scenarios in SCENARIOS.values() for ending, it in scenarios.items()}
    assert set(told) == {"00", *shown}
    for ending, scenario in shown.items():
        assert scenario.name in told[ending]


def test_of_many_callers_with_one_id_exactly_one_is_paid(
    client: OpenBankingClient, mailbox: StatementMailbox, new_id: NewId
) -> None:
    order = charge(new_id(), 10_000)
    with ThreadPoolExecutor(16) as pool:
        verdicts = [heard.verdict for heard in pool.map(client.withdraw, [order] * 32)]
    assert sorted(verdicts) == sorted([Verdict.SUCCEEDED] + [Verdict.DUPLICATE] * 31)
    assert [line.amount for line in lines(mailbox, client, ON)] == [10_000]
