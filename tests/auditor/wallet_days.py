"""What happens to wallets in those weeks: blocks, leaving, handing over, moving in, standing orders, the tax file."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onnuri.kit.ids import public_id
from onnuri.merchants.sticker import sticker_keys
from onnuri.merchants.stickers import IssuedSticker, add_aliases, issue_stickers
from onnuri.merchants.tax_registration import register_for_tax
from onnuri.merchants.tax_registration_end import WhichRegistration, end_tax_registration, take_back_tax_end
from onnuri.payments.model import Receipt
from onnuri.people.births import keep_birth
from onnuri.people.model import PersonRole
from onnuri.people.register import NewPerson, grant_roles, register_people, revoke_role
from onnuri.people.sealing import sealer_of
from onnuri.people.sign_in import sign_in
from onnuri.settlement.calendar import override_day
from onnuri.vouchers.charging.auto_charge import (
    AutoChargeTerms,
    agree_to_auto_charge,
    revoke_auto_charge,
    run_auto_charges,
)
from onnuri.vouchers.charging.run_charge import Charging
from onnuri.vouchers.expiry import expire_lots
from onnuri.vouchers.moving_in.migrate_in import MovedFile, approve_migration, stage_migration
from onnuri.vouchers.moving_in.migrate_list import reject_migration
from onnuri.vouchers.moving_in.migrate_open import open_moved_in, switch_migration
from onnuri.vouchers.moving_in.migrate_paid import migration_paid
from onnuri.vouchers.moving_in.migrate_post import post_migration_chunk
from onnuri.vouchers.moving_in.migration_file import LOT_HEADER, MovedLot, count, read_lots
from onnuri.vouchers.refunding.run_refund import Refunding, run_refund
from onnuri.vouchers.tax import agree_to_tax_file, make_tax_file, revoke_tax_consent
from onnuri.vouchers.wallets.handover import HandoverDraft, approve_handover, propose_handover, reject_handover
from onnuri.vouchers.wallets.leave import Leaving, leave
from onnuri.vouchers.wallets.open_wallet import open_own_wallet, open_wallet
from onnuri.vouchers.wallets.wallet_life import Blocking, Closed, block_wallet, lift_block
from tests.auditor.acting_bank import ActingBank
from tests.auditor.market_day import LANES
from tests.vouchers.money_back import seoul
from tests.world import World, code, receipt, request_key

JANUARY = seoul(2027, 1, 4, 10)


def run_wallet_days(world: World, maker: UUID, checker: UUID) -> None:
    """Run from the end of December into February."""
    with world.begin() as conn:
        grant_roles(
            conn,
            [
                (maker, PersonRole.FINANCE_MAKER, None),
                (maker, PersonRole.OPERATOR, None),
                (checker, PersonRole.FINANCE_CHECKER, None),
            ],
            at=JANUARY,
        )
        clerk = (world.clerk, PersonRole.OPERATOR, None)
        grant_roles(conn, [clerk], at=JANUARY, by=checker)
        assert revoke_role(conn, clerk, by=maker, at=JANUARY + timedelta(minutes=1))
        override_day(conn, date(2027, 2, 10), business=False, reason="임시 공휴일")
    _stickers(world)
    _tax(world)
    _move_in(world, maker, checker)
    for lane in LANES:
        _standing_orders(world, lane)
        _blocks(world, lane, checker)
        _leave(world, lane)
        _hand_over(world, lane, maker, checker)
    _join(world)
    for lane in LANES:
        with world.begin(lane) as conn:
            expire_lots(conn, at=seoul(2027, 2, 20))


def _stickers(world: World) -> None:
    """Two shops get stickers; the code of an earlier operator stands for one of them."""
    keys = sticker_keys("days", Ed25519PrivateKey.from_private_bytes(bytes(32)))
    with world.begin() as conn:
        issued = issue_stickers(conn, shop_ids=[world.shops["fish"].id, world.shops["rice"].id], keys=keys, at=JANUARY)
        assert isinstance(issued[0], IssuedSticker), issued
        add_aliases(conn, aliases={"OLD-0001": issued[0].id}, source="earlier operator", at=JANUARY)


def _tax(world: World) -> None:
    """Two mothers consent, one withdraws; the year's file is made, and corrected after a cancel of the new year."""
    at = seoul(2026, 12, 30, 14)
    taken: list[tuple[str, Receipt]] = []
    for lane in LANES:
        _consent(world, f"mother/{lane}", "2026-1", at)
        paid = receipt(world.pay(f"mother/{lane}", "fish", 40_000, at=at))
        receipt(world.pay(f"mother/{lane}", "rice", 1_234, at=at + timedelta(hours=1)))
        _consent(world, f"mother/{lane}", "2026-2", at + timedelta(hours=2))
        receipt(world.pay(f"mother/{lane}", "tofu", 2_000, at=at + timedelta(hours=3)))
        if lane == LANES[0]:
            with world.begin() as conn:
                revoke_tax_consent(conn, world.holders[f"mother/{lane}"], at=at + timedelta(hours=4))
            receipt(world.pay(f"mother/{lane}", "tofu", 3_000, at=at + timedelta(hours=5)))
        world.cancel(paid, 5_000, at=seoul(2026, 12, 31))
        taken.append((lane, paid))
    with world.begin() as conn:
        assert make_tax_file(conn, year=2026, by="test", at=seoul(2027, 1, 2))
    for lane, paid in taken:
        receipt(world.pay(f"mother/{lane}", "fish", 1_500, at=seoul(2027, 1, 3)))
        assert code(world.cancel(paid, 20_000, at=seoul(2027, 1, 3, 13))) == "ok"
    with world.begin() as conn:
        assert make_tax_file(conn, year=2026, by="test", at=JANUARY)
    _register_anew(world)


