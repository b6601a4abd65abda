"""POST /v1/days/{day}/close, /v1/payouts, /v1/statements: finance closes a day, pays out, takes bank statements.

Each finds nothing left when it runs again, so a run that was cut short is finished by asking again.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from onnuri.api.auth import Caller
from onnuri.api.bodies import Strict
from onnuri.api.forms import BODY, DayPath, ShopId, View, noun_router, problems, read_date
from onnuri.api.house import HouseDep
from onnuri.banks.mailbox import StatementMailbox
from onnuri.people.model import PersonRole
from onnuri.settlement.close import close_business_day
from onnuri.settlement.inquire import inquire_payouts
from onnuri.settlement.match import match_statements
from onnuri.settlement.model import PayoutResults
from onnuri.settlement.payout import request_payouts
from onnuri.settlement.seal import seal_closed_days
from onnuri.settlement.send import send_payouts
from onnuri.settlement.statement import import_statement

router = noun_router("", 404)
BusinessDate = Annotated[str, Field(pattern=r"^2[0-9]{3}-[0-9]{2}-[0-9]{2}$", examples=["2026-11-04"])]


class CloseRequest(Strict):
    """Nothing needs to be said: open days before it are closed too."""


class LaneCloseView(View):
    """A day closed in a lane, won; `already` says that it was closed before."""

    lane: str
    day: str
    seq_hi: int
    lines: int
    net: int
    payable: int
    already: bool


class CloseView(View):
    """What was closed, in order."""

    data: list[LaneCloseView]


class PayoutRunRequest(Strict):
    """Pay what is due on or before this bank business day."""

    due_on: BusinessDate


class DeferredView(View):
    """A shop without a settlement account: its money waits. Won."""

    shop_id: ShopId
    amount: int


class PayoutRunView(View):
    """What was asked of the bank, and how it ended so far: payouts by status. Won."""

    requested: int
    amount: int
    deferred: list[DeferredView]
    results: dict[str, int]
    amounts: dict[str, int]


class StatementRunRequest(Strict):
    """Fetch the bank's statements of this date."""

    booked_on: BusinessDate


class StatementFileView(View):
    """A statement file, won; `already` says that it was there before and nothing changed."""

    file_id: str
    booked_on: str
    opening: int
    closing: int
    lines: int
    already: bool


class MatchView(View):
    """What matching found."""

    charges: int
    payouts: int
    seen: int
    returned: int
    breaks_opened: int
    breaks_resolved: int


class StatementRunView(View):
    """The files of the date, and what matching them found."""

    files: list[StatementFileView]
    matched: MatchView


@router.post(
    "/days/{day}/close", status_code=201, operation_id="closeDay", tags=["days"], responses=problems(409, *BODY)
)
def close(day: DayPath, _body: CloseRequest, house: HouseDep, caller: Caller) -> CloseView:
    """Close a business day in every lane, and every open day before it, and seal them; for finance makers."""
    caller.need(PersonRole.FINANCE_MAKER)
    at = house.now()
    closed = close_business_day(house.begin, day=read_date(day), at=at)
    seal_closed_days(house.begin, house.settings, at=at)
    return CloseView(
        data=[
            LaneCloseView(
                lane=each.lane,
                day=each.day.isoformat(),
                seq_hi=each.seq_hi,
                lines=each.lines,
                net=each.net,
                payable=each.payable,
                already=each.already,
            )
            for each in closed
        ]
    )


@router.post("/payouts", status_code=201, operation_id="runPayouts", tags=["payouts"], responses=problems(409, *BODY))
def payouts(body: PayoutRunRequest, house: HouseDep, caller: Caller) -> PayoutRunView:
    """Request and send what is due, and ask about what nobody answered; for finance checkers. Nothing is sent twice."""
    caller.need(PersonRole.FINANCE_CHECKER)
    bank, at = house.need_bank(), house.now()
    asked = request_payouts(house.begin, on=read_date(body.due_on), institution_code=bank.institution_code, at=at)
    sent = send_payouts(house.begin, bank, sealer=house.sealer, now=house.now)
    inquired = inquire_payouts(house.begin, bank, at=house.now())
    return PayoutRunView(
        requested=asked.count,
        amount=asked.amount,
        deferred=[DeferredView(shop_id=each.shop_id, amount=each.amount) for each in asked.deferred],
        results=_by_status(sent, inquired, amounts=False),
        amounts=_by_status(sent, inquired, amounts=True),
    )


@router.post(
    "/statements",
    status_code=201,
    operation_id="takeStatements",
    tags=["statements"],
    responses=problems(409, *BODY),
)
def statements(body: StatementRunRequest, house: HouseDep, caller: Caller) -> StatementRunView:
    """Fetch, store and match the bank's statements of a date; for finance makers. The same file changes nothing."""
    caller.need(PersonRole.FINANCE_MAKER)
    bank, at = house.need_bank(), house.now()
    account, mailbox = bank.contract.account_num, StatementMailbox(bank.base_url)
    files: list[StatementFileView] = []
    for name in mailbox.names(account, on=read_date(body.booked_on)):
        content = mailbox.fetch(name)
        with house.begin() as conn:
            taken = import_statement(conn, content, account=account, at=at)
        files.append(
            StatementFileView(
                file_id=taken.file_id,
                booked_on=taken.booked_on.isoformat(),
                opening=taken.opening,
                closing=taken.closing,
                lines=taken.lines,
                already=taken.already,
            )
        )
    with house.begin() as conn:
        matched = match_statements(conn, at=at)
    return StatementRunView(files=files, matched=MatchView.model_validate(matched, from_attributes=True))


def _by_status(*results: PayoutResults, amounts: bool) -> dict[str, int]:
    total: dict[str, int] = {}
    for result in results:
        for status, value in (result.amounts if amounts else result.counts).items():
            total[status.value] = total.get(status.value, 0) + value
    return total
