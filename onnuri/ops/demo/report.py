"""Tell the day's books: as Korean tables for people, or as one JSON object for programs."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from onnuri.ops.demo.days import Evening
from onnuri.ops.demo.figures import Figures
from onnuri.ops.demo.plan import DayPlan
from onnuri.ops.demo.tally import Tally
from onnuri.web.finance_words import BREAK_KINDS, BREAK_OWNERS, in_two_languages, name_of

_STATUSES = {"PAID": "지급됨", "REJECTED": "거절됨", "UNKNOWN": "확인 중", "REQUESTED": "요청됨", "RETURNED": "반환됨"}
_NAMES = {
    "charges": "충전 건수",
    "charged": "충전 액면",
    "subsidy": "충전 할인지원금",
    "charges_failed": "은행이 거절한 충전",
    "payments": "결제 건수",
    "paid": "결제 금액",
    "cancels": "취소 건수",
    "cancelled": "취소 금액",
    "net": "순매출",
    "payable": "가맹점에 지급할 금액",
    "payouts_paid_won": "지급된 금액",
    "payouts_rejected_won": "계좌 문제로 되돌아온 금액",
    "waiting_for_an_account": "계좌 등록을 기다리는 금액",
    "subsidy_owed": "국가가 줄 할인지원금",
}
_COUNTS = frozenset({"charges", "charges_failed", "payments", "cancels"})


@dataclass(frozen=True, slots=True)
class Day:
    """A demo day that is over: what was planned, what happened, what the books say, how long it took."""

    seed: int
    plan: DayPlan
    tally: Tally
    evening: Evening
    figures: Figures
    traffic_milliseconds: int
    milliseconds: int

    @property
    def as_planned(self) -> bool:
        """Tell whether the books say just what the plan said, and no answer was a surprise."""
        expected = self.plan.expected()
        return not self.tally.surprises and all(self.figures.totals[name] == value for name, value in expected.items())

    @property
    def ok(self) -> bool:
        """Tell whether everything is as it must be."""
        return self.as_planned and self.figures.audit.ok and self.figures.safeguarding.difference == 0


def as_json(day: Day) -> dict[str, object]:
    """Write the day as one object; `totals` and `refusals` depend on seed and size alone."""
    figures, tally = day.figures, day.tally
    return {
        "ok": day.ok,
        "seed": day.seed,
        "day": day.evening.day.isoformat(),
        "counts": {
            "markets": len(figures.markets),
            "merchants": day.plan.merchants,
            "holders": len(day.plan.holders),
            "requests": tally.requests,
            "retries": tally.retries,
            "replayed": tally.replayed,
            "hung_up": tally.hung_up,
            "charges_inquired": tally.unknown_charges,
            "refused": sum(tally.refusals.values()),
        },
        "totals": figures.totals,
        "refusals": dict(sorted(tally.refusals.items())),
        "as_planned": day.as_planned,
        "surprises": tally.surprises[:20],
        "audit": figures.audit.as_json(),
        "safeguarding_difference": figures.safeguarding.difference,
        "bank_unexplained": None if figures.bank is None else figures.bank.unexplained,
        "breaks": [
            {
                "kind": each.kind,
                "amount": each.amount,
                "owner": each.owner,
                "age_days": each.age_days,
                "explanation": each.explanation,
            }
            for each in figures.breaks
        ],
        "seconds": {"traffic": day.traffic_milliseconds / 1000, "all": day.milliseconds / 1000},
        "milliseconds": {"p50": tally.percentile(50), "p99": tally.percentile(99)},
    }


def show(day: Day, console: Console) -> None:
    """Print the day's books as tables."""
    figures = day.figures
    console.print(_markets(day))
    console.print(_totals(figures))
    console.print(_trial(figures))
    console.print(_safeguarding(figures))
    console.print(_payouts(figures))
    console.print(_breaks(figures))
    console.print(_refusals(day.tally))
    _closing(day, console)


def _markets(day: Day) -> Table:
    figures = day.figures
    table = Table(title=f"{day.evening.day} 시장별 장부 (원)", title_justify="left", show_footer=True)
    rows = figures.markets
    sums = [
        sum(getattr(row, name) for row in rows)
        for name in ("shops", "payments", "gross", "cancelled", "net", "payable")
    ]
    heads = ("점포", "결제", "매출", "취소", "순매출", "지급액")
    table.add_column("시장", footer=f"{len(rows)}개 시장", no_wrap=True)
    for head, total in zip(heads, sums, strict=True):
        table.add_column(head, justify="right", footer=won(total), no_wrap=True)
    for row in rows:
        table.add_row(row.market, *map(won, (row.shops, row.payments, row.gross, row.cancelled, row.net, row.payable)))
    return table


