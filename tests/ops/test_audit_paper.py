"""The audit on paper: every check has its words, the page is made with findings and without, and fonts are told."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import typst

from onnuri.auditor.findings import Check, Finding, Note, Report, judge
from onnuri.auditor.report import CHECKS
from onnuri.auditor.words import CHECK_WORDS, LOSERS
from onnuri.ops.audit_paper import KOREAN_FONTS, Figure, Paper, korean_fonts, write_paper

AT = datetime(2026, 11, 20, 9, 30, 1, 5, tzinfo=UTC)
PAPER = Paper("onnuri", AT, [Figure("이체", "transfers", 1_234_567, "건"), Figure("차액", "difference", -5, "원")])


def _report(*broken: str) -> Report:
    found = [Finding("lane_00 lot:1", "held #[strange] *marks* of 1,000", 1_000, who) for who in LOSERS] * 3
    checks = tuple(judge(name, found) if name in broken else Check(name, 0, 0, (), ()) for name, _ in CHECKS)
    return Report(checks, (Note("거래 일부는 보관 중입니다.", "Some transfers are archived."),))


def test_every_check_and_every_loser_has_words_for_people() -> None:
    assert {name for name, _ in CHECKS} == set(CHECK_WORDS)
    assert all(ko and en for ko, en in (*CHECK_WORDS.values(), *LOSERS.values()))


@pytest.mark.parametrize("broken", [(), ("lot_bounds", "chain_unbroken")])
def test_the_page_is_made_with_findings_and_without(broken: tuple[str, ...], tmp_path: Path) -> None:
    write_paper(_report(*broken), PAPER, tmp_path / "audit.pdf")
    assert (tmp_path / "audit.pdf").read_bytes().startswith(b"%PDF-")


def test_the_same_report_makes_the_same_page(tmp_path: Path) -> None:
    for name in ("one.pdf", "two.pdf"):
        write_paper(_report("lot_bounds"), PAPER, tmp_path / name)
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_only_fonts_with_korean_letters_that_are_there_are_named() -> None:
    families = {family.casefold() for family in typst.Fonts().families()}
    assert all(name.casefold() in families and name in KOREAN_FONTS for name in korean_fonts())
