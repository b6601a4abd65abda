"""Stickers in the register: issued, found again by every name they go by, and refused when they no longer hold."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection

from onnuri.kit.refusals import DomainError
from onnuri.merchants.import_markets import import_markets
from onnuri.merchants.queries import find_shop, markets_by_code
from onnuri.merchants.register import OpenedShop, ShopOpening, open_shops
from onnuri.merchants.sample_markets import sample_markets
from onnuri.merchants.sample_shops import sample_shops
from onnuri.merchants.stall_number import stall_number
from onnuri.merchants.status import ShopStatus
from onnuri.merchants.sticker import sticker_keys
from onnuri.merchants.stickers import (
    IssuedSticker,
    NamedShop,
    StickerUnknown,
    Via,
    add_aliases,
    issue_stickers,
    name_shops,
    revoke_sticker,
)

_AT = datetime(2026, 11, 20, 1, tzinfo=UTC)
_ON = date(2026, 11, 20)
_KEYS = sticker_keys("k1", Ed25519PrivateKey.from_private_bytes(b"\x01" * 32))
_FOREIGN = "00020101021129370016A000000677010111011300668012345675802TH530376463046197"


def _shops(conn: Connection, count: int) -> list[OpenedShop]:
    market = sample_markets()[0]
    import_markets(conn, markets=[market], source="sample", at=_AT)
    market_id = markets_by_code(conn, codes=[market.code])[market.code].id
    openings = [ShopOpening(market_id, shop.name, shop.business_number, shop.goods) for shop in sample_shops(count)]
    answers = open_shops(conn, openings=openings, at=_AT, by="test", status=ShopStatus.ACTIVE)
    return [answer for answer in answers if isinstance(answer, OpenedShop)]


def _issued(conn: Connection, shop_ids: list[UUID], expires_on: date | None = None) -> list[IssuedSticker]:
    answers = issue_stickers(conn, shop_ids=shop_ids, keys=_KEYS, at=_AT, expires_on=expires_on)
    return [answer for answer in answers if isinstance(answer, IssuedSticker)]


def _told(answer: NamedShop | DomainError) -> str:
    return answer.code if isinstance(answer, DomainError) else f"{answer.via} {answer.shop.name}"


def _named(conn: Connection, *scanned: str, on: date = _ON) -> list[str]:
    return [_told(answer) for answer in name_shops(conn, scanned=scanned, trusted=_KEYS.trusted, on=on)]


def test_a_shop_is_found_by_its_sticker_its_number_and_an_old_code(conn: Connection) -> None:
    first, second = _shops(conn, 2)
    one, two = _issued(conn, [first.id, second.id])
    assert add_aliases(conn, aliases={"ZP-00017": one.id, _FOREIGN: two.id}, source="first operator", at=_AT) == 2
    assert add_aliases(conn, aliases={"ZP-00017": two.id}, source="again", at=_AT) == 0
    number = second.stall_number
    scanned = [one.payload, two.payload, number, f"{number[:3]} {number[3:]}", "ZP-00017", _FOREIGN]
    names = [find_shop(conn, shop_id=shop.id).name for shop in (first, second)]
    assert _named(conn, *scanned) == [
        f"sticker {names[0]}",
        f"sticker {names[1]}",
        f"stall_number {names[1]}",
        f"stall_number {names[1]}",
        f"alias {names[0]}",
        f"alias {names[1]}",
    ]


def test_every_other_text_has_its_own_answer_and_hurts_no_neighbour(conn: Connection) -> None:
    (shop,) = _shops(conn, 1)
    (sticker,) = _issued(conn, [shop.id])
    stranger = sticker_keys("k1", Ed25519PrivateKey.from_private_bytes(b"\x02" * 32))
    forged = issue_stickers(conn, shop_ids=[shop.id], keys=stranger, at=_AT)[0]
    assert isinstance(forged, IssuedSticker)
    number = shop.stall_number
    mistyped = number[:6] + str((int(number[6]) + 1) % 10)
    assert _named(
        conn,
        "",
        "안녕하세요",
        _FOREIGN,
        sticker.payload[:-1],
        forged.payload,
        mistyped,
        "12345",
        stall_number(987_654),
        sticker.payload,
    ) == [
        "code_unreadable",
        "code_not_ours",
        "code_not_ours",
        "code_unreadable",
        "code_forged",
        "stall_number_wrong",
        "stall_number_wrong",
        "shop_unknown",
        f"sticker {find_shop(conn, shop_id=shop.id).name}",
    ]


def test_a_revoked_sticker_and_its_old_codes_stop_but_a_new_one_works(conn: Connection) -> None:
    (shop,) = _shops(conn, 1)
    (old,) = _issued(conn, [shop.id])
    (new,) = _issued(conn, [shop.id])
    add_aliases(conn, aliases={"OLD-1": old.id}, source="first operator", at=_AT)
    revoke_sticker(conn, sticker_id=old.id, at=_AT)
    revoke_sticker(conn, sticker_id=old.id, at=_AT)
    name = find_shop(conn, shop_id=shop.id).name
    assert _named(conn, old.payload, "OLD-1", new.payload) == ["code_revoked", "code_revoked", f"sticker {name}"]


def test_a_sticker_works_on_its_last_day_and_not_after(conn: Connection) -> None:
    (shop,) = _shops(conn, 1)
    (sticker,) = _issued(conn, [shop.id], expires_on=_ON)
    name = find_shop(conn, shop_id=shop.id).name
    assert _named(conn, sticker.payload) == [f"sticker {name}"]
    assert _named(conn, sticker.payload, on=date(2026, 11, 21)) == ["code_expired"]


def test_a_genuine_sticker_that_this_register_never_issued_is_unknown(conn: Connection) -> None:
    (shop,) = _shops(conn, 1)
    nested = conn.begin_nested()
    (sticker,) = _issued(conn, [shop.id])
    nested.rollback()
    assert _named(conn, sticker.payload) == ["code_unknown"]


def test_unknown_shops_and_stickers_are_refused(conn: Connection) -> None:
    (shop,) = _shops(conn, 1)
    answers = issue_stickers(conn, shop_ids=[uuid4(), shop.id], keys=_KEYS, at=_AT)
    assert [getattr(answer, "code", "issued") for answer in answers] == ["shop_unknown", "issued"]
    with pytest.raises(StickerUnknown):
        revoke_sticker(conn, sticker_id="nothing", at=_AT)
    with pytest.raises(StickerUnknown):
        add_aliases(conn, aliases={"OLD": "nothing"}, source="test", at=_AT)


def test_a_shop_is_named_even_when_it_may_not_be_paid_so_that_the_reason_can_be_told(conn: Connection) -> None:
    (shop,) = _shops(conn, 1)
    (answer,) = name_shops(conn, scanned=[shop.stall_number], trusted=_KEYS.trusted, on=_ON)
    assert isinstance(answer, NamedShop)
    assert (answer.via, answer.sticker_id, answer.shop.status) == (Via.STALL_NUMBER, None, ShopStatus.ACTIVE)
