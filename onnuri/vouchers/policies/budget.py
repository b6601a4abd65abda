"""The budget of a version of the rules: how much subsidy may be granted, sold out to the won, lane by lane.

A lane decides alone, with its own part of the budget, while it is held. Subsidy counts from the request of a charge on,
is free again when the charge fails, and when it came back for good.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import Connection, text

from onnuri.kit.lanes import each_lane
from onnuri.kit.refusals import NotFound, Refused
from onnuri.vouchers.model import Policy


class BudgetSpent(Refused):
    """What the state gives for these rules is spent (domain sheet, section 3: sold until the budget is spent)."""

    code = "budget_spent"
    ko = "할인 예산이 {left}원 남았습니다. {face_left}원까지 충전할 수 있습니다. 돈은 움직이지 않았습니다."
    en = "Only {left} won of the discount budget are left: at most {face_left} won can be charged. No money moved."
    otherwise: ClassVar = {
        ("face_left", 0): (
            "남은 할인 예산이 {left}원이어서 더 충전할 수 없습니다. 돈은 움직이지 않았습니다.",
            "Only {left} won of the discount budget are left: nothing more can be charged. No money moved.",
        )
    }


class PolicyUnknown(NotFound):
    """No version of the rules has that name."""

    code = "policy_unknown"
    ko = "그런 이름의 정책이 없습니다."
    en = "No version of the rules has that name."


@dataclass(frozen=True, slots=True)
class BudgetLeft:
    """The budget of a version over all lanes, won; `budget` None where there is no bound (then nothing is counted)."""

    policy_id: str
    budget: int | None
    granted: int
    came_back: int

    @property
    def left(self) -> int | None:
        """What can still be granted."""
        return None if self.budget is None else self.budget - self.granted + self.came_back


def face_for(subsidy_left: int, policy: Policy) -> int:
    """Tell the largest charge, in whole units, whose subsidy fits; 0 where not even the smallest does.

    The subsidy is rounded down, as `split` does; where there is none, only the month bounds a charge.
    """
    if not policy.rate_bps:
        return policy.charge_month_max
    face = ((subsidy_left + 1) * 10_000 - 1) // policy.rate_bps
    return face // policy.charge_unit * policy.charge_unit if face >= policy.charge_min else 0


def subsidy_left_here(conn: Connection, policy: Policy) -> int | None:
    """Tell what this lane's part of the budget can still grant; None where there is no bound. Won."""
    row = conn.execute(
        text("""
            SELECT coalesce(b.budget, 0) AS budget, coalesce(u.granted, 0) AS granted,
                   coalesce(u.came_back, 0) AS came_back
            FROM shared.policies p
            LEFT JOIN shared.policy_budgets b ON b.policy_id = p.id AND b.lane = CAST(current_schema() AS text)
            LEFT JOIN budget_use u ON u.policy_id = p.id
            WHERE p.id = :policy AND p.budget IS NOT NULL
        """),
        {"policy": policy.id},
    ).one_or_none()
    return None if row is None else row.budget - row.granted + row.came_back


def check_budget(conn: Connection, policy: Policy, subsidy: int) -> bool:
    """Tell whether the budget has a bound at all. Refuses `BudgetSpent`, for good only while the lane is held."""
    left = subsidy_left_here(conn, policy)
    if left is not None and subsidy > left:
        raise BudgetSpent(left=left, face_left=face_for(left, policy))
    return left is not None


def reserve_subsidy(conn: Connection, policy: Policy, subsidy: int) -> None:
    """Set subsidy aside for a charge that is asked for; holds the lane. Refuses `BudgetSpent`."""
    if check_budget(conn, policy, subsidy):
        _count(conn, policy.id, granted=subsidy, came_back=0)


def release_subsidy(conn: Connection, policy_id: str, subsidy: int) -> None:
    """Free the subsidy of a charge that failed; holds the lane."""
    _count(conn, policy_id, granted=-subsidy, came_back=0)


def subsidy_came_back(conn: Connection, policy_id: str, subsidy: int) -> None:
    """Give subsidy back to the budget for good: of a refund that reached the bank; holds the lane.

    What expires comes back to the state five years later, when this budget is no longer on sale.
    """
    _count(conn, policy_id, granted=0, came_back=subsidy)


def _count(conn: Connection, policy_id: str, *, granted: int, came_back: int) -> None:
    """Keep the counters of a version that has a budget; the rest is not counted."""
    if granted > 0:
        conn.execute(
            text(
                "INSERT INTO budget_use (policy_id, granted, came_back) VALUES (:policy, 0, 0)"
                " ON CONFLICT (policy_id) DO NOTHING"
            ),
            {"policy": policy_id},
        )
    conn.execute(
        text(
            "UPDATE budget_use SET granted = granted + :granted, came_back = came_back + :came_back"
            " WHERE policy_id = :policy"
        ),
        {"policy": policy_id, "granted": granted, "came_back": came_back},
    )


def split_budget(budget: int, lanes: list[str]) -> dict[str, int]:
    """Split a budget over lanes evenly; the first lanes take the remainder, one won each."""
    share, rest = divmod(budget, len(lanes))
    return {lane: share + (place < rest) for place, lane in enumerate(sorted(lanes))}


def budget_left(conn: Connection, policy_id: str) -> BudgetLeft:
    """Tell what is left of a budget over all lanes. Refuses `PolicyUnknown`."""
    known = conn.execute(
        text("SELECT id, budget FROM shared.policies WHERE id = :policy"), {"policy": policy_id}
    ).one_or_none()
    if known is None:
        raise PolicyUnknown
    granted = came_back = 0
    for _ in each_lane(conn):
        row = conn.execute(
            text("SELECT granted, came_back FROM budget_use WHERE policy_id = :policy"), {"policy": policy_id}
        ).one_or_none()
        if row is not None:
            granted, came_back = granted + row.granted, came_back + row.came_back
    return BudgetLeft(policy_id, known.budget, granted, came_back)
