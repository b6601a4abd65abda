"""The market day itself: every holder at once, over HTTP, each strictly in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import UUID

from onnuri.banks.wire import Inquiry
from onnuri.kit.ids import parse_id
from onnuri.ops.demo.caller import CONNECTIONS, Caller
from onnuri.ops.demo.people import Holder
from onnuri.ops.demo.plan import DayPlan, HolderPlan
from onnuri.ops.demo.setting import Stage
from onnuri.ops.demo.tally import Tally
from onnuri.ops.work import Bench
from onnuri.vouchers.charge import charge, settle_charge


async def run_traffic(
    plan: DayPlan, stage: Stage, *, base_url: str, bench: Bench, done: Callable[[], None]
) -> Tally:
    """Let everybody act, at most so many at a time as there are connections; answer what was counted."""
    tally = Tally()
    caller = Caller(base_url, tally)
    room = asyncio.Semaphore(CONNECTIONS)

    async def inquire(charge_id: str) -> None:
        await asyncio.to_thread(ask_the_bank, bench, parse_id("chg", charge_id))

    async def live(holder: HolderPlan) -> None:
        async with room:
            await Holder(holder, stage, caller, tally, inquire).live(done)

    try:
        async with asyncio.TaskGroup() as everybody:
            for holder in plan.holders:
                everybody.create_task(live(holder))
    finally:
        await caller.close()
    return tally


def ask_the_bank(bench: Bench, charge_id: UUID) -> None:
    """Ask what became of one charge of unknown result, as the worker does when its turn comes."""
    with bench.begin() as conn:
        waiting = charge(conn, charge_id)
    at = bench.now()
    answer = bench.bank.inquire(Inquiry("withdrawal", waiting.bank_tran_id, waiting.requested_on, waiting.paid, at))
    with bench.begin() as conn:
        settle_charge(conn, charge_id, answer, inquired=True, at=at)
