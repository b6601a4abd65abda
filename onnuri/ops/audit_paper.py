"""The audit on paper: a report laid out by typst with a Korean font of this machine."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Final

import typst

from onnuri.auditor.findings import Check, Report
from onnuri.auditor.words import CHECK_WORDS, LOSERS

KOREAN_FONTS: Final = (
    "Pretendard",
    "Noto Sans KR",
    "Noto Sans CJK KR",
    "NanumGothic",
    "Apple SD Gothic Neo",
    "Malgun Gothic",
    "Noto Serif CJK KR",
    "UnDotum",
    "Baekmuk Gulim",
)
"""Families with Korean letters, the best for a page of figures first."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number at the head of the page."""

    ko: str
    en: str
    value: int
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """What the page says besides the report: which database, when, and a few sums."""

    database: str
    audited_at: datetime
    figures: Sequence[Figure] = ()


def korean_fonts() -> list[str]:
    """List the families of this machine that have Korean letters, best first; empty where there is none."""
    known = {family.casefold() for family in typst.Fonts().families()}
    return [family for family in KOREAN_FONTS if family.casefold() in known]


def write_paper(report: Report, paper: Paper, path: Path) -> None:
    """Write the report as a PDF; the same report makes the same bytes."""
    fonts = korean_fonts()
    told = {
        "ok": report.ok,
        "failed": len(report.failed()),
        "database": paper.database,
        "audited_at": paper.audited_at.strftime("%Y-%m-%d %H:%M:%S %Z"),
        "fonts": [*fonts, "Libertinus Serif"],
        "figures": [{"ko": each.ko, "en": each.en, "value": each.value, "unit": each.unit} for each in paper.figures],
        "checks": [_told(check) for check in report.checks],
        "notes": [{"ko": note.ko, "en": note.en} for note in report.notes],
    }
    source = resources.files("onnuri.ops").joinpath("paper", "audit.typ").read_bytes()
    inputs = {"report": json.dumps(told, ensure_ascii=False)}
    made_at = paper.audited_at.astimezone(UTC).replace(microsecond=0)
    path.write_bytes(typst.compile(source, format="pdf", sys_inputs=inputs, timestamp=made_at))


def _told(check: Check) -> Mapping[str, object]:
    ko, en = CHECK_WORDS[check.name]
    return {
        "name": check.name, "ko": ko, "en": en, "ok": check.ok, "rows": check.rows, "loss": check.loss,
        "losers": [
            {"ko": LOSERS[who][0], "en": LOSERS[who][1], "amount": amount} for who, amount in check.losers
        ],
        "examples": [{"subject": found.subject, "detail": found.detail} for found in check.examples],
    }  # fmt: skip
