"""A line of a list that can't be read says which column it is and what stands there."""

from __future__ import annotations

import pytest

from onnuri.vouchers.giving.credit_file import read_units


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("wal_12", "wal_12"),
        ("com_" + "0" * 32, "com_" + "0" * 32),
        ("", ""),
        ("wal_" + "0" * 31 + "\u200b0", "'wal_" + "0" * 31 + "\\u200b0'"),
        ("x" * 500, "x" * 80),
    ],
)
def test_a_line_whose_wallet_can_t_be_read_names_the_column_and_what_stands_there(written: str, shown: str) -> None:
    (unit,) = read_units(["wallet,amount,reference\n", f"{written},1,r1\n"])
    (bad,) = unit.unreadable
    assert (bad.line, bad.refusal.facts) == (2, {"field": "wallet", "given": shown})
    assert bad.refusal.message("ko") == f"지갑 칸에는 wal_로 시작하는 지갑 번호를 쓰세요: {shown}"
    assert bad.refusal.message("en") == f"The column 'wallet' has a wallet's number, wal_…: {shown}"
