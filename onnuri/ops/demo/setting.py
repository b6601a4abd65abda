"""Set the stage: markets, shops with stickers and accounts, staff, holders with bank accounts and wallets."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection

from onnuri.kit.config import Settings
from onnuri.kit.database import FIRST_LANE
from onnuri.merchants.change_status import StatusChange, change_statuses
from onnuri.merchants.import_markets import import_markets
from onnuri.merchants.market_files import MarketRow, read_market_file
from onnuri.merchants.queries import Market, markets_by_code
from onnuri.merchants.register import OpenedShop, ShopOpening, open_shops
from onnuri.merchants.sample_markets import sample_markets
from onnuri.merchants.sample_shops import sample_shops
from onnuri.merchants.settlement_account import NewShopAccount, register_shop_accounts
from onnuri.merchants.signing import sticker_keys_of
from onnuri.merchants.status import ShopStatus
from onnuri.merchants.sticker import StickerFace, sticker_keys, sticker_payload
from onnuri.merchants.stickers import IssuedSticker, issue_stickers, revoke_sticker
from onnuri.merchants.tax_registration import register_for_tax
from onnuri.ops.demo.plan import MARKETS_SHOWN, DayPlan
from onnuri.people.debit_accounts import NewDebitAccount, register_debit_accounts
from onnuri.people.model import PersonRole
from onnuri.people.register import NewPerson, grant_roles, register_people
from onnuri.people.sealing import sealer_of
from onnuri.people.tokens import issue_tokens
from onnuri.vouchers.wallets.open_wallet import open_wallet

BY: Final = "onnuri demo"
ACCOUNT_ENDINGS: Final = ("22", "11", "99", "44")
"""How the bank treats the first shops' payouts: no such account, name mismatch, time-out, a line short by 1,000."""

WITHOUT_ACCOUNT: Final = 4
"""This shop has not registered an account: its money waits."""

STALL_SHOP: Final = 5
"""This shop's page is shown; its account is in order."""

HOLDER_LOGIN: Final = "minji"
STALL_LOGIN: Final = "stall"
FINANCE_LOGIN: Final = "maker"
OPERATOR_LOGIN: Final = "operator"

_SURNAMES: Final = tuple("김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황 안 송 류 홍".split())
_NAMES: Final = tuple("민지 서준 하은 도윤 지우 영자 순자 영수 정숙 상철 미경 동현 은주 재호 옥순 춘자".split())


@dataclass(frozen=True, slots=True)
class StageShop:
    """A shop of the day: how it is named and paid, and its owner's token."""

    id: UUID
    market: str
    stall_number: str
    payload: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody who can sign in to look around."""

    words: str
    page: str
    login: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything the day needs; `suspended` and the three codes are there to be refused."""

    shops: tuple[StageShop, ...]
    suspended: StageShop
    revoked_payload: str
    forged_payload: str
    holder_tokens: tuple[str, ...] = field(repr=False)
    sign_ins: tuple[SignIn, ...]
    markets_known: int


def set_stage(conn: Connection, settings: Settings, plan: DayPlan, *, file: Path | None, at: datetime) -> Stage:
    """Make everything in one transaction, by the same verbs as everybody."""
    markets, codes = _markets(conn, file, wanted=min(plan.merchants, MARKETS_SHOWN), at=at)
    opened, names = _open(conn, markets, count=plan.merchants + 1, at=at)
    change_statuses(
        conn, changes=[StatusChange(opened[-1].id, ShopStatus.SUSPENDED, "시연: 정지된 가맹점")], at=at, by=BY
    )
    keys = sticker_keys_of(settings)
    issued = [_issued(each) for each in issue_stickers(conn, shop_ids=[shop.id for shop in opened], keys=keys, at=at)]
    (withdrawn,) = issue_stickers(conn, shop_ids=[opened[0].id], keys=keys, at=at)
    revoke_sticker(conn, sticker_id=_issued(withdrawn).id, at=at)
    owners = _owners(conn, settings, opened, names, at=at)
    shops = [
        StageShop(
            shop.id, markets[number % len(markets)].name, shop.stall_number, issued[number].payload, owners[number]
        )
        for number, shop in enumerate(opened)
    ]
    password = f"{secrets.randbelow(10**8):08d}"
    tokens = _holders(conn, settings, plan, password, at=at)
    sign_ins, operator = _staff(conn, settings, password, shop=opened[STALL_SHOP].id, at=at)
    register_for_tax(conn, codes=codes, by=operator, at=at)
    return Stage(
        shops=tuple(shops[:-1]),
        suspended=shops[-1],
        revoked_payload=_issued(withdrawn).payload,
        forged_payload=_forged(shops[0]),
        holder_tokens=tokens,
        sign_ins=sign_ins,
        markets_known=len(codes),
    )


