"""`onnuri grant claw-back …`: order a claw-back, approve somebody else's, and see what came of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from onnuri.ops.credit_lists import By
from onnuri.ops.telling import tell

if TYPE_CHECKING:
    from uuid import UUID

    from onnuri.vouchers.claw_backs.claw_back_order import OrderedClawBack

ClawBackArgument = Annotated[str, typer.Argument(help="clb_… 환수 요청 · the claw-back")]


def add_claw_backs(group: typer.Typer) -> None:
    """Give a group the commands of this file."""
    group.command("claw-back")(claw_back)
    group.command("claw-back-approve")(approve)
    group.command("claw-back-reject")(reject)
    group.command("claw-backs")(listing)


def claw_back(
    lot: Annotated[str, typer.Argument(help="lot_… (지급된 금액의 식별자 · id of the granted lot)")],
    reason: Annotated[str, typer.Option(help="사유 · why, as the holder is told")],
    by: By,
    amount: Annotated[int | None, typer.Option(help="원, 비우면 전부 · won, all where empty", min=1)] = None,
) -> None:
    """환수를 요청합니다: 다른 사람이 승인해야 합니다 · Order a claw-back; another person approves it."""
    from onnuri.kit.database import Role
    from onnuri.kit.ids import parse_id
    from onnuri.kit.migrate import lane_names
    from onnuri.ops.acting import acting
    from onnuri.ops.reach import house_clock, reach
    from onnuri.vouchers.claw_backs.claw_back import GrantUnknown, granted_lots
    from onnuri.vouchers.claw_backs.claw_back_order import ClawBackDraft, order_claw_back

    database = reach()
    at, lot_id = house_clock(database).now(), parse_id("lot", lot)
    with database.single(Role.APP).begin() as conn:
        lanes = lane_names(conn)
    for lane in lanes:
        with database.single(Role.APP, lane).begin() as conn:
            if granted_lots(conn, [lot_id]):
                who = acting(conn, by, "order a claw-back")
                made = order_claw_back(conn, ClawBackDraft(lot_id, amount, reason), by=who, at=at)
                tell(_told(made))
                return
    raise GrantUnknown


def approve(claw_back_id: ClawBackArgument, by: By) -> None:
    """환수를 승인합니다: 요청한 사람은 할 수 없습니다 · Approve a claw-back, never one's own: it is taken back now."""
    _decide(claw_back_id, by, approved=True)


def reject(claw_back_id: ClawBackArgument, by: By) -> None:
    """환수를 반려합니다 · Turn a claw-back down, never one's own."""
    _decide(claw_back_id, by, approved=False)


def listing(
    wallet: Annotated[str | None, typer.Option(help="wal_… 한 지갑만 · of one wallet")] = None,
    limit: Annotated[int, typer.Option(help="개수 · how many", min=1, max=1000)] = 100,
) -> None:
    """환수 요청을 봅니다 · Claw-backs, the newest first."""
    from onnuri.kit.database import Role
    from onnuri.kit.ids import parse_id
    from onnuri.ops.reach import reach
    from onnuri.vouchers.claw_backs.claw_back_order import ordered_claw_backs

    wallet_id = None if wallet is None else parse_id("wal", wallet)
    with reach().single(Role.APP).begin() as conn:
        tell([_told(each) for each in ordered_claw_backs(conn, wallet_id=wallet_id, limit=limit)])


def _decide(given: str, by: str, *, approved: bool) -> None:
    from onnuri.kit.database import Role
    from onnuri.kit.ids import parse_id
    from onnuri.ops.acting import acting
    from onnuri.ops.reach import house_clock, reach
    from onnuri.vouchers.claw_backs.claw_back import claw_backs
    from onnuri.vouchers.claw_backs.claw_back_order import approve_claw_back, ordered_claw_back, reject_claw_back

    database, id = reach(), parse_id("clb", given)
    at = house_clock(database).now()
    with database.single(Role.APP).begin() as conn:
        lane = _lane(ordered_claw_back(conn, id).wallet_id)
    act = approve_claw_back if approved else reject_claw_back
    with database.single(Role.APP, lane).begin() as conn:
        done = act(conn, id, by=acting(conn, by, "decide a claw-back"), at=at)
        booked = claw_backs(conn, [id]).get(id)
    came = {} if booked is None else {"taken": booked.amount, "from_lot": booked.from_lot, "owed": booked.owed}
    tell(_told(done) | came)


def _lane(wallet_id: UUID) -> str:
    from sqlalchemy import text

    from onnuri.kit.database import Role
    from onnuri.ops.reach import reach

    with reach().single(Role.APP).begin() as conn:
        found = conn.execute(text("SELECT lane FROM shared.wallets WHERE id = :id"), {"id": wallet_id})
        return str(found.scalar_one())


def _told(found: OrderedClawBack) -> dict[str, object]:
    return {
        **asdict(found),

        "id": f"clb_{found.id.hex}", "lot_id": f"lot_{found.lot_id.hex}", "wallet_id": f"wal_{found.wallet_id.hex}",
        "ordered_by": f"per_{found.ordered_by.hex}",
        "decided_by": found.decided_by and f"per_{found.decided_by.hex}",
    }  # fmt: skip
