"""`onnuri policy …`: the programme's rules: every version, what is left of a budget, and changes in four eyes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, cast

import typer

from onnuri.kit.refusals import Malformed
from onnuri.ops.telling import Telling, as_public, tell

policy = Telling(help="정책  ·  The programme's rules", no_args_is_help=True, rich_markup_mode=None)

By = Annotated[str, typer.Option("--by", help="처리자 per_… · who does it")]
ProposalArgument = Annotated[str, typer.Argument(help="ppr_… 또는 UUID · the proposal")]
DATE = ["%Y-%m-%d"]


class TermsNotRead(Malformed):
    """What changes is typed as one JSON object."""

    code = "terms_not_read"
    ko = '바뀌는 항목을 읽을 수 없습니다: {given}. {{"rate_bps": 1000}}과 같이 JSON으로 적어 주세요.'
    en = 'These terms can\'t be read: {given}. Write them as JSON, like {{"rate_bps": 1000}}.'


@policy.command("list")
def list_() -> None:
    """모든 정책을 봅니다 · Every version of the rules."""
    from onnuri.kit.database import Role
    from onnuri.ops.reach import reach
    from onnuri.vouchers.policies.policy import whole_policies

    with reach().single(Role.APP).begin() as conn:
        tell(whole_policies(conn))


@policy.command()
def budget(name: Annotated[str, typer.Argument(help="정책 이름 · name of the version")]) -> None:
    """예산이 얼마나 남았는지 봅니다 · What is left of a version's budget."""
    from onnuri.kit.database import Role
    from onnuri.ops.reach import reach
    from onnuri.vouchers.policies.budget import budget_left

    with reach().single(Role.APP).begin() as conn:
        left = budget_left(conn, name)
    tell(asdict(left) | {"left": left.left})


@policy.command()
def propose(
    name: Annotated[str, typer.Argument(help="새 정책 이름 · name of the new version")],
    starts: Annotated[datetime, typer.Option(help="시행일(서울) · first day, Seoul", formats=DATE)],
    terms: Annotated[
        str, typer.Option(help='바뀌는 항목 JSON · what changes, e.g. {"rate_bps": 1000}; names as in `policy list`')
    ],
    reason: Annotated[str, typer.Option(help="사유와 공고 · why, and where it is published")],
    by: By,
    ends: Annotated[datetime | None, typer.Option(help="끝나는 날(서울) · first day no longer", formats=DATE)] = None,
) -> None:
    """정책 변경을 올립니다: 다른 사람이 승인해야 합니다 · Propose a change; another person approves it."""
    from onnuri.kit.clock import seoul_midnight
    from onnuri.kit.database import Role
    from onnuri.ops.acting import acting
    from onnuri.ops.reach import house_clock, reach
    from onnuri.vouchers.policies.policy_change import PolicyDraft, propose_policy

    until = seoul_midnight(ends.date()) if ends else None
    draft = PolicyDraft(name, _read_terms(terms), seoul_midnight(starts.date()), until, reason)
    database = reach()
    with database.single(Role.APP).begin() as conn:
        made = propose_policy(conn, draft, by=acting(conn, by, "propose a policy"), at=house_clock(database).now())
    tell(as_public(made, "ppr"))


def _read_terms(given: str) -> Mapping[str, int | str | None]:
    """Read what changes; whether it may is the rules' matter. Refuses `TermsNotRead`."""
    try:
        read: object = json.loads(given)
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        raise TermsNotRead(given=given[:80])
    return cast("dict[str, int | str | None]", read)


@policy.command()
def proposals() -> None:
    """올라온 정책 변경을 봅니다 · Proposals, the newest first."""
    from onnuri.kit.database import Role
    from onnuri.ops.reach import reach
    from onnuri.vouchers.policies.policy_change import proposals as every

    with reach().single(Role.APP).begin() as conn:
        tell([as_public(each, "ppr") for each in every(conn)])


@policy.command()
def approve(proposal: ProposalArgument, by: By) -> None:
    """정책 변경을 승인합니다 · Approve a change, never one's own."""
    _decide(proposal, by, approved=True)


@policy.command()
def reject(proposal: ProposalArgument, by: By) -> None:
    """정책 변경을 반려합니다 · Turn a change down, never one's own."""
    _decide(proposal, by, approved=False)


def _decide(proposal: str, by: str, *, approved: bool) -> None:
    from uuid import UUID

    from onnuri.kit.database import Role
    from onnuri.kit.ids import IdUnreadable
    from onnuri.ops.acting import acting
    from onnuri.ops.reach import house_clock, reach
    from onnuri.vouchers.policies.policy_change import approve_policy, reject_policy

    try:
        id = UUID(hex=proposal.removeprefix("ppr_"))
    except ValueError:
        raise IdUnreadable(prefix="ppr", given=proposal[:80]) from None
    database = reach()
    act = approve_policy if approved else reject_policy
    with database.single(Role.APP).begin() as conn:
        made = act(conn, id, by=acting(conn, by, "decide a policy"), at=house_clock(database).now())
    tell(as_public(made, "ppr"))
