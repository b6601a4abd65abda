"""Run the auditor by itself: `python -m onnuri.auditor URL [--json]`; exit 1 on a finding, 2 where it cannot look."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

import psycopg

from onnuri.auditor.report import run_audit


def main(arguments: Sequence[str] | None = None) -> int:
    """Audit the database at a URL and print the report; answer the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m onnuri.auditor", description="Recompute everything that must be true."
    )
    parser.add_argument("url", help="connection URL of the database's auditor role")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args(arguments)
    try:
        report = run_audit(given.url)
    except psycopg.Error as error:
        print(f"the audit could not look: {error}", file=sys.stderr)
        return 2
    print(json.dumps(report.as_json(), ensure_ascii=False) if given.json else report.as_text())
    return 0 if report.ok else 1


if __name__ == "__main__":
    sys.exit(main())
