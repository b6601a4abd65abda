"""Pay what the wallet lacks out of the bank account: said before it is confirmed, charged and paid as one act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog

from onnuri.banks.accounts import bank_name
from onnuri.kit.refusals import DomainError
from onnuri.payments.model import CancelReceipt, Pay, Receipt
from onnuri.payments.till import OutcomeUnknown
from onnuri.people.debit_accounts import DebitAccountUnknown, active_debit_account
from onnuri.people.model import Principal
from onnuri.vouchers.bank_window import bank_opens
from onnuri.vouchers.charging.run_charge import Charging
from onnuri.vouchers.charging.shortfall import ShortfallBankClosed, ShortPayment, charge_then_pay, shortfall_face
from onnuri.vouchers.model import NoDebitAccount, check_limits, split
from onnuri.vouchers.policies.policy import policy_at
from onnuri.vouchers.queries import usage
from onnuri.web.desk import Desk
from onnuri.web.wallet import own_wallet

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Lacking:
    """What is charged first, what of it leaves the bank account, and which account; won."""

    face: int
    paid: int
    bank: str
    masked: str


def what_is_lacking(desk: Desk, visitor: Principal, won: int, *, at: datetime) -> Lacking | None:
    """Tell what a payment would charge first; None without a consent to that.

    Refuses what the charge would be refused for, before anybody confirms it: limits, a closed bank, no account.
    """
    wallet_id, lane = own_wallet(visitor)
    with desk.begin(lane) as conn:
        face = shortfall_face(conn, wallet_id, won, at=at)
        if face is None:
            return None
        opens = bank_opens(conn, at=at)
        if opens is not None:
            raise ShortfallBankClosed(face=face, opens_at_seoul=f"{opens:%Y-%m-%d %H:%M}")
        policy = policy_at(conn, at=at)
        check_limits(face, policy, usage(conn, wallet_id, at=at), at=at)
        try:
            account = active_debit_account(conn, holder_id=visitor.person_id)
        except DebitAccountUnknown:
            raise NoDebitAccount from None
    return Lacking(face, split(face, policy.rate_bps).paid, bank_name(account.bank_code), account.masked)


def charge_and_pay(desk: Desk, lane: str, item: Pay) -> Receipt | CancelReceipt | DomainError:
    """Charge what is missing and pay, under the payment's one key; waits for the bank on this thread.

    Refuses `OutcomeUnknown` where it failed without saying what became of the request.
    """
    edge = Charging(begin=lambda: desk.begin(lane), bank=desk.need_bank(), now=desk.now)
    act = ShortPayment(item.request, item.wallet_id, item.amount)
    try:
        return charge_then_pay(edge, act, lambda: desk.tills[lane].call(item)).value
    except DomainError:
        raise
    except Exception as trouble:
        _log.exception("page.outcome_unknown")
        raise OutcomeUnknown from trouble
