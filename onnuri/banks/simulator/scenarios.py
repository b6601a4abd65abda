"""Which account misbehaves how: the table of endings, and the lines each one leaves on the statement. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from onnuri.banks.camt_fields import Direction
from onnuri.banks.simulator.bank_days import bank_days_after

Kind = Literal["withdrawal", "deposit"]
Delivery = Literal["at_once", "held", "status_500", "garbage", "cut"]
Booking = Literal["once", "none", "short", "twice", "returned", "split", "copied"]

SHORT_BY: Final = 1_000
ODD_AMOUNT: Final = 1_000


@dataclass(frozen=True, slots=True)
class Scenario:
    """What the bank does with an order.

    `rsp_code`/`bank_rsp_code` are the first answer, `result_code` what an inquiry says in the end (after
    `pending_inquiries` times 400). `reaches_bank` False: the bank never hears of the order.
    """

    name: str
    rsp_code: str = "A0000"
    bank_rsp_code: str = "000"
    result_code: str = "000"
    reaches_bank: bool = True
    pending_inquiries: int = 0
    delivery: Delivery = "at_once"
    booking: Booking = "once"
    next_day: bool = False
    answer_off: int = 0
    result_off: int = 0

    @property
    def pays(self) -> bool:
        """Tell whether money moves in the end."""
        return self.reaches_bank and self.result_code == "000"


PAID: Final = Scenario("paid")


def _fails(name: str, code: str) -> Scenario:
    """Build a definite failure the bank itself gives; the envelope says "look inside"."""
    return Scenario(name, rsp_code="A0009", bank_rsp_code=code, result_code=code)


def _refused(name: str, code: str) -> Scenario:
    """Build a definite failure before any bank was asked; an inquiry finds nothing."""
    return Scenario(name, rsp_code=code, bank_rsp_code="", result_code="")


_BOTH: Final[Mapping[str, Scenario]] = {
    "11": _fails("name mismatch", "461"),
    "22": _fails("no such account", "412"),
    "33": Scenario("paid but no statement line", booking="none"),
    "44": Scenario("statement line short by 1,000", booking="short"),
    "55": Scenario("paid twice", booking="twice"),
    "66": Scenario("paid and returned two bank days later", booking="returned"),
    "77": Scenario("line split over two files", booking="split"),
    "88": Scenario("statement file delivered twice", booking="copied"),
    "99": Scenario("time-out, then paid", delivery="held"),
    "10": Scenario("in process, then success", rsp_code="A0001", bank_rsp_code=""),
    "12": _refused("name mismatch told by the centre", "A0312"),
    "20": Scenario("time exceeded, then failure", rsp_code="A0007", bank_rsp_code="", result_code="412"),
    "30": Scenario("time-out before executing", reaches_bank=False, delivery="held"),
    "40": Scenario("late success after three 400s", bank_rsp_code="400", pending_inquiries=3),
    "60": _fails("maintenance", "114"),
    "70": Scenario("wrong amount in the result", rsp_code="A0001", bank_rsp_code="", result_off=ODD_AMOUNT),
    "71": Scenario("wrong amount in the answer", answer_off=ODD_AMOUNT),
    "80": Scenario("booked on the next day", next_day=True),
    "94": _fails("bank out of order", "111"),
    "95": Scenario("HTTP 500, yet paid", delivery="status_500"),
    "96": Scenario("unreadable answer, yet paid", delivery="garbage"),
    "97": Scenario("connection cut in the answer, yet paid", delivery="cut"),
}

SCENARIOS: Final[Mapping[Kind, Mapping[str, Scenario]]] = {
    "deposit": {**_BOTH, "92": _refused("institution's daily limit", "A0101")},
    "withdrawal": {
        **{ending: replace(it, rsp_code="A0002") if it.rsp_code == "A0009" else it for ending, it in _BOTH.items()},
        "91": replace(_fails("too little on the account", "453"), rsp_code="A0002"),
        "92": _refused("user's daily limit", "A0112"),
        "93": _refused("consent to debits expired", "A0319"),
    },
}


def scenario_for(kind: Kind, number: str) -> Scenario:
    """Choose by the last two digits of the account number or fintech_use_num."""
    return SCENARIOS[kind].get(number[-2:], PAID)


@dataclass(frozen=True, slots=True)
class Move:
    """One line to come on the statement of our account; `file_no` counts the files of a date from 1."""

    booked_on: date
    amount: int
    direction: Direction
    purpose: str
    file_no: int = 1
    copied: bool = False


def moves_of(scenario: Scenario, *, kind: Kind, amount: int, bank_on: date) -> list[Move]:
    """List the statement lines a paid order leaves."""
    if not scenario.pays or scenario.booking == "none":
        return []
    direction: Direction = "in" if kind == "withdrawal" else "out"
    plain = Move(bank_on, amount, direction, kind.upper())
    match scenario.booking:
        case "short":
            return [replace(plain, amount=max(1, amount - SHORT_BY))]
        case "twice":
            return [plain, plain]
        case "returned":
            back: Direction = "out" if direction == "in" else "in"
            return [plain, Move(bank_days_after(bank_on, 2), amount, back, "RETURN")]
        case "split" if amount > 1:
            first = amount // 2
            return [replace(plain, amount=first), replace(plain, amount=amount - first, file_no=2)]
        case "copied":
            return [replace(plain, copied=True)]
        case _:
            return [plain]
