"""What an audit says: findings, the verdict of each check, the report. Pure: no I/O."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

EXAMPLES_MAX = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One row that is not as it must be; `loss` is what is at stake in won, `loses` who would bear it."""

    subject: str
    detail: str
    loss: int
    loses: str


@dataclass(frozen=True, slots=True)
class Check:
    """The verdict of one check: how many rows offend, won at stake in all, per loser, and the first few examples."""

    name: str
    rows: int
    loss: int
    losers: tuple[tuple[str, int], ...]
    examples: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Tell whether nothing was found."""
        return self.rows == 0


@dataclass(frozen=True, slots=True)
class Note:
    """Something a reader of the report must know that is no finding: Korean and English."""

    ko: str
    en: str


@dataclass(frozen=True, slots=True)
class Report:
    """Every check of one run, in the order they ran, and what limits what they say."""

    checks: tuple[Check, ...]
    notes: tuple[Note, ...] = ()

    @property
    def ok(self) -> bool:
        """Tell whether no check found anything."""
        return all(check.ok for check in self.checks)

    def check(self, name: str) -> Check:
        """Give one check by its name; raises `KeyError` where there is none."""
        for check in self.checks:
            if check.name == name:
                return check
        raise KeyError(name)

    def failed(self) -> list[str]:
        """List the names of the checks that found something."""
        return [check.name for check in self.checks if not check.ok]

    def as_json(self) -> dict[str, object]:
        """Write the report in the form that scripts rely on: ok, and name, ok, rows, loss of each check."""
        return {
            "ok": self.ok,
            "checks": [
                {"name": check.name, "ok": check.ok, "rows": check.rows, "loss": check.loss} for check in self.checks
            ],
        }

    def as_text(self) -> str:
        """Write the report for people: a line per check, and under a failed one who loses what, with examples."""
        lines: list[str] = []
        for check in self.checks:
            lines.append(f"{'ok  ' if check.ok else 'FAIL'} {check.name}")
            if not check.ok:
                losers = ", ".join(f"{loses} {amount:,}" for loses, amount in check.losers) or "nobody"
                lines.append(f"     {check.rows} rows; won at stake: {losers}")
                lines.extend(f"     {found.subject}: {found.detail}" for found in check.examples)
        lines.extend(f"note {note.ko} · {note.en}" for note in self.notes)
        return "\n".join(lines)


def judge(name: str, findings: Iterable[Finding]) -> Check:
    """Count the findings of a check as they come; keep the first few, and what each loser stands to lose."""
    rows, losers, examples = 0, dict[str, int](), list[Finding]()
    for found in findings:
        rows += 1
        if found.loss:
            losers[found.loses] = losers.get(found.loses, 0) + abs(found.loss)
        if len(examples) < EXAMPLES_MAX:
            examples.append(found)
    return Check(name, rows, sum(losers.values()), tuple(sorted(losers.items())), tuple(examples))
