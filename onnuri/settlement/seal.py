"""After the close: write down the balances of closed days and seal them, lane by lane, while payments go on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy import Connection

from onnuri.kit.config import Settings
from onnuri.kit.lanes import use_lane
from onnuri.kit.migrate import lane_names
from onnuri.kit.signing import current_signer
from onnuri.ledger.seal import Seal, seal_days
from onnuri.ledger.snapshots import snapshot_days


def seal_closed_days(
    begin: Callable[[], AbstractContextManager[Connection]], settings: Settings, *, at: datetime
) -> dict[str, list[Seal]]:
    """Take snapshots and seals of every closed day that has none; answer the new seals by lane.

    Each lane has a transaction of its own and nothing is held; running it again changes nothing.
    """
    with begin() as conn:
        lanes = lane_names(conn)
        signer = current_signer(conn, settings, "seal", at=at)
    sealed: dict[str, list[Seal]] = {}
    for lane in lanes:
        with begin() as conn:
            use_lane(conn, lane)
            snapshot_days(conn, at=at)
            sealed[lane] = seal_days(conn, lane=lane, signer=signer, at=at)
    return sealed
