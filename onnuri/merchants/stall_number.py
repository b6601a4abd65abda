"""The stall number (점포 번호): seven digits a person can type, the last one checks the rest. No I/O."""

from __future__ import annotations

from typing import Final

from onnuri.kit.refusals import Malformed

SERIAL_MAX: Final = 999_999

# Damm's weakly totally anti-symmetric quasigroup of order 10: catches every wrong digit and every swap of neighbours.
_DAMM: Final = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


class StallNumberWrong(Malformed):
    """The typed digits are not a stall number: most likely a typing mistake."""

    code = "stall_number_wrong"
    ko = "점포 번호를 다시 확인해 주세요: {given}"
    en = "Please check the stall number: {given}"


def stall_number(serial: int) -> str:
    """Make the stall number of the serial 0…999,999."""
    if not 0 <= serial <= SERIAL_MAX:
        raise ValueError(f"a stall's serial is 0…{SERIAL_MAX}, not {serial}")
    digits = f"{serial:06d}"
    return digits + _check(digits)


def parse_stall_number(given: str) -> str:
    """Read what a person typed, spaces and dashes allowed; refuses a wrong length or check digit."""
    digits = given.strip().replace(" ", "").replace("-", "")
    if len(digits) == 7 and digits.isascii() and digits.isdigit() and _check(digits) == "0":
        return digits
    raise StallNumberWrong(given=given[:40])


def format_stall_number(number: str) -> str:
    """Write a stall number in groups a person can read aloud: `123 4567`."""
    return f"{number[:3]} {number[3:]}"


def _check(digits: str) -> str:
    state = "0"
    for digit in digits:
        state = _DAMM[int(state)][int(digit)]
    return state
