"""What companies pay in themselves is matched to the bank's lines, both ways: by its reference and to the won."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from onnuri.banks.camt import parse_statement
from onnuri.kit.ids import new_id
from onnuri.kit.refusals import DomainError
from onnuri.settlement.breaks import list_open_breaks, resolve_by_hand
from onnuri.settlement.subsidy import LineIsNoSubsidy, receive_subsidy
from onnuri.vouchers.giving.corporate import CompanyPurchase, buy_for_company, register_company
from tests.books import books, journal
from tests.settlement.town import FRIDAY, TUESDAY, Town, seoul
from tests.world import OPENED, request_key


@pytest.fixture
def company(town: Town) -> UUID:
    with town.world.begin() as conn:
        return register_company(conn, business_number="1234567891", name="한빛", by="op", at=OPENED)


def pay_in(town: Town, amount: int, *, on: date = FRIDAY) -> str:
    """Let a company pay into the safeguarding account; the bank's reference of its line."""
    told = {
        "account": town.account, "amount": str(amount), "payer": "한빛", "text": "상품권 대금", "date": f"{on:%Y%m%d}",
    }  # fmt: skip
    httpx.post(f"{town.base_url}/simulator/receipts", json=told, trust_env=False).raise_for_status()
    files = [parse_statement(town.mailbox.fetch(name)) for name in town.mailbox.names(town.account, on=on)]
    return files[-1].lines[-1].line_ref


def count(town: Town, company: UUID, amount: int, reference: str, *, on: date = FRIDAY) -> None:
    """Count what was paid in as the company's purchase, as a person of finance does."""
    item = CompanyPurchase(new_id(OPENED), request_key(f"buy {reference}"), company, amount, reference)
    with town.world.begin() as conn:
        (answer,) = buy_for_company(conn, [item], at=seoul(on, 14))
    assert not isinstance(answer.value, DomainError), answer.value


def told(town: Town, on: date = TUESDAY) -> str:
    """Write the open breaks as text: kind, won, owner, age."""
    with town.world.begin() as conn:
        found = list_open_breaks(conn, on=on)
    return "\n".join(f"{each.kind} {each.amount:,} {each.owner} {each.age_days}" for each in found)


def test_what_a_company_paid_in_is_a_break_until_it_is_counted_under_its_reference(town: Town, company: UUID) -> None:
    reference = pay_in(town, 100_000)
    town.fetch(FRIDAY)
    town.match(FRIDAY)
    assert told(town) == "unknown_line 100,000 finance 3"
    with town.world.begin() as conn:
        (found,) = list_open_breaks(conn, on=TUESDAY)
    assert (found.bank_reference, found.explanation.count("100,000")) == (reference, 2)
    count(town, company, 100_000, reference.lower(), on=TUESDAY)
    report = town.match()
    assert (report.receipts, report.breaks_resolved, town.match().receipts) == (1, 1, 0)
    assert (told(town), town.balanced(), town.bank_comparison().difference) == ("", True, 0)
    assert journal(town.world) == books(f"company_bought  bank:trust -> purchase:{company.hex}  100,000")


def test_a_receipt_that_no_line_carries_is_a_break_until_its_line_comes(town: Town, company: UUID) -> None:
    reference = pay_in(town, 100_000)
    count(town, company, 100_000, reference)
    town.fetch(TUESDAY)  # of Friday no file has come
    town.match()
    assert told(town) == "receipt_unseen -100,000 finance -1"
    with town.world.begin() as conn:
        assert [each.bank_reference for each in list_open_breaks(conn, on=TUESDAY)] == [reference]
    town.fetch(FRIDAY)
    town.match()
    assert (town.breaks(), town.balanced(), town.bank_comparison().difference) == ([], True, 0)