def _markets(conn: Connection, file: Path | None, *, wanted: int, at: datetime) -> tuple[list[Market], list[str]]:
    """Bring in the official table or the built-in sample; give markets spread evenly over it, and all codes."""
    rows: Sequence[MarketRow] = sample_markets() if file is None else read_market_file(file.read_bytes()).markets
    source = "sample" if file is None else file.name
    import_markets(conn, markets=rows, source=source, at=at)
    codes = [row.code for row in rows]
    chosen = [codes[place * len(codes) // wanted] for place in range(min(wanted, len(codes)))]
    found = markets_by_code(conn, codes=chosen)
    return [found[code] for code in chosen], codes


def _open(
    conn: Connection, markets: Sequence[Market], *, count: int, at: datetime
) -> tuple[list[OpenedShop], list[str]]:
    samples = sample_shops(count)
    openings = [
        ShopOpening(markets[number % len(markets)].id, shop.name, shop.business_number, shop.goods)
        for number, shop in enumerate(samples)
    ]
    answers = open_shops(conn, openings=openings, at=at, by=BY, status=ShopStatus.ACTIVE)
    opened = [answer for answer in answers if isinstance(answer, OpenedShop)]
    assert len(opened) == count, answers
    return opened, [shop.name for shop in samples]


def _owners(
    conn: Connection, settings: Settings, shops: Sequence[OpenedShop], names: Sequence[str], *, at: datetime
) -> list[str]:
    """Give each shop an owner with a token, and all but one a settlement account."""
    sealer = sealer_of(settings)
    people = register_people(conn, sealer, [NewPerson(_name(number)) for number in range(len(shops))], at=at)
    grants = [(person, PersonRole.SHOP_OWNER, shop.id) for person, shop in zip(people, shops, strict=True)]
    grant_roles(conn, grants, at=at)
    accounts = [
        NewShopAccount(shop.id, "004", f"{number:011d}{_ending(number)}", names[number])
        for number, shop in enumerate(shops)
        if number != WITHOUT_ACCOUNT
    ]
    register_shop_accounts(conn, sealer, accounts, at=at)
    return [issued.token for issued in issue_tokens(conn, people, at=at)]


def _holders(conn: Connection, settings: Settings, plan: DayPlan, password: str, *, at: datetime) -> tuple[str, ...]:
    """Give each holder a person, a bank account with consent, a wallet and a token; the first can also sign in."""
    known = [NewPerson(_name(holder.number * 7 + 3)) for holder in plan.holders]
    known[0] = NewPerson("김민지", None, HOLDER_LOGIN, password)
    people = register_people(conn, sealer_of(settings), known, at=at)
    grant_roles(conn, [(person, PersonRole.HOLDER, None) for person in people], at=at)
    accounts = [
        NewDebitAccount(person, f"{holder.number:022d}{holder.account_ending}", "097", f"110-***-{holder.number:06d}")
        for person, holder in zip(people, plan.holders, strict=True)
    ]
    register_debit_accounts(conn, accounts, at=at)
    for person in people:
        open_wallet(conn, holder_id=person, lane=FIRST_LANE, at=at)
    return tuple(issued.token for issued in issue_tokens(conn, people, at=at))


def _staff(
    conn: Connection, settings: Settings, password: str, *, shop: UUID, at: datetime
) -> tuple[tuple[SignIn, ...], UUID]:
    """Register who can sign in beside the first holder; the password is made up for this run and shown once.

    Gives the operator's id too.
    """
    wanted = (
        ("점포 stall", "/stall", STALL_LOGIN, PersonRole.SHOP_OWNER, shop),
        ("정산 담당 finance maker", "/finance", FINANCE_LOGIN, PersonRole.FINANCE_MAKER, None),
        ("정산 승인 finance checker", "/finance", "checker", PersonRole.FINANCE_CHECKER, None),
        ("감사 auditor", "/finance", "auditor", PersonRole.AUDITOR, None),
        ("운영자 operator", "", OPERATOR_LOGIN, PersonRole.OPERATOR, None),
    )
    people = register_people(
        conn, sealer_of(settings), [NewPerson(words, None, login, password) for words, _, login, _, _ in wanted], at=at
    )
    grants = [(person, role, scope) for person, (_, _, _, role, scope) in zip(people, wanted, strict=True)]
    grant_roles(conn, grants, at=at)
    holder = SignIn("손님 지갑 holder", "/wallet", HOLDER_LOGIN, password)
    return (holder, *(SignIn(words, page, login, password) for words, page, login, _, _ in wanted)), people[-1]


def _forged(shop: StageShop) -> str:
    """Print a sticker that looks right and was signed by somebody else."""
    stranger = sticker_keys("k1", Ed25519PrivateKey.generate())
    return sticker_payload(StickerFace(secrets.token_hex(8), shop.stall_number, "5411", "forged", "Seoul"), stranger)


def _issued(answer: object) -> IssuedSticker:
    assert isinstance(answer, IssuedSticker), answer
    return answer


def _ending(number: int) -> str:
    return ACCOUNT_ENDINGS[number] if number < len(ACCOUNT_ENDINGS) else "00"


def _name(number: int) -> str:
    return _SURNAMES[number % len(_SURNAMES)] + _NAMES[number * 5 % len(_NAMES)]