def _register_anew(world: World) -> None:
    """The market's registration ends, another begins; an end of that is recorded, brought nearer and taken back."""
    which, by, later = WhichRegistration(world.market), world.clerk, JANUARY + timedelta(minutes=1)
    with world.begin() as conn:
        end_tax_registration(conn, which, by=by, at=JANUARY)
        register_for_tax(conn, codes=[world.market], by=by, at=JANUARY, since=date(2027, 1, 6))
        end_tax_registration(conn, which, by=by, at=later, on=date(2027, 12, 1))
        end_tax_registration(conn, which, by=by, at=later, on=date(2027, 11, 1), reason="통지일을 잘못 적음")
        take_back_tax_end(conn, which, by=by, at=later + timedelta(minutes=1), reason="등록이 연장됨")


def _consent(world: World, name: str, version: str, at: datetime) -> None:
    with world.begin() as conn:
        agree_to_tax_file(conn, world.holders[name], version=version, at=at)


def _move_in(world: World, maker: UUID, checker: UUID) -> None:
    """Three holders come from another operator, some lots only until January; another file can't be taken."""
    at = JANUARY + timedelta(hours=1)
    with world.begin() as conn:
        newcomers = register_people(
            conn, sealer_of(world.database.settings), [NewPerson(f"newcomer {n}") for n in range(6)], at=at
        )
    tails = (
        "bought,digital,100000,93000,35000,2022-01-10,2027-01-10,settled",
        "gift,digital,33333,31000,33333,2026-01-01,2031-01-01,settled",
        "grant,winter,20000,0,12000,2026-11-30,2027-06-01,settled",
        "bought,digital,50000,46500,50000,2026-11-20,2031-11-20,in_transit",
    )
    file = [",".join(LOT_HEADER) + "\n"] + [
        f"{public_id('per', holder)},R{place}{n},{tail}\n"
        for place, holder in enumerate(newcomers) for n, tail in enumerate(tails)
    ]  # fmt: skip
    staged = _stage(world, file, maker, at)
    with world.begin() as conn:
        control = count(lot for lot in read_lots(file) if isinstance(lot, MovedLot))
        approve_migration(conn, staged, control, by=checker, at=at + timedelta(minutes=1))
    for lane in LANES:
        more = 1
        while more:
            with world.begin(lane) as conn:
                more = post_migration_chunk(conn, staged, at=at + timedelta(minutes=2), limit=4)
    with world.begin() as conn:
        switch_migration(conn, staged, at=at + timedelta(minutes=3))
        migration_paid(conn, staged, reference="MOVED-IN-1", by=checker, at=at + timedelta(minutes=4))
    for lane in LANES:
        with world.begin(lane) as conn:
            while open_moved_in(conn, at=at + timedelta(minutes=3), limit=2):
                pass
    _stage(world, [file[0], "someone,X1,bought\n", *file[1:2]], maker, at + timedelta(minutes=4))
    given_up = _stage(world, [file[0], "someone,X2,bought\n"], maker, at + timedelta(minutes=5))
    with world.begin() as conn:
        reject_migration(conn, given_up, by=checker, at=at + timedelta(minutes=6))


def _stage(world: World, file: list[str], maker: UUID, at: datetime) -> UUID:
    sent = MovedFile("earlier operator", hashlib.sha256("".join(file).encode()).digest())
    with world.begin() as conn:
        return stage_migration(conn, file, sent, by=maker, at=at).id


