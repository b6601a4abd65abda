"""The market day itself: every holder at once, over HTTP, each strictly in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final
from uuid import UUID

from onnuri.banks.wire import Inquiry
from onnuri.kit.ids import parse_id
from onnuri.ops.demo.caller import Caller, ServerGone
from onnuri.ops.demo.people import Holder
from onnuri.ops.demo.plan import DayPlan
from onnuri.ops.demo.setting import Stage
from onnuri.ops.demo.tally import Tally
from onnuri.ops.work import Bench
from onnuri.vouchers.charging.charge import charge, settle_charge

CLIENTS: Final = 32
"""So many telephones are in use at a time; each passes from one holder to the next."""


async def run_traffic(plan: DayPlan, stage: Stage, *, base_url: str, bench: Bench, done: Callable[[], None]) -> Tally:
    """Let everybody act; answer what was counted. Raises `ServerGone`."""
    tally = Tally()
    waiting = iter(plan.holders)

    async def inquire(charge_id: str) -> None:
        await asyncio.to_thread(ask_the_bank, bench, parse_id("chg", charge_id))

    async def pass_on() -> None:
        caller = Caller(base_url, tally)
        try:
            for holder in waiting:
                await Holder(holder, stage, caller, tally, inquire).live(done)
        finally:
            await caller.close()

    try:
        async with asyncio.TaskGroup() as everybody:
            for _ in range(CLIENTS):
                everybody.create_task(pass_on())
    except* ServerGone as gone:
        lost = gone
    else:
        return tally
    raise ServerGone(str(lost.exceptions[0]))


def ask_the_bank(bench: Bench, charge_id: UUID) -> None:
    """Ask what became of one charge of unknown result, as the worker does when its turn comes."""
    with bench.begin() as conn:
        waiting = charge(conn, charge_id)
    at = bench.now()
    answer = bench.bank.inquire(Inquiry("withdrawal", waiting.bank_tran_id, waiting.requested_on, waiting.paid, at))
    with bench.begin() as conn:
        settle_charge(conn, charge_id, answer, inquired=True, at=at)
