"""`onnuri wallet debt`, `repay`, `gifts`, `handovers`, `reject`: what is owed, given and handed over."""

from __future__ import annotations

import hashlib
from typing import Annotated

import typer

from onnuri.ops.telling import as_public, tell
from onnuri.ops.wallet import By, HandoverArgument, WalletArgument, house, look_at_wallet, reach_wallet


def add_debts(group: typer.Typer) -> None:
    """Give a group the commands of this file."""
    for command in (debt, repay, gifts, handovers, reject):
        group.command()(command)


def debt(
    wallet_id: WalletArgument,
    by: By,
    after: Annotated[str | None, typer.Option(help="lot_… 다음 쪽: 답의 next_after · the answer's next_after")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="한 번에 볼 지급 수 · grants at once")] = 100,
) -> None:
    """지급, 환수, 갚을 금액을 봅니다 · Grants, a page at a time, claw-backs, what is owed and how it was repaid."""
    from onnuri.kit.ids import parse_id, public_id
    from onnuri.vouchers.claw_backs.debts import debt_of

    engine, id, _ = look_at_wallet(wallet_id, by, "debt", act="look at a debt")
    with engine.begin() as conn:
        found = debt_of(conn, id, after=None if after is None else parse_id("lot", after), limit=limit)
    tell(
        {
            "wallet": wallet_id, "owed": found.owed,
            "grants": [
                {"lot": f"lot_{each.id.hex}", "programme": each.programme, "face": each.face, "left": each.left,
                 "gone": each.gone} for each in found.grants
            ],
            "grants_count": found.grants_count,
            "next_after": found.next_after and public_id("lot", found.next_after),
            "claw_backs": [
                {"claw_back": f"clb_{each.id.hex}", "amount": each.amount, "from_lot": each.from_lot,
                 "owed": each.owed, "reason": each.reason, "at": each.clawed_at} for each in found.claw_backs
            ],
            "claw_backs_count": found.claw_backs_count,
            "repayments": [
                {"repayment": f"rpm_{each.id.hex}", "amount": each.amount, "how": each.how, "at": each.repaid_at}
                for each in found.repayments
            ],
            "repayments_count": found.repayments_count,
        }
    )  # fmt: skip


def repay(
    wallet_id: WalletArgument,
    amount: Annotated[int, typer.Argument(help="원 · won", min=1)],
    bank_reference: Annotated[str, typer.Option(help="입금 은행 거래번호 · the bank's reference of the receipt")],
    by: By,
) -> None:
    """입금된 상환을 반영합니다 · Book what a holder paid in; one reference counts once."""
    from onnuri.kit.ids import new_id
    from onnuri.kit.refusals import DomainError
    from onnuri.kit.requests import RequestKey
    from onnuri.ops.acting import acting
    from onnuri.vouchers.claw_backs.claw_back_repay import Repayment
    from onnuri.vouchers.claw_backs.claw_back_repay import repay as book

    engine, id, at = reach_wallet(wallet_id)
    body = f"{id.hex} {amount} {bank_reference}"
    sha256 = hashlib.sha256(body.encode()).digest()
    with engine.begin() as conn:
        who = acting(conn, by, "book a repayment")
        asked = RequestKey(f"person:{who.hex}", f"repay:{bank_reference}"[:255], sha256)
        (answer,) = book(conn, [Repayment(asked, new_id(at), id, amount, bank_reference=bank_reference)], at=at)
    if isinstance(answer.value, DomainError):
        raise answer.value
    tell({"repayment": f"rpm_{answer.value.id.hex}", "wallet": wallet_id, "amount": answer.value.amount})


def gifts(wallet_id: WalletArgument, by: By) -> None:
    """보낸 선물과 받은 선물을 봅니다 · Gifts sent and received, the newest first."""
    from onnuri.vouchers.gifts.gift_rows import gifts_received, gifts_sent

    engine, id, _ = look_at_wallet(wallet_id, by, "gifts")
    with engine.begin() as conn:
        sent, came = gifts_sent(conn, id, before=None, limit=100), gifts_received(conn, id, before=None, limit=100)
    tell([
        {
            "gift": f"gft_{each.id.hex}", "side": side, "amount": each.amount, "status": each.status,
            "sent_at": each.sent_at, "deadline": each.deadline, "ended_at": each.ended_at,
        }
        for side, found in (("sent", sent), ("received", came)) for each in found
    ])  # fmt: skip


def handovers() -> None:
    """상속과 이전 신청을 봅니다 · Handovers, the newest first."""
    from onnuri.vouchers.wallets.handover import handovers as every

    engine, _ = house()
    with engine.begin() as conn:
        found = every(conn)
    tell([
        as_public(each, "hov")
        for each in found
    ])  # fmt: skip


def reject(handover_id: HandoverArgument, by: By) -> None:
    """상속이나 이전을 반려합니다 · Turn a handover down, never one's own."""
    from onnuri.kit.ids import parse_id
    from onnuri.ops.acting import acting
    from onnuri.vouchers.wallets.handover import handover, reject_handover

    id = parse_id("hov", handover_id)
    engine, at = house()
    with engine.begin() as conn:
        giver = handover(conn, id).from_wallet
    lane, _, _ = reach_wallet(f"wal_{giver.hex}")
    with lane.begin() as conn:
        done = reject_handover(conn, id, by=acting(conn, by, "decide a handover"), at=at)
    tell({"handover": handover_id, "status": done.status})
