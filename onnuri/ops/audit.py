"""`onnuri audit`: recompute everything that must be true, through the auditor's own role."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from onnuri.ops.saying import EXIT_FINDING, print_json, progress


def audit(
    as_json: Annotated[bool, typer.Option("--json", help="JSON 하나만 · exactly one JSON object on stdout")] = False,
) -> None:
    """장부를 처음부터 다시 계산합니다 · Recompute the books; exit code 1 on a finding."""
    from onnuri.auditor.report import CHECKS, run_audit
    from onnuri.kit.database import Role
    from onnuri.ops.reach import reach

    url = reach().url(Role.AUDITOR)
    with progress(quiet=as_json) as bars:
        task = bars.add_task("감사", total=len(CHECKS))
        report = run_audit(url, progress=lambda _check: bars.advance(task))
    if as_json:
        print_json(report.as_json())
    else:
        sys.stdout.write(report.as_text() + "\n")
    if not report.ok:
        raise typer.Exit(EXIT_FINDING)
