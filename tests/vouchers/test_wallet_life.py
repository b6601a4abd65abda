"""Opening, freezing, reporting lost, closing and handing over a wallet: days, ages, four eyes, and what moves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from onnuri.kit.database import FIRST_LANE
from onnuri.kit.refusals import DomainError
from onnuri.kit.requests import Answered
from onnuri.people.births import BirthDateUnknown, completed, keep_birth
from onnuri.people.register import NewPerson, register_people
from onnuri.people.sealing import sealer_of
from onnuri.vouchers.refunding.refund import Refund, RefundOrder, request_refund
from onnuri.vouchers.wallets.handover import (
    Handover,
    HandoverBusy,
    HandoverDraft,
    approve_handover,
    propose_handover,
    reject_handover,
)
from onnuri.vouchers.wallets.open_wallet import RejoinTooEarly, TooYoung, WalletExists, open_own_wallet, open_wallet
from onnuri.vouchers.wallets.wallet_life import (
    Block,
    Blocking,
    Closed,
    HandoverUndecided,
    WalletBusy,
    WalletNotEmpty,
    block_wallet,
    borne_by_the_operator,
    close_wallet,
    lift_block,
)
from tests.books import books, journal, last_seq
from tests.vouchers.money_back import CANCEL, RESIDUAL, came_back, give_back, seoul, told, word
from tests.vouchers.money_back import ask_back as asked_back
from tests.world import INSTITUTION, OPENED, PAID, SILENCE, World, code, receipt, request_key

LATER = OPENED + timedelta(days=8)


@pytest.fixture
def market(world: World) -> World:
    """Minji has charged 100,000 won at 7 percent; there is a fish shop."""
    world.shop("fish")
    world.wallet("minji", 100_000)
    return world


def person(world: World, name: str) -> UUID:
    """Register somebody who works here."""
    with world.begin() as conn:
        (id,) = register_people(conn, sealer_of(world.database.settings), [NewPerson(name)], at=OPENED)
    return id


def block(world: World, name: str, kind: str = "frozen", *, at: datetime = OPENED) -> Block:
    """Freeze a wallet, or report it lost."""
    with world.begin(world.lane_of[name]) as conn:
        return block_wallet(conn, Blocking(world.wallets[name], kind, "신고", world.holders[name]), at=at)


def lift(world: World, name: str, kind: str, *, at: datetime = OPENED) -> Block:
    """Lift a block."""
    with world.begin(world.lane_of[name]) as conn:
        return lift_block(conn, Blocking(world.wallets[name], kind, "본인 확인", world.holders[name]), at=at)


def close(world: World, name: str, *, at: datetime = OPENED) -> Closed:
    """Let a holder leave."""
    with world.begin(world.lane_of[name]) as conn:
        return close_wallet(conn, world.wallets[name], at=at)


def hand_over(world: World, giver: str, receiver: str, *, at: datetime = LATER) -> Handover:
    """Propose and approve a handover by two people."""
    maker, checker = person(world, "maker"), person(world, "checker")
    lane = world.lane_of[giver]
    with world.begin(lane) as conn:
        draft = HandoverDraft(world.wallets[giver], world.wallets[receiver], "inheritance", "상속 서류 확인")
        proposed = propose_handover(conn, draft, by=maker, at=at)
    with world.begin(lane) as conn:
        return approve_handover(conn, proposed.id, by=checker, at=at)


@pytest.mark.parametrize(
    ("born", "at", "may"),
    [
        (date(2012, 11, 20), seoul(2026, 11, 20, 0, 0), True),
        (date(2012, 11, 20), seoul(2026, 11, 19, 23, 59, 59), False),
        (date(2012, 11, 21), seoul(2026, 11, 20, 23, 59, 59), False),
        (date(2012, 2, 29), seoul(2026, 2, 28, 23, 59, 59), False),
        (date(2012, 2, 29), seoul(2026, 3, 1, 0, 0), True),
        (date(2012, 12, 31), seoul(2026, 12, 30, 23, 59, 59), False),
        (date(2013, 1, 1), seoul(2027, 1, 1, 0, 0), True),
    ],
)
def test_age_and_rejoin_a_wallet_opens_from_fourteen_years_on(
    world: World, born: date, at: datetime, may: bool
) -> None:
    hana, sealer = person(world, "hana"), sealer_of(world.database.settings)
    with world.begin() as conn:
        with pytest.raises(BirthDateUnknown):
            open_own_wallet(conn, sealer, holder_id=hana, lane=FIRST_LANE, at=at)
        keep_birth(conn, sealer, hana, born, on=at.date())
        if may:
            open_own_wallet(conn, sealer, holder_id=hana, lane=FIRST_LANE, at=at)
        else:
            with pytest.raises(TooYoung) as refused:
                open_own_wallet(conn, sealer, holder_id=hana, lane=FIRST_LANE, at=at)
            assert refused.value.facts == {"age_min": 14}
        answers = list(conn.execute(text("SELECT age_min, old_enough FROM shared.age_checks")))
        sealed = conn.execute(text("SELECT birth_sealed FROM vault.births")).scalar_one()
    assert [tuple(row) for row in answers] == [(14, may)]
    assert born.isoformat().encode() not in bytes(sealed)


@given(st.dates(date(1900, 1, 1), date(2090, 12, 31)), st.integers(0, 120))
def test_nobody_completes_a_year_before_the_birthday(born: date, years: int) -> None:
    day = completed(born, years)
    assert (day.year - born.year) == years
    assert (day.month, day.day) == (born.month, born.day) or (
        (born.month, born.day) == (2, 29) and (day.month, day.day) == (3, 1)
    )


def test_age_and_rejoin_thirty_whole_days_pass_after_leaving(market: World) -> None:
    came_back(give_back(market, "minji", CANCEL))
    left = close(market, "minji", at=seoul(2026, 11, 21, 9))
    assert close(market, "minji", at=seoul(2026, 11, 25)) == left
    assert left.rejoin_from == seoul(2026, 12, 22, 0)
    holder = market.holders["minji"]
    with market.begin() as conn:
        with pytest.raises(RejoinTooEarly) as refused:
            open_wallet(conn, holder_id=holder, lane=FIRST_LANE, at=seoul(2026, 12, 21, 23, 59, 59))
        assert refused.value.facts == {"rejoin_on": "2026-12-22"}
        again = open_wallet(conn, holder_id=holder, lane=FIRST_LANE, at=seoul(2026, 12, 22, 0))
    assert again != market.wallets["minji"]
    with market.begin() as conn, pytest.raises(WalletExists):
        open_wallet(conn, holder_id=holder, lane=FIRST_LANE, at=seoul(2026, 12, 23, 0))
    assert code(market.charge("minji", 10_000)) == "wallet_not_open"


def test_loss_report_payments_after_it_are_refused(market: World) -> None:
    receipt(market.pay("minji", "fish", 10_000))
    report = block(market, "minji", "lost", at=OPENED + timedelta(seconds=5))
    assert block(market, "minji", "lost", at=OPENED + timedelta(hours=1)) == report
    assert (report.blocked_at, report.after_seq) == (OPENED + timedelta(seconds=5), last_seq(market))
    assert code(market.pay("minji", "fish", 1_000, at=OPENED + timedelta(seconds=6))) == "wallet_not_open"
    assert code(market.charge("minji", 10_000, at=OPENED + timedelta(seconds=6))) == "wallet_not_open"
    assert word(give_back(market, "minji", RESIDUAL)) == "wallet_not_open"
    with market.begin() as conn:
        assert borne_by_the_operator(conn, market.wallets["minji"]) == []


def test_a_payment_that_came_first_but_was_decided_later_is_borne_by_the_operator(market: World) -> None:
    late = receipt(market.pay("minji", "fish", 10_000, at=OPENED + timedelta(seconds=7)))
    block(market, "minji", "lost", at=OPENED + timedelta(seconds=7))
    with market.begin() as conn:
        assert borne_by_the_operator(conn, market.wallets["minji"]) == [(late.id, 10_000)]


def test_a_wallet_opens_again_when_no_block_stands(market: World) -> None:
    block(market, "minji", "frozen")
    block(market, "minji", "lost")
    lift(market, "minji", "lost")
    assert code(market.pay("minji", "fish", 1_000)) == "wallet_not_open"
    lifted = lift(market, "minji", "frozen")
    assert (lifted.lifted_by, lifted.lift_reason) == (market.holders["minji"], "본인 확인")
    assert code(market.pay("minji", "fish", 1_000)) == "ok"
    with pytest.raises(DomainError, match="no such block"):
        lift(market, "minji", "frozen")


def test_a_frozen_wallet_still_gets_back_what_a_shop_cancels(market: World) -> None:
    paid = receipt(market.pay("minji", "fish", 40_000))
    block(market, "minji")
    assert code(market.cancel(paid)) == "ok"
    assert market.left("minji") == [100_000]


def test_of_64_threads_that_pay_against_a_loss_report_none_pays_after_it(market: World) -> None:
    def act(place: int) -> str:
        if place == 32:
            return block(market, "minji", "lost").kind
        return code(market.pay("minji", "fish", 1_000))

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(act, range(64)))
    report = block(market, "minji", "lost")
    paid = answers.count("ok")
    assert answers.count("wallet_not_open") == 63 - paid
    assert market.left("minji") == [100_000 - paid * 1_000]
    assert market.rows(f"transfers WHERE code = 'payment' AND seq > {report.after_seq}") == 0


def test_a_wallet_is_closed_empty_and_with_nothing_on_its_way(market: World) -> None:
    with pytest.raises(WalletNotEmpty) as refused:
        close(market, "minji")
    assert refused.value.facts == {"left": 100_000}
    asked = came_back(asked_back(market, "minji", CANCEL))
    told(market, "minji", asked, SILENCE)
    with pytest.raises(WalletBusy) as busy:
        close(market, "minji")
    assert busy.value.facts["open"] == "refund"
    assert "해지할 수 없습니다: 은행의 답을 기다리는 환불." in busy.value.message("ko")
    assert "a refund waits for the bank" in busy.value.message("en")
    told(market, "minji", asked, PAID, inquired=True)
    assert close(market, "minji").closed_at == OPENED


def test_a_wallet_stays_while_its_handover_is_undecided(market: World) -> None:
    came_back(give_back(market, "minji", CANCEL))
    market.wallet("jun")
    block(market, "minji")
    maker, checker = person(market, "maker"), person(market, "checker")
    with market.begin() as conn:
        draft = HandoverDraft(market.wallets["minji"], market.wallets["jun"], "inheritance", "상속 서류 확인")
        proposed = propose_handover(conn, draft, by=maker, at=LATER)
    lift(market, "minji", "frozen", at=LATER)
    with market.begin() as conn:
        with pytest.raises(HandoverUndecided):
            close_wallet(conn, draft.from_wallet, at=LATER)
        reject_handover(conn, proposed.id, by=checker, at=LATER)
    assert close(market, "minji", at=LATER).closed_at == LATER


def test_a_handover_that_must_wait_says_for_what_in_plain_words(market: World) -> None:
    market.wallet("jun")
    market.charge("minji", 10_000, bank=SILENCE)
    block(market, "minji")
    with pytest.raises(HandoverBusy, match="can't be handed over yet: a charge waits for the bank") as busy:
        hand_over(market, "minji", "jun")
    assert "넘길 수 없습니다: 은행의 답을 기다리는 충전." in busy.value.message("ko")


def test_inheritance_lots_keep_expiry_shares_and_the_right_to_a_refund(market: World) -> None:
    market.pay("minji", "fish", 65_000)
    market.wallet("jun")
    block(market, "minji")
    before = last_seq(market)
    done = hand_over(market, "minji", "jun")
    assert (done.status, done.amount) == ("APPROVED", 35_000)
    passed = f"handover:{done.id.hex}"
    assert journal(market, after=before).replace(passed, "handover") == books("""
        handover_paid        lot:minji/1  -> handover   32,550
        handover_in_paid     handover     -> lot:jun/1  32,550
        handover_subsidy     lot:minji/1  -> handover    2,450
        handover_in_subsidy  handover     -> lot:jun/1   2,450
    """)
    (old,), (new,) = market.lots("minji"), market.lots("jun")
    assert (new.expires_at, new.face, new.paid, new.subsidy) == (old.expires_at, 35_000, 32_550, 2_450)
    with market.begin() as conn:
        charge_id = conn.execute(text("SELECT charge_id FROM lot_origins")).scalar_one()
    refund = came_back(_residual_of(market, "jun", charge_id))
    assert (refund.amount, refund.paid, refund.subsidy, refund.used) == (35_000, 32_550, 2_450, 65_000)


def _residual_of(world: World, name: str, charge_id: UUID) -> Answered[Refund]:
    order = RefundOrder(request_key("heir"), world.wallets[name], charge_id, RESIDUAL)
    with world.begin() as conn:
        return request_refund(conn, order, institution_code=INSTITUTION, at=LATER)


def test_inheritance_takes_four_eyes_a_frozen_wallet_and_no_payment_that_can_be_cancelled(market: World) -> None:
    market.pay("minji", "fish", 1_000)
    market.wallet("jun", 2_000_000)
    maker, checker = person(market, "maker"), person(market, "checker")
    draft = HandoverDraft(market.wallets["minji"], market.wallets["jun"], "inheritance", "상속 서류 확인")

    def propose(at: datetime) -> str:
        try:
            with market.begin() as conn:
                propose_handover(conn, draft, by=maker, at=at)
        except DomainError as refusal:
            return refusal.code
        return "ok"

    assert propose(LATER) == "handover_from_open_wallet"
    block(market, "minji")
    assert propose(OPENED + timedelta(days=7)) == "handover_too_early"
    assert propose(OPENED + timedelta(days=7, seconds=1)) == "ok"
    assert propose(LATER) == "handover_open"
    with market.begin() as conn:
        proposed = conn.execute(text("SELECT id FROM shared.handovers")).scalar_one()
    with market.begin() as conn, pytest.raises(DomainError, match="does not decide"):
        approve_handover(conn, proposed, by=maker, at=LATER)
    with market.begin() as conn:
        done = approve_handover(conn, proposed, by=checker, at=LATER)
    with market.begin() as conn:
        assert approve_handover(conn, proposed, by=checker, at=LATER) == done
    assert (market.left("minji"), market.left("jun")) == ([0], [2_000_000, 99_000])
