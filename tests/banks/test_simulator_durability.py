"""The simulated bank is killed and started again: what it answered, it still knows, and nothing happened twice."""

from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path

from onnuri.banks.answers import Answer
from onnuri.banks.camt import parse_statement
from onnuri.banks.client import BankAccess, OpenBankingClient
from onnuri.banks.codes import Verdict
from onnuri.banks.mailbox import StatementMailbox
from onnuri.banks.simulator.process import SimulatorProcess, start_simulator
from onnuri.banks.tran_id import KST, bank_tran_id
from onnuri.banks.wire import ContractAccount, Deposit, Inquiry, Withdrawal

AT = datetime(2026, 11, 20, 14, 30, tzinfo=KST)


def order(number: int) -> Withdrawal:
    return Withdrawal(
        bank_tran_id=bank_tran_id("M202600001", number),
        fintech_use_num="1" * 22 + "00",
        amount=10_000 + number,
        client_name="홍길동",
        client_num="HONG",
        print_content="온누리충전",
        at=AT,
    )


def inquiry(asked: Withdrawal) -> Inquiry:
    return Inquiry("withdrawal", asked.bank_tran_id, AT.date(), asked.amount, AT)


def client_of(bank: SimulatorProcess) -> OpenBankingClient:
    contract = ContractAccount("097", "1101230000678", "온누리상품권")
    access = BankAccess(bank.base_url, "client", "secret", "M202600001", contract)
    return OpenBankingClient(access, timeout_seconds=10)


def test_what_was_answered_survives_a_kill_and_the_rest_is_whole_or_absent(tmp_path: Path) -> None:
    state = tmp_path / "bank.sqlite3"
    first = start_simulator(state)
    heard: dict[int, Answer] = {}
    client = client_of(first)

    def send(start: int) -> None:
        for number in range(start, start + 200):
            heard[number] = client.withdraw(order(number))

    threads = [threading.Thread(target=send, args=(start,)) for start in (0, 1_000, 2_000, 3_000)]
    for thread in threads:
        thread.start()
    while len(heard) < 150 and any(thread.is_alive() for thread in threads):
        threads[0].join(timeout=0.01)
    first.kill()
    for thread in threads:
        thread.join()
    assert any(answer.verdict is Verdict.SUCCEEDED for answer in heard.values())
    assert any(answer.verdict is Verdict.UNKNOWN for answer in heard.values())

    second = start_simulator(state, port=first.port)
    try:
        told = {number: client.inquire(inquiry(order(number))).verdict for number in heard}
        for number, answer in heard.items():
            if answer.verdict is Verdict.SUCCEEDED:
                assert told[number] is Verdict.SUCCEEDED
            assert told[number] in {Verdict.SUCCEEDED, Verdict.NO_SUCH_TRANSFER}
        lost = next(number for number, verdict in told.items() if verdict is Verdict.NO_SUCH_TRANSFER)
        assert client.withdraw(order(lost)).verdict is Verdict.SUCCEEDED
        told[lost] = Verdict.SUCCEEDED
        paid = {number for number, verdict in told.items() if verdict is Verdict.SUCCEEDED}
        mailbox = StatementMailbox(second.base_url)
        (name,) = mailbox.names("1101230000678", on=AT.date())
        booked = parse_statement(mailbox.fetch(name))
        assert sorted(line.end_to_end_id for line in booked.lines) == sorted(order(n).bank_tran_id for n in paid)
        assert booked.closing == sum(order(number).amount for number in paid)
    finally:
        client.close()
        second.stop()


def test_a_restart_keeps_tokens_counts_and_files(tmp_path: Path) -> None:
    state = tmp_path / "bank.sqlite3"
    first = start_simulator(state)
    late = Withdrawal("M202600001U00000000L", "1" * 22 + "40", 5_000, "홍길동", "HONG", "온누리충전", AT)
    with client_of(first) as client:
        client.withdraw(late)
        assert client.inquire(inquiry(late)).bank_rsp_code == "400"
        before = StatementMailbox(first.base_url).fetch("1101230000678-20261120-1.xml")
        first.stop()
        second = start_simulator(state, port=first.port)
        try:
            told = [client.inquire(inquiry(late)).bank_rsp_code for _ in range(3)]
            assert told == ["400", "400", "000"]
            assert StatementMailbox(second.base_url).fetch("1101230000678-20261120-1.xml") == before
        finally:
            second.stop()


def test_only_with_an_overdraft_our_account_goes_below_zero(tmp_path: Path) -> None:
    bank = start_simulator(tmp_path / "bank.sqlite3", overdraft=True)
    try:
        with client_of(bank) as client:
            out = Deposit("M202600001U00000000D", "088", "110123456700", "홍길동", 1_000, "디지털온누리", AT)
            assert client.deposit(out).verdict is Verdict.SUCCEEDED
        mailbox = StatementMailbox(bank.base_url)
        (name,) = mailbox.names("1101230000678", on=AT.date())
        assert parse_statement(mailbox.fetch(name)).closing == -1_000
    finally:
        bank.stop()