def _totals(figures: Figures) -> Table:
    table = Table(title="하루 합계", title_justify="left", show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    for name, words in _NAMES.items():
        table.add_row(words, won(figures.totals[name]) + ("건" if name in _COUNTS else "원"))
    return table


def _trial(figures: Figures) -> Table:
    names = {
        item.kind: item.name.rpartition("· ")[2] for item in (*figures.safeguarding.covers, *figures.safeguarding.owed)
    }
    left, right = (sum(getattr(line, side) for line in figures.trial) for side in ("debits", "credits"))
    table = Table(title="시산표 (원)", title_justify="left", show_footer=True)
    table.add_column("계정", footer="합계", no_wrap=True)
    for head, footer in (
        ("차변", won(left)),
        ("대변", won(right)),
        ("잔액", "같음" if left == right else "다름!"),
    ):
        table.add_column(head, justify="right", footer=footer, no_wrap=True)
    for line in figures.trial:
        table.add_row(names.get(line.kind, line.kind), won(line.debits), won(line.credits), won(line.balance))
    return table


def _safeguarding(figures: Figures) -> Table:
    covered = figures.safeguarding
    table = Table(title="선불충전금 보호 (원)", title_justify="left", show_footer=True)
    table.add_column("구분", footer="차이")
    table.add_column("항목", no_wrap=True)
    table.add_column("금액", justify="right", footer=won(covered.difference), no_wrap=True)
    for words, items in (("보호 자산", covered.covers), ("지킬 돈", covered.owed)):
        for item in items:
            table.add_row(words, item.name.rpartition("· ")[2], won(item.amount))
    return table


def _payouts(figures: Figures) -> Table:
    table = Table(title="가맹점 지급", title_justify="left")
    table.add_column("결과")
    table.add_column("건수", justify="right")
    table.add_column("금액 (원)", justify="right")
    for each in figures.payouts:
        table.add_row(_STATUSES.get(each.status, each.status), won(each.count), won(each.amount))
    return table


def _breaks(figures: Figures) -> Table:
    table = Table(title=f"풀리지 않은 불일치 {len(figures.breaks)}건", title_justify="left")
    for head in ("종류", "금액 (원)", "담당", "경과", "까닭"):
        table.add_column(head, justify="right" if "금액" in head else "left", no_wrap=head not in ("까닭",))
    for each in figures.breaks:
        explained, _ = in_two_languages(each.explanation)
        kind, _ = name_of(BREAK_KINDS, each.kind)
        owner, _ = name_of(BREAK_OWNERS, each.owner)
        table.add_row(kind, won(each.amount), owner, f"{each.age_days}일", explained)
    return table


def _refusals(tally: Tally) -> Table:
    table = Table(title="거절된 요청 (돈은 움직이지 않음)", title_justify="left")
    table.add_column("코드", no_wrap=True)
    table.add_column("건수", justify="right")
    for code, count in sorted(tally.refusals.items()):
        table.add_row(code, won(count))
    return table


def _closing(day: Day, console: Console) -> None:
    tally, figures = day.tally, day.figures
    tenths = day.traffic_milliseconds // 100
    console.print(
        f"요청 {won(tally.requests)}건을 {tenths // 10}.{tenths % 10}초에"
        f" (재시도 {won(tally.retries)}, 끊긴 연결 {won(tally.hung_up)}, 같은 답 {won(tally.replayed)},"
        f" 은행에 조회한 충전 {tally.unknown_charges})"
        f" · 절반은 {tally.percentile(50)}ms, 99%는 {tally.percentile(99)}ms 안에 · 전체 {day.milliseconds // 1000}초"
    )
    checks = figures.audit.checks
    passed = sum(check.ok for check in checks)
    console.print(f"감사 {passed}/{len(checks)} 통과, 보호 차액 {won(figures.safeguarding.difference)}원")
    if not figures.audit.ok:
        console.print(figures.audit.as_text(), markup=False)
    for surprise in tally.surprises[:10]:
        console.print(surprise, markup=False)
    console.print("장부가 계획과 같습니다." if day.as_planned else "장부가 계획과 다릅니다!")


def won(amount: int) -> str:
    """Write an amount or a count with its thousands."""
    return f"{amount:,}"