def test_a_receipt_under_a_reference_that_the_bank_never_gave_stays_a_break(town: Town, company: UUID) -> None:
    pay_in(town, 100_000)
    count(town, company, 100_000, "L999999999999")
    town.fetch(FRIDAY)
    town.match(FRIDAY)
    town.fetch(TUESDAY)
    town.match()
    assert told(town) == "unknown_line 100,000 finance 3\nreceipt_unseen -100,000 finance 3"
    assert town.balanced()


def test_a_receipt_counted_after_the_last_statement_is_on_its_way(town: Town, company: UUID) -> None:
    town.fetch(FRIDAY)
    count(town, company, 100_000, pay_in(town, 100_000, on=TUESDAY), on=TUESDAY)
    assert (town.match().receipts, told(town)) == (0, "")
    assert (town.bank_comparison().in_transit, town.balanced()) == (-100_000, True)


def test_a_receipt_of_another_amount_than_its_line_is_a_break(town: Town, company: UUID) -> None:
    count(town, company, 90_000, pay_in(town, 100_000))
    town.fetch(FRIDAY)
    assert (town.match(FRIDAY).receipts, told(town)) == (0, "amount_differs 10,000 bank_desk 3")
    assert town.balanced()


def test_a_line_that_was_put_aside_by_hand_is_matched_when_it_is_counted_after_all(town: Town, company: UUID) -> None:
    reference = pay_in(town, 100_000)
    town.fetch(FRIDAY)
    town.match(FRIDAY)
    with town.world.begin() as conn:
        (found,) = list_open_breaks(conn, on=TUESDAY)
        resolve_by_hand(conn, found.id, by="finance", reason="누구의 돈인지 확인 중", at=seoul(TUESDAY, 9))
    assert town.balanced()
    count(town, company, 100_000, reference, on=TUESDAY)
    assert (town.match().receipts, town.balanced(), town.bank_comparison().difference) == (1, True, 0)


def test_a_line_that_was_counted_is_no_subsidy(town: Town, company: UUID) -> None:
    count(town, company, 100_000, pay_in(town, 100_000))
    town.fetch(FRIDAY)
    with town.world.begin() as conn:
        line = int(conn.exec_driver_sql("SELECT id FROM shared.statement_lines").scalar_one())
        with pytest.raises(LineIsNoSubsidy):
            receive_subsidy(conn, line_id=line, reason="11월 청구분", at=seoul(TUESDAY, 9))
    assert town.match().receipts == 1


def book_again(town: Town, reference: str, amount: int) -> None:
    """Let a further statement carry a line under a reference that was there before; each time of more won."""
    made = {"file": f"Z{amount:012}", "account": town.account, "ref": reference, "won": amount, "on": FRIDAY}
    with town.world.begin() as conn:
        before = "SELECT closing FROM shared.statement_files ORDER BY booked_on DESC, file_id DESC LIMIT 1"
        made |= {"before": conn.execute(text(before)).scalar_one(), "sha": uuid4().bytes}
        conn.execute(
            text(
                "INSERT INTO shared.statement_files VALUES"
                " (:file, :sha, :account, :on, :before, :before + :won, 1, clock_timestamp())"
            ),
            made,
        )
        conn.execute(
            text(
                "INSERT INTO shared.statement_lines"
                " (file_id, line_ref, booked_on, amount, direction, end_to_end_id, remitter_text)"
                " VALUES (:file, :ref, :on, :won, 'in', '', '')"
            ),
            made,
        )


def test_lines_under_one_reference_all_stay_in_sight_when_one_of_them_is_matched(town: Town, company: UUID) -> None:
    reference = pay_in(town, 50_000)
    count(town, company, 70_000, reference)
    town.fetch(FRIDAY)
    book_again(town, reference.lower(), 10_000)
    for _ in range(2):
        town.match(FRIDAY)
        assert told(town) == "amount_differs -10,000 bank_desk 3"
    book_again(town, reference, 70_000)
    assert town.match(FRIDAY).receipts == 1
    assert "unknown_line 50,000 finance 3" in told(town)
    assert "unknown_line 10,000 finance 3" in told(town)
    assert town.balanced()
