"""The register's life cycle: which steps exist, and when a shop may be paid."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from onnuri.merchants.status import (
    MOVES,
    ShopNotPayable,
    ShopStatus,
    StatusMoveRefused,
    check_may_be_paid,
    check_move,
    may_be_paid,
    valid_until_after,
)

_TODAY = date(2026, 11, 20)


def test_the_register_knows_these_steps_and_no_others() -> None:
    allowed = [f"{before} -> {after}" for before, after in product(ShopStatus, repeat=2) if after in MOVES[before]]
    assert allowed == [
        "APPLIED -> CONDITIONAL",
        "APPLIED -> ACTIVE",
        "APPLIED -> CANCELLED",
        "CONDITIONAL -> ACTIVE",
        "CONDITIONAL -> EXPIRED",
        "CONDITIONAL -> DEREGISTERED",
        "CONDITIONAL -> CANCELLED",
        "ACTIVE -> SUSPENDED",
        "ACTIVE -> EXPIRED",
        "ACTIVE -> DEREGISTERED",
        "ACTIVE -> CANCELLED",
        "SUSPENDED -> ACTIVE",
        "SUSPENDED -> EXPIRED",
        "SUSPENDED -> DEREGISTERED",
        "SUSPENDED -> CANCELLED",
    ]


@pytest.mark.parametrize(("before", "after"), list(product(ShopStatus, repeat=2)))
def test_every_other_step_is_refused(before: ShopStatus, after: ShopStatus) -> None:
    if after in MOVES[before]:
        check_move(before, after)
    else:
        with pytest.raises(StatusMoveRefused, match=f"{before} to {after}"):
            check_move(before, after)


@pytest.mark.parametrize("status", list(ShopStatus))
def test_only_an_active_shop_may_be_paid(status: ShopStatus) -> None:
    assert may_be_paid(status, None, _TODAY) == (status is ShopStatus.ACTIVE)


def test_the_last_day_of_a_registration_still_counts() -> None:
    assert may_be_paid(ShopStatus.ACTIVE, _TODAY, _TODAY)
    assert not may_be_paid(ShopStatus.ACTIVE, date(2026, 11, 19), _TODAY)
    with pytest.raises(ShopNotPayable) as refusal:
        check_may_be_paid("망원 떡집", ShopStatus.ACTIVE, date(2026, 11, 19), _TODAY)
    assert "망원 떡집" in refusal.value.message("ko")


def test_a_registration_lasts_three_years() -> None:
    assert valid_until_after(date(2026, 6, 17)) == date(2029, 6, 16)
    assert valid_until_after(date(2028, 2, 29)) == date(2031, 2, 28)
    assert valid_until_after(date(2026, 1, 1)) == date(2028, 12, 31)
