"""A line of a list that can't be read says which column it is, and a reference is what it looks like."""

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


@pytest.mark.parametrize(
    ("written", "letters"),
    [
        ("\u0410-1", "\u0410 (U+0410)"),
        ("A\u2010\u04351", "\u2010 (U+2010), \u0435 (U+0435)"),
        ("가\u4e00나", "\u4e00 (U+4E00)"),
        ("가\u3161나", None),
        ("가나-A_1./: ()#2", ""),
    ],
)
def test_a_reference_in_letters_that_look_like_others_is_refused_and_they_are_named(
    written: str, letters: str | None
) -> None:
    (unit,) = read_units(["wallet,amount,reference\n", f"wal_{'0' * 32},1,{written}\n"])
    if letters == "":
        assert [line.reference for line in unit.lines] == [written]
        return
    (bad,) = unit.unreadable
    if letters is None:
        assert bad.refusal.code == "reference_not_plain"
        return
    assert (bad.refusal.code, bad.refusal.facts) == ("reference_letters", {"given": written, "letters": letters})
    assert letters in bad.refusal.message("ko")
