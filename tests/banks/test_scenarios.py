"""Every account of the simulated bank that misbehaves, over real HTTP: the answer, the inquiry, the statement."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest

from onnuri.banks.answers import Answer
from onnuri.banks.camt import StatementLine, parse_statement
from onnuri.banks.client import BankAccess, OpenBankingClient
from onnuri.banks.codes import Verdict
from onnuri.banks.mailbox import StatementMailbox
from onnuri.banks.simulator.scenarios import SCENARIOS
from onnuri.banks.tran_id import KST
from onnuri.banks.wire import Deposit, Inquiry, SubMerchant, Withdrawal

NewId = Callable[[], str]

FRIDAY = datetime(2026, 11, 20, 14, 30, tzinfo=KST)
AMOUNT = 187_500


def withdrawal(tran_id: str, *, ending: str, amount: int = AMOUNT, at: datetime = FRIDAY) -> Withdrawal:
    return Withdrawal(
        bank_tran_id=tran_id,
        fintech_use_num=f"1234567890123456789012{ending}",
        amount=amount,
        client_name="홍길동",
        client_num="HONGGILDONG1234",
        print_content="온누리충전",
        at=at,
    )


def deposit(tran_id: str, *, ending: str, amount: int = AMOUNT, at: datetime = FRIDAY) -> Deposit:
    return Deposit(
        bank_tran_id=tran_id,
        bank_code="088",
        account_num=f"1101234567{ending}",
        holder_name="홍길동",
        amount=amount,
        print_content="디지털온누리",
        at=at,
        sub_merchant=SubMerchant("홍길동 정육점", "M0000012345", "2208162517"),
    )


def inquiry(order: Withdrawal | Deposit) -> Inquiry:
    return Inquiry(
        kind="withdrawal" if isinstance(order, Withdrawal) else "deposit",
        original_tran_id=order.bank_tran_id,
        original_on=order.at.date(),
        original_amount=order.amount,
        at=order.at,
    )


def fund(client: OpenBankingClient, new_id: NewId, amount: int = 10_000_000) -> str:
    """Bring money to our account the only way there is: a charge."""
    order = withdrawal(new_id(), ending="00", amount=amount, at=FRIDAY.replace(day=19))
    assert client.withdraw(order).verdict is Verdict.SUCCEEDED
    return order.bank_tran_id


def lines_on(mailbox: StatementMailbox, client: OpenBankingClient, on: date) -> list[StatementLine]:
    account = client.contract.account_num
    names = mailbox.names(account, on=on)
    return [line for name in names for line in parse_statement(mailbox.fetch(name)).lines]


def moves(lines: list[StatementLine], tran_id: str) -> list[tuple[str, int]]:
    return [(line.direction, line.amount) for line in lines if line.end_to_end_id == tran_id]


PAID_AT_ONCE = ["00", "33", "44", "55", "66", "77", "88", "80", "05"]


@pytest.mark.parametrize("ending", PAID_AT_ONCE)
def test_a_paid_deposit_says_so_and_an_inquiry_agrees(client: OpenBankingClient, new_id: NewId, ending: str) -> None:
    fund(client, new_id)
    order = deposit(new_id(), ending=ending)
    answer = client.deposit(order)
    assert (answer.verdict, answer.amount, answer.alarm) == (Verdict.SUCCEEDED, AMOUNT, None)
    assert client.inquire(inquiry(order)).verdict is Verdict.SUCCEEDED


DEFINITE = [
    ("deposit", "11", (Verdict.FAILED_ACCOUNT, "461")),
    ("deposit", "12", (Verdict.FAILED_ACCOUNT, "A0312")),
    ("deposit", "22", (Verdict.FAILED_ACCOUNT, "412")),
    ("deposit", "60", (Verdict.RETRY_LATER, "114")),
    ("deposit", "92", (Verdict.FAILED_LIMIT, "A0101")),
    ("deposit", "94", (Verdict.RETRY_LATER, "111")),
    ("withdrawal", "11", (Verdict.FAILED_ACCOUNT, "461")),
    ("withdrawal", "22", (Verdict.FAILED_ACCOUNT, "412")),
    ("withdrawal", "60", (Verdict.RETRY_LATER, "114")),
    ("withdrawal", "91", (Verdict.FAILED_FUNDS, "453")),
    ("withdrawal", "92", (Verdict.FAILED_LIMIT, "A0112")),
    ("withdrawal", "93", (Verdict.FAILED_CONSENT, "A0319")),
]


@pytest.mark.parametrize(("kind", "ending", "expected"), DEFINITE)
def test_a_definite_failure_moves_nothing(
    client: OpenBankingClient,
    mailbox: StatementMailbox,
    new_id: NewId,
    kind: str,
    ending: str,
    expected: tuple[Verdict, str],
) -> None:
    verdict, code = expected
    fund(client, new_id)
    order, answer = send(client, kind, ending, new_id())
    assert answer.verdict is verdict
    assert code in {answer.rsp_code, answer.bank_rsp_code}
    assert answer.message
    assert moves(lines_on(mailbox, client, FRIDAY.date()), order.bank_tran_id) == []
    told = client.inquire(inquiry(order))
    assert told.verdict is (Verdict.NO_SUCH_TRANSFER if code.startswith("A") else verdict)


def send(client: OpenBankingClient, kind: str, ending: str, tran_id: str) -> tuple[Withdrawal | Deposit, Answer]:
    if kind == "deposit":
        order = deposit(tran_id, ending=ending)
        return order, client.deposit(order)
    charge = withdrawal(tran_id, ending=ending)
    return charge, client.withdraw(charge)


LATER = [
    ("10", [Verdict.SUCCEEDED]),
    ("20", [Verdict.FAILED_ACCOUNT]),
    ("40", [Verdict.UNKNOWN, Verdict.UNKNOWN, Verdict.UNKNOWN, Verdict.SUCCEEDED, Verdict.SUCCEEDED]),
    ("95", [Verdict.SUCCEEDED]),
    ("96", [Verdict.SUCCEEDED]),
    ("97", [Verdict.SUCCEEDED]),
]


@pytest.mark.parametrize("kind", ["deposit", "withdrawal"])
@pytest.mark.parametrize(("ending", "told"), LATER)
def test_an_unknown_answer_is_resolved_by_inquiry(
    client: OpenBankingClient, mailbox: StatementMailbox, new_id: NewId, kind: str, ending: str, told: list[Verdict]
) -> None:
    fund(client, new_id)
    order, answer = send(client, kind, ending, new_id())
    assert (answer.verdict, answer.alarm) == (Verdict.UNKNOWN, None)
    assert [client.inquire(inquiry(order)).verdict for _ in told] == told
    direction = "out" if kind == "deposit" else "in"
    expected = [(direction, AMOUNT)] if told[-1] is Verdict.SUCCEEDED else []
    assert moves(lines_on(mailbox, client, FRIDAY.date()), order.bank_tran_id) == expected


@pytest.mark.parametrize(("ending", "told"), [("99", Verdict.SUCCEEDED), ("30", Verdict.NO_SUCH_TRANSFER)])
def test_a_time_out_is_unknown_whether_or_not_the_bank_paid(
    access: BankAccess, client: OpenBankingClient, new_id: NewId, ending: str, told: Verdict
) -> None:
    fund(client, new_id)
    with OpenBankingClient(access, timeout_seconds=1.5) as impatient:
        order, answer = send(impatient, "deposit", ending, new_id())
    assert answer.verdict is Verdict.UNKNOWN
    assert answer.trouble is not None
    assert "Timeout" in answer.trouble
    assert client.inquire(inquiry(order)).verdict is told


def test_an_id_is_executed_once_and_its_repetition_is_a_duplicate(
    client: OpenBankingClient, mailbox: StatementMailbox, new_id: NewId
) -> None:
    fund(client, new_id)
    order = deposit(new_id(), ending="00")
    assert client.deposit(order).verdict is Verdict.SUCCEEDED
    again = client.deposit(order)
    assert (again.verdict, again.rsp_code) == (Verdict.DUPLICATE, "A0326")
    assert moves(lines_on(mailbox, client, FRIDAY.date()), order.bank_tran_id) == [("out", AMOUNT)]


def test_a_wrong_amount_in_an_answer_raises_an_alarm(client: OpenBankingClient, new_id: NewId) -> None:
    fund(client, new_id)
    answer = client.deposit(deposit(new_id(), ending="71"))
    assert (answer.verdict, answer.alarm, answer.amount) == (Verdict.UNKNOWN, "amount_differs", AMOUNT + 1_000)


def test_a_wrong_amount_in_a_result_raises_an_alarm(client: OpenBankingClient, new_id: NewId) -> None:
    fund(client, new_id)
    order = deposit(new_id(), ending="70")
    assert client.deposit(order).alarm is None
    told = client.inquire(inquiry(order))
    assert (told.verdict, told.alarm) == (Verdict.UNKNOWN, "amount_differs")


STATEMENT: list[tuple[str, list[int]]] = [
    ("00", [AMOUNT]),
    ("33", []),
    ("44", [AMOUNT - 1_000]),
    ("55", [AMOUNT, AMOUNT]),
    ("77", [AMOUNT // 2, AMOUNT - AMOUNT // 2]),
    ("88", [AMOUNT, AMOUNT]),
]


@pytest.mark.parametrize("kind", ["deposit", "withdrawal"])
@pytest.mark.parametrize(("ending", "amounts"), STATEMENT)
def test_the_statement_shows_what_the_account_asked_for(
    client: OpenBankingClient, mailbox: StatementMailbox, new_id: NewId, kind: str, ending: str, amounts: list[int]
) -> None:
    fund(client, new_id)
    order, answer = send(client, kind, ending, new_id())
    assert answer.verdict is Verdict.SUCCEEDED
    direction = "out" if kind == "deposit" else "in"
    told = moves(lines_on(mailbox, client, FRIDAY.date()), order.bank_tran_id)
    assert told == [(direction, amount) for amount in amounts]


def test_a_returned_deposit_comes_back_two_bank_days_later(
    client: OpenBankingClient, mailbox: StatementMailbox, new_id: NewId
) -> None:
    fund(client, new_id)
    order = deposit(new_id(), ending="66")
    client.deposit(order)
    assert moves(lines_on(mailbox, client, date(2026, 11, 20)), order.bank_tran_id) == [("out", AMOUNT)]
    back = lines_on(mailbox, client, date(2026, 11, 24))
    assert [(line.direction, line.amount, line.purpose) for line in back] == [("in", AMOUNT, "RETURN")]


def test_a_split_line_leaves_two_files_that_follow_each_other(
    client: OpenBankingClient, mailbox: StatementMailbox, new_id: NewId
) -> None:
    fund(client, new_id, 1_000_000)
    client.deposit(deposit(new_id(), ending="00"))
    client.deposit(deposit(new_id(), ending="77"))
    names = mailbox.names(client.contract.account_num, on=FRIDAY.date())
    first, second = (parse_statement(mailbox.fetch(name)) for name in names)
    assert first.opening == 1_000_000
    assert first.closing == second.opening
    assert second.closing == 1_000_000 - 2 * AMOUNT
    assert first.file_id != second.file_id


def test_a_file_delivered_twice_has_the_same_bytes_under_two_names(
    client: OpenBankingClient, mailbox: StatementMailbox, new_id: NewId
) -> None:
    fund(client, new_id)
    client.deposit(deposit(new_id(), ending="88"))
    first, second = mailbox.names(client.contract.account_num, on=FRIDAY.date())
    assert first != second
    assert mailbox.fetch(first) == mailbox.fetch(second)


def test_a_transfer_at_midnight_is_found_by_our_own_date(
    client: OpenBankingClient, mailbox: StatementMailbox, new_id: NewId
) -> None:
    fund(client, new_id)
    order = deposit(new_id(), ending="80", at=FRIDAY.replace(hour=23, minute=59, second=59))
    answer = client.deposit(order)
    assert answer.bank_on == date(2026, 11, 21)
    assert client.inquire(inquiry(order)).verdict is Verdict.SUCCEEDED
    assert moves(lines_on(mailbox, client, date(2026, 11, 20)), order.bank_tran_id) == []
    assert moves(lines_on(mailbox, client, date(2026, 11, 21)), order.bank_tran_id) == [("out", AMOUNT)]


def test_our_account_never_goes_below_zero(client: OpenBankingClient, new_id: NewId) -> None:
    fund(client, new_id, AMOUNT)
    assert client.deposit(deposit(new_id(), ending="00")).verdict is Verdict.SUCCEEDED
    order = deposit(new_id(), ending="00", amount=1)
    answer = client.deposit(order)
    assert (answer.verdict, answer.bank_rsp_code) == (Verdict.FAILED_FUNDS, "453")
    assert client.inquire(inquiry(order)).verdict is Verdict.FAILED_FUNDS


def test_returned_money_can_be_paid_out_again_on_its_day(client: OpenBankingClient, new_id: NewId) -> None:
    fund(client, new_id, AMOUNT)
    client.deposit(deposit(new_id(), ending="66"))
    assert client.deposit(deposit(new_id(), ending="00")).verdict is Verdict.FAILED_FUNDS
    tuesday = FRIDAY.replace(day=24)
    assert client.deposit(deposit(new_id(), ending="00", at=tuesday)).verdict is Verdict.SUCCEEDED


def test_statement_days_follow_each_other_without_a_gap(
    client: OpenBankingClient, mailbox: StatementMailbox, new_id: NewId
) -> None:
    fund(client, new_id)
    for ending in sorted(SCENARIOS["deposit"]):
        if SCENARIOS["deposit"][ending].delivery == "at_once":
            client.deposit(deposit(new_id(), ending=ending))
    closing = 0
    for day in range(18, 30):
        names = mailbox.names(client.contract.account_num, on=date(2026, 11, day))
        for name in names:
            if not name.endswith("-again.xml"):
                read = parse_statement(mailbox.fetch(name))
                assert read.opening == closing
                closing = read.closing
    assert closing < 10_000_000
