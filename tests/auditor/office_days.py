"""What offices do in those weeks: a company buys by withdrawal, lists are uploaded, claw-backs are ordered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from onnuri.settlement.late_words import open_late_words
from onnuri.vouchers.charging.run_charge import Charging
from onnuri.vouchers.claw_backs.claw_back_order import (
    ClawBackDraft,
    approve_claw_back,
    order_claw_back,
    reject_claw_back,
)
from onnuri.vouchers.giving.company_account import NewCompanyAccount, register_company_account, revoke_company_account
from onnuri.vouchers.giving.company_buy import PurchaseOrder, settle_purchase
from onnuri.vouchers.giving.corporate import Purchase, company_source, register_company
from onnuri.vouchers.giving.credit_list import CreditSource
from onnuri.vouchers.giving.credit_progress import run_stretch
from onnuri.vouchers.giving.credit_run import CreditEdge
from onnuri.vouchers.giving.credit_upload import CreditList, approve_list, keep_list, reject_list
from onnuri.vouchers.giving.grant import grant_source
from onnuri.vouchers.giving.run_purchase import run_purchase
from tests.auditor.acting_bank import ActingBank
from tests.auditor.market_day import LANES
from tests.vouchers.giving import credit_file, digest
from tests.vouchers.money_back import seoul
from tests.world import NO_FUNDS, PAID, SILENCE, World, request_key

MONDAY = seoul(2026, 11, 30, 10)


def run_office_days(world: World, maker: UUID, checker: UUID) -> None:
    """Run a Monday in the offices."""
    company = _buy(world)
    with world.begin() as conn:
        winter, own = grant_source(conn, "winter", at=MONDAY), company_source(conn, company, at=MONDAY)
    rows = [
        (f"{who}/{lane}", 1_000 + place, f"late-{who}{place}")
        for who in ("mother", "child")
        for place, lane in enumerate(LANES)
    ]
    _credit(
        world, _keep(world, winter, [*rows, ("mother/nowhere", 1, "x"), (f"child/{LANES[0]}", 0, "y")], maker), checker
    )
    _credit(world, _keep(world, own, rows[:2], maker), checker)
    turned_down, _ = _keep(world, own, rows[2:], maker), _keep(world, winter, [(f"mother/{LANES[1]}", 7, "z")], maker)
    with world.begin() as conn:
        reject_list(conn, turned_down.id, by=checker, at=MONDAY + timedelta(hours=1))
    for lane in LANES:
        _claw_back(world, lane, maker, checker)


def _buy(world: World) -> UUID:
    """Of three withdrawals one comes in, one is refused, one the bank says nothing about."""
    with world.begin() as conn:
        company = register_company(conn, business_number="2208162517", name="새롬", by="op", at=MONDAY)
        for number in (77, 78):
            if number == 78:
                revoke_company_account(conn, company, by=world.clerk, at=MONDAY + timedelta(minutes=1))
            register_company_account(
                conn,
                NewCompanyAccount(company, f"{number:024d}", "097", "***", world.clerk),
                at=MONDAY + timedelta(minutes=2),
            )
    for place, says in enumerate((PAID, NO_FUNDS, SILENCE)):
        edge = Charging(world.begin, ActingBank(says), lambda: MONDAY + timedelta(minutes=5))
        made = run_purchase(edge, PurchaseOrder(request_key(f"withdraw {place}"), company, 60_000 + place)).value
        assert isinstance(made, Purchase), made
        if made.status == "FAILED":  # and is said to have been done after all
            with world.begin() as conn:
                settle_purchase(conn, made.id, PAID, inquired=True, at=MONDAY + timedelta(minutes=6))
                assert open_late_words(conn, at=MONDAY + timedelta(minutes=7)) == 1
    return company


def _keep(world: World, source: CreditSource, rows: Sequence[tuple[str, int, str]], by: UUID) -> CreditList:
    file = credit_file(world, rows)
    with world.begin() as conn:
        found = keep_list(conn, source, digest(file), file, by=by, at=MONDAY + timedelta(minutes=10)).value
    assert isinstance(found, CreditList), found
    return found


def _credit(world: World, found: CreditList, checker: UUID) -> None:
    with world.begin() as conn:
        approve_list(conn, found.id, by=checker, at=MONDAY + timedelta(minutes=20))
    edge = CreditEdge(world.begin, lambda: MONDAY + timedelta(minutes=30), lambda _: None)
    assert run_stretch(edge, found.id).status == "DONE"


def _claw_back(world: World, lane: str, maker: UUID, checker: UUID) -> None:
    """Of three orders one is carried out, one is turned down, one waits."""
    at = MONDAY + timedelta(hours=2)
    lots = [lot for name in (f"mother/{lane}", f"child/{lane}") for lot in world.lots(name) if lot.source == "grant"]
    with world.begin(lane) as conn:
        drafts = [
            ClawBackDraft(lot.id, amount, "중복 지급") for lot, amount in zip(lots, (None, 300, 200), strict=False)
        ]
        ids = [order_claw_back(conn, draft, by=maker, at=at).id for draft in drafts]
    assert len(ids) == 3
    with world.begin(lane) as conn:
        approve_claw_back(conn, ids[0], by=checker, at=at + timedelta(minutes=1))
        reject_claw_back(conn, ids[1], by=checker, at=at + timedelta(minutes=2))
