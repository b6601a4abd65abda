"""`onnuri wallet …`: what a call-centre agent or an operator does with one wallet."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from onnuri.ops.telling import Telling, as_public, tell

if TYPE_CHECKING:
    from sqlalchemy import Engine

wallet = Telling(help="지갑  ·  One wallet", no_args_is_help=True, rich_markup_mode=None)

WalletArgument = Annotated[str, typer.Argument(help="wal_…")]
By = Annotated[str, typer.Option("--by", help="처리자 per_… · who does it")]
Reason = Annotated[str, typer.Option(help="사유 · why")]
HandoverArgument = Annotated[str, typer.Argument(help="hov_…")]


@wallet.command()
def find(
    by: By,
    login: Annotated[str | None, typer.Option(help="아이디 · what the holder signs in with")] = None,
    person: Annotated[str | None, typer.Option(help="회원번호 per_… · the holder's number")] = None,
) -> None:
    """아이디나 회원번호로 지갑을 찾고, 찾은 기록을 남깁니다 · Find a wallet; that you looked is kept."""
    from onnuri.kit.database import Role
    from onnuri.kit.ids import parse_id, public_id
    from onnuri.ops.acting import acting
    from onnuri.ops.reach import house_clock, reach
    from onnuri.people.register import Reading
    from onnuri.vouchers.wallets.find_wallet import find_wallets

    database, id = reach(), None if person is None else parse_id("per", person)
    with database.single(Role.APP).begin() as conn:
        who = acting(conn, by, "look for a wallet")
        reading = Reading(f"person:{who.hex}", "wallet: searched for", house_clock(database).now())
        found = find_wallets(conn, login=login, person_id=id, reading=reading)
    tell(
        [
            asdict(each)
            | {"wallet_id": public_id("wal", each.wallet_id), "person_id": public_id("per", each.person_id)}
            for each in found
        ]
    )


@wallet.command()
def show(
    wallet_id: WalletArgument,
    by: By,
    after: Annotated[str | None, typer.Option(help="lot_… 다음 쪽: 답의 next_after · the answer's next_after")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="한 번에 볼 충전분 수 · lots at once")] = 100,
) -> None:
    """지갑의 잔액, 한도, 정지 내역을 봅니다 · Lots in their turn, a page at a time, limits and blocks."""
    from onnuri.kit.ids import parse_id, public_id
    from onnuri.vouchers.lot_pages import lots_in_turn
    from onnuri.vouchers.queries import givers, wallets
    from onnuri.vouchers.wallets.limits import limits_of
    from onnuri.vouchers.wallets.wallet_life import blocks, borne_by_the_operator

    engine, id, at = look_at_wallet(wallet_id, by, "balance and lots")
    with engine.begin() as conn:
        place = None if after is None else parse_id("lot", after)
        page = lots_in_turn(conn, id, at=at, after=place, limit=limit)
        named = givers(conn, [lot.id for lot in page.lots])
        tell(
            {
                "wallet": wallet_id, "status": wallets(conn, [id])[id].status,
                "balance": page.spendable,
                "lots": [as_public(lot, "lot") | {"given_by": named.get(lot.id)} for lot in page.lots],
                "lots_count": page.count,
                "next_after": page.next_after and public_id("lot", page.next_after),
                "limits": asdict(limits_of(conn, id, at=at)),
                "blocks": [as_public(block) for block in blocks(conn, id)],
                "borne_by_the_operator": [f"pay_{payment.hex}" for payment, _ in borne_by_the_operator(conn, id)],
            }
        )  # fmt: skip


@wallet.command()
def refunds(wallet_id: WalletArgument, by: By) -> None:
    """충전별로 지금 돌려받을 수 있는 금액과 이유를 봅니다 · What can come back of each charge, and why not."""
    from onnuri.vouchers.refunding.calculator import explain_wallet

    engine, id, at = look_at_wallet(wallet_id, by, "what can come back")
    with engine.begin() as conn:
        explained = explain_wallet(conn, id, at=at)
    tell([
        {
            "charge": f"chg_{each.facts.charge_id.hex}", "face": each.facts.face, "used": each.facts.used,
            "refunded": each.facts.back, "given_away": each.facts.given_away, "expired": each.facts.expired,
            "left": each.facts.left, "must_be_used": each.must_be_used,
            "ways": {
                way.kind.value: {
                    "comes_back": way.comes_back and way.comes_back.paid, "missing": way.missing,
                    "from_on": way.from_on, "until_on": way.until_on,
                    "why_not": way.refusal and way.refusal.reason("ko"),
                }
                for way in (each.cancel, each.residual)
            },
        }
        for each in explained
    ])  # fmt: skip


@wallet.command("owed")
def owed_since_expiry(wallet_id: WalletArgument, by: By) -> None:
    """유효기간이 지나 돌려드릴 금액을 봅니다 · What is owed to the holder since an expiry."""
    from onnuri.vouchers.refunding.unclaimed import owed

    engine, id, at = look_at_wallet(wallet_id, by, "what is owed since an expiry")
    with engine.begin() as conn:
        now = owed(conn, id, at=at)
    tell({"wallet": wallet_id, "amount": now.amount, "on_its_way": now.on_its_way})


@wallet.command("pay-owed")
def pay_owed(
    wallet_id: WalletArgument,
    key: Annotated[str, typer.Option(help="멱등 키: 같은 키는 한 번만 보냅니다 · the same key sends once")],
    by: By,
) -> None:
    """돌려드릴 금액을 본인 계좌로 보냅니다 · Pay what is owed to the holder's own bank account."""
    import hashlib

    from onnuri.kit.config import load_settings
    from onnuri.kit.refusals import DomainError
    from onnuri.kit.requests import RequestKey
    from onnuri.ops.acting import acting
    from onnuri.ops.bank import bank_address, bank_client
    from onnuri.ops.reach import house_clock, reach
    from onnuri.vouchers.refunding.run_refund import Refunding, run_unclaimed
    from onnuri.vouchers.refunding.unclaimed import UnclaimedOrder

    settings = load_settings()
    engine, id, _ = reach_wallet(wallet_id)
    clock = house_clock(reach(settings))
    with engine.begin() as conn:
        who = acting(conn, by, "pay what is owed")
    request = RequestKey(f"person:{who.hex}", f"onnuri wallet pay-owed:{key}", hashlib.sha256(id.bytes).digest())
    order = UnclaimedOrder(request, id)
    with bank_address(settings) as address, bank_client(settings, address) as bank:
        made = run_unclaimed(Refunding(engine.begin, bank, clock.now), order).value
    if isinstance(made, DomainError):
        raise made
    tell({"refund": f"rfd_{made.id.hex}", "status": made.status, "amount": made.paid})