def _standing_orders(world: World, lane: str) -> None:
    """Orders by date, by balance, by shortfall; one takes the place of another; two charge, one is withdrawn."""
    at = seoul(2027, 1, 5, 10)
    wallet = world.wallet(f"regular/{lane}", 10_000, lane=lane, at=at)
    terms = [
        AutoChargeTerms("date", 4, None, 30_000, "2026-11"),
        AutoChargeTerms("date", 6, None, 20_000, "2026-11"),
        AutoChargeTerms("balance", None, 50_000, 15_000, "2026-11"),
        AutoChargeTerms("shortfall", None, None, None, "2026-12"),
    ]
    with world.begin(lane) as conn:
        rules = [agree_to_auto_charge(conn, wallet, each, at=at + timedelta(minutes=n)) for n, each in enumerate(terms)]
    edge = Charging(lambda: world.begin(lane), ActingBank(), lambda: seoul(2027, 1, 6, 10))
    assert len(run_auto_charges(edge, at=seoul(2027, 1, 6, 10))) == 2
    with world.begin(lane) as conn:
        revoke_auto_charge(conn, wallet, rules[-1].id, at=seoul(2027, 1, 7))


def _blocks(world: World, lane: str, checker: UUID) -> None:
    """A wallet is reported lost and found again; another one stays frozen."""
    at = seoul(2027, 1, 8, 10)
    for name in ("lost", "frozen"):
        world.wallet(f"{name}/{lane}", 20_000, lane=lane, at=at)
        receipt(world.pay(f"{name}/{lane}", "rice", 3_000, at=at + timedelta(minutes=1)))
    lost, frozen = world.wallets[f"lost/{lane}"], world.wallets[f"frozen/{lane}"]
    holder = world.holders[f"lost/{lane}"]
    with world.begin(lane) as conn:
        block_wallet(conn, Blocking(lost, "lost", "분실 신고", holder), at=at + timedelta(hours=1))
        block_wallet(conn, Blocking(frozen, "frozen", "수사 요청", checker), at=at + timedelta(hours=1))
    receipt(world.pay(f"regular/{lane}", "tofu", 1_000, at=at + timedelta(hours=2)))
    with world.begin(lane) as conn:
        lift_block(conn, Blocking(lost, "lost", "본인 확인", checker), at=at + timedelta(hours=3))
    receipt(world.pay(f"lost/{lane}", "rice", 2_000, at=at + timedelta(hours=4)))


def _leave(world: World, lane: str) -> None:
    """A holder has the money back, leaves, and joins again after the days in which that can't be."""
    at, name = seoul(2027, 1, 9, 10), f"leaver/{lane}"
    wallet = world.wallet(name, 20_000, lane=lane, at=at)
    with world.begin(lane) as conn:
        agree_to_auto_charge(conn, wallet, AutoChargeTerms("shortfall", None, None, None, "2026-12"), at=at)
    edge = Refunding(lambda: world.begin(lane), ActingBank(), lambda: at + timedelta(minutes=2))
    act = Leaving(request_key(f"leave {lane}"), wallet, refund=True)
    left = leave(edge, act, lambda order: run_refund(edge, order))
    assert isinstance(left.value, Closed), left.value
    with world.begin(lane) as conn:
        open_wallet(conn, holder_id=world.holders[name], lane=lane, at=seoul(2027, 2, 9, 0))


def _hand_over(world: World, lane: str, maker: UUID, checker: UUID) -> None:
    """A wallet with bought and granted value is inherited; another proposal is turned down, one waits."""
    at = seoul(2027, 2, 10, 10)
    giver, heir = f"mother/{lane}", f"heir/{lane}"
    world.wallet(heir, lane=lane, at=at)
    with world.begin(lane) as conn:
        block_wallet(conn, Blocking(world.wallets[giver], "frozen", "상속", checker), at=at)
        drafts = [
            HandoverDraft(world.wallets[name], world.wallets[heir], "inheritance", "가족관계증명서 확인")
            for name in (giver, f"frozen/{lane}")
        ]
        proposed = [propose_handover(conn, draft, by=maker, at=at + timedelta(minutes=1)) for draft in drafts]
    with world.begin(lane) as conn:
        approve_handover(conn, proposed[0].id, by=checker, at=at + timedelta(minutes=2))
        reject_handover(conn, proposed[1].id, by=checker, at=at + timedelta(minutes=3))
        propose_handover(conn, drafts[1], by=maker, at=at + timedelta(minutes=4))


def _join(world: World) -> None:
    """Somebody whose age the vault knows joins; a clerk signs in at the second try."""
    at = seoul(2027, 2, 11, 10)
    sealer = sealer_of(world.database.settings)
    with world.begin() as conn:
        (young,) = register_people(conn, sealer, [NewPerson("young")], at=at)
        keep_birth(conn, sealer, young, date(2012, 2, 11), on=at.date())
        open_own_wallet(conn, sealer, holder_id=young, lane=LANES[0], at=at)
        register_people(conn, sealer, [NewPerson("clerk", login="clerk", password="a long password")], at=at)
        sign_in(conn, login="clerk", password="another one", at=at)
        sign_in(conn, login="clerk", password="a long password", at=at)
