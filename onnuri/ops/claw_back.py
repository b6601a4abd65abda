"""`onnuri grant claw-back`: take a grant back in four eyes."""

from __future__ import annotations

from typing import Annotated

import typer

from onnuri.ops.saying import print_json


def claw_back(
    lot: Annotated[str, typer.Argument(help="lot_… (지급된 금액의 식별자 · id of the granted lot)")],
    reason: Annotated[str, typer.Option(help="사유 · why, as the holder is told")],
    ordered_by: Annotated[str, typer.Option(help="요청자 per_… · who orders it")],
    approved_by: Annotated[str, typer.Option(help="승인자 per_… · who else approves it")],
    amount: Annotated[int | None, typer.Option(help="원, 비우면 전부 · won, all where empty", min=1)] = None,
) -> None:
    """지급을 환수합니다 · Take a grant back: from the lot what is left, as a debt what was spent."""
    import hashlib

    from onnuri.kit.database import Role
    from onnuri.kit.ids import new_id, parse_id
    from onnuri.kit.migrate import lane_names
    from onnuri.kit.refusals import DomainError
    from onnuri.kit.requests import RequestKey
    from onnuri.ops.reach import house_clock, reach
    from onnuri.vouchers import claw_back as verb

    database = reach()
    at = house_clock(database).now()
    lot_id, maker, checker = parse_id("lot", lot), parse_id("per", ordered_by), parse_id("per", approved_by)
    body = f"{lot_id.hex} {amount} {reason} {maker.hex} {checker.hex} {at.isoformat()}"
    request = RequestKey("onnuri grant", f"claw-back:{body}"[:255], hashlib.sha256(body.encode()).digest())
    with database.single(Role.APP).begin() as conn:
        lanes = lane_names(conn)
    for lane in lanes:
        with database.single(Role.APP, lane).begin() as conn:
            if lot_id not in verb.granted_lots(conn, [lot_id]):
                continue
            order = verb.ClawBackOrder(request, new_id(at), lot_id, amount, reason, maker, checker)
            (answer,) = verb.claw_back(conn, [order], at=at)
        if isinstance(answer.value, DomainError):
            raise answer.value
        done = answer.value
        print_json({"lot": lot, "amount": done.amount, "from_lot": done.from_lot, "owed": done.owed})
        return
    raise verb.GrantUnknown
