"""`onnuri payout`: request what is due, send it to the bank, and tell how it ended."""

from __future__ import annotations

from typing import Annotated

import typer

from onnuri.ops.dates import read_day
from onnuri.ops.saying import notes, say


def payout(
    on: Annotated[str, typer.Option("--on", help="이 날까지 지급할 것 · what is due by this date; today")] = "",
) -> None:
    """가맹점에 지급합니다 · Pay the shops what is due; an order is never sent twice on a guess."""
    from onnuri.kit.clock import seoul_date
    from onnuri.kit.config import load_settings
    from onnuri.kit.database import Role
    from onnuri.ops.bank import bank_address, bank_client
    from onnuri.ops.reach import house_clock, reach
    from onnuri.people.sealing import sealer_of
    from onnuri.settlement.inquire import inquire_payouts
    from onnuri.settlement.payout import request_payouts
    from onnuri.settlement.send import send_payouts

    settings = load_settings()
    day = read_day(on) if on else None
    database = reach(settings)
    begin = database.single(Role.APP).begin
    clock = house_clock(database)
    at = clock.now()
    with bank_address(settings) as address, bank_client(settings, address) as bank:
        asked = request_payouts(begin, on=day or seoul_date(at), institution_code=bank.institution_code, at=at)
        sent = send_payouts(begin, bank, sealer=sealer_of(settings), now=clock.now)
        resolved = inquire_payouts(begin, bank, at=at)
    notes.print(f"지급 지시 requested  {asked.count:,}건  {asked.amount:,}원")
    for results, words in ((sent, "보냄 sent"), (resolved, "조회 inquired")):
        for status, count in results.counts.items():
            notes.print(f"{words}  {status.value}  {count:,}건  {results.amounts.get(status, 0):,}원")
    for waiting in asked.deferred:
        notes.print(f"계좌 없음 no account  {waiting.shop_id}  {waiting.amount:,}원")
    say("끝났습니다.", "Done.")