@wallet.command()
def freeze(wallet_id: WalletArgument, by: By, reason: Reason) -> None:
    """지갑을 정지합니다 · Freeze a wallet."""
    _block(wallet_id, "frozen", by, reason)


@wallet.command()
def lost(wallet_id: WalletArgument, by: By, reason: Reason) -> None:
    """분실 신고를 받습니다: 이 순간부터 결제되지 않습니다 · Take a loss report; nothing is paid from now on."""
    _block(wallet_id, "lost", by, reason)


@wallet.command()
def lift(
    wallet_id: WalletArgument,
    by: By,
    reason: Reason,
    kind: Annotated[str, typer.Option(help="frozen, lost")] = "frozen",
) -> None:
    """정지나 분실 신고를 풉니다 · Lift a block."""
    from onnuri.ops.acting import acting
    from onnuri.vouchers.wallets.wallet_life import Blocking, lift_block

    engine, id, at = reach_wallet(wallet_id)
    with engine.begin() as conn:
        tell(as_public(lift_block(conn, Blocking(id, kind, reason, acting(conn, by, "block a wallet")), at=at)))


@wallet.command("hand-over")
def hand_over(
    from_wallet: WalletArgument,
    to_wallet: Annotated[str, typer.Argument(help="wal_… 받는 지갑 · receiver")],
    by: By,
    reason: Reason,
    kind: Annotated[str, typer.Option(help="inheritance, transfer")] = "inheritance",
) -> None:
    """상속이나 이전을 올립니다: 다른 사람이 승인해야 합니다 · Propose a handover; another person approves it."""
    from onnuri.kit.ids import parse_id
    from onnuri.ops.acting import acting
    from onnuri.vouchers.wallets.handover import HandoverDraft, propose_handover

    engine, id, at = reach_wallet(from_wallet)
    draft = HandoverDraft(id, parse_id("wal", to_wallet), kind, reason)
    with engine.begin() as conn:
        made = propose_handover(conn, draft, by=acting(conn, by, "propose a handover"), at=at)
    tell({"handover": f"hov_{made.id.hex}", "status": made.status})


