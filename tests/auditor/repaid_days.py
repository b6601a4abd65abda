"""What was repaid and came back: the holder's own money, which expires to its holder and is handed over as money."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from onnuri.kit.ids import new_id
from onnuri.vouchers.claw_backs.claw_back import ClawBack, ClawBackOrder, claw_back
from onnuri.vouchers.claw_backs.claw_back_repay import Repaid, Repayment, repay
from onnuri.vouchers.expiry import expire_lots
from onnuri.vouchers.wallets.handover import HandoverDraft, approve_handover, propose_handover
from onnuri.vouchers.wallets.wallet_life import Blocking, block_wallet
from tests.auditor.market_day import LANES
from tests.vouchers.giving import credit_file, programme, run
from tests.vouchers.money_back import seoul
from tests.world import World, code, receipt, request_key

FEBRUARY = seoul(2027, 2, 21, 10)
ENDS = seoul(2027, 3, 24, 0)
NAMES = ("saver", "giver", "sender")


def run_repaid_days(world: World, maker: UUID, checker: UUID) -> None:
    """In each lane three repay a grant and get it back: one's expires and is inherited, the others' is handed over."""
    for lane in LANES:
        far = LANES[LANES.index(lane) - 1]
        for name, where in (("saver", lane), ("giver", lane), ("sender", lane), ("kin", lane), ("far kin", far)):
            world.wallet(f"{name}/{lane}", lane=where, at=FEBRUARY)
    rows = [(f"{name}/{lane}", 20_000, f"{name}-{lane}") for lane in LANES for name in NAMES]
    run(world, programme(world, "thaw", at=FEBRUARY, until=ENDS), credit_file(world, rows), at=FEBRUARY)
    for lane in LANES:
        for name in NAMES:
            _repaid_and_back(world, f"{name}/{lane}", maker, checker)
        _hand_over(world, f"giver/{lane}", f"kin/{lane}", maker, checker)
        _hand_over(world, f"sender/{lane}", f"far kin/{lane}", maker, checker)
    for lane in LANES:
        with world.begin(lane) as conn:
            expire_lots(conn, at=ENDS)
    for lane in LANES:
        _hand_over(world, f"saver/{lane}", f"far kin/{lane}", maker, checker)


def _repaid_and_back(world: World, name: str, maker: UUID, checker: UUID) -> None:
    """Of 20,000 won granted 15,000 are spent, all of it is taken back and repaid; then the shop cancels."""
    at, lane = FEBRUARY + timedelta(hours=1), world.lane_of[name]
    paid = receipt(world.pay(name, "fish", 15_000, at=at))
    (lot,) = world.lots(name)
    key = name.replace("/lane_", "-")
    order = ClawBackOrder(request_key(f"claw {name}"), new_id(at), lot.id, None, "중복 지급", maker, checker)
    debt = Repayment(request_key(f"repay {name}"), new_id(at), world.wallets[name], 15_000, None, f"thaw-{key}")
    with world.begin(lane) as conn:
        (clawed,) = claw_back(conn, [order], at=at + timedelta(minutes=1))
        (repaid,) = repay(conn, [debt], at=at + timedelta(minutes=2))
    assert isinstance(clawed.value, ClawBack), clawed.value
    assert isinstance(repaid.value, Repaid), repaid.value
    assert code(world.cancel(paid, at=at + timedelta(minutes=3))) == "ok"


def _hand_over(world: World, giver: str, heir: str, maker: UUID, checker: UUID) -> None:
    at, lane = (ENDS if giver.startswith("saver") else FEBRUARY) + timedelta(hours=3), world.lane_of[giver]
    draft = HandoverDraft(world.wallets[giver], world.wallets[heir], "inheritance", "가족관계증명서 확인")
    with world.begin(lane) as conn:
        block_wallet(conn, Blocking(world.wallets[giver], "frozen", "상속", checker), at=at)
        proposed = propose_handover(conn, draft, by=maker, at=at + timedelta(minutes=1))
    with world.begin(lane) as conn:
        approve_handover(conn, proposed.id, by=checker, at=at + timedelta(minutes=2))
