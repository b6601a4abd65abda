"""Three market days in two lanes, made by the house's own verbs: what the auditor looks at and its tests break."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import text

from onnuri.banks.answers import Answer
from onnuri.banks.camt import StatementFile, StatementLine
from onnuri.banks.camt_write import write_statement
from onnuri.banks.codes import Verdict
from onnuri.kit.database import Database
from onnuri.kit.ids import new_id
from onnuri.kit.signing import current_signer
from onnuri.ledger.dates import effective_date
from onnuri.ledger.holds import Hold, place_holds, time_out_holds, void_holds
from onnuri.ledger.model import BANK_TRUST, Entry, Transfer, account_path
from onnuri.ledger.post import open_accounts, post, reverse, take_lane
from onnuri.ledger.seal import seal_days
from onnuri.ledger.snapshots import snapshot_days
from onnuri.merchants.settlement_account import NewShopAccount, register_shop_accounts
from onnuri.people.sealing import sealer_of
from onnuri.settlement.close import close_business_day
from onnuri.settlement.match import match_statements
from onnuri.settlement.model import BankWord
from onnuri.settlement.payout import request_payouts
from onnuri.settlement.record import record_words
from onnuri.settlement.statement import import_statement
from onnuri.vouchers.refunding.refund import Refund, RefundOrder, request_refund, settle_refund
from onnuri.vouchers.refunding.refund_rule import RefundKind
from tests.world import INSTITUTION, NO_FUNDS, OPENED, SILENCE, World, code, receipt, request_key
from tests.world import settled as charged

LANES = ("lane_00", "lane_01")
SHOPS = ("fish", "rice", "tofu", "kimchi")
TRUST = "0123456789"
RECEIPT = 100_000
"""What a company paid in, under RECEIPT-0."""
FRIDAY = date(2026, 11, 20)
WEDNESDAY = datetime(2026, 11, 25, 1, tzinfo=OPENED.tzinfo)
PAID, WRONG_NUMBER = Answer(Verdict.SUCCEEDED, "A0000", "000"), Answer(Verdict.FAILED_ACCOUNT, "A0002", "411")


def run_market_days(database: Database) -> World:
    """Run Friday to Sunday: charges, payments, cancels, refusals, closes, a debt, payouts, a statement."""
    world = World(database, lanes=LANES)
    for shop in SHOPS:
        world.shop(shop)
    with world.begin() as conn:
        accounts = [NewShopAccount(world.shops[shop].id, "004", "11012345678", shop) for shop in SHOPS]
        register_shop_accounts(conn, sealer_of(database.settings), accounts, at=OPENED)
    for lane in LANES:
        _friday(world, lane)
    _close(world, FRIDAY)
    for lane in LANES:
        _saturday(world, lane)
    _close(world, FRIDAY + timedelta(days=1))
    for lane in LANES:
        _sunday(world, lane)
    _pay_out(world)
    return world


def _friday(world: World, lane: str) -> None:
    minji, seojun, haneul = (f"{name}/{lane}" for name in ("minji", "seojun", "haneul"))
    world.wallet(minji, 100_000, 33_000, lane=lane)
    world.wallet(seojun, 500_000, lane=lane)
    world.wallet(haneul, lane=lane)
    world.charge(seojun, 20_000, bank=NO_FUNDS)
    world.charge(haneul, 40_000, bank=SILENCE)
    receipt(world.pay(minji, "fish", 110_000, key=f"first {lane}"))
    second = receipt(world.pay(seojun, "rice", 25_500))
    receipt(world.pay(seojun, "tofu", 44_000))
    assert code(world.cancel(second, 5_500)) == "ok"
    assert code(world.cancel(receipt(world.pay(minji, "rice", 2_000)))) == "ok"
    assert code(world.pay(haneul, "fish", 1_000)) == "balance_insufficient"


def _saturday(world: World, lane: str) -> None:
    """A big cancel leaves the fishmonger below zero; something is booked and undone."""
    at = OPENED + timedelta(days=1)
    seojun = f"seojun/{lane}"
    receipt(world.pay(seojun, "rice", 12_000, at=at))
    third = receipt(world.pay(seojun, "kimchi", 70_000, at=at))
    first = receipt(world.pay(f"minji/{lane}", "fish", 110_000, key=f"first {lane}", at=at))
    assert code(world.cancel(first, 60_000, at=at)) == "ok"
    assert code(world.cancel(third, 30_000, at=at)) == "ok"
    with world.begin(lane) as conn:
        head = take_lane(conn)
        paths = open_accounts(conn, [BANK_TRUST, "subsidy_receivable:digital"], at=at)
        moved = Transfer(paths[BANK_TRUST], paths["subsidy_receivable:digital"], 1_000, "subsidy_received")
        entry = Entry(new_id(at), "subsidy_received", effective_date(at, head), (moved,))
        post(conn, [entry], at=at)
        reverse(conn, entry.id, id=new_id(at), on=effective_date(at, head), reason="booked twice", at=at)


def _sunday(world: World, lane: str) -> None:
    """A charge is cancelled, another one's cancel fails; holds end; the days are written down and sealed."""
    at = OPENED + timedelta(days=2)
    seojun, lots = f"seojun/{lane}", world.lots(f"seojun/{lane}")
    receipt(world.pay(seojun, "tofu", 8_000, at=at))
    for word in (PAID, NO_FUNDS):
        charge = charged(world.charge(f"haneul/{lane}", 30_000, at=at))
        order = RefundOrder(request_key(f"refund {charge.id}"), charge.wallet_id, charge.id, RefundKind.CHARGE_CANCEL)
        with world.begin(lane) as conn:
            asked = request_refund(conn, order, institution_code=INSTITUTION, at=at).value
        assert isinstance(asked, Refund), asked
        with world.begin(lane) as conn:
            settle_refund(conn, asked.id, word, inquired=False, at=at)
    with world.begin(lane) as conn:
        shop = account_path("merchant", world.shops["kimchi"].id)
        moved = Transfer(lots[0].account_id, open_accounts(conn, [shop], at=at)[shop], 700, "payment")
        ids = [new_id(at) for _ in range(3)]
        place_holds(conn, [Hold(id, moved, at + timedelta(minutes=5)) for id in ids], at=at)
        void_holds(conn, ids[:1], at=at)
        assert time_out_holds(conn, at=at + timedelta(minutes=5), limit=1) == 1
        snapshot_days(conn, at=at)
        seal_days(conn, lane=lane, signer=current_signer(conn, world.database.settings, "seal", at=at), at=at)