@wallet.command("approve")
def approve(handover_id: HandoverArgument, by: By) -> None:
    """상속이나 이전을 승인합니다 · Approve a handover, never one's own."""
    from onnuri.kit.ids import parse_id
    from onnuri.ops.acting import acting
    from onnuri.vouchers.wallets.handover import approve_handover, handover

    id = parse_id("hov", handover_id)
    database, at = house()
    with database.begin() as conn:
        giver = handover(conn, id).from_wallet
    engine, _, _ = reach_wallet(f"wal_{giver.hex}")
    with engine.begin() as conn:
        done = approve_handover(conn, id, by=acting(conn, by, "decide a handover"), at=at)
    tell({"handover": handover_id, "status": done.status, "amount": done.amount})


def _block(wallet_id: str, kind: str, by: str, reason: str) -> None:
    from onnuri.ops.acting import acting
    from onnuri.vouchers.wallets.wallet_life import Blocking, block_wallet

    engine, id, at = reach_wallet(wallet_id)
    with engine.begin() as conn:
        tell(as_public(block_wallet(conn, Blocking(id, kind, reason, acting(conn, by, "block a wallet")), at=at)))


def house() -> tuple[Engine, datetime]:
    """Reach the first lane, and tell what time it is."""
    from onnuri.kit.database import Role
    from onnuri.ops.reach import house_clock, reach

    database = reach()
    return database.single(Role.APP), house_clock(database).now()


def look_at_wallet(
    wallet_id: str, by: str, what: str, *, act: str = "look at a wallet"
) -> tuple[Engine, UUID, datetime]:
    """Reach a wallet as `reach_wallet` does, once it is kept that somebody who may look at it looked, and at what."""
    from onnuri.ops.acting import acting
    from onnuri.people.register import Reading
    from onnuri.vouchers.wallets.find_wallet import keep_look

    engine, id, at = reach_wallet(wallet_id)
    with engine.begin() as conn:
        who = acting(conn, by, act)
        keep_look(conn, id, reading=Reading(f"person:{who.hex}", f"wallet: {what}", at))
    return engine, id, at


def reach_wallet(wallet_id: str) -> tuple[Engine, UUID, datetime]:
    """Reach the lane of a wallet: its engine, the id, and what time it is. Refuses `WalletUnknown`."""
    from sqlalchemy import text

    from onnuri.kit.database import Role
    from onnuri.kit.ids import parse_id
    from onnuri.ops.reach import house_clock, reach
    from onnuri.vouchers.model import WalletUnknown

    id = parse_id("wal", wallet_id)
    database = reach()
    with database.single(Role.APP).begin() as conn:
        query = text("SELECT lane FROM shared.wallets WHERE id = :id AND state <> 'MIGRATING'")
        lane = conn.execute(query, {"id": id}).scalar_one_or_none()
    if lane is None:
        raise WalletUnknown
    return database.single(Role.APP, str(lane)), id, house_clock(database).now()
