"""`onnuri audit`: recompute everything that must be true, through the auditor's own role."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onnuri.ops.saying import EXIT_FINDING, complain, print_json, progress, say

if TYPE_CHECKING:
    from onnuri.auditor.findings import Report
    from onnuri.kit.database import Database
    from onnuri.ops.audit_paper import Figure


def audit(
    as_json: Annotated[bool, typer.Option("--json", help="JSON 하나만 · exactly one JSON object on stdout")] = False,
    pdf: Annotated[Path | None, typer.Option("--pdf", help="보고서를 PDF 파일로 · write the report as a PDF")] = None,
) -> None:
    """장부를 처음부터 다시 계산합니다 · Recompute the books; exit code 1 on a finding."""
    from onnuri.auditor.report import CHECKS, run_audit
    from onnuri.kit.database import Role
    from onnuri.ops.reach import reach

    database = reach()
    with progress(quiet=as_json) as bars:
        task = bars.add_task("감사", total=len(CHECKS))
        report = run_audit(database.url(Role.AUDITOR), progress=lambda _check: bars.advance(task))
    if pdf is not None:
        _write_pdf(report, database, pdf)
    if as_json:
        print_json(report.as_json())
    else:
        sys.stdout.write(report.as_text() + "\n")
    if not report.ok:
        raise typer.Exit(EXIT_FINDING)


def _write_pdf(report: Report, database: Database, path: Path) -> None:
    from onnuri.kit.clock import SEOUL, SystemClock
    from onnuri.ops.audit_paper import Paper, korean_fonts, write_paper

    at = SystemClock().now().astimezone(SEOUL)
    write_paper(report, Paper(database.name, at, _figures(database)), path)
    say(f"보고서를 썼습니다: {path}", f"The report is written: {path}")
    if not korean_fonts():
        complain(
            "한글 글꼴이 없어 PDF에 한글이 보이지 않습니다. Noto Sans CJK KR이나 나눔고딕을 설치하세요.",
            "No font with Korean letters was found: the PDF shows boxes. Install Noto Sans CJK KR or NanumGothic.",
        )


def _figures(database: Database) -> list[Figure]:
    """Sum what the page begins with over all lanes: transfers, what is owed to whom, what of it is not covered."""
    from sqlalchemy import text

    from onnuri.kit.database import Role
    from onnuri.kit.lanes import each_lane
    from onnuri.ledger.read import trial_balance
    from onnuri.ops.audit_paper import Figure

    transfers, uncovered, held = 0, 0, dict[str, int]()
    with database.single(Role.READER).connect() as conn:
        for _ in each_lane(conn):
            transfers += conn.execute(text("SELECT last_seq FROM lane")).scalar_one()
            for line in trial_balance(conn):
                held[line.kind] = held.get(line.kind, 0) + line.credits - line.debits
                uncovered += line.credits - line.debits
    return [
        Figure("이체", "transfers", transfers, "건"),
        Figure("이용자 보유", "held by holders", held.get("lot", 0) + held.get("gift_box", 0), "원"),
        Figure("점포 지급 예정", "owed to shops", held.get("merchant", 0) + held.get("payout_in_flight", 0), "원"),
        Figure("보호 부족액", "owed and not covered", uncovered, "원"),
    ]