def _close(world: World, day: date) -> None:
    close_business_day(world.begin, day=day, at=OPENED + timedelta(days=(day - FRIDAY).days, hours=15))


def _pay_out(world: World) -> None:
    """Fish is paid, rice has a wrong number, tofu's bank sends it back, kimchi's answer never comes."""
    at = WEDNESDAY
    request_payouts(world.begin, on=WEDNESDAY.date(), institution_code=INSTITUTION, at=at)
    endings = {"fish": PAID, "rice": WRONG_NUMBER, "tofu": PAID, "kimchi": SILENCE}
    with world.begin() as conn:
        payouts = {row.shop_id: row for row in conn.execute(text("SELECT * FROM shared.payouts"))}
        words = [BankWord(payouts[world.shops[shop].id].id, word, inquired=False) for shop, word in endings.items()]
        record_words(conn, words, at=at)
    moves: list[tuple[str, int]] = []
    for lane in LANES:
        with world.begin(lane) as conn:
            for query in ("SELECT bank_tran_id, paid FROM charges", "SELECT bank_tran_id, -paid FROM refunds"):
                moves += [tuple(row) for row in conn.execute(text(f"{query} WHERE status = 'SUCCEEDED'"))]
    fish, tofu = payouts[world.shops["fish"].id], payouts[world.shops["tofu"].id]
    moves += [(fish.bank_tran_id, -fish.amount), (tofu.bank_tran_id, -tofu.amount), (tofu.bank_tran_id, tofu.amount)]
    with world.begin() as conn:
        import_statement(conn, _statement([*moves, ("", 777), ("", RECEIPT)]), account=TRUST, at=at)
        report = match_statements(conn, at=at)
    assert (report.charges, report.refunds, report.payouts, report.returned, report.breaks_opened) == (10, 2, 2, 1, 2)


def _statement(moves: Sequence[tuple[str, int]]) -> bytes:
    on = WEDNESDAY.date()
    lines = tuple(
        StatementLine(
            "RECEIPT-0" if won == RECEIPT else f"L{place}",
            on,
            abs(won),
            "in" if won > 0 else "out",
            tran,
            "",
            "디지털온누리",
        )
        for place, (tran, won) in enumerate(moves)
    )
    closing = sum(won for _, won in moves)
    return write_statement(StatementFile("FILE-1", TRUST, on, 0, closing, lines), created_at=WEDNESDAY)
